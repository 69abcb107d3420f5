"""Noting who is there: each verb is one durable act, undoable, and gives the fresh tiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from angrilien.domain import vocab
from angrilien.domain.clock import at_local, local
from angrilien.domain.entities import Attendance, Participant, Workshop
from angrilien.domain.forms import AnonymousForm, band_at, vocabulary
from angrilien.domain.record import Record
from angrilien.domain.rows import Roster, RosterRow
from angrilien.domain.typed import read_hour
from angrilien.errors import BugError, ChangedSince, NothingToUndo, WorkshopGone
from angrilien.services import planned
from angrilien.services.deeds import Deed, deed, editable
from angrilien.services.notebook import Notebook
from angrilien.store import log, workshops
from angrilien.store import roster as rosters
from angrilien.store.store import Act
from angrilien.wire.ids import new_id

BEFORE, AFTER = 3 * 3_600_000, 3_600_000
"""Milliseconds before the start and after the end between which a mark says when people arrived."""


def roster(nb: Notebook, workshop_id: str) -> Roster:
    """Return D4: the workshop and its tiles, in the order in which names are read.

    Raises:
        WorkshopGone: there is no such workshop.
    """
    try:
        listed = nb.rosters.read(workshop_id)
    except WorkshopGone:
        # Somebody looks at what the programme planned: from then on it is a workshop of ours.
        if not planned.take_up(nb, workshop_id):
            raise
        listed = nb.rosters.read(workshop_id)
    return Roster(
        workshop=listed.workshop,
        rows=listed.rows,
        can_undo=nb.history.can_undo(workshop_id),
        can_redo=nb.history.can_redo(workshop_id),
    )


def toggle(nb: Notebook, workshop_id: str, attendance_id: str) -> Roster:
    """Note a person present, or take the mark back (a signature with it; undo brings both back)."""
    with deed(nb, workshop_id) as made:
        before = made.attendance(attendance_id)
        there = before.state == "present"
        made.change(before, unmarked(before) if there else present_line(nb, made, before))
    return roster(nb, workshop_id)


def everyone_present(nb: Notebook, workshop_id: str) -> Roster:
    """Note present everyone who is expected and not yet there."""
    with deed(nb, workshop_id) as made:
        connection = made.act.connection
        waiting = [
            a for a in workshops.attendances(connection, workshop_id) if a.state == "expected"
        ]
        known = rosters.have_attended(
            connection,
            {a.participant_id for a in waiting if a.participant_id},
            before=made.workshop.starts_at,
        )
        arrival = _arrival(nb, made.workshop)
        for line in waiting:
            first = line.participant_id not in known
            made.change(line, replace(line, state="present", arrival=arrival, first_time=first))
    return roster(nb, workshop_id)


def add_present(nb: Notebook, workshop_id: str, participant_id: str) -> Roster:
    """Note present a known person, expected or not."""
    with deed(nb, workshop_id) as made:
        note_present(nb, made, participant_id)
    return roster(nb, workshop_id)


def expect(nb: Notebook, workshop_id: str, participant_ids: Sequence[str]) -> Roster:
    """Put known people on the list of those expected; who is on it already stays as they are."""
    with deed(nb, workshop_id) as made:
        listed = {
            a.participant_id
            for a in workshops.attendances(made.act.connection, workshop_id)
            if a.state != "removed"
        }
        for person in dict.fromkeys(participant_ids):
            if person not in listed:
                made.change(None, new_line(made.act, made.workshop, person))
    return roster(nb, workshop_id)


def excuse(nb: Notebook, workshop_id: str, attendance_id: str) -> Roster:
    """Note that an expected person said they would not come."""
    return _set_state(nb, workshop_id, attendance_id, "excused")


def remove(nb: Notebook, workshop_id: str, attendance_id: str) -> Roster:
    """Take a person, or a présence sans nom, off this workshop's list."""
    return _set_state(nb, workshop_id, attendance_id, "removed")


def add_anonymous(nb: Notebook, workshop_id: str, form: AnonymousForm) -> Roster:
    """Note a présence sans nom: it counts in the participations, never in the different people."""
    with deed(nb, workshop_id) as made:
        line = Attendance(
            id=new_id(),
            workshop_id=workshop_id,
            state="present",
            arrival=_arrival(nb, made.workshop),
            been_before=form.been_before or None,
            band=vocabulary(form.band, vocab.AGE_BANDS),
            gender=vocabulary(form.gender, vocab.GENDERS),
            status=vocabulary(form.status, vocab.STATUSES),
        )
        made.change(None, line)
    return roster(nb, workshop_id)


def set_departure(nb: Notebook, workshop_id: str, attendance_id: str, typed: str) -> Roster:
    """Note when a person left, as typed ("15 h 30"); nothing typed takes it back.

    Raises:
        NotAnHour: it is no hour.
    """
    with deed(nb, workshop_id) as made:
        before = made.attendance(attendance_id)
        departure = _departure(made.workshop, typed) if typed.strip() else None
        made.change(before, replace(before, departure=departure))
    return roster(nb, workshop_id)


