"""A forgotten phrase: somebody else of this computer helps, or two people of the programme."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from angrilien.domain.rows import RecoveryStart
from angrilien.errors import (
    AnswerForeign,
    CannotSaveFile,
    FileUnreadable,
    KnownError,
    WrongPassphrase,
)
from angrilien.services import opening, recovery
from angrilien.ui import a11y
from angrilien.ui.desk import Notebook
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Card, PageHead, ScrollPage, Text
from angrilien.ui.widgets.steps import PhraseField, PhraseWords, step_of
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

REQUEST_NAME: Final = "demande.angrilien"
_LARGEST: Final = 64 * 1024
"""Bytes of an answer: a hundred times what one has."""
_WAYS, _PHRASE, _TYPED, _REQUEST, _ANSWER, _WHO, _BUSY = range(7)
_BACK: Final = {_PHRASE: _WAYS, _TYPED: _PHRASE, _REQUEST: _WAYS, _ANSWER: _REQUEST, _WHO: _ANSWER}


class ForgottenPage(Page):
    """Steps that may lie days apart: the request stays on this computer until its answer comes."""

    name = "forgotten"
    frame = Frame.BARE
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._step = _WAYS
        self._start: RecoveryStart | None = None
        self._answered: recovery.Answered | None = None
        self.head = PageHead("")
        scroll = ScrollPage(width=800, centred=True)
        scroll.body.addWidget(self.head)
        self._steps = (
            self._ways_step(),
            self._phrase_step(),
            self._typed_step(),
            self._request_step(),
            self._answer_step(),
            self._who_step(),
            step_of((Text(self.tr("Cela peut prendre quelques minutes.")),), None),
        )
        scroll.body.insertStretch(0, 1)
        for step in self._steps:
            scroll.body.addWidget(step)
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Phrase oubliée")

    def show_for(self, **_args: Any) -> None:
        """Begin, or go on with the request that waits for its answer."""
        if self._step != _BUSY:
            self._go(_WAYS)
            self.desk.run(recovery.waiting, self.desk.folder, then=self._on_waiting)

    def leave(self) -> None:
        """Leave no phrase on the screen."""
        if self._step != _BUSY:
            self._forget()

    def focus_first(self) -> None:
        """Put the focus on what this step asks."""
        firsts: dict[int, QWidget] = {
            _WAYS: self.ask_button,
            _PHRASE: self.noted,
            _TYPED: self.typed_field.edit,
            _REQUEST: self.save_button,
            _ANSWER: self.phrase_field.edit,
        }
        if self._step in firsts:
            firsts[self._step].setFocus()

    def go_back(self) -> None:
        """Esc: the step before; from the first one, the opening."""
        if self._step == _WAYS:
            self.main.navigate("unlock")
        elif self._step in _BACK:
            self._go(_BACK[self._step])

    # --- the steps --------------------------------------------------------------------------------

    def _ways_step(self) -> QWidget:
        other, programme = Card(), Card()
        other.body.addWidget(Text(self.tr("Quelqu’un d’autre ouvre cet ordinateur"), "heading"))
        other.body.addWidget(Text(self.tr("Cette personne ouvre le cahier avec sa phrase.")))
        other.body.addWidget(
            Text(self.tr("Dans Aide, Qui ouvre cet ordinateur, elle vous donne une autre phrase."))
        )
        programme.body.addWidget(Text(self.tr("Personne d’autre ne l’ouvre"), "heading"))
        programme.body.addWidget(
            Text(self.tr("Deux personnes du programme vous aident, par téléphone et par fichier."))
        )
        self.ask_button = Button(self.tr("&Demander au programme"), "primary", "key")
        self.ask_button.clicked.connect(self._on_ask)
        self.again_button = Button(self.tr("&Continuer ma demande"), "secondary", "forward")
        self.again_button.clicked.connect(self._on_continue)
        self.again_button.hide()
        return step_of((other, programme, self.again_button), self._back(), self.ask_button)

    def _phrase_step(self) -> QWidget:
        self.words = PhraseWords()
        self.words.told.connect(self.main.say)
        self.words.another_asked.connect(self._on_another)
        self.noted = Button(self.tr("&C’est noté"), "primary")
        self.noted.clicked.connect(self._on_noted)
        return step_of(
            (
                Text(self.tr("Voici votre nouvelle phrase. Elle servira avec la réponse.")),
                self.words,
                Text(self.tr("Écrivez-la sur un papier, gardé loin de l’ordinateur.")),
            ),
            self._back(),
            self.noted,
        )

    def _typed_step(self) -> QWidget:
        self.typed_field = PhraseField(
            self.tr("La nouvelle &phrase"),
            self.tr("Six mots. Les accents et les majuscules ne comptent pas."),
            hidden=False,
        )
        self.typed_next = Button(self.tr("&Continuer"), "primary")
        self.typed_next.clicked.connect(self._on_typed)
        self.typed_field.edit.returnPressed.connect(self._on_typed)
        return step_of(
            (Text(self.tr("Recopiez la phrase écrite sur le papier.")), self.typed_field),
            self._back(),
            self.typed_next,
        )

    def _request_step(self) -> QWidget:
        self.mark = PhraseWords(fixed=True)
        self.save_button = Button(self.tr("&Enregistrer la demande"), "primary", "down")
        self.save_button.clicked.connect(self._on_save)
        self.have_button = Button(self.tr("J’ai la ré&ponse"), "secondary", "forward")
        self.have_button.clicked.connect(self._on_have)
        return step_of(
            (
                Text(self.tr("1. Enregistrez la demande, puis envoyez ce fichier au programme.")),
                Text(self.tr("2. Au téléphone, dites ces six mots aux deux personnes.")),
                self.mark,
                Text(self.tr("3. Quand leur fichier de réponse est là, revenez ici.")),
                Text(self.tr("Ces six mots ne sont pas une phrase de passe."), "subtitle"),
            ),
            self._back(),
            self.have_button,
            self.save_button,
        )

    def _answer_step(self) -> QWidget:
        self.phrase_field = PhraseField(
            self.tr("Votre nouvelle &phrase"), self.tr("Celle que vous avez notée à la demande.")
        )
        self.answer_button = Button(self.tr("&Choisir la réponse"), "primary", "down")
        self.answer_button.clicked.connect(self._on_answer)
        return step_of((self.phrase_field,), self._back(), self.answer_button)

    def _who_step(self) -> QWidget:
        self.people = Card()
        self.names: list[Button] = []
        return step_of((self.people,), self._back())

    def _back(self) -> Button:
        button = Button(self.tr("&Retour"), "secondary", "back")
        button.clicked.connect(self.go_back)
        return button

    def _go(self, step: int) -> None:
        titles = (
            self.title(),
            self.tr("Une nouvelle phrase"),
            self.tr("À recopier"),
            self.tr("La demande"),
            self.tr("La réponse"),
            self.tr("Qui êtes-vous\u202f?"),
            self.tr("Ouverture…"),
        )
        self._step = step
        self.head.set_words(titles[step])
        for number, widget in enumerate(self._steps):
            widget.setVisible(number == step)
        a11y.announce(self, titles[step])
        self.focus_first()

    def _forget(self) -> None:
        self.words.show_phrase("")
        self.mark.show_phrase("")
        for field in (self.typed_field, self.phrase_field):
            field.set_text("")
        self._answered = None
        self._show_people(())

    # --- asking -----------------------------------------------------------------------------------

    def _on_waiting(self, start: RecoveryStart | None) -> None:
        self._start = start
        self.again_button.setVisible(start is not None)

    @Slot()
    def _on_continue(self) -> None:
        if self._start is not None:
            self._on_begun(self._start)

    @Slot()
    def _on_ask(self) -> None:
        self._on_another()
        self._go(_PHRASE)

    @Slot()
    def _on_another(self) -> None:
        self.typed_field.set_text("")
        self.desk.run(opening.new_passphrase, then=self.words.show_phrase)

    @Slot()
    def _on_noted(self) -> None:
        if self.words.phrase:
            self._go(_TYPED)

    @Slot()
    def _on_typed(self) -> None:
        typed = self.typed_field.typed()
        if typed is not None:
            self.desk.run(
                opening.compare_passphrases,
                self.words.phrase,
                typed,
                then=self._on_same,
                failed=self._on_differs,
            )

    def _on_differs(self, error: KnownError) -> None:
        self.typed_field.show_problem(problem_text(error))
        self.typed_field.edit.setFocus()

    def _on_same(self, _result: None) -> None:
        self.desk.run(
            recovery.begin,
            self.desk.folder,
            self.words.phrase,
            self.desk.programme,
            then=self._on_begun,
        )

    def _on_begun(self, start: RecoveryStart) -> None:
        self._start = start
        self.words.show_phrase("")
        self.mark.show_phrase(start.words)
        self._go(_REQUEST)

    @Slot()
    def _on_save(self) -> None:
        if self._start is None:
            return
        place = QStandardPaths.StandardLocation.DocumentsLocation
        start = Path(QStandardPaths.writableLocation(place) or Path.home()) / REQUEST_NAME
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Enregistrer la demande"), str(start), self.tr("Demandes (*.angrilien)")
        )
        if not name:
            return
        try:
            Path(name).write_bytes(self._start.request)
        except OSError:
            self.main.say_problem(CannotSaveFile(), again=self._on_save)
        else:
            self.main.say(self.tr("La demande est enregistrée. Envoyez ce fichier au programme."))

    # --- the answer -------------------------------------------------------------------------------

    @Slot()
    def _on_have(self) -> None:
        self._go(_ANSWER)

    @Slot()
    def _on_answer(self) -> None:
        phrase = self.phrase_field.typed()
        if phrase is None:
            return
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choisir la réponse"))
        if not name:
            return
        try:
            with Path(name).open("rb") as file:
                answer = file.read(_LARGEST)
        except OSError:
            self.main.problem(problem_text(FileUnreadable()))
            return
        self.main.messages.clear()
        self.answer_button.setEnabled(False)
        self.desk.run(
            recovery.read,
            self.desk.folder,
            answer,
            phrase,
            then=self._on_answered,
            failed=self._on_unanswered,
        )

    def _on_unanswered(self, error: KnownError) -> None:
        self.answer_button.setEnabled(True)
        if isinstance(error, WrongPassphrase):
            self.phrase_field.show_problem(problem_text(error))
            self.phrase_field.edit.setFocus()
        elif isinstance(error, AnswerForeign):
            self.main.say_problem(error, again=self._on_answer)
        else:
            self.main.say_problem(error)

    def _on_answered(self, answered: recovery.Answered) -> None:
        self.answer_button.setEnabled(True)
        self._answered = answered
        self._show_people(answered.people)
        self._go(_WHO)
        if self.names:
            self.names[0].setFocus()

    def _show_people(self, people: tuple[tuple[str, str], ...]) -> None:
        for button in self.names:
            self.people.body.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.names = []
        for facilitator_id, name in people:
            button = Button(name.replace("&", "&&"), "row", "person")
            button.clicked.connect(functools.partial(self._on_who, facilitator_id))
            self.people.body.addWidget(button)
            self.names.append(button)

    def _on_who(self, facilitator_id: str) -> None:
        if self._answered is None:
            return
        self._go(_BUSY)
        self.desk.run(
            functools.partial(recovery.finish, clock=self.desk.clock, zone=self.desk.zone),
            self.desk.folder,
            self._answered,
            facilitator_id,
            self.desk.programme,
            then=self._on_opened,
            failed=self._on_not_opened,
        )

    def _on_opened(self, notebook: Notebook) -> None:
        self._step = _WAYS
        self._forget()
        self.main.open_notebook(notebook)

    def _on_not_opened(self, error: KnownError) -> None:
        self._go(_WHO)
        self.main.say_problem(error)
