"""French public holidays, as the calendar shows them and a repeated workshop leaves them out.

Source: Code du travail, article L3133-1 (the eleven days of everywhere), article L3134-13 (Moselle,
Bas-Rhin, Haut-Rhin) and article L3422-2 (the end of slavery, overseas).
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final

_FIXED: Final = {
    (1, 1): "jour de l’an",
    (5, 1): "fête du Travail",
    (5, 8): "8 mai 1945",
    (7, 14): "fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "11 novembre 1918",
    (12, 25): "Noël",
}
_AFTER_EASTER: Final = {1: "lundi de Pâques", 39: "Ascension", 50: "lundi de Pentecôte"}
_EAST: Final = ("57", "67", "68")
_ISLANDS: Final = {"97133": "977", "97150": "978"}
"""Saint-Barthélemy and Saint-Martin kept the postal codes that they had in Guadeloupe."""
_ABOLITION: Final = {
    "971": (5, 27),
    "972": (5, 22),
    "973": (6, 10),
    "974": (12, 20),
    "976": (4, 27),
    "977": (10, 9),
    "978": (5, 28),
}


def easter(year: int) -> dt.date:
    """Return Easter Sunday of a Gregorian year.

    Source: the algorithm of J. Meeus, "Astronomical Algorithms" (1991), chapter 8.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l_ = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l_) // 451
    month, day = divmod(h + l_ - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


@functools.lru_cache(maxsize=64)
def holidays(year: int, departement: str = "") -> dict[dt.date, str]:
    """Return the holidays of a year by date, each with its French name.

    Args:
        year: of the Gregorian calendar.
        departement: code of the place ("49", "68", "976"), empty where it is not known.
    """
    sunday = easter(year)
    found = {dt.date(year, *day): name for day, name in _FIXED.items()}
    found |= {sunday + dt.timedelta(days=far): name for far, name in _AFTER_EASTER.items()}
    if departement in _EAST:
        found[sunday - dt.timedelta(days=2)] = "Vendredi saint"
        found[dt.date(year, 12, 26)] = "Saint-Étienne"
    if departement in _ABOLITION:
        found[dt.date(year, *_ABOLITION[departement])] = "abolition de l’esclavage"
    return dict(sorted(found.items()))


def holiday(day: dt.date, departement: str = "") -> str:
    """Return the name of the holiday that a day is, empty if it is none."""
    return holidays(day.year, departement).get(day, "")


def departement_of(postcode: str) -> str:
    """Return the département code of a postal code, empty for what is none.

    A few villages are served from the next département: only the holidays of the day depend on it.
    """
    if len(postcode) != 5 or not postcode.isdecimal():
        return ""
    if postcode in _ISLANDS:
        return _ISLANDS[postcode]
    return postcode[:3] if postcode.startswith("97") else postcode[:2]
