"""What an attestation says: every workshop with the person, under whichever name, and no other."""

from __future__ import annotations

import pytest

from angrilien.domain.entities import Alias
from angrilien.errors import BugError
from angrilien.services import attendance, attesting, workshops
from angrilien.services.notebook import Notebook
from angrilien.wire.ids import new_id
from helpers.copies import list_people
from helpers.notebooks import NOON, SetClock, make_workshop


def person_of(nb: Notebook, workshop: str, line: str) -> str:
    rows = attendance.roster(nb, workshop).rows
    found = next(row.participant_id for row in rows if row.attendance_id == line)
    assert found is not None
    return found


def test_the_workshops_where_somebody_was(fresh: Notebook) -> None:
    first = make_workshop(fresh, title="Premiers pas", date="2026-11-18")
    lines = list_people(fresh, first, 2)
    one, other = (person_of(fresh, first, line) for line in lines)
    second = make_workshop(fresh)
    attendance.toggle(fresh, first, lines[0])
    attendance.add_present(fresh, second, one)
    told = attesting.attestation(fresh, one)
    named = {row.participant_id: row.name for row in attendance.roster(fresh, second).rows}
    assert told.name == named[one] != ""
    assert [(visit.title, visit.date) for visit in told.visits] == [
        ("Premiers pas", "2026-11-18"), ("Protéger ses données", "2026-11-25"),
    ]  # fmt: skip
    assert (told.facilitator, told.date) == ("Claire Martin", "2026-11-25")
    assert attesting.attestation(fresh, other).visits == ()
    with pytest.raises(BugError):
        attesting.attestation(fresh, new_id())


def test_what_was_noted_under_a_merged_name_counts_once(fresh: Notebook) -> None:
    made = make_workshop(fresh)
    lines = list_people(fresh, made, 2)
    one, other = (person_of(fresh, made, line) for line in lines)
    for line in lines:
        attendance.toggle(fresh, made, line)
    with fresh.store.act(fresh.stamp()) as act:
        act.put(Alias(id=new_id(), kind="participant", from_id=other, to_id=one))
    assert len(attesting.attestation(fresh, one).visits) == 1


def test_a_workshop_under_way_counts_until_now_and_a_cancelled_one_not_at_all(
    fresh: Notebook, clock: SetClock
) -> None:
    made = make_workshop(fresh)
    (line,) = list_people(fresh, made, 1)
    attendance.toggle(fresh, made, line)
    person = person_of(fresh, made, line)
    clock.at = NOON + 2 * 3_600_000 + 1_800_000  # 14 h 30, half an hour after it began
    (visit,) = attesting.attestation(fresh, person).visits
    assert (visit.ends_at - visit.starts_at) // 60_000 == 30
    attendance.toggle(fresh, made, line)
    workshops.cancel(fresh, made)
    assert attesting.attestation(fresh, person).visits == ()


def test_somebody_who_left_before_the_end_was_there_until_then(
    fresh: Notebook, clock: SetClock
) -> None:
    made = make_workshop(fresh)
    (line,) = list_people(fresh, made, 1)
    attendance.toggle(fresh, made, line)
    clock.at = NOON + 5 * 3_600_000
    attendance.set_departure(fresh, made, line, "15h")
    (visit,) = attesting.attestation(fresh, person_of(fresh, made, line)).visits
    assert (visit.ends_at - visit.starts_at) // 60_000 == 60
