"""Going back to a safety copy when the notebook does not open any more."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.rows import CopyRow
from angrilien.errors import KnownError, Missing, WrongPassphrase
from angrilien.services import copies
from angrilien.services.throttle import Throttle
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Card, Choice, Field, PageHead, ScrollPage, Text
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class RescuePage(Page):
    """The phrase, then the copies that it opens. The damaged file is kept aside, as it is."""

    name = "rescue"
    frame = Frame.BARE

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.throttle = Throttle(desk.folder)
        self.field = Field(
            self.tr("Votre &phrase de passe"), self.tr("Les six mots écrits sur votre papier.")
        )
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.look_button = Button(self.tr("&Voir les copies"), "primary", "search")
        self.choice = Choice(self.tr("&Copie"))
        self.go_button = Button(self.tr("&Revenir à cette copie"), "primary", "undo")
        self.back_button = Button(self.tr("R&etour"), "secondary", "back")
        self.told = Text(self.tr("Le fichier abîmé est gardé à côté, tel qu’il est."), "subtitle")
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        card.body.setSpacing(14)
        for part in (
            self.field,
            self.look_button,
            self.choice,
            self.told,
            self.go_button,
            self.back_button,
        ):
            card.body.addWidget(part)
        self.area = ScrollPage(width=760, centred=True)
        self.area.body.addStretch(1)
        self.area.body.addWidget(
            PageHead(
                self.tr("Copies de sécurité"),
                self.tr("Le cahier ne s’ouvre plus. Une copie peut le remplacer."),
            )
        )
        self.area.body.addWidget(card)
        self.area.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.look_button.clicked.connect(self._on_look)
        self.field.edit.returnPressed.connect(self._on_look)
        self.go_button.clicked.connect(self._on_go)
        self.back_button.clicked.connect(self.go_back)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Copies de sécurité")

    def show_for(self, **_args: Any) -> None:
        """Ask for the phrase first."""
        self.field.set_text("")
        self._show(())

    def focus_first(self) -> None:
        """Put the focus on the phrase."""
        self.field.edit.setFocus()

    def leave(self) -> None:
        """Leave no phrase behind."""
        self.field.set_text("")

    def go_back(self) -> None:
        """Esc: the screen that opens the notebook."""
        self.main.navigate("unlock")

    def _show(self, rows: tuple[CopyRow, ...]) -> None:
        found = [row for row in rows if row.sound]
        self.choice.set_options((row.name, self._named(row)) for row in found)
        for part in (self.choice, self.told, self.go_button):
            part.setVisible(bool(found))
        self.look_button.setVisible(not found)

    def _named(self, row: CopyRow) -> str:
        moment = local(row.made_at, self.desk.zone)
        return self.tr("{day} à {hour} · ateliers\u00a0: {workshops}").format(
            day=french.short_date(moment.date()),
            hour=french.hour(moment),
            workshops=french.number(row.workshops),
        )

    @Slot()
    def _on_look(self) -> None:
        if not self.field.text().strip():
            self.field.show_problem(problem_text(Missing("passphrase")))
            return
        if not self.throttle.try_one():
            self.field.show_problem(self.tr("Attendez un peu, puis réessayez."))
            return
        self.look_button.setEnabled(False)
        self.desk.run(
            copies.offered,
            self.desk.folder,
            self.field.text(),
            then=self._on_offered,
            failed=self._on_refused,
        )

    def _on_offered(self, rows: tuple[CopyRow, ...]) -> None:
        self.look_button.setEnabled(True)
        self.throttle.was_right()
        self._show(rows)
        if self.choice.isVisible():
            self.choice.combo.setFocus()
        else:
            self.field.show_problem(self.tr("Aucune copie n’est entière. Appelez le programme."))

    def _on_refused(self, error: KnownError) -> None:
        self.look_button.setEnabled(True)
        self.go_button.setEnabled(True)
        if isinstance(error, WrongPassphrase):
            self.throttle.was_wrong()
            self.field.show_problem(problem_text(error))
            self.field.edit.setFocus()
        else:
            self.throttle.was_none()
            self.main.say_problem(error)

    @Slot()
    def _on_go(self) -> None:
        self.go_button.setEnabled(False)
        self.desk.run(
            functools.partial(copies.rescue, clock=self.desk.clock),
            self.desk.folder,
            self.field.text(),
            self.choice.value(),
            then=self._on_rescued,
            failed=self._on_refused,
        )

    def _on_rescued(self, _result: None) -> None:
        self.go_button.setEnabled(True)
        self.main.navigate("unlock")
        self.main.say(self.tr("C’est fait. Ouvrez le cahier avec votre phrase."))
