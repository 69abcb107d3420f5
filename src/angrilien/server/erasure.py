"""Erasing a person here: what is named keeps its head and its commit, and loses what it said.

The projections keep the pseudonymous half of the rows, so that the figures and the seals stay what
they were. What hangs on a person goes with the person, also what comes later: its names are taken
out before it is stored, so that a laptop may push before it is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from sqlalchemy import func, or_, select, tuple_, update
from sqlmodel import Session, col
from sqlmodel import select as select_models

from angrilien.domain.entities import (
    BY_ENTITY,
    Alias,
    Amendment,
    Attendance,
    FollowUp,
    Participant,
    SheetLine,
    Signature,
    Workshop,
)
from angrilien.domain.record import is_shared
from angrilien.server.base import table
from angrilien.server.database import Database, chunks, insert_new
from angrilien.server.errors import UnknownPerson
from angrilien.server.keyring import Keyring
from angrilien.server.orders import give
from angrilien.server.permits import Permits
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow, DeviceVenue, ErasedRow, Incarnation, ProgrammeRow
from angrilien.wire.canonical import BadMessage, loads
from angrilien.wire.order import ERASE, Order
from angrilien.wire.push import PushLine

RowKey = tuple[str, str]
"""(entity, entity id)."""

_HANGS_ON: Final[dict[str, tuple[str, str]]] = {
    Attendance.ENTITY: ("participant_id", Participant.ENTITY),
    FollowUp.ENTITY: ("participant_id", Participant.ENTITY),
    Signature.ENTITY: ("attendance_id", Attendance.ENTITY),
    SheetLine.ENTITY: ("attendance_id", Attendance.ENTITY),
}
"""Of each entity that goes with a person: its field, and the entity that the field names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did: how many rows it named, how many laptops are told."""

    rows: int
    laptops: int


def erase_person(database: Database, keyring: Keyring, person: str, now: int) -> Erased:
    """Erase a person here at once, and order it to each laptop that may hold something of them.

    Raises:
        UnknownPerson: nobody has this id here.
    """
    changes = table(ChangeRow)
    with database.writing() as session:
        # Whoever stores or applies a change meanwhile waits for the end of this transaction.
        session.exec(select_models(ProgrammeRow).with_for_update()).one()
        known = select(changes.c.seq).where(
            changes.c.entity == Participant.ENTITY, changes.c.entity_id == person
        )
        if session.connection().execute(known.limit(1)).first() is None:
            raise UnknownPerson
        erased = _erase_and_tell(session, keyring, {(Participant.ENTITY, person)}, now)
    compact(database)
    return erased


def erase_again(
    database: Database, keyring: Keyring, rows: Collection[RowKey], now: int
) -> Erased | None:
    """Erase what was erased after the backup that was put back; None where that is nothing.

    Also what is not here yet: what laptops offer of it later comes without its names.
    """
    with database.writing() as session:
        session.exec(select_models(ProgrammeRow).with_for_update()).one()
        lacking = set(rows) - erased_among(session, rows)
        if not lacking:
            return None
        erased = _erase_and_tell(session, keyring, lacking, now)
    compact(database)
    return erased


def _erase_and_tell(
    session: Session, keyring: Keyring, seeds: Collection[RowKey], now: int
) -> Erased:
    rows = _name(session, seeds, now)
    people = tuple(sorted(row for row in rows if row[0] == Participant.ENTITY))
    laptops = _writers(session, rows) | _neighbours(session, rows)
    for dev in sorted(laptops):
        order = Order(
            aud=keyring.aud, dev=dev, number=1, date=now, kind=ERASE, rows=people
        )  # what hangs on them, each laptop knows best
        give(session, keyring, order)
    return Erased(rows=len(rows), laptops=len(laptops))


def compact(database: Database) -> bool:
    """Write the database anew if something was erased since it last was; tell whether it was done.

    What comes in late may name rows that were stored before, names and all.

    Raises:
        OperationalError: somebody else is at work in it; it is to be done later.
    """
    with database.reading() as session:
        erased = session.exec(select_models(func.count()).select_from(ErasedRow)).one()
        done = session.get_one(ProgrammeRow, 1).compacted
    if erased == done:
        return False
    database.compact()
    with database.writing() as session:
        session.get_one(ProgrammeRow, 1).compacted = erased
    return True


def erased_among(session: Session, keys: Collection[RowKey]) -> set[RowKey]:
    """Return the erased ones of some rows."""
    if not keys or session.exec(select_models(ErasedRow.entity).limit(1)).first() is None:
        return set()
    found: set[RowKey] = set()
    erased = table(ErasedRow)
    for some in chunks(sorted({entity_id for _, entity_id in keys})):
        query = select(erased.c.entity, erased.c.entity_id).where(erased.c.entity_id.in_(some))
        found |= {(row.entity, row.entity_id) for row in session.connection().execute(query)}
    return found & set(keys)


def without_names(session: Session, lines: Sequence[PushLine], now: int) -> list[PushLine]:
    """Return lines that are about to be stored, without what an erasure names.

    Called with the programme's row locked: no erasure is under way. What hangs on an erased person
    is named from now on, too.
    """
    if session.exec(select_models(ErasedRow.entity).limit(1)).first() is None:
        return list(lines)
    refers = {line.seq: _refers_to(session, line.entity, line.shared) for line in lines}
    own = {(line.entity, line.entity_id) for line in lines}
    named = erased_among(session, own.union(*refers.values()))
    while fresh := _hanging_lines(lines, refers, named):
        named |= _name(session, fresh, now)
    return [
        replace(line, body=None) if (line.entity, line.entity_id) in named else line
        for line in lines
    ]


def let_go(session: Session, numbers: Sequence[int]) -> None:
    """Reduce changes of erased rows to their commits, those that are applied."""
    changes = table(ChangeRow)
    for some in chunks(list(numbers)):
        session.connection().execute(
            update(changes)
            .where(changes.c.server_seq.in_(some), changes.c.held.is_(None))
            .values(salt=None, shared=None, private=None, private_digest=None)
        )


def _name(session: Session, seeds: Collection[RowKey], now: int) -> set[RowKey]:
    """Erase some rows, the same people under other ids, and what hangs on them; return them all."""
    people = {entity_id for entity, entity_id in seeds if entity == Participant.ENTITY}
    fresh = set(seeds) | {(Participant.ENTITY, one) for one in _merged(session, people)}
    named: set[RowKey] = set()
    while fresh:
        named |= fresh
        fresh = (_shown_on(session, fresh) | _held_on(session, fresh)) - named
    _erase(session, named, now)
    return named


def _hanging_lines(
    lines: Sequence[PushLine], refers: dict[int, set[RowKey]], named: set[RowKey]
) -> set[RowKey]:
    """Return the rows of lines that hang on named ones and are not named yet."""
    fresh: set[RowKey] = set()
    for line in lines:
        if not refers[line.seq] & (named | fresh):
            continue
        # An alias says that two people are one; it says nothing else of them.
        alias = line.entity == Alias.ENTITY
        fresh |= refers[line.seq] if alias else {(line.entity, line.entity_id)}
    return fresh - named


def _refers_to(session: Session, entity: str, shared: str | None) -> set[RowKey]:
    """Return the rows that a change hangs on, or that its alias says to be one."""
    if shared is None or entity not in (*_HANGS_ON, Amendment.ENTITY, Alias.ENTITY):
        return set()
    try:
        value = loads(shared.encode("utf-8"))
    except BadMessage:
        return set()
    if entity == Alias.ENTITY:
        if value.get("kind") != Participant.ENTITY or value.get("active") is False:
            return set()
        return {(Participant.ENTITY, str(value.get(side))) for side in ("from_id", "to_id")}
    if entity == Amendment.ENTITY:
        at = (str(value.get("sheet_id")), value.get("number"))
        return _lines_at(session, at) if type(at[1]) is int else set()
    field, target = _HANGS_ON[entity]
    return {(target, str(value[field]))} if value.get(field) else set()


def _lines_at(session: Session, at: tuple[str, Any]) -> set[RowKey]:
    line = PROJECTED[SheetLine.ENTITY]
    query = select(line.c.id).where(line.c.sheet_id == at[0], line.c.number == at[1])
    return {(SheetLine.ENTITY, one) for one in session.connection().execute(query).scalars()}


def _merged(session: Session, people: Collection[str]) -> set[str]:
    """Return the people who are the same ones under another id, whichever way they were merged."""
    alias = PROJECTED[Alias.ENTITY]
    found, fresh = set(people), set(people)
    while fresh:
        rows = session.connection().execute(
            select(alias.c.from_id, alias.c.to_id).where(
                alias.c.kind == Participant.ENTITY,
                alias.c.active.is_(True),
                or_(alias.c.from_id.in_(fresh), alias.c.to_id.in_(fresh)),
            )
        )
        fresh = {one for row in rows for one in (row.from_id, row.to_id)} - found
        found |= fresh
    return found


def _shown_on(session: Session, rows: Collection[RowKey]) -> set[RowKey]:
    """Return the rows of the projections that hang on some rows."""
    found: set[RowKey] = set()
    for entity, (field, target) in _HANGS_ON.items():
        source = PROJECTED[entity]
        for some in chunks(_ids(rows, target)):
            query = select(source.c.id).where(source.c[field].in_(some))
            found |= {(entity, one) for one in session.connection().execute(query).scalars()}
    amendment, line = PROJECTED[Amendment.ENTITY], PROJECTED[SheetLine.ENTITY]
    for some in chunks(_ids(rows, SheetLine.ENTITY)):
        query = (
            select(amendment.c.id)
            .join(
                line,
                (line.c.sheet_id == amendment.c.sheet_id) & (line.c.number == amendment.c.number),
            )
            .where(line.c.id.in_(some))
        )
        found |= {(Amendment.ENTITY, one) for one in session.connection().execute(query).scalars()}
    return found


def _held_on(session: Session, rows: Collection[RowKey]) -> set[RowKey]:
    """Return the rows that hang on some rows by what is stored and not applied."""
    changes = table(ChangeRow)
    held = session.connection().execute(
        select(changes.c.entity, changes.c.entity_id, changes.c.shared).where(
            changes.c.held.is_not(None), changes.c.entity.in_((*_HANGS_ON, Amendment.ENTITY))
        )
    )
    return {
        (row.entity, row.entity_id)
        for row in held.all()
        if not _refers_to(session, row.entity, row.shared).isdisjoint(rows)
    }


def _erase(session: Session, rows: Collection[RowKey], now: int) -> None:
    changes = table(ChangeRow)
    insert_new(
        session,
        table(ErasedRow),
        [{"entity": entity, "entity_id": one, "at": now} for entity, one in sorted(rows)],
    )
    for some in chunks(sorted(rows)):
        of_rows = tuple_(changes.c.entity, changes.c.entity_id).in_(some)
        # What is held may still be judged: of that, the pseudonymous half stays until it is.
        session.connection().execute(update(changes).where(of_rows).values(salt=None, private=None))
        session.connection().execute(
            update(changes)
            .where(of_rows, changes.c.held.is_(None))
            .values(shared=None, private_digest=None)
        )
    for entity in sorted({entity for entity, _ in rows}):
        shown, kind = PROJECTED[entity], BY_ENTITY[entity]
        private = [f.name for f in fields(kind) if f.name != "id" and not is_shared(kind, f.name)]
        if private:
            for some in chunks(_ids(rows, entity)):
                session.connection().execute(
                    update(shown).where(shown.c.id.in_(some)).values(dict.fromkeys(private))
                )


def _writers(session: Session, rows: Collection[RowKey]) -> set[str]:
    """Return the laptops that wrote one of some rows."""
    changes = table(ChangeRow)
    found: set[str] = set()
    for some in chunks(sorted(rows)):
        query = (
            select(col(Incarnation.device_id))
            .join(changes, changes.c.inc == col(Incarnation.id))
            .where(tuple_(changes.c.entity, changes.c.entity_id).in_(some))
            .distinct()
        )
        found |= set(session.connection().execute(query).scalars())
    return found


def _neighbours(session: Session, rows: Collection[RowKey]) -> set[str]:
    """Return the laptops that write, or wrote, for the venues of these rows: they may hold them."""
    person, attendance = PROJECTED[Participant.ENTITY], PROJECTED[Attendance.ENTITY]
    workshop = PROJECTED[Workshop.ENTITY]
    venues: set[str] = set()
    for some in chunks(_ids(rows, Participant.ENTITY)):
        query = select(person.c.venue_id).where(person.c.id.in_(some))
        venues |= set(session.connection().execute(query).scalars())
    for some in chunks(_ids(rows, Attendance.ENTITY)):
        query = (
            select(workshop.c.venue_id)
            .join(attendance, attendance.c.workshop_id == workshop.c.id)
            .where(attendance.c.id.in_(some))
            .distinct()
        )
        venues |= set(session.connection().execute(query).scalars())
    permits = Permits(session)
    canonical = sorted({permits.canonical_venue(venue) for venue in venues})
    found: set[str] = set()
    for some in chunks(canonical):
        found |= set(
            session.exec(
                select_models(DeviceVenue.device_id).where(col(DeviceVenue.venue_id).in_(some))
            )
        )
    return found


def _ids(rows: Collection[RowKey], entity: str) -> list[str]:
    return sorted(one for kind, one in rows if kind == entity)
