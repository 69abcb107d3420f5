"""What the laptops of a venue are given of each other's changes, by a cursor that misses nothing.

A change is numbered when it is applied, in that very transaction, with the programme's row locked:
whoever sees a number sees every lower one, however slow another transaction is. What is held has
no number yet; what is erased is given to nobody any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from angrilien.domain.entities import (
    Alias,
    Amendment,
    Facilitator,
    Participant,
    SheetLine,
    Workshop,
)
from angrilien.server.base import table
from angrilien.server.database import chunks
from angrilien.server.ingest import own_head
from angrilien.server.keyring import Keyring
from angrilien.server.permits import Permits
from angrilien.server.projected import PROJECTED
from angrilien.server.registration import certificate_of
from angrilien.server.tables import ChangeRow, DeviceVenue, Incarnation, ProgrammeRow, VenueRow
from angrilien.wire.change import Body
from angrilien.wire.introduction import MOST
from angrilien.wire.pull import Given, encode_given, pack_given

AT_ONCE: Final = 500
"""Changes that are looked at for one answer."""
AT_ONCE_TEXT: Final = 1 << 20
"""Characters of their bodies, about."""
AT_ONCE_BYTES: Final = 40 << 10
"""Compressed bytes of one answer, about."""
PSEUDONYME: Final = "pseudonyme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What one answer gives.

    Attributes:
        text: the lines, as `wire.pull`; empty for none.
        upto: the number up to which this is all.
        more: others follow.
        certificates: of the incarnations that wrote them.
    """

    text: str
    upto: int
    more: bool
    certificates: tuple[tuple[str, str], ...]


def number_anew(session: Session, numbers: Sequence[int]) -> int:
    """Return what to add to the server numbers of changes, to put them after all that are given.

    The programme's row stays locked until the transaction ends, so whoever sees a number sees every
    lower one: a cursor over them misses nothing.
    """
    first, last = min(numbers), max(numbers)
    end: int = (
        session.connection()
        .execute(
            update(ProgrammeRow)
            .where(col(ProgrammeRow.id) == 1)
            .values(applied=ProgrammeRow.applied + last - first + 1)
            .returning(col(ProgrammeRow.applied))
        )
        .scalar_one()
    )
    return end - last


def give_again(session: Session, workshops: Sequence[str]) -> None:
    """Put all that was written of some workshops after all that laptops were given so far."""
    if not workshops:
        return
    changes, line = table(ChangeRow), PROJECTED[SheetLine.ENTITY]
    ids = set(workshops)
    for some in chunks(sorted(workshops)):
        for shown in PROJECTED.values():
            if "workshop_id" in shown.c:
                query = select_rows(shown.c.id).where(shown.c.workshop_id.in_(some))
                ids |= set(session.connection().execute(query).scalars())
    for name in (SheetLine.ENTITY, Amendment.ENTITY):
        line = PROJECTED[name]
        for some in chunks(sorted(ids)):
            query = select_rows(line.c.id).where(line.c.sheet_id.in_(some))
            ids |= set(session.connection().execute(query).scalars())
    numbers: list[int] = []
    for some in chunks(sorted(ids)):
        query = select_rows(changes.c.server_seq).where(
            changes.c.entity_id.in_(some), changes.c.held.is_(None)
        )
        numbers += session.connection().execute(query).scalars()
    if not numbers:
        return
    after = number_anew(session, numbers)  # one number to add: their order stays
    for some in chunks(numbers):
        session.connection().execute(
            update(changes)
            .where(changes.c.server_seq.in_(some))
            .values(given=changes.c.server_seq + after)
        )


def newest(session: Session, dev: str) -> int:
    """Return the number of the last change that laptops of the same venues made, 0 for none."""
    changes = table(ChangeRow)
    last = 0
    for some in chunks(_neighbours(session, _venues(session, dev), dev)):
        query = select_rows(func.max(changes.c.given)).where(
            changes.c.inc.in_(some), changes.c.held.is_(None)
        )
        last = max(last, session.connection().execute(query).scalar() or 0)
    return last


def portion(session: Session, keyring: Keyring, dev: str, after: int, now: int) -> Portion:
    """Return what the other laptops of a laptop's venues wrote there, above a number."""
    venues = _venues(session, dev)
    incs = _neighbours(session, venues, dev)
    rows, is_all = _read(session, incs, after)
    if not rows:
        return Portion(text="", upto=max(after, newest(session, dev)), more=False, certificates=())
    upto = rows[-1].given
    wanted = _within(session, rows, venues)
    wanted, cut = _of_few(wanted)
    lines = encode_given([_given(row, names_stay=stay) for row, stay in wanted])
    count, text = pack_given(lines, AT_ONCE_BYTES) if lines else (0, "")
    if cut or count < len(wanted):
        is_all, upto = False, wanted[count - 1][0].given
    authors = sorted({row.inc for row, _ in wanted[:count]})
    certificates = tuple(
        certificate_of(session, keyring, session.get_one(Incarnation, inc), now) for inc in authors
    )
    return Portion(text=text, upto=upto, more=not is_all, certificates=certificates)


def _venues(session: Session, dev: str) -> dict[str, bool]:
    """Return the venues that a laptop may read, each with whether names stay there."""
    rows = session.exec(
        select(VenueRow.id, VenueRow.level)
        .join(DeviceVenue, col(DeviceVenue.venue_id) == VenueRow.id)
        .where(DeviceVenue.device_id == dev, col(DeviceVenue.until).is_(None))
    )
    return {venue: level == PSEUDONYME for venue, level in rows}


