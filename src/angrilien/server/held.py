"""What is held of a laptop, and why: for the laptop's own screen."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, select
from sqlmodel import Session, col

from angrilien.server.base import table
from angrilien.server.tables import NEW, ChangeRow, Incarnation
from angrilien.wire.answer import HeldItem
from angrilien.wire.canonical import b64, dumps, sha256

MOST: Final = 5_000
"""Held changes that are looked at: the count tells of the others."""
WHY_BYTES: Final = 6
MOST_RANGES: Final = 400
"""Ranges of one answer: about 16 kB."""


def held_items(session: Session, device_id: str) -> tuple[HeldItem, ...]:
    """Return the ranges of a laptop's held changes by incarnation and code, the lowest first."""
    changes = table(ChangeRow)
    rows = session.connection().execute(
        select(changes.c.inc, changes.c.held, changes.c.seq)
        .join(Incarnation, col(Incarnation.id) == changes.c.inc)
        .where(
            col(Incarnation.device_id) == device_id,
            changes.c.held.is_not(None),
            changes.c.held != NEW,
        )
        .order_by(changes.c.inc, changes.c.held, changes.c.seq)
        .limit(MOST)
    )
    return _ranges(list(rows))


def why(items: tuple[HeldItem, ...]) -> str:
    """Return a short text that stands for what is held and its reasons, empty for nothing."""
    told = {"items": [[one.inc, one.code, [list(r) for r in one.ranges]] for one in items]}
    return b64(sha256(dumps(told))[:WHY_BYTES]) if items else ""


def _ranges(rows: list[Row[Any]]) -> tuple[HeldItem, ...]:
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    count = 0
    for row in rows:
        seq = row.seq
        ranges = found.setdefault((row.inc, row.held), [])
        if ranges and ranges[-1][1] == seq - 1:
            ranges[-1] = (ranges[-1][0], seq)
        elif count < MOST_RANGES:
            ranges.append((seq, seq))
            count += 1
        else:
            break
    return tuple(
        HeldItem(inc=inc, code=code, ranges=tuple(ranges))
        for (inc, code), ranges in found.items()
        if ranges
    )
