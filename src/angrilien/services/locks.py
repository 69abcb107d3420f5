"""What locks, and when: pure rules. No Qt, no SQL, no clock of its own.

Two locks. The *cover* hides the screen behind the code secret of whoever has opened the notebook.
The *end* lets go of the key: the process that held it ends, and the phrase is asked again.

- 5 minutes without a gesture, another session, a lid shut, the system's own lock: the cover.
- 30 minutes without a gesture, suspend, the fifth wrong code: the end.
- From the opening of a workshop until 30 minutes after its planned end only the cover applies; a
  suspend of more than 15 minutes ends all the same.
- Somebody who is signing is never interrupted: the cover waits until they are done, and comes
  before anything else is shown.

docs/decisions/012-locks.md has the reasons.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import Final

from angrilien.domain.code_secret import TRIES
from angrilien.domain.rows import Shelter

COVER_AFTER: Final = 5 * 60.0
"""Seconds without a gesture until the code secret is asked."""
END_AFTER: Final = 30 * 60.0
"""Seconds without a gesture until the key is let go of."""
GRACE: Final = 15 * 60.0
"""Seconds that a suspend in a workshop may last."""
UNNOTICED: Final = 60.0
"""Seconds between two looks above which the laptop must have slept, whatever the system said."""


class Act(enum.Enum):
    """What is to be done now."""

    NOTHING = "nothing"
    COVER = "cover"
    """Save the drafts and hide the screen behind the code secret."""
    END = "end"
    """Save the drafts, and end the process that holds the key."""


class LockPolicy:
    """The locks of one opened notebook.

    Args:
        steady: seconds of a clock that nobody sets and that goes on during suspend.
        wall: milliseconds UTC, to which a workshop's hours are compared.
        has_code: whether a code secret was chosen; without one every cover is an end.
    """

    def __init__(
        self, *, steady: Callable[[], float], wall: Callable[[], int], has_code: bool
    ) -> None:
        self._steady = steady
        self._wall = wall
        self.has_code = has_code
        self._shelters: tuple[Shelter, ...] = ()
        self._touched = self._looked = steady()
        self._asleep_since: float | None = None
        self._covered = False
        self._waiting = False
        self._signing = False
        self._wrong = 0

    @property
    def is_covered(self) -> bool:
        """Tell whether the screen is hidden behind the code secret."""
        return self._covered

    @property
    def tries_left(self) -> int:
        """Return how many codes may be tried, this one among them."""
        return TRIES - self._wrong

    def shelter(self, shelters: Iterable[Shelter]) -> None:
        """Take note of the times in which only the cover applies."""
        self._shelters = tuple(shelters)

    def touched(self) -> None:
        """Somebody made a gesture. Before the locked screen it counts for nothing."""
        if not self._covered:
            self._touched = self._steady()

    def signing(self, *, now: bool) -> Act:
        """Somebody signs on the screen from now on, or does no longer."""
        self._signing = now
        if now or not self._waiting:
            return Act.NOTHING
        return self._cover()

    def look(self) -> Act:
        """Look at the clock; called every few seconds."""
        now = self._steady()
        gap, self._looked = now - self._looked, now
        if gap > UNNOTICED and self._asleep_since is None:
            return self._slept(gap, sheltered=self._sheltered(self._wall() - round(gap * 1000)))
        idle = now - self._touched
        if idle >= END_AFTER and not self._sheltered(self._wall()):
            return Act.END
        return self._cover() if idle >= COVER_AFTER else Act.NOTHING

    def left(self) -> Act:
        """The session was left or locked, the lid was shut, or a lock was asked for."""
        return self._cover()

    def falls_asleep(self) -> Act:
        """The system is about to suspend."""
        if not self._sheltered(self._wall()):
            return Act.END
        self._asleep_since = self._steady()
        return self._cover()

    def woke(self) -> Act:
        """The system is awake again."""
        now, since = self._steady(), self._asleep_since
        self._asleep_since, self._looked = None, now
        if since is None:
            return Act.NOTHING
        return self._slept(now - since, sheltered=True)

    def code_was_wrong(self) -> Act:
        """A wrong code was typed; the fifth one ends."""
        self._wrong += 1
        return Act.END if self.tries_left <= 0 else Act.NOTHING

    def code_was_right(self) -> None:
        """The right code was typed: the screen is shown again."""
        self._covered = self._waiting = False
        self._wrong = 0
        self._touched = self._steady()

    def _slept(self, seconds: float, *, sheltered: bool) -> Act:
        if not sheltered or seconds > GRACE:
            return Act.END
        return self._cover()

    def _cover(self) -> Act:
        if self._covered:
            return Act.NOTHING
        if self._signing:
            self._waiting = True
            return Act.NOTHING
        self._waiting = False
        if not self.has_code:
            return Act.END
        self._covered = True
        return Act.COVER

    def _sheltered(self, instant: int) -> bool:
        return any(shelter.since <= instant < shelter.until for shelter in self._shelters)
