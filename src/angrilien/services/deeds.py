"""A deed: one undoable act on a workshop whose sheet is still open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from angrilien.domain.entities import Attendance, Workshop
from angrilien.domain.record import Record
from angrilien.errors import BugError, KnownError, SheetAlreadyClosed, Way, WorkshopGone
from angrilien.services.acts import Step
from angrilien.services.notebook import Notebook
from angrilien.store.store import Act

R = TypeVar("R", bound=Record)


class SomebodyIsHere(KnownError):
    """A workshop is not given up while somebody is noted present at it."""

    sentence = "Quelqu’un est déjà noté présent. La liste reste ouverte."
    button = "Voir les ateliers"
    way = Way.TODAY


class Deed:
    """What a deed changes: the pairs of before and after that it writes, and how to undo them."""

    def __init__(self, act: Act, workshop: Workshop) -> None:
        self.act = act
        self.workshop = workshop
        self.steps: list[Step] = []

    def change(self, before: Record | None, after: Record) -> None:
        """Write `after`; undoing the deed writes `before` again."""
        self.act.put(after)
        self.steps.append(Step(before, after))

    def attendance(self, attendance_id: str) -> Attendance:
        """Return an attendance of this workshop.

        Raises:
            BugError: the screen named one that is not.
        """
        found = self.act.read(Attendance, attendance_id)
        if found is None or found.workshop_id != self.workshop.id:
            raise BugError("an attendance of another workshop")
        return found


@contextmanager
def deed(nb: Notebook, workshop_id: str) -> Iterator[Deed]:
    """Give a deed on a workshop; it is durable, and undoable, when the block has ended well.

    Raises:
        WorkshopGone: there is no such workshop.
        SheetAlreadyClosed: its sheet is closed.
    """
    with nb.store.act(nb.stamp()) as act:
        start = nb.store.position(act.connection).seq
        made = Deed(act, editable(act, workshop_id))
        yield made
    if made.steps:
        nb.history.add(workshop_id, made.steps)
    nb.rosters.follow(
        workshop_id,
        start=start,
        end=start + len(act.records),
        state=made.workshop.state,
        changed=[step.after.id for step in made.steps if isinstance(step.after, Attendance)],
    )


def editable(act: Act, workshop_id: str) -> Workshop:
    """Return a workshop whose sheet can still change, opening it if it was only planned.

    Raises:
        WorkshopGone: there is none.
        SheetAlreadyClosed: its sheet is closed.
    """
    workshop = require_open(act, workshop_id)
    if workshop.state != "open":
        workshop = replace(workshop, state="open")
        act.put(workshop)
    return workshop


def require_open(act: Act, workshop_id: str) -> Workshop:
    """Return a workshop whose sheet is not closed.

    Raises:
        WorkshopGone: there is none.
        SheetAlreadyClosed: its sheet is closed.
    """
    workshop = act.read(Workshop, workshop_id)
    if workshop is None:
        raise WorkshopGone
    if workshop.state == "closed":
        raise SheetAlreadyClosed
    return workshop
