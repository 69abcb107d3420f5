"""What a line of the feuille d'émargement says, word by word, and in which order lines stand."""

from __future__ import annotations

from collections.abc import Iterable

from angrilien.domain.french import sort_key
from angrilien.domain.rows import RosterRow

ATTENDANCE_LINE = "attendance"
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
