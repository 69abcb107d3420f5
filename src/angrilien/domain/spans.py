"""The days that the calendar shows at once."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Final

LISTED_DAYS: Final = 60


def span(view: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day shown.

    Args:
        view: "list": sixty days from `day` on; "week": its week, from Monday; "month": the whole
            weeks in which its month is.
        day: the day that it is about.
    """
    if view == "list":
        return day, day + dt.timedelta(days=LISTED_DAYS - 1)
    if view == "week":
        return _monday(day), _monday(day) + dt.timedelta(days=6)
    last = calendar.monthrange(day.year, day.month)[1]
    return _monday(day.replace(day=1)), _monday(day.replace(day=last)) + dt.timedelta(days=6)


def moved(view: str, day: dt.date, steps: int) -> dt.date:
    """Return the day that the same view is about, so many spans later (earlier if negative)."""
    if view == "list":
        return day + dt.timedelta(days=LISTED_DAYS * steps)
    if view == "week":
        return day + dt.timedelta(days=7 * steps)
    months = day.year * 12 + day.month - 1 + steps
    return dt.date(months // 12, months % 12 + 1, 1)


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days from the first to the last one, both included."""
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
