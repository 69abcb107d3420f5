"""Which line of the paper is whose: kept beside the workshop from the first print on.

A fact of this computer, in ids only. Where no sheet was printed here, another laptop printed it, or
a blank one was used: the numbers are those that a print had when the workshop began. Who was noted
after that stands on no printed line; where everybody was, they are those that a print has now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from angrilien.domain.paper import Numbering, PaperLine, number_lines
from angrilien.domain.rows import RosterRow, SheetLineRow
from angrilien.domain.sheet import sheet_order
from angrilien.services.notebook import Notebook
from angrilien.store import facts
from angrilien.store import roster as rosters

PREFIX: Final = "paper "
"""Of the fact, before the workshop's id."""


def read(connection: Any, workshop_id: str) -> Numbering:
    """Return the numbers of a workshop's sheet, to type it."""
    kept = _kept(connection, workshop_id)
    if kept is not None:
        return kept
    everyone = _listed(connection, workshop_id)
    early = rosters.noted_before_start(connection, workshop_id)
    listed = [row for row in everyone if row.attendance_id in early] or everyone
    return Numbering(lines=tuple(row.attendance_id for row in listed), listed=len(listed))


def _kept(connection: Any, workshop_id: str) -> Numbering | None:
    return Numbering.of_text(facts.get(connection, PREFIX + workshop_id))


def _listed(connection: Any, workshop_id: str) -> list[RosterRow]:
    rows = rosters.rows(connection, workshop_id)
    return sheet_order(row for row in rows if row.state != "excused")


def keep(connection: Any, workshop_id: str, numbering: Numbering) -> None:
    """Keep the numbers."""
    facts.put(connection, PREFIX + workshop_id, numbering.to_text())


def forget(connection: Any, workshop_id: str) -> None:
    """Forget the numbers: the sheet is ended, and has its own."""
    facts.drop(connection, PREFIX + workshop_id)


def every(connection: Any) -> dict[str, Numbering]:
    """Return the numbers that are kept, by workshop."""
    found = {
        workshop_id: Numbering.of_text(text)
        for workshop_id, text in facts.starting(connection, PREFIX).items()
    }
    return {workshop_id: kept for workshop_id, kept in found.items() if kept is not None}


def lines(
    connection: Any, workshop_id: str, numbering: Numbering
) -> tuple[list[PaperLine], list[RosterRow]]:
    """Return the lines that have a number, and who is on the list without one."""
    rows = rosters.rows(connection, workshop_id)
    return number_lines(rows, rosters.people(connection, workshop_id), numbering)


def to_print(connection: Any, workshop_id: str) -> list[tuple[int, RosterRow]]:
    """Return the lines of an open sheet in the order in which they are printed, with their numbers.

    Who was added since the last print comes after its lines; who is excused is left out.
    """
    numbering = _kept(connection, workshop_id)
    if numbering is None:
        return list(enumerate(_listed(connection, workshop_id), start=1))
    seated, others = lines(connection, workshop_id, numbering)
    found = [(line.number, line.row) for line in seated if line.row is not None]
    after = len(numbering.lines) + 1
    others += [line.other for line in seated if line.other is not None]
    found += list(enumerate(others, start=after))
    return [(number, row) for number, row in found if row.state != "excused"]


def printed(nb: Notebook, workshop_id: str, printed_lines: Sequence[SheetLineRow]) -> None:
    """Remember the numbers of a sheet that has just been printed."""
    with nb.store.write() as connection:
        numbering = _kept(connection, workshop_id) or Numbering()
        for line in printed_lines:
            numbering = numbering.with_line(line.number, line.attendance_id)
        count = len(numbering.lines)
        keep(connection, workshop_id, replace(numbering, listed=count, printed=True, typed=False))
