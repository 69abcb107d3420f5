"""Words of which one at most is chosen; pressing it again takes the choice back."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.ui import a11y
from angrilien.ui.widgets.adaptive import FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text


class OneOf(QWidget):
    """A label and its words.

    Args:
        label: shown above, and said by the screen reader.
        options: (value, word) in the order of the screen.
        hint: shown underneath.
    """

    chosen_changed = Signal(str)
    """Carries the value, the empty text where nothing is chosen."""

    def __init__(self, label: str, options: Iterable[tuple[str, str]], hint: str = "") -> None:
        super().__init__()
        self._chosen = ""
        self._buttons: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(Text(label, "label"))
        words = QWidget()
        flow = FlowLayout(words, spacing=8)
        for value, word in options:
            button = Button(word, "chip")
            button.setAccessibleDescription(a11y.plain(label))
            button.setProperty("value", value)
            button.clicked.connect(self._on_clicked)
            self._buttons[value] = button
            flow.addWidget(button)
        column.addWidget(words)
        if hint:
            column.addWidget(Text(hint, "hint"))
        a11y.named(self, label)

    def value(self) -> str:
        """Return the chosen value, the empty text where nothing is chosen."""
        return self._chosen

    def choose(self, value: str) -> None:
        """Choose a value; the empty text takes the choice back."""
        if value == self._chosen:
            return
        self._chosen = value
        for each, button in self._buttons.items():
            button.setChecked(each == value)
            button.set_icon("check" if each == value else "")
        self.chosen_changed.emit(value)

    def button(self, value: str) -> Button:
        """Return the button of a value."""
        return self._buttons[value]

    def first(self) -> Button:
        """Return the first button, where the focus starts."""
        return next(iter(self._buttons.values()))

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.choose(str(button.property("value")) if button.isChecked() else "")
