"""What locks and when, minute by minute, on clocks of the test's."""

from __future__ import annotations

import pytest

from angrilien.domain.rows import Shelter
from angrilien.services import workshops
from angrilien.services.locks import Act, LockPolicy
from angrilien.services.notebook import Notebook
from angrilien.services.shelters import shelters
from helpers.notebooks import NOON, SetClock, make_workshop

MINUTE = 60
TWO, FOUR = NOON + 2 * 3_600_000, NOON + 4 * 3_600_000
WORKSHOP = Shelter(since=TWO - 3 * 3_600_000, until=FOUR + 30 * 60_000)


class Laptop:
    """A policy, and the clocks that it looks at every five seconds unless the laptop sleeps."""

    def __init__(self, *, wall: int = NOON, has_code: bool = True) -> None:
        self.steady, self.wall = 1000.0, wall
        self.policy = LockPolicy(
            steady=lambda: self.steady, wall=lambda: self.wall, has_code=has_code
        )

    def pass_time(self, seconds: float) -> Act:
        """Let time pass awake; return the last act that was not nothing."""
        last = Act.NOTHING
        while seconds > 0:
            step = min(5.0, seconds)
            self.skip(step)
            seconds -= step
            act = self.policy.look()
            last = act if act is not Act.NOTHING else last
            if last is Act.END:
                break
        return last

    def skip(self, seconds: float) -> None:
        """Let time pass without anybody looking."""
        self.steady += seconds
        self.wall += round(seconds * 1000)


@pytest.fixture
def laptop() -> Laptop:
    return Laptop()


@pytest.fixture
def at_work() -> Laptop:
    made = Laptop(wall=TWO)
    made.policy.shelter([WORKSHOP])
    return made


def test_five_minutes_without_a_gesture_cover_the_screen(laptop: Laptop) -> None:
    assert laptop.pass_time(5 * MINUTE - 1) is Act.NOTHING
    laptop.policy.touched()
    assert laptop.pass_time(5 * MINUTE - 1) is Act.NOTHING
    assert laptop.pass_time(1) is Act.COVER
    assert laptop.policy.is_covered
    assert laptop.pass_time(60) is Act.NOTHING, "once"


def test_thirty_minutes_end_whatever_is_done_before_the_locked_screen(laptop: Laptop) -> None:
    assert laptop.pass_time(5 * MINUTE) is Act.COVER
    for _ in range(24):
        laptop.policy.touched()
        assert laptop.pass_time(1 * MINUTE) is Act.NOTHING
    laptop.policy.touched()
    assert laptop.pass_time(1 * MINUTE) is Act.END


def test_the_right_code_begins_anew(laptop: Laptop) -> None:
    laptop.pass_time(29 * MINUTE)
    laptop.policy.code_was_right()
    assert not laptop.policy.is_covered
    assert laptop.pass_time(5 * MINUTE - 1) is Act.NOTHING
    assert laptop.pass_time(1) is Act.COVER


def test_the_fifth_wrong_code_ends(laptop: Laptop) -> None:
    laptop.pass_time(5 * MINUTE)
    for left in (5, 4, 3, 2):
        assert laptop.policy.tries_left == left
        assert laptop.policy.code_was_wrong() is Act.NOTHING
    assert laptop.policy.tries_left == 1
    assert laptop.policy.code_was_wrong() is Act.END


def test_tries_are_counted_over_several_locks_until_one_is_right(laptop: Laptop) -> None:
    laptop.pass_time(5 * MINUTE)
    laptop.policy.code_was_wrong()
    assert laptop.policy.left() is Act.NOTHING, "locked twice is locked"
    assert laptop.policy.tries_left == 4
    laptop.policy.code_was_right()
    assert laptop.policy.tries_left == 5


def test_in_a_workshop_only_the_code_is_asked_until_half_an_hour_after_its_end(
    at_work: Laptop,
) -> None:
    assert at_work.pass_time(5 * MINUTE) is Act.COVER
    assert at_work.pass_time(2 * 3600 + 25 * MINUTE - 10) is Act.NOTHING
    assert at_work.wall < WORKSHOP.until
    assert at_work.pass_time(10) is Act.END


