"""Which device may write what: a change counts where its workshop or its person belongs.

Each check gives the code that the change is held with, or None. What is not there yet (a
workshop, a sheet, the alias of a provisional venue) holds a change until it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from angrilien.domain.entities import Alias, Amendment, Participant, Sheet, Workshop
from angrilien.domain.ids import provisional_venue_id
from angrilien.domain.record import Record
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import Device, DeviceVenue, Incarnation, VenueRow

VENUE_NOT_YOURS = "venue_not_yours"
VENUE_UNKNOWN = "venue_unknown"
WORKSHOP_UNKNOWN = "workshop_unknown"
SHEET_UNKNOWN = "sheet_unknown"
REVOKED = "revoked"
WAITING = (VENUE_UNKNOWN, WORKSHOP_UNKNOWN, SHEET_UNKNOWN)
"""Codes of changes that wait for something which may still arrive."""
UNLOCKING = frozenset({Workshop.ENTITY, Sheet.ENTITY, Alias.ENTITY})
"""Entities whose arrival may let such a change through."""


_OF_A_VENUE = (Alias, Workshop, Participant, Sheet, Amendment)
"""What names its venue, or a sheet that does. All the rest belongs to a workshop, or to none."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A device as a writer.

    `venues`: of each venue, the orders by which it was given and taken away; no second number while
    it is the device's.
    """

    id: str
    revoked: bool
    venues: dict[str, list[tuple[int, int | None]]]

    def may_write(self, venue: str, order: int) -> bool:
        """Tell whether the venue is the device's today, or was when that was its last order."""
        return any(end is None or first <= order < end for first, end in self.venues.get(venue, ()))


class Permits:
    """What devices may write, as one transaction sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._writers: dict[str, Writer] = {}
        self._workshop_venues: dict[str, str | None] = {}
        self._sheet_venues: dict[str, str | None] = {}
        self._venues: dict[str, bool] = {}
        self._by_workshop: dict[tuple[str, int, str | None], str | None] = {}
        """What was found for (incarnation, order, workshop): nearly all changes ask that again."""
        alias = PROJECTED[Alias.ENTITY]
        rows = session.connection().execute(
            select(alias.c.from_id, alias.c.to_id).where(
                alias.c.kind == "venue", alias.c.active.is_(True)
            )
        )
        self._aliases: dict[str, str] = dict(map(tuple, rows))

    def writer(self, inc: str) -> Writer:
        """Return the device of an incarnation."""
        found = self._writers.get(inc)
        if found is None:
            device = self._session.exec(
                select(Device)
                .join(Incarnation, col(Incarnation.device_id) == Device.id)
                .where(Incarnation.id == inc)
            ).one()
            venues: dict[str, list[tuple[int, int | None]]] = {}
            for row in self._session.exec(
                select(DeviceVenue).where(DeviceVenue.device_id == device.id)
            ):
                venues.setdefault(row.venue_id, []).append((row.first_order, row.end_order))
            found = Writer(device.id, device.revoked_at is not None, venues)
            self._writers[inc] = found
        return found

    def refuse(self, inc: str, order: int, record: Record) -> str | None:
        """Return the code that a change of this record is held with, or None.

        `order` is the last one that the laptop had applied when it wrote the change.
        """
        if not isinstance(record, _OF_A_VENUE):
            asked = inc, order, getattr(record, "workshop_id", None)
            if asked not in self._by_workshop:
                self._by_workshop[asked] = self._refuse_in_workshop(*asked)
            return self._by_workshop[asked]
        writer = self.writer(inc)
        if writer.revoked:
            return REVOKED
        if isinstance(record, Alias):
            return self._refuse_alias(writer, order, record)
        if isinstance(record, (Workshop, Participant)):
            return self._refuse_venue(writer, order, record.venue_id)
        if isinstance(record, Sheet):
            return self._refuse_venue(writer, order, record.venue_id) or self._refuse_workshop(
                writer, order, record.workshop_id
            )
        venue = self._sheet_venue(record.sheet_id)
        return SHEET_UNKNOWN if venue is None else self._refuse_venue(writer, order, venue)

    def learn(self, record: Record) -> None:
        """Note a record that was applied: what follows it may depend on it."""
        if not isinstance(record, _OF_A_VENUE):
            return
        self._by_workshop.clear()
        if isinstance(record, Workshop):
            self._workshop_venues[record.id] = record.venue_id
        elif isinstance(record, Sheet):
            self._sheet_venues[record.id] = record.venue_id
        elif isinstance(record, Alias) and record.kind == "venue":
            self._aliases.pop(record.from_id, None)
            if record.active:
                self._aliases[record.from_id] = record.to_id

    def canonical_venue(self, venue_id: str) -> str:
        """Follow the aliases of a venue."""
        passed = {venue_id}
        while (venue_id := self._aliases.get(venue_id, venue_id)) not in passed:
            passed.add(venue_id)
        return venue_id

    def _refuse_in_workshop(self, inc: str, order: int, workshop_id: str | None) -> str | None:
        """Judge what belongs to a workshop, or to none: it counts where the workshop does."""
        writer = self.writer(inc)
        if writer.revoked:
            return REVOKED
        return self._refuse_workshop(writer, order, workshop_id) if workshop_id else None

    def _refuse_alias(self, writer: Writer, order: int, alias: Alias) -> str | None:
        if alias.kind != "venue":
            return None
        # A device names its own "lieu à préciser" and no other venue: else it would move another's.
        if alias.from_id != provisional_venue_id(writer.id):
            return VENUE_NOT_YOURS
        return self._refuse_venue(writer, order, alias.to_id)

    def _refuse_venue(self, writer: Writer, order: int, venue_id: str) -> str | None:
        venue = self.canonical_venue(venue_id)
        if writer.may_write(venue, order):
            return None
        if venue not in self._venues:
            self._venues[venue] = self._session.get(VenueRow, venue) is not None
        return VENUE_NOT_YOURS if self._venues[venue] else VENUE_UNKNOWN

    def _refuse_workshop(self, writer: Writer, order: int, workshop_id: str) -> str | None:
        if workshop_id not in self._workshop_venues:
            workshop = PROJECTED[Workshop.ENTITY]
            self._workshop_venues[workshop_id] = (
                self._session.connection()
                .execute(select(workshop.c.venue_id).where(workshop.c.id == workshop_id))
                .scalar()
            )
        venue = self._workshop_venues[workshop_id]
        return WORKSHOP_UNKNOWN if venue is None else self._refuse_venue(writer, order, venue)

    def _sheet_venue(self, sheet_id: str) -> str | None:
        if sheet_id not in self._sheet_venues:
            sheet = PROJECTED[Sheet.ENTITY]
            self._sheet_venues[sheet_id] = (
                self._session.connection()
                .execute(select(sheet.c.venue_id).where(sheet.c.id == sheet_id))
                .scalar()
            )
        return self._sheet_venues[sheet_id]
