"""Who is there: each gesture is one durable act, and can be undone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from angrilien.domain.clock import at_local, local
from angrilien.domain.entities import Alias, Attendance, Participant
from angrilien.domain.forms import AnonymousForm, PersonForm, WorkshopForm
from angrilien.domain.ids import alias_id
from angrilien.domain.rows import Roster, RosterRow
from angrilien.errors import (
    BugError,
    ChangedSince,
    DiskFull,
    EmptySignature,
    Missing,
    NotAnHour,
    NothingToUndo,
    SheetAlreadyClosed,
    TooLong,
    WorkshopGone,
)
from angrilien.services import attendance, closing, people, sending, signing, workshops
from angrilien.services.acts import DEPTH, History, Step
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.wire.ids import new_id
from helpers.copies import list_people
from helpers.notebooks import NOON, SetClock, make_workshop

CROSS = [[(10.0, 10.0), (60.0, 60.0)], [(60.0, 10.0), (10.0, 60.0)]]
HOUR = 3_600_000


@pytest.fixture
def expected(nb: Notebook, workshop: str) -> list[str]:
    """Four people on the workshop's list, not there yet: Colette, Ginette, Henri… by first name."""
    return list_people(nb, workshop, 4)


def states(roster: Roster) -> list[str]:
    return [row.state for row in roster.rows]


def row_of(roster: Roster, attendance_id: str) -> RosterRow:
    return next(row for row in roster.rows if row.attendance_id == attendance_id)


