"""Queries about workshops and venues."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from angrilien.domain.entities import Attendance, Workshop, WorkshopFacilitator
from angrilien.domain.holidays import departement_of
from angrilien.domain.rows import TodoRow, VenueRow, WorkshopRow
from angrilien.store import log
from angrilien.store.tables import VenueTable, local_table, table_of

workshop = table_of("workshop")
attendance = table_of("attendance")
facilitator = table_of("facilitator")
link = table_of("workshop_facilitator")
note = table_of("session_note")
follow_up = table_of("follow_up")
alias = table_of("alias")
venue = local_table(VenueTable)

_PRESENT = attendance.c.state == "present"
_LISTED = attendance.c.state.in_(("expected", "present"))


def venues(connection: Connection, ids: Collection[str]) -> dict[str, VenueRow]:
    """Return the venues of these ids that the reference data knows, the provisional one too."""
    return {
        row.id: VenueRow(
            id=row.id,
            name=row.name,
            commune=row.commune,
            address=", ".join(
                part for part in (row.address, f"{row.postcode} {row.commune}".strip()) if part
            ),
            tz=row.tz,
            provisional=row.provisional,
            departement=departement_of(row.postcode or ""),
        )
        for row in connection.execute(select(venue).where(venue.c.id.in_(ids)))
    }


def name_venue(connection: Connection, venue_id: str, name: str) -> None:
    """Give another name to the provisional venue: it is no venue of the programme's list."""
    connection.execute(
        update(venue).where(venue.c.id == venue_id, venue.c.provisional.is_(True)).values(name=name)
    )


def find(connection: Connection, workshop_id: str) -> WorkshopRow | None:
    """Return one workshop with its counts."""
    return next(iter(_rows(connection, workshop.c.id == workshop_id)), None)


def some(connection: Connection, ids: Collection[str]) -> dict[str, WorkshopRow]:
    """Return the workshops of these ids."""
    return {row.id: row for row in _rows(connection, workshop.c.id.in_(ids))}


def with_code(connection: Connection, code: str) -> list[WorkshopRow]:
    """Return the workshops whose sheet has this code: one, or none."""
    return _rows(connection, workshop.c.code == code)


def on_days(connection: Connection, first: str, last: str) -> list[WorkshopRow]:
    """Return the workshops of the local dates `first` to `last`, in the order of their start."""
    return _rows(connection, workshop.c.date.between(first, last))


def coming(connection: Connection, after: str, limit: int) -> list[WorkshopRow]:
    """Return the first workshops of the dates after `after` that are still to be held."""
    wanted = select(workshop.c.id).where(
        workshop.c.date > after, workshop.c.state.in_(("planned", "open"))
    )
    chosen = wanted.order_by(workshop.c.starts_at).limit(limit)
    return _rows(connection, workshop.c.id.in_(chosen))


def overlapping(connection: Connection, starts_at: int, ends_at: int, apart: str) -> list[str]:
    """Return the titles of the workshops held at the same time, `apart` left aside."""
    return list(
        connection.execute(
            select(workshop.c.title)
            .where(
                workshop.c.starts_at < ends_at,
                workshop.c.ends_at > starts_at,
                workshop.c.state.in_(("planned", "open", "closed")),
                workshop.c.id != apart,
            )
            .order_by(workshop.c.starts_at)
        ).scalars()
    )


def opened_between(connection: Connection, ended: int, begun: int) -> list[tuple[int, int]]:
    """Return start and end of the workshops that were opened, end after `ended`, begin by `begun`.

    One that was closed before its hour counts as well: its people are still there.
    """
    query = select(workshop.c.starts_at, workshop.c.ends_at).where(
        workshop.c.ends_at > ended,
        workshop.c.starts_at <= begun,
        workshop.c.state.in_(("open", "closed", "nobody")),
    )
    return [(row.starts_at, row.ends_at) for row in connection.execute(query)]


def is_one_under_way(connection: Connection, ended: int, begun: int) -> bool:
    """Tell whether a workshop that is not over ends after `ended` and starts by `begun`."""
    query = select(workshop.c.id).where(
        workshop.c.ends_at > ended,
        workshop.c.starts_at <= begun,
        workshop.c.state.in_(("planned", "open")),
    )
    return connection.execute(query.limit(1)).first() is not None


def of_venue(connection: Connection, venue_id: str) -> list[Workshop]:
    """Return the workshops written for a venue id, as it stands in their bodies."""
    query = select(workshop).where(workshop.c.venue_id == venue_id)
    return [log.record_of(Workshop, row) for row in connection.execute(query)]


def attendances(connection: Connection, workshop_id: str) -> list[Attendance]:
    """Return the attendance records of a workshop."""
    query = select(attendance).where(attendance.c.workshop_id == workshop_id)
    return [log.record_of(Attendance, row) for row in connection.execute(query)]


def of_code(connection: Connection, code: str) -> list[Workshop]:
    """Return the workshops of a code that were not cancelled."""
    query = select(workshop).where(workshop.c.code == code, workshop.c.state != "cancelled")
    return [log.record_of(Workshop, row) for row in connection.execute(query)]


def leads(connection: Connection, workshop_id: str) -> list[WorkshopFacilitator]:
    """Return who runs a workshop, the lead first."""
    query = select(link).where(link.c.workshop_id == workshop_id, link.c.active)
    return [
        log.record_of(WorkshopFacilitator, row)
        for row in connection.execute(query.order_by(link.c.role))
    ]


