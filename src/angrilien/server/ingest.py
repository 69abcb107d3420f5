"""Storing what was pushed: every readable line first, in one transaction, exactly once.

The primary key (inc, seq) and this one transaction make the effect single; a lock on the
incarnation's row makes pushes of one laptop follow each other, so that the same push eight times at
once has one effect and eight answers alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, func, select

from angrilien.server.base import table
from angrilien.server.database import Database, chunks, insert_new
from angrilien.server.tables import NEW, ChangeRow, Device, Incarnation, ProgrammeRow
from angrilien.wire.change import Head, genesis, next_chain
from angrilien.wire.push import Push, PushLine

_HEAD = ("schema_version", "entity", "entity_id", "op", "at", "tz", "clock", "hlc", "author")
_BASE = ("base_inc", "base_seq", "base_named")
_CHAIN_STEP = 2_000

RowKey = tuple[str, str]
"""(entity, entity id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a push: how many lines were new, and where it disagrees with the store."""

    new: int
    fork: int | None


def store(database: Database, push: Push, device_key: bytes, now: int) -> Stored:
    """Store the lines of a push whose signature and owner are checked already.

    Nothing that is stored is ever overwritten. From the first line that differs from what is stored
    on, nothing of the push is stored either.
    """
    with database.writing() as session:
        inc = session.exec(
            select(Incarnation).where(Incarnation.id == push.header.inc).with_for_update()
        ).one()
        fork = _fork_before(session, inc, push, device_key)
        new: list[dict[str, Any]] = []
        if fork is None:
            new, fork = _sort_out(session, inc, push, now)
        if new:
            first = _take_numbers(session, len(new))
            insert_new(
                session,
                table(ChangeRow),
                [row | {"server_seq": first + i} for i, row in enumerate(new)],
            )
            _chain(session, inc)
        inc.ord = max(inc.ord, push.header.order)
        session.add(inc)
        device = session.get_one(Device, inc.device_id)
        device.last_contact = device.last_push = now
        device.app = push.header.app
        session.add(device)
        return Stored(new=len(new), fork=fork)


class _OwnPrevious:
    """The laptop's own previous revision of each row, as its lines are walked in order."""

    def __init__(self, session: Session, inc: str, keys: Iterable[RowKey], below: int) -> None:
        ids = sorted({entity_id for _, entity_id in keys})
        self._last: dict[RowKey, int] = {}
        for some in chunks(ids):
            found = session.exec(
                select(ChangeRow.entity, ChangeRow.entity_id, func.max(col(ChangeRow.seq)))
                .where(
                    ChangeRow.inc == inc,
                    col(ChangeRow.entity_id).in_(some),
                    col(ChangeRow.seq) < below,
                )
                .group_by(col(ChangeRow.entity), col(ChangeRow.entity_id))
            )
            self._last.update({(entity, key): seq for entity, key, seq in found})

    def pass_by(self, key: RowKey, seq: int) -> int | None:
        """Return the seq before `seq` on this row, and remember `seq`."""
        before = self._last.get(key)
        self._last[key] = seq
        return before


def _fork_before(session: Session, inc: Incarnation, push: Push, device_key: bytes) -> int | None:
    """Compare the chain value that the push starts from with ours, where we know it."""
    before = push.header.first - 1
    if before == 0:
        known: bytes | None = genesis(inc.id, device_key)
    elif before == inc.ack:
        known = inc.chain
    else:
        known = session.exec(
            select(ChangeRow.chain).where(ChangeRow.inc == inc.id, ChangeRow.seq == before)
        ).first()
    if known is None or known == push.header.prev:
        return None
    return max(before, 1)


def _sort_out(
    session: Session, inc: Incarnation, push: Push, now: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Return the lines that are not stored yet, and the first seq that differs from what is."""
    first, last = push.header.first, push.header.first + push.header.count - 1
    columns = [getattr(ChangeRow, name) for name in (*_HEAD, "commit", *_BASE)]
    stored = {
        row[0]: row[1:]
        for row in session.connection().execute(
            select(ChangeRow.seq, *columns).where(
                ChangeRow.inc == inc.id, col(ChangeRow.seq).between(first, last)
            )
        )
    }
    previous = _OwnPrevious(
        session, inc.id, ((line.entity, line.entity_id) for line in push.lines), first
    )
    new: list[dict[str, Any]] = []
    for line in push.lines:
        own = previous.pass_by((line.entity, line.entity_id), line.seq)
        there = stored.get(line.seq)
        if there is None:
            new.append(_row(inc.id, line, push.header.order, now))
        elif not _same(inc.id, line, there, own):
            return new, line.seq
    return new, None


def _same(inc: str, line: PushLine, there: Sequence[Any], own: int | None) -> bool:
    """Tell whether a line has the head and the commit of what is stored under its seq."""
    implied = (inc, own) if own is not None else None
    base_inc, base_seq, named = there[-3:]
    stored_base = (base_inc, base_seq) if named and base_inc is not None else implied
    head = (
        line.schema, line.entity, line.entity_id, line.op, line.at, line.tz, line.clock, line.hlc,
        line.author,
    )  # fmt: skip
    return (
        tuple(there[: len(_HEAD)]) == head
        and there[len(_HEAD)] == line.commit
        and (line.base or implied) == stored_base
    )


def _row(inc: str, line: PushLine, order: int, now: int) -> dict[str, Any]:
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
    while True:
        rows = (
            session.connection()
            .execute(
                select(*(changes.c[name] for name in ("inc", "seq", *_HEAD, "commit", *_BASE)))
                .where(changes.c.inc == inc.id, changes.c.seq > inc.ack)
                .order_by(changes.c.seq)
                .limit(_CHAIN_STEP)
            )
            .mappings()
            .all()
        )
        run = [row for i, row in enumerate(rows) if row["seq"] == inc.ack + 1 + i]
        if not run:
            return
        previous = _OwnPrevious(
            session, inc.id, ((row["entity"], row["entity_id"]) for row in run), inc.ack + 1
        )
        chain, chained = inc.chain, []
        for row in run:
            own = previous.pass_by((row["entity"], row["entity_id"]), row["seq"])
            base = (
                (row["base_inc"], row["base_seq"])
                if row["base_named"]
                else ((inc.id, own) if own is not None else None)
            )
            chain = next_chain(chain, _head(row, base), row["commit"])
            chained.append(
                {
                    "at_seq": row["seq"],
                    "new_chain": chain,
                    "new_base_inc": base[0] if base else None,
                    "new_base_seq": base[1] if base else None,
                }
            )
        session.connection().execute(_set_chain(inc.id), chained)
        inc.ack, inc.chain = run[-1]["seq"], chain
        if len(run) < _CHAIN_STEP:
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


def _head(row: Any, base: tuple[str, int] | None) -> Head:
    return Head(
        inc=row["inc"],
        seq=row["seq"],
        schema=row["schema_version"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        op=row["op"],
        base=base,
        at=row["at"],
        tz=row["tz"],
        clock=row["clock"],
        hlc=row["hlc"],
        author=row["author"],
    )
