"""The opened notebook: the store, who is writing, where and when. Used in the store lane only."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from angrilien.domain.clock import DEFAULT_ZONE, Clock, local, steady_seconds
from angrilien.domain.rows import VenueRow
from angrilien.errors import BugError
from angrilien.file_lock import FileLock
from angrilien.services import reference
from angrilien.services.acts import History
from angrilien.services.rosters import Rosters
from angrilien.services.venue_profile import with_address
from angrilien.services.venues import CHOSEN, VENUES_ORDER, allowed, with_first
from angrilien.store import bundles, facts, kept_profile, marks, workshops
from angrilien.store.log import Stamp
from angrilien.store.store import Store
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.vault.programme import Programme
from angrilien.vault.slots import Secrets

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
        opened: what the slot gave: the keys, for a change of key and for safety copies.
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
        opened: Secrets | None = None,
    ) -> None:
        self.store = store
        self._opened = opened
        self._closed = False
        self.folder = folder
        self.facilitator_id = facilitator_id
        self.programme = programme
        self.clock = clock
        self.zone = zone
        self.history = History()
        self.rosters = Rosters(store)
        self.asked_others = ("", 0)
        """What the question under way for what others wrote counts in, and after which number."""
        self.pulled = 0
        """How many times something of other laptops came, for whoever shows it."""
        self.is_unknown_there = False
        """The server said that it does not know our key: it is told who we are. Not a fact: what
        says so is not signed."""
        self.claim = FileLock(OutboxFiles(folder).claim)
        """Held while this notebook is open and sends: the sender without a window keeps still."""
        self.left_mark = ""
        """What was last left in the outbox folder (`services.outbox_folder`)."""
        self._started = (clock.now(), steady_seconds())
        with store.read() as connection:
            kept = marks.read(connection)
            profile = kept_profile.read(connection)
            published = bundles.present(connection, [""])
        reference.renew_themes(published[0].themes if published else ())
        self._skew = kept.skew
        self._own_venues: tuple[VenueRow, ...] = ()
        self._venues_until: int | None = None
        if kept.keys:
            self.programme = programme.newer(kept.keys, kept.keys_sig)
        if profile is not None:
            self.programme = with_address(self.programme, profile.made, profile.server)

    @property
    def has_vault(self) -> bool:
        """Tell whether the notebook was opened with its vault."""
        return self._opened is not None

    @property
    def opened(self) -> Secrets:
        """The keys of the vault.

        Raises:
            BugError: this notebook was opened without its vault.
        """
        if self._opened is None:
            raise BugError("the notebook was opened without its vault")
        return self._opened

    def reopened(self, opened: Secrets) -> None:
        """Take note of the keys after a change of key."""
        self._opened = opened

    def forget_what_was_read(self) -> None:
        """Forget the tiles in sight and what could be undone: an erasure took something away."""
        self.history = History()
        self.rosters = Rosters(self.store)

    def others_wrote(self) -> None:
        """Forget the tiles in sight: another laptop changed some. What was done can be undone."""
        self.rosters = Rosters(self.store)
        self.pulled += 1

    @property
    def is_closed(self) -> bool:
        """Tell whether the file was closed: going back to a copy does so."""
        return self._closed

    def close(self) -> None:
        """Close the file; what was acknowledged is durable already."""
        if not self._closed:
            self._closed = True
            self.store.close()
            self.claim.release()

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
        self._started = (self.clock.now(), steady_seconds())

    def ahead(self) -> int | None:
        """Return by how much the wall clock is ahead of the server's, in milliseconds.

        It is what the last contact measured, and what the clock has been moved by since, as far as
        this process has seen it. None before the first contact.
        """
        return None if self._skew is None else self._skew + self._strayed(self.clock.now())

    def today(self) -> dt.date:
        """Return today's date where the home venue is."""
        return local(self.clock.now(), self.home().tz).date()

    def home(self) -> VenueRow:
        """Return the home venue: the one chosen here, else the certificate's, else provisional."""
        return self.own_venues()[0]

    def own_venues(self) -> tuple[VenueRow, ...]:
        """Return the venues this laptop may write for, the home venue first."""
        if not self._own_venues or (
            self._venues_until is not None and self.clock.now() >= self._venues_until
        ):
            self._own_venues = self._read_venues()
        return self._own_venues

    def known_venues(self) -> tuple[VenueRow, ...]:
        """Return the same venues as they were last read, none before: asking reads nothing."""
        return self._own_venues

    def venues_changed(self) -> None:
        """Take note that a certificate or an order may have named other venues."""
        self._own_venues = ()

    def _read_venues(self) -> tuple[VenueRow, ...]:
        with self.store.read() as connection:
            kept = marks.read(connection)
            order = facts.get(connection, VENUES_ORDER)
            own = allowed(self.store.identity.dev, kept.cert, order, self.clock.now())
            own = with_first(own, facts.get(connection, CHOSEN))
            known = workshops.venues(connection, own.codes)
        self._venues_until = own.until
        found = tuple(known.get(v, VenueRow(id=v, name=code)) for v, code in own.codes.items())
        if not found:
            raise BugError("a laptop without any venue")
        return found

    def _clock_state(self, now: int) -> str:
        if abs(self._strayed(now)) > JUMP:
            return "jumped"
        if self._skew is None:
            return "unchecked"
        return "ok"

    def _strayed(self, now: int) -> int:
        """Return by how much the wall clock was moved while the notebook was open."""
        wall, steady = self._started
        return now - wall - int((steady_seconds() - steady) * 1000)
