"""When the sender without a window tries: pure, it is given the time, the road and the chance.

It speaks to nobody while nothing waits, and to nobody while the application is at work. A file that
is new, another road, a computer that wakes: those are reasons to try soon, each a little later by
chance, so that those who come back together do not come at once. A try without an answer is
followed by others at 30 s to 6 h, as the application's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from angrilien.sync.outbox_files import Mark
from angrilien.sync.policy import Pace

LOOK: Final = 30.0
"""Seconds between two looks at the folder; nothing but the disk's own memory is asked."""
ASLEEP: Final = 60.0
"""Seconds by which a look may be late before the computer must have slept."""


class Waiting:
    """Decides, at each look, whether a delivery is tried now.

    Args:
        chance: gives a number in [0, 1).
        look: seconds between two looks.
    """

    def __init__(self, chance: Callable[[], float], *, look: float = LOOK) -> None:
        self._chance, self._look = chance, look
        self._pace = Pace(chance)
        self._due = math.inf
        self._mark: Mark | None = None
        self._road = ""
        self._looked: float | None = None

    def is_due(self, now: float, *, mark: Mark | None, road: str) -> bool:
        """Tell whether to try now.

        Args:
            now: seconds of a clock that goes on while the computer sleeps.
            mark: of what waits, None where nothing does.
            road: what tells one network from another, empty for none.
        """
        slept = self._looked is not None and now - self._looked > self._look + ASLEEP
        is_news = mark != self._mark or slept or road not in ("", self._road)
        self._looked, self._mark, self._road = now, mark, road
        if mark is None:
            self._due = math.inf
            return False
        if is_news:
            self._pace.succeeded()
            self._due = min(self._due, now + self._chance() * self._look)
        return now >= self._due

    def was_away(self, now: float, retry_after: int | None) -> None:
        """Take note that no answer came, or not to all."""
        self._due = now + self._pace.failed(retry_after)

    def was_busy(self, now: float) -> None:
        """Take note that the application is at work: it may end without sending all."""
        self._due = now + self._look

    def was_done(self) -> None:
        """Take note that nothing is left to bring; what is left later is news."""
        self._pace.succeeded()
        self._due = math.inf
