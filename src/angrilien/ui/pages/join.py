"""D14: a second laptop of the café joins a workshop by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.errors import FieldProblem, KnownError
from angrilien.services import joining
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import AdaptiveRow, Button, Card, Field, PageHead, ScrollPage, Text
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class JoinPage(Page):
    """One field; what was typed stays until the workshop is found."""

    name = "join"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.code = Field(
            self.tr("&Code de l’atelier"),
            self.tr("Dix lettres et chiffres, sur la feuille ou l’autre ordinateur."),
        )
        self.join_button = Button(self.tr("Re&joindre"), "primary", "check")
        self.send_button = Button(self.tr("&Envoyer maintenant"), "secondary", "sending")
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        card.body.setSpacing(12)
        card.body.addWidget(self.code)
        card.body.addWidget(
            Text(
                self.tr("Les deux ordinateurs doivent avoir envoyé depuis le même lieu."),
                "subtitle",
            )
        )
        row = AdaptiveRow(stretch=None)
        row.add(self.back_button)
        row.add_gap()
        row.add(self.send_button)
        row.add(self.join_button)
        card.body.addWidget(row)
        scroll = ScrollPage(width=760)
        scroll.body.addWidget(
            PageHead(
                self.tr("Rejoindre un atelier"),
                self.tr("Deux ordinateurs, une seule feuille."),
            )
        )
        scroll.body.addWidget(card)
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.join_button.clicked.connect(self._on_join)
        self.code.edit.returnPressed.connect(self._on_join)
        self.send_button.clicked.connect(self._on_send)
        self.back_button.clicked.connect(self.go_back)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Rejoindre un atelier")

    def show_for(self, **_args: Any) -> None:
        """Keep what was typed: whoever comes back goes on."""
        self.code.show_problem("")

    def focus_first(self) -> None:
        """Put the focus on the code."""
        self.code.edit.setFocus()

    @Slot()
    def _on_join(self) -> None:
        self.join_button.setEnabled(False)
        self.desk.ask(joining.join, self.code.text(), then=self._on_joined, failed=self._on_refused)

    def _on_joined(self, workshop_id: str) -> None:
        self.join_button.setEnabled(True)
        self.code.edit.clear()
        self.desk.changed.workshops_changed.emit()
        self.main.navigate("roster", workshop_id=workshop_id)

    def _on_refused(self, error: KnownError) -> None:
        self.join_button.setEnabled(True)
        if not isinstance(error, FieldProblem):
            self.main.say_problem(error)
            return
        self.code.show_problem(problem_text(error))
        self.code.edit.setFocus()

    @Slot()
    def _on_send(self) -> None:
        if self.main.watch is not None:
            self.main.watch.send_now()
        self.main.say(self.tr("L’envoi part. Réessayez dans un instant."))
