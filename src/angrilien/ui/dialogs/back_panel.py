"""Asks before one goes back to a safety copy."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.ui.widgets import Button, Text
from angrilien.ui.widgets.panel import Panel


class BackPanel(Panel):
    """« Revenir à cette copie ? » The safe answer is the one that stands out."""

    confirmed = Signal()

    def __init__(self, over: QWidget, behind: QWidget) -> None:
        super().__init__(over, behind, width=680)
        for sentence in (
            self.tr("Le cahier d’aujourd’hui est d’abord copié, lui aussi."),
            self.tr("Ce qui est déjà envoyé reviendra tout seul."),
            self.tr("Le cahier se ferme. Vous l’ouvrez avec votre phrase."),
        ):
            self.body.addWidget(Text(sentence, "subtitle"))
        self.go = Button(self.tr("Revenir à cette copie"), "secondary", "undo")
        self.stay = Button(self.tr("Garder le cahier d’aujourd’hui"), "primary", "check")
        self.buttons.add(self.go)
        self.buttons.add_gap()
        self.buttons.add(self.stay)
        self.go.clicked.connect(self._on_go)
        self.stay.clicked.connect(self.dismiss)

    def ask(self, day: str) -> None:
        """Ask, for the copy of a day in words."""
        self.open_with(self.tr("Revenir à cette copie\u202f?"), day, focus=self.stay)

    @Slot()
    def _on_go(self) -> None:
        self.shut()
        self.confirmed.emit()
