"""The paper sheet and what is typed back from it: whose line each printed number is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from angrilien.domain.cards import after_prefix
from angrilien.domain.codes import read_code
from angrilien.domain.rows import RosterRow, WorkshopRow
from angrilien.domain.sheet import sheet_order
from angrilien.errors import FieldProblem, KnownError

PREFIX: Final = "ANGF:"
"""How the QR of a sheet begins; its code follows."""
SEAL_PREFIX: Final = "ANGE:"
"""How the QR of a sealed sheet's fingerprint begins."""
FINGERPRINT: Final = 16
"""Characters of a sheet's printed fingerprint."""


class SheetUnknown(FieldProblem):
    """No workshop of this laptop has the code that was typed."""

    sentence = "Aucun atelier de cet ordinateur n’a cette feuille. Vérifiez le code."


class SheetElsewhere(FieldProblem):
    """The sheet is of a venue for which this laptop does not write."""

    sentence = "Cette feuille est celle d’un autre lieu\u00a0: {venue}. Rien n’a changé."


class LineSigned(KnownError):
    """The paper says that somebody was absent who signed during the workshop."""

    sentence = "Cette personne a émargé pendant l’atelier. Elle ne peut pas être absente."
    no_button = "the line in sight stays as it was"


class AlreadyOnSheet(KnownError):
    """Somebody cannot stand on two lines of one sheet."""

    sentence = "Cette personne est déjà à la ligne {number}."
    no_button = "the line in sight is where somebody else is chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """Whose line each number of the paper is. Once a number was printed, it stays.

    Attributes:
        lines: attendance ids, number 1 first, those of the list and then those typed on the free
            lines; empty for a free line that nobody filled in.
        listed: how many stood on the list when the numbers were given.
        instead: who signed on the line of somebody else: number and attendance id.
        printed: a sheet was printed here.
        typed: it was typed to its end.
    """

    lines: tuple[str, ...] = ()
    listed: int = 0
    instead: tuple[tuple[int, str], ...] = ()
    printed: bool = False
    typed: bool = False

    def with_line(self, number: int, attendance_id: str) -> Numbering:
        """Return the numbering with a free line filled in, or left blank by an empty id."""
        lines = [*self.lines, *[""] * (number - len(self.lines))]
        lines[number - 1] = attendance_id
        return replace(self, lines=tuple(lines))

    def with_other(self, number: int, attendance_id: str) -> Numbering:
        """Return the numbering with somebody else on a printed line."""
        others = dict(self.instead) | {number: attendance_id}
        return replace(self, instead=tuple(sorted(others.items())))

    def to_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(
            {
                "lines": self.lines,
                "listed": self.listed,
                "instead": self.instead,
                "printed": self.printed,
                "typed": self.typed,
            }
        )

    @staticmethod
    def of_text(text: str) -> Numbering | None:
        """Return what was kept, None for what cannot be read."""
        try:
            kept: Any = json.loads(text)
            return Numbering(
                lines=tuple(str(one) for one in kept["lines"]),
                listed=int(kept["listed"]),
                instead=tuple((int(number), str(one)) for number, one in kept["instead"]),
                printed=bool(kept["printed"]),
                typed=bool(kept["typed"]),
            )
        except (ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A line of the paper.

    Attributes:
        number: as printed.
        row: whose line it is, None for a free line and for somebody taken off the list since.
        other: who signed in the place of `row`.
    """

    number: int
    row: RosterRow | None = None
    other: RosterRow | None = None

    @property
    def signer(self) -> RosterRow | None:
        """Return who is noted present by this line, None where nobody is."""
        for one in (self.other, self.row):
            if one is not None and one.state == "present":
                return one
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSheet:
    """D5: a paper sheet, line by line.

    Attributes:
        workshop: whose sheet it is.
        lines: in the order of their numbers.
        listed: how many of them stood on the list; those after them were free.
        aside: people noted present who stand on no line: they may have filled in a free one.
        photos: how many photos of the sheet are kept.
    """

    workshop: WorkshopRow
    lines: tuple[PaperLine, ...]
    listed: int
    aside: tuple[RosterRow, ...] = ()
    photos: int = 0
    can_undo: bool = False
    can_redo: bool = False

    @property
    def present(self) -> int:
        """Return how many lines have somebody present."""
        return sum(line.signer is not None for line in self.lines)

    @property
    def next_free(self) -> int:
        """Return the number of the first free line."""
        return len(self.lines) + 1


def read_sheet_code(typed: str) -> str | None:
    """Return the code de la feuille in what was typed or read from its QR, None for none."""
    after = after_prefix(typed, PREFIX)
    return read_code(typed if after is None else after)


def is_of_sheet(typed: str) -> bool:
    """Tell whether what a reader sends is of a sheet: its code, or its seal.

    The whole prefix is needed, for "Ange" is a name.
    """
    return any(after_prefix(typed, prefix) is not None for prefix in (PREFIX, SEAL_PREFIX))


def read_fingerprint(typed: str) -> str | None:
    """Return the fingerprint in what was typed or read from its QR, None for none."""
    after = after_prefix(typed, SEAL_PREFIX)
    return read_code(typed if after is None else after, FINGERPRINT)


def number_lines(
    rows: Iterable[RosterRow], people: Mapping[str, str], numbering: Numbering
) -> tuple[list[PaperLine], list[RosterRow]]:
    """Return the lines that have a number, and who has none, in the sheet's order.

    Args:
        rows: who is on the workshop's list, each once.
        people: for each attendance id, the person it is of (itself for a présence sans nom): a
            line that was merged into another is still found.
        numbering: what was printed and typed.
    """
    left = {row.participant_id or row.attendance_id: row for row in rows}

    def take(attendance_id: str) -> RosterRow | None:
        return left.pop(people.get(attendance_id, attendance_id), None)

    seated = [take(one) for one in numbering.lines]
    others = {number: take(one) for number, one in numbering.instead}
    lines = [
        PaperLine(number=number, row=row, other=others.get(number))
        for number, row in enumerate(seated, start=1)
    ]
    return lines, sheet_order(left.values())
