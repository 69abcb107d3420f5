"""The calendar: what days hold, the same workshop again, repeated ones, cancelled and restored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from angrilien.domain.forms import WorkshopForm
from angrilien.domain.rows import CalendarView
from angrilien.errors import CannotSaveFile, WorkshopGone
from angrilien.services import attendance, calendar, workshops
from angrilien.services.deeds import SomebodyIsHere
from angrilien.services.notebook import Notebook
from angrilien.wire.ids import new_id
from helpers.copies import list_people
from helpers.notebooks import NOON, SetClock

DAY = 86_400_000


def form(nb: Notebook, **changed: Any) -> WorkshopForm:
    values: dict[str, Any] = {
        "title": "Protéger ses données", "themes": ("securite_numerique",), "date": "2026-11-25",
        "start": "14h", "end": "16h", "venue_id": nb.home().id, "places": "8", "notes": "Salle 2",
        "level": "debutant",
    }  # fmt: skip
    return WorkshopForm(**{**values, **changed})


def dates(view: CalendarView) -> list[str]:
    return [row.date for row in view.workshops]


def test_a_repeated_workshop_is_many_of_its_own(fresh: Notebook) -> None:
    planned = workshops.plan(fresh, form(fresh, also=("2026-12-02", "2026-12-09", "2026-12-02")))
    assert planned.times == 3
    view = calendar.between(fresh, "2026-11-01", "2026-12-31")
    assert dates(view) == ["2026-11-25", "2026-12-02", "2026-12-09"]
    assert len({row.id for row in view.workshops}) == len({row.code for row in view.workshops}) == 3
    assert {(row.title, row.places, row.notes) for row in view.workshops} == {
        ("Protéger ses données", 8, "Salle 2")
    }


def test_a_repeat_keeps_its_hour_over_the_change_of_clocks(fresh: Notebook) -> None:
    workshops.plan(fresh, form(fresh, date="2027-03-24", also=("2027-03-31",)))
    first, second = calendar.between(fresh, "2027-03-01", "2027-03-31").workshops
    assert second.starts_at - first.starts_at == 7 * DAY - 3_600_000
    assert second.ends_at - second.starts_at == 2 * 3_600_000


def test_overlaps_of_any_date_are_told(fresh: Notebook) -> None:
    workshops.plan(fresh, form(fresh, title="Mots de passe", date="2026-12-02"))
    planned = workshops.plan(fresh, form(fresh, also=("2026-12-02", "2026-12-09")))
    assert planned.overlaps == ("Mots de passe",)


def test_days_are_bounded_and_holidays_are_those_of_the_place(fresh: Notebook) -> None:
    view = calendar.between(fresh, "2026-12-24", "2027-01-01")
    assert view.holidays == {"2026-12-25": "Noël", "2027-01-01": "jour de l’an"}
    assert (view.first, view.last, view.today) == ("2026-12-24", "2027-01-01", "2026-11-25")
    assert calendar.between(fresh, "2020-01-01", "2090-01-01").last == "2021-02-04"


def test_the_same_again_is_a_week_later_and_never_past(fresh: Notebook, clock: SetClock) -> None:
    planned = workshops.plan(fresh, form(fresh)).workshop_id
    values = calendar.like(fresh, planned)
    assert values == {
        "title": "Protéger ses données", "themes": ["securite_numerique"], "date": "02/12/2026",
        "start": "14\u00a0h\u00a000", "end": "16\u00a0h\u00a000", "venue_id": fresh.home().id,
        "level": "debutant", "places": "8", "notes": "Salle 2",
    }  # fmt: skip
    clock.at = NOON + 30 * DAY  # Friday 25 December
    assert calendar.like(fresh, planned)["date"] == "30/12/2026"
    with pytest.raises(WorkshopGone):
        calendar.like(fresh, new_id())


def test_what_was_cancelled_is_restored(fresh: Notebook) -> None:
    planned = workshops.plan(fresh, form(fresh)).workshop_id
    workshops.cancel(fresh, planned)
    workshops.restore(fresh, planned)
    (row,) = calendar.between(fresh, "2026-11-25", "2026-11-25").workshops
    assert row.state == "planned"
    workshops.open_workshop(fresh, planned)
    workshops.restore(fresh, planned)
    (row,) = calendar.between(fresh, "2026-11-25", "2026-11-25").workshops
    assert row.state == "open"
    with pytest.raises(WorkshopGone):
        workshops.restore(fresh, new_id())


def test_a_workshop_with_somebody_there_is_not_given_up(fresh: Notebook) -> None:
    planned = workshops.plan(fresh, form(fresh)).workshop_id
    (line,) = list_people(fresh, planned, 1)
    attendance.toggle(fresh, planned, line)
    for give_up in (workshops.cancel, workshops.nobody_came):
        with pytest.raises(SomebodyIsHere):
            give_up(fresh, planned)
    assert attendance.roster(fresh, planned).workshop.state == "open"


def test_the_file_is_whole_or_not_there(fresh: Notebook, tmp_path: Path) -> None:
    workshops.plan(fresh, form(fresh))
    view = calendar.between(fresh, "2026-11-25", "2026-11-25")
    path = tmp_path / "ateliers.ics"
    calendar.save_ics(fresh, view, path)
    written = path.read_bytes()
    assert written.count(b"BEGIN:VEVENT") == 1
    with pytest.raises(CannotSaveFile):
        calendar.save_ics(fresh, replace(view, workshops=()), tmp_path / "none" / "a.ics")
    assert [file.name for file in tmp_path.glob("*.ics*")] == ["ateliers.ics"]
