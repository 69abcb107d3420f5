"""Whose card is this? Asked of the animateur when nobody has it, or more than one person does."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.domain.rows import PersonRow
from angrilien.services import people
from angrilien.services.cards import CardMet, Met
from angrilien.ui import a11y, theme
from angrilien.ui import attendance_words as words
from angrilien.ui.card_words import number_words
from angrilien.ui.tile_names import TileNames
from angrilien.ui.widgets import Button, SearchEdit, Text
from angrilien.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk

_MOST: Final = 5
_PAUSE_MILLISECONDS: Final = 150
_BESIDE: Final = 90
"""Pixels of a choice's icon and edges at 100 %."""


class CardPanel(Panel):
    """A card of nobody goes to a new person or to somebody known; one of several to one of them."""

    new_person_asked = Signal(str)
    """Carries the number of the card."""
    person_chosen = Signal(str, str)
    """Carries the number, and the id of the person whose card it is."""

    def __init__(self, over: QWidget, behind: QWidget, desk: Desk) -> None:
        super().__init__(over, behind, width=680)
        self._desk = desk
        self._number = ""
        self._workshop_id = ""
        self._names = TileNames()
        self._found: tuple[PersonRow, ...] = ()
        self.new_person = Button(self.tr("Une nouvelle personne"), "primary", "plus")
        self.search_label = Text(self.tr("Ou quelqu’un de déjà connu"), "label")
        self.search = SearchEdit(
            self.tr("Chercher à qui est la carte"), self.tr("Un prénom ou un nom")
        )
        self.nothing = Text(self.tr("Cette personne n’est pas encore dans le cahier."), "hint")
        self.body.addWidget(self.new_person)
        self.body.addWidget(self.search_label)
        self.body.addWidget(self.search)
        self.body.addWidget(self.nothing)
        self.choices: list[Button] = []
        for _ in range(_MOST):
            button = Button("", "row", "person")
            button.setStyleSheet("text-align: left;")
            button.clicked.connect(self._on_choice)
            self.choices.append(button)
            self.body.addWidget(button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._on_pause)
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_enter)
        self.new_person.clicked.connect(self._on_new_person)

    def ask(self, met: CardMet, workshop_id: str, names: TileNames) -> None:
        """Ask whose a card is.

        Args:
            met: a reading that leads to nobody, or to several.
            workshop_id: of the list in sight.
            names: how people are named on it.
        """
        self._number, self._workshop_id, self._names = met.number, workshop_id, names
        several = met.met is Met.SEVERAL
        self.search.clear()
        self._pause.stop()
        for widget in (self.new_person, self.search_label, self.search):
            widget.setVisible(not several)
        self._show(met.people)
        told = (
            self.tr("Plusieurs personnes ont cette carte.")
            if several
            else self.tr("Elle n’est encore à personne.")
        )
        self.open_with(
            self.tr("À qui est cette carte\u202f?"),
            f"{number_words(met.number)}. {told}",
            focus=self.choices[0] if several else self.new_person,
        )

    def shut(self) -> None:
        """Give the screen back; a search still under way shows nothing."""
        self._pause.stop()
        super().shut()

    def _show(self, found: tuple[PersonRow, ...]) -> None:
        self._found = found[:_MOST]
        self.nothing.hide()
        for place, button in enumerate(self.choices):
            if place < len(self._found):
                said = self._choice_words(self._found[place]).replace("&", "&&")
                button.set_text(said)
                a11y.named(button, said.replace("\n", ", "))
            button.setVisible(place < len(self._found))

    def _choice_words(self, person: PersonRow) -> str:
        """Return who somebody is, in as many lines as the panel's width asks for."""
        said = words.known_words(person, self._names.of_person(person)).split(words.SEPARATOR)
        if person.has_card and not self.search.isHidden():
            said.append(self.tr("a déjà une carte"))
        metrics = self.choices[0].fontMetrics()
        room = self.new_person.width() - round(_BESIDE * theme.points(100) / 100)
        lines = [said[0]]
        for part in said[1:]:
            longer = f"{lines[-1]}{words.SEPARATOR}{part}"
            if metrics.horizontalAdvance(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
        return "\n".join(lines)

    @Slot()
    def _on_typed(self) -> None:
        if self.search.text().strip():
            self._pause.start()
        elif not self.search.isHidden():
            self._pause.stop()
            self._show(())

    @Slot()
    def _on_pause(self) -> None:
        typed = self.search.text().strip()
        look = functools.partial(people.search, workshop_id=self._workshop_id, limit=_MOST)
        self._desk.ask(look, typed, then=functools.partial(self._on_found, typed))

    def _on_found(self, typed: str, found: tuple[PersonRow, ...]) -> None:
        if self.is_open and typed and typed == self.search.text().strip():
            self._show(found)
            self.nothing.setVisible(not found)
            self.reveal(self.choices[0] if found else self.nothing)
            if not found:
                a11y.announce(self.search, self.nothing.text())

    @Slot()
    def _on_enter(self) -> None:
        # Enter chooses only where there is nothing to choose.
        if len(self._found) == 1:
            self._choose(self._found[0])

    @Slot()
    def _on_choice(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._choose(self._found[self.choices.index(button)])

    def _choose(self, person: PersonRow) -> None:
        self.shut()
        self.person_chosen.emit(self._number, person.participant_id)

    @Slot()
    def _on_new_person(self) -> None:
        self.shut()
        self.new_person_asked.emit(self._number)
