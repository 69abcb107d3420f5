"""The dates of a workshop that takes place again and again."""

from __future__ import annotations

import datetime as dt
from typing import Final

from angrilien.errors import FieldProblem

EVERY: Final = ("week", "fortnight", "month")
MOST: Final = 53
"""A year of weeks: beyond, nobody knows yet what the café is open."""
_DAYS: Final = {"week": 7, "fortnight": 14}


class LastBeforeFirst(FieldProblem):
    """A repeat that would end before it begins."""

    sentence = "La dernière date est avant la première."


class TooManyTimes(FieldProblem):
    """More than a year of weeks."""

    sentence = "C’est trop de fois\u00a0: {most} au plus. Choisissez une date plus proche."


def dates(first: dt.date, every: str, last: dt.date) -> tuple[dt.date, ...]:
    """Return the dates from the first to the last one, the first included.

    Args:
        first: of the first workshop.
        every: "week", "fortnight", or "month": the same weekday of the same rank, as "the second
            Wednesday"; a fifth one is the last of its month.
        last: no date is after it.

    Raises:
        LastBeforeFirst: `last` is before `first`.
        TooManyTimes: there would be more than 53.
    """
    if last < first:
        raise LastBeforeFirst("until")
    found: list[dt.date] = []
    day = first
    while day <= last:
        if len(found) == MOST:
            raise TooManyTimes("until", most=MOST)
        found.append(day)
        number = len(found)
        if every in _DAYS:
            day = first + dt.timedelta(days=_DAYS[every] * number)
        else:
            day = _in_month(first, number)
    return tuple(found)


def _in_month(first: dt.date, later: int) -> dt.date:
    """Return the same weekday of the same rank, so many months later."""
    months = first.year * 12 + first.month - 1 + later
    opening = dt.date(months // 12, months % 12 + 1, 1)
    rank = (first.day - 1) // 7
    day = opening + dt.timedelta(days=(first.weekday() - opening.weekday()) % 7 + 7 * rank)
    return day if day.month == opening.month else day - dt.timedelta(days=7)
