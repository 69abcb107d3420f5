"""Erasing what a verified order names. One function writes to `erasure`; the triggers hold to it.

Of each row that is named: its private fields, and the body of each of its changes. The heads, the
commits and the chain stay, and so does the commitment of a sealed line: all of them verify, and no
name can be guessed back, because the salts are gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, delete, or_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.domain.entities import BY_ENTITY
from angrilien.domain.record import is_shared
from angrilien.store.tables import (
    ChangeBodyRow,
    ChangeRow,
    DraftRow,
    ErasureRow,
    PersonSearchRow,
    local_table,
    table_of,
)

change = local_table(ChangeRow)
change_body = local_table(ChangeBodyRow)
draft = local_table(DraftRow)
erasure = local_table(ErasureRow)
person_search = local_table(PersonSearchRow)
_STEP = 400

Named = tuple[str, str]
"""(entity, entity id)."""


def erase(connection: Connection, named: Iterable[Named], *, number: int, at: int) -> set[Named]:
    """Erase rows, in a transaction of intent "erasure"; return all that was named.

    What hangs on a person goes with the person: the reasons of their attendances, their signatures,
    the lines of sealed sheets and the corrections that say their name, what is to be done for them.
    Drafts go too, all of them: what somebody was typing may name anybody.

    Args:
        connection: in such a transaction.
        named: rows of the order; those that are not here count for nothing.
        number: of the order.
        at: milliseconds UTC.
    """
    rows = everything(connection, named)
    if not rows:
        return rows
    values = [
        {"entity": entity, "entity_id": entity_id, "order_number": number, "at": at}
        for entity, entity_id in sorted(rows)
    ]
    connection.execute(upsert(erasure).on_conflict_do_nothing(), values)
    for entity in sorted({entity for entity, _ in rows}):
        ids = sorted(entity_id for kind, entity_id in rows if kind == entity)
        for some in _steps(ids):
            _erase_bodies(connection, entity, some)
            _blank(connection, entity, some)
    people = [entity_id for entity, entity_id in rows if entity == "participant"]
    for some in _steps(people):
        connection.execute(delete(person_search).where(person_search.c.participant_id.in_(some)))
    connection.execute(delete(draft))
    return rows


def everything(connection: Connection, named: Iterable[Named]) -> set[Named]:
    """Return the rows that are here of those named, with what hangs on the people among them."""
    rows = {row for row in named if row[0] in BY_ENTITY}
    people = {entity_id for entity, entity_id in rows if entity == "participant"}
    people |= _merged(connection, people)
    rows |= {("participant", one) for one in people}
    attendances = _ids(connection, "attendance", participant_id=people)
    attendances |= {entity_id for entity, entity_id in rows if entity == "attendance"}
    lines = _ids(connection, "sheet_line", attendance_id=attendances)
    lines |= {entity_id for entity, entity_id in rows if entity == "sheet_line"}
    rows |= {("attendance", one) for one in attendances}
    rows |= {("signature", one) for one in _ids(connection, "signature", attendance_id=attendances)}
    rows |= {("sheet_line", one) for one in lines}
    rows |= {("follow_up", one) for one in _ids(connection, "follow_up", participant_id=people)}
    rows |= {("amendment", one) for one in _amendments(connection, lines)}
    return {row for row in rows if row in _present(connection, rows)}


def erased_with(connection: Connection) -> tuple[tuple[str, str, int, int], ...]:
    """Return what was erased so far: (entity, entity id, order, instant)."""
    query = select(erasure).order_by(erasure.c.order_number, erasure.c.entity, erasure.c.entity_id)
    return tuple(
        (row.entity, row.entity_id, row.order_number, row.at) for row in connection.execute(query)
    )


def _merged(connection: Connection, people: Collection[str]) -> set[str]:
    """Return the people who are the same ones under another id, whichever way they were merged."""
    alias = table_of("alias")
    found, fresh = set(people), set(people)
    while fresh:
        rows = connection.execute(
            select(alias.c.from_id, alias.c.to_id).where(
                alias.c.kind == "participant",
                alias.c.active,
                or_(alias.c.from_id.in_(fresh), alias.c.to_id.in_(fresh)),
            )
        )
        fresh = {one for row in rows for one in (row.from_id, row.to_id)} - found
        found |= fresh
    return found


def _amendments(connection: Connection, lines: Collection[str]) -> set[str]:
    """Return the corrections of some sealed lines."""
    amendment, line = table_of("amendment"), table_of("sheet_line")
    found: set[str] = set()
    for some in _steps(sorted(lines)):
        query = select(amendment.c.id).join(
            line,
            (line.c.sheet_id == amendment.c.sheet_id) & (line.c.number == amendment.c.number),
        )
        found |= set(connection.execute(query.where(line.c.id.in_(some))).scalars())
    return found


def _ids(connection: Connection, entity: str, **wanted: Collection[str]) -> set[str]:
    ((name, values),) = wanted.items()
    table = table_of(entity)
    found: set[str] = set()
    for some in _steps(sorted(values)):
        query = select(table.c.id).where(table.c[name].in_(some))
        found |= set(connection.execute(query).scalars())
    return found


def _present(connection: Connection, rows: set[Named]) -> set[Named]:
    found: set[Named] = set()
    for entity in {entity for entity, _ in rows}:
        ids = {entity_id for kind, entity_id in rows if kind == entity}
        found |= {(entity, one) for one in _ids(connection, entity, id=ids)}
    return found


def _erase_bodies(connection: Connection, entity: str, ids: Sequence[str]) -> None:
    seqs = select(change.c.inc, change.c.seq).where(
        change.c.entity == entity, change.c.entity_id.in_(ids)
    )
    connection.execute(
        delete(change_body).where(tuple_(change_body.c.inc, change_body.c.seq).in_(seqs))
    )


def _blank(connection: Connection, entity: str, ids: Sequence[str]) -> None:
    record_type, table = BY_ENTITY[entity], table_of(entity)
    empty: dict[str, Any] = {}
    for f in fields(record_type):
        if f.name == "id" or is_shared(record_type, f.name):
            continue
        column = table.c[f.name]
        kind = column.type.python_type
        empty[f.name] = None if column.nullable else kind()
    if empty:
        connection.execute(update(table).where(table.c.id.in_(ids)).values(empty))


def _steps(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _STEP):
        yield values[start : start + _STEP]
