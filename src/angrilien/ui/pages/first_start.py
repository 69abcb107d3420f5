"""D0: the first start. Name, phrase, code secret, code du lieu, and the notebook is made."""

from __future__ import annotations

import functools
import pkgutil
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.codes import read_code
from angrilien.domain.forms import NAME_LIMIT, clean
from angrilien.domain.rows import FirstStart
from angrilien.errors import (
    FieldProblem,
    KnownError,
    Missing,
    NotACode,
    TooLong,
)
from angrilien.services import opening
from angrilien.ui import a11y
from angrilien.ui.desk import Notebook
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Field, PageHead, ScrollPage, Text
from angrilien.ui.widgets.code_fields import CodeSecretFields
from angrilien.ui.widgets.steps import PhraseWords, step_of
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow
    from angrilien.wire.profile import Profile

_STEPS: Final = 5
_NAME, _PHRASE, _TYPED, _SECRET, _CODE, _BUSY = range(6)


class FirstStartPage(Page):
    """Five short steps. What was typed in one is still there when one comes back to it."""

    name = "first_start"
    frame = Frame.BARE

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._step = _NAME
        self._profile = desk.place.usable(desk.clock.now())
        self._declined: Profile | None = None
        self.head = PageHead("")
        scroll = ScrollPage(width=760, centred=True)
        scroll.body.addWidget(self.head)
        self._steps = [
            self._name_step(),
            self._phrase_step(),
            self._typed_step(),
            self._secret_step(),
            self._code_step(),
            self._busy_step(),
        ]
        scroll.body.insertStretch(0, 1)
        for step in self._steps:
            scroll.body.addWidget(step)
        self._typed_code_step = self._steps[_CODE]
        if self._profile is not None:
            self._typed_code_step.hide()
            self._steps[_CODE] = self._venue_step(self._profile)
            scroll.body.addWidget(self._steps[_CODE])
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Premier lancement")

    def show_for(self, **_args: Any) -> None:
        """Begin, or go on where one was."""
        self._go(self._step)
        if not self.words.phrase:
            self.desk.run(opening.new_passphrase, then=self._on_phrase)

    def focus_first(self) -> None:
        """Put the focus on what this step asks."""
        firsts: dict[int, QWidget] = {
            _NAME: self.name_field.edit,
            _PHRASE: self.noted,
            _TYPED: self.typed_field.edit,
            _SECRET: self.secret.code.edit,
            _CODE: self.code_field.edit if self._profile is None else self.begin_here,
        }
        if self._step in firsts:
            firsts[self._step].setFocus()

    def go_back(self) -> None:
        """Esc: the step before."""
        if _NAME < self._step < _BUSY:
            self._go(self._step - 1)

    # --- the steps --------------------------------------------------------------------------------

    def _name_step(self) -> QWidget:
        self.name_field = Field(
            self.tr("Votre &nom"), self.tr("Il sera écrit sur vos feuilles d’émargement.")
        )
        self.name_next = Button(self.tr("&Continuer"), "primary")
        self.name_next.clicked.connect(self._on_name)
        self.name_field.edit.returnPressed.connect(self._on_name)
        self.train = Button(self.tr("S’&entraîner d’abord"), "quiet", "people")
        self.train.clicked.connect(self._on_train)
        return step_of(
            (
                Text(self.tr("Angrilien garde vos ateliers, avec ou sans Internet.")),
                self.name_field,
            ),
            self.train,
            self.name_next,
        )

    def _phrase_step(self) -> QWidget:
        self.words = PhraseWords()
        self.words.another_asked.connect(self._on_another)
        self.words.told.connect(self.main.say)
        self.phrase_back = Button(self.tr("&Retour"), "secondary", "back")
        self.phrase_back.clicked.connect(self.go_back)
        self.noted = Button(self.tr("&C’est noté"), "primary")
        self.noted.clicked.connect(self._on_noted)
        return step_of(
            (
                Text(self.tr("Ces six mots ouvrent cet ordinateur, et lui seul.")),
                self.words,
                Text(self.tr("Écrivez-les sur un papier, gardé loin de l’ordinateur.")),
                Text(self.tr("Sans eux, personne ne peut rouvrir le cahier."), "subtitle"),
            ),
            self.phrase_back,
            self.noted,
        )

    def _typed_step(self) -> QWidget:
        self.typed_field = Field(
            self.tr("Votre &phrase de passe"),
            self.tr("Six mots. Les accents et les majuscules ne comptent pas."),
        )
        self.typed_back = Button(self.tr("&Revoir la phrase"), "secondary", "back")
        self.typed_back.clicked.connect(self.go_back)
        self.typed_next = Button(self.tr("&Continuer"), "primary")
        self.typed_next.clicked.connect(self._on_typed)
        self.typed_field.edit.returnPressed.connect(self._on_typed)
        return step_of(
            (Text(self.tr("Recopiez la phrase que vous avez écrite.")), self.typed_field),
            self.typed_back,
            self.typed_next,
        )

    def _secret_step(self) -> QWidget:
        self.secret = CodeSecretFields()
        self.secret_back = Button(self.tr("&Retour"), "secondary", "back")
        self.secret_back.clicked.connect(self.go_back)
        self.secret_next = Button(self.tr("&Continuer"), "primary")
        self.secret_next.clicked.connect(self._on_secret)
        self.secret.entered.connect(self._on_secret)
        return step_of(
            (
                Text(self.tr("L’écran se verrouille après cinq minutes sans vous.")),
                Text(self.tr("Six chiffres le rouvrent\u00a0: votre code secret."), "subtitle"),
                self.secret,
            ),
            self.secret_back,
            self.secret_next,
        )

    def _code_step(self) -> QWidget:
        self.code_field = Field(
            self.tr("Code du &lieu"), self.tr("Dix lettres et chiffres, donnés par le programme.")
        )
        self.code_back = Button(self.tr("&Retour"), "secondary", "back")
        self.code_back.clicked.connect(self.go_back)
        self.without = Button(self.tr("Commencer &sans code"))
        self.without.clicked.connect(self._on_without)
        self.begin = Button(self.tr("&Commencer"), "primary", "check")
        self.begin.clicked.connect(self._on_begin)
        self.code_field.edit.returnPressed.connect(self._on_begin)
        return step_of(
            (
                Text(self.tr("Ce code dit au programme d’où viennent vos ateliers.")),
                self.code_field,
                Text(
                    self.tr("Sans code, tout marche. L’envoi attendra que vous l’ayez."),
                    "subtitle",
                ),
            ),
            self.code_back,
            self.without,
            self.begin,
        )

    def _venue_step(self, profile: Profile) -> QWidget:
        """The venue came with the installer: nothing is to be typed."""
        self.venue_back = Button(self.tr("&Retour"), "secondary", "back")
        self.venue_back.clicked.connect(self.go_back)
        self.other_venue = Button(self.tr("C’est un &autre lieu"))
        self.other_venue.clicked.connect(self._on_other_venue)
        self.begin_here = Button(self.tr("&Commencer"), "primary", "check")
        self.begin_here.clicked.connect(self._on_without)
        named = ", ".join(part for part in (profile.venue_name, profile.commune) if part)
        return step_of(
            (
                Text(self.tr("Cet ordinateur est celui de\u00a0:")),
                Text(named, "heading"),
                Text(
                    self.tr("Il s’inscrira tout seul, dès qu’il y aura Internet."),
                    "subtitle",
                ),
            ),
            self.venue_back,
            self.other_venue,
            self.begin_here,
        )

    def _busy_step(self) -> QWidget:
        return step_of((Text(self.tr("Cela prend quelques secondes.")),), None)

    def _go(self, step: int) -> None:
        titles = (
            self.tr("Bienvenue"),
            self.tr("Votre phrase de passe"),
            self.tr("À vous de l’écrire"),
            self.tr("Votre code secret"),
            self.tr("Le code du lieu") if self._profile is None else self.tr("Votre lieu"),
            self.tr("Création du cahier…"),
        )
        self._step = step
        said = self.tr("Étape {step} sur {steps}").format(step=step + 1, steps=_STEPS)
        self.head.set_words(titles[step], said if step < _BUSY else "")
        for number, widget in enumerate(self._steps):
            widget.setVisible(number == step)
        a11y.announce(self, f"{titles[step]}. {said}" if step < _BUSY else titles[step])
        self.focus_first()

    # --- slots ------------------------------------------------------------------------------------

    @Slot()
    def _on_name(self) -> None:
        name = clean(self.name_field.text())
        problem: FieldProblem | None = None
        if not name:
            problem = Missing("name")
        elif len(name) > NAME_LIMIT:
            problem = TooLong("name", limit=NAME_LIMIT)
        if problem is not None:
            self.name_field.show_problem(problem_text(problem))
            self.name_field.edit.setFocus()
        else:
            self._go(_PHRASE)

    @Slot()
    def _on_train(self) -> None:
        self.main.navigate("training")

    @Slot()
    def _on_another(self) -> None:
        self.desk.run(opening.new_passphrase, then=self._on_phrase)

    def _on_phrase(self, phrase: str) -> None:
        self.words.show_phrase(phrase)
        self.typed_field.set_text("")

    @Slot()
    def _on_noted(self) -> None:
        if self.words.phrase:
            self._go(_TYPED)

    @Slot()
    def _on_typed(self) -> None:
        if not self.typed_field.text().strip():
            self.typed_field.show_problem(problem_text(Missing("passphrase")))
            return
        self.desk.run(
            opening.compare_passphrases,
            self.words.phrase,
            self.typed_field.text(),
            then=self._on_same,
            failed=self._on_differs,
        )

    def _on_same(self, _result: None) -> None:
        self._go(_SECRET)

    @Slot()
    def _on_secret(self) -> None:
        if self.secret.chosen() is not None:
            self._go(_CODE)

    def _on_differs(self, error: KnownError) -> None:
        self.typed_field.show_problem(problem_text(error))
        self.typed_field.edit.setFocus()

    @Slot()
    def _on_other_venue(self) -> None:
        """The installer was another venue's: the code is typed, as it always can be."""
        self._steps[_CODE].hide()
        self._declined, self._profile = self._profile, None
        self._steps[_CODE] = self._typed_code_step
        self._go(_CODE)

    @Slot()
    def _on_without(self) -> None:
        self._create("")

    @Slot()
    def _on_begin(self) -> None:
        typed = self.code_field.text()
        problem: FieldProblem | None = None
        if not typed.strip():
            problem = Missing("venue_code")
        elif read_code(typed) is None:
            problem = NotACode("venue_code")
        if problem is not None:
            self.code_field.show_problem(problem_text(problem))
            self.code_field.edit.setFocus()
        else:
            self._create(typed)

    def _create(self, venue_code: str) -> None:
        secret = self.secret.chosen()
        if secret is None:
            self._go(_SECRET)
            return
        self._go(_BUSY)
        start = FirstStart(
            name=clean(self.name_field.text()),
            passphrase=self.words.phrase,
            venue_code=venue_code,
            code_secret=secret,
        )
        self.desk.run(
            functools.partial(opening.create, zone=self.desk.zone, profile=self._profile),
            self.desk.folder,
            start,
            self.desk.programme,
            then=self._on_created,
            failed=self._on_not_created,
        )

    def _on_created(self, notebook: Notebook) -> None:
        for field in (self.typed_field, self.code_field):
            field.set_text("")
        self.secret.clear()
        self.words.show_phrase("")
        if self._declined is not None:
            decline = pkgutil.resolve_name("angrilien.services.venue_profile:decline")
            self.desk.run(decline, notebook, self._declined)
        self.main.open_notebook(notebook)

    def _on_not_created(self, error: KnownError) -> None:
        self._go(_CODE)
        if isinstance(error, NotACode):
            self.code_field.show_problem(problem_text(error))
        else:
            self.main.say_problem(error)
