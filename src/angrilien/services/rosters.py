"""The tiles of the workshop in sight, kept between two clicks.

Reading 2,000 tiles anew costs more than the click itself. What is kept is true for one end of the
change log; a deed that starts there says which lines it changed, and only those are read again.
Anything else that was written meanwhile makes it read everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from angrilien.domain.rows import RosterRow, WorkshopRow
from angrilien.domain.sheet import tile_order
from angrilien.errors import WorkshopGone
from angrilien.store import roster as tiles
from angrilien.store import workshops
from angrilien.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A workshop and its tiles in their order, as of the change `seq`.

    `doubled`: a person stands on two lines of the log, so one line says nothing by itself.
    """

    seq: int
    workshop: WorkshopRow
    rows: tuple[RosterRow, ...]
    doubled: bool


class Rosters:
    """Keeps the tiles of one workshop, the last one looked at."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Listed | None = None

    def read(self, workshop_id: str) -> Listed:
        """Return a workshop and its tiles.

        Raises:
            WorkshopGone: there is no such workshop.
        """
        with self._store.read() as connection:
            seq = self._store.position(connection).seq
            kept = self._kept
            if kept is not None and kept.workshop.id == workshop_id and kept.seq == seq:
                return kept
            workshop = workshops.find(connection, workshop_id)
            if workshop is None:
                raise WorkshopGone
            rows = tiles.rows(connection, workshop_id)
            doubled = tiles.count(connection, workshop_id) != len(rows)
        self._kept = Listed(
            seq=seq, workshop=workshop, rows=tuple(tile_order(rows)), doubled=doubled
        )
        return self._kept

    def follow(
        self, workshop_id: str, *, start: int, end: int, state: str, changed: Sequence[str]
    ) -> None:
        """Follow a deed that wrote the changes `start` + 1 to `end`.

        Args:
            workshop_id: the workshop of the deed.
            start: the end of the log before it.
            end: the end of the log after it.
            state: of the workshop after it.
            changed: ids of the attendances that it wrote.
        """
        kept, self._kept = self._kept, None
        if kept is None or kept.workshop.id != workshop_id or kept.seq != start or kept.doubled:
            return
        with self._store.read() as connection:
            fresh = {r.attendance_id: r for r in tiles.rows(connection, workshop_id, only=changed)}
        gone = set(changed)
        rows = [
            fresh.pop(row.attendance_id, row)
            for row in kept.rows
            if row.attendance_id not in gone or row.attendance_id in fresh
        ]
        if fresh:
            here = {row.participant_id for row in rows if row.participant_id}
            if any(row.participant_id in here for row in fresh.values()):
                return
            rows = tile_order([*rows, *fresh.values()])
        self._kept = replace(
            kept, seq=end, workshop=_counted(kept.workshop, rows, state), rows=tuple(rows)
        )


def _counted(workshop: WorkshopRow, rows: Sequence[RosterRow], state: str) -> WorkshopRow:
    """Return the workshop's row with its counts made anew, as `store.workshops` counts."""
    present = [row for row in rows if row.state == "present"]
    return replace(
        workshop,
        state=state,
        expected=len(present) + sum(row.state == "expected" for row in rows),
        present=len(present),
        anonymous=sum(row.participant_id is None for row in present),
        signed=sum(row.mode == "screen" for row in present),
        on_paper=sum(row.mode == "paper" for row in present),
        unable=sum(row.mode == "unable" for row in present),
        first_timers=sum(row.first_time is True for row in present),
    )
