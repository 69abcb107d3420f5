"""Making the present rows from all the changes of them that are here, own ones and others'.

In a transaction of intent "pull": the machine makes no change of its own. What two people wrote
into the same field without knowing of each other is noted in `doubt`, for somebody to decide.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, and_, delete, exists, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.domain.entities import BY_ENTITY, FROZEN, Participant
from angrilien.domain.merging import Merged, Version, merge
from angrilien.domain.record import BadRecord, Record, join, without_names
from angrilien.store import log, people
from angrilien.store.tables import (
    ChangeBodyRow,
    ChangeRow,
    DoubtRow,
    ErasureRow,
    local_table,
    table_of,
)

change = local_table(ChangeRow)
change_body = local_table(ChangeBodyRow)
doubt = local_table(DoubtRow)
erasure = local_table(ErasureRow)
_STEP: Final = 300
_BODY: Final = and_(change.c.inc == change_body.c.inc, change.c.seq == change_body.c.seq)
_PARENTS: Final = (("workshop_id", "workshop"), ("sheet_id", "sheet"))
"""Fields that name a row without which theirs cannot stand."""

Key = tuple[str, str]
"""(entity, entity id)."""


def settle(connection: Connection, keys: Collection[Key]) -> int:
    """Show some rows as their changes say; return how many are other ones than before.

    Parents are made before what belongs to them. An erased row and a sealed one stay as they are.
    """
    order = {entity: place for place, entity in enumerate(BY_ENTITY)}
    # A workshop before who runs it, a sheet before its lines; "facilitator" needs nobody.
    wanted = sorted(
        (key for key in keys if key[0] in order),
        key=lambda key: (key[0] not in ("workshop", "sheet"), order[key[0]], key[1]),
    )
    made = 0
    for start in range(0, len(wanted), _STEP):
        some = wanted[start : start + _STEP]
        known = versions(connection, some)
        erased = _erased(connection, some)
        for key in some:
            if key not in erased:
                made += _settle_one(connection, key, merge(known.get(key, ())))
    return made


def orphans(connection: Connection) -> list[Key]:
    """Return what is among the changes and has no row: what it stands on came after it."""
    found: list[Key] = []
    for entity in BY_ENTITY:
        table = table_of(entity)
        query = (
            select(change.c.entity_id)
            .distinct()
            .join(change_body, _BODY)
            .where(change.c.entity == entity, ~exists().where(table.c.id == change.c.entity_id))
        )
        found += [(entity, row.entity_id) for row in connection.execute(query)]
    return found


def versions(connection: Connection, keys: Sequence[Key]) -> dict[Key, list[Version]]:
    """Return every change of some rows that is here."""
    found: dict[Key, list[Version]] = {}
    wanted = set(keys)
    ids = sorted({entity_id for _, entity_id in keys})
    joined = change.outerjoin(change_body, _BODY)
    for start in range(0, len(ids), _STEP):
        query = (
            select(*(change.c[name] for name in _HEAD), change_body.c.shared, change_body.c.private)
            .select_from(joined)
            .where(change.c.entity_id.in_(ids[start : start + _STEP]))
        )
        for row in connection.execute(query):
            key = (row.entity, row.entity_id)
            if key not in wanted:
                continue
            base = (row.base_inc, row.base_seq) if row.base_inc is not None else None
            found.setdefault(key, []).append(
                Version(
                    inc=row.inc,
                    seq=row.seq,
                    base=base,
                    rank=row.hlc,
                    commit=row._mapping["commit"],  # noqa: SLF001 - the public view of a row
                    record=_record(key, row.shared, row.private),
                    names=bool(row.private),
                )
            )
    return found


def look(connection: Connection, key: Key) -> Merged | None:
    """Return what a row shows, and what is still to be decided of it."""
    return merge(versions(connection, [key]).get(key, ()))


def doubts(connection: Connection) -> list[Key]:
    """Return the rows of which something is to be decided."""
    query = select(doubt.c.entity, doubt.c.entity_id).order_by(doubt.c.entity, doubt.c.entity_id)
    return [(row.entity, row.entity_id) for row in connection.execute(query)]


def note_doubt(connection: Connection, key: Key, *, is_one: bool) -> None:
    """Note that something of a row is to be decided, or that nothing is any more."""
    if is_one:
        values = {"entity": key[0], "entity_id": key[1]}
        connection.execute(upsert(doubt).values(values).on_conflict_do_nothing())
    else:
        connection.execute(
            delete(doubt).where(doubt.c.entity == key[0], doubt.c.entity_id == key[1])
        )


def _settle_one(connection: Connection, key: Key, merged: Merged | None) -> bool:
    if merged is None:
        return False
    table = table_of(key[0])
    there = connection.execute(select(table).where(table.c.id == key[1])).first()
    if there is not None and key[0] in FROZEN:
        return False
    record, revision = merged.record, merged.version.revision
    if there is None and not _has_parents(connection, record):
        return False
    note_doubt(connection, key, is_one=bool(merged.conflicts))
    if there is not None:
        same = log.record_of(type(record), there) == record
        if same and (there.inc, there.seq) == revision:
            return False
    log.put_record(connection, record, *revision)
    if isinstance(record, Participant):
        people.index(connection, [record])
    return True


def _has_parents(connection: Connection, record: Record) -> bool:
    for field, entity in _PARENTS:
        named = getattr(record, field, None)
        if named is not None:
            parent = table_of(entity)
            if connection.execute(select(parent.c.id).where(parent.c.id == named)).first() is None:
                return False
    return True


def _erased(connection: Connection, keys: Sequence[Key]) -> set[Key]:
    query = select(erasure.c.entity, erasure.c.entity_id).where(
        tuple_(erasure.c.entity, erasure.c.entity_id).in_(keys)
    )
    return {(row.entity, row.entity_id) for row in connection.execute(query)}


def _record(key: Key, shared: str | None, private: str | None) -> Record | None:
    kind = BY_ENTITY.get(key[0])
    if shared is None or private is None or kind is None:
        return None
    half = json.loads(private) if private else without_names(kind)
    with suppress(BadRecord):
        return join(kind, key[1], json.loads(shared), half)
    return None


_HEAD: Final = (
    "inc", "seq", "entity", "entity_id", "base_inc", "base_seq", "hlc", "commit",
)  # fmt: skip
