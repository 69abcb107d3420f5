"""Words that are chosen or not: the themes of a workshop."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.ui import a11y
from angrilien.ui.widgets.adaptive import FlowLayout
from angrilien.ui.widgets.button import Button


class Chips(QWidget):
    """A group of words, any number of which can be chosen.

    Args:
        name: what the screen reader calls the group.
        options: (value, word) in the order of the screen.
    """

    chosen_changed = Signal()

    def __init__(self, name: str, options: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._flow = FlowLayout(self)
        self._buttons: dict[str, Button] = {}
        a11y.named(self, name)
        self.add(options)

    def add(self, options: Iterable[tuple[str, str]]) -> None:
        """Add words after those that are there."""
        for value, word in options:
            button = Button(word, "chip")
            button.toggled.connect(self._on_toggled)
            self._buttons[value] = button
            self._flow.addWidget(button)

    def replace(self, options: Iterable[tuple[str, str]]) -> None:
        """Put other words in the place of those that are there; none is chosen."""
        for button in self._buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        self.add(options)

    def values(self) -> tuple[str, ...]:
        """Return all the values."""
        return tuple(self._buttons)

    def buttons(self) -> tuple[Button, ...]:
        """Return the buttons in the order of the screen."""
        return tuple(self._buttons.values())

    def focus_first(self) -> None:
        """Put the focus on the first word."""
        for button in self._buttons.values():
            button.setFocus()
            return

    def chosen(self) -> tuple[str, ...]:
        """Return the chosen values in the order of the screen."""
        return tuple(value for value, button in self._buttons.items() if button.isChecked())

    def choose(self, values: Iterable[str]) -> None:
        """Choose these values and no other."""
        wanted = set(values)
        for value, button in self._buttons.items():
            button.setChecked(value in wanted)

    def button(self, value: str) -> Button:
        """Return the button of a value."""
        return self._buttons[value]

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:  # noqa: FBT001 - the signal's own signature
        button = self.sender()
        if isinstance(button, Button):
            button.set_icon("check" if checked else "")
        self.chosen_changed.emit()
