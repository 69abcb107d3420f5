"""Small facts of this file, by name: what is no act of a person and no row of anybody."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store.tables import SettingRow, local_table

setting = local_table(SettingRow)


def get(connection: Connection, name: str) -> str:
    """Return a fact, empty where there is none."""
    query = select(setting.c.value).where(setting.c.name == name)
    return connection.execute(query).scalar() or ""


def put(connection: Connection, name: str, value: str) -> None:
    """Keep a fact, in the place of what it was."""
    statement = upsert(setting).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def starting(connection: Connection, prefix: str) -> dict[str, str]:
    """Return the facts whose names begin so, by the rest of their names."""
    query = select(setting).where(setting.c.name.startswith(prefix, autoescape=True))
    return {row.name[len(prefix) :]: row.value for row in connection.execute(query)}


def drop(connection: Connection, name: str) -> None:
    """Forget a fact."""
    connection.execute(delete(setting).where(setting.c.name == name))
