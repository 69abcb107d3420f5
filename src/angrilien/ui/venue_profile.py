"""The venue's profile at the window: taken once the notebook is open, and said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from angrilien.domain.rows import VenueRow
from angrilien.errors import KnownError
from angrilien.services import venue_profile
from angrilien.services.venue_profile import Taken

if TYPE_CHECKING:
    from angrilien.ui.main_window import MainWindow


class VenueProfile(QObject):
    """Takes the profile into the notebook, says why one was refused, and when all is ready.

    Args:
        window: with an open notebook; its message bar says it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._is_registered = True
        profile = window.desk.place.profile
        window.desk.ask(venue_profile.take, profile, then=self._on_taken, failed=self._on_refused)

    def _on_taken(self, taken: Taken) -> None:
        window, watch = self._window, self._window.watch
        if watch is None:
            return
        self._is_registered = taken.is_registered
        if not taken.is_registered:
            watch.venue_changed.connect(self._on_venue)
        if taken.is_new:
            watch.use_address(taken.address)
            watch.send_now()
        problem = window.desk.place.problem
        if taken.is_new and taken.venue:
            said = self.tr("Cet ordinateur est maintenant celui de «\u00a0{venue}\u00a0».")
            window.say(said.format(venue=taken.venue))
        elif problem is not None and not (taken.is_registered or taken.has_code):
            window.say_problem(problem)

    def _on_refused(self, error: KnownError) -> None:
        self._window.say_problem(error)

    @Slot(object)
    def _on_venue(self, venue: VenueRow) -> None:
        if not venue.provisional and not self._is_registered:
            self._is_registered = True
            said = self.tr("C’est prêt. Cet ordinateur est inscrit pour «\u00a0{venue}\u00a0».")
            self._window.say(said.format(venue=venue.name))
