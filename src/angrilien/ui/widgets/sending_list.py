"""The workshops of D9, one card below the other."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.sending import SendingGroup, SendingView
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.sending_card import SendingCard


class SendingList(QWidget):
    """Cards, and the button that brings the older ones."""

    mend_asked = Signal(object, str)
    """As `SendingCard`."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[SendingGroup, ...] = ()
        self.wait = Text(self.tr("Un instant…"), "subtitle")
        self.older = Button(self.tr("&Voir les plus anciens"), "secondary", "down")
        self.older.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self.wait)
        whole.addLayout(self._column)
        whole.addWidget(self.older, alignment=Qt.AlignmentFlag.AlignLeft)

    def cards(self) -> list[SendingCard]:
        """Return the cards, from top to bottom."""
        found = (self._column.itemAt(i) for i in range(self._column.count()))
        widgets = (item.widget() for item in found if item is not None)
        return [widget for widget in widgets if isinstance(widget, SendingCard)]

    def show_view(self, view: SendingView, today: dt.date) -> None:
        """Show the groups of a view; a card that says the same as before stays as it is.

        Args:
            view: what was read.
            today: where the laptop's venue is.
        """
        self.wait.setVisible(not view.groups)
        self.wait.setText(self.tr("Rien n’est encore enregistré ici."))
        self.older.setVisible(view.more > 0)
        if view.groups != self._groups:
            self._groups = view.groups
            self._replace(today)

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, from top to bottom."""
        found: list[QWidget] = []
        for card in self.cards():
            found += [card, *card.buttons]
        return [*found, self.older]

    def _replace(self, today: dt.date) -> None:
        before = self.cards()
        same = {card.group: card for card in before}
        focused = next((card.group for card in before if _has_focus(card)), None)
        while self._column.count():
            self._column.takeAt(0)
        for group in self._groups:
            card = same.pop(group, None)
            if card is None:
                card = SendingCard(group, today)
                card.mend_asked.connect(self.mend_asked)
            self._column.addWidget(card)
            was_here = focused is not None and focused.workshop_id == group.workshop_id
            if was_here and group != focused:
                card.setFocus()
        for card in same.values():
            card.hide()
            card.deleteLater()


def _has_focus(card: SendingCard) -> bool:
    return card.hasFocus() or any(button.hasFocus() for button in card.buttons)
