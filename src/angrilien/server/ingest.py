"""Storing what was pushed: every readable line first, in one transaction, exactly once.

The primary key (inc, seq) and this one transaction make the effect single; a lock on the
incarnation's row makes pushes of one laptop follow each other, so that the same push eight times at
once has one effect and eight answers alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Row, bindparam, case, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from angrilien.domain.entities import Sheet, SheetLine
from angrilien.server.base import table
from angrilien.server.database import Database, chunks, insert_new
from angrilien.server.erasure import RowKey, without_names
from angrilien.server.tables import NEW, ChangeRow, Device, Incarnation, ProgrammeRow
from angrilien.wire.canonical import loads
from angrilien.wire.change import Head, Revision, genesis, next_chain
from angrilien.wire.push import PushHeader, PushLine

_COMPARED = (
    "inc", "seq", "schema_version", "entity", "entity_id", "op", "base_inc", "base_seq",
    "base_named", "at", "tz", "clock", "hlc", "author", "commit",
)  # fmt: skip
_STEP = 500


@dataclass(slots=True, kw_only=True)
class Stored:
    """What became of a push.

    Attributes:
        new: number of lines that were not stored before.
        fork: first seq that disagrees with the store, None if none does.
        sheets: ids of the sheets that its lines are, or belong to.
    """

    new: int = 0
    fork: int | None = None
    sheets: set[str] = field(default_factory=set)


def store(
    database: Database,
    header: PushHeader,
    lines: Iterator[PushLine],
    device_key: bytes,
    now: int,
) -> Stored:
    """Store the lines of a push whose signature and owner are checked already.

    Nothing that is stored is ever overwritten. From the first line that differs from what is stored
    on, nothing of the push is stored either.

    Raises:
        BadMessage: a line is not readable; then nothing of the push is stored.
    """
    stored = Stored()
    with database.writing() as session:
        # Its key stays free to be pointed at: a receipt that is given meanwhile must not wait for
        # us while we wait for it.
        inc = session.exec(
            select(Incarnation).where(Incarnation.id == header.inc).with_for_update(key_share=True)
        ).one()
        stored.fork = _fork_before(session, inc, header, device_key)
        # A few lines at a time: the largest envelope takes no more memory than a small one.
        while some := list(islice(lines, _STEP)):
            stored.sheets |= _sheets_of(some)
            if stored.fork is None:
                _store_some(session, inc, header, some, now, stored)
        if stored.new:
            _chain(session, inc)
        inc.ord = max(inc.ord, header.order)
        session.add(inc)
        device = session.get_one(Device, inc.device_id)
        device.last_contact = device.last_push = now
        device.app = header.app
        session.add(device)
    return stored


def _store_some(
    session: Session,
    inc: Incarnation,
    header: PushHeader,
    lines: list[PushLine],
    now: int,
    stored: Stored,
) -> None:
    found, stored.fork = _sort_out(session, inc, lines)
    if found:
        first = _take_numbers(session, len(found))
        new = without_names(session, [line for line, _ in found], now)
        rows = [_row(inc.id, line, header.order, now, first + i) for i, line in enumerate(new)]
        _chain_at_once(inc, rows, found)
        insert_new(session, table(ChangeRow), rows)
        stored.new += len(new)


def _chain_at_once(
    inc: Incarnation,
    rows: Iterable[dict[str, Any]],
    found: Iterable[tuple[PushLine, int | None]],
) -> None:
    """Chain the lines that follow `ack`, as nearly all do: no second look, no second write.

    Above a gap, and after a line that came before, `_chain` carries on.
    """
    ack, chain, inc_id = inc.ack, inc.chain, inc.id
    for row, (line, own) in zip(rows, found, strict=True):
        if line.seq != ack + 1:
            break
        head = line.head(inc_id, own)
        ack, chain = line.seq, next_chain(chain, head, line.commit)
        row["chain"] = chain
        if head.base is not None:
            row["base_inc"], row["base_seq"] = head.base
    inc.ack, inc.chain = ack, chain


class _OwnPrevious:
    """The laptop's own previous revision of each row, as its lines are walked in order."""

    def __init__(self, session: Session, inc: str, keys: Iterable[RowKey], below: int) -> None:
        ids = sorted({entity_id for _, entity_id in keys})
        self._last: dict[RowKey, int] = {}
        changes = table(ChangeRow)
        # Not a condition: SQLite would walk all that the laptop ever wrote, by its primary key.
        own = case(((changes.c.inc == inc) & (changes.c.seq < below), changes.c.seq))
        for some in chunks(ids):
            query = (
                select_rows(changes.c.entity, changes.c.entity_id, func.max(own))
                .where(changes.c.entity_id.in_(some))
                .group_by(changes.c.entity_id, changes.c.entity)
            )
            for entity, entity_id, seq in session.connection().execute(query).all():
                if seq is not None:
                    self._last[(entity, entity_id)] = seq

    def pass_by(self, key: RowKey, seq: int) -> int | None:
        """Return the seq before `seq` on this row, and remember `seq`."""
        before = self._last.get(key)
        self._last[key] = seq
        return before


