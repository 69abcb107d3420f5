"""Which safety copies are kept: a rule on their dates, nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

DAYS: Final = 7
"""Of the last so many days that have copies, the newest of each is kept."""
WEEKS: Final = 5
"""Of the last so many weeks that have copies, the newest of each is kept."""
NEWEST: Final = 3
"""So many of the newest are kept whatever their dates: a day of trouble makes several."""


def kept(instants: Iterable[int], zone: dt.tzinfo, *, last_made: Iterable[int] = ()) -> set[int]:
    """Return which of some copies, told by their instants in milliseconds UTC, are kept.

    A laptop whose clock jumps loses none too early: the days and weeks counted are those that have
    copies, not those of the calendar before today; and `last_made`, the copies made last whatever
    the clock said then, always stay.
    """
    ordered = sorted(set(instants), reverse=True)
    found = {*ordered[:NEWEST], *last_made}
    days: dict[dt.date, int] = {}
    weeks: dict[tuple[int, int], int] = {}
    for instant in ordered:
        day = _local(instant, zone)
        days.setdefault(day, instant)
        year, week, _ = day.isocalendar()
        weeks.setdefault((year, week), instant)
    found |= {days[day] for day in sorted(days, reverse=True)[:DAYS]}
    found |= {weeks[week] for week in sorted(weeks, reverse=True)[:WEEKS]}
    return found


def _local(instant: int, zone: dt.tzinfo) -> dt.date:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=instant)
    return moment.astimezone(zone).date()
