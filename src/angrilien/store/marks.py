"""What the server last said, and what that leaves to send."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from angrilien.domain.rows import SendingState
from angrilien.store.tables import ChangeRow, SyncMarkRow, local_table

change = local_table(ChangeRow)
mark = local_table(SyncMarkRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The one row of `sync_mark`."""

    epoch: str
    ack: int
    backed_up: int
    held: int
    last_order: int
    revoked: bool
    last_sent: int | None
    last_contact: int | None
    last_try_failed: bool
    skew: int | None
    keys: str
    keys_sig: str
    cert: str
    cert_sig: str
    venue_code: str


def read(connection: Connection) -> Marks:
    """Return the marks."""
    row = connection.execute(select(mark)).one()
    return Marks(**{name: getattr(row, name) for name in Marks.__slots__})


def put(connection: Connection, **values: str | int | bool | None) -> None:
    """Change some of the marks."""
    connection.execute(update(mark).values(**values))


def sending_state(connection: Connection, inc: str) -> SendingState:
    """Return all that the line of sending says, from one query."""
    unsent = (change.c.inc == inc) & (change.c.seq > mark.c.ack)
    query = select(
        select(func.count()).select_from(change).where(unsent).scalar_subquery().label("waiting"),
        select(func.min(change.c.at)).where(unsent).scalar_subquery().label("oldest"),
        mark.c.cert,
        mark.c.venue_code,
        mark.c.held,
        mark.c.revoked,
        mark.c.last_sent,
        mark.c.last_try_failed,
    )
    row = connection.execute(query).one()
    return SendingState(
        waiting=row.waiting,
        oldest_waiting=row.oldest,
        has_venue=bool(row.cert),
        has_code=bool(row.venue_code),
        to_fix=row.held,
        revoked=row.revoked,
        last_sent=row.last_sent,
        last_try_failed=row.last_try_failed,
    )
