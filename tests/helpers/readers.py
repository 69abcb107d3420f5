"""A card reader at a window: a key every few milliseconds, on a clock of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from angrilien.ui.main_window import MainWindow

US = ("1234567890-qwertyuiopasdfghjkl;zxcvbnm,.", "!@#$%^&*()_QWERTYUIOPASDFGHJKL:ZXCVBNM<>")
FR = ("&é\"'(-è_çà)azertyuiopqsdfghjklmwxcvbn,;:", "1234567890°AZERTYUIOPQSDFGHJKLMWXCVBN?./")


def scrambled(text: str, reader: tuple[str, str] = US, laptop: tuple[str, str] = FR) -> str:
    """What a computer of one layout reads of the keys of a reader of another."""
    typed = ""
    for sign in text:
        level = 0 if sign in reader[0] else 1
        typed += laptop[level][reader[level].index(sign)]
    return typed


class Hand:
    """Types at a window, wherever the focus is.

    Args:
        window: whose clock of keys becomes the hand's own.
        each: milliseconds from one key to the next.
    """

    def __init__(self, window: MainWindow, each: float = 8.0) -> None:
        self.window = window
        self.each = each
        self.at = 1_000.0
        window.reader._now = lambda: self.at

    def key(self, key: Qt.Key, text: str = "", *, shift: bool = False, again: bool = False) -> None:
        """Press a key and let it go; `again`: it repeats, being held down."""
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            target = self.window.focusWidget() or self.window
            QApplication.sendEvent(target, QKeyEvent(kind, key, held, text, again))

    def type(self, text: str) -> None:
        """Type a text of any script."""
        for sign in text:
            self.at += self.each
            shift = sign.isupper() or sign in ':?"!'
            if shift:
                self.key(Qt.Key.Key_Shift, shift=True)
            self.key(_KEYS.get(sign, Qt.Key.Key_unknown), sign, shift=shift)

    def read(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """Read a card: its text, then the key at its end, after a pause."""
        self.wait()
        self.type(text)
        if end is not None:
            self.at += self.each
            self.key(end, "\t" if end is Qt.Key.Key_Tab else "\r")
        QApplication.processEvents()

    def wait(self, milliseconds: float = 1_000) -> None:
        """Type nothing for a while."""
        self.at += milliseconds


_KEYS = {" ": Qt.Key.Key_Space, "\n": Qt.Key.Key_Return}
