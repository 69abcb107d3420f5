"""Planning, opening, cancelling; nobody came; two at once; past midnight; entered afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from angrilien.domain.codes import read_code
from angrilien.domain.entities import Workshop
from angrilien.domain.forms import PersonForm, WorkshopForm
from angrilien.domain.rows import WorkshopRow
from angrilien.errors import SheetAlreadyClosed, UnknownTheme, UnknownVenue, WorkshopGone
from angrilien.services import attendance, closing, people, workshops
from angrilien.services.deeds import SomebodyIsHere
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.wire.ids import new_id
from helpers.copies import list_people
from helpers.notebooks import NOON, SetClock, make_workshop

CROSS = [[(10.0, 10.0), (60.0, 60.0)]]
DAY = 86_400_000


def form(nb: Notebook, **changed: Any) -> WorkshopForm:
    values: dict[str, Any] = {
        "title": "Protéger ses données", "themes": ("securite_numerique",), "date": "25/11",
        "start": "14h", "end": "16h", "venue_id": nb.home().id,
    }  # fmt: skip
    return WorkshopForm(**{**values, **changed})


def found(nb: Notebook, workshop: str) -> WorkshopRow:
    return attendance.roster(nb, workshop).workshop


def test_what_is_planned_is_found_again(fresh: Notebook) -> None:
    planned = workshops.plan(
        fresh,
        form(
            fresh, title="  Mots  de passe 🔑 ", level="debutant", places=" 8 ", notes=" Salle 2\n"
        ),
    )
    row = found(fresh, planned.workshop_id)
    assert (row.title, row.level, row.places, row.notes) == (
        "Mots de passe 🔑", "debutant", 8, "Salle 2",
    )  # fmt: skip
    assert (row.date, row.tz, row.state, row.after_the_fact) == (
        "2026-11-25", "Europe/Paris", "planned", False,
    )  # fmt: skip
    assert row.ends_at - row.starts_at == 2 * 3_600_000
    assert row.facilitators == ("Claire Martin",)
    assert row.venue.provisional
    assert row.code is not None
    assert read_code(row.code) == row.code
    assert workshops.today(fresh).workshops == (row,)
    assert planned.overlaps == ()


def test_a_form_that_cannot_be_accepted_writes_nothing(nb: Notebook) -> None:
    before = nb.store.verify()
    with pytest.raises(FormProblems) as refused:
        workshops.plan(nb, form(nb, title="", date="29/02", end="25h"))
    assert [p.field for p in refused.value.problems] == ["title", "date", "end"]
    assert all(p.text() for p in refused.value.problems)
    assert nb.store.verify() == before


def test_a_venue_or_a_theme_that_is_none_is_refused_in_words(nb: Notebook) -> None:
    before = nb.store.verify()
    with pytest.raises(FormProblems) as refused:
        workshops.plan(nb, form(nb, venue_id=new_id(), themes=("securite_numerique", "oups")))
    assert [type(p) for p in refused.value.problems] == [UnknownTheme, UnknownVenue]
    assert [p.field for p in refused.value.problems] == ["themes", "venue_id"]
    assert nb.store.verify() == before


def test_people_expected_stand_on_the_list_once(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    list_people(fresh, workshop, 2)
    ids = tuple(p.participant_id for p in people.search(fresh, ""))
    planned = workshops.plan(fresh, form(fresh, expected=(*ids, ids[0])))
    roster = attendance.roster(fresh, planned.workshop_id)
    assert [row.state for row in roster.rows] == ["expected", "expected"]
    assert (roster.workshop.expected, roster.workshop.state) == (2, "planned")
    assert not roster.can_undo


def test_two_workshops_at_once_are_accepted_with_a_warning(fresh: Notebook) -> None:
    first = workshops.plan(fresh, form(fresh, title="Le premier"))
    second_form = form(fresh, title="Le second", start="15h", end="17h")
    assert workshops.overlaps(fresh, second_form) == ("Le premier",)
    second = workshops.plan(fresh, second_form)
    assert second.overlaps == ("Le premier",)
    assert {w.id for w in workshops.today(fresh).workshops} == {
        first.workshop_id,
        second.workshop_id,
    }
    # One that begins when another ends is not at the same time; neither is a cancelled one.
    assert workshops.overlaps(fresh, form(fresh, start="17h", end="18h")) == ()
    workshops.cancel(fresh, first.workshop_id)
    assert workshops.overlaps(fresh, form(fresh, start="13h", end="15h")) == ()
    assert workshops.overlaps(fresh, form(fresh, start="quand ?")) == ()
    assert workshops.overlaps(fresh, second_form, apart=second.workshop_id) == ()


def test_both_of_two_workshops_at_once_are_kept_apart(nb: Notebook) -> None:
    one, other = make_workshop(nb, title="Un"), make_workshop(nb, title="Autre")
    rows = list_people(nb, one, 2)
    people.add_to_workshop(nb, other, PersonForm(first_name="Zoé"))
    attendance.toggle(nb, one, rows[0])
    attendance.undo(nb, other)
    assert found(nb, one).present == 1
    assert found(nb, other).present == 0


def test_a_workshop_past_midnight_is_shown_until_its_end(fresh: Notebook, clock: SetClock) -> None:
    night = workshops.plan(fresh, form(fresh, start="22h", end="1h30")).workshop_id
    assert found(fresh, night).date == "2026-11-25"
    clock.at = NOON + DAY // 2 + 45 * 60_000  # 0 h 45 on the next day
    during = workshops.today(fresh)
    assert [w.id for w in during.workshops] == [night]
    assert during.todos == ()
    clock.at += 60 * 60_000
    view = workshops.today(fresh)
    assert view.workshops == ()
    assert [(t.kind, t.id) for t in view.todos] == [("sheet", night)]


def test_a_past_date_is_accepted_and_marked(fresh: Notebook) -> None:
    past = workshops.plan(fresh, form(fresh, date="10/11", title="Après coup")).workshop_id
    assert found(fresh, past).after_the_fact
    assert not found(fresh, make_workshop(fresh)).after_the_fact
    assert [(t.kind, t.text, t.date) for t in workshops.today(fresh).todos] == [
        ("sheet", "Après coup", "2026-11-10")
    ]


def test_today_tells_what_comes_next_and_what_is_to_do(fresh: Notebook) -> None:
    for date in ("28/11", "26/11", "27/11", "1/12"):
        make_workshop(fresh, title=date, date=date)
    cancelled = make_workshop(fresh, title="Annulé", date="26/11")
    workshops.cancel(fresh, cancelled)
    view = workshops.today(fresh)
    assert [w.title for w in view.next] == ["26/11", "27/11", "28/11"]
    assert (view.facilitator, view.venue.name) == ("Claire Martin", "Lieu à préciser")
    done = make_workshop(fresh)
    people.add_to_workshop(fresh, done, PersonForm(first_name="Odette"))
    closing.close(fresh, done, CROSS, 100, 100)
    assert [(t.kind, t.id) for t in workshops.today(fresh).todos] == [("note", done)]


def test_an_unplanned_workshop_is_open_now_for_two_hours(fresh: Notebook, clock: SetClock) -> None:
    clock.at = NOON + 34_567
    row = found(fresh, workshops.start_unplanned(fresh))
    assert (row.title, row.state, row.after_the_fact) == ("Atelier imprévu", "open", False)
    assert (row.starts_at, row.ends_at) == (NOON, NOON + 7_200_000)
    assert row.date == "2026-11-25"


def test_an_unplanned_workshop_late_at_night_ends_on_the_next_day(
    fresh: Notebook, clock: SetClock
) -> None:
    clock.at = NOON + 11 * 3_600_000 + 30 * 60_000
    row = found(fresh, workshops.start_unplanned(fresh))
    assert (row.date, row.ends_at - row.starts_at) == ("2026-11-25", 7_200_000)


def test_opening_opens_a_planned_workshop_only_once(nb: Notebook, workshop: str) -> None:
    before = nb.store.verify()
    assert workshops.open_workshop(nb, workshop).workshop.state == "open"
    assert workshops.open_workshop(nb, workshop).workshop.state == "open"
    assert nb.store.verify() == before + 1
    with pytest.raises(WorkshopGone):
        workshops.open_workshop(nb, "no such workshop")


def test_a_cancelled_workshop_stays_and_can_be_opened_again(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    workshops.cancel(fresh, workshop)
    assert found(fresh, workshop).state == "cancelled"
    assert [w.state for w in workshops.today(fresh).workshops] == ["cancelled"]
    assert workshops.open_workshop(fresh, workshop).workshop.state == "open"
    with pytest.raises(WorkshopGone):
        workshops.cancel(fresh, "no such workshop")


def test_nobody_came_is_said_when_nobody_is_there(nb: Notebook, workshop: str) -> None:
    rows = list_people(nb, workshop, 2)
    attendance.toggle(nb, workshop, rows[0])
    with pytest.raises(SomebodyIsHere):
        workshops.nobody_came(nb, workshop)
    assert found(nb, workshop).state == "open"
    attendance.undo(nb, workshop)
    workshops.nobody_came(nb, workshop)
    assert found(nb, workshop).state == "nobody"
    assert closing.sheet(nb, workshop).closed_at is None
    # Somebody comes after all.
    assert attendance.toggle(nb, workshop, rows[0]).workshop.state == "open"


def test_a_closed_workshop_is_neither_cancelled_nor_empty(nb: Notebook, workshop: str) -> None:
    people.add_to_workshop(nb, workshop, PersonForm(first_name="Odette"))
    closing.close(nb, workshop, CROSS, 100, 100)
    for act in (workshops.cancel, workshops.nobody_came):
        with pytest.raises(SheetAlreadyClosed):
            act(nb, workshop)


def test_text_that_no_file_can_hold_is_kept_without_it(nb: Notebook) -> None:
    odd = "Salle\x00 2 \ud83d"
    planned = workshops.plan(nb, form(nb, title=f"Titre {odd}", notes=f"Note {odd}"))
    row = found(nb, planned.workshop_id)
    assert (row.title, row.notes) == ("Titre Salle 2", "Note Salle 2")
    nb.store.verify()


@pytest.mark.parametrize("zone", ["Indian/Mayotte", "America/Martinique"])
def test_hours_are_those_of_the_venue_whatever_the_laptop_says(
    fresh: Notebook, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    home = replace(fresh.home(), tz=zone)
    monkeypatch.setattr(fresh, "own_venues", lambda: (home,))
    row = found(fresh, workshops.plan(fresh, form(fresh)).workshop_id)
    assert row.tz == zone
    start = dt.datetime.fromtimestamp(row.starts_at / 1000, ZoneInfo(zone))
    assert (start.date().isoformat(), start.hour) == ("2026-11-25", 14)


def test_the_log_tells_who_runs_it(nb: Notebook, workshop: str) -> None:
    from angrilien.store import workshops as queries

    with nb.store.read() as connection:
        (lead,) = queries.leads(connection, workshop)
        record = log.read(connection, Workshop, workshop)
    assert (lead.facilitator_id, lead.role) == (nb.facilitator_id, "lead")
    assert record is not None
    assert record.venue_id == nb.home().id
