"""What has been sent and what has not, in words, with the button that sends now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.codes import read_code
from angrilien.domain.rows import Progress, SendingState
from angrilien.domain.sending import SendingView
from angrilien.errors import (
    CodeExpired,
    CodeRefused,
    FieldProblem,
    KnownError,
    Missing,
    NoConnection,
    NotACode,
)
from angrilien.services import registration, sending_details
from angrilien.ui import a11y
from angrilien.ui.pages.base import Page
from angrilien.ui.sending_text import SendingWords
from angrilien.ui.sending_words import Mend
from angrilien.ui.widgets import Button, Card, Field, PageHead, ScrollPage, Text
from angrilien.ui.widgets.key_card import KeyCard
from angrilien.ui.widgets.sending_help import SendingHelp
from angrilien.ui.widgets.sending_list import SendingList
from angrilien.ui.words import capital, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_CODE_PROBLEMS: Final = (CodeRefused, CodeExpired)
"""They stand at the field of the code."""
_SOON_MILLISECONDS: Final = 700
_SELDOM_MILLISECONDS: Final = 5_000
"""Between two readings of the list: while a push is under way the store is its, and a long list of
what waits takes half a second to read."""


class SendingPage(Page):
    """The state of sending in full."""

    name = "sending"
    entry = ""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._code_missing = False
        self._shown = sending_details.SHOWN
        self._read_for: SendingState | None = None
        self.lead = Text("", "heading")
        self.rest = Text()
        self.bar = QProgressBar()
        self.oldest = Text("", "subtitle")
        self.untold = Text(self.tr("Le programme n’a pas encore dit pourquoi."), "subtitle")
        self.problem = Text("", "warning")
        self.send = Button(self.tr("&Envoyer maintenant"), "primary", "sending")
        self.code = Field(
            self.tr("&Code du lieu"), self.tr("Dix lettres et chiffres, donnés par le programme.")
        )
        self.keep_code = Button(self.tr("Enregistrer le c&ode"), "primary", "check")
        self.key = KeyCard(desk)
        self.list = SendingList()
        self.details = SendingHelp()
        self.area = ScrollPage(width=960)
        hint = self.tr("Tout est d’abord enregistré ici. Chaque geste compte pour un élément.")
        self.area.body.addWidget(PageHead(self.tr("Envoi"), hint))
        self.code_card = self._code_card()
        for part in (self.code_card, self._state_card(), self.key, self.list, self.details):
            self.area.body.addWidget(part)
        self.area.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._read)
        self.send.clicked.connect(self._on_send)
        self.keep_code.clicked.connect(self._on_code)
        self.code.edit.returnPressed.connect(self._on_code)
        self.list.older.clicked.connect(self._on_older)
        self.list.mend_asked.connect(self._on_mend)
        self.list.settled.connect(self._on_settled)
        self.details.copied.connect(self._on_copied)
        self.key.said.connect(self._on_key_said)
        self.key.problem_met.connect(self._on_key_problem)

    def _state_card(self) -> Card:
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        for part in (self.lead, self.rest, self.bar, self.oldest, self.untold, self.problem):
            card.body.addWidget(part)
        self.bar.setTextVisible(False)
        a11y.named(self.bar, self.tr("Envoi en cours"))
        self.bar.hide()
        self.untold.hide()
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(self.send)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    def _code_card(self) -> Card:
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.addWidget(Text(self.tr("Il manque le code du lieu"), "heading"))
        card.body.addWidget(self.code)
        row = QHBoxLayout()
        row.addWidget(self.keep_code)
        row.addStretch(1)
        card.body.addLayout(row)
        card.hide()
        return card

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Envoi")

    def show_for(self, **_args: Any) -> None:
        """Follow the state of sending."""
        self._code_missing = False
        self._shown = sending_details.SHOWN
        watch = self.main.watch
        if watch is not None:
            watch.words_changed.connect(self._on_words)
            watch.refresh()
        self.desk.changed.sending_changed.connect(self._on_changed)
        self._on_words(self.main.line.words)
        self._read()

    def leave(self) -> None:
        """Follow it no longer."""
        if self.main.watch is not None:
            self.main.watch.words_changed.disconnect(self._on_words)
        self.desk.changed.sending_changed.disconnect(self._on_changed)
        self._soon.stop()

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
        progress = watch.progress if watch is not None else None
        missing = state is not None and not state.has_venue and not state.has_code
        self._show_code(missing=missing, problem=problem)
        since = self._waiting_words(state) if state is not None and progress is None else ""
        self.oldest.setText(since)
        self.oldest.setVisible(bool(since))
        if missing and isinstance(problem, _CODE_PROBLEMS):
            problem = None
        said_problem = problem_text(problem) if problem is not None else ""
        # No Internet is an everyday thing: its colour is as neutral as the line's, for as long.
        is_everyday = isinstance(problem, NoConnection) and words.tone in ("calm", "sent")
        self.problem.set_role("subtitle" if is_everyday else "warning")
        self.problem.setText(capital(said_problem))
        self.problem.setVisible(bool(said_problem))
        self._show_progress(progress)
        if state != self._read_for:
            self._on_changed()

    def _waiting_words(self, state: SendingState) -> str:
        """Say since when something waits; how much too, where the line says something graver."""
        said = []
        if state.waiting and (state.to_fix or state.revoked):
            said.append(
                self.tr("À envoyer\u00a0: {count}.").format(count=french.number(state.waiting))
            )
        if state.waiting and state.oldest_waiting is not None:
            zone = self._zone()
            first = local(state.oldest_waiting, zone)
            day = french.day_words(first.date(), local(self.desk.clock.now(), zone).date())
            oldest = self.tr("Le plus ancien\u00a0: {day} à {hour}.")
            said.append(oldest.format(day=day, hour=french.hour(first)))
        return " ".join(said)

    def _show_progress(self, progress: Progress | None) -> None:
        """Show how far the push under way is; the focus stays where it was."""
        self.bar.setVisible(progress is not None)
        had_focus = self.send.hasFocus()
        self.send.setEnabled(progress is None)
        if progress is not None:
            self.bar.setRange(0, max(progress.total, 1))
            self.bar.setValue(progress.done)
            if had_focus:
                self.details.fold.setFocus()

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

    # --- workshop by workshop ---------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        # Not put off each time: during a long sending it would never be read.
        if not self._soon.isActive():
            watch = self.main.watch
            is_pushing = watch is not None and watch.progress is not None
            self._soon.start(_SELDOM_MILLISECONDS if is_pushing else _SOON_MILLISECONDS)

    @Slot()
    def _read(self) -> None:
        if self.desk.is_open and self.main.page in (self, None):
            self.desk.ask(sending_details.read, self._shown, then=self._on_view)

    def _on_view(self, view: SendingView) -> None:
        if self.main.page is not self:
            return
        self._read_for = view.state
        self.untold.setVisible(bool(view.untold))
        zone = self._zone()
        self.list.show_view(view, local(self.desk.clock.now(), zone).date())
        self.details.show_view(view, zone)

    @Slot()
    def _on_settled(self) -> None:
        """Have Tab go down the page, whatever was made first."""
        first: QWidget = self.send
        for stop in (*self.key.stops(), *self.list.stops(), *self.details.stops()):
            QWidget.setTabOrder(first, stop)
            first = stop

    def _zone(self) -> str:
        return self.main.watch.tz if self.main.watch is not None else self.desk.zone

    @Slot(object, str)
    def _on_mend(self, mend: Mend, workshop_id: str) -> None:
        if mend is Mend.DETAILS:
            self.details.unfold()
            self.area.show_field(self.details)
        elif mend is Mend.CORRECT:
            self.main.navigate("amend", workshop_id=workshop_id)
        else:
            self.main.navigate("roster", workshop_id=workshop_id)

    @Slot()
    def _on_older(self) -> None:
        self._shown += sending_details.SHOWN
        self._read()

    @Slot()
    def _on_copied(self) -> None:
        self.main.say(self.tr("Le texte est copié. Collez-le avec Ctrl et V."))

    @Slot(str)
    def _on_key_said(self, sentence: str) -> None:
        self.main.say(sentence)
        a11y.announce(self, sentence)

    @Slot(object, object)
    def _on_key_problem(self, error: KnownError, again: Callable[[], object]) -> None:
        self.main.say_problem(error, again=again)

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
