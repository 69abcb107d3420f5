"""Who waits for a place, and who gets one when somebody cannot come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from angrilien.domain.places import waiting
from angrilien.domain.rows import RosterRow


def row(number: int, state: str = "expected") -> RosterRow:
    return RosterRow(
        attendance_id=f"a{number}", participant_id=f"p{number}", first_name="", last_name="",
        state=state, mode=None, arrival=None, departure=None, first_time=None,
    )  # fmt: skip


FIVE = tuple(row(number) for number in (3, 1, 5, 2, 4))


@pytest.mark.parametrize(
    ("places", "turn"),
    [(None, ()), (5, ()), (9, ()), (3, ("a4", "a5")), (1, ("a2", "a3", "a4", "a5"))],
)
def test_places_are_given_in_the_order_of_the_list(
    places: int | None, turn: tuple[str, ...]
) -> None:
    assert waiting(FIVE, places) == turn


def test_who_is_here_has_a_place_and_who_will_not_come_leaves_theirs() -> None:
    late = tuple(replace(r, state="present") if r.attendance_id == "a5" else r for r in FIVE)
    assert waiting(late, 3) == ("a3", "a4")
    gone = tuple(replace(r, state="excused") if r.attendance_id == "a1" else r for r in late)
    assert waiting(gone, 3) == ("a4",)
    everybody = tuple(replace(r, state="present") for r in FIVE)
    assert waiting(everybody, 3) == ()
