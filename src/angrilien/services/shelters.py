"""The times in which the laptop is in use for a workshop, and only the code secret locks it."""

from __future__ import annotations

from typing import Final

from angrilien.domain.rows import Shelter
from angrilien.services.notebook import Notebook
from angrilien.store import workshops

BEFORE: Final = 3 * 3_600_000
"""Milliseconds before its planned start from which an opened workshop counts: somebody looking at
the workshop of next week does not keep the key in memory until then."""
AFTER: Final = 30 * 60_000
"""Milliseconds after its planned end."""


def shelters(nb: Notebook) -> tuple[Shelter, ...]:
    """Return the times of the workshops opened and not over, from now on."""
    now = nb.clock.now()
    with nb.store.read() as connection:
        held = workshops.opened_between(connection, now - AFTER, now + BEFORE)
    return tuple(Shelter(since=start - BEFORE, until=end + AFTER) for start, end in held)
