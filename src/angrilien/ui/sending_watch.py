"""Keeps the line of sending true, and the sender going."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from angrilien.domain.rows import Progress, SendingState, VenueRow
from angrilien.errors import KnownError
from angrilien.services import leaving, outbox_folder, revocation, sending, workshops
from angrilien.ui.desk import Desk
from angrilien.ui.network_watch import NetworkWatch, system_information
from angrilien.ui.sending_text import SendingWords, sending_text

_TICK_MILLISECONDS: Final = 5_000
_FIRST_LOOK_SECONDS: Final = 60.0
_DAY_SECONDS: Final = 24 * 3600.0
"""Between two looks after the notebook: its safety copy, its ballast."""
_GATHER_MILLISECONDS: Final = 150
"""Changes that come together make one query."""


class SendingWatch(QObject):
    """Asks for the state of sending after each change, and gives the sender its beat.

    Args:
        desk: with an open notebook.
        tz: the zone in which hours are said.
        network: what the system says of the network; the system's own word without it.
        parent: as for every object.
    """

    words_changed = Signal(object)
    """Carries the `SendingWords` of the line."""
    retired = Signal()
    """Everything has left, and the order was carried out: nobody opens this notebook any more."""
    venue_changed = Signal(object)
    """Carries the `VenueRow` of this computer, which the programme has just told."""

    def __init__(
        self,
        desk: Desk,
        tz: str,
        *,
        network: NetworkWatch | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tz = tz
        self._state: SendingState | None = None
        # Of what the venues on the screen were read: the screen begins with the provisional one,
        # and a registration may come before the first look at the state.
        self._told = (False, 0)
        self._sender = sending.Sender(
            desk.lanes,
            desk.notebook,
            desk.notebook.programme,
            clock=desk.clock,
            on_event=self._on_event,
        )
        self._network = network or NetworkWatch(system_information(), self)
        self._network.came_back.connect(self.send_now)
        self._network.changed.connect(self._on_network)
        # Not at once: whoever opens the notebook has something to do first.
        self._look_after = time.monotonic() + _FIRST_LOOK_SECONDS
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MILLISECONDS)
        self._gather.timeout.connect(self._on_gathered)
        self._beat = QTimer(self)
        self._beat.setInterval(_TICK_MILLISECONDS)
        self._beat.timeout.connect(self._on_beat)
        changed = desk.changed
        changed.workshops_changed.connect(self.refresh_now)
        changed.sheet_closed.connect(self._on_sheet_closed)
        changed.attendance_changed.connect(self.refresh)
        changed.people_changed.connect(self.refresh)
        changed.notes_changed.connect(self.refresh)
        changed.sending_changed.connect(self.refresh)
        self._beat.start()
        # What waited since the last time leaves at once, not a beat later.
        QTimer.singleShot(0, self, self._on_beat)
        self.refresh_now()

    @property
    def state(self) -> SendingState | None:
        """The state last read, None before the first."""
        return self._state

    @property
    def tz(self) -> str:
        """The zone in which hours are said."""
        return self._tz

    @property
    def problem(self) -> KnownError | None:
        """Why the last attempt did not succeed, None if it did."""
        problem: KnownError | None = self._sender.problem
        return problem

    @property
    def progress(self) -> Progress | None:
        """The push under way, if there is one."""
        progress: Progress | None = self._sender.progress
        return progress

    @Slot()
    def refresh(self) -> None:
        """Read the state again soon."""
        if not self._gather.isActive():
            self._gather.start()

    @Slot()
    def refresh_now(self) -> None:
        """Read the state at once: a sheet was ended, the window has just opened."""
        if self._desk.is_open:
            self._desk.ask(sending.state, then=self._on_state)
        self.refresh()

    @Slot()
    def send_now(self) -> None:
        """Try at once."""
        self._sender.send_now()

    def use_address(self, server: str) -> None:
        """Send there from now on."""
        self._sender.use_address(server)

    def set_zone(self, tz: str) -> None:
        """Say the hours of another zone."""
        if tz != self._tz:
            self._tz = tz
            self._say()

    def close(self) -> None:
        """Stop the timers and the sender."""
        self._gather.stop()
        self._beat.stop()
        self._sender.close()

    @Slot()
    def _on_sheet_closed(self) -> None:
        # Behind what the screen asks for: nobody waits for it.
        QTimer.singleShot(0, self, self._leave)

    @Slot()
    def _leave(self) -> None:
        if self._desk.is_open:
            self._desk.ask(outbox_folder.leave)

    def _on_event(self) -> None:
        """Called by the sender from a worker."""
        self._desk.relay.post(self._desk.changed.sending_changed.emit)

    @Slot()
    def _on_beat(self) -> None:
        self._sender.tick()
        self._say()
        if self._desk.is_open and time.monotonic() >= self._look_after:
            self._look_after = time.monotonic() + _DAY_SECONDS
            self._desk.ask(leaving.look_after)

    @Slot()
    def _on_gathered(self) -> None:
        if self._desk.is_open:
            self._desk.ask(sending.state, then=self._on_state)
            self._desk.ask(leaving.settle)

    def _on_state(self, state: SendingState) -> None:
        before, self._state = self._state, state
        self._say()
        told = (state.has_venue, state.last_order)
        if told != self._told:
            self._told = told
            self._desk.ask(workshops.venues, then=self._on_venues)
        if before is not None and state.last_order != before.last_order:
            # An erasure takes names away that stand on a screen.
            self._desk.changed.workshops_changed.emit()
            self._desk.changed.people_changed.emit()
        if state.pulled != (before.pulled if before is not None else 0):
            self._desk.changed.others_wrote.emit()
        if state.revoked and not state.waiting:
            self._desk.ask(revocation.carry_on, then=self._on_retired)

    def _on_retired(self, retired: bool) -> None:  # noqa: FBT001 - what the service answered
        if retired:
            self.retired.emit()

    def _on_venues(self, venues: tuple[VenueRow, ...]) -> None:
        self.set_zone(venues[0].tz)
        self.venue_changed.emit(venues[0])

    @Slot()
    def _on_network(self) -> None:
        self._say()

    def _say(self) -> None:
        if self._state is not None:
            words: SendingWords = sending_text(
                self._state,
                self._sender.progress,
                self._desk.clock.now(),
                self._tz,
                network=not self._network.is_absent,
            )
            self.words_changed.emit(words)
