"""The last bilans of the same people, unfolded when they are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.domain.rows import EarlierNote
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text
from angrilien.ui.words import capital, day_words


class EarlierNotes(QWidget):
    """Hidden where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.button = Button(self.tr("&Bilans d’avant"), "quiet", "down")
        self.button.clicked.connect(self._on_clicked)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        self._box = QWidget()
        self._list = QVBoxLayout(self._box)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._box)
        self._box.hide()
        self.hide()

    def show_notes(self, notes: Sequence[EarlierNote], today: dt.date) -> None:
        """Offer these bilans, the latest first."""
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for note in notes:
            self._list.addWidget(self._card(note, today))
        self.setVisible(bool(notes))
        self._unfold(shown=False)

    def _card(self, note: EarlierNote, today: dt.date) -> Card:
        card = Card()
        card.body.setContentsMargins(20, 12, 20, 12)
        card.body.setSpacing(4)
        day = capital(day_words(note.date, today))
        card.body.addWidget(Text(f"{day}\u00a0: {note.title}", "label"))
        for label, text in (
            (self.tr("Fait"), note.done),
            (self.tr("Difficile"), note.hard),
            (self.tr("La prochaine fois"), note.next_time),
        ):
            if text:
                card.body.addWidget(Text(f"{label}\u00a0: {text}", "subtitle"))
        return card

    def _unfold(self, *, shown: bool) -> None:
        self._box.setVisible(shown)
        self.button.set_icon("up" if shown else "down")

    @Slot()
    def _on_clicked(self) -> None:
        self._unfold(shown=self._box.isHidden())
