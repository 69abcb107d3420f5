"""What has been sent and what has not, in words, with the button that sends now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.codes import read_code
from angrilien.errors import (
    CodeExpired,
    CodeRefused,
    FieldProblem,
    KnownError,
    Missing,
    NotACode,
)
from angrilien.services import registration
from angrilien.ui.pages.base import Page
from angrilien.ui.sending_text import SendingWords
from angrilien.ui.widgets import Button, Card, Field, PageHead, ScrollPage, Text
from angrilien.ui.words import capital, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_CODE_PROBLEMS: Final = (CodeRefused, CodeExpired)
"""They stand at the field of the code."""


class SendingPage(Page):
    """The state of sending in full."""

    name = "sending"
    entry = ""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._code_missing = False
        self.lead = Text("", "heading")
        self.rest = Text()
        self.oldest = Text("", "subtitle")
        self.problem = Text("", "warning")
        self.send = Button(self.tr("&Envoyer maintenant"), "primary", "sending")
        self.send.clicked.connect(self._on_send)
        state = Card()
        state.body.setContentsMargins(28, 22, 28, 22)
        for part in (self.lead, self.rest, self.oldest, self.problem):
            state.body.addWidget(part)
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(self.send)
        row.addStretch(1)
        state.body.addLayout(row)

        self.code = Field(
            self.tr("&Code du lieu"), self.tr("Dix lettres et chiffres, donnés par le programme.")
        )
        self.keep_code = Button(self.tr("Enregistrer le c&ode"), "primary", "check")
        self.keep_code.clicked.connect(self._on_code)
        self.code.edit.returnPressed.connect(self._on_code)
        self.code_card = Card()
        self.code_card.body.setContentsMargins(28, 22, 28, 22)
        self.code_card.body.addWidget(Text(self.tr("Il manque le code du lieu"), "heading"))
        self.code_card.body.addWidget(self.code)
        code_row = QHBoxLayout()
        code_row.addWidget(self.keep_code)
        code_row.addStretch(1)
        self.code_card.body.addLayout(code_row)
        self.code_card.hide()

        kept = Card()
        kept.body.setContentsMargins(28, 22, 28, 22)
        kept.body.addWidget(Text(self.tr("Comment cela marche"), "heading"))
        for sentence in (
            self.tr("Tout est d’abord enregistré sur cet ordinateur."),
            self.tr("L’envoi part tout seul dès qu’il y a Internet."),
            self.tr("Rien n’est effacé avant que le programme l’ait reçu."),
        ):
            kept.body.addWidget(Text(sentence))
        scroll = ScrollPage(width=960)
        scroll.body.addWidget(PageHead(self.tr("Envoi")))
        for card in (self.code_card, state, kept):
            scroll.body.addWidget(card)
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Envoi")

    def show_for(self, **_args: Any) -> None:
        """Follow the state of sending."""
        self._code_missing = False
        watch = self.main.watch
        if watch is not None:
            watch.words_changed.connect(self._on_words)
            watch.refresh()
        self._on_words(self.main.line.words)

    def leave(self) -> None:
        """Follow it no longer."""
        if self.main.watch is not None:
            self.main.watch.words_changed.disconnect(self._on_words)

    def focus_first(self) -> None:
        """Put the focus on the code if it is missing, else on the button."""
        if self.code_card.isVisible():
            self.code.edit.setFocus()
        else:
            self.send.setFocus()

    @Slot(object)
    def _on_words(self, words: SendingWords) -> None:
        watch = self.main.watch
        state = watch.state if watch is not None else None
        self.lead.setText(words.lead)
        self.rest.setText(words.rest)
        self.rest.setVisible(bool(words.rest))
        problem = watch.problem if watch is not None else None
        missing = state is not None and not state.has_venue and not state.has_code
        self._show_code(missing=missing, problem=problem)
        since = ""
        if watch is not None and state is not None and state.waiting and state.oldest_waiting:
            first = local(state.oldest_waiting, watch.tz)
            said = self.tr("Le plus ancien date de {day} à {hour}.")
            today = local(self.desk.clock.now(), watch.tz).date()
            since = said.format(day=french.day_words(first.date(), today), hour=french.hour(first))
        self.oldest.setText(since)
        self.oldest.setVisible(bool(since))
        if missing and isinstance(problem, _CODE_PROBLEMS):
            problem = None
        said_problem = problem_text(problem) if problem is not None else ""
        self.problem.setText(capital(said_problem))
        self.problem.setVisible(bool(said_problem))
        busy = watch is not None and watch.progress is not None
        self.send.setEnabled(not busy)

    def _show_code(self, *, missing: bool, problem: KnownError | None) -> None:
        """Ask for the code where there is none, and say why if the one that was kept is refused."""
        was_missing, self._code_missing = self._code_missing, missing
        self.code_card.setVisible(missing)
        self.send.setVisible(not missing)
        if missing == was_missing:
            return
        if missing and isinstance(problem, _CODE_PROBLEMS):
            self.code.show_problem(problem_text(problem))
        self.focus_first()

    @Slot()
    def _on_send(self) -> None:
        if self.main.watch is not None:
            self.main.watch.send_now()

    @Slot()
    def _on_code(self) -> None:
        typed = self.code.text()
        problem: KnownError | None = None
        if not typed.strip():
            problem = Missing("venue_code")
        elif read_code(typed) is None:
            problem = NotACode("venue_code")
        if problem is not None:
            self._on_refused(problem)
        else:
            self.desk.ask(registration.set_code, typed, then=self._on_kept, failed=self._on_refused)

    def _on_kept(self, _result: None) -> None:
        self.main.say(self.tr("Le code est enregistré. L’envoi part tout seul."))
        self.desk.changed.sending_changed.emit()
        if self.main.watch is not None:
            self.main.watch.send_now()

    def _on_refused(self, error: KnownError) -> None:
        if not isinstance(error, FieldProblem):
            self.main.say_problem(error)
            return
        self.code.show_problem(problem_text(error))
        self.code.edit.setFocus()
