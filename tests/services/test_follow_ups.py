"""À faire: written, done, done again; and the earlier bilans of the same people."""

from __future__ import annotations

import pytest

from angrilien.domain.rows import NoteText
from angrilien.errors import BugError, Missing, NotADate, UnknownTheme, WorkshopGone
from angrilien.services import attendance, follow_ups, notes, workshops
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.wire.ids import new_id
from helpers.copies import list_people
from helpers.notebooks import NOON, SetClock, make_workshop

DAY = 86_400_000


def test_what_is_to_do_is_on_the_first_screen_from_its_day_on(
    fresh: Notebook, clock: SetClock
) -> None:
    made = make_workshop(fresh)
    rows = follow_ups.add(fresh, made, "  Rappeler  Odette ", "jeudi")
    assert [(row.text, row.due, row.finished) for row in rows] == [
        ("Rappeler Odette", "2026-11-26", False)
    ]
    assert [todo.kind for todo in workshops.today(fresh).todos] == []
    clock.at = NOON + DAY
    (todo,) = [t for t in workshops.today(fresh).todos if t.kind == "follow_up"]
    assert (todo.text, todo.date) == ("Rappeler Odette", "2026-11-26")
    assert follow_ups.finish(fresh, todo.id) == made
    assert [t for t in workshops.today(fresh).todos if t.kind == "follow_up"] == []
    follow_ups.finish(fresh, todo.id, done=False)
    assert [t.id for t in workshops.today(fresh).todos if t.kind == "follow_up"] == [todo.id]


def test_a_date_to_come_is_not_last_summer_s_and_one_without_a_date_has_none(
    fresh: Notebook,
) -> None:
    made = make_workshop(fresh)
    (row,) = follow_ups.add(fresh, made, "Préparer l’été", "15 juin")
    assert row.due == "2027-06-15"
    follow_ups.finish(fresh, row.id)
    follow_ups.add(fresh, made, "Sans date", "")
    (todo,) = [t for t in workshops.today(fresh).todos if t.kind == "follow_up"]
    assert todo.date == ""


def test_the_nearest_comes_first_and_what_is_done_last(fresh: Notebook) -> None:
    made = make_workshop(fresh)
    for text, due in (("sans date", ""), ("plus tard", "2/12"), ("bientôt", "demain")):
        rows = follow_ups.add(fresh, made, text, due)
    follow_ups.finish(fresh, next(row.id for row in rows if row.text == "bientôt"))
    texts = [row.text for row in follow_ups.of_workshop(fresh, made)]
    assert texts == ["plus tard", "sans date", "bientôt"]


def test_what_cannot_be_written_is_said_at_its_field(fresh: Notebook) -> None:
    made = make_workshop(fresh)
    with pytest.raises(FormProblems) as found:
        follow_ups.add(fresh, made, " ", "32/11")
    assert [type(problem) for problem in found.value.problems] == [Missing, NotADate]
    assert [problem.field for problem in found.value.problems] == ["text", "due"]
    assert follow_ups.of_workshop(fresh, made) == ()
    with pytest.raises(BugError):
        follow_ups.finish(fresh, new_id())


def test_the_equipment_is_kept_with_the_bilan_and_its_draft(fresh: Notebook) -> None:
    made = make_workshop(fresh)
    typed = NoteText(workshop_id=made, done="Fait", equipment=("tablette", "ordinateur"))
    notes.save_draft(fresh, typed)
    assert notes.read(fresh, made).equipment == ("tablette", "ordinateur")
    notes.keep(fresh, typed)
    assert notes.read(fresh, made).equipment == ("ordinateur", "tablette")


def test_the_last_three_bilans_of_the_same_people(fresh: Notebook, clock: SetClock) -> None:
    past = [make_workshop(fresh, title=f"Atelier {n}", date=f"2026-11-0{n}") for n in range(1, 6)]
    lines = list_people(fresh, past[0], 2)
    person = next(
        row.participant_id
        for row in attendance.roster(fresh, past[0]).rows
        if row.attendance_id == lines[0]
    )
    assert person is not None
    attendance.toggle(fresh, past[0], lines[0])
    for one in past[1:4]:
        attendance.add_present(fresh, one, person)
    for number, one in enumerate(past):
        notes.keep(fresh, NoteText(workshop_id=one, done=f"Fait {number + 1}"))
    now = make_workshop(fresh)
    assert notes.earlier(fresh, now) == ()
    attendance.add_present(fresh, now, person)
    found = notes.earlier(fresh, now)
    assert [(note.title, note.done) for note in found] == [
        ("Atelier 4", "Fait 4"), ("Atelier 3", "Fait 3"), ("Atelier 2", "Fait 2"),
    ]  # fmt: skip
    # The fifth was somebody else's; a later one is not an earlier one.
    assert [note.title for note in notes.earlier(fresh, past[1])] == ["Atelier 1"]


def test_what_it_was_about_is_changed_and_never_emptied(fresh: Notebook) -> None:
    made = make_workshop(fresh)
    workshops.set_themes(fresh, made, ("programme_messagerie", "email"))
    assert attendance.roster(fresh, made).workshop.themes == ("programme_messagerie", "email")
    with pytest.raises(FormProblems):
        workshops.set_themes(fresh, made, ())
    with pytest.raises(UnknownTheme):
        workshops.set_themes(fresh, made, ("jardinage",))
    with pytest.raises(WorkshopGone):
        workshops.set_themes(fresh, new_id(), ("email",))
    assert attendance.roster(fresh, made).workshop.themes == ("programme_messagerie", "email")
