"""Writing and reading the change log. The only module that inserts changes and entity rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.domain.entities import BY_ENTITY
from angrilien.domain.record import Record, split
from angrilien.errors import BugError
from angrilien.store.tables import (
    ChangeBodyRow,
    ChangeRow,
    IncarnationRow,
    local_table,
    table_of,
)
from angrilien.wire.canonical import dumps
from angrilien.wire.change import (
    SALT_SIZE,
    SCHEMA,
    Body,
    Change,
    Head,
    Revision,
    genesis,
    next_chain,
)

change = local_table(ChangeRow)
change_body = local_table(ChangeBodyRow)
incarnation = local_table(IncarnationRow)

R = TypeVar("R", bound=Record)
MAX_AT = 9_000_000_000_000
"""Wall clocks past the year 2255 are written as this instant: the numbers must stay below 2^53."""
DAY = 86_400_000
MAX_SEQ = 1 << 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who writes, when and where, by the laptop's own claim.

    `server_now` is the server's time as far as it is known (None if never): it caps the hybrid
    clock one day ahead, so that a laptop living in 2031 does not win for years.
    """

    at: int
    tz: str
    clock: str
    author: str
    server_now: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the log of the current incarnation ends."""

    inc: str
    seq: int
    chain: bytes
    hlc: int


def position(connection: Connection, inc: str, device_key: bytes) -> Position:
    """Return the end of the log of an incarnation."""
    row = connection.execute(
        select(change.c.seq, change.c.chain, change.c.hlc)
        .where(change.c.inc == inc)
        .order_by(change.c.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return Position(inc=inc, seq=0, chain=genesis(inc, device_key), hlc=0)
    return Position(inc=inc, seq=row.seq, chain=row.chain, hlc=row.hlc)


def last_at(connection: Connection, inc: str) -> int:
    """Return when the last change of an incarnation was written, 0 where there is none."""
    row = connection.execute(
        select(change.c.at).where(change.c.inc == inc).order_by(change.c.seq.desc()).limit(1)
    ).first()
    return row.at if row is not None else 0


def append(
    connection: Connection,
    end: Position,
    records: Sequence[Record],
    stamp: Stamp,
    *,
    upon: Mapping[str, Revision] | None = None,
) -> Position:
    """Write records as changes, and as the rows that these changes make; return the new end.

    A record may not stand twice in one call. The caller's transaction declared its intent. `upon`
    names, by record, another revision than the present one that it is made upon.
    """
    bases = _bases(connection, records) | dict(upon or {})
    changes: list[dict[str, Any]] = []
    bodies: list[dict[str, Any]] = []
    rows: dict[str, list[dict[str, Any]]] = {}
    at = min(max(stamp.at, 0), MAX_AT)
    for record in records:
        body = _body(record)
        end, made = _next(end, record, body, bases, replace(stamp, at=at))
        head = made.head
        changes.append(_change_values(made))
        bodies.append(
            {
                "inc": head.inc,
                "seq": head.seq,
                "salt": body.salt,
                "shared": body.shared,
                "private": body.private,
            }
        )
        values = {f.name: getattr(record, f.name) for f in fields(record)}
        rows.setdefault(record.ENTITY, []).append({**values, "inc": head.inc, "seq": head.seq})
    if not changes:
        return end
    connection.execute(insert(change), changes)
    connection.execute(insert(change_body), bodies)
    for entity, values_list in rows.items():
        _put_rows(connection, entity, values_list)
    return end


def insert_change(connection: Connection, made: Change) -> None:
    """Write a change that was made before: one's own, taken back, or numbered anew."""
    connection.execute(insert(change), [_change_values(made)])
    if made.body is not None:
        connection.execute(
            insert(change_body),
            [
                {
                    "inc": made.head.inc,
                    "seq": made.head.seq,
                    "salt": made.body.salt,
                    "shared": made.body.shared,
                    "private": made.body.private,
                }
            ],
        )


def put_record(connection: Connection, record: Record, inc: str, seq: int) -> None:
    """Write the row that a change makes."""
    values = {f.name: getattr(record, f.name) for f in fields(record)}
    _put_rows(connection, record.ENTITY, [{**values, "inc": inc, "seq": seq}])


def read(connection: Connection, record_type: type[R], record_id: str) -> R | None:
    """Return the present state of a record, None if there is none."""
    return next(iter(read_many(connection, record_type, [record_id])), None)