def _fork_before(
    session: Session, inc: Incarnation, header: PushHeader, device_key: bytes
) -> int | None:
    """Compare the chain value that the push starts from with ours, where we know it."""
    before = header.first - 1
    if before == 0:
        known: bytes | None = genesis(inc.id, device_key)
    elif before == inc.ack:
        known = inc.chain
    else:
        known = session.exec(
            select(ChangeRow.chain).where(ChangeRow.inc == inc.id, ChangeRow.seq == before)
        ).first()
    if known is None or known == header.prev:
        return None
    return max(before, 1)


def _sort_out(
    session: Session, inc: Incarnation, lines: list[PushLine]
) -> tuple[list[tuple[PushLine, int | None]], int | None]:
    """Return the lines that are not stored yet, and the first seq that differs from what is.

    With each line comes the laptop's own previous revision of its row, as far as it is known.
    """
    first, last = lines[0].seq, lines[-1].seq
    changes = table(ChangeRow)
    there = {
        row.seq: row
        for row in session.connection().execute(
            select_rows(*(changes.c[name] for name in _COMPARED)).where(
                changes.c.inc == inc.id, changes.c.seq.between(first, last)
            )
        )
    }
    previous = _OwnPrevious(
        session, inc.id, ((line.entity, line.entity_id) for line in lines), first
    )
    new: list[tuple[PushLine, int | None]] = []
    for line in lines:
        own = previous.pass_by((line.entity, line.entity_id), line.seq)
        if line.seq not in there:
            new.append((line, own))
        elif not _same(inc.id, line, there[line.seq], own):
            return new, line.seq
    return new, None


def _same(inc: str, line: PushLine, row: Row[Any], own: int | None) -> bool:
    """Tell whether a line has the head and the commit of what is stored under its seq."""
    return line.commit == row.commit and line.head(inc, own) == _head(row, _base(row, own))


def _sheets_of(lines: Iterable[PushLine]) -> set[str]:
    """Return the ids of the sheets that lines are, or belong to."""
    found: set[str] = set()
    for line in lines:
        if line.entity == Sheet.ENTITY:
            found.add(line.entity_id)
        elif line.entity == SheetLine.ENTITY and line.shared is not None:
            sheet_id = loads(line.shared.encode("utf-8")).get("sheet_id")
            if isinstance(sheet_id, str):
                found.add(sheet_id)
    return found