def changes(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return nb.store.position(connection).seq


# --- the mark ------------------------------------------------------------------------------------


def test_one_gesture_is_one_change(nb: Notebook, workshop: str, expected: list[str]) -> None:
    before = changes(nb)
    roster = attendance.toggle(nb, workshop, expected[0])
    assert changes(nb) == before + 1
    assert states(roster) == ["present", "expected", "expected", "expected"]
    assert (roster.workshop.present, roster.workshop.expected) == (1, 4)
    assert (roster.can_undo, roster.can_redo) == (True, False)


def test_a_second_click_takes_the_mark_back_with_all_it_said(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    blank = row_of(attendance.roster(nb, workshop), expected[0])
    attendance.toggle(nb, workshop, expected[0])
    signing.sign(nb, workshop, expected[0], CROSS, 100, 100)
    attendance.set_departure(nb, workshop, expected[0], "15h30")
    signed = row_of(attendance.roster(nb, workshop), expected[0])
    assert (signed.state, signed.mode, signed.first_time) == ("present", "screen", True)
    assert signed.arrival is not None
    assert signed.departure is not None
    roster = attendance.toggle(nb, workshop, expected[0])
    assert row_of(roster, expected[0]) == blank
    assert row_of(attendance.undo(nb, workshop), expected[0]) == signed


def test_tiles_stand_in_the_order_of_first_names_and_sans_nom_last(
    nb: Notebook, workshop: str
) -> None:
    list_people(nb, workshop, 8)
    roster = attendance.add_anonymous(nb, workshop, AnonymousForm())
    assert [row.first_name for row in roster.rows] == [
        "Colette", "Georges", "Ginette", "Henri", "Jean-Paul", "Odette", "Simone", "Thérèse", "",
    ]  # fmt: skip


def test_everyone_expected_is_there_at_once_and_undone_at_once(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.excuse(nb, workshop, expected[0])
    attendance.toggle(nb, workshop, expected[1])
    before = attendance.roster(nb, workshop)
    roster = attendance.everyone_present(nb, workshop)
    assert states(roster) == ["excused", "present", "present", "present"]
    assert all(row.first_time for row in roster.rows if row.state == "present")
    undone = attendance.undo(nb, workshop)
    assert (undone.rows, undone.can_redo) == (before.rows, True)
    assert attendance.redo(nb, workshop).rows == roster.rows


def test_adding_somebody_twice_notes_them_once(nb: Notebook, workshop: str) -> None:
    roster = people.add_to_workshop(nb, workshop, PersonForm(first_name="Odette"))
    person = roster.rows[0].participant_id
    assert person is not None
    before = changes(nb)
    for _ in range(2):
        again = attendance.add_present(nb, workshop, person)
        assert again.rows == roster.rows
    attendance.expect(nb, workshop, (person, person))
    assert changes(nb) == before
    other = make_workshop(nb, title="Un autre")
    attendance.expect(nb, other, (person, person))
    noted = attendance.add_present(nb, other, person)
    assert states(noted) == ["present"]


def test_what_changes_nothing_is_no_gesture_to_undo(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.toggle(nb, workshop, expected[0])
    attendance.toggle(nb, workshop, expected[1])
    undone = attendance.undo(nb, workshop)
    person = row_of(undone, expected[0]).participant_id
    assert person is not None
    attendance.add_present(nb, workshop, person)
    assert attendance.expect(nb, workshop, (person,)) == undone
    assert (undone.can_undo, undone.can_redo) == (True, True)


def test_somebody_taken_off_the_list_can_be_added_again(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    gone = row_of(attendance.roster(nb, workshop), expected[0])
    roster = attendance.remove(nb, workshop, expected[0])
    assert expected[0] not in [row.attendance_id for row in roster.rows]
    assert roster.workshop.expected == 3
    assert gone.participant_id is not None
    roster = attendance.add_present(nb, workshop, gone.participant_id)
    assert states(roster).count("present") == 1
    assert len(roster.rows) == 4


def test_a_presence_sans_nom_counts_apart_and_a_click_takes_it_away(
    nb: Notebook, workshop: str
) -> None:
    form = AnonymousForm(gender="feminin", band="soixante_dix_plus", been_before=True)
    roster = attendance.add_anonymous(nb, workshop, form)
    (row,) = roster.rows
    assert (row.participant_id, row.name, row.first_time) == (None, "", None)
    assert (row.gender, row.band, row.status, row.been_before) == (
        "feminin", "soixante_dix_plus", None, True,
    )  # fmt: skip
    assert (roster.workshop.present, roster.workshop.anonymous) == (1, 1)
    assert attendance.toggle(nb, workshop, row.attendance_id).rows == ()
    assert attendance.undo(nb, workshop).rows == roster.rows
    with pytest.raises(ValueError, match="vocabulary"):
        attendance.add_anonymous(nb, workshop, AnonymousForm(gender="autre"))


def test_a_line_of_another_workshop_is_our_own_mistake(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    other = make_workshop(nb, title="Un autre")
    for act in (attendance.toggle, attendance.excuse, attendance.remove, signing.sign_on_paper):
        with pytest.raises(BugError):
            act(nb, other, expected[0])
        with pytest.raises(WorkshopGone):
            act(nb, "no such workshop", expected[0])
    with pytest.raises(WorkshopGone):
        attendance.roster(nb, "no such workshop")
    assert states(attendance.roster(nb, workshop)) == ["expected"] * 4


# --- arrival and departure -----------------------------------------------------------------------


def departed(nb: Notebook, workshop: str, row: str, typed: str) -> str:
    found = row_of(attendance.set_departure(nb, workshop, row, typed), row).departure
    return f"{local(found, 'Europe/Paris'):%d %H:%M}" if found is not None else ""


def test_a_departure_is_an_hour_of_the_workshop_s_day(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.toggle(nb, workshop, expected[0])
    assert departed(nb, workshop, expected[0], "15h30") == "25 15:30"
    assert departed(nb, workshop, expected[0], "") == ""
    assert departed(nb, workshop, expected[0], "17 h 45") == "25 17:45"  # it went on longer
    with pytest.raises(NotAnHour) as refused:
        attendance.set_departure(nb, workshop, expected[0], "25h")
    assert refused.value.field == "departure"
    assert departed(nb, workshop, expected[0], "  ") == ""


def test_a_departure_past_midnight_is_on_the_next_day(fresh: Notebook, clock: SetClock) -> None:
    form = WorkshopForm(
        title="La nuit du numérique", themes=("email",), date="25/11", start="22h", end="1h",
        venue_id=fresh.home().id,
    )  # fmt: skip
    night = workshops.plan(fresh, form).workshop_id
    (row,) = list_people(fresh, night, 1)
    clock.at = NOON + 10 * HOUR
    attendance.toggle(fresh, night, row)
    for typed, meant in (
        ("23h", "25 23:00"),
        ("0h30", "26 00:30"),
        ("minuit", "26 00:00"),
        ("1h30", "26 01:30"),  # after the planned end
        ("21h50", "25 21:50"),  # before the planned start
    ):
        assert departed(fresh, night, row, typed) == meant


def test_the_arrival_is_that_of_the_mark_near_the_workshop_only(
    fresh: Notebook, clock: SetClock
) -> None:
    first_day = make_workshop(fresh, date="24/11")
    past = make_workshop(fresh, date="10/10", title="Saisi après coup")
    row = {w: list_people(fresh, w, 1)[0] for w in (first_day, past)}
    marked = attendance.toggle(fresh, past, row[past])
    assert (row_of(marked, row[past]).state, row_of(marked, row[past]).arrival) == ("present", None)
    assert (
        row_of(attendance.toggle(fresh, first_day, row[first_day]), row[first_day]).arrival is None
    )
    attendance.add_anonymous(fresh, past, AnonymousForm())
    assert [r.arrival for r in attendance.roster(fresh, past).rows] == [None, None]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-61, False), (-59, True), (120, True), (240, True), (299, True), (301, False), (600, False)],
)
def test_an_arrival_is_at_most_three_hours_before_and_one_after_the_workshop(
    fresh: Notebook, clock: SetClock, minutes: int, told: bool
) -> None:
    """The workshop is from 14 h to 16 h; minutes are counted from noon."""
    workshop = make_workshop(fresh)
    one, other = list_people(fresh, workshop, 2)
    clock.at = NOON + minutes * 60_000
    roster = attendance.toggle(fresh, workshop, one)
    assert row_of(roster, one).arrival == (clock.at if told else None)
    roster = attendance.everyone_present(fresh, workshop)
    assert row_of(roster, other).arrival == (clock.at if told else None)
    assert roster.workshop.present == 2


# --- signing -------------------------------------------------------------------------------------


def test_each_way_to_sign_stands_beside_the_others(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.toggle(nb, workshop, expected[0])
    signing.sign(nb, workshop, expected[0], CROSS, 100, 100)
    signing.sign_on_paper(nb, workshop, expected[1])
    roster = signing.could_not_sign(nb, workshop, expected[2], "  Main\nbandée ")
    assert [row.mode for row in roster.rows] == ["screen", "paper", "unable", None]
    assert row_of(roster, expected[2]).unable_reason == "Main bandée"
    counted = roster.workshop
    assert (counted.signed, counted.on_paper, counted.unable, counted.present) == (1, 1, 1, 3)
    with nb.store.read() as connection:
        record = log.read(connection, Attendance, expected[2])
    assert record is not None
    assert record.witness_id == nb.facilitator_id


def test_who_signs_is_there_and_is_known_to_come_for_the_first_time(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    roster = signing.sign(nb, workshop, expected[0], CROSS, 100, 100)
    row = row_of(roster, expected[0])
    assert (row.state, row.first_time) == ("present", True)
    assert row.arrival is not None
    roster = signing.sign_on_paper(nb, workshop, expected[1])
    assert row_of(roster, expected[1]).first_time is True
    assert roster.workshop.first_timers == 2


def test_signing_again_another_way_leaves_one_way(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    signing.could_not_sign(nb, workshop, expected[0], "Fatigue")
    signing.sign(nb, workshop, expected[0], CROSS, 100, 100)
    row = row_of(signing.sign_on_paper(nb, workshop, expected[0]), expected[0])
    assert (row.mode, row.unable_reason) == ("paper", "")
    for mode in ("screen", "unable"):
        assert row_of(attendance.undo(nb, workshop), expected[0]).mode == mode


def test_an_empty_frame_or_reason_is_refused_and_writes_nothing(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    before = attendance.roster(nb, workshop)
    with pytest.raises(EmptySignature):
        signing.sign(nb, workshop, expected[0], [[]], 100, 100)
    with pytest.raises(Missing):
        signing.could_not_sign(nb, workshop, expected[0], " \n")
    with pytest.raises(TooLong):
        signing.could_not_sign(nb, workshop, expected[0], "x" * 201)
    assert attendance.roster(nb, workshop) == before


# --- undo, redo ----------------------------------------------------------------------------------


def test_gestures_are_undone_and_done_again_one_by_one(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    gestures = (attendance.toggle(nb, workshop, expected[i % 4]) for i in range(6))
    seen = [attendance.roster(nb, workshop).rows, *(roster.rows for roster in gestures)]
    before = changes(nb)
    for rows in seen[-2::-1]:
        assert attendance.undo(nb, workshop).rows == rows
    with pytest.raises(NothingToUndo):
        attendance.undo(nb, workshop)
    # Undoing is writing: nothing is ever taken out of the log.
    assert changes(nb) == before + 6
    for rows in seen[1:]:
        assert attendance.redo(nb, workshop).rows == rows
    with pytest.raises(NothingToUndo):
        attendance.redo(nb, workshop)


def test_the_last_fifty_gestures_are_remembered() -> None:
    lines = [Attendance(id="a", workshop_id="w", state=str(n)) for n in range(DEPTH + 12)]
    history = History()
    for before, after in pairwise(lines):
        history.add("w", [Step(before, after)])
    undone = []
    while (steps := history.last_done("w")) is not None:
        undone += [step.undone() for step in steps]
        history.moved_back("w")
    assert undone == lines[-2 : -DEPTH - 2 : -1]
    assert len(undone) == DEPTH == 50
    assert history.can_redo("w")
    assert not history.can_undo("w")


def test_a_new_gesture_forgets_what_was_undone(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.toggle(nb, workshop, expected[0])
    attendance.undo(nb, workshop)
    roster = attendance.toggle(nb, workshop, expected[1])
    assert (roster.can_undo, roster.can_redo) == (True, False)


def test_each_workshop_has_gestures_of_its_own(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    other = make_workshop(nb, title="Un autre")
    attendance.toggle(nb, workshop, expected[0])
    assert not attendance.roster(nb, other).can_undo
    with pytest.raises(NothingToUndo):
        attendance.undo(nb, other)


def test_what_changed_by_another_road_is_not_undone(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.everyone_present(nb, workshop)
    with nb.store.act(nb.stamp()) as act:  # as a pull from the venue's other laptop would leave it
        line = act.read(Attendance, expected[2])
        assert line is not None
        act.put(replace(line, state="excused"))
    before = attendance.roster(nb, workshop)
    with pytest.raises(ChangedSince):
        attendance.undo(nb, workshop)
    assert attendance.roster(nb, workshop) == before  # the others were not undone either


def test_a_new_person_undone_leaves_the_list_and_stays_findable(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    people.add_to_workshop(fresh, workshop, PersonForm(first_name="Odette", last_name="Lefèvre"))
    assert attendance.undo(fresh, workshop).rows == ()
    assert [p.name for p in people.search(fresh, "odet")] == ["Odette Lefèvre"]
    assert [r.name for r in attendance.redo(fresh, workshop).rows] == ["Odette Lefèvre"]


def test_a_disk_that_refuses_leaves_nothing_written_and_nothing_to_undo(
    nb: Notebook, workshop: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    attendance.toggle(nb, workshop, expected[0])
    attendance.undo(nb, workshop)
    before, count = attendance.roster(nb, workshop), changes(nb)
    put_rows = log._put_rows

    def full(*args: object) -> None:
        put_rows(*args)  # the very last statement of the act
        raise DiskFull

    with monkeypatch.context() as patched:
        patched.setattr(log, "_put_rows", full)
        for act in (
            lambda: attendance.toggle(nb, workshop, expected[1]),
            lambda: attendance.everyone_present(nb, workshop),
            lambda: attendance.redo(nb, workshop),
            lambda: signing.sign(nb, workshop, expected[1], CROSS, 100, 100),
            lambda: people.add_to_workshop(nb, workshop, PersonForm(first_name="Perdue")),
        ):
            with pytest.raises(DiskFull):
                act()
    assert attendance.roster(nb, workshop) == before
    assert changes(nb) == count
    assert people.search(nb, "perdue") == ()
    assert states(attendance.redo(nb, workshop)).count("present") == 1


def test_nothing_changes_once_the_sheet_is_closed(
    nb: Notebook, workshop: str, expected: list[str]
) -> None:
    attendance.everyone_present(nb, workshop)
    closing.close(nb, workshop, CROSS, 100, 100)
    before, count = attendance.roster(nb, workshop), changes(nb)
    assert (before.can_undo, before.can_redo) == (False, False)
    row = expected[0]
    for act in (
        lambda: attendance.toggle(nb, workshop, row),
        lambda: attendance.everyone_present(nb, workshop),
        lambda: attendance.excuse(nb, workshop, row),
        lambda: attendance.remove(nb, workshop, row),
        lambda: attendance.add_anonymous(nb, workshop, AnonymousForm()),
        lambda: attendance.set_departure(nb, workshop, row, "15h"),
        lambda: people.add_to_workshop(nb, workshop, PersonForm(first_name="Zoé")),
        lambda: signing.sign(nb, workshop, row, CROSS, 100, 100),
        lambda: signing.sign_on_paper(nb, workshop, row),
        lambda: signing.could_not_sign(nb, workshop, row, "Trop tard"),
        lambda: closing.close(nb, workshop, CROSS, 100, 100),
        lambda: workshops.cancel(nb, workshop),
        lambda: workshops.nobody_came(nb, workshop),
    ):
        with pytest.raises(SheetAlreadyClosed):
            act()
    with pytest.raises(NothingToUndo):
        attendance.undo(nb, workshop)
    assert workshops.open_workshop(nb, workshop) == before
    assert changes(nb) == count


# --- first time, age band ------------------------------------------------------------------------


def test_the_first_time_is_the_first_workshop_attended(nb: Notebook) -> None:
    first, second = make_workshop(nb, date="23/11"), make_workshop(nb, date="24/11")
    roster = people.add_to_workshop(nb, second, PersonForm(first_name="Odette"))
    person = roster.rows[0].participant_id
    assert person is not None
    assert roster.rows[0].first_time is True
    # Entered afterwards, an earlier one was the first; the later one keeps what it said.
    assert attendance.add_present(nb, first, person).rows[0].first_time is True
    third = make_workshop(nb)
    attendance.expect(nb, third, (person,))
    assert attendance.everyone_present(nb, third).rows[0].first_time is False
    assert attendance.roster(nb, second).rows[0].first_time is True


def test_a_merged_person_does_not_come_for_the_first_time_again(nb: Notebook) -> None:
    past = make_workshop(nb, date="24/11")
    kept = people.add_to_workshop(nb, past, PersonForm(first_name="Odette")).rows[0].participant_id
    today, other = make_workshop(nb), make_workshop(nb, title="Un autre")
    for workshop in (today, other):
        (row,) = list_people(nb, workshop, 1)
        twin = row_of(attendance.roster(nb, workshop), row).participant_id
        assert kept is not None
        assert twin is not None
        with nb.store.act(nb.stamp()) as act:
            act.put(Alias(id=alias_id("participant", twin), kind="participant",
                          from_id=twin, to_id=kept))  # fmt: skip
    assert attendance.everyone_present(nb, today).rows[0].first_time is False
    (row,) = [r.attendance_id for r in attendance.roster(nb, other).rows]
    assert attendance.toggle(nb, other, row).rows[0].first_time is False


def test_the_age_band_is_that_of_the_workshop_s_year_and_stays(fresh: Notebook) -> None:
    past, today = make_workshop(fresh, date="25/11/2025"), make_workshop(fresh)
    form = PersonForm(first_name="Odette", birth_year="1956", gender="feminin", status="retraite")
    person = people.add_to_workshop(fresh, today, form).rows[0].participant_id
    assert person is not None
    (then,) = attendance.add_present(fresh, past, person).rows
    (now,) = attendance.roster(fresh, today).rows
    assert (then.band, now.band) == ("soixante_soixante_neuf", "soixante_dix_plus")
    assert (now.gender, now.status) == ("feminin", "retraite")
    attendance.toggle(fresh, today, now.attendance_id)
    assert attendance.toggle(fresh, today, now.attendance_id).rows[0].band == "soixante_dix_plus"


def test_birth_year_and_band_are_never_both_kept(nb: Notebook, workshop: str) -> None:
    form = PersonForm(first_name="Odette", birth_year="1956", band="moins_de_douze")
    person = people.add_to_workshop(nb, workshop, form).rows[0].participant_id
    with nb.store.read() as connection:
        record = log.read(connection, Participant, person or "")
    assert record is not None
    assert (record.birth_year, record.band) == (1956, None)


# --- clocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1970, 2036, 2300])
def test_any_clock_lets_people_work_and_keeps_the_order(fresh: Notebook, year: int) -> None:
    clock = fresh.clock
    assert isinstance(clock, SetClock)
    clock.at = at_local(
        local(NOON, "UTC").date().replace(year=year), local(NOON, "UTC").time(), "UTC"
    )
    workshop = workshops.start_unplanned(fresh)
    row = people.add_to_workshop(fresh, workshop, PersonForm(first_name="Odette")).rows[0]
    assert row.arrival is not None
    assert abs(row.arrival - clock.at) < 1_000
    clock.at = NOON
    attendance.toggle(fresh, workshop, row.attendance_id)
    closed = signing.sign(fresh, workshop, row.attendance_id, CROSS, 100, 100)
    assert closed.workshop.signed == 1
    assert closing.close(fresh, workshop, CROSS, 100, 100).present == 1
    with fresh.store.read() as connection:
        log_ = log.changes_after(connection, fresh.store.identity.inc, 0, 1_000)
    hlcs = [change.head.hlc for change in log_]
    assert hlcs == sorted(set(hlcs))
    assert changes(fresh) == len(log_)
    far = {c.head.clock for c in log_ if abs(c.head.at - NOON) > HOUR}
    assert far == {"jumped"}


def last_clock(nb: Notebook) -> str:
    make_workshop(nb)
    with nb.store.read() as connection:
        log_ = log.changes_after(connection, nb.store.identity.inc, 0, 1_000)
    return log_[-1].head.clock


def test_each_act_says_what_is_known_of_the_clock(fresh: Notebook, clock: SetClock) -> None:
    assert last_clock(fresh) == "unchecked"
    fresh.measured(250)  # the server's answer told the difference
    assert last_clock(fresh) == "ok"
    clock.at += HOUR
    assert last_clock(fresh) == "jumped"
    fresh.measured(0)
    assert last_clock(fresh) == "ok"
    clock.at -= HOUR
    assert last_clock(fresh) == "jumped"


def test_a_closed_lid_is_no_jump(
    fresh: Notebook, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from angrilien.services import notebook

    steady = notebook.steady_seconds()
    clock.at += 8 * HOUR
    monkeypatch.setattr(notebook, "steady_seconds", lambda: steady + 8 * 3600)
    assert last_clock(fresh) == "unchecked"


def test_a_laptop_in_2031_does_not_win_for_years(fresh: Notebook, clock: SetClock) -> None:
    years = 5 * 365 * 24 * HOUR
    clock.at += years
    fresh.measured(years)
    make_workshop(fresh)
    with fresh.store.read() as connection:
        head = log.changes_after(connection, fresh.store.identity.inc, 0, 1_000)[-1].head
    assert head.at >= NOON + years  # the claim stays as it is
    assert head.hlc <= (NOON + 25 * HOUR) * 1000  # what decides is capped at a day ahead


def test_two_thousand_people_are_noted_in_one_act(fresh: Notebook) -> None:
    workshop = make_workshop(fresh)
    people_ = [Participant(id=new_id(), venue_id="v", first_name=f"P{n}") for n in range(2_000)]
    with fresh.store.act(fresh.stamp()) as act:
        act.put(*people_)
        act.put(
            *(
                Attendance(id=new_id(), workshop_id=workshop, participant_id=p.id, state="expected")
                for p in people_
            )
        )
    before = waiting(fresh)
    roster = attendance.everyone_present(fresh, workshop)
    assert roster.workshop.present == roster.workshop.first_timers == 2_000
    assert waiting(fresh) == before + 2_001  # the workshop was opened too
    assert roster.can_undo


def waiting(nb: Notebook) -> int:
    return sending.state(nb).waiting
