"""What the server stored and could not apply: its list is asked for, so that D9 says why."""

from __future__ import annotations

from typing import Final

from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who
from angrilien.store import facts
from angrilien.store.held import Run
from angrilien.store.marks import Marks
from angrilien.sync.jobs import Job, held_job
from angrilien.wire.answer import Answer

HELD_LISTED: Final = "held listed"
"""Fact: what was told of the held changes of which the list that is kept was made."""
HELD_WHY: Final = "held why"
"""Fact: the text that stood for what is held and its reasons, in the last answer."""


def next_job(nb: Notebook, kept: Marks) -> Job | None:
    """Return the question what is held and why, None where that is known.

    A reason may change while as many are held: the answer's `why` tells.
    """
    with nb.store.read() as connection:
        listed, why = facts.get(connection, HELD_LISTED), facts.get(connection, HELD_WHY)
    return held_job(who(nb)) if told(kept.held, why) != (listed or told(0, "")) else None


def told(count: int, why: str) -> str:
    """Return what an answer told of what is held."""
    return f"{count} {why}".strip()


def runs(answer: Answer) -> list[Run]:
    """Return what an answer lists."""
    return [
        Run(inc=item.inc, first=first, last=last, code=item.code)
        for item in answer.items
        for first, last in item.ranges
        if 0 < first <= last
    ]
