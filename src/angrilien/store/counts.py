"""How much there is of everything, and how the file is set: numbers only, for whoever helps."""

from __future__ import annotations

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.sql.expression import table

from angrilien.store.trial import PRAGMAS


def rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table of the file, by its name in our own code."""
    names = sorted(inspect(connection).get_table_names())
    return {
        name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
        for name in names
    }


def pragmas(connection: Connection) -> dict[str, str]:
    """Return the pragmas of the opened file, as it says them."""
    return {
        name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in PRAGMAS
    }
