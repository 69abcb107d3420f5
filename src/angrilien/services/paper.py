"""D5: a paper sheet is typed back, a key for each line. Each is one durable act, undoable.

A sheet typed twice, or on two laptops, is one: a line that says so already is left alone, and what
a free line adds has an id that both laptops compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from angrilien.domain.entities import Attendance, Participant
from angrilien.domain.forms import PersonForm
from angrilien.domain.french import fold
from angrilien.domain.ids import paper_line_id, paper_person_id
from angrilien.domain.paper import (
    AlreadyOnSheet,
    LineSigned,
    Numbering,
    PaperLine,
    PaperSheet,
    SheetElsewhere,
    SheetUnknown,
    read_fingerprint,
    read_sheet_code,
)
from angrilien.domain.rows import PersonRow, RosterRow, TodoRow, WorkshopRow
from angrilien.errors import (
    Missing,
    NotACode,
    SheetAlreadyClosed,
    WorkshopGone,
)
from angrilien.services import attendance, cards, paper_numbers, people
from angrilien.services.deeds import Deed, deed
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import people as names
from angrilien.store import photos, sheets, workshops
from angrilien.wire.ids import new_id
from angrilien.wire.sheet import fingerprint

ON_PAPER = "paper"


def find(nb: Notebook, typed: str) -> WorkshopRow:
    """Return the workshop of a sheet, by the code that was typed or read from its QR.

    The fingerprint of an ended sheet, or the QR of its seal, finds it too.

    Raises:
        Missing, NotACode: nothing, or no code, was typed.
        SheetUnknown: no workshop of this laptop has it.
        SheetElsewhere: this laptop does not write for its venue.
    """
    if not typed.strip():
        raise Missing("code")
    code, seal = read_sheet_code(typed), read_fingerprint(typed)
    if code is None and seal is None:
        raise NotACode("code")
    with nb.store.read() as connection:
        found = workshops.with_code(connection, code) if code else []
        if seal is not None:
            ended = [one for one in sheets.every(connection) if fingerprint(one.digest) == seal]
            found += workshops.some(connection, [one.workshop_id for one in ended]).values()
    if not found:
        raise SheetUnknown("code")
    if found[0].venue.id not in {venue.id for venue in nb.own_venues()}:
        raise SheetElsewhere("code", venue=found[0].venue.name)
    return found[0]


def read(nb: Notebook, workshop_id: str) -> PaperSheet:
    """Return a workshop's paper sheet, line by line.

    Raises:
        WorkshopGone: there is no such workshop.
        SheetAlreadyClosed: its sheet is ended; what is wrong there is corrected.
    """
    with nb.store.read() as connection:
        workshop = workshops.find(connection, workshop_id)
        if workshop is None:
            raise WorkshopGone
        if workshop.state == "closed":
            raise SheetAlreadyClosed
        numbering = paper_numbers.read(connection, workshop_id)
        lines, aside = paper_numbers.lines(connection, workshop_id, numbering)
        count = photos.of_workshop(connection, workshop_id)
    return PaperSheet(
        workshop=workshop,
        lines=tuple(lines),
        listed=numbering.listed,
        aside=tuple(row for row in aside if row.state == "present" and row.participant_id),
        photos=count,
        can_undo=nb.history.can_undo(workshop_id),
        can_redo=nb.history.can_redo(workshop_id),
    )


def search(nb: Notebook, typed: str, *, workshop_id: str, limit: int) -> tuple[PersonRow, ...]:
    """Return who may stand on a line: by the beginning of a name, or by the card that was read."""
    met = cards.look(nb, typed, workshop_id=workshop_id)
    return met.people or people.search(nb, typed, workshop_id=workshop_id, limit=limit)


def sign(nb: Notebook, workshop_id: str, number: int) -> PaperSheet:
    """Note that the person of a line was there and signed the paper.

    A line that is signed already, by whomever, on paper or on the screen, stays as it is.
    """
    with deed(nb, workshop_id) as made:
        numbering, line = _line(made, number)
        signer, row = line.signer, line.row
        typed = signer is not None and signer.mode
        if row is not None and row.participant_id and not typed:
            _sign(nb, made, made.attendance(row.attendance_id))
        _keep(made, numbering)
    return read(nb, workshop_id)


def absent(nb: Notebook, workshop_id: str, number: int) -> PaperSheet:
    """Note that nobody signed on a line.

    Raises:
        LineSigned: the person signed on the screen, or could not sign and was seen there.
    """
    with deed(nb, workshop_id) as made:
        numbering, line = _line(made, number)
        signer = line.signer
        if signer is not None and signer.mode not in (None, ON_PAPER):
            raise LineSigned
        if signer is not None:
            _leave(made, signer, listed=signer is line.row and number <= numbering.listed)
        _keep(made, numbering)
    return read(nb, workshop_id)


def leave_blank(nb: Notebook, workshop_id: str, number: int) -> PaperSheet:
    """Note that a free line of the paper is blank: the next one has the next number."""
    with nb.store.write() as connection:
        numbering = paper_numbers.read(connection, workshop_id)
        if number > len(numbering.lines):
            paper_numbers.keep(connection, workshop_id, numbering.with_line(number, ""))
    return read(nb, workshop_id)


def seat(nb: Notebook, workshop_id: str, number: int, participant_id: str) -> PaperSheet:
    """Note that a known person signed on a line: a free one, or that of somebody else.

    Raises:
        AlreadyOnSheet: they stand on another line.
    """
    with deed(nb, workshop_id) as made:
        _seat(nb, made, number, participant_id)
    return read(nb, workshop_id)


def seat_new(nb: Notebook, workshop_id: str, number: int, form: PersonForm) -> PaperSheet:
    """Write a new person, and note that they signed on a line.

    Raises:
        FormProblems: some fields cannot be accepted; nothing was written.
    """
    problems = people.check(nb, form)
    if problems:
        raise FormProblems(problems)
    with deed(nb, workshop_id) as made:
        numbering = paper_numbers.read(made.act.connection, workshop_id)
        person_id = paper_person_id(workshop_id, number, numbering.lines[: numbering.listed])
        person = people.written(made.workshop.venue_id, form, person_id)
        before = made.act.read(Participant, person_id)
        if before is not None and _name(before) != _name(person):
            # Somebody was written here and taken back: they may be known elsewhere by now.
            person = replace(person, id=new_id())
        if before is None or before.id != person.id:
            made.change(None, person)
            names.index(made.act.connection, [person])
        _seat(nb, made, number, person.id)
    return read(nb, workshop_id)


def undo(nb: Notebook, workshop_id: str) -> PaperSheet:
    """Undo the last act of this workshop.

    Raises:
        NothingToUndo, ChangedSince: as `attendance.undo`.
    """
    attendance.undo(nb, workshop_id)
    return read(nb, workshop_id)


def redo(nb: Notebook, workshop_id: str) -> PaperSheet:
    """Do again the act that was undone last.

    Raises:
        NothingToUndo, ChangedSince: as `attendance.redo`.
    """
    attendance.redo(nb, workshop_id)
    return read(nb, workshop_id)


def finish(nb: Notebook, workshop_id: str) -> None:
    """Take note that the sheet is typed to its end: D1 does not ask for it any more."""
    with nb.store.write() as connection:
        numbering = paper_numbers.read(connection, workshop_id)
        paper_numbers.keep(connection, workshop_id, replace(numbering, typed=True))


def waiting(nb: Notebook) -> tuple[WorkshopRow, ...]:
    """Return the workshops whose printed sheet is to be typed: over, and not signed by everybody.

    The last one comes first.
    """
    with nb.store.read() as connection:
        kept = paper_numbers.every(connection)
        wanted = [w for w, numbering in kept.items() if numbering.printed and not numbering.typed]
        found = workshops.some(connection, wanted).values()
    now = nb.clock.now()
    over = [
        row
        for row in found
        if row.state in ("planned", "open") and row.ends_at <= now and not _all_signed(row)
    ]
    return tuple(sorted(over, key=lambda row: -row.starts_at))


def with_papers(todos: Sequence[TodoRow], papers: Sequence[WorkshopRow]) -> tuple[TodoRow, ...]:
    """Return "À faire" with the paper sheets to type, in the place of the sheets to end."""
    ids = {row.id for row in papers}
    first = [TodoRow(kind="paper", id=row.id, text=row.title, date=row.date) for row in papers]
    return (*first, *(todo for todo in todos if todo.kind != "sheet" or todo.id not in ids))


# --- inside --------------------------------------------------------------------------------------


def _line(made: Deed, number: int) -> tuple[Numbering, PaperLine]:
    numbering = paper_numbers.read(made.act.connection, made.workshop.id)
    found, _ = paper_numbers.lines(made.act.connection, made.workshop.id, numbering)
    return numbering, next((n for n in found if n.number == number), PaperLine(number=number))


def _keep(made: Deed, numbering: Numbering) -> None:
    """Keep the numbers in the deed's own transaction: from here on they stay."""
    paper_numbers.keep(made.act.connection, made.workshop.id, numbering)


