"""Cartes on D4: what is read anywhere on the screen, and what comes of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from angrilien.errors import KnownError, SheetAlreadyClosed
from angrilien.services import cards
from angrilien.services.cards import CardGiven, CardMet, Met
from angrilien.ui import card_words as words

if TYPE_CHECKING:
    from angrilien.ui.pages.roster import RosterPage


class RosterCards(QObject):
    """A card notes its holder present, one durable act; anything else is said in a sentence.

    Args:
        page: the list in sight.
    """

    def __init__(self, page: RosterPage) -> None:
        super().__init__(page)
        self._page = page
        self._asked: CardMet | None = None
        self._shown = ""
        self.panel = page.panels.card
        self.panel.new_person_asked.connect(self._on_new_person)
        self.panel.person_chosen.connect(self._on_chosen)

    def read(self, text: str) -> None:
        """Take what a reader has read."""
        self._ask(cards.note, text)

    @Slot(str)
    def typed(self, text: str) -> None:
        """Take a number that was typed by hand in the search."""
        self._ask(cards.note_typed, text)

    def _ask(self, verb: Callable[..., CardMet], text: str) -> None:
        page = self._page
        if page.roster is not None and not page.editable:
            self._say_closed(page.roster.workshop.state)
            return
        workshop_id = page.workshop_id
        page.desk.ask(
            verb,
            workshop_id,
            text,
            then=functools.partial(self._on_met, workshop_id),
            failed=functools.partial(self._on_refused, workshop_id),
        )

    def _on_met(self, workshop_id: str, met: CardMet) -> None:
        page = self._page
        if met.roster is not None:
            page.take(met.roster)
        if workshop_id != page.workshop_id or page.main.page is not page:
            return
        if met.met is Met.SOMEBODY:
            self._show_holder(met)
        elif met.met in (Met.NOBODY, Met.SEVERAL):
            self._ask_whose(met)
        else:
            page.main.problem(words.refused_words(met.met))

    def _show_holder(self, met: CardMet) -> None:
        page = self._page
        page.finder.number_taken()
        if self.panel.is_open:
            self.panel.shut()  # somebody has said meanwhile whose card it is
        name = page.name_of(met.attendance_id) or met.people[0].name
        in_sight = self._show_tile(met.attendance_id)
        if met.roster is None:
            page.main.say(words.already_here_words(name))
        elif in_sight:
            page.main.messages.clear()
        else:
            page.main.say(words.here_words(name))

    def _ask_whose(self, met: CardMet) -> None:
        page = self._page
        page.finder.number_taken()
        if page.panels.opened() not in (None, self.panel):
            # What is being written there is not taken away.
            self._asked = met
            page.main.say(
                f"{words.number_words(met.number)}.",
                action=self.tr("À qui est-elle\u202f?"),
                do=self._on_asked_later,
            )
            return
        page.main.messages.clear()
        self.panel.ask(met, page.workshop_id, page.names)

    @Slot()
    def _on_asked_later(self) -> None:
        page = self._page
        if self._asked is not None and page.main.page is page:
            page.panels.shut()
            self.panel.ask(self._asked, page.workshop_id, page.names)

    @Slot(str)
    def _on_new_person(self, number: str) -> None:
        page = self._page
        page.main.navigate("person_form", workshop_id=page.workshop_id, card=number)

    @Slot(str, str)
    def _on_chosen(self, number: str, participant_id: str) -> None:
        page = self._page
        workshop_id = page.workshop_id
        page.desk.ask(
            cards.give,
            workshop_id,
            number,
            participant_id,
            then=functools.partial(self._on_given, workshop_id),
            failed=functools.partial(self._on_refused, workshop_id),
        )

    def _on_given(self, workshop_id: str, given: CardGiven) -> None:
        page = self._page
        page.desk.changed.people_changed.emit()
        page.take(given.roster)
        if workshop_id == page.workshop_id and page.main.page is page:
            self._show_tile(given.attendance_id)
            name = page.name_of(given.attendance_id) or given.person.name
            page.main.say(words.given_words(name, replaced=given.replaced))

    def _show_tile(self, attendance_id: str) -> bool:
        """Scroll to a tile, once more when the message bar has taken its room."""
        self._shown = attendance_id
        QTimer.singleShot(0, self, self._on_laid_out)
        return self._page.body.show_tile(attendance_id)

    @Slot()
    def _on_laid_out(self) -> None:
        self._page.body.show_tile(self._shown)

    def _on_refused(self, workshop_id: str, error: KnownError) -> None:
        page = self._page
        if workshop_id == page.workshop_id:
            page.read_again()
        if isinstance(error, SheetAlreadyClosed):
            self._say_closed("closed")
        else:
            page.main.say_problem(error)

    def _say_closed(self, state: str) -> None:
        self._page.main.problem(words.closed_words(state))
