"""When to try, and how much at once. Pure: it is given the time and the chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

FIRST_DELAY: Final = 30.0
LONGEST_DELAY: Final = 6 * 3600.0
SMALLEST_BATCH: Final = 1024
FIRST_BATCH: Final = 16 * 1024
LARGEST_BATCH: Final = 256 * 1024
TRY_AGAIN_AFTER: Final = 20
"""Successes after which the size that failed is tried again."""


@dataclass(slots=True)
class Pace:
    """The seconds between tries: 30 s doubling to 6 h, with full jitter after a failure.

    Full jitter (a random part of the delay) keeps 4,000 laptops that lost the network together from
    coming back together.
    """

    chance: Callable[[], float]
    """Gives a number in [0, 1)."""
    failures: int = 0

    def failed(self, retry_after: int | None = None) -> float:
        """Return the seconds to wait after one more failure; a server's wish is a lower bound."""
        longest = min(FIRST_DELAY * float(2**self.failures), LONGEST_DELAY)
        self.failures = min(self.failures + 1, 16)
        wait = self.chance() * longest
        if retry_after is not None:
            # Spread those that were told the same number of seconds.
            wait = retry_after + self.chance() * min(retry_after, FIRST_DELAY)
        return max(wait, 1.0)

    def succeeded(self) -> None:
        """Take note that the server answered."""
        self.failures = 0


@dataclass(slots=True)
class BatchSize:
    """Compressed bytes of a push: doubled by success, halved by a failure of the road.

    The size that failed stays the ceiling and is tried again only after 20 successes. A batch of
    less than half the size says nothing about it: thirteen facts that pass do not prove a road for
    256 kB, and thirteen that are cut do not spoil it.
    """

    now: int = FIRST_BATCH
    _ceiling: int = field(default=LARGEST_BATCH)
    _successes: int = 0

    def succeeded(self, size: int) -> None:
        """Take note that a batch of `size` bytes arrived."""
        if size * 2 < self.now:
            return
        self._successes += 1
        if self._successes >= TRY_AGAIN_AFTER:
            self._ceiling, self._successes = LARGEST_BATCH, 0
        self.now = min(self.now * 2, self._ceiling)

    def failed(self, size: int, *, too_large: bool = False) -> None:
        """Take note that a batch of `size` bytes did not pass; `too_large` where that was said."""
        if too_large:
            self.now = min(self.now, size)
        elif size * 2 < self.now:
            return
        self._ceiling = max(self.now // 2, SMALLEST_BATCH)
        self.now, self._successes = self._ceiling, 0

    def to_text(self) -> str:
        """Return what `remember` takes."""
        return f"{self.now} {self._ceiling} {self._successes}"

    def remember(self, text: str) -> None:
        """Go on where an earlier run of the application was; a text that is not ours is nothing."""
        words = text.split()
        if len(words) != 3 or not all(word.isascii() and word.isdecimal() for word in words):
            return
        now, ceiling, successes = map(int, words)
        if SMALLEST_BATCH <= now <= ceiling <= LARGEST_BATCH and successes < TRY_AGAIN_AFTER:
            self.now, self._ceiling, self._successes = now, ceiling, successes
