"""Queries about people. A name is found by its folded key: no accents, hyphens as spaces."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.domain.alike import distance, words, years_fit
from angrilien.domain.entities import Participant
from angrilien.domain.french import fold
from angrilien.domain.rows import PersonRow
from angrilien.store.tables import PersonSearchRow, local_table, table_of

participant = table_of("participant")
attendance = table_of("attendance")
workshop = table_of("workshop")
alias = table_of("alias")
person_search = local_table(PersonSearchRow)


def index(connection: Connection, people: Sequence[Participant]) -> None:
    """Make people findable; called in the transaction that writes them."""
    rows = [
        {"participant_id": p.id, "key": f" {fold(f'{p.first_name} {p.last_name}')}"} for p in people
    ]
    if not rows:
        return
    statement = upsert(person_search)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["participant_id"], set_={"key": statement.excluded.key}
        ),
        rows,
    )


def reindex(connection: Connection) -> None:
    """Make the search keys anew from the people."""
    connection.execute(person_search.delete())
    query = select(participant.c.id, participant.c.first_name, participant.c.last_name)
    rows = [
        {"participant_id": r.id, "key": f" {fold(f'{r.first_name} {r.last_name}')}"}
        for r in connection.execute(query)
    ]
    if rows:
        connection.execute(insert(person_search), rows)


def search(
    connection: Connection, typed: str, *, workshop_id: str | None, limit: int
) -> list[PersonRow]:
    """Return the people one of whose names begins with each word typed, known ones of late first.

    A name that was merged into another is not shown. Nothing typed gives the people seen last.
    """
    parts = fold(typed).split()
    if typed.strip() and not parts:
        return []
    # Each word stands at the beginning of a word of the key, which begins with a space.
    matches = [person_search.c.key.contains(f" {word}", autoescape=True) for word in parts]
    merged = select(alias.c.from_id).where(alias.c.kind == "participant", alias.c.active)
    last_visit = (
        select(func.max(workshop.c.date))
        .join(attendance, attendance.c.workshop_id == workshop.c.id)
        .where(
            attendance.c.participant_id == person_search.c.participant_id,
            attendance.c.state == "present",
        )
        .scalar_subquery()
    )
    chosen = (
        select(person_search.c.participant_id)
        .where(*matches, person_search.c.participant_id.not_in(merged))
        # In the order of the answer: the first ones are chosen, not any ones.
        .order_by(last_visit.desc().nulls_last(), person_search.c.key)
        .limit(limit)
    )
    ids = list(connection.execute(chosen).scalars())
    return sorted(
        _people(connection, ids, workshop_id), key=lambda p: (_reversed(p.last_visit), fold(p.name))
    )


def alike(
    connection: Connection,
    typed: str,
    birth_year: int | None,
    *,
    workshop_id: str | None,
    limit: int,
) -> list[PersonRow]:
    """Return the people whose name may be the one typed: said alike, swapped, or by initials.

    The closest name comes first, then the same birth year, then who was seen last.
    """
    wanted = words(fold(typed))
    merged = select(alias.c.from_id).where(alias.c.kind == "participant", alias.c.active)
    query = (
        select(person_search.c.participant_id, person_search.c.key, participant.c.birth_year)
        .join(participant, participant.c.id == person_search.c.participant_id)
        .where(person_search.c.participant_id.not_in(merged))
    )
    near: list[tuple[int, int, str]] = []
    for person_id, key, year in connection.execute(query):
        if years_fit(birth_year, year) and (far := distance(wanted, words(key))) is not None:
            near.append((far, 0 if year == birth_year else 1, person_id))
    if not near:
        return []
    near.sort()
    # Equals of the last one taken compete by their last visit.
    last = near[min(limit, len(near)) - 1][:2]
    order = {row[2]: row[:2] for row in near if row[:2] <= last}
    seen = select(attendance.c.participant_id, func.max(workshop.c.date)).join(
        workshop, workshop.c.id == attendance.c.workshop_id
    )
    visits: dict[str, str] = {
        row[0]: row[1]
        for row in connection.execute(
            seen.where(attendance.c.state == "present").group_by(attendance.c.participant_id)
        )
    }
    ids = sorted(order, key=lambda i: (order[i], _reversed(visits.get(i) or "")))[:limit]
    place = {person_id: n for n, person_id in enumerate(ids)}
    return sorted(_people(connection, ids, workshop_id), key=lambda p: place[p.participant_id])


def of_name(connection: Connection, first_name: str, last_name: str) -> list[str]:
    """Return the ids of the people of exactly that name, accents and hyphens apart."""
    merged = select(alias.c.from_id).where(alias.c.kind == "participant", alias.c.active)
    query = select(person_search.c.participant_id).where(
        person_search.c.key == f" {fold(f'{first_name} {last_name}')}",
        person_search.c.participant_id.not_in(merged),
    )
    return list(connection.execute(query).scalars())


def of_ids(
    connection: Connection, ids: Sequence[str], *, workshop_id: str | None
) -> list[PersonRow]:
    """Return people by their ids, in the order of their names."""
    return sorted(_people(connection, ids, workshop_id), key=lambda p: (fold(p.name), p.name))


def birth_years(connection: Connection, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the birth years of people."""
    query = select(participant.c.id, participant.c.birth_year).where(participant.c.id.in_(ids))
    return {row.id: row.birth_year for row in connection.execute(query)}


def _reversed(date: str) -> int:
    return -int(date.replace("-", "") or 0)


def _people(connection: Connection, ids: Sequence[str], workshop_id: str | None) -> list[PersonRow]:
    visits = (
        select(attendance.c.participant_id, func.max(workshop.c.date).label("last"))
        .join(workshop, workshop.c.id == attendance.c.workshop_id)
        .where(attendance.c.participant_id.in_(ids), attendance.c.state == "present")
        .group_by(attendance.c.participant_id)
        .subquery()
    )
    here = (
        select(attendance.c.participant_id, attendance.c.id, attendance.c.state)
        .where(attendance.c.workshop_id == (workshop_id or ""), attendance.c.state != "removed")
        .subquery()
    )
    query = (
        select(
            participant.c.id,
            participant.c.first_name,
            participant.c.last_name,
            participant.c.birth_year,
            participant.c.insee,
            participant.c.card,
            visits.c.last,
            here.c.id.label("attendance_id"),
            here.c.state,
        )
        .outerjoin(visits, visits.c.participant_id == participant.c.id)
        .outerjoin(here, and_(here.c.participant_id == participant.c.id))
        .where(participant.c.id.in_(ids))
    )
    return [
        PersonRow(
            participant_id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            birth_year=row.birth_year,
            commune=row.insee or "",
            last_visit=row.last or "",
            attendance_id=row.attendance_id,
            state=row.state,
            has_card=bool(row.card),
        )
        for row in connection.execute(query)
    ]
