"""What is left to a person: one choice decides one thing, three people of one name are settled."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from angrilien.domain.entities import Attendance, Participant, Workshop
from angrilien.services import attendance, doubts
from angrilien.services.notebook import Notebook
from angrilien.store import log, merging, people
from angrilien.store.store import PULL
from angrilien.wire.ids import new_id
from helpers.notebooks import make_workshop
from helpers.others import OTHER, comes


@pytest.fixture(autouse=True)
def _another_laptop() -> None:
    OTHER["inc"] = new_id()


def torn(nb: Notebook) -> str:
    """A person whose two names were both written here and there."""
    person = Participant(
        id=new_id(), venue_id=nb.home().id, first_name="Odete", last_name="Lefevre"
    )
    with nb.store.act(nb.stamp()) as act:
        act.put(person)
        people.index(act.connection, [person])
    with nb.store.read() as connection:
        at = nb.store.position(connection)
    with nb.store.act(nb.stamp()) as act:
        act.put(replace(person, first_name="Odette", last_name="Lefèvre"))
    comes(nb, replace(person, first_name="Odile", last_name="Lefebvre"), base=(at.inc, at.seq))
    return person.id


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("second", [0, 1])
def test_a_choice_decides_its_own_field_and_leaves_the_other_open(
    fresh: Notebook, first: int, second: int
) -> None:
    person = torn(fresh)
    one, other = doubts.read(fresh).choices
    doubts.choose(fresh, one, one.options[first])
    (left,) = doubts.read(fresh).choices
    assert left.names == other.names
    assert {option.values for option in left.options} == {o.values for o in other.options}
    wanted = next(o for o in left.options if o.values == other.options[second].values)
    doubts.choose(fresh, left, wanted)
    assert doubts.read(fresh).choices == ()
    with fresh.store.read() as connection:
        kept = log.read(connection, Participant, person)
        shown = merging.look(connection, ("participant", person))
    assert kept is not None
    assert shown is not None
    assert kept == shown.record
    names = {one.names[0]: one.options[first].values[0], other.names[0]: wanted.values[0]}
    assert names == {"first_name": kept.first_name, "last_name": kept.last_name}
    fresh.store.verify()


def three_alike(nb: Notebook) -> list[str]:
    """Three people of one name, noted on three laptops."""
    here = Participant(id=new_id(), venue_id=nb.home().id, first_name="Jean", last_name="Martin")
    with nb.store.act(nb.stamp()) as act:
        act.put(here)
        people.index(act.connection, [here])
    found = [here.id]
    for _ in range(2):
        OTHER["inc"], OTHER["dev"] = new_id(), new_id()
        there = replace(here, id=new_id())
        comes(nb, there)
        found.append(there.id)
    return found


def test_three_people_of_one_name_are_settled_pair_by_pair(fresh: Notebook) -> None:
    three = three_alike(fresh)
    pairs = {frozenset((d.keep.id, d.other.id)) for d in doubts.read(fresh).doubles}
    assert pairs == {frozenset(pair) for pair in itertools.combinations(three, 2)}
    for left in (2, 1, 0):
        doubts.keep_apart(fresh, doubts.read(fresh).doubles[0])
        assert len(doubts.read(fresh).doubles) == left


def test_two_who_are_one_and_a_third_who_is_not(fresh: Notebook) -> None:
    three_alike(fresh)
    first = doubts.read(fresh).doubles[0]
    doubts.merge(fresh, first)
    (left,) = doubts.read(fresh).doubles
    doubts.keep_apart(fresh, left)
    assert doubts.read(fresh).doubles == ()
    assert [d.other.id for d in doubts.read(fresh).merged] == [first.other.id]
    doubts.keep_apart(fresh, doubts.read(fresh).merged[0])
    assert doubts.read(fresh).merged == ()
    # What was said of the merged two stays said; the third was never compared with the other.
    (again,) = doubts.read(fresh).doubles
    assert first.other.id in (again.keep.id, again.other.id)
    assert first.keep.id not in (again.keep.id, again.other.id)


def test_years_that_are_far_apart_hide_nobody_else(fresh: Notebook) -> None:
    somebody = [
        Participant(id=new_id(), venue_id=fresh.home().id, first_name="Jean", last_name="Martin",
                    birth_year=1900 + 4 * number)
        for number in range(12)
    ]  # fmt: skip
    with fresh.store.act(fresh.stamp()) as act:
        act.put(*somebody)
        people.index(act.connection, somebody)
    comes(fresh, replace(somebody[-1], id=new_id()))
    (double,) = doubts.read(fresh).doubles
    assert {double.keep.birth_year, double.other.birth_year} == {1944}


def test_what_came_before_what_it_stands_on_is_shown_later(fresh: Notebook) -> None:
    made = make_workshop(fresh)
    with fresh.store.read() as connection:
        workshop = log.read(connection, Workshop, made)
    assert workshop is not None
    there = replace(workshop, id=new_id(), title="D’ailleurs")
    line = Attendance(id=new_id(), workshop_id=there.id, participant_id=None, state="present")
    comes(fresh, line)
    comes(fresh, there, first=2)
    with fresh.store.write(PULL) as connection:
        keys = merging.orphans(connection)
        assert keys == [("attendance", line.id)]
        assert merging.settle(connection, keys) == 1
        assert merging.orphans(connection) == []
    assert [row.attendance_id for row in attendance.roster(fresh, there.id).rows] == [line.id]
