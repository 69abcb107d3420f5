"""What is here, sent or to be mended, workshop by workshop: what D9 shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from angrilien.domain.sending import STUMBLED
from angrilien.store.held import held
from angrilien.store.marks import have, mark, photo_copy, set_aside
from angrilien.store.sheets import receipt
from angrilien.store.tables import ChangeRow, local_table, table_of

change = local_table(ChangeRow)
alias = table_of("alias")
amendment = table_of("amendment")
attendance = table_of("attendance")
facilitator = table_of("facilitator")
note = table_of("session_note")
participant = table_of("participant")
photo = table_of("photo")
sheet = table_of("sheet")
sheet_line = table_of("sheet_line")
signature = table_of("signature")
workshop = table_of("workshop")

HERE: Final = 1
FIX: Final = 2

_OF_A_WORKSHOP: Final = (
    "workshop_facilitator",
    "attendance",
    "signature",
    "session_note",
    "follow_up",
    "sheet",
    "photo",
)
_ATTENDANCE_KIND = case(
    {"present": "present", "expected": "expected"}, value=attendance.c.state, else_="absent"
)
# The animateur's own signature is part of the sheet, or of the correction that names it.
_SIGNATURE_KIND = case(
    (signature.c.attendance_id.is_not(None), "signature"),
    (exists().where(amendment.c.signature_id == signature.c.id), "amendment"),
    else_="sheet",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """Things of one kind that are not all sent.

    Attributes:
        workshop_id: empty for none.
        kind: as `domain.sending.SendingItem`.
        state: `HERE` or `FIX`.
        code: why they are to be mended.
        things: how many.
        waiting, to_fix: changes (and photos) of theirs.
    """

    workshop_id: str
    kind: str
    state: int
    code: str
    things: int
    waiting: int
    to_fix: int


def unsettled(connection: Connection, inc: str) -> list[Unsettled]:
    """Return what waits and what is to be mended, from one query; what belongs together, added.

    A thing that is both is to be mended: what waits of it is counted all the same.
    """
    rows = union_all(_waiting(inc), _photos(), _stumbled(inc), _held()).subquery()
    thing = (
        select(
            rows.c.entity,
            rows.c.id,
            func.max(rows.c.state).label("state"),
            func.max(rows.c.code).label("code"),
            func.sum(rows.c.waiting).label("waiting"),
            func.sum(rows.c.to_fix).label("to_fix"),
        )
        .group_by(rows.c.entity, rows.c.id)
        .subquery()
    )
    placed = select(
        func.coalesce(_workshop_of(thing.c.entity, thing.c.id), "").label("workshop_id"),
        _kind_of(thing.c.entity, thing.c.id).label("kind"),
        thing.c.state,
        thing.c.code,
        thing.c.waiting,
        thing.c.to_fix,
    ).subquery()
    keys = (placed.c.workshop_id, placed.c.kind, placed.c.state, placed.c.code)
    query = select(
        *keys, func.count(), func.sum(placed.c.waiting), func.sum(placed.c.to_fix)
    ).group_by(*keys)
    return [
        Unsettled(
            workshop_id=workshop_id,
            kind=kind,
            state=state,
            code=code,
            things=things,
            waiting=waiting,
            to_fix=to_fix,
        )
        for workshop_id, kind, state, code, things, waiting, to_fix in connection.execute(query)
    ]


def _row(
    entity: Any, entity_id: Any, state: int, *, code: ColumnElement[str] | None = None
) -> Select[Any]:
    return select(
        entity.label("entity"),
        entity_id.label("id"),
        literal(state).label("state"),
        (literal("") if code is None else code).label("code"),
        literal(int(state == HERE)).label("waiting"),
        literal(int(state == FIX)).label("to_fix"),
    )


def _waiting(inc: str) -> Select[Any]:
    """The same changes as those that `marks.sending_state` counts."""
    ack = select(mark.c.ack).scalar_subquery()
    return _row(change.c.entity, change.c.entity_id, HERE).where(
        change.c.inc == inc,
        change.c.seq > ack,
        ~exists().where(have.c.first <= change.c.seq, have.c.last >= change.c.seq),
        ~exists().where(set_aside.c.seq == change.c.seq),
    )


def _photos() -> Select[Any]:
    joined = photo.outerjoin(photo_copy, photo.c.digest == photo_copy.c.digest)
    is_here = func.coalesce(photo_copy.c.state, "here") == "here"
    return _row(literal("photo"), photo.c.id, HERE).select_from(joined).where(is_here)


def _stumbled(inc: str) -> Select[Any]:
    joined = change.join(set_aside, and_(change.c.inc == inc, change.c.seq == set_aside.c.seq))
    rows = _row(change.c.entity, change.c.entity_id, FIX, code=literal(STUMBLED))
    return rows.select_from(joined)


def _held() -> Select[Any]:
    within = and_(change.c.inc == held.c.inc, change.c.seq.between(held.c.first, held.c.last))
    rows = _row(change.c.entity, change.c.entity_id, FIX, code=held.c.code)
    return rows.select_from(change.join(held, within))


def _workshop_of(entity: Any, entity_id: Any) -> ColumnElement[Any]:
    def own(name: str) -> ColumnElement[Any]:
        table = table_of(name)
        return select(table.c.workshop_id).where(table.c.id == entity_id).scalar_subquery()

    def by_sheet(table: Any) -> ColumnElement[Any]:
        joined = table.join(sheet, sheet.c.id == table.c.sheet_id)
        query = select(sheet.c.workshop_id).select_from(joined).where(table.c.id == entity_id)
        return query.scalar_subquery()

    return case(
        {
            "workshop": entity_id,
            "sheet_line": by_sheet(sheet_line),
            "amendment": by_sheet(amendment),
            **{name: own(name) for name in _OF_A_WORKSHOP},
        },
        value=entity,
        else_=null(),
    )


def _kind_of(entity: Any, entity_id: Any) -> ColumnElement[Any]:
    def looked_up(table: Any, kind: Any) -> ColumnElement[Any]:
        return select(kind).where(table.c.id == entity_id).scalar_subquery()

    return case(
        {
            "attendance": func.coalesce(looked_up(attendance, _ATTENDANCE_KIND), "present"),
            "signature": func.coalesce(looked_up(signature, _SIGNATURE_KIND), "signature"),
            "sheet_line": "sheet",
            "workshop_facilitator": "workshop",
            "session_note": "note",
            "participant": "person",
        },
        value=entity,
        else_=entity,
    )


def totals(connection: Connection, workshop_ids: Collection[str]) -> dict[tuple[str, str], int]:
    """Return how many things of each kind some workshops have: (workshop id, kind) → number."""

    def counted(table: Any, kind: Any) -> Select[Any]:
        return (
            select(table.c.workshop_id, kind.label("kind"), func.count().label("things"))
            .where(table.c.workshop_id.in_(workshop_ids))
            .group_by(table.c.workshop_id, kind)
        )

    corrections = (
        select(sheet.c.workshop_id, literal("amendment"), func.count())
        .select_from(amendment.join(sheet, sheet.c.id == amendment.c.sheet_id))
        .where(sheet.c.workshop_id.in_(workshop_ids))
        .group_by(sheet.c.workshop_id)
    )
    drawn = counted(signature, literal("signature")).where(signature.c.attendance_id.is_not(None))
    query = union_all(
        counted(attendance, _ATTENDANCE_KIND),
        drawn,
        counted(note, literal("note")),
        counted(sheet, literal("sheet")),
        counted(photo, literal("photo")),
        counted(table_of("follow_up"), literal("follow_up")),
        corrections,
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def elsewhere(connection: Connection) -> dict[str, int]:
    """Return how many things of each kind belong to no workshop."""
    query = union_all(
        *(
            select(literal(kind).label("kind"), func.count()).select_from(table)
            for kind, table in (
                ("person", participant),
                ("facilitator", facilitator),
                ("alias", alias),
            )
        )
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def latest_workshops(connection: Connection, apart: Collection[str], limit: int) -> list[str]:
    """Return the workshops that were written last, the latest first, some left aside."""
    # By the laptop's clock at that moment: numbers of another incarnation say nothing of when.
    written = (
        select(change.c.at)
        .where(change.c.inc == workshop.c.inc, change.c.seq == workshop.c.seq)
        .scalar_subquery()
    )
    query = select(workshop.c.id).where(workshop.c.id.not_in(apart))
    ordered = query.order_by(written.desc(), workshop.c.id.desc()).limit(limit)
    return list(connection.execute(ordered).scalars())


def count_workshops(connection: Connection) -> int:
    """Return how many workshops there are."""
    return int(connection.execute(select(func.count()).select_from(workshop)).scalar_one())


def receipts_of(connection: Connection, workshop_ids: Collection[str]) -> dict[str, int]:
    """Return when the programme held the sheet of each of some workshops, milliseconds UTC."""
    query = (
        select(sheet.c.workshop_id, receipt.c.date)
        .join(receipt, receipt.c.sheet_id == sheet.c.id)
        .where(sheet.c.workshop_id.in_(workshop_ids))
    )
    return {row[0]: row[1] for row in connection.execute(query)}
