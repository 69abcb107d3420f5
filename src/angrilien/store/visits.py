"""The workshops at which somebody was present."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from angrilien.domain.rows import Visit
from angrilien.store.tables import table_of
from angrilien.store.workshops import venues

workshop = table_of("workshop")
attendance = table_of("attendance")
alias = table_of("alias")


def visits(connection: Connection, participant_id: str, now: int) -> list[Visit]:
    """Return the workshops that were held with this person, the first one first.

    Those noted under a name that was merged into theirs count. The hours are the person's own:
    until the departure where it was told, and until now where the workshop is still going on. From
    its beginning: an arrival is the moment of a click, and says little of when somebody came.
    """
    merged = select(alias.c.from_id).where(
        alias.c.kind == "participant", alias.c.to_id == participant_id, alias.c.active
    )
    query = (
        select(workshop, attendance.c.departure)
        .join(attendance, attendance.c.workshop_id == workshop.c.id)
        .where(
            attendance.c.state == "present",
            workshop.c.state.in_(("open", "closed")),
            attendance.c.participant_id.in_(
                [participant_id, *connection.execute(merged).scalars()]
            ),
        )
        .order_by(workshop.c.starts_at)
    )
    rows = {row.id: row for row in connection.execute(query)}.values()
    places = venues(connection, {row.venue_id for row in rows})
    return [
        Visit(
            title=row.title,
            date=row.date,
            starts_at=row.starts_at,
            ends_at=_end(row, now),
            tz=row.tz,
            venue=places[row.venue_id].name if row.venue_id in places else "",
        )
        for row in rows
    ]


def _end(row: Row[Any], now: int) -> int:
    """Return until when somebody was there: the sheet of a workshop under way is still open."""
    end: int = min(row.ends_at, row.departure or row.ends_at)
    begun: int = row.starts_at
    return max(begun, end if row.state == "closed" else min(end, now))
