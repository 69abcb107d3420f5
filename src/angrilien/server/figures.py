"""Figures read back from what the server holds, for its command line and for whoever checks it.

People are counted by their canonical id; présences sans nom count in participations, never among
different people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, col, func, select

from angrilien.domain.entities import Alias, Attendance, SessionNote, Sheet, SheetLine, Workshop
from angrilien.server.base import table
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow, SheetReceiptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the server holds, of one workshop or of all.

    Attributes:
        workshops: those neither cancelled nor left without anybody.
        participations: presences, sans nom included.
        people: different people among them.
        anonymous: présences sans nom among them.
        first_timers: presences marked "1re fois".
        on_screen, on_paper, unable: presences by how they were signed.
        notes: bilans.
        sheets, receipts: sealed sheets, and those whose seal the server has checked and receipted.
        changes: stored changes.
        held: those among them that are not applied.
        received: how many times the same act is stored at most: 1, or something was doubled.
    """

    workshops: int
    participations: int
    people: int
    anonymous: int
    first_timers: int
    on_screen: int
    on_paper: int
    unable: int
    notes: int
    sheets: int
    receipts: int
    changes: int
    held: int
    received: int

    def as_dict(self) -> dict[str, int]:
        """Return the figures by name."""
        return asdict(self)


def read_figures(session: Session, workshop_id: str | None = None) -> Figures | None:
    """Return the figures of a workshop, or of everything; None if there is no such workshop."""
    names = _canonical(session, "workshop")
    wanted: set[str] | None = None
    if workshop_id is not None:
        canonical = names.get(workshop_id, workshop_id)
        wanted = {canonical} | {one for one, to in names.items() if to == canonical}
    workshops = _rows(session, Workshop.ENTITY, "id", "state", among=wanted)
    if wanted is not None and not workshops:
        return None
    held_places = {names.get(row.id, row.id) for row in workshops if row.state not in _NOT_HELD}
    present = [
        row
        for row in _rows(
            session, Attendance.ENTITY,
            "id", "workshop_id", "participant_id", "first_time", "mode", "state", among=wanted,
        )
        if row.state == "present"
    ]  # fmt: skip
    people = _canonical(session, "participant")
    known = [row.participant_id for row in present if row.participant_id is not None]
    modes = Counter(row.mode for row in present)
    sheets = [row.id for row in _rows(session, Sheet.ENTITY, "id", "workshop_id", among=wanted)]
    notes = _rows(session, SessionNote.ENTITY, "id", "workshop_id", among=wanted)
    changes, held, received = _changes(session, wanted)
    return Figures(
        workshops=len(held_places),
        participations=len(present),
        people=len({people.get(one, one) for one in known}),
        anonymous=len(present) - len(known),
        first_timers=sum(row.first_time is True for row in present),
        on_screen=modes["screen"],
        on_paper=modes["paper"],
        unable=modes["unable"],
        notes=len(notes),
        sheets=len(sheets),
        receipts=_receipts(session, sheets),
        changes=changes,
        held=held,
        received=received,
    )


_NOT_HELD = ("cancelled", "nobody")


def _canonical(session: Session, kind: str) -> dict[str, str]:
    """Return, of each id that is another's alias, the id it stands for in the end."""
    alias = PROJECTED[Alias.ENTITY]
    rows = session.connection().execute(
        select(alias.c.from_id, alias.c.to_id).where(alias.c.kind == kind, alias.c.active.is_(True))
    )
    step: dict[str, str] = dict(map(tuple, rows))
    found: dict[str, str] = {}
    for one in step:
        passed, at = {one}, one
        while (at := step.get(at, at)) not in passed:
            passed.add(at)
        # In a ring the lowest id stands for all, from wherever one starts.
        found[one] = min(passed) if at in step else at
    return found


def _rows(session: Session, entity: str, *columns: str, among: set[str] | None) -> list[Any]:
    """Return columns of a projection, of some workshops or of all."""
    source = PROJECTED[entity]
    statement: Select[Any] = select(*(source.c[name] for name in columns))
    if among is not None:
        key = "id" if entity == Workshop.ENTITY else "workshop_id"
        statement = statement.where(source.c[key].in_(among))
    return list(session.connection().execute(statement))


def _receipts(session: Session, sheets: list[str]) -> int:
    receipted = set(session.exec(select(SheetReceiptRow.sheet_id)))
    return len(receipted & set(sheets))


def _changes(session: Session, wanted: set[str] | None) -> tuple[int, int, int]:
    """Return how many changes are stored and held, and how often the same one is at most."""
    changes = table(ChangeRow)
    # Salted, a commit is one act's own: the same one twice is the same act received twice.
    per_act = select(
        func.count().label("times"), func.count(col(ChangeRow.held)).label("held")
    ).group_by(changes.c.commit)
    if wanted is not None:
        per_act = per_act.where(changes.c.entity_id.in_(_ids_of(session, wanted)))
    acts = per_act.subquery()
    total, held, most = (
        session.connection()
        .execute(
            select(
                func.coalesce(func.sum(acts.c.times), 0),
                func.coalesce(func.sum(acts.c.held), 0),
                func.coalesce(func.max(acts.c.times), 0),
            )
        )
        .one()
    )
    return int(total), int(held), int(most)


def _ids_of(session: Session, workshops: set[str]) -> set[str]:
    """Return the ids of all rows of some workshops."""
    ids = set(workshops)
    for name, source in PROJECTED.items():
        if "workshop_id" in source.c:
            ids |= {row.id for row in _rows(session, name, "id", among=workshops)}
    sheets = [row.id for row in _rows(session, Sheet.ENTITY, "id", among=workshops)]
    line = PROJECTED[SheetLine.ENTITY]
    ids |= set(
        session.connection().execute(select(line.c.id).where(line.c.sheet_id.in_(sheets))).scalars()
    )
    return ids
