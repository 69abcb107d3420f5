"""A card reader is a keyboard: its keys come to whatever has the focus, faster than a person's.

What such a burst did is taken back, its Enter presses nothing, and its text goes to the screen in
sight; that of a paper sheet opens the sheet. Decision 019 says how a burst is told from a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from angrilien.domain.cards import begins_card, content_length
from angrilien.domain.paper import is_of_sheet
from angrilien.ui.pages.base import Frame
from angrilien.ui.typed_state import TypedState, is_writable, put_in

if TYPE_CHECKING:
    from angrilien.ui.main_window import MainWindow
    from angrilien.ui.pages.base import Page

GAP: Final = 50.0
"""Milliseconds between two keys of a reader, at most."""
_QUICK: Final = 4
"""Keys of a run before it is taken for a reader's."""
_LEAST: Final = 6
"""Signs of the shortest code that a reader reads."""
_PAUSE: Final = 100
"""Milliseconds without a key after which a run without an Enter is over."""
_LONG_PAUSE: Final = 400
"""The same for half a card: the window may have been busy in the middle of it."""
_ENDS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SILENT: Final = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
    }
)
"""A reader presses them for capitals; by themselves they are no key of a run."""
_BESIDE_LETTERS: Final = " -'’."
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class CardReader(QObject):
    """Listens to the widget of a window that has the focus, and to no other.

    A filter on the whole application would see each event of each widget.

    Args:
        window: whose screens are told what is read.
        now: milliseconds of a clock that never goes back, for keys that carry no moment.
    """

    def __init__(self, window: MainWindow, now: Callable[[], float] | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._now = now or _milliseconds
        self._heard: QWidget = window
        self._last = (0, 0.0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._on_pause)
        self._forget()
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of a reader, and let everything else through."""
        if event.type() == QEvent.Type.KeyPress and watched is self._heard:
            return isinstance(event, QKeyEvent) and self._on_key(event)
        return False

    @Slot(QWidget, QWidget)
    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        window = self._window
        there = now if now is not None and window.isAncestorOf(now) else window
        if there is self._heard:
            return
        if self._heard is not window and isValid(self._heard):
            self._heard.removeEventFilter(self)
        self._heard = there
        if there is not window:
            there.installEventFilter(self)

    # --- the keys of a run ------------------------------------------------------------------------

    def _forget(self) -> None:
        """Begin anew: the next key is the first of a run."""
        self._pause.stop()
        self._run = ""
        self._first: QWidget | None = None
        self._kept: TypedState | None = None
        self._takes_all = False
        self._holds = False
        self._ended = False
        self._into: QWidget | None = None
        self._given = False

    def _on_key(self, event: QKeyEvent) -> bool:
        """Return whether the key is taken away."""
        key, text = event.key(), event.text()
        if key in _SILENT:
            return False
        ends = key in _ENDS
        writes = not ends and bool(text) and text.isprintable() and not _commands(event)
        if event.isAutoRepeat() or not (ends or writes):
            self._give_back()
            self._forget()
            return False
        quick = self._is_quick(event)
        self._last = (event.timestamp(), self._now())
        if not quick:
            self._give_back()
            self._forget()
            if not ends:
                self._begin(text)
            return False
        return self._on_end() if ends else self._on_sign(text)

    def _is_quick(self, event: QKeyEvent) -> bool:
        """Tell whether a key follows the one before as a reader's does.

        The moment is the system's where it gives one: a window that was busy gets a person's keys
        all at once.
        """
        stamp, arrived = self._last
        both = stamp and event.timestamp()
        passed = event.timestamp() - stamp if both else self._now() - arrived
        return bool(self._run) and 0 <= passed <= GAP

    def _begin(self, text: str) -> None:
        page, heard = self._page(), self._heard
        target = page.reads_into if page is not None else None
        self._run, self._first = text, heard
        self._kept = TypedState(heard, target, self._window.covering)
        # In another field a person may be writing something that only they understand.
        self._takes_all = target is not None and (heard is target or not is_writable(heard))

    def _on_sign(self, text: str) -> bool:
        self._run += text
        if self._ended:
            return True  # the next line of a long text
        if self._holds:
            if self._given:
                self._given = False
                self._put_back()
            self._pause.start(_PAUSE)
            return True
        if len(self._run) >= _QUICK and self._is_readers():
            self._holds = True
            self._into = self._heard if is_writable(self._heard) else None
            self._put_back()
            self._pause.start(_PAUSE)
            return True
        # A space would press the button or the tile that has the focus.
        return text.isspace() and bool(self._run.strip()) and not is_writable(self._heard)

    def _is_readers(self) -> bool:
        """Tell whether a run is a reader's before its end: a quick word may be a dictated one."""
        return _is_ours(self._run) or (self._takes_all and not self._is_word())

    def _is_reading(self) -> bool:
        """Tell whether a run with an Enter is one: a word in the search is what it is there for."""
        in_search = self._first is not None and is_writable(self._first)
        return self._is_readers() or (self._takes_all and not in_search)

    def _is_word(self) -> bool:
        return all(sign.isalpha() or sign in _BESIDE_LETTERS for sign in self._run)

    def _on_end(self) -> bool:
        if self._ended:
            return True
        if len(self._run) >= _LEAST and self._is_reading():
            self._put_back()
            self._deliver()
            return True
        self._give_back()
        # Two or three letters on a button, then Enter: nobody's wish.
        stray = bool(self._run.strip()) and not is_writable(self._heard)
        self._forget()
        return stray

    @Slot()
    def _on_pause(self) -> None:
        """End a run that no Enter ends: some readers send none."""
        if not self._holds or self._ended or self._given:
            return
        if not _is_ours(self._run):
            self._give_back()
        elif len(self._run) >= content_length() or self._pause.interval() == _LONG_PAUSE:
            self._deliver()
        else:
            self._pause.start(_LONG_PAUSE)

    # --- what comes of it -------------------------------------------------------------------------

    def _put_back(self) -> None:
        if self._kept is not None:
            self._kept.put_back()

    def _give_back(self) -> None:
        """Write what was held where it was meant to go: it was nobody's card."""
        if self._holds and not self._ended and not self._given:
            self._given = True
            if self._into is not None and isValid(self._into):
                put_in(self._into, self._run)

    def _deliver(self) -> None:
        self._pause.stop()
        self._ended = True
        page = self._page()
        if page is None:
            return
        if is_of_sheet(self._run) and self._window.desk.is_open and page.frame is Frame.FULL:
            self._window.navigate("paper_code", code=self._run)
        else:
            page.on_read(self._run)

    def _page(self) -> Page | None:
        """Return the screen in sight, None where something covers it."""
        return self._window.page if self._window.covering is None else None


def _is_ours(run: str) -> bool:
    """Tell whether a run begins as a card does, or is of a sheet."""
    return begins_card(run) or is_of_sheet(run)


def _commands(event: QKeyEvent) -> bool:
    held = event.modifiers() & (_CTRL | _ALT | Qt.KeyboardModifier.MetaModifier)
    # Windows says AltGr, which writes, as both.
    return held not in (Qt.KeyboardModifier.NoModifier, _CTRL | _ALT)


def _milliseconds() -> float:
    return time.monotonic() * 1000
