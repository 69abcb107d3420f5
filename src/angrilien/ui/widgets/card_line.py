"""The card that somebody is about to have, with the way to leave it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.domain.codes import show_code
from angrilien.ui import a11y, icons, theme
from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text


class CardLine(QWidget):
    """Says « La carte J7KW-VH52-GA sera donnée à cette personne. », hidden without a card.

    Attributes:
        edit: the button that takes the card away: what has the focus when something is wrong.
    """

    left = Signal()
    """The card is not for this person."""

    def __init__(self) -> None:
        super().__init__()
        self._number = ""
        self._sign = Text(wrap=False)
        self.sentence = Text()
        self.problem = Text("", "problem")
        self.edit = Button(self.tr("Sans cette carte"), "quiet", "remove")
        self.edit.clicked.connect(self._on_left)
        told = QWidget()
        words = QHBoxLayout(told)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(12)
        words.addWidget(self._sign)
        words.addWidget(self.sentence, 1)
        row = AdaptiveRow(spacing=8)
        row.add(told)
        row.add(self.edit)
        card = Card("chosen")
        card.body.setContentsMargins(18, 8, 8, 8)
        card.body.addWidget(row)
        card.body.addWidget(self.problem)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        self.show_number("")

    @property
    def number(self) -> str:
        """The card's number, empty for none."""
        return self._number

    def show_number(self, number: str) -> None:
        """Show a card, or none."""
        self._number = number
        self.problem.hide()
        self._sign.setPixmap(icons.pixmap("card", theme.current().primary, 32))
        sentence = self.tr("La carte {number} sera donnée à cette personne.")
        self.sentence.setText(sentence.format(number=show_code(number)) if number else "")
        a11y.named(self, self.sentence.text())
        self.setVisible(bool(number))

    def show_problem(self, sentence: str) -> None:
        """Say why this card cannot be given."""
        self.problem.setText(sentence)
        self.problem.show()
        a11y.announce(self, sentence)

    @Slot()
    def _on_left(self) -> None:
        self.show_number("")
        self.left.emit()
