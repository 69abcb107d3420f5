"""Ten large keys for a code: for a finger, the mouse and the keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from angrilien.domain.code_secret import LENGTH, digits
from angrilien.ui import a11y, theme
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text

_KEY_PX: Final = 64


class Dots(Text):
    """How many digits were typed: a full circle for each, an empty one for each still missing."""

    def __init__(self) -> None:
        super().__init__("", "big", wrap=False)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """Show so many."""
        self.setText("\u2009".join("●" * count + "○" * (LENGTH - count)))
        said = self.tr("{count} chiffres sur {length}").format(count=count, length=LENGTH)
        a11y.named(self, said)


class Keypad(QWidget):
    """Digits as on a telephone. Nothing typed is kept longer than until it is told."""

    typed_changed = Signal(int)
    """So many digits are typed now."""
    completed = Signal(str)
    """The last digit was typed; carries the code. The keypad is empty and disabled from then on."""

    def __init__(self) -> None:
        super().__init__()
        self._typed = ""
        self.keys: dict[str, Button] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(10)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        for place, digit in enumerate("123456789"):
            self._add(grid, digit, place // 3, place % 3)
        self._add(grid, "0", 3, 1)
        self.erase = Button(self.tr("Effacer"), "quiet")
        self.erase.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.erase.clicked.connect(self._on_erase)
        grid.addWidget(self.erase, 3, 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        a11y.named(self, self.tr("Votre code secret"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def count(self) -> int:
        """How many digits are typed."""
        return len(self._typed)

    @property
    def typed(self) -> str:
        """The digits typed so far."""
        return self._typed

    def put_back(self, typed: str) -> None:
        """Go back to digits typed before: what came since was no person's."""
        self._typed = typed
        self.typed_changed.emit(len(typed))

    def clear(self) -> None:
        """Forget what was typed, and take digits again."""
        self._typed = ""
        self.setEnabled(True)
        self.typed_changed.emit(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a digit of any row of the keyboard, shifted or not; Backspace takes one back."""
        if not self.isEnabled():
            return
        digit = digits(event.text())
        if event.key() == Qt.Key.Key_Backspace:
            self._on_erase()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Delete):
            self.clear()
        elif digit in self.keys:
            self._take(digit)
        else:
            event.ignore()

    def _add(self, grid: QGridLayout, digit: str, row: int, column: int) -> None:
        key = Button(digit, "participant")
        # The focus stays on the keypad: Enter on a key would type its digit once more.
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setMinimumHeight(theme.target(_KEY_PX))
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        key.setProperty("digit", digit)
        key.clicked.connect(self._on_key)
        self.keys[digit] = key
        grid.addWidget(key, row, column)

    def _take(self, digit: str) -> None:
        self._typed += digit
        self.typed_changed.emit(len(self._typed))
        if len(self._typed) == LENGTH:
            code, self._typed = self._typed, ""
            self.setEnabled(False)
            self.completed.emit(code)

    @Slot()
    def _on_key(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._take(str(button.property("digit")))
            self.setFocus()

    @Slot()
    def _on_erase(self) -> None:
        self._typed = self._typed[:-1]
        self.typed_changed.emit(len(self._typed))
        self.setFocus()
