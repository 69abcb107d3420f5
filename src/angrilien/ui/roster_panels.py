"""What covers the list of D4 for a moment: the acts on one line, a reason, a présence sans nom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from angrilien.domain.forms import AnonymousForm
from angrilien.domain.rows import Attestation, Roster, RosterRow
from angrilien.errors import CannotSaveFile
from angrilien.services import attendance, attesting, signing
from angrilien.ui.dialogs.anonymous_panel import AnonymousPanel
from angrilien.ui.dialogs.card_panel import CardPanel
from angrilien.ui.dialogs.person_panel import Act, PersonPanel
from angrilien.ui.dialogs.reason_panel import ReasonPanel
from angrilien.ui.printing.attestation import of_person
from angrilien.ui.printing.document import print_document
from angrilien.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from angrilien.ui.pages.roster import RosterPage

ALL: Final = "all"
"""Key of an act that is on no tile."""


class RosterPanels(QObject):
    """The panels of the list, and what is done with their answers.

    Args:
        page: the list.
    """

    def __init__(self, page: RosterPage) -> None:
        super().__init__(page)
        self._page = page
        self.person = PersonPanel(page, page.body)
        self.anonymous = AnonymousPanel(page, page.body)
        self.reason = ReasonPanel(page, page.body)
        self.card = CardPanel(page, page.body, page.desk)
        self._all: tuple[Panel, ...] = (self.person, self.anonymous, self.reason, self.card)
        self.person.act_asked.connect(self._on_person_act)
        self.person.departure_asked.connect(self._on_departure)
        self.anonymous.submitted.connect(self._on_anonymous_told)
        self.reason.reason_given.connect(self._on_reason)

    def opened(self) -> Panel | None:
        """Return the one that covers the list, None for none."""
        return next((panel for panel in self._all if panel.is_open), None)

    def shut(self) -> None:
        """Give the list back."""
        for panel in self._all:
            panel.shut()

    @Slot(object, object)
    def _on_person_act(self, act: Act, row: RosterRow) -> None:
        page, key = self._page, row.attendance_id
        verbs = {
            Act.TOGGLE: attendance.toggle,
            Act.PAPER: signing.sign_on_paper,
            Act.EXCUSE: attendance.excuse,
            Act.REMOVE: attendance.remove,
        }
        if act is Act.SIGN:
            page.have_sign((key,))
        elif act is Act.UNABLE:
            self.reason.ask(page.names.of(row))
        elif act is Act.ATTEST:
            page.desk.ask(attesting.attestation, row.participant_id, then=self._on_attestation)
        else:
            page.act(key, verbs[act], key)

    def _on_attestation(self, told: Attestation) -> None:
        try:
            said = print_document(of_person(told), self._page)
        except CannotSaveFile as error:
            self._page.main.say_problem(error)
            return
        if said:
            self._page.main.say(said)

    @Slot(str)
    def _on_reason(self, reason: str) -> None:
        row = self.person.row
        if row is not None:
            key = row.attendance_id
            self._page.act(key, signing.could_not_sign, key, reason)

    @Slot(object, str)
    def _on_departure(self, row: RosterRow, typed: str) -> None:
        self._page.desk.ask(
            attendance.set_departure,
            self._page.workshop_id,
            row.attendance_id,
            typed,
            then=self._on_departed,
            failed=self.person.show_problem,
        )

    def _on_departed(self, roster: Roster) -> None:
        self.person.shut()
        self._page.take(roster)

    @Slot(object)
    def _on_anonymous_told(self, form: AnonymousForm) -> None:
        self._page.act(ALL, attendance.add_anonymous, form)
