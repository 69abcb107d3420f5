"""D5's verbs: a line of the paper for a key, the numbers of the print, a sheet typed twice."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.domain.cards import content, make_card
from angrilien.domain.forms import PersonForm, WorkshopForm
from angrilien.domain.paper import (
    AlreadyOnSheet,
    LineSigned,
    PaperSheet,
    SheetElsewhere,
    SheetUnknown,
    read_sheet_code,
)
from angrilien.domain.rows import Roster
from angrilien.errors import (
    Missing,
    NotACode,
    SheetAlreadyClosed,
)
from angrilien.services import (
    attendance,
    cards,
    closing,
    paper,
    paper_numbers,
    people,
    signing,
    workshops,
)
from angrilien.services.notebook import Notebook
from helpers.copies import Original
from helpers.notebooks import NOON, SetClock, add_people, make_workshop

SQUARE = [[(10.0, 10.0), (40.0, 40.0)]]


@pytest.fixture
def listed(nb: Notebook, workshop: str) -> str:
    """A workshop with five people expected."""
    add_people(nb, workshop, 5)
    return workshop


def printed(nb: Notebook, workshop: str) -> None:
    paper_numbers.printed(nb, workshop, closing.sheet(nb, workshop).lines)


def named(sheet: PaperSheet) -> list[tuple[int, str, str | None]]:
    """Who is present by each line, and how."""
    found = []
    for line in sheet.lines:
        signer = line.signer
        found.append((line.number, signer.name if signer else "", signer.mode if signer else None))
    return found


def person(nb: Notebook, workshop: str, first: str, last: str) -> str:
    """Somebody the notebook knows, who is not on this list."""
    other = make_workshop(nb, title="Avant", date="2026-11-18")
    roster = people.add_to_workshop(nb, other, PersonForm(first_name=first, last_name=last))
    [row] = roster.rows
    assert row.participant_id is not None
    return row.participant_id


def modes(roster: Roster) -> dict[str, tuple[str, str | None]]:
    return {row.name: (row.state, row.mode) for row in roster.rows}


def test_numbers_are_those_of_the_paper_whatever_is_added_after_it(
    nb: Notebook, listed: str
) -> None:
    before = [(line.number, line.last_name) for line in closing.sheet(nb, listed).lines]
    assert before == [
        (1, "Lefèvre"), (2, "Martin"), (3, "Moreau"), (4, "Roux"), (5, "Vidal"),
    ]  # fmt: skip
    printed(nb, listed)
    people.add_to_workshop(nb, listed, PersonForm(first_name="Anne", last_name="Arnaud"))
    again = closing.sheet(nb, listed)
    assert [(n.number, n.last_name) for n in again.lines] == [*before, (6, "Arnaud")]
    sheet = paper.read(nb, listed)
    assert [line.row.last_name for line in sheet.lines if line.row] == [n for _, n in before]
    assert [row.last_name for row in sheet.aside] == ["Arnaud"]
    assert [n.last_name for n in closing.preview(nb, listed).lines] == ["Arnaud"]
    printed(nb, listed)
    assert len(paper.read(nb, listed).lines) == 6


def test_where_another_laptop_printed_the_numbers_are_those_of_the_beginning(
    fresh: Notebook, clock: SetClock
) -> None:
    workshop = make_workshop(fresh)
    add_people(fresh, workshop, 3)
    clock.at = NOON + 3 * 3_600_000
    people.add_to_workshop(fresh, workshop, PersonForm(first_name="Anne", last_name="Arnaud"))
    sheet = paper.read(fresh, workshop)
    assert [n.row.last_name for n in sheet.lines if n.row] == ["Lefèvre", "Martin", "Vidal"]
    assert [row.last_name for row in sheet.aside] == ["Arnaud"], "she came in after the print"
    first = [(n.number, n.last_name) for n in closing.sheet(fresh, workshop).lines]
    assert first[0] == (1, "Arnaud"), "a first print here is in the order of the names"
    printed(fresh, workshop)
    assert next(n.row.last_name for n in paper.read(fresh, workshop).lines if n.row) == "Arnaud"


def test_who_is_excused_leaves_a_number_that_nobody_else_gets(nb: Notebook, listed: str) -> None:
    printed(nb, listed)
    third = closing.sheet(nb, listed).lines[2].attendance_id
    attendance.excuse(nb, listed, third)
    assert [n.number for n in closing.sheet(nb, listed).lines] == [1, 2, 4, 5]
    sheet = paper.sign(nb, listed, 3)
    assert named(sheet)[2] == (3, "Jean-Paul Moreau", "paper"), "they came after all"


def test_a_line_signed_and_one_that_nobody_signed(nb: Notebook, listed: str) -> None:
    paper.sign(nb, listed, 1)
    sheet = paper.absent(nb, listed, 2)
    assert named(sheet)[:3] == [(1, "Odette Lefèvre", "paper"), (2, "", None), (3, "", None)]
    assert sheet.present == 1
    row = next(r for r in attendance.roster(nb, listed).rows if r.last_name == "Lefèvre")
    assert row.arrival is None, "only the paper says when"
    assert row.first_time is True
    sheet = paper.absent(nb, listed, 1)
    assert sheet.present == 0
    assert len(attendance.roster(nb, listed).rows) == 5, "they stay on the list"


def test_who_came_by_the_screen_keeps_their_hour(nb: Notebook, listed: str) -> None:
    row = attendance.roster(nb, listed).rows[0]
    attendance.toggle(nb, listed, row.attendance_id)
    sheet = paper.read(nb, listed)
    number = next(n.number for n in sheet.lines if n.row and n.row.name == row.name)
    paper.sign(nb, listed, number)
    after = next(r for r in attendance.roster(nb, listed).rows if r.name == row.name)
    assert after.mode == "paper"
    assert after.arrival is not None


def test_who_signed_on_the_screen_cannot_be_absent_on_paper(nb: Notebook, listed: str) -> None:
    line = closing.sheet(nb, listed).lines[0]
    signing.sign(nb, listed, line.attendance_id, SQUARE, 100, 50)
    count = nb.store.count()
    with pytest.raises(LineSigned):
        paper.absent(nb, listed, 1)
    sheet = paper.sign(nb, listed, 1)
    assert named(sheet)[0][2] == "screen", "the drawing stays"
    assert nb.store.count() == count


def test_a_free_line_takes_somebody_known_and_then_somebody_new(nb: Notebook, listed: str) -> None:
    known = person(nb, listed, "Raymond", "Caillaud")
    sheet = paper.seat(nb, listed, 6, known)
    assert named(sheet)[5] == (6, "Raymond Caillaud", "paper")
    sheet = paper.leave_blank(nb, listed, 7)
    assert sheet.next_free == 8
    sheet = paper.seat_new(nb, listed, 8, PersonForm(first_name="Gisèle", last_name="Ravary"))
    assert named(sheet)[6:] == [(7, "", None), (8, "Gisèle Ravary", "paper")]
    with pytest.raises(AlreadyOnSheet) as refused:
        paper.seat(nb, listed, 9, known)
    assert refused.value.values == {"number": 6}
    sheet = paper.absent(nb, listed, 6)
    assert named(sheet)[5] == (6, "", None)
    assert "Raymond Caillaud" not in modes(attendance.roster(nb, listed)), "never on the list"


def test_somebody_noted_on_the_list_gets_the_free_line_where_they_signed(
    nb: Notebook, listed: str
) -> None:
    printed(nb, listed)
    people.add_to_workshop(nb, listed, PersonForm(first_name="Anne", last_name="Arnaud"))
    [aside] = paper.read(nb, listed).aside
    assert aside.participant_id is not None
    sheet = paper.seat(nb, listed, 6, aside.participant_id)
    assert named(sheet)[5] == (6, "Anne Arnaud", "paper")
    assert sheet.aside == ()
    assert len(attendance.roster(nb, listed).rows) == 6


def test_another_name_on_a_printed_line(nb: Notebook, listed: str) -> None:
    known = person(nb, listed, "Raymond", "Caillaud")
    paper.sign(nb, listed, 2)
    sheet = paper.seat(nb, listed, 2, known)
    assert named(sheet)[1] == (2, "Raymond Caillaud", "paper")
    assert modes(attendance.roster(nb, listed))["Ginette Martin"] == ("expected", None)
    sheet = paper.undo(nb, listed)
    assert named(sheet)[1] == (2, "Ginette Martin", "paper"), "one act, undone whole"
    sheet = paper.redo(nb, listed)
    assert named(sheet)[1] == (2, "Raymond Caillaud", "paper")
    sheet = paper.sign(nb, listed, 2)
    assert named(sheet)[1] == (2, "Raymond Caillaud", "paper"), "typed twice, it is the same"
    paper.absent(nb, listed, 2)
    sheet = paper.sign(nb, listed, 2)
    assert named(sheet)[1] == (2, "Ginette Martin", "paper"), "the printed name after all"
    assert "Raymond Caillaud" not in modes(attendance.roster(nb, listed))


def test_a_sheet_typed_twice_is_one(nb: Notebook, listed: str) -> None:
    known = person(nb, listed, "Raymond", "Caillaud")
    new = PersonForm(first_name="Gisèle", last_name="Ravary")

    def type_it() -> PaperSheet:
        for number in (1, 2, 4):
            paper.sign(nb, listed, number)
        paper.absent(nb, listed, 3)
        paper.seat(nb, listed, 6, known)
        return paper.seat_new(nb, listed, 7, new)

    first = type_it()
    count = nb.store.count()
    second = type_it()
    assert nb.store.count() == count, "nothing is written twice"
    assert second.lines == first.lines
    assert second.present == 5


def test_a_sheet_typed_on_two_laptops_writes_the_same_rows(
    original: Original, tmp_path: Path
) -> None:
    """Both have the workshop and its list; each types the same sheet."""
    first = original.open_copy(tmp_path / "one")
    workshop = make_workshop(first)
    add_people(first, workshop, 3)
    known = person(first, workshop, "Raymond", "Caillaud")
    first.close()
    two = Original(first.folder, original.programme)
    rosters = []
    for name in ("a", "b"):
        nb = two.open_copy(tmp_path / name)
        paper.sign(nb, workshop, 1)
        paper.seat(nb, workshop, 4, known)
        paper.seat_new(nb, workshop, 5, PersonForm(first_name="Gisèle", last_name="Ravary"))
        rosters.append([replace(row, arrival=None) for row in attendance.roster(nb, workshop).rows])
        nb.close()
    assert rosters[0] == rosters[1], "the same ids, of people and of lines"
    assert len(rosters[0]) == 5


def test_another_new_name_on_the_same_line_is_another_person(nb: Notebook, listed: str) -> None:
    paper.seat_new(nb, listed, 6, PersonForm(first_name="Lise", last_name="Quentin"))
    paper.undo(nb, listed)
    sheet = paper.seat_new(nb, listed, 6, PersonForm(first_name="Paul", last_name="Béranger"))
    assert named(sheet)[5][1] == "Paul Béranger"
    found = people.search(nb, "Quentin")
    assert [row.name for row in found] == ["Lise Quentin"], "she keeps her own row"


def test_a_sheet_is_found_by_its_code_and_others_are_told_apart(nb: Notebook, listed: str) -> None:
    code = closing.sheet(nb, listed).workshop.code
    assert code is not None
    for typed in (code, code.lower(), f"{code[:4]}-{code[4:8]}-{code[8:]}", f"ANGF:{code}"):
        assert paper.find(nb, typed).id == listed
    with pytest.raises(Missing):
        paper.find(nb, "  ")
    with pytest.raises(NotACode):
        paper.find(nb, code[:-1] + ("2" if code[-1] != "2" else "3"))
    with pytest.raises(SheetUnknown):
        paper.find(nb, "7Q2KM4XR9R")


def test_a_card_finds_who_stands_on_a_line(nb: Notebook, listed: str) -> None:
    number = make_card(nb.programme.aud, secrets.choice)
    known = person(nb, listed, "Bastien", "Quartier")
    other = make_workshop(nb, title="Avant", date="2026-11-19")
    cards.give(nb, other, number, known)
    [found] = paper.search(nb, content(number), workshop_id=listed, limit=6)
    assert found.name == "Bastien Quartier"
    [found] = paper.search(nb, "bast quart", workshop_id=listed, limit=6)
    assert found.participant_id == known


def test_a_code_that_a_reader_scrambled_comes_back() -> None:
    assert read_sheet_code("ANGF:7Q2KM4XR9R") == "7Q2KM4XR9R"
    assert read_sheet_code("QNGFMèAéK?'XRçR") == "7Q2KM4XR9R", "a US reader, a French computer"


def test_a_sheet_of_another_venue_is_said_with_its_name(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    code = closing.sheet(fresh, workshop).workshop.code or ""
    fresh._own_venues = (replace(fresh.home(), id="another"),)
    with pytest.raises(SheetElsewhere) as refused:
        paper.find(fresh, code)
    assert refused.value.values["venue"] == "Lieu à préciser"


def test_an_ended_sheet_is_not_typed(nb: Notebook, listed: str) -> None:
    paper.sign(nb, listed, 1)
    ended = closing.close(nb, listed, SQUARE, 100, 50)
    with pytest.raises(SheetAlreadyClosed):
        paper.read(nb, listed)
    for typed in (ended.workshop.code or "", f"ANGE:{ended.fingerprint}"):
        found = paper.find(nb, typed)
        assert (found.id, found.state) == (listed, "closed"), "what is wrong there is corrected"
    with pytest.raises(SheetAlreadyClosed):
        paper.sign(nb, listed, 2)
    with nb.store.read() as connection:
        assert paper_numbers.every(connection).get(listed) is None, "its own numbers stand now"


def test_what_is_to_be_typed_stands_in_a_faire(fresh: Notebook, clock: SetClock) -> None:
    workshop = make_workshop(fresh)
    add_people(fresh, workshop, 3)

    def todos() -> list[tuple[str, str]]:
        return [(todo.kind, todo.id) for todo in workshops.today(fresh).todos]

    clock.at = NOON + 5 * 3_600_000
    assert todos() == []
    printed(fresh, workshop)
    assert todos() == [("paper", workshop)]
    clock.at += 24 * 3_600_000
    assert todos() == [("paper", workshop)], "in the place of the sheet to end"
    paper.sign(fresh, workshop, 1)
    paper.finish(fresh, workshop)
    assert todos() == [("sheet", workshop)]


def test_a_workshop_entered_afterwards_has_free_lines_only(fresh: Notebook) -> None:
    form = WorkshopForm(
        title="Ordinateur en panne",
        themes=("programme_donnees_personnelles",),
        date="2026-11-20",
        start="14 h",
        end="16 h",
        venue_id=fresh.home().id,
    )
    workshop = workshops.plan(fresh, form).workshop_id
    sheet = paper.read(fresh, workshop)
    assert (sheet.lines, sheet.next_free) == ((), 1)
    paper.seat_new(fresh, workshop, 1, PersonForm(first_name="Lucette"))
    closed = closing.close(fresh, workshop, SQUARE, 100, 50)
    assert closed.workshop.after_the_fact
    assert [(n.first_name, n.mode, n.arrival) for n in closed.lines] == [("Lucette", "paper", None)]
