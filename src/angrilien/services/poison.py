"""A line over which the server stumbles must not keep those behind it from leaving.

A server that fails (a 500) three times over the same batch is offered halves of it, one after
another, until the one line is found. That line is set aside: it stays where it is and is offered
alone, after all others, once an hour at most; the server may have been mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from angrilien.services.notebook import Notebook
from angrilien.store import queue

TIMES: Final = 3
"""Failures over the same batch before its halves are tried: one may be anybody's bad moment."""
OFFERED_EVERY: Final = 3_600_000
"""Milliseconds between two offers of a line that was set aside."""


class Next(Enum):
    """What to do when no answer came."""

    WAIT = "wait"
    AGAIN = "again, less at once"
    SET_ASIDE = "set aside"
    ANEW = "under new numbers"


@dataclass(slots=True)
class Suspects:
    """The changes among which the line is; kept in memory only, a new start looks again."""

    first: int = 0
    last: int = 0
    times: int = 0

    def bound(self, first: int) -> int | None:
        """Return the last change that the next batch from `first` may hold, None for any."""
        if not self.times or first != self.first:
            return None
        if self.times < TIMES:
            return self.last
        return (self.first + self.last) // 2

    def stumbled(self, first: int, last: int) -> Next:
        """Take note that the server failed over a batch."""
        if self.times >= TIMES and self.first <= first <= last <= self.last:
            self.first, self.last = first, last
        elif (first, last) == (self.first, self.last):
            self.times += 1
        else:
            self.first, self.last, self.times = first, last, 1
        if self.times < TIMES:
            return Next.WAIT
        if first < last:
            return Next.AGAIN
        self.times = 0
        return Next.SET_ASIDE

    def passed(self, last: int) -> None:
        """Take note that a batch up to `last` went through: the line comes after it, or nowhere."""
        if self.times >= TIMES and self.first <= last < self.last:
            self.first = last + 1
        else:
            self.times = 0


def put_aside(nb: Notebook, seq: int) -> None:
    """Set a change aside, or note that it was offered again in vain."""
    with nb.store.write() as connection:
        queue.put_aside(connection, seq, nb.clock.now())


def due(aside: dict[int, int], now: int) -> int | None:
    """Return the change set aside that is to be offered now, None for none.

    A clock that was set back makes one due at once rather than never.
    """
    waiting = [
        (offered_at, seq)
        for seq, offered_at in aside.items()
        if not now - OFFERED_EVERY < offered_at <= now
    ]
    return min(waiting)[1] if waiting else None
