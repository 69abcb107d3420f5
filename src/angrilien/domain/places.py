"""The places of a workshop, and who waits for one."""

from __future__ import annotations

from collections.abc import Sequence

from angrilien.domain.rows import RosterRow


def waiting(rows: Sequence[RosterRow], places: int | None) -> tuple[str, ...]:
    """Return the lines of those who wait for a place, the first in turn first.

    Who is here has a place, without a name too. The others get those that are left in the order in
    which they were put on the list, which is that of the lines' ids (UUIDv7, RFC 9562). Somebody
    who will not come leaves their place to the next. Nobody is ever refused by it.

    Args:
        rows: the list.
        places: how many there are, None where nobody said.
    """
    if places is None:
        return ()
    here = sum(row.state == "present" for row in rows)
    expected = sorted(row.attendance_id for row in rows if row.state == "expected")
    return tuple(expected[max(0, places - here) :])
