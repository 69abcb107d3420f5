"""The last exchanges with the server, for whoever helps; nothing is decided by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from angrilien.domain.sending import Attempt
from angrilien.store.tables import AttemptRow, local_table

KEPT: Final = 50

attempt = local_table(AttemptRow)


def note(connection: Connection, made: Sequence[Attempt]) -> None:
    """Keep some more attempts, and the last 50 only."""
    end = connection.execute(select(func.coalesce(func.max(attempt.c.number), 0))).scalar_one()
    values = [
        {
            "number": number,
            "at": one.at,
            "kind": one.kind,
            "lines": one.lines,
            "bytes": one.size,
            "outcome": one.outcome,
            "status": one.status,
            "milliseconds": one.milliseconds,
        }
        for number, one in enumerate(made, end + 1)
    ]
    if values:
        connection.execute(insert(attempt), values[-KEPT:])
        connection.execute(delete(attempt).where(attempt.c.number <= end + len(made) - KEPT))


def last(connection: Connection) -> tuple[Attempt, ...]:
    """Return the attempts that are kept, the latest first."""
    query = select(attempt).order_by(attempt.c.number.desc())
    return tuple(
        Attempt(
            at=row.at,
            kind=row.kind,
            lines=row.lines,
            size=row.bytes,
            outcome=row.outcome,
            status=row.status,
            milliseconds=row.milliseconds,
        )
        for row in connection.execute(query)
    )
