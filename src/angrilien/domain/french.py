"""French dates, hours, numbers and order, with the spaces that French typography asks for."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata

NBSP = "\u00a0"
NNBSP = "\u202f"

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def long_date(day: dt.date) -> str:
    """Return "mercredi 25 novembre 2026", with "1er" for the first of a month."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def short_date(day: dt.date) -> str:
    """Return "25/11/2026"."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def day_words(day: dt.date, today: dt.date) -> str:
    """Return "aujourd’hui", "hier", "demain", or the date (its year only if another)."""
    near = {0: "aujourd’hui", -1: "hier", 1: "demain"}.get((day - today).days)
    if near:
        return near
    return long_date(day) if day.year != today.year else long_date(day).rsplit(" ", 1)[0]


def hour(moment: dt.datetime | dt.time) -> str:
    """Return "14 h 30"."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}"


def duration(minutes: int) -> str:
    """Return "45 min", "2 h" or "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


def number(value: int) -> str:
    """Return a whole number with a narrow no-break space between its thousands."""
    return f"{value:,}".replace(",", NNBSP)


def fold(text: str) -> str:
    """Return the search key of a text: lower case, no accents, hyphens and apostrophes as spaces.

    Works for any script: what has no accents to lose is only case-folded.
    """
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


@functools.lru_cache(maxsize=16_384)
def sort_key(text: str) -> tuple[str, str]:
    """Return a key for French dictionary order: letters first, accents only between equals.

    The accents of equals are compared from the end of the word (cote, côte, coté, côté), which is
    the traditional French rule of ISO/IEC 14651's French table.

    Remembered: a list of 2,000 names is put in order again after each click on it.
    """
    accents = unicodedata.normalize("NFD", text.casefold())
    return fold(text), "".join(reversed(accents))
