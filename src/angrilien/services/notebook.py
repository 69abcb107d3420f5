"""The opened notebook: the store, who is writing, where and when. Used in the store lane only."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from angrilien.domain.clock import DEFAULT_ZONE, Clock, local
from angrilien.domain.ids import provisional_venue_id
from angrilien.domain.rows import VenueRow
from angrilien.errors import BugError
from angrilien.services.acts import History
from angrilien.store import marks, workshops
from angrilien.store.log import Stamp
from angrilien.store.store import Store
from angrilien.vault.programme import Programme

JUMP = 60_000
"""Milliseconds by which the wall clock may stray from the steady clock before it has "jumped"."""


class Notebook:
    """What every service takes first.

    Args:
        store: the opened file.
        folder: the data folder.
        facilitator_id: the animateur whose phrase opened it.
        programme: the programme it belongs to.
        clock: the wall clock.
        zone: the laptop's IANA zone.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        facilitator_id: str,
        programme: Programme,
        *,
        clock: Clock,
        zone: str = DEFAULT_ZONE,
    ) -> None:
        self.store = store
        self.folder = folder
        self.facilitator_id = facilitator_id
        self.programme = programme
        self.clock = clock
        self.zone = zone
        self.history = History()
        self._started = (clock.now(), time.monotonic())
        with store.read() as connection:
            kept = marks.read(connection)
        self._skew = kept.skew
        if kept.keys:
            self.programme = programme.newer(kept.keys, kept.keys_sig)

    def close(self) -> None:
        """Close the file; what was acknowledged is durable already."""
        self.store.close()

    def stamp(self) -> Stamp:
        """Return who writes, when and where, for the next act."""
        now = self.clock.now()
        return Stamp(
            at=now,
            tz=self.zone,
            clock=self._clock_state(now),
            author=self.facilitator_id,
            server_now=None if self._skew is None else now - self._skew,
        )

    def measured(self, skew: int) -> None:
        """Take note of how far the laptop's clock was ahead of the server's, in milliseconds."""
        self._skew = skew
        self._started = (self.clock.now(), time.monotonic())

    def today(self) -> dt.date:
        """Return today's date where the home venue is."""
        return local(self.clock.now(), self.home().tz).date()

    def home(self) -> VenueRow:
        """Return the laptop's home venue: its certificate's first, else the provisional one."""
        return self.own_venues()[0]

    def own_venues(self) -> tuple[VenueRow, ...]:
        """Return the venues this laptop may write for, the home venue first."""
        with self.store.read() as connection:
            known = workshops.venues(connection)
            kept = marks.read(connection)
        if kept.cert:
            certificate = self.programme.check_certificate(kept.cert, kept.cert_sig)
            found = tuple(
                known.get(venue, VenueRow(id=venue, name=code))
                for venue, code, _since in certificate.venues
            )
            if found:
                return found
        provisional = known.get(provisional_venue_id(self.store.identity.dev))
        if provisional is None:
            raise BugError("a notebook is born with its provisional venue")
        return (provisional,)

    def _clock_state(self, now: int) -> str:
        wall, steady = self._started
        passed = int((time.monotonic() - steady) * 1000)
        if abs(now - wall - passed) > JUMP:
            return "jumped"
        if self._skew is None:
            return "unchecked"
        return "ok"
