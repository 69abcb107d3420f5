"""A hand on the real window: it finds what a person would see, and uses mouse and keyboard."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from angrilien.errors import BugError
from angrilien.ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)
PATIENCE = 30.0
"""Seconds after which what a person waits for does not come any more."""


class Hand:
    """Works a window, and keeps a picture of each screen.

    Args:
        window: the real one, shown.
        folder: where the pictures go.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self.pictures: list[Path] = []
        self._folder = folder

    def wait(self, reached: Callable[[], object], what: str) -> None:
        """Wait until something is so.

        Raises:
            BugError: it never became so; `what` says what was waited for.
        """
        end = time.monotonic() + PATIENCE
        while not reached():
            if time.monotonic() > end:
                raise BugError(f"waited in vain for {what}")
            _let_work(0.01)

    def settle(self) -> None:
        """Wait until nothing asked of the notebook is under way."""
        # What a gesture set off may ask only once its events have come, and an answer may ask on.
        for _ in range(2):
            QApplication.processEvents()
            self.wait(lambda: not self.window.desk.is_busy, "the notebook")
        QApplication.processEvents()

    def page(self, name: str) -> None:
        """Wait until a screen is in sight."""
        self.wait(
            lambda: self.window.page is not None and self.window.page.name == name,
            f"the screen {name}",
        )
        self.settle()

    def press(self, words: str) -> None:
        """Click on the button with these words."""
        self.click(self._find(QAbstractButton, words))
        self.settle()

    def press_again(self, words: str, reached: Callable[[], bool]) -> None:
        """Click on a button as long as it is needed: one may take a double click for a slip."""
        end = time.monotonic() + PATIENCE
        while not reached():
            if time.monotonic() > end:
                raise BugError(f"« {words} » leads nowhere")
            if any(_says(button, words) for button in self._seen(QAbstractButton)):
                self.press(words)
            _let_work(0.02)

    def sees(self, kind: type[QWidget]) -> bool:
        """Tell whether a widget of a kind is in sight."""
        return bool(self._seen(kind))

    def write(self, label: str, text: str) -> None:
        """Write in the field of this label, in the place of what is there."""
        field = self._first(
            [*self._seen(QLineEdit), *self._seen(QPlainTextEdit)], label, "the field"
        )
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_Delete)
        for line, words in enumerate(text.split("\n")):
            if line:
                QTest.keyClick(field, Qt.Key.Key_Return)
            for letter in words:
                _type(field, letter)
        self.settle()

    def enter(self) -> None:
        """Press Enter where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Return)
        self.settle()

    def tile(self, name: str) -> None:
        """Click on the tile of a person."""
        for view in self._seen(QAbstractItemView):
            model = view.model()
            for row in range(model.rowCount()):
                index = model.index(row, 0)
                said = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data()
                if _plain(str(said)).startswith(_plain(name)):
                    view.scrollTo(index)
                    self.click(view.viewport(), view.visualRect(index).center())
                    self.settle()
                    return
        raise BugError("no such tile")

    def draw(self, pad: QWidget, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw in a frame, in fractions of its width and height."""
        for stroke in strokes:
            points = [QPoint(int(x * pad.width()), int(y * pad.height())) for x, y in stroke]
            QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
            for point in points[1:]:
                QTest.mouseMove(pad, point)
            QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])
        self.settle()

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click in the middle of a widget, or at a place of it."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or widget.rect().center())

    def picture(self, name: str) -> None:
        """Keep a picture of the window as it is."""
        self.settle()
        path = self._folder / f"{len(self.pictures) + 1:02d}-{name}.png"
        self.window.grab().save(str(path))
        self.pictures.append(path)

    def one(self, kind: type[W]) -> W:
        """Return the one widget of a kind that is in sight."""
        seen = self._seen(kind)
        if len(seen) != 1:
            raise BugError(f"{len(seen)} of {kind.__name__} in sight")
        return seen[0]

    def _find(self, kind: type[W], words: str) -> W:
        self.wait(lambda: any(_says(w, words) and w.isEnabled() for w in self._seen(kind)), words)
        return self._first([w for w in self._seen(kind) if w.isEnabled()], words, "the button")

    def _seen(self, kind: type[W]) -> list[W]:
        return [w for w in self.window.findChildren(kind) if w.isVisible()]

    @staticmethod
    def _first(widgets: Sequence[W], words: str, what: str) -> W:
        # "Commencer" is not "Commencer sans code": the very words before those that begin so.
        for widget in [*(w for w in widgets if _says_just(w, words)), *widgets]:
            if _says(widget, words):
                return widget
        raise BugError(f"{what} « {words} » is not in sight")


def _let_work(seconds: float) -> None:
    """Let the window and the lanes work for a while.

    QTest.qWait keeps Python's lock while it waits, and so keeps the lanes from working.
    """
    end = time.monotonic() + seconds
    while True:
        QApplication.processEvents()
        if time.monotonic() >= end:
            return
        time.sleep(0.002)


def _type(field: QWidget, letter: str) -> None:
    """Type any letter: QTest's own keys know those of ASCII only."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(field, event)


def _words_of(widget: QWidget) -> tuple[str, str]:
    own = widget.text() if isinstance(widget, QAbstractButton) else ""
    return _plain(own), _plain(widget.accessibleName())


def _says(widget: QWidget, words: str) -> bool:
    return any(said.startswith(_plain(words)) for said in _words_of(widget))


def _says_just(widget: QWidget, words: str) -> bool:
    return _plain(words) in _words_of(widget)


def _plain(text: str) -> str:
    """Return a text without its Alt mark and with plain spaces."""
    return unicodedata.normalize("NFKC", text.replace("&", "")).replace("’", "'").casefold()
