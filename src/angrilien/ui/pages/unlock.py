"""D0b: open the notebook of this computer with its phrase de passe."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from angrilien.errors import KnownError, Missing, WrongPassphrase
from angrilien.services import opening
from angrilien.ui import a11y
from angrilien.ui.desk import Notebook
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Card, Field, PageHead, ScrollPage
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class UnlockPage(Page):
    """One field. A wrong phrase says so and keeps what was typed."""

    name = "unlock"
    frame = Frame.BARE

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._opening = False
        self.field = Field(
            self.tr("Votre &phrase de passe"),
            self.tr("Les six mots écrits sur votre papier."),
        )
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.seen = Button(self.tr("&Montrer les mots"), "quiet", "show")
        self.open_button = Button(self.tr("&Ouvrir le cahier"), "primary", "lock")
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        card.body.setSpacing(14)
        card.body.addWidget(self.field)
        row = QHBoxLayout()
        row.addWidget(self.seen)
        row.addStretch(1)
        row.addWidget(self.open_button)
        card.body.addLayout(row)
        scroll = ScrollPage(width=760, centred=True)
        scroll.body.addStretch(1)
        scroll.body.addWidget(
            PageHead(self.tr("Bonjour"), self.tr("Le cahier des ateliers est fermé."))
        )
        scroll.body.addWidget(card)
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.seen.clicked.connect(self._on_seen)
        self.open_button.clicked.connect(self._on_open)
        self.field.edit.returnPressed.connect(self._on_open)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Ouvrir le cahier")

    def focus_first(self) -> None:
        """Put the focus in the field."""
        self.field.edit.setFocus()

    @Slot()
    def _on_seen(self) -> None:
        hidden = self.field.edit.echoMode() == QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password
        self.field.edit.setEchoMode(mode)
        self.seen.set_text(self.tr("&Cacher les mots") if hidden else self.tr("&Montrer les mots"))
        self.seen.set_icon("hide" if hidden else "show")
        self.field.edit.setFocus()

    @Slot()
    def _on_open(self) -> None:
        if self._opening:
            return
        if not self.field.text().strip():
            self.field.show_problem(problem_text(Missing("passphrase")))
            return
        self.main.messages.clear()
        self._busy(opening_now=True)
        self.desk.run(
            functools.partial(opening.open_notebook, zone=self.desk.zone),
            self.desk.folder,
            self.field.text(),
            self.desk.programme,
            then=self._on_opened,
            failed=self._on_refused,
        )

    def _busy(self, *, opening_now: bool) -> None:
        self._opening = opening_now
        words = self.tr("Ouverture…") if opening_now else self.tr("&Ouvrir le cahier")
        self.open_button.set_text(words)
        self.open_button.setEnabled(not opening_now)
        self.field.edit.setReadOnly(opening_now)
        if opening_now:
            a11y.announce(self, words)

    def _on_opened(self, notebook: Notebook) -> None:
        self._busy(opening_now=False)
        self.field.set_text("")
        self.main.open_notebook(notebook)

    def _on_refused(self, error: KnownError) -> None:
        self._busy(opening_now=False)
        if isinstance(error, WrongPassphrase):
            self.field.show_problem(problem_text(error))
        else:
            self.main.say_problem(error, again=self._on_open)
