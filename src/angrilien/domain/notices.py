"""What an animateur had better know about their computer. A notice never refuses anything."""

from __future__ import annotations

import enum
from dataclasses import dataclass

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE

MOST_AHEAD = 5 * _MINUTE
"""Milliseconds by which a clock may differ from the programme's without a word."""
BACK_BY = 2 * 60 * _MINUTE
"""Milliseconds before the last change: less is a clock that somebody has just put right."""
BEFORE = _DAY
"""Milliseconds before a moment that is surely over: a zone set wrongly is no more than that."""
FAR_AFTER = 5 * 365 * _DAY
"""Milliseconds after which no laptop is believed to have known nothing new from its programme."""


class NoticeKind(enum.Enum):
    """What a notice is about."""

    LOST = "lost"
    """Acts that were acknowledged are no longer in the notebook."""
    FULL = "full"
    """The disk has little room left."""
    CLOCK = "clock"
    CLOUD = "cloud"
    REPORT = "report"
    """Something went wrong, and nobody has looked at what tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice, as the store lane finds it.

    Attributes:
        kind: what it is about.
        at: the moment it speaks of, where there is one.
        name: the name it speaks of, where there is one; never a person's.
    """

    kind: NoticeKind
    at: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTimes:
    """What is known about the time without asking the clock. Instants in milliseconds UTC.

    Attributes:
        certain: a moment that is over for sure: the programme's list of keys is of that day, or its
            server has said it.
        last_change: when the last change was written, as the clock of then said; 0 for none.
        ahead: by how much the clock is ahead of the programme's, None while nothing has told.
    """

    certain: int
    last_change: int = 0
    ahead: int | None = None


def is_clock_doubtful(now: int, known: KnownTimes) -> bool:
    """Tell whether a clock is better looked at.

    A change written in a year that cannot be is no witness against a clock that was put right.
    """
    if known.ahead is not None and abs(known.ahead) > MOST_AHEAD:
        return True
    latest = known.certain + FAR_AFTER
    if now < known.certain - BEFORE or now > latest:
        return True
    return known.last_change <= latest and now < known.last_change - BACK_BY
