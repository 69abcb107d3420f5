"""What the one button of an error does: each `Way` of `errors`, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from angrilien.errors import KnownError, Way
from angrilien.ui.pages.base import Frame

if TYPE_CHECKING:
    from angrilien.ui.main_window import MainWindow

_NEEDS_NOTEBOOK: Final = (Way.TODAY, Way.VENUE_CODE, Way.SEND)
_THERE: Final = {Way.TODAY: "today", Way.COPIES: "copies", Way.TECHNICAL: "technical"}
"""The screens where a way has already been gone."""
_STAYS: Final = (Way.RETRY, Way.ELSEWHERE)
"""They leave the screen where it is."""


class Ways(QObject):
    """The ways out of the window's errors.

    Args:
        window: that goes them.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._slots: dict[Way, Callable[[], object]] = {
            Way.HELP: self._on_help,
            Way.TODAY: self._on_today,
            Way.START: self._on_start,
            Way.OPEN: self._on_open,
            Way.COPIES: self._on_copies,
            Way.VENUE_CODE: self._on_venue_code,
            Way.SEND: self._on_send,
            Way.TECHNICAL: self._on_technical,
        }

    def out_of(
        self, error: KnownError, again: Callable[[], object] | None
    ) -> Callable[[], object] | None:
        """Return what the button of an error does now, None where it would lead nowhere.

        In front of a participant only what stays on the screen is offered: all the rest would show
        the list.

        Args:
            error: that is being said.
            again: method of a QObject that asks again for what was refused, where there is one.
        """
        if error.way in _STAYS:
            return again
        page = self._window.page
        if page is not None and (
            page.frame is Frame.PARTICIPANT or page.name == _THERE.get(error.way)
        ):
            return None
        if error.way in _NEEDS_NOTEBOOK and not self._window.desk.is_open:
            return None
        return self._slots.get(error.way)

    @Slot()
    def _on_help(self) -> None:
        self._window.show_help()

    @Slot()
    def _on_today(self) -> None:
        self._window.navigate("today")

    @Slot()
    def _on_start(self) -> None:
        self._window.navigate("first_start")

    @Slot()
    def _on_open(self) -> None:
        self._window.navigate("unlock")

    @Slot()
    def _on_copies(self) -> None:
        self._window.navigate("copies")

    @Slot()
    def _on_venue_code(self) -> None:
        self._window.navigate("sending")

    @Slot()
    def _on_send(self) -> None:
        if self._window.watch is not None:
            self._window.watch.send_now()

    @Slot()
    def _on_technical(self) -> None:
        self._window.navigate("technical")