def undo(nb: Notebook, workshop_id: str) -> Roster:
    """Undo the last act of this workshop, by writing the former state as a new change.

    Raises:
        NothingToUndo: there is none.
        ChangedSince: a row changed since by another road; nothing was undone.
    """
    steps = nb.history.last_done(workshop_id)
    if not steps:
        raise NothingToUndo
    with nb.store.act(nb.stamp()) as act:
        editable(act, workshop_id)
        for step in steps:
            former = step.undone()
            if former is not None:
                _put_if_still(act, step.after, former)
    nb.history.moved_back(workshop_id)
    return roster(nb, workshop_id)


def redo(nb: Notebook, workshop_id: str) -> Roster:
    """Do again the act that was undone last.

    Raises:
        NothingToUndo: there is none.
        ChangedSince: a row changed since by another road.
    """
    steps = nb.history.last_undone(workshop_id)
    if not steps:
        raise NothingToUndo
    with nb.store.act(nb.stamp()) as act:
        editable(act, workshop_id)
        for step in steps:
            former = step.undone()
            if former is not None:
                _put_if_still(act, former, step.after)
    nb.history.moved_forward(workshop_id)
    return roster(nb, workshop_id)


# --- for the other services ----------------------------------------------------------------------


def note_present(nb: Notebook, made: Deed, participant_id: str) -> None:
    """Note a person present in a deed under way, on the line they have if they have one."""
    lines = workshops.attendances(made.act.connection, made.workshop.id)
    mine = [a for a in lines if a.participant_id == participant_id and a.state != "removed"]
    if any(a.state == "present" for a in mine):
        return
    before = mine[0] if mine else None
    line = before or new_line(made.act, made.workshop, participant_id)
    made.change(before, present_line(nb, made, line))


def note_listed(nb: Notebook, made: Deed, participant_id: str, listed: RosterRow | None) -> None:
    """Note a person present on the line that stands for them on the list, None where none does.

    That line may be under an id that was merged into theirs.
    """
    if listed is None:
        note_present(nb, made, participant_id)
    elif listed.state != "present":
        before = made.attendance(listed.attendance_id)
        made.change(before, present_line(nb, made, before))


def present_line(nb: Notebook, made: Deed, line: Attendance) -> Attendance:
    """Return a line noted present now, with "1re fois" worked out."""
    first = None
    if line.participant_id:
        first = not rosters.has_attended(
            made.act.connection, line.participant_id, before=made.workshop.starts_at
        )
    return replace(line, state="present", arrival=_arrival(nb, made.workshop), first_time=first)


def new_line(act: Act, workshop: Workshop, participant_id: str) -> Attendance:
    """Return a line for an expected person, with what is known of them at the workshop's date."""
    person = act.read(Participant, participant_id)
    if person is None:
        raise BugError("an unknown participant")
    return Attendance(
        id=new_id(),
        workshop_id=workshop.id,
        participant_id=participant_id,
        state="expected",
        band=band_at(person.birth_year, person.band, int(workshop.date[:4])),
        gender=person.gender,
        status=person.status,
    )


def unmarked(line: Attendance) -> Attendance:
    """Return a line without its presence: expected, or off the list for a présence sans nom."""
    return replace(
        line,
        state="expected" if line.participant_id else "removed",
        arrival=None,
        departure=None,
        first_time=None,
        mode=None,
        signature_id=None,
        witness_id=None,
        unable_reason=None,
    )


# --- inside --------------------------------------------------------------------------------------


def _set_state(nb: Notebook, workshop_id: str, attendance_id: str, state: str) -> Roster:
    with deed(nb, workshop_id) as made:
        before = made.attendance(attendance_id)
        made.change(before, replace(unmarked(before), state=state))
    return roster(nb, workshop_id)


def _arrival(nb: Notebook, workshop: Workshop) -> int | None:
    """Return now, None where the mark is made long before or after: nobody arrived then."""
    now = nb.clock.now()
    return now if workshop.starts_at - BEFORE <= now <= workshop.ends_at + AFTER else None


def _departure(workshop: Workshop, typed: str) -> int:
    """Read an hour on the workshop's day or the next, whichever is nearer to the workshop."""
    hour = read_hour(typed, field="departure")
    day = local(workshop.starts_at, workshop.tz).date()
    both = [at_local(day + dt.timedelta(days=n), hour, workshop.tz) for n in (0, 1)]
    return min(both, key=lambda at: max(workshop.starts_at - at, at - workshop.ends_at, 0))


def _put_if_still(act: Act, expected: Record, wanted: Record) -> None:
    now = log.read(act.connection, type(expected), expected.id)
    if now != expected:
        raise ChangedSince
    act.put(wanted)
