"""What is typed of a paper sheet, line by line: written down at once, and taken back by Ctrl+Z.

That nobody signed a line is no act (the list says it already): it stands in the draft.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from angrilien.domain.paper import PaperLine, PaperSheet
from angrilien.errors import KnownError
from angrilien.services import paper

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk


@dataclass(slots=True)
class _Gesture:
    """A key on a line, for undo: whether it wrote something, and what stood in the draft."""

    number: int
    was_absent: bool
    is_absent: bool
    is_act: bool


class PaperTyping(QObject):
    """The sheet that is typed, and what was typed of it.

    Args:
        desk: to write it down.
        parent: as for every object.
    """

    shown_changed = Signal()
    """Some line says something else."""
    noted = Signal(int)
    """What was typed of the line of this number is written down."""
    refused = Signal(int, object)
    """Carries the line's number, 0 for none, and the `KnownError`."""
    undone = Signal(int)
    """The last gesture was taken back, or done again, on the line of this number."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.workshop_id = ""
        self.sheet: PaperSheet | None = None
        self.absent: frozenset[int] = frozenset()
        self.pending: list[int] = []
        self._done: list[_Gesture] = []
        self._undone: list[_Gesture] = []

    def begin(self, workshop_id: str) -> None:
        """Begin with another sheet, whose lines are still to be read."""
        self.workshop_id = workshop_id
        self.sheet = None
        self.absent, self.pending = frozenset(), []
        self.forget_gestures()

    def forget_gestures(self) -> None:
        """Forget what could be taken back: other acts may have come between."""
        self._done, self._undone = [], []

    @property
    def can_undo(self) -> bool:
        """Tell whether there is a gesture to take back."""
        return bool(self._done)

    def show(self, sheet: PaperSheet) -> None:
        """Take the sheet as it is in the notebook."""
        self.sheet = sheet
        self.shown_changed.emit()

    def line(self, number: int) -> PaperLine | None:
        """Return a line that is on the sheet, None for a free one."""
        lines = self.sheet.lines if self.sheet is not None else ()
        return lines[number - 1] if 0 < number <= len(lines) else None

    def next_line(self) -> int | None:
        """Return the first line of the list that is not typed, None where all are."""
        sheet = self.sheet
        for line in sheet.lines[: sheet.listed] if sheet is not None else ():
            named = line.row is not None and line.row.participant_id is not None
            signer = line.signer
            typed = line.number in self.absent or (signer is not None and signer.mode)
            if named and not typed and line.number not in self.pending:
                return line.number
        return None

    # --- gestures ---------------------------------------------------------------------------------

    def sign(self, number: int) -> None:
        """Whose line it is was there and signed."""
        self._act(number, paper.sign, number)

    def is_signed(self, number: int) -> bool:
        """Tell whether a line is noted signed on paper."""
        line = self.line(number)
        signer = line.signer if line is not None else None
        return signer is not None and signer.mode == paper.ON_PAPER

    def no_one(self, number: int) -> None:
        """Nobody signed a line."""
        line, sheet = self.line(number), self.sheet
        if line is None or sheet is None:
            self._act(number, paper.leave_blank, number)
            return
        # What is being written down of this line comes first, in the lane.
        if line.signer is not None or number in self.pending:
            self._act(number, paper.absent, number, absent=True)
        else:
            self._took(number, is_act=False, absent=True)
            self.shown_changed.emit()
            self.noted.emit(number)

    def seat(self, number: int, participant_id: str) -> None:
        """A known person signed a line."""
        self._act(number, paper.seat, number, participant_id)

    def seated_new(self, number: int) -> None:
        """A new person was written for a line, on a screen of their own."""
        self._took(number, is_act=True)

    def undo(self) -> None:
        """Take the last gesture back."""
        self._back(paper.undo)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._back(paper.redo)

    # --- inside -----------------------------------------------------------------------------------

    def _act(
        self, number: int, verb: Callable[..., PaperSheet], *args: object, absent: bool = False
    ) -> None:
        """Write down what is typed of a line; until it is, the line says so."""
        self.pending.append(number)
        gesture = self._took(number, is_act=verb is not paper.leave_blank, absent=absent)
        self.shown_changed.emit()
        self._desk.ask(
            verb,
            self.workshop_id,
            *args,
            then=functools.partial(self._on_acted, self.workshop_id, gesture),
            failed=functools.partial(self._on_refused, self.workshop_id, gesture),
        )

    def _on_acted(self, workshop_id: str, gesture: _Gesture, sheet: PaperSheet) -> None:
        self._desk.changed.attendance_changed.emit(workshop_id)
        if workshop_id != self.workshop_id:
            return
        self.pending.remove(gesture.number)
        before = self.sheet
        if before is not None and before.lines == sheet.lines:
            # It was so already: there is nothing to take back.
            gesture.is_act = False
        if not gesture.is_act and gesture.was_absent == gesture.is_absent:
            self._forget(gesture)
        self.show(sheet)
        self.noted.emit(gesture.number)

    def _on_refused(self, workshop_id: str, gesture: _Gesture, error: KnownError) -> None:
        if workshop_id == self.workshop_id:
            self.pending.remove(gesture.number)
            self._forget(gesture)
            self._set_absent(gesture.number, absent=gesture.was_absent)
            self.shown_changed.emit()
            self.refused.emit(gesture.number, error)

    def _took(self, number: int, *, is_act: bool, absent: bool = False) -> _Gesture:
        """Remember a gesture, in the order of the keys."""
        gesture = _Gesture(number, number in self.absent, absent, is_act)
        self._done.append(gesture)
        self._undone.clear()
        self._set_absent(number, absent=absent)
        return gesture

    def _forget(self, gesture: _Gesture) -> None:
        self._done = [one for one in self._done if one is not gesture]

    def _set_absent(self, number: int, *, absent: bool) -> None:
        self.absent = self.absent | {number} if absent else self.absent - {number}

    def _back(self, verb: Callable[..., PaperSheet]) -> None:
        undoing = verb is paper.undo
        stack, other = (self._done, self._undone) if undoing else (self._undone, self._done)
        if not stack or self.pending or self.sheet is None:
            return
        gesture = stack.pop()
        other.append(gesture)
        absent = gesture.was_absent if undoing else gesture.is_absent
        self._set_absent(gesture.number, absent=absent)
        if gesture.is_act:
            self._desk.ask(
                verb,
                self.workshop_id,
                then=functools.partial(self._on_undone, self.workshop_id, gesture.number),
                failed=functools.partial(self._on_not_undone, self.workshop_id),
            )
        else:
            self._on_undone(self.workshop_id, gesture.number, self.sheet)

    def _on_undone(self, workshop_id: str, number: int, sheet: PaperSheet) -> None:
        self._desk.changed.attendance_changed.emit(workshop_id)
        if workshop_id == self.workshop_id:
            self.show(sheet)
            self.undone.emit(number)

    def _on_not_undone(self, workshop_id: str, error: KnownError) -> None:
        if workshop_id == self.workshop_id:
            self.forget_gestures()
            self.shown_changed.emit()
            self.refused.emit(0, error)
