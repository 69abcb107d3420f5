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
"""Fact: the number of held changes of which the list that is kept was made."""


def next_job(nb: Notebook, kept: Marks) -> Job | None:
    """Return the question what is held and why, None where that is known.

    The number alone tells whether it is: a reason that changes while as many are held is told by
    the next list.
    """
    with nb.store.read() as connection:
        listed = facts.get(connection, HELD_LISTED)
    return held_job(who(nb)) if kept.held != int(listed or 0) else None


def runs(answer: Answer) -> list[Run]:
    """Return what an answer lists."""
    return [
        Run(inc=item.inc, first=first, last=last, code=item.code)
        for item in answer.items
        for first, last in item.ranges
        if 0 < first <= last
    ]
