"""The error of a form: each field's problem, what was typed being kept by the screen."""

from __future__ import annotations

from collections.abc import Sequence

from angrilien.errors import FieldProblem, KnownError


class FormProblems(KnownError):
    """Some fields cannot be accepted; nothing was written."""

    sentence = "Regardez les cases signalées. Ce que vous avez écrit est gardé."
    no_button = "each field says its own problem, and the first has the focus"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__()
        self.problems = tuple(problems)
