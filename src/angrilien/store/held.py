"""What the server stored and could not apply, as it last listed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert

from angrilien.store.tables import HeldRow, local_table

held = local_table(HeldRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Changes of one incarnation that follow each other, held for one reason."""

    inc: str
    first: int
    last: int
    code: str


def put(connection: Connection, runs: Iterable[Run]) -> None:
    """Keep what was listed in the place of what was listed before."""
    connection.execute(delete(held))
    values = {
        (run.inc, run.first): {
            "inc": run.inc,
            "first": run.first,
            "last": run.last,
            "code": run.code,
        }
        for run in runs
    }
    if values:
        connection.execute(insert(held), list(values.values()))
