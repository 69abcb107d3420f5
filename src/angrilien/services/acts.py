"""Undo and redo: the last acts of each workshop, kept in memory while the notebook is open.

Undoing is itself an act: it writes the former state as a new change. Nothing is ever taken out of
the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from angrilien.domain.entities import Attendance
from angrilien.domain.record import Record

DEPTH = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One record before and after an act; `before` is None where the act made it."""

    before: Record | None
    after: Record

    def undone(self) -> Record | None:
        """Return the record to write to undo it, None where what was made simply stays.

        An attendance that the act made becomes "removed"; a person or a drawing that it made stays
        in the notebook, where nothing points to it any more.
        """
        if self.before is not None:
            return self.before
        if isinstance(self.after, Attendance):
            return replace(self.after, state="removed")
        return None


@dataclass(slots=True)
class _Stacks:
    done: list[tuple[Step, ...]] = field(default_factory=list)
    undone: list[tuple[Step, ...]] = field(default_factory=list)


class History:
    """The acts of each workshop, the last `DEPTH` of them."""

    def __init__(self) -> None:
        self._stacks: dict[str, _Stacks] = {}

    def add(self, workshop_id: str, steps: Sequence[Step]) -> None:
        """Take note of an act; what was undone before it can no longer be redone."""
        stacks = self._stacks.setdefault(workshop_id, _Stacks())
        stacks.done = [*stacks.done, tuple(steps)][-DEPTH:]
        stacks.undone.clear()

    def forget(self, workshop_id: str) -> None:
        """Forget the acts of a workshop: its sheet is closed."""
        self._stacks.pop(workshop_id, None)

    def can_undo(self, workshop_id: str) -> bool:
        """Tell whether there is an act to undo."""
        return bool(self._stacks.get(workshop_id, _Stacks()).done)

    def can_redo(self, workshop_id: str) -> bool:
        """Tell whether there is an undone act to redo."""
        return bool(self._stacks.get(workshop_id, _Stacks()).undone)

    def last_done(self, workshop_id: str) -> tuple[Step, ...] | None:
        """Return the act that undo would undo."""
        done = self._stacks.get(workshop_id, _Stacks()).done
        return done[-1] if done else None

    def last_undone(self, workshop_id: str) -> tuple[Step, ...] | None:
        """Return the act that redo would do again."""
        undone = self._stacks.get(workshop_id, _Stacks()).undone
        return undone[-1] if undone else None

    def moved_back(self, workshop_id: str) -> None:
        """Take note that the last act was undone."""
        stacks = self._stacks[workshop_id]
        stacks.undone.append(stacks.done.pop())

    def moved_forward(self, workshop_id: str) -> None:
        """Take note that the last undone act was done again."""
        stacks = self._stacks[workshop_id]
        stacks.done.append(stacks.undone.pop())
