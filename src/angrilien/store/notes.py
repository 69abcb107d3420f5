"""Queries about bilans and follow-ups."""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, or_, select

from angrilien.domain.rows import EarlierNote, FollowUpRow
from angrilien.store.tables import table_of

workshop = table_of("workshop")
attendance = table_of("attendance")
note = table_of("session_note")
alias = table_of("alias")
follow_up = table_of("follow_up")


def earlier(connection: Connection, workshop_id: str, limit: int) -> list[EarlierNote]:
    """Return the bilans of earlier workshops at which people of this one's list were present.

    A person who was merged into another is that other one.
    """
    merged = dict(
        connection.execute(
            select(alias.c.from_id, alias.c.to_id).where(
                alias.c.kind == "participant", alias.c.active
            )
        ).all()
    )
    listed = set(
        connection.execute(
            select(attendance.c.participant_id).where(
                attendance.c.workshop_id == workshop_id,
                attendance.c.participant_id.is_not(None),
                attendance.c.state.in_(("expected", "present")),
            )
        ).scalars()
    )
    canonical = {merged.get(person, person) for person in listed}
    people = canonical | {one for one, other in merged.items() if other in canonical}
    if not people:
        return []
    begun = select(workshop.c.starts_at).where(workshop.c.id == workshop_id).scalar_subquery()
    met = exists().where(
        attendance.c.workshop_id == workshop.c.id,
        attendance.c.state == "present",
        attendance.c.participant_id.in_(people),
    )
    query = (
        select(workshop, note.c.done, note.c.hard, note.c.next_time)
        .join(note, note.c.workshop_id == workshop.c.id)
        .where(
            workshop.c.id != workshop_id,
            workshop.c.starts_at <= begun,
            or_(note.c.done != "", note.c.hard != "", note.c.next_time != ""),
            met,
        )
        .order_by(workshop.c.starts_at.desc())
        .limit(limit)
    )
    return [
        EarlierNote(
            workshop_id=row.id,
            title=row.title,
            date=row.date,
            done=row.done,
            hard=row.hard,
            next_time=row.next_time,
        )
        for row in connection.execute(query)
    ]


def follow_ups(connection: Connection, workshop_id: str) -> list[FollowUpRow]:
    """Return what there is to do since a workshop: by date, what has none last."""
    query = (
        select(follow_up)
        .where(follow_up.c.workshop_id == workshop_id)
        .order_by(follow_up.c.finished, func.coalesce(follow_up.c.due, "9999"), follow_up.c.id)
    )
    return [
        FollowUpRow(id=row.id, text=row.text, due=row.due or "", finished=row.finished)
        for row in connection.execute(query)
    ]
