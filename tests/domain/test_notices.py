"""When a clock is better looked at: absurd years, a gap with the programme, a step back."""

from __future__ import annotations

import datetime as dt

import pytest

from angrilien.domain.clock import to_instant
from angrilien.domain.notices import KnownTimes, is_clock_doubtful

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def instant(year: int, month: int = 1, day: int = 1) -> int:
    return to_instant(dt.datetime(year, month, day, 12, tzinfo=dt.UTC))


BUILT = instant(2026, 11, 24)


@pytest.mark.parametrize("year", [1970, 1980, 2019, 2036, 2038, 2300, 9998])
def test_an_absurd_year_is_doubted(year: int) -> None:
    assert is_clock_doubtful(instant(year), KnownTimes(certain=BUILT))


@pytest.mark.parametrize("after", [-HOUR, 0, DAY, 300 * DAY, 4 * 365 * DAY])
def test_a_laptop_that_nobody_answered_for_years_is_believed(after: int) -> None:
    assert not is_clock_doubtful(BUILT + after, KnownTimes(certain=BUILT))


@pytest.mark.parametrize(
    ("ahead", "doubted"),
    [(0, False), (4 * MINUTE, False), (-4 * MINUTE, False), (6 * MINUTE, True), (-HOUR, True)],
)
def test_a_gap_with_the_programme_of_more_than_some_minutes(ahead: int, doubted: bool) -> None:
    known = KnownTimes(certain=BUILT, ahead=ahead)
    assert is_clock_doubtful(BUILT + DAY, known) is doubted


def test_a_clock_before_the_last_change_is_doubted_but_not_one_put_right_by_an_hour() -> None:
    known = KnownTimes(certain=BUILT, last_change=BUILT + 90 * DAY)
    assert is_clock_doubtful(BUILT + 60 * DAY, known)
    assert not is_clock_doubtful(BUILT + 90 * DAY - HOUR, known)


def test_what_was_written_in_2036_does_not_accuse_the_clock_that_was_put_right() -> None:
    known = KnownTimes(certain=BUILT, last_change=instant(2036))
    assert not is_clock_doubtful(BUILT + DAY, known)
    assert is_clock_doubtful(instant(2036), known)
