"""Cartes on D4: who has a card, noting them present, giving a card to somebody."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from angrilien.domain.cards import CardRead, Found, read_card, typed_card
from angrilien.domain.entities import Participant
from angrilien.domain.rows import PersonRow, Roster, RosterRow
from angrilien.errors import BugError
from angrilien.services import attendance, people
from angrilien.services.deeds import Deed, deed
from angrilien.services.notebook import Notebook
from angrilien.store import cards
from angrilien.store import people as people_store


class Met(enum.Enum):
    """What a reading has met."""

    SOMEBODY = "somebody"
    SEVERAL = "several"
    """Two laptops gave the same card to different people."""
    NOBODY = "nobody"
    """A card of the programme that nobody here has."""
    OTHERS = "others"
    """A card of another programme."""
    DAMAGED = "damaged"
    NO_CARD = "no card"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMet:
    """A reading and what came of it.

    Attributes:
        met: what it is.
        number: of the card, empty where it is no whole one.
        people: who has it, in the order of their names.
        roster: the list after it, where somebody was noted present.
        attendance_id: of that somebody's line, noted now or before.
    """

    met: Met
    number: str = ""
    people: tuple[PersonRow, ...] = ()
    roster: Roster | None = None
    attendance_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGiven:
    """A card that somebody has now. `replaced`: they had another, which is nobody's any more."""

    roster: Roster
    person: PersonRow
    attendance_id: str
    replaced: bool


def look(nb: Notebook, typed: str, *, workshop_id: str | None = None) -> CardMet:
    """Tell whose the card is that a reader, or a hand, has typed; nothing is written.

    A card that somebody here has is theirs, whatever programme made it.
    """
    read = read_card(typed, nb.programme.aud)
    return _look(nb, read, workshop_id)


def note(nb: Notebook, workshop_id: str, typed: str) -> CardMet:
    """Note present whoever has the card that was read: one act. Who is here already stays so.

    Raises:
        WorkshopGone: there is no such workshop.
        SheetAlreadyClosed: its sheet is closed.
    """
    return _note(nb, workshop_id, look(nb, typed, workshop_id=workshop_id))


def note_typed(nb: Notebook, workshop_id: str, typed: str) -> CardMet:
    """Do as `note` for a number that a person has typed by hand, as it is printed."""
    read = typed_card(typed, nb.programme.aud)
    return _note(nb, workshop_id, _look(nb, read, workshop_id))


def give(nb: Notebook, workshop_id: str, number: str, participant_id: str) -> CardGiven:
    """Give a card to somebody known, in the place of theirs, and note them present: one act.

    Whoever had it has it no longer.

    Raises:
        WorkshopGone: there is no such workshop.
        SheetAlreadyClosed: its sheet is closed.
    """
    listed = _listed(nb, workshop_id, participant_id)
    with deed(nb, workshop_id) as made:
        before = _person(made, participant_id)
        for other in cards.rows_with(made.act.connection, number):
            if other != participant_id:
                row = _person(made, other)
                made.change(row, replace(row, card=None))
        if before.card != number:
            made.change(before, replace(before, card=number))
        attendance.note_listed(nb, made, participant_id, listed)
    roster = attendance.roster(nb, workshop_id)
    with nb.store.read() as connection:
        (person,) = people_store.of_ids(connection, [participant_id], workshop_id=workshop_id)
    return CardGiven(
        roster=roster,
        person=person,
        attendance_id=_line(nb, workshop_id, participant_id),
        replaced=before.card not in (None, number),
    )


def _look(nb: Notebook, read: CardRead, workshop_id: str | None) -> CardMet:
    if read.found in (Found.NO_CARD, Found.DAMAGED):
        return CardMet(met=Met.NO_CARD if read.found is Found.NO_CARD else Met.DAMAGED)
    with nb.store.read() as connection:
        ids = cards.holders(connection, read.number)
        found = people_store.of_ids(connection, ids, workshop_id=workshop_id)
    if not found:
        return CardMet(
            met=Met.OTHERS if read.found is Found.OTHERS else Met.NOBODY, number=read.number
        )
    return CardMet(
        met=Met.SOMEBODY if len(found) == 1 else Met.SEVERAL,
        number=read.number,
        people=people.named_communes(found),
    )


def _note(nb: Notebook, workshop_id: str, met: CardMet) -> CardMet:
    if met.met is not Met.SOMEBODY:
        return met
    (person,) = met.people
    listed = _listed(nb, workshop_id, person.participant_id)
    if listed is not None and listed.state == "present":
        return replace(met, attendance_id=listed.attendance_id)
    with deed(nb, workshop_id) as made:
        attendance.note_listed(nb, made, person.participant_id, listed)
    roster = attendance.roster(nb, workshop_id)
    line = _line(nb, workshop_id, person.participant_id)
    return replace(met, roster=roster, attendance_id=line)


def _listed(nb: Notebook, workshop_id: str, participant_id: str) -> RosterRow | None:
    rows = nb.rosters.read(workshop_id).rows
    return next((row for row in rows if row.participant_id == participant_id), None)


def _line(nb: Notebook, workshop_id: str, participant_id: str) -> str:
    row = _listed(nb, workshop_id, participant_id)
    return row.attendance_id if row is not None else ""


def _person(made: Deed, participant_id: str) -> Participant:
    found = made.act.read(Participant, participant_id)
    if found is None:
        raise BugError("an unknown participant")
    return found
