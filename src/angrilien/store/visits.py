"""The workshops at which somebody was present."""

from __future__ import annotations

from sqlalchemy import Connection, select

from angrilien.domain.rows import Visit
from angrilien.store.tables import table_of
from angrilien.store.workshops import venues

workshop = table_of("workshop")
attendance = table_of("attendance")
alias = table_of("alias")


def visits(connection: Connection, participant_id: str) -> list[Visit]:
    """Return the workshops that were held with this person, the first one first.

    Those noted under a name that was merged into theirs count. The hours are the person's own:
    from the arrival and to the departure where they were told, within the workshop's.
    """
    merged = select(alias.c.from_id).where(
        alias.c.kind == "participant", alias.c.to_id == participant_id, alias.c.active
    )
    query = (
        select(workshop, attendance.c.departure)
        .join(attendance, attendance.c.workshop_id == workshop.c.id)
        .where(
            attendance.c.state == "present",
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
            ends_at=min(row.ends_at, max(row.starts_at, row.departure or row.ends_at)),
            tz=row.tz,
            venue=places[row.venue_id].name if row.venue_id in places else "",
        )
        for row in rows
    ]
