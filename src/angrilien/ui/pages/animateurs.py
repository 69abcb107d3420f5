"""D12, "Qui ouvre cet ordinateur": who can, somebody more, somebody less, a new phrase or code."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from angrilien.domain.forms import NAME_LIMIT, clean
from angrilien.domain.rows import AnimateurRow
from angrilien.errors import (
    FieldProblem,
    KnownError,
    Missing,
    TooLong,
    WrongPassphrase,
)
from angrilien.services import animateurs, code_secret, opening
from angrilien.ui import a11y
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import Button, Field, PageHead, ScrollPage, Text
from angrilien.ui.widgets.animateur_list import AnimateurList
from angrilien.ui.widgets.code_fields import CodeSecretFields
from angrilien.ui.widgets.steps import PhraseField, PhraseWords, step_of
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_LIST, _NAME, _PHRASE, _TYPED, _SECRET, _REMOVE, _CODE, _BUSY = range(8)
_ADD: Final = "add"
_NEW_PHRASE: Final = "phrase"
_BACK: Final = {
    _NAME: _LIST, _PHRASE: _NAME, _TYPED: _PHRASE, _SECRET: _TYPED, _REMOVE: _LIST, _CODE: _LIST,
}  # fmt: skip


class AnimateursPage(Page):
    """A list, and the short steps of each act on it. What was begun and left is forgotten."""

    name = "animateurs"
    entry = "help"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._step = _LIST
        self._task = ""
        self._row: AnimateurRow | None = None
        self.head = PageHead(self.tr("Qui ouvre cet ordinateur"))
        scroll = ScrollPage(width=860)
        scroll.body.addWidget(self.head)
        self._steps = (
            self._list_step(),
            self._name_step(),
            self._phrase_step(),
            self._typed_step(),
            self._secret_step(),
            self._remove_step(),
            self._code_step(),
            self._busy_step(),
        )
        for step in self._steps:
            scroll.body.addWidget(step)
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Qui ouvre cet ordinateur")

    def show_for(self, **_args: Any) -> None:
        """Show the list, or how far an act under way is."""
        if self._step != _BUSY:
            self._forget()
            self._read()

    def leave(self) -> None:
        """Leave no phrase and no code on the screen; an act under way goes on."""
        if self._step != _BUSY:
            self._forget()

    def focus_first(self) -> None:
        """Put the focus on what this step asks."""
        firsts: dict[int, QWidget] = {
            _LIST: self.add_button,
            _NAME: self.name_field.edit,
            _PHRASE: self.noted,
            _TYPED: self.typed_field.edit,
            _SECRET: self.secret.code.edit,
            _REMOVE: self.keep_button,
            _CODE: self.own_phrase.edit,
        }
        if self._step in firsts:
            firsts[self._step].setFocus()

    def go_back(self) -> None:
        """Esc: the step before; from the list, the screen before."""
        if self._step == _LIST:
            self.main.back()
        elif self._step == _PHRASE and self._task == _NEW_PHRASE:
            self._to_list()
        elif self._step in _BACK:
            self._go(_BACK[self._step])

    # --- the steps --------------------------------------------------------------------------------

    def _list_step(self) -> QWidget:
        self.card = AnimateurList()
        self.card.phrase_asked.connect(self._on_new_phrase)
        self.card.code_asked.connect(self._on_new_code)
        self.card.remove_asked.connect(self._on_ask_remove)
        self.add_button = Button(self.tr("&Ajouter une personne"), "primary", "plus")
        self.add_button.clicked.connect(self._on_add)
        return step_of(
            (
                self.card,
                Text(
                    self.tr("Chaque personne a sa phrase de passe et son code secret."), "subtitle"
                ),
            ),
            self._back(),
            self.add_button,
        )

    def _name_step(self) -> QWidget:
        self.name_field = Field(
            self.tr("Son &nom"), self.tr("Il sera écrit sur ses feuilles d’émargement.")
        )
        self.name_next = Button(self.tr("&Continuer"), "primary")
        self.name_next.clicked.connect(self._on_name)
        self.name_field.edit.returnPressed.connect(self._on_name)
        return step_of((self.name_field,), self._back(), self.name_next)

    def _phrase_step(self) -> QWidget:
        self.words = PhraseWords()
        self.words.another_asked.connect(self._on_another)
        self.words.told.connect(self.main.say)
        self.noted = Button(self.tr("&C’est noté"), "primary")
        self.noted.clicked.connect(self._on_noted)
        self.whose = Text("")
        self.former = Text(
            self.tr(
                "L’ancienne phrase n’ouvrira plus rien ici."
                "\nUne copie déjà sur une clé USB s’ouvre encore avec l’ancienne."
            ),
            "warning",
        )
        return step_of(
            (
                self.whose,
                self.words,
                Text(self.tr("Écrivez-les sur un papier, gardé loin de l’ordinateur.")),
                self.former,
            ),
            self._back(),
            self.noted,
        )

    def _typed_step(self) -> QWidget:
        self.typed_field = PhraseField(
            self.tr("La &phrase de passe"),
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

    def _secret_step(self) -> QWidget:
        self.secret = CodeSecretFields()
        self.secret_next = Button(self.tr("A&jouter"), "primary", "check")
        self.secret_next.clicked.connect(self._on_secret)
        self.secret.entered.connect(self._on_secret)
        return step_of(
            (
                Text(
                    self.tr("Six chiffres rouvrent l’écran quand il s’est verrouillé."), "subtitle"
                ),
                self.secret,
            ),
            self._back(),
            self.secret_next,
        )

    def _remove_step(self) -> QWidget:
        self.consequences = Text("")
        self.keep_button = Button(self.tr("&Ne pas retirer"), "primary")
        self.keep_button.clicked.connect(self._to_list)
        self.remove_button = Button(self.tr("Re&tirer"), "danger", "remove")
        self.remove_button.clicked.connect(self._on_remove)
        return step_of(
            (
                self.consequences,
                Text(
                    self.tr("Une copie déjà sur une clé USB s’ouvre encore avec sa phrase."),
                    "warning",
                ),
            ),
            self.remove_button,
            self.keep_button,
        )

    def _code_step(self) -> QWidget:
        self.own_phrase = PhraseField(self.tr("Votre &phrase de passe"))
        self.new_code = CodeSecretFields()
        self.code_next = Button(self.tr("&Changer le code"), "primary", "check")
        self.code_next.clicked.connect(self._on_code)
        self.new_code.entered.connect(self._on_code)
        return step_of((self.own_phrase, self.new_code), self._back(), self.code_next)

    def _busy_step(self) -> QWidget:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        a11y.named(self.bar, self.tr("Avancement"))
        self.long = Text(
            self.tr(
                "Le cahier et ses copies changent de clé. Cela peut être long."
                "\nLaissez l’ordinateur ouvert et branché."
            )
        )
        return step_of((self.bar, self.long), None)

    def _back(self) -> Button:
        button = Button(self.tr("&Retour"), "secondary", "back")
        button.clicked.connect(self.go_back)
        return button

    def _go(self, step: int) -> None:
        titles = {
            _NAME: self.tr("Une personne de plus"),
            _PHRASE: self.tr("La phrase de passe"),
            _TYPED: self.tr("À recopier"),
            _SECRET: self.tr("Son code secret"),
            _REMOVE: self.tr("Retirer cette personne\u202f?"),
            _CODE: self.tr("Votre code secret"),
            _BUSY: self.tr("Un moment…"),
        }
        self._step = step
        title = titles.get(step, self.title())
        named = self._row.name if self._row is not None and step != _LIST else ""
        self.head.set_words(title, named)
        for number, widget in enumerate(self._steps):
            widget.setVisible(number == step)
        a11y.announce(self, f"{title}. {named}" if named else title)
        self.focus_first()

    def _forget(self) -> None:
        """Forget what was begun."""
        self._task, self._row = "", None
        self.words.show_phrase("")
        for field in (self.name_field, self.typed_field, self.own_phrase):
            field.set_text("")
        for fields in (self.secret, self.new_code):
            fields.clear()
        self._go(_LIST)

    # --- the list ---------------------------------------------------------------------------------

    def _read(self) -> None:
        self.desk.ask(animateurs.listed, then=self._on_listed)

    def _on_listed(self, rows: tuple[AnimateurRow, ...]) -> None:
        self.card.show_rows(rows, self.desk.zone)
        if self.main.page is self and self._step == _LIST:
            self.focus_first()

    @Slot()
    def _to_list(self) -> None:
        self._forget()
        self._read()

    # --- acts -------------------------------------------------------------------------------------

    @Slot()
    def _on_add(self) -> None:
        self._forget()
        self._task = _ADD
        self.whose.setText(self.tr("Ces six mots sont pour cette personne. Laissez-lui la place."))
        self.former.hide()
        self._on_another()
        self._go(_NAME)

    @Slot(object)
    def _on_new_phrase(self, row: AnimateurRow) -> None:
        self._forget()
        self._task, self._row = _NEW_PHRASE, row
        mine, other = (
            self.tr("Ces six mots ouvriront cet ordinateur, et lui seul."),
            self.tr("Ces six mots sont pour cette personne. Laissez-lui la place."),
        )
        self.whose.setText(mine if row.mine else other)
        self.former.show()
        self._on_another()
        self._go(_PHRASE)

    @Slot(object)
    def _on_new_code(self, row: AnimateurRow) -> None:
        self._forget()
        self._row = row
        self._go(_CODE)

    @Slot(object)
    def _on_ask_remove(self, row: AnimateurRow) -> None:
        self._forget()
        self._row = row
        lines = (
            self.tr("{name} ne pourra plus ouvrir cet ordinateur.").format(name=row.name),
            self.tr("Ses ateliers et ses feuilles restent dans le cahier."),
            self.tr("Les autres personnes gardent leur phrase."),
        )
        self.consequences.setText("\n".join(lines))
        self._go(_REMOVE)

    @Slot()
    def _on_another(self) -> None:
        self.words.show_phrase("")
        self.typed_field.set_text("")
        self.desk.run(opening.new_passphrase, then=self._on_phrase)

    def _on_phrase(self, phrase: str) -> None:
        if self._task:
            self.words.show_phrase(phrase)

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
        if self._task == _ADD:
            self._go(_SECRET)
        elif self._row is not None:
            change = functools.partial(animateurs.change_phrase, progress=self._tell)
            self._begin(change, self.words.phrase, slot_id=self._row.slot_id)

    @Slot()
    def _on_secret(self) -> None:
        code = self.secret.chosen()
        if code is not None:
            name = clean(self.name_field.text())
            self._begin(code_secret.add_animateur, name, self.words.phrase, code)

    @Slot()
    def _on_remove(self) -> None:
        if self._row is not None:
            remove = functools.partial(animateurs.remove, progress=self._tell)
            self._begin(remove, self._row.slot_id)

    @Slot()
    def _on_code(self) -> None:
        phrase = self.own_phrase.typed()
        code = self.new_code.chosen() if phrase is not None else None
        if phrase is not None and code is not None:
            self._begin(code_secret.change, phrase, code)

    def _begin(self, verb: Any, *args: str, **named: str) -> None:
        former = self._step
        self.bar.setRange(0, 0)
        self.long.setVisible(former in (_TYPED, _REMOVE))
        self._go(_BUSY)
        self.desk.ask(
            functools.partial(verb, **named) if named else verb,
            *args,
            then=self._on_done,
            failed=functools.partial(self._on_refused, former),
        )

    def _tell(self, done: int, total: int) -> None:
        """Say how far it is; called in the store lane."""
        self.desk.relay.post(functools.partial(self._on_progress, done, total))

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _on_done(self, _result: object) -> None:
        self._step = _LIST
        self._to_list()
        self.main.say(self.tr("C’est fait. La liste est à jour."))

    def _on_refused(self, step: int, error: KnownError) -> None:
        self._go(step)
        if isinstance(error, WrongPassphrase) and step == _CODE:
            self.own_phrase.show_problem(problem_text(error))
            self.own_phrase.edit.setFocus()
        else:
            self.main.say_problem(error)
