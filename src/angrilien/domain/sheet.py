"""What a line of the feuille d'émargement says, word by word, and in which order lines stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from angrilien.domain.entities import Sheet
from angrilien.domain.french import sort_key
from angrilien.domain.rows import RosterRow

ATTENDANCE_LINE = "attendance"
HEADING_LINE = "heading"
FACILITATOR_LINE = "facilitator"


def sheet_order(rows: Iterable[RosterRow]) -> list[RosterRow]:
    """Return the rows in the sheet's order: last name, first name, then the présences sans nom.

    Equal names keep the order of their ids, so that two prints number their lines alike.
    """
    return sorted(
        rows,
        key=lambda r: (
            r.participant_id is None,
            sort_key(r.last_name or r.first_name),
            sort_key(r.first_name),
            r.attendance_id,
        ),
    )


class Timed(Protocol):
    """A workshop, as far as its times go."""

    @property
    def date(self) -> str: ...  # noqa: D102
    @property
    def starts_at(self) -> int: ...  # noqa: D102
    @property
    def ends_at(self) -> int: ...  # noqa: D102
    @property
    def tz(self) -> str: ...  # noqa: D102


def with_times(sheet: Sheet, workshop: Timed) -> Sheet:
    """Return a sheet that says its times: its own, or its workshop's where it has none.

    Sheets of the schemas before the third have none. A workshop does not change once it is closed.
    """
    if sheet.date is not None:
        return sheet
    return replace(
        sheet,
        date=workshop.date,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        tz=workshop.tz,
    )


def tile_order(rows: Iterable[RosterRow]) -> list[RosterRow]:
    """Return the rows in the tiles' order: as names are read aloud, sans nom last."""
    return sorted(
        rows,
        key=lambda r: (
            r.participant_id is None,
            sort_key(r.first_name or r.last_name),
            sort_key(r.last_name),
            r.attendance_id,
        ),
    )
