"""What is typed and not yet a change."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store.tables import DraftRow, local_table

draft = local_table(DraftRow)


def save(connection: Connection, key: str, text: str, at: int) -> None:
    """Keep the text of a draft, replacing what it was."""
    statement = upsert(draft).values(key=key, text=text, at=at)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"text": text, "at": at})
    )


def load(connection: Connection, key: str) -> tuple[str, int] | None:
    """Return (text, instant of the save), None if there is no such draft."""
    row = connection.execute(select(draft).where(draft.c.key == key)).first()
    return (row.text, row.at) if row else None


def newest(connection: Connection, since: int) -> list[str]:
    """Return the keys of the drafts kept since an instant, the last one first."""
    rows = select(draft.c.key).where(draft.c.at >= since).order_by(draft.c.at.desc())
    return list(connection.execute(rows).scalars())


def clear(connection: Connection, key: str) -> None:
    """Forget a draft: its text is a change now, or was given up."""
    connection.execute(delete(draft).where(draft.c.key == key))
