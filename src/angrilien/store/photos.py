"""Queries about photos, and what became of their files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Join, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store.tables import PhotoCopyRow, local_table, table_of

photo = table_of("photo")
photo_copy = local_table(PhotoCopyRow)

HERE = "here"
HELD = "held"
MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A photo that the server has not yet, and the revision that names it."""

    digest: str
    size: int
    inc: str
    seq: int


def waiting(connection: Connection) -> list[Waiting]:
    """Return the photos that are here and that the server has not, the first one first."""
    query = (
        select(photo.c.digest, photo.c.size, photo.c.inc, photo.c.seq)
        .select_from(_with_copies())
        .where(func.coalesce(photo_copy.c.state, HERE) == HERE)
        .order_by(photo.c.seq)
    )
    return [
        Waiting(digest=row.digest, size=row.size, inc=row.inc, seq=row.seq)
        for row in connection.execute(query)
    ]


def of_workshop(connection: Connection, workshop_id: str) -> int:
    """Return how many photos of a workshop's paper sheet are known, here or sent."""
    query = select(func.count()).select_from(photo).where(photo.c.workshop_id == workshop_id)
    return int(connection.execute(query).scalar_one())


def put(connection: Connection, digest: str, state: str, *, held_after: int | None = None) -> None:
    """Keep what became of a file."""
    statement = upsert(photo_copy).values(digest=digest, state=state, held_after=held_after)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["digest"], set_={"state": state, "held_after": held_after}
        )
    )


def put_back_here(connection: Connection, digests: Collection[str]) -> None:
    """Have files wait again: neither the server nor a backup of it is known to hold them."""
    connection.execute(
        update(photo_copy)
        .where(photo_copy.c.digest.in_(digests))
        .values(state=HERE, held_after=None, backed_up_at=None)
    )


def put_elsewhere(connection: Connection, digest: str) -> None:
    """Note that a photo's file is on another laptop, unless something is known of it here."""
    statement = upsert(photo_copy).values(digest=digest, state=MISSING)
    connection.execute(statement.on_conflict_do_nothing())


def backed_up(connection: Connection, seq: int, at: int) -> None:
    """Note the photos that a verified backup holds.

    A backup that holds a later change than any that was here when the server had the photo was made
    after it, and so holds the photo.
    """
    connection.execute(
        update(photo_copy)
        .where(
            photo_copy.c.state == HELD,
            photo_copy.c.backed_up_at.is_(None),
            photo_copy.c.held_after < seq,
        )
        .values(backed_up_at=at)
    )


def held(connection: Connection) -> set[str]:
    """Return the names of the files that the server has, as far as it said so."""
    query = select(photo_copy.c.digest).where(photo_copy.c.state == HELD)
    return set(connection.execute(query).scalars())


def renumber(connection: Connection, common: int) -> None:
    """Follow the log into a new incarnation."""
    connection.execute(
        update(photo_copy)
        .where(photo_copy.c.held_after.is_not(None))
        .values(held_after=func.max(photo_copy.c.held_after - common, 0))
    )


def only_here(connection: Connection) -> set[str]:
    """Return the names of the files that no backup of the server is known to hold."""
    query = (
        select(photo.c.digest)
        .select_from(_with_copies())
        .where(or_(photo_copy.c.digest.is_(None), photo_copy.c.backed_up_at.is_(None)))
    )
    return set(connection.execute(query).scalars())


def to_remove(connection: Connection, before: int) -> set[str]:
    """Return the names of the files that a backup has held since before an instant."""
    query = select(photo_copy.c.digest).where(photo_copy.c.backed_up_at < before)
    return set(connection.execute(query).scalars())


def erased(connection: Connection) -> set[str]:
    """Return the names of the files whose key was erased: nobody opens them any more."""
    query = select(photo.c.digest).where(func.length(photo.c.key) == 0)
    return set(connection.execute(query).scalars())


def _with_copies() -> Join:
    return photo.outerjoin(photo_copy, photo.c.digest == photo_copy.c.digest)