@pytest.mark.parametrize(("minutes", "act"), [(14.9, Act.NOTHING), (15.1, Act.END)])
def test_a_suspend_in_a_workshop_has_fifteen_minutes_of_grace(
    at_work: Laptop, minutes: float, act: Act
) -> None:
    assert at_work.policy.falls_asleep() is Act.COVER
    at_work.skip(minutes * MINUTE)
    assert at_work.policy.woke() is act


def test_the_grace_holds_when_the_workshop_ends_meanwhile(at_work: Laptop) -> None:
    at_work.wall = WORKSHOP.until - 1000
    at_work.policy.falls_asleep()
    at_work.skip(10 * MINUTE)
    assert at_work.policy.woke() is Act.NOTHING


def test_a_suspend_ends_before_it_begins(laptop: Laptop) -> None:
    assert laptop.policy.falls_asleep() is Act.END


def test_waking_up_without_having_slept_is_nothing(laptop: Laptop) -> None:
    assert laptop.policy.woke() is Act.NOTHING


def test_a_sleep_that_the_system_did_not_tell_is_found(laptop: Laptop, at_work: Laptop) -> None:
    laptop.skip(2 * MINUTE)
    assert laptop.policy.look() is Act.END
    at_work.skip(2 * MINUTE)
    assert at_work.policy.look() is Act.COVER
    at_work.skip(16 * MINUTE)
    assert at_work.policy.look() is Act.END


def test_a_beat_that_comes_before_the_notice_of_waking_up_changes_nothing(at_work: Laptop) -> None:
    at_work.policy.falls_asleep()
    at_work.skip(10 * MINUTE)
    assert at_work.policy.look() is Act.NOTHING
    at_work.skip(10 * MINUTE)
    assert at_work.policy.woke() is Act.END


@pytest.mark.parametrize("what", ["left", "idle", "sleep"])
def test_who_signs_is_not_interrupted_and_the_code_comes_before_the_list(
    at_work: Laptop, what: str
) -> None:
    assert at_work.policy.signing(now=True) is Act.NOTHING
    if what == "left":
        assert at_work.policy.left() is Act.NOTHING
    elif what == "idle":
        assert at_work.pass_time(8 * MINUTE) is Act.NOTHING
    else:
        assert at_work.policy.falls_asleep() is Act.NOTHING
        at_work.skip(5 * MINUTE)
        assert at_work.policy.woke() is Act.NOTHING
    assert not at_work.policy.is_covered
    at_work.policy.touched()
    assert at_work.pass_time(60) is Act.NOTHING
    assert at_work.policy.signing(now=False) is Act.COVER


def test_signing_without_any_lock_due_asks_nothing(at_work: Laptop) -> None:
    at_work.policy.signing(now=True)
    assert at_work.policy.signing(now=False) is Act.NOTHING


def test_nobody_signs_for_half_an_hour_without_a_gesture(laptop: Laptop) -> None:
    laptop.policy.signing(now=True)
    assert laptop.pass_time(30 * MINUTE - 1) is Act.NOTHING
    assert laptop.pass_time(1) is Act.END


def test_without_a_code_the_phrase_is_asked() -> None:
    laptop = Laptop(has_code=False)
    assert laptop.pass_time(5 * MINUTE) is Act.END


def test_a_shelter_is_a_workshop_opened_and_not_over(fresh: Notebook, clock: SetClock) -> None:
    workshop_id = make_workshop(fresh)
    assert shelters(fresh) == (), "planned only"
    workshops.open_workshop(fresh, workshop_id)
    assert shelters(fresh) == (WORKSHOP,)
    clock.at = FOUR + 31 * 60_000
    assert shelters(fresh) == (), "over"
    clock.at = TWO - 4 * 3_600_000
    assert shelters(fresh) == (), "hours before its time"
