"""Repeating a workshop: how often, until when, and on which of these dates."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.chips import Chips
from angrilien.ui.widgets.field import Choice, Field


class RepeatFields(QWidget):
    """The fields, without any rule of their own: who holds them offers the dates."""

    edited = Signal()
    """How often, or until when, was changed by a person."""
    dates_edited = Signal()
    """A date was left out, or taken again."""

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        options = (
            ("", self.tr("Une seule fois")),
            ("week", self.tr("Chaque semaine")),
            ("fortnight", self.tr("Toutes les deux semaines")),
            ("month", self.tr("Chaque mois")),
        )
        self.every_field = Choice(self.tr("Répé&ter"), options)
        self.until_field = Field(self.tr("Jus&qu’au"), self.tr("Par exemple 30 juin."))
        self.words = Text("", "hint")
        self.chips = Chips(self.tr("Les dates"))
        row = AdaptiveRow(stretch=None, spacing=16)
        row.add(self.every_field)
        row.add(self.until_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (row, self.words, self.chips):
            column.addWidget(part)
        self.every_field.chosen_changed.connect(self._on_edited)
        self.until_field.text_changed.connect(self._on_edited)
        self.chips.chosen_changed.connect(self._on_dates)
        # Who chooses with the mouse goes on with the date; the arrow keys only look at the words.
        self._by_mouse = False
        self.every_field.combo.view().pressed.connect(self._on_pressed)
        self.every_field.combo.activated.connect(self._on_activated)
        self._fold()

    @property
    def every(self) -> str:
        """How often, as `domain.repeating.EVERY` names it; empty for once."""
        return self.every_field.value()

    def also(self) -> tuple[str, ...]:
        """Return the ISO dates that are kept, the first workshop's left aside."""
        return self.chips.chosen() if self.every else ()

    def offer(self, dates: Iterable[tuple[str, str, bool]], words: str) -> None:
        """Show the dates.

        Args:
            dates: ISO date, its words, and whether it is kept.
            words: what is said above them.
        """
        found = tuple(dates)
        self._filling = True
        self.chips.replace((iso, word) for iso, word, _ in found)
        self.chips.choose(iso for iso, _, kept in found if kept)
        self._filling = False
        self.words.setText(words)
        self._fold()

    def fill(self, every: str, until: str) -> None:
        """Put values in the fields."""
        self._filling = True
        self.every_field.choose(every)
        self.until_field.set_text(until)
        self.chips.replace(())
        self._filling = False
        self.words.setText("")
        self._fold()

    def _fold(self) -> None:
        repeats = bool(self.every)
        self.until_field.setVisible(repeats)
        self.words.setVisible(repeats and bool(self.words.text()))
        self.chips.setVisible(repeats and bool(self.chips.values()))

    @Slot()
    def _on_edited(self) -> None:
        self._fold()
        if not self._filling:
            self.edited.emit()

    @Slot()
    def _on_pressed(self) -> None:
        self._by_mouse = True

    @Slot()
    def _on_activated(self) -> None:
        if self._by_mouse and self.every:
            self.until_field.edit.setFocus()
        self._by_mouse = False

    @Slot()
    def _on_dates(self) -> None:
        if not self._filling:
            self.dates_edited.emit()
