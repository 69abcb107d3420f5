"""Queries about who is at a workshop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Join, and_, func, select

from angrilien.domain.rows import RosterRow
from angrilien.store.tables import ChangeRow, local_table, table_of

attendance = table_of("attendance")
facilitator = table_of("facilitator")
participant = table_of("participant")
workshop = table_of("workshop")
alias = table_of("alias")
signature = table_of("signature")
change = local_table(ChangeRow)

_TOLD = (
    "state", "mode", "arrival", "departure", "first_time", "been_before",
    "band", "gender", "status",
)  # fmt: skip
"""Columns that a tile tells as they are."""
_RANK = {"present": 0, "expected": 1, "excused": 2}


def rows(
    connection: Connection, workshop_id: str, *, only: Sequence[str] | None = None
) -> list[RosterRow]:
    """Return the tiles of a workshop, removed ones left out, in no order.

    With `only`, those of these attendances, each by itself.

    A person noted twice (two laptops, a merge) stands once, by the attendance that says most:
    present before expected, signed before not. Both records stay.
    """
    canonical = func.coalesce(alias.c.to_id, attendance.c.participant_id)
    query = (
        select(
            attendance.c.id,
            canonical.label("person"),
            participant.c.first_name,
            participant.c.last_name,
            *(attendance.c[name] for name in _TOLD),
            attendance.c.unable_reason,
        )
        .select_from(_with_person().outerjoin(participant, participant.c.id == canonical))
        .where(attendance.c.workshop_id == workshop_id, attendance.c.state != "removed")
        .order_by(attendance.c.id)
    )
    if only is not None:
        query = query.where(attendance.c.id.in_(only))
    best: dict[str, RosterRow] = {}
    for row in connection.execute(query):
        tile = _tile(tuple(row))
        key = tile.participant_id or tile.attendance_id
        if key not in best or _says(tile) < _says(best[key]):
            best[key] = tile
    return list(best.values())


def people(connection: Connection, workshop_id: str) -> dict[str, str]:
    """Return who each attendance of a workshop is of: the person after merging, or itself."""
    query = (
        select(
            attendance.c.id,
            func.coalesce(alias.c.to_id, attendance.c.participant_id, attendance.c.id),
        )
        .select_from(_with_person())
        .where(attendance.c.workshop_id == workshop_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def noted_before_start(connection: Connection, workshop_id: str) -> set[str]:
    """Return the attendances whose first change was written before their workshop began.

    By the clock of the laptop that wrote it: nothing but a proposed number depends on it.
    """
    query = (
        select(attendance.c.id)
        .join(workshop, workshop.c.id == attendance.c.workshop_id)
        .join(change, change.c.entity_id == attendance.c.id)
        .where(attendance.c.workshop_id == workshop_id)
        .group_by(attendance.c.id, workshop.c.starts_at)
        .having(func.min(change.c.at) < workshop.c.starts_at)
    )
    return set(connection.execute(query).scalars())


def count(connection: Connection, workshop_id: str) -> int:
    """Return how many attendances a workshop has, removed ones left out, merged people apart."""
    query = (
        select(func.count())
        .select_from(attendance)
        .where(attendance.c.workshop_id == workshop_id, attendance.c.state != "removed")
    )
    return int(connection.execute(query).scalar_one())


def drawings(connection: Connection, workshop_id: str) -> dict[str, bytes]:
    """Return the coded drawings of a workshop's signatures by signature id."""
    query = select(signature.c.id, signature.c.drawing).where(
        signature.c.workshop_id == workshop_id
    )
    return {row.id: row.drawing for row in connection.execute(query)}


def witnesses(connection: Connection, workshop_id: str) -> dict[str, str]:
    """Return the names of those who saw somebody who could not sign, by attendance id."""
    query = (
        select(attendance.c.id, facilitator.c.name)
        .join(facilitator, facilitator.c.id == attendance.c.witness_id)
        .where(attendance.c.workshop_id == workshop_id)
    )
    return {row.id: row.name for row in connection.execute(query)}


def has_attended(connection: Connection, participant_id: str, *, before: int) -> bool:
    """Tell whether a person was present at a workshop that began before an instant."""
    of_people = and_(alias.c.kind == "participant", alias.c.active)
    into = select(alias.c.to_id).where(alias.c.from_id == participant_id, of_people)
    person = connection.execute(into).scalar() or participant_id
    merged = select(alias.c.from_id).where(alias.c.to_id == person, of_people)
    query = (
        select(attendance.c.id)
        .join(workshop, workshop.c.id == attendance.c.workshop_id)
        .where(
            (attendance.c.participant_id == person) | attendance.c.participant_id.in_(merged),
            attendance.c.state == "present",
            workshop.c.starts_at < before,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def have_attended(connection: Connection, participant_ids: set[str], *, before: int) -> set[str]:
    """Return those of the people who were present at a workshop that began before an instant."""
    of_people = and_(alias.c.kind == "participant", alias.c.active)
    into = connection.execute(select(alias.c.from_id, alias.c.to_id).where(of_people))
    merged = {row.from_id: row.to_id for row in into}
    canonical = func.coalesce(alias.c.to_id, attendance.c.participant_id)
    query = (
        select(canonical)
        .select_from(
            attendance.join(workshop, workshop.c.id == attendance.c.workshop_id).outerjoin(
                alias, and_(alias.c.from_id == attendance.c.participant_id, of_people)
            )
        )
        .where(attendance.c.state == "present", workshop.c.starts_at < before)
        .distinct()
    )
    attended = set(connection.execute(query).scalars())
    return {person for person in participant_ids if merged.get(person, person) in attended}


def _with_person() -> Join:
    """Return attendances, each with what its person was merged into."""
    return attendance.outerjoin(
        alias,
        and_(
            alias.c.from_id == attendance.c.participant_id,
            alias.c.kind == "participant",
            alias.c.active,
        ),
    )


def _says(tile: RosterRow) -> tuple[int, bool, str]:
    return _RANK.get(tile.state, 3), tile.mode is None, tile.attendance_id


def _tile(row: tuple[Any, ...]) -> RosterRow:
    # By place, not by name: a list of 2,000 is read anew after each click.
    attendance_id, person, first_name, last_name, *told, unable_reason = row
    return RosterRow(
        attendance_id=attendance_id,
        participant_id=person,
        first_name=first_name or "",
        last_name=last_name or "",
        unable_reason=unable_reason or "",
        **dict(zip(_TOLD, told, strict=True)),
    )
