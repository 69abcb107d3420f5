"""What a correction of an ended sheet says: a statement, canonical JSON of one of three kinds.

{"kind": "correct", "changes": [[field, before, after], …]}   absent values are ""
{"kind": "withdraw"}                                           the person was not there
{"kind": "add", "line": {field: value, …}}                     a person was forgotten
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

CORRECT: Final = "correct"
WITHDRAW: Final = "withdraw"
ADD: Final = "add"
KINDS: Final = (CORRECT, WITHDRAW, ADD)
FIELDS: Final = ("last_name", "first_name", "arrival", "departure", "mode", "first_time")
"""What a line says that can be corrected. Hours are instants; modes those of `vocab`."""

Value = str | int | bool
"""What a field says; "" where it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement, read.

    Attributes:
        kind: one of `KINDS`.
        changes: (field, before, after) of a correction.
        line: what an added line says, by field.
    """

    kind: str
    changes: tuple[tuple[str, Value, Value], ...] = ()
    line: Mapping[str, Value] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the statement as it is hashed and kept."""
        value: dict[str, Any] = {"kind": self.kind}
        if self.kind == CORRECT:
            value["changes"] = [list(change) for change in self.changes]
        if self.kind == ADD:
            value["line"] = dict(self.line)
        return value


def read_statement(value: Mapping[str, Any]) -> Statement:
    """Read a statement.

    Raises:
        ValueError: it is none.
    """
    kind = value.get("kind")
    wanted = {CORRECT: {"changes"}, ADD: {"line"}, WITHDRAW: set()}.get(str(kind))
    if wanted is None or set(value) != {"kind"} | wanted:
        raise ValueError("not a statement")
    if kind == CORRECT:
        changes = value["changes"]
        if not isinstance(changes, list) or not changes:
            raise ValueError("not a statement")
        return Statement(kind=CORRECT, changes=tuple(_change(item) for item in changes))
    if kind == ADD:
        line = value["line"]
        if not isinstance(line, dict) or not set(line) <= set(FIELDS):
            raise ValueError("not a statement")
        return Statement(kind=ADD, line={name: _value(said) for name, said in line.items()})
    return Statement(kind=WITHDRAW)


def _change(item: object) -> tuple[str, Value, Value]:
    if not isinstance(item, list) or len(item) != 3 or item[0] not in FIELDS:
        raise ValueError("not a statement")
    return item[0], _value(item[1]), _value(item[2])


def _value(value: object) -> Value:
    if not isinstance(value, (str, int, bool)):
        raise ValueError("not a statement")  # noqa: TRY004 - what is read is data, not a call
    return value
