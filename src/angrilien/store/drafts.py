"""What is typed and not yet a change."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store import facts
from angrilien.store.tables import DraftRow, local_table

draft = local_table(DraftRow)


_AT: Final = "draft at "
"""Fact of each draft: the instant of its save. What was typed is read with its screen only."""


def save(connection: Connection, key: str, text: str, at: int) -> None:
    """Keep the text of a draft, replacing what it was."""
    statement = upsert(draft).values(key=key, text=text, at=at)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"text": text, "at": at})
    )
    facts.put(connection, f"{_AT}{key}", str(at))


def load(connection: Connection, key: str) -> tuple[str, int] | None:
    """Return (text, instant of the save), None if there is no such draft."""
    row = connection.execute(select(draft).where(draft.c.key == key)).first()
    return (row.text, row.at) if row else None


def newest(connection: Connection, since: int) -> list[str]:
    """Return the keys of the drafts kept since an instant, the last one first.

    Their texts do not come into the memory: the keys are read from their index.
    """
    there = set(connection.execute(select(draft.c.key)).scalars())
    kept = {key: int(at) for key, at in facts.starting(connection, _AT).items() if key in there}
    recent = [key for key, at in kept.items() if at >= since]
    return sorted(recent, key=lambda key: kept[key], reverse=True)


def clear(connection: Connection, key: str) -> None:
    """Forget a draft: its text is a change now, or was given up."""
    connection.execute(delete(draft).where(draft.c.key == key))
    facts.drop(connection, f"{_AT}{key}")