def todos(connection: Connection, today: str, now: int) -> list[TodoRow]:
    """Return "À faire": workshops past without a closed sheet, bilans to write, follow-ups due.

    A workshop of yesterday that goes on after midnight is not past.
    """
    has_note = exists().where(
        note.c.workshop_id == workshop.c.id,
        or_(note.c.done != "", note.c.hard != "", note.c.next_time != ""),
    )
    kind = case((workshop.c.state == "closed", "note"), else_="sheet")
    past = (
        select(kind.label("kind"), workshop.c.id, workshop.c.title, workshop.c.date)
        .where(
            or_(
                and_(
                    workshop.c.state.in_(("planned", "open")),
                    workshop.c.date < today,
                    workshop.c.ends_at <= now,
                ),
                and_(workshop.c.state == "closed", ~has_note),
            )
        )
        .order_by(workshop.c.starts_at.desc())
        .limit(20)
    )
    due = (
        select(follow_up.c.id, follow_up.c.text, follow_up.c.due)
        .where(~follow_up.c.finished, or_(follow_up.c.due.is_(None), follow_up.c.due <= today))
        .order_by(follow_up.c.due)
        .limit(20)
    )
    found = [
        TodoRow(kind=row.kind, id=row.id, text=row.title, date=row.date)
        for row in connection.execute(past)
    ]
    found += [
        TodoRow(kind="follow_up", id=row.id, text=row.text, date=row.due or "")
        for row in connection.execute(due)
    ]
    return found


def _rows(connection: Connection, condition: ColumnElement[bool]) -> list[WorkshopRow]:
    found = list(
        connection.execute(select(workshop).where(condition).order_by(workshop.c.starts_at))
    )
    ids = [row.id for row in found]
    canonical = _venue_aliases(connection)
    places = venues(connection, {canonical.get(row.venue_id, row.venue_id) for row in found})
    counts = _counts(connection, ids)
    names = _names(connection, ids)
    noted = set(
        connection.execute(select(note.c.workshop_id).where(note.c.workshop_id.in_(ids))).scalars()
    )
    return [
        _row(
            row,
            _place(places, canonical.get(row.venue_id, row.venue_id), row.tz),
            names.get(row.id, ()),
            counts.get(row.id),
            has_note=row.id in noted,
        )
        for row in found
    ]


def _place(places: dict[str, VenueRow], venue_id: str, tz: str) -> VenueRow:
    return places.get(venue_id) or VenueRow(id=venue_id, name="", tz=tz, provisional=True)


def _venue_aliases(connection: Connection) -> dict[str, str]:
    query = select(alias.c.from_id, alias.c.to_id).where(alias.c.kind == "venue", alias.c.active)
    return {row.from_id: row.to_id for row in connection.execute(query)}


def _counts(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Count per workshop; a person listed twice through a merge counts once."""
    person = func.coalesce(alias.c.to_id, attendance.c.participant_id, attendance.c.id)
    merged = and_(
        alias.c.from_id == attendance.c.participant_id,
        alias.c.kind == "participant",
        alias.c.active,
    )
    anonymous = attendance.c.participant_id.is_(None)

    def distinct(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(func.distinct(case((condition, person))))

    query = (
        select(
            attendance.c.workshop_id,
            distinct(_LISTED).label("expected"),
            distinct(_PRESENT).label("present"),
            distinct(and_(_PRESENT, anonymous)).label("anonymous"),
            distinct(and_(_PRESENT, attendance.c.mode == "screen")).label("signed"),
            distinct(and_(_PRESENT, attendance.c.mode == "paper")).label("on_paper"),
            distinct(and_(_PRESENT, attendance.c.mode == "unable")).label("unable"),
            distinct(and_(_PRESENT, attendance.c.first_time)).label("first_timers"),
        )
        .select_from(attendance.outerjoin(alias, merged))
        .where(attendance.c.workshop_id.in_(ids))
        .group_by(attendance.c.workshop_id)
    )
    return {row.workshop_id: row for row in connection.execute(query)}


def _names(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = (
        select(link.c.workshop_id, facilitator.c.name)
        .join(facilitator, facilitator.c.id == link.c.facilitator_id)
        .where(link.c.workshop_id.in_(ids), link.c.active)
        .order_by(link.c.role)
    )
    names: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query):
        names[row.workshop_id] = (*names.get(row.workshop_id, ()), row.name)
    return names


def _row(
    row: Row[Any],
    place: VenueRow,
    names: tuple[str, ...],
    counts: Row[Any] | None,
    *,
    has_note: bool,
) -> WorkshopRow:
    def counted(name: str) -> int:
        return int(getattr(counts, name)) if counts is not None else 0

    return WorkshopRow(
        id=row.id,
        title=row.title,
        date=row.date,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        tz=row.tz,
        state=row.state,
        themes=row.themes,
        level=row.level,
        venue=place,
        facilitators=names,
        after_the_fact=row.after_the_fact,
        places=row.places,
        code=row.code,
        notes=row.notes or "",
        expected=counted("expected"),
        present=counted("present"),
        anonymous=counted("anonymous"),
        signed=counted("signed"),
        on_paper=counted("on_paper"),
        unable=counted("unable"),
        first_timers=counted("first_timers"),
        has_note=has_note,
    )
