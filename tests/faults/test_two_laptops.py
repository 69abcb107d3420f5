"""Two laptops in one café, a real server between them: at the end both show the same, to the byte.

F19: nothing is replaced wholesale: what each wrote is in both logs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from angrilien.domain.entities import BY_ENTITY
from angrilien.domain.forms import AnonymousForm, PersonForm
from angrilien.services import attendance, people, pulling, workshops
from angrilien.services.notebook import Notebook
from angrilien.store import facts, merging
from angrilien.wire.canonical import dumps
from helpers.copies import list_people
from helpers.logfail import ExpectLog
from helpers.notebooks import make_workshop
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub

pytestmark = pytest.mark.postgres(by_default=False)


@pytest.fixture
def pair(new_desk: Callable[..., Desk], hub: Hub) -> tuple[Desk, Desk]:
    """Two laptops of one café of their own, registered separately."""
    venue = hub.venue()
    return new_desk(code=hub.code(venue)), new_desk(code=hub.code(venue))


def rounds(*desks: Desk) -> None:
    """Send and take, until nobody has anything new."""
    for desk in (*desks, *desks):
        assert desk.round() is None


def shown(nb: Notebook) -> bytes:
    """Return all that the notebook says of its venue, as bytes."""
    said: dict[str, Any] = {}
    with nb.store.read() as connection:
        for entity in BY_ENTITY:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{entity}" ORDER BY id').mappings()
            said[entity] = [
                {k: repr(v) for k, v in row.items() if k not in ("inc", "seq")} for row in rows
            ]
    return dumps(said)


def agree(a: Desk, b: Desk) -> None:
    assert a.do(shown) == b.do(shown)
    for desk in (a, b):
        desk.notebook.store.verify()
        assert desk.state.waiting == 0


def rows_of(desk: Desk, workshop: str) -> dict[str, Any]:
    return {row.first_name: row for row in desk.do(attendance.roster, workshop).rows}


def test_a_workshop_is_on_both_and_what_each_notes_is_too(pair: tuple[Desk, Desk]) -> None:
    a, b = pair
    workshop = a.do(make_workshop)
    a.do(list_people, workshop, 4)
    rounds(a, b)
    agree(a, b)
    assert b.notebook.pulled > 0
    # Both animateurs note people, far from any network.
    on_a, on_b = rows_of(a, workshop), rows_of(b, workshop)
    assert set(on_a) == set(on_b)
    names = sorted(on_a)
    a.do(attendance.toggle, workshop, on_a[names[0]].attendance_id)
    b.do(attendance.toggle, workshop, on_b[names[0]].attendance_id)  # the same person on both
    b.do(attendance.toggle, workshop, on_b[names[1]].attendance_id)
    b.do(attendance.add_anonymous, workshop, AnonymousForm())
    b.do(people.add_to_workshop, workshop, PersonForm(first_name="Ali", last_name="Ben"))
    rounds(a, b)
    agree(a, b)
    there = rows_of(a, workshop)
    assert there[names[0]].state == there[names[1]].state == there["Ali"].state == "present"
    assert a.do(attendance.roster, workshop).workshop.present == 4
    # Undo travels.
    b.do(attendance.undo, workshop)
    rounds(b, a)
    agree(a, b)
    assert "Ali" not in rows_of(a, workshop)


def test_one_person_noted_on_both_stands_once(pair: tuple[Desk, Desk]) -> None:
    a, b = pair
    workshop = a.do(make_workshop)
    other = a.do(make_workshop, title="Un autre atelier", date="2026-11-26")
    a.do(people.add_to_workshop, other, PersonForm(first_name="Odette", last_name="Lefèvre"))
    person = a.do(attendance.roster, other).rows[0].participant_id
    rounds(a, b)
    # Neither list knows her yet: each laptop makes an attendance of its own.
    a.do(attendance.add_present, workshop, person)
    b.do(attendance.add_present, workshop, person)
    rounds(a, b)
    agree(a, b)
    for desk in pair:
        roster = desk.do(attendance.roster, workshop)
        assert len(roster.rows) == 1
        assert roster.workshop.present == 1
    assert a.do(attendance.roster, workshop).rows == b.do(attendance.roster, workshop).rows


def test_the_same_field_is_kept_on_both_sides(pair: tuple[Desk, Desk]) -> None:
    a, b = pair
    workshop = a.do(make_workshop)
    a.do(list_people, workshop, 1)
    rounds(a, b)
    row = next(iter(rows_of(a, workshop).values()))
    a.do(attendance.toggle, workshop, row.attendance_id)
    b.do(attendance.excuse, workshop, row.attendance_id)
    rounds(a, b)
    agree(a, b)
    for desk in pair:
        with desk.notebook.store.read() as connection:
            (key,) = merging.doubts(connection)
            merged = merging.look(connection, key)
        assert merged is not None
        values = {choice.values[0] for choice in merged.conflicts[0].choices}
        assert values == {"present", "excused"}


def test_a_crash_between_two_portions_takes_nothing_away(
    pair: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """The cursor stands in the transaction of what it stands for."""
    a, b = pair
    workshop = a.do(make_workshop)
    a.do(list_people, workshop, 4)
    assert a.round() is None
    put = facts.put

    def fail(connection: Any, name: str, value: str) -> None:
        put(connection, name, value)
        if name == pulling.PULLED:
            raise OSError

    monkeypatch.setattr(facts, "put", fail)
    with expect_log("angrilien.services.sending", match="stopped"):
        assert b.round() is not None
    with b.notebook.store.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM workshop").scalar()
    assert count == 0
    monkeypatch.setattr(facts, "put", put)
    rounds(b, a)
    agree(a, b)


def test_while_a_workshop_goes_on_each_push_asks_what_the_other_did(
    pair: tuple[Desk, Desk], proxy: Proxy
) -> None:
    """Otherwise one question each six hours is all that an idle laptop asks."""
    a, b = pair
    later = a.do(make_workshop, date="2027-06-02")
    now = a.do(workshops.start_unplanned)
    a.do(list_people, later, 2)
    rounds(a, b)
    assert a.do(pulling.is_shared)
    a.do(workshops.cancel, now)
    assert not a.do(pulling.is_shared)
    for shared in (False, True):
        workshop = a.do(workshops.start_unplanned) if shared else later
        start = len(proxy.exchanges)
        a.do(people.add_to_workshop, workshop, PersonForm(first_name="Ali"))
        assert a.next_try() is None
        asked = [one.path for one in proxy.exchanges[start:]]
        assert ("/v1/contact" in asked) == shared, asked