def _neighbours(session: Session, venues: Collection[str], dev: str) -> list[str]:
    """Return the incarnations of the other laptops that write, or wrote, for some venues."""
    found = session.exec(
        select(Incarnation.id)
        .join(DeviceVenue, col(DeviceVenue.device_id) == Incarnation.device_id)
        .where(col(DeviceVenue.venue_id).in_(venues), Incarnation.device_id != dev)
        .distinct()
    )
    return sorted(found)


def _read(session: Session, incs: Sequence[str], after: int) -> tuple[list[Row[Any]], bool]:
    """Return the next changes of some incarnations, and whether they are all."""
    changes = table(ChangeRow)
    said = [func.coalesce(func.length(changes.c[name]), 0) for name in ("shared", "private")]
    rows: list[Row[Any]] = []
    for some in chunks(incs):
        query = (
            select_rows(changes.c.given, (said[0] + said[1]).label("size"))
            .where(
                changes.c.inc.in_(some),
                changes.c.given > after,
                changes.c.held.is_(None),
                changes.c.shared.is_not(None),
            )
            .order_by(changes.c.given)
            .limit(AT_ONCE + 1)
        )
        rows += session.connection().execute(query)
    rows.sort(key=lambda row: int(row.given))
    size = 0
    numbers: list[int] = []
    for row in rows[:AT_ONCE]:
        size += row.size
        if size > AT_ONCE_TEXT and numbers:
            break
        numbers.append(row.given)
    if not numbers:
        return [], True
    found: list[Row[Any]] = []
    for some in chunks(incs):
        query = (
            select_rows(changes)
            .where(
                changes.c.inc.in_(some),
                changes.c.given > after,
                changes.c.given <= numbers[-1],
                changes.c.held.is_(None),
                changes.c.shared.is_not(None),
            )
            .order_by(changes.c.given)
        )
        found += session.connection().execute(query)
    found.sort(key=lambda row: int(row.given))
    return found, len(numbers) == len(rows)


def _of_few(wanted: Sequence[tuple[Row[Any], bool]]) -> tuple[list[tuple[Row[Any], bool]], bool]:
    """Return the first changes, of as many incarnations as there may be certificates."""
    authors: set[str] = set()
    for place, (row, _) in enumerate(wanted):
        authors.add(row.inc)
        if len(authors) > MOST:
            return list(wanted[:place]), True
    return list(wanted), False


def _given(row: Row[Any], *, names_stay: bool) -> Given:
    body = None
    if row.salt is not None and row.private is not None:
        body = Body(salt=row.salt, shared=row.shared, private=row.private)
    return Given(
        head=own_head(row),
        commit=row.commit,
        body=None if names_stay else body,
        shared=row.shared,
        digest=body.private_digest() if body is not None else row.private_digest,
    )


# --- where a change belongs ----------------------------------------------------------------------


def _within(
    session: Session, rows: Sequence[Row[Any]], venues: dict[str, bool]
) -> list[tuple[Row[Any], bool]]:
    """Return the changes that belong to some venues, each with whether its names stay there."""
    places = _Places(session)
    places.learn({(row.entity, row.entity_id) for row in rows})
    found = []
    for row in rows:
        if row.entity == Facilitator.ENTITY:
            # Whoever works with a laptop of the venue may be named on a sheet there.
            found.append((row, any(venues.values())))
            continue
        venue = places.venue(row.entity, row.entity_id)
        if venue in venues:
            found.append((row, venues[venue]))
    return found


class _Places:
    """The venue of each of some rows, as it is today."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._permits = Permits(session)
        self._shown: dict[tuple[str, str], Row[Any]] = {}

    def learn(self, keys: Collection[tuple[str, str]]) -> None:
        """Read some rows, and those that tell where they belong."""
        while fresh := {key for key in keys if key not in self._shown}:
            for entity in sorted({entity for entity, _ in fresh}):
                shown = PROJECTED.get(entity)
                if shown is None:
                    continue
                ids = sorted(one for kind, one in fresh if kind == entity)
                for some in chunks(ids):
                    query = select_rows(shown).where(shown.c.id.in_(some))
                    for row in self._session.connection().execute(query):
                        self._shown[(entity, row.id)] = row
            parents = {self._parent(*key) for key in fresh}
            keys = {key for key in parents if key is not None} - fresh

    def venue(self, entity: str, entity_id: str) -> str | None:
        """Return the venue of a row, None where it has none that is known."""
        passed: set[tuple[str, str]] = set()
        key: tuple[str, str] | None = (entity, entity_id)
        while key is not None and key not in passed:
            passed.add(key)
            row = self._shown.get(key)
            if row is None:
                return None
            if key[0] in (Workshop.ENTITY, Participant.ENTITY):
                return self._permits.canonical_venue(row.venue_id)
            if key[0] == Alias.ENTITY and row.kind == "venue":
                return self._permits.canonical_venue(row.to_id)
            key = self._parent(*key)
        return None

    def _parent(self, entity: str, entity_id: str) -> tuple[str, str] | None:
        row = self._shown.get((entity, entity_id))
        if row is None or entity in (Workshop.ENTITY, Participant.ENTITY, Facilitator.ENTITY):
            return None
        if entity == Alias.ENTITY:
            return None if row.kind == "venue" else (row.kind, row.from_id)
        if entity in (SheetLine.ENTITY, Amendment.ENTITY):
            return ("sheet", row.sheet_id)
        if row.workshop_id:
            return (Workshop.ENTITY, row.workshop_id)
        person = getattr(row, "participant_id", None)
        return (Participant.ENTITY, person) if person else None
