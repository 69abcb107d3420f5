"""D0b: open the notebook of this computer with its phrase de passe."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from angrilien.errors import KnownError, Missing, WrongPassphrase
from angrilien.services import opening
from angrilien.services.throttle import Throttle
from angrilien.ui import a11y
from angrilien.ui.desk import Notebook
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Card, Field, PageHead, ScrollPage
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


_LOOK_MILLISECONDS: Final = 200


class UnlockPage(Page):
    """One field. A wrong phrase says so and keeps what was typed; the third one makes one wait.

    Nobody's name stands here, whoever of the laptop's animateurs comes: a list of them would lie in
    clear on the disk. The phrase alone says who opens.
    """

    name = "unlock"
    frame = Frame.BARE

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._opening = False
        self.throttle = Throttle(desk.folder)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MILLISECONDS)
        self._look.timeout.connect(self._on_look)
        self.field = Field(
            self.tr("Votre &phrase de passe"),
            self.tr("Les six mots écrits sur votre papier."),
        )
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.seen = Button(self.tr("&Montrer les mots"), "quiet", "show")
        self.open_button = Button(self.tr("&Ouvrir le cahier"), "primary", "lock")
        self.forgotten = Button(self.tr("J’ai oublié ma p&hrase"), "quiet", "help")
        self.train = Button(self.tr("S’&entraîner"), "quiet", "people")
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
        others = QHBoxLayout()
        others.addWidget(self.forgotten)
        others.addWidget(self.train)
        others.addStretch(1)
        scroll.body.addLayout(others)
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.seen.clicked.connect(self._on_seen)
        self.train.clicked.connect(self._on_train)
        self.forgotten.clicked.connect(self._on_forgotten)
        self.open_button.clicked.connect(self._on_open)
        self.field.edit.returnPressed.connect(self._on_open)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Ouvrir le cahier")

    def show_for(self, **_args: Any) -> None:
        """Begin; a wait that a restart cut goes on.

        What cannot be a notebook of ours is said before anybody types a phrase for it.
        """
        self._watch_wait()
        try:
            opening.check_ours(self.desk.folder)
        except KnownError as error:
            self.main.say_problem(error)

    def leave(self) -> None:
        """Count the seconds no longer."""
        self._look.stop()

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
    def _on_forgotten(self) -> None:
        if not self._opening:
            self.main.navigate("forgotten")

    @Slot()
    def _on_train(self) -> None:
        if not self._opening:
            self.main.navigate("training")

    @Slot()
    def _on_open(self) -> None:
        if self._opening:
            return
        if not self.field.text().strip():
            self.field.show_problem(problem_text(Missing("passphrase")))
            return
        if not self.throttle.try_one():
            self._watch_wait()
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
        words = self.tr("Ouverture…") if opening_now else self._open_words()
        self.open_button.set_text(words)
        self.open_button.setEnabled(not opening_now)
        self.field.edit.setReadOnly(opening_now)
        if opening_now:
            a11y.announce(self, words)

    def _open_words(self) -> str:
        return self.tr("&Ouvrir le cahier")

    def _watch_wait(self) -> None:
        """Say how long one waits, if at all, and go on looking until it is over."""
        if self.throttle.left() > 0:
            self._look.start()
            self._on_look()

    @Slot()
    def _on_look(self) -> None:
        seconds = math.ceil(self.throttle.left())
        self.open_button.setEnabled(not seconds and not self._opening)
        if seconds:
            words = self.tr("Attendez {seconds} s").format(seconds=seconds)
            self.open_button.set_text(words)
        else:
            self._look.stop()
            self.open_button.set_text(self._open_words())
            a11y.announce(self, self.tr("Vous pouvez essayer de nouveau."))

    def _on_opened(self, notebook: Notebook) -> None:
        self.throttle.was_right()
        self._busy(opening_now=False)
        self.field.set_text("")
        self.main.open_notebook(notebook)

    def _on_refused(self, error: KnownError) -> None:
        self._busy(opening_now=False)
        if isinstance(error, WrongPassphrase):
            self.throttle.was_wrong()
            self.field.show_problem(problem_text(error))
            self._watch_wait()
        else:
            self.throttle.was_none()
            self.main.say_problem(error, again=self._on_open)
