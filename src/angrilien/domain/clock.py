"""Instants and local times. An instant is whole milliseconds since 1970-01-01 UTC."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_ZONE = "Europe/Paris"


class Clock(Protocol):
    """Where the time comes from, so that tests and simulations set it."""

    def now(self) -> int:
        """Return the present instant."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The laptop's own clock: a claim, never trusted for order.

    Attributes:
        ahead: milliseconds added to it in this process, for the demonstration, which is played at
            an hour of its own.
    """

    ahead: ClassVar[int] = 0

    def now(self) -> int:
        """Return the present instant as the operating system tells it."""
        return to_instant(dt.datetime.now(dt.UTC)) + self.ahead


def steady_seconds() -> float:
    """Return the seconds of a clock that nobody sets, and that goes on while the lid is closed."""
    # Linux's monotonic clock stops during suspend; Windows' goes on.
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def known_zone(name: str) -> str:
    """Return an IANA zone's name, that of Paris where this computer names none that we know."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return DEFAULT_ZONE
    return name


def to_instant(moment: dt.datetime) -> int:
    """Return the instant of an aware datetime.

    Raises:
        ValueError: the datetime is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no instant")
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)


def local(instant: int, zone: str) -> dt.datetime:
    """Return the local datetime of an instant in an IANA zone."""
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=instant)
    return moment.astimezone(ZoneInfo(zone))


def at_local(date: dt.date, time: dt.time, zone: str) -> int:
    """Return the instant at which the clocks of `zone` show `date` and `time`.

    In the hour that a clock change repeats, the first pass is meant; a time that it skips is read
    with the offset of before, as Python does with fold=0 (PEP 495).
    """
    return to_instant(dt.datetime.combine(date, time, tzinfo=ZoneInfo(zone)))
