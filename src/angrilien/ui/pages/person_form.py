"""D4b: a new person. A first name or a name is enough; saving notes them present."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.domain.forms import PersonForm
from angrilien.domain.paper import PaperSheet
from angrilien.domain.rows import PersonRow, Roster
from angrilien.errors import KnownError
from angrilien.services import attendance, cards, drafts, paper, people
from angrilien.services.cards import CardGiven, CardMet, Met
from angrilien.services.forms import FormProblems
from angrilien.ui import a11y, card_words, vocab_words
from angrilien.ui import attendance_words as words
from angrilien.ui.draft_pause import DraftPause
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Field,
    PageFoot,
    PageHead,
    ScrollPage,
    Text,
)
from angrilien.ui.widgets.card_line import CardLine
from angrilien.ui.widgets.commune_field import CommuneField
from angrilien.ui.widgets.one_of import OneOf
from angrilien.ui.widgets.row_button import RowButton
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_LOOK_MILLISECONDS: Final = 300
_WIDTH: Final = 900
_MOST_ALIKE: Final = 3


class PersonFormPage(Page):
    """While typing, « Est-ce l’une de ces personnes ? » What is typed is kept across a crash."""

    name = "person_form"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._workshop_id = ""
        self._line = 0
        """Of the paper sheet, where the name is one of its lines; 0 on D4."""
        self._alike: tuple[PersonRow, ...] = ()
        self._dirty = False
        self._busy = False
        self._card = ""
        self._build()
        self._save_pause = DraftPause(self)
        self._save_pause.timeout.connect(self._on_save_pause)
        self._look_pause = self._pause(_LOOK_MILLISECONDS)
        self._look_pause.timeout.connect(self._on_look_pause)
        for field in (self.first_name, self.last_name, self.birth_year, self.phone):
            field.edit.textEdited.connect(self._on_edited)
            field.edit.returnPressed.connect(self._on_save)
        self.birth_year.edit.textEdited.connect(self._on_year)
        self.band.chosen_changed.connect(self._on_band)
        self.commune.edited.connect(self._on_edited)
        self.commune.submitted.connect(self._on_save)
        self.start_again.clicked.connect(self._on_start_again)
        self.card.left.connect(self._on_edited)
        self.cancel.clicked.connect(self.go_back)
        self.save_button.clicked.connect(self._on_save)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Nouvelle personne")

    def show_for(self, **args: Any) -> None:
        """Begin with what was typed in the search, else with what was typed before."""
        self._workshop_id = str(args["workshop_id"])
        self._line = int(args.get("line", 0))
        typed = str(args.get("typed", "")).split()
        self._fill({})
        self._busy = False
        self._card = str(args.get("card", ""))
        self.card.show_number(self._card)
        if typed:
            self._fill({"first_name": typed[0], "last_name": " ".join(typed[1:])})
            self._on_edited()
        else:
            self.desk.ask(
                drafts.load,
                self._draft_key(),
                then=functools.partial(self._on_draft, self._workshop_id),
            )

    def leave(self) -> None:
        """Keep what was typed, and look no longer."""
        self._look_pause.stop()
        self.commune.stop()
        self.keep()

    def keep(self) -> None:
        """Keep what was typed as a draft."""
        if self._save_pause.isActive():
            self._save_pause.stop()
            self._on_save_pause()

    def focus_first(self) -> None:
        """Put the focus on the first name, after what stands there."""
        self.first_name.edit.setFocus()
        self.first_name.edit.end(False)  # noqa: FBT003 - Qt's own signature

    def on_read(self, text: str) -> None:
        """Keep a card of nobody for the person who is being written."""
        look = functools.partial(cards.look, workshop_id=self._workshop_id)
        self.desk.ask(look, text, then=functools.partial(self._on_met, self._workshop_id))

    def form(self) -> PersonForm:
        """Return the form as typed."""
        return PersonForm(
            first_name=self.first_name.text(),
            last_name=self.last_name.text(),
            birth_year=self.birth_year.text(),
            band=self.band.value(),
            insee=self.commune.insee(),
            postcode=self.commune.postcode(),
            commune=self.commune.text(),
            phone=self.phone.text(),
            card=self.card.number,
        )

    # --- construction -----------------------------------------------------------------------------

    def _pause(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _build(self) -> None:
        self.first_name = Field(self.tr("&Prénom"))
        self.last_name = Field(self.tr("&Nom"), self.tr("L’un des deux suffit."))
        self.birth_year = Field(
            self.tr("Année de nai&ssance"), self.tr("Facultatif. Par exemple 1948.")
        )
        self.birth_year.edit.setMaximumWidth(220)
        self.band = OneOf(self.tr("Ou la tranche d’âge"), vocab_words.bands())
        self.commune = CommuneField(self.desk)
        self.phone = Field(self.tr("&Téléphone"), self.tr("Facultatif."))
        self.card = CardLine()
        self.fields: dict[str, Field | CardLine] = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "birth_year": self.birth_year,
            "commune": self.commune.field,
            "phone": self.phone,
            "card": self.card,
        }
        self.restored = AdaptiveRow()
        self.restored.add(Text(self.tr("Ce que vous aviez écrit est revenu."), "subtitle"))
        self.start_again = Button(self.tr("Tout &effacer"), "quiet", "remove")
        self.restored.add(self.start_again)
        self.alike_card = Card("chosen")
        self.alike_card.body.addWidget(
            Text(self.tr("Est-ce l’une de ces personnes\u202f?"), "heading")
        )
        self.alike_buttons: list[RowButton] = []
        for _ in range(_MOST_ALIKE):
            button = RowButton("person")
            button.clicked.connect(self._on_alike)
            self.alike_buttons.append(button)
            self.alike_card.body.addWidget(button)
        self.area = ScrollPage(width=_WIDTH)
        body = self.area.body
        body.addWidget(PageHead(self.tr("Nouvelle personne"), self.tr("Elle sera notée présente.")))
        body.addWidget(self.restored)
        body.addWidget(self.card)
        names = QWidget()
        halves = QHBoxLayout(names)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(16)
        for field in (self.first_name, self.last_name):
            halves.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        for part in (names, self.alike_card, self.birth_year, self.band, self.commune, self.phone):
            body.addWidget(part)
        body.addStretch(1)

        self.cancel = Button(self.tr("&Retour"), "secondary", "back")
        self.save_button = Button(self.tr("Noter &la présence"), "primary", "check")
        foot = PageFoot(self.area)
        foot.row.addWidget(self.cancel)
        foot.row.addStretch(1)
        foot.row.addWidget(self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(foot)

    # --- filling ----------------------------------------------------------------------------------

    def _fill(self, values: dict[str, str]) -> None:
        for field, name in (
            (self.first_name, "first_name"),
            (self.last_name, "last_name"),
            (self.birth_year, "birth_year"),
            (self.phone, "phone"),
        ):
            field.set_text(values.get(name, ""))
        self.card.show_number(values.get("card", ""))
        self.band.choose(values.get("band", ""))
        self.commune.fill(
            values.get("commune", ""), values.get("insee", ""), values.get("postcode", "")
        )
        self.restored.hide()
        self._show_alike(())
        self._dirty = False

    def _on_draft(self, workshop_id: str, text: str) -> None:
        values = _read_draft(text)
        if self._dirty or workshop_id != self._workshop_id:
            return
        # The card that has just been read is the one of this person.
        card = self._card or values.get("card", "")
        if values:
            self._fill(values | {"card": card})
            self.restored.show()
            self._dirty = True
            self.focus_first()
            self._look_pause.start()
        if self._card:
            self.card.show_number(card)
            self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self._dirty = True
        self._save_pause.touch()
        self._look_pause.start()

    @Slot(str)
    def _on_year(self, typed: str) -> None:
        if typed:
            self.band.choose("")

    @Slot(str)
    def _on_band(self, band: str) -> None:
        if band:
            self.birth_year.set_text("")
        self._on_edited()

    # --- who looks alike --------------------------------------------------------------------------

    @Slot()
    def _on_look_pause(self) -> None:
        form = self.form()
        look = functools.partial(people.lookalikes, workshop_id=self._workshop_id)
        self.desk.ask(look, form, then=functools.partial(self._on_found, form))

    def _on_found(self, form: PersonForm, found: tuple[PersonRow, ...]) -> None:
        now = self.form()
        if (form.first_name, form.last_name) == (now.first_name, now.last_name):
            self._show_alike(found[:_MOST_ALIKE])

    def _show_alike(self, found: tuple[PersonRow, ...]) -> None:
        if found and found != self._alike:
            a11y.announce(self, self.tr("Est-ce l’une de ces personnes\u202f?"))
        self._alike = found
        for place, button in enumerate(self.alike_buttons):
            if place < len(found):
                said = words.known_words(found[place], found[place].name)
                button.say(said.split(" · "))
            button.setVisible(place < len(found))
        self.alike_card.setVisible(bool(found))

    @Slot()
    def _on_alike(self) -> None:
        button = self.sender()
        if not isinstance(button, RowButton) or self._busy:
            return
        person = self._alike[self.alike_buttons.index(button)]
        if self._line:
            self._note(paper.seat, self._line, person.participant_id)
        elif self.card.number:
            self._busy = True
            self.desk.ask(
                cards.give,
                self._workshop_id,
                self.card.number,
                person.participant_id,
                then=self._on_given,
                failed=self._on_refused,
            )
        else:
            self._note(attendance.add_present, person.participant_id)

    def _on_given(self, given: CardGiven) -> None:
        self._on_added(given.roster)
        said = card_words.given_words(given.person.name, replaced=given.replaced)
        self.main.say(said)

    # --- the draft --------------------------------------------------------------------------------

    def _draft_key(self) -> str:
        return f"person_form:{self._workshop_id}"

    @Slot()
    def _on_save_pause(self) -> None:
        if self._dirty:
            form = self.form()
            values = {name: getattr(form, name) for name in PersonForm.__dataclass_fields__}
            text = json.dumps(values, ensure_ascii=False)
            self.desk.ask(drafts.save, self._draft_key(), text)

    def _forget_draft(self) -> None:
        self._save_pause.stop()
        self._look_pause.stop()
        self._dirty = False
        self.desk.ask(drafts.clear, self._draft_key())

    @Slot()
    def _on_start_again(self) -> None:
        self._forget_draft()
        number = self.card.number
        self._fill({"card": number})
        self.focus_first()
        if number:
            self._on_edited()

    # --- the card ---------------------------------------------------------------------------------

    def _on_met(self, workshop_id: str, met: CardMet) -> None:
        if workshop_id != self._workshop_id or self.main.page is not self:
            return
        if met.met is Met.NOBODY:
            self.main.messages.clear()
            self.card.show_number(met.number)
            a11y.announce(self, self.card.sentence.text())
            self._on_edited()
        elif met.people:
            self.main.problem(card_words.owned_words([person.name for person in met.people]))
        else:
            self.main.problem(card_words.refused_words(met.met))

    # --- saving -----------------------------------------------------------------------------------

    @Slot()
    def _on_save(self) -> None:
        if self._busy:
            return
        if self._line:
            self._note(paper.seat_new, self._line, self.form())
        else:
            self._note(people.add_to_workshop, self.form())

    def _note(self, verb: Callable[..., Roster | PaperSheet], *args: object) -> None:
        """Note the presence: on the list, or by a line of the paper sheet."""
        self._busy = True
        self.desk.ask(verb, self._workshop_id, *args, then=self._on_added, failed=self._on_refused)

    def _on_added(self, roster: Roster | PaperSheet) -> None:
        self._busy = False
        self._forget_draft()
        self._fill({})
        self.desk.changed.people_changed.emit()
        self.desk.changed.attendance_changed.emit(roster.workshop.id)
        if self._line:
            self.main.navigate("paper", workshop_id=roster.workshop.id, written=self._line)
            return
        self.main.navigate("roster", workshop_id=roster.workshop.id)
        # Without a number: the head of the list has it, and goes on counting.
        self.main.say(self.tr("C’est noté."))

    def _on_refused(self, error: KnownError) -> None:
        self._busy = False
        if not isinstance(error, FormProblems):
            self.main.say_problem(error)
            return
        for problem in error.problems:
            self.fields[problem.field].show_problem(problem_text(problem))
        first = self.fields[error.problems[0].field]
        first.edit.setFocus()
        self.area.show_field(first)


def _read_draft(text: str) -> dict[str, str]:
    """Return a draft; one that cannot be read is none."""
    try:
        draft = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(draft, dict):
        return {}
    return {name: value for name, value in draft.items() if isinstance(value, str)}
