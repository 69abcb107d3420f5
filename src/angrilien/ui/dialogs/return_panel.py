"""Asks the animateur before the list comes back: a participant must not reach it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.ui.widgets import Button, Text
from angrilien.ui.widgets.panel import Panel


class ReturnPanel(Panel):
    """« Revenir à la liste ? » The safe answer is the one that stands out."""

    confirmed = Signal()

    def __init__(self, over: QWidget, behind: QWidget) -> None:
        super().__init__(over, behind, width=640)
        self.lost = Text(self.tr("La signature commencée sera effacée."), "warning")
        self.body.addWidget(
            Text(self.tr("Les noms des autres personnes seront visibles."), "subtitle")
        )
        self.body.addWidget(self.lost)
        self.go = Button(self.tr("Revenir à la liste"), "secondary", "back")
        self.stay = Button(self.tr("Continuer la signature"), "primary", "sign")
        self.buttons.add(self.go)
        self.buttons.add_gap()
        self.buttons.add(self.stay)
        self.go.clicked.connect(self._on_go)
        self.stay.clicked.connect(self.dismiss)

    def ask(self, *, drawn: bool) -> None:
        """Ask; `drawn` tells whether something would be lost."""
        self.lost.setVisible(drawn)
        self.open_with(
            self.tr("Revenir à la liste\u202f?"),
            self.tr("Cette question est pour la personne qui anime."),
            focus=self.stay,
        )

    @Slot()
    def _on_go(self) -> None:
        self.shut()
        self.confirmed.emit()