def _row(inc: str, line: PushLine, order: int, now: int, number: int) -> dict[str, Any]:
    base = line.base or (None, None)
    return {
        "inc": inc,
        "seq": line.seq,
        "schema_version": line.schema,
        "entity": line.entity,
        "entity_id": line.entity_id,
        "op": line.op,
        "base_inc": base[0],
        "base_seq": base[1],
        "base_named": line.base is not None,
        "at": line.at,
        "tz": line.tz,
        "clock": line.clock,
        "hlc": line.hlc,
        "author": line.author,
        "salt": line.body.salt if line.body else None,
        "shared": line.shared,
        "private": line.body.private if line.body else None,
        "private_digest": line.private_digest,
        "commit": line.commit,
        "chain": None,
        "received_at": now,
        "server_seq": number,
        "ord": order,
        "held": NEW,
    }


def _take_numbers(session: Session, count: int) -> int:
    """Return the first of `count` new server numbers.

    The counter's row stays locked until the transaction ends, so whoever sees a number sees every
    lower one: a cursor over them misses nothing.
    """
    last: int = (
        session.connection()
        .execute(
            update(ProgrammeRow)
            .where(col(ProgrammeRow.id) == 1)
            .values(server_seq=ProgrammeRow.server_seq + count)
            .returning(col(ProgrammeRow.server_seq))
        )
        .scalar_one()
    )
    return last - count + 1


def _chain(session: Session, inc: Incarnation) -> None:
    """Carry the chain on from `ack` as far as the stored lines follow each other."""
    changes = table(ChangeRow)
    columns = [changes.c[name] for name in _COMPARED]
    while True:
        rows = session.connection().execute(
            select_rows(*columns)
            .where(changes.c.inc == inc.id, changes.c.seq > inc.ack)
            .order_by(changes.c.seq)
            .limit(_STEP)
        )
        run = [row for i, row in enumerate(rows) if row.seq == inc.ack + 1 + i]
        if not run:
            return
        keys = ((row.entity, row.entity_id) for row in run)
        previous = _OwnPrevious(session, inc.id, keys, inc.ack + 1)
        chain, chained = inc.chain, []
        for row in run:
            own = previous.pass_by((row.entity, row.entity_id), row.seq)
            base = _base(row, own)
            chain = next_chain(chain, _head(row, base), row.commit)
            chained.append(
                {
                    "at_seq": row.seq,
                    "new_chain": chain,
                    "new_base_inc": base[0] if base else None,
                    "new_base_seq": base[1] if base else None,
                }
            )
        session.connection().execute(_set_chain(inc.id), chained)
        inc.ack, inc.chain = run[-1].seq, chain
        if len(run) < _STEP:
            return


def _set_chain(inc: str) -> Any:
    changes = table(ChangeRow)
    return (
        update(changes)
        .where(changes.c.inc == inc, changes.c.seq == bindparam("at_seq"))
        .values(
            chain=bindparam("new_chain"),
            base_inc=bindparam("new_base_inc"),
            base_seq=bindparam("new_base_seq"),
        )
    )


def _base(row: Row[Any], own: int | None) -> Revision | None:
    """Return the base of a stored change: the one its line named, or the laptop's own previous."""
    if row.base_named:
        return row.base_inc, row.base_seq
    return (row.inc, own) if own is not None else None


def _head(row: Row[Any], base: Revision | None) -> Head:
    return Head(
        inc=row.inc,
        seq=row.seq,
        schema=row.schema_version,
        entity=row.entity,
        entity_id=row.entity_id,
        op=row.op,
        base=base,
        at=row.at,
        tz=row.tz,
        clock=row.clock,
        hlc=row.hlc,
        author=row.author,
    )


def own_head(row: Row[Any]) -> Head:
    """Return the head of a stored change that is chained: its base was written with its chain."""
    base = (row.base_inc, row.base_seq) if row.base_inc is not None else None
    return _head(row, base)


def own_previous_of(session: Session, inc: str, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """Return, by seq, the laptop's own previous revision of the row of each of some changes."""
    keys = [(row.entity, row.entity_id) for row in rows]
    previous = _OwnPrevious(session, inc, keys, rows[0].seq)
    found: dict[int, int] = {}
    for row in rows:
        own = previous.pass_by((row.entity, row.entity_id), row.seq)
        if own is not None:
            found[row.seq] = own
    return found