def read_many(connection: Connection, record_type: type[R], ids: Iterable[str]) -> list[R]:
    """Return the present states of records, in no order."""
    table = table_of(record_type.ENTITY)
    found: list[R] = []
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found += [
            record_of(record_type, row)
            for row in connection.execute(select(table).where(table.c.id.in_(part)))
        ]
    return found


def record_of(record_type: type[R], row: Row[Any]) -> R:
    """Return the record that a full row of its table holds."""
    return record_type(**{f.name: getattr(row, f.name) for f in fields(record_type)})


def change_date(connection: Connection, entity: str, entity_id: str) -> int | None:
    """Return when a row was last changed, by the clock of the laptop that did."""
    query = (
        select(change.c.at)
        .where(change.c.entity == entity, change.c.entity_id == entity_id)
        .order_by(change.c.hlc.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def said_by(connection: Connection, inc: str, seq: int) -> tuple[str, int]:
    """Return who wrote a change, and when, by the clock of the laptop."""
    query = select(change.c.author, change.c.at).where(change.c.inc == inc, change.c.seq == seq)
    row = connection.execute(query).one()
    return row.author, row.at


def chain_at(connection: Connection, inc: str, seq: int) -> bytes | None:
    """Return the chain value at a seq, None where there is no such change."""
    query = select(change.c.chain).where(change.c.inc == inc, change.c.seq == seq)
    return connection.execute(query).scalar()


def beginning(connection: Connection, inc: str) -> bytes | None:
    """Return the chain value before the first change of an incarnation, None if it is not ours."""
    query = select(incarnation.c.public).where(incarnation.c.inc == inc)
    public = connection.execute(query).scalar()
    return None if public is None else genesis(inc, public)


def last_seq(connection: Connection, inc: str) -> int:
    """Return the last seq of an incarnation that is here, 0 for none."""
    query = select(func.max(change.c.seq)).where(change.c.inc == inc)
    return int(connection.execute(query).scalar() or 0)


def vouch_of(connection: Connection, inc: str) -> bytes:
    """Return the request that makes an incarnation known."""
    query = select(incarnation.c.vouch).where(incarnation.c.inc == inc)
    return bytes(connection.execute(query).scalar_one() or b"")


def made_at(connection: Connection, inc: str) -> int:
    """Return when an incarnation was made, by the laptop's clock."""
    query = select(incarnation.c.made_at).where(incarnation.c.inc == inc)
    return int(connection.execute(query).scalar_one())


def changes_after(connection: Connection, inc: str, seq: int, limit: int) -> list[Change]:
    """Return at most `limit` changes of an incarnation above `seq`, in order."""
    query = (
        select(change, change_body.c.salt, change_body.c.shared, change_body.c.private)
        .select_from(
            change.outerjoin(
                change_body,
                and_(change.c.inc == change_body.c.inc, change.c.seq == change_body.c.seq),
            )
        )
        .where(change.c.inc == inc, change.c.seq > seq)
        .order_by(change.c.seq)
        .limit(limit)
    )
    return [_change_of(row) for row in connection.execute(query)]


def own_previous(connection: Connection, changes: Sequence[Change]) -> dict[int, int]:
    """Return, for each change's seq, the seq of its row's previous revision in its incarnation."""
    if not changes:
        return {}
    inc, first = changes[0].head.inc, changes[0].head.seq
    keys = [(c.head.entity, c.head.entity_id) for c in changes]
    last = last_revisions(connection, inc, keys, below=first)
    found = {}
    for item in changes:
        key = (item.head.entity, item.head.entity_id)
        if key in last:
            found[item.head.seq] = last[key]
        last[key] = item.head.seq
    return found


def last_revisions(
    connection: Connection, inc: str, keys: Sequence[tuple[str, str]], *, below: int = MAX_SEQ
) -> dict[tuple[str, str], int]:
    """Return the last seq under `below` that an incarnation wrote of some (entity, entity id)."""
    found: dict[tuple[str, str], int] = {}
    wanted = set(keys)
    ids = sorted({entity_id for _, entity_id in wanted})
    for start in range(0, len(ids), 400):
        # By the ids alone, which the index begins with; two entities of one id are told apart here.
        rows = connection.execute(
            select(change.c.entity, change.c.entity_id, func.max(change.c.seq))
            .where(
                change.c.entity_id.in_(ids[start : start + 400]),
                change.c.inc == inc,
                change.c.seq < below,
            )
            .group_by(change.c.entity, change.c.entity_id)
        )
        found.update({(entity, one): seq for entity, one, seq in rows if (entity, one) in wanted})
    return found


def verify_chain(connection: Connection, inc: str, device_key: bytes) -> int:
    """Recompute the whole chain of an incarnation; return the number of changes checked.

    Raises:
        BugError: a head, a commit, a body or a link is not what was written.
    """
    chain, seq = genesis(inc, device_key), 0
    while batch := changes_after(connection, inc, seq, 1000):
        for item in batch:
            if item.head.seq != seq + 1:
                raise BugError("the change log has a gap")
            if item.body is not None and item.body.commit() != item.commit:
                raise BugError("a body is not the one that was committed")
            chain = next_chain(chain, item.head, item.commit)
            if chain != item.chain:
                raise BugError("the chain is broken")
            seq = item.head.seq
    return seq


def _bases(connection: Connection, records: Sequence[Record]) -> dict[str, tuple[str, int]]:
    bases: dict[str, tuple[str, int]] = {}
    for entity in {record.ENTITY for record in records}:
        table = table_of(entity)
        ids = [record.id for record in records if entity == record.ENTITY]
        for start in range(0, len(ids), 500):
            rows = connection.execute(
                select(table.c.id, table.c.inc, table.c.seq).where(
                    table.c.id.in_(ids[start : start + 500])
                )
            )
            bases.update({row.id: (row.inc, row.seq) for row in rows})
    return bases


def _body(record: Record) -> Body:
    shared_half, private_half = split(record)
    return Body(
        salt=secrets.token_bytes(SALT_SIZE),
        shared=dumps(shared_half).decode("utf-8"),
        private=dumps(private_half).decode("utf-8"),
    )


def _next(
    end: Position,
    record: Record,
    body: Body,
    bases: dict[str, tuple[str, int]],
    stamp: Stamp,
) -> tuple[Position, Change]:
    wanted = stamp.at * 1000
    if stamp.server_now is not None:
        wanted = min(wanted, (stamp.server_now + DAY) * 1000)
    hlc = max(wanted, end.hlc + 1)
    head = Head(
        inc=end.inc,
        seq=end.seq + 1,
        schema=SCHEMA,
        entity=record.ENTITY,
        entity_id=record.id,
        op="put",
        base=bases.get(record.id),
        at=stamp.at,
        tz=stamp.tz,
        clock=stamp.clock,
        hlc=hlc,
        author=stamp.author,
    )
    commit = body.commit()
    chain = next_chain(end.chain, head, commit)
    bases[record.id] = (end.inc, head.seq)
    made = Change(head=head, commit=commit, chain=chain, body=body)
    return Position(inc=end.inc, seq=head.seq, chain=chain, hlc=hlc), made


def _change_values(made: Change) -> dict[str, Any]:
    head = made.head
    base_inc, base_seq = head.base or (None, None)
    return {
        "inc": head.inc,
        "seq": head.seq,
        "schema": head.schema,
        "entity": head.entity,
        "entity_id": head.entity_id,
        "op": head.op,
        "base_inc": base_inc,
        "base_seq": base_seq,
        "at": head.at,
        "tz": head.tz,
        "clock": head.clock,
        "hlc": head.hlc,
        "author": head.author,
        "commit": made.commit,
        "chain": made.chain,
    }


def _put_rows(connection: Connection, entity: str, rows: list[dict[str, Any]]) -> None:
    if entity not in BY_ENTITY:
        raise BugError("not an entity of the change log")
    table = table_of(entity)
    statement = upsert(table)
    columns = {c.name: statement.excluded[c.name] for c in table.c if c.name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=columns), rows)


def _change_of(row: Row[Any]) -> Change:
    values = row._mapping  # noqa: SLF001 - the public mapping view of a row
    base = (row.base_inc, row.base_seq) if row.base_inc is not None else None
    head = Head(
        inc=row.inc,
        seq=row.seq,
        schema=values["schema"],
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
    body = None
    if row.salt is not None:
        body = Body(salt=row.salt, shared=row.shared, private=row.private)
    return Change(head=head, commit=values["commit"], chain=row.chain, body=body)
