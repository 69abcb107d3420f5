"""What people type freely, dates and hours, read as they mean it."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from angrilien.domain.french import DAYS, MONTHS, fold
from angrilien.errors import NotADate, NotAnHour

YEARS = range(2000, 2101)
"""Years of which a workshop can be: another one is a slip of the finger, unless the laptop's own
clock is there (a wrong clock never blocks)."""
_MONTH_KEYS = [fold(m) for m in MONTHS]
_DAY_KEYS = [fold(d) for d in DAYS]


def read_date(
    typed: str, today: dt.date, *, field: str = "date", after: dt.date | None = None
) -> dt.date:
    """Read "25/11", "25 nov", "mercredi 25 novembre 2026", "demain", "jeudi", "2026-11-25".

    A date without its year is the nearest such date to today (a workshop of January planned in
    December, or entered after the fact); with `after`, the first one that is not before that day.
    A weekday alone is the next one, today included.

    Raises:
        NotADate: it names no day that exists (29/02 of a common year included).
    """
    key = fold(typed.replace("/", " ").replace(".", " "))
    words = {"aujourd hui": 0, "demain": 1, "apres demain": 2, "hier": -1, "avant hier": -2}
    if key in words:
        return today + dt.timedelta(days=words[key])
    if key in _DAY_KEYS:
        return today + dt.timedelta(days=(_DAY_KEYS.index(key) - today.weekday()) % 7)
    parts = [p for p in key.split() if p not in _DAY_KEYS and p != "le"]
    numbers = _numbers(parts)
    if numbers is None:
        raise NotADate(field)
    try:
        day, month, *rest = numbers
        if rest:
            year = rest[0] if rest[0] > 99 else 2000 + rest[0]
            if year not in YEARS and abs(year - today.year) > 1:
                raise NotADate(field)
            return dt.date(year, month, day)
        return _nearest(day, month, today) if after is None else _coming(day, month, after)
    except ValueError as error:
        raise NotADate(field) from error


def other_weekday(typed: str, day: dt.date) -> str:
    """Return the weekday that was typed beside a date and is not its own, empty without one."""
    named = [word for word in fold(typed.replace("/", " ")).split() if word in _DAY_KEYS]
    places = {_DAY_KEYS.index(word) for word in named}
    if not places or day.weekday() in places:
        return ""
    return DAYS[min(places)]


def read_hour(typed: str, *, field: str = "start") -> dt.time:
    """Read "14h30", "14 h 30", "14:30", "14", "1430", "midi", "minuit".

    Raises:
        NotAnHour: it names no time of the day.
    """
    key = typed.strip().lower().replace("\u00a0", " ").replace("\u202f", " ")
    named = {"midi": dt.time(12), "minuit": dt.time(0)}.get(key)
    if named:
        return named
    match = re.fullmatch(r"(\d{1,2})\s*(?:h|:|heures?|\.|\s)?\s*(\d{2})?(?:\s*min(?:utes?)?)?", key)
    if not match:
        raise NotAnHour(field)
    hours, minutes = int(match[1]), int(match[2] or 0)
    if hours == 24 and minutes == 0:
        return dt.time(0)
    try:
        return dt.time(hours, minutes)
    except ValueError as error:
        raise NotAnHour(field) from error


def _numbers(parts: list[str]) -> list[int] | None:
    """Return [day, month] or [day, month, year], or None."""
    if len(parts) == 3 and re.fullmatch(r"\d{4}", parts[0]):
        parts.reverse()
    if len(parts) not in (2, 3):
        return None
    numbers: list[int] = []
    for place, text in enumerate(parts):
        part = "1" if (place, text) == (0, "1er") else text
        if place == 1 and not part.isdecimal():
            month = [i for i, key in enumerate(_MONTH_KEYS) if key.startswith(part)]
            if len(part) < 3 or len(month) != 1:
                return None
            numbers.append(month[0] + 1)
        elif part.isdecimal() and part.isascii() and len(part) in (1, 2, 4):
            numbers.append(int(part))
        else:
            return None
    return numbers


def _nearest(day: int, month: int, today: dt.date) -> dt.date:
    """Return the date of that day and month nearest to today, the coming one if both are."""
    found = [
        dt.date(year, month, day)
        for year in (today.year + 1, today.year, today.year - 1)
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    ]
    # 29/02 must not silently become that of another year: it is asked with its year.
    if not found or (month == 2 and day == 29 and not calendar.isleap(today.year)):
        raise ValueError("no such day")
    return min(found, key=lambda d: abs((d - today).days))


def _coming(day: int, month: int, after: dt.date) -> dt.date:
    """Return the first date of that day and month that is not before `after`."""
    # As above: 29/02 is asked with its year where the nearest February has none.
    for year in (after.year, after.year + 1):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            found = dt.date(year, month, day)
            if found >= after:
                return found
        elif (month, day) == (2, 29) and dt.date(year, 3, 1) >= after:
            break
    raise ValueError("no such day")
