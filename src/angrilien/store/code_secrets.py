"""The hash of each animateur's code secret."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store.tables import CodeSecretRow, local_table

code_secret = local_table(CodeSecretRow)


def save(connection: Connection, facilitator_id: str, hashed: str, at: int) -> None:
    """Keep the hash of an animateur's code, in the place of the one before."""
    statement = upsert(code_secret).values(facilitator_id=facilitator_id, hash=hashed, at=at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["facilitator_id"], set_={"hash": hashed, "at": at}
        )
    )


def load(connection: Connection, facilitator_id: str) -> str | None:
    """Return the hash of an animateur's code, None where none was chosen."""
    query = select(code_secret.c.hash).where(code_secret.c.facilitator_id == facilitator_id)
    found: str | None = connection.execute(query).scalar()
    return found


def forget(connection: Connection, facilitator_id: str) -> None:
    """Forget the code of an animateur who is removed from this laptop."""
    connection.execute(delete(code_secret).where(code_secret.c.facilitator_id == facilitator_id))
