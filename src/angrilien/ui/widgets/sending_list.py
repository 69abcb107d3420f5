"""The workshops of D9, one card below the other."""

from __future__ import annotations

import datetime as dt
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.sending import SendingGroup, SendingView
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.sending_card import SendingCard

_AT_ONCE: Final = 3
"""Cards made between two looks of the window at what its user does."""


class SendingList(QWidget):
    """Cards, and the button that brings the older ones."""

    mend_asked = Signal(object, str)
    """As `SendingCard`."""
    settled = Signal()
    """All cards are in their place."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[SendingGroup, ...] = ()
        self._left: list[SendingGroup] = []
        self._same: dict[SendingGroup, SendingCard] = {}
        self._focused: SendingGroup | None = None
        self._today = dt.date.min
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._go_on)
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
            self._today = today
            self._begin()

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, from top to bottom."""
        found: list[QWidget] = []
        for card in self.cards():
            found += [card, *card.buttons]
        return [*found, self.older]

    def _begin(self) -> None:
        """Take the cards out of the column; those that say something else than now go away."""
        before = [*self.cards(), *self._same.values()]
        self._focused = next((card.group for card in before if _has_focus(card)), None)
        self._left = list(self._groups)
        self._same = {}
        while self._column.count():
            self._column.takeAt(0)
        for card in before:
            if card.group in self._left:
                self._same[card.group] = card
            else:
                card.hide()
                card.deleteLater()
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Put some cards in their place: to make twenty at once would hold the window up."""
        made = 0
        while self._left and made < _AT_ONCE:
            group = self._left.pop(0)
            card = self._same.pop(group, None)
            if card is None:
                made += 1
                card = SendingCard(group, self._today)
                card.mend_asked.connect(self.mend_asked)
                focused = self._focused
                if focused is not None and focused.workshop_id == group.workshop_id:
                    card.setFocus()
            self._column.addWidget(card)
        if self._left:
            self._next.start()
        else:
            self.settled.emit()


def _has_focus(card: SendingCard) -> bool:
    return card.hasFocus() or any(button.hasFocus() for button in card.buttons)
