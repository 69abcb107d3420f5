"""À faire: something to do after a workshop, with a date or without; done, and undone."""

from __future__ import annotations

from dataclasses import replace

from angrilien.domain.entities import FollowUp
from angrilien.domain.forms import TITLE_LIMIT, clean
from angrilien.domain.rows import FollowUpRow
from angrilien.domain.typed import read_date
from angrilien.errors import BugError, FieldProblem, Missing, TooLong
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import notes
from angrilien.wire.ids import new_id


def of_workshop(nb: Notebook, workshop_id: str) -> tuple[FollowUpRow, ...]:
    """Return what there is to do since a workshop, what is done last."""
    with nb.store.read() as connection:
        return tuple(notes.follow_ups(connection, workshop_id))


def add(nb: Notebook, workshop_id: str, text: str, due: str) -> tuple[FollowUpRow, ...]:
    """Write something to do; return all that there is to do since the workshop.

    Args:
        nb: the notebook.
        workshop_id: where it was noted.
        text: what to do, as typed.
        due: by when, as typed ("jeudi", "25/11"); empty for no date.

    Raises:
        FormProblems: `text` is missing or too long, or `due` is no date; nothing was written.
    """
    problems: list[FieldProblem] = []
    said, day = clean(text), None
    if not said:
        problems.append(Missing("text"))
    elif len(said) > TITLE_LIMIT:
        problems.append(TooLong("text", limit=TITLE_LIMIT))
    if due.strip():
        try:
            day = read_date(due, nb.today(), field="due", after=nb.today()).isoformat()
        except FieldProblem as problem:
            problems.append(problem)
    if problems:
        raise FormProblems(problems)
    with nb.store.act(nb.stamp()) as act:
        act.put(FollowUp(id=new_id(), workshop_id=workshop_id, due=day, text=said))
    return of_workshop(nb, workshop_id)


def finish(nb: Notebook, follow_up_id: str, *, done: bool = True) -> str:
    """Note that something is done, or that it is not after all; return the workshop's id.

    Raises:
        BugError: the screen named one that is not.
    """
    with nb.store.act(nb.stamp()) as act:
        before = act.read(FollowUp, follow_up_id)
        if before is None:
            raise BugError("a follow-up that is not")
        if before.finished != done:
            act.put(replace(before, finished=done))
    return before.workshop_id or ""
