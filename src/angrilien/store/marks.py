"""What the server last said, and what that leaves to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, and_, cast, exists, func, select, union_all, update

from angrilien.domain.rows import SendingState
from angrilien.store.tables import (
    ChangeRow,
    HaveRow,
    PhotoCopyRow,
    SetAsideRow,
    SettingRow,
    SyncMarkRow,
    local_table,
    table_of,
)

change = local_table(ChangeRow)
have = local_table(HaveRow)
mark = local_table(SyncMarkRow)
photo = table_of("photo")
photo_copy = local_table(PhotoCopyRow)
set_aside = local_table(SetAsideRow)
setting = local_table(SettingRow)

OFFERED_AGAIN: Final = "offered again"
"""Fact: how many changes of incarnations before the server lacks since it was put back."""


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
    """Return all that the line of sending says, from one query.

    Nothing is counted line by line: numbers follow each other in an incarnation. What the server
    holds above a gap has arrived; what it stumbles over is to be mended, and waits for no road.
    """
    end = select(func.max(change.c.seq)).where(change.c.inc == inc).scalar_subquery()
    held_above = select(func.sum(have.c.last - have.c.first + 1)).scalar_subquery()
    aside = select(func.count()).select_from(set_aside).scalar_subquery()
    copies = photo.outerjoin(photo_copy, photo.c.digest == photo_copy.c.digest)
    is_here = func.coalesce(photo_copy.c.state, "here") == "here"
    photos = select(func.count()).select_from(copies).where(is_here).scalar_subquery()
    oldest_photo = (
        select(func.min(change.c.at))
        .select_from(
            copies.join(change, and_(change.c.inc == photo.c.inc, change.c.seq == photo.c.seq))
        )
        .where(is_here)
        .scalar_subquery()
    )
    # Where something may begin that waits: after each run that passed, each line that does not.
    starts = union_all(
        select((mark.c.ack + 1).label("seq")),
        select((have.c.last + 1).label("seq")),
        select((set_aside.c.seq + 1).label("seq")),
    ).subquery()
    oldest = (
        select(change.c.at)
        .join(starts, change.c.seq == starts.c.seq)
        .where(
            change.c.inc == inc,
            change.c.seq > mark.c.ack,
            ~exists().where(have.c.first <= change.c.seq, have.c.last >= change.c.seq),
            ~exists().where(set_aside.c.seq == change.c.seq),
        )
        .order_by(change.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    lacking = cast(
        select(setting.c.value).where(setting.c.name == OFFERED_AGAIN).scalar_subquery(), Integer
    )
    query = select(
        func.coalesce(lacking, 0),
        func.max(func.coalesce(end, 0) - mark.c.ack - func.coalesce(held_above, 0) - aside, 0),
        photos,
        oldest,
        oldest_photo,
        aside,
        *(mark.c[name] for name in _SAID),
    )
    again, waiting, pictures, first, first_picture, stuck, *said = connection.execute(query).one()
    told = dict(zip(_SAID, said, strict=True))
    return SendingState(
        waiting=waiting + pictures + again,
        again=again,
        oldest_waiting=min((at for at in (first, first_picture) if at is not None), default=None),
        has_venue=bool(told["cert"]),
        has_code=bool(told["venue_code"]),
        to_fix=told["held"] + stuck,
        revoked=told["revoked"],
        last_sent=told["last_sent"],
        last_try_failed=told["last_try_failed"],
        last_order=told["last_order"],
    )


_SAID = (
    "cert", "venue_code", "held", "revoked", "last_sent", "last_try_failed", "last_order",
)  # fmt: skip