def _sign(nb: Notebook, made: Deed, before: Attendance, *, is_new: bool = False) -> None:
    """Note a person present and signed on paper. When they came, only the paper says."""
    there = before
    if before.state != "present":
        there = replace(attendance.present_line(nb, made, before), arrival=None)
    after = replace(there, mode=ON_PAPER, signature_id=None, witness_id=None, unable_reason=None)
    made.change(None if is_new else before, after)


def _leave(made: Deed, row: RosterRow, *, listed: bool) -> None:
    """Take a presence back; who was not on the list before goes off it again."""
    before = made.attendance(row.attendance_id)
    after = attendance.unmarked(before)
    made.change(before, after if listed else replace(after, state="removed"))


def _seat(nb: Notebook, made: Deed, number: int, participant_id: str) -> None:
    numbering, line = _line(made, number)
    found, aside = paper_numbers.lines(made.act.connection, made.workshop.id, numbering)
    for one in found:
        rows = [row for row in (one.row, one.other) if row is not None]
        if any(r.participant_id == participant_id and r.state == "present" for r in rows):
            if one.number == number:
                return
            raise AlreadyOnSheet(number=one.number)
    known = [*aside, *(row for one in found for row in (one.row, one.other) if row is not None)]
    row = next((r for r in known if r.participant_id == participant_id), None)
    if row is not None:
        before = made.attendance(row.attendance_id)
        if not row.mode:
            _sign(nb, made, before)
    else:
        line_id = paper_line_id(made.workshop.id, participant_id)
        kept = made.act.read(Attendance, line_id)
        fresh = replace(attendance.new_line(made.act, made.workshop, participant_id), id=line_id)
        before = kept if kept is not None else fresh
        _sign(nb, made, before, is_new=kept is None)
    signer = line.signer
    if signer is not None and signer.mode in (None, ON_PAPER):
        _leave(made, signer, listed=signer is line.row and number <= numbering.listed)
    free = line.row is None or (number > numbering.listed and signer is line.row)
    numbering = (
        numbering.with_line(number, before.id) if free else numbering.with_other(number, before.id)
    )
    _keep(made, numbering)


def _all_signed(row: WorkshopRow) -> bool:
    """Tell whether everybody on the list has signed in some way."""
    named = row.expected - row.anonymous
    return 0 < named <= row.signed + row.on_paper + row.unable


def _name(person: Participant) -> str:
    return fold(f"{person.first_name} {person.last_name}")
