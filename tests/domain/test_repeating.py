"""The dates of a repeated workshop, and the days that the calendar shows."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angrilien.domain.repeating import EVERY, MOST, LastBeforeFirst, TooManyTimes, dates
from angrilien.domain.spans import days, moved, span

FIRST = dt.date(2026, 11, 25)
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1))


def said(first: dt.date, every: str, last: dt.date) -> list[str]:
    return [f"{day:%d/%m/%Y}" for day in dates(first, every, last)]


def test_weeks_and_fortnights() -> None:
    assert said(FIRST, "week", dt.date(2026, 12, 16)) == [
        "25/11/2026", "02/12/2026", "09/12/2026", "16/12/2026",
    ]  # fmt: skip
    assert said(FIRST, "fortnight", dt.date(2026, 12, 22)) == ["25/11/2026", "09/12/2026"]


def test_a_month_keeps_the_rank_of_the_weekday() -> None:
    assert said(FIRST, "month", dt.date(2027, 2, 28)) == [
        "25/11/2026", "23/12/2026", "27/01/2027", "24/02/2027",
    ]  # fmt: skip
    # The fifth Monday is the last one where there are four.
    assert said(dt.date(2026, 11, 30), "month", dt.date(2027, 3, 31)) == [
        "30/11/2026", "28/12/2026", "25/01/2027", "22/02/2027", "29/03/2027",
    ]  # fmt: skip


def test_a_last_date_before_the_first_and_too_many_times() -> None:
    with pytest.raises(LastBeforeFirst):
        dates(FIRST, "week", FIRST - dt.timedelta(days=1))
    with pytest.raises(TooManyTimes) as found:
        dates(FIRST, "week", FIRST + dt.timedelta(weeks=1000))
    assert "53" in found.value.text()
    assert len(dates(FIRST, "week", FIRST + dt.timedelta(weeks=MOST - 1))) == MOST


@given(DATES, st.sampled_from(EVERY), st.integers(0, 300))
def test_dates_grow_and_keep_their_weekday(first: dt.date, every: str, far: int) -> None:
    found = dates(first, every, first + dt.timedelta(days=far))
    assert found[0] == first
    assert list(found) == sorted(set(found))
    assert {day.weekday() for day in found} == {first.weekday()}
    if every == "month":
        months = [day.year * 12 + day.month for day in found]
        assert months == list(range(months[0], months[0] + len(months)))


@given(DATES, st.sampled_from(("list", "week", "month")), st.integers(-5, 5))
def test_a_span_holds_its_day_and_moves_back(day: dt.date, view: str, steps: int) -> None:
    first, last = span(view, day)
    assert first <= day <= last
    shown = days(first, last)
    assert (shown[0], shown[-1]) == (first, last)
    if view != "list":
        assert (first.weekday(), last.weekday()) == (0, 6)
        assert len(shown) % 7 == 0
        assert len(shown) <= 42
    there = moved(view, day, steps)
    assert span(view, moved(view, there, -steps)) == span(view, day)
