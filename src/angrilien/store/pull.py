"""Taking changes from the server: one's own that a restored file lacks, and those of others.

Both in a transaction of intent "pull"; what the rows say then follows from all their changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, tuple_

from angrilien.domain.entities import Photo
from angrilien.errors import BugError
from angrilien.store import log, merging, photos
from angrilien.store.tables import (
    ChangeBodyRow,
    ChangeRow,
    ErasureRow,
    local_table,
    table_of,
)
from angrilien.wire.change import SALT_SIZE, Change, Revision, next_chain
from angrilien.wire.pull import Given

change = local_table(ChangeRow)
change_body = local_table(ChangeBodyRow)
erasure = local_table(ErasureRow)
photo = table_of("photo")
_STEP = 300


def take(connection: Connection, changes: Sequence[Change], chain: bytes) -> int:
    """Keep changes of a former incarnation that follow `chain`; return how many rows they made.

    Raises:
        BugError: they do not follow the log; nothing is kept.
    """
    for one in changes:
        chain = next_chain(chain, one.head, one.commit)
        if one.chain != chain:
            raise BugError("what was taken back does not follow the log")
        log.insert_change(connection, one)
    return merging.settle(connection, {(one.head.entity, one.head.entity_id) for one in changes})


def take_others(connection: Connection, some: Sequence[Given]) -> int:
    """Keep changes of other laptops, those that are here already left aside.

    Of what an erasure names, no body is kept.

    Returns:
        How many rows are other ones than before.

    Raises:
        OtherChange: one says something else than what is here under its number; nothing is kept.
    """
    known = _commits(connection, [(one.head.inc, one.head.seq) for one in some])
    for one in some:
        if known.get((one.head.inc, one.head.seq), one.commit) != one.commit:
            raise OtherChange
    fresh = [one for one in some if (one.head.inc, one.head.seq) not in known]
    erased = set(map(tuple, connection.execute(select(erasure.c.entity, erasure.c.entity_id))))
    for one in fresh:
        # Its chain is its own laptop's affair: what does not belong here is missing before it.
        log.insert_change(
            connection, Change(head=one.head, commit=one.commit, chain=b"", body=None)
        )
        if one.shared is not None and (one.head.entity, one.head.entity_id) not in erased:
            connection.execute(insert(change_body), [_body_values(one)])
    made = merging.settle(connection, {(one.head.entity, one.head.entity_id) for one in some})
    pictures = [one.head.entity_id for one in some if one.head.entity == Photo.ENTITY]
    for digest in connection.execute(select(photo.c.digest).where(photo.c.id.in_(pictures))):
        # The picture stays with the laptop that took it, and on the server.
        photos.put_elsewhere(connection, digest[0])
    return made


class OtherChange(Exception):
    """What came says something else than what is here under the same number."""


def _commits(connection: Connection, revisions: Sequence[Revision]) -> dict[Revision, bytes]:
    found: dict[Revision, bytes] = {}
    for start in range(0, len(revisions), _STEP):
        query = select(change.c.inc, change.c.seq, change.c["commit"]).where(
            tuple_(change.c.inc, change.c.seq).in_(revisions[start : start + _STEP])
        )
        found.update({(inc, seq): commit for inc, seq, commit in connection.execute(query)})
    return found


def _body_values(one: Given) -> dict[str, object]:
    """Return a body's row; a private half that did not travel is empty."""
    salt = one.body.salt if one.body else bytes(SALT_SIZE)
    private = one.body.private if one.body else ""
    return {
        "inc": one.head.inc,
        "seq": one.head.seq,
        "salt": salt,
        "shared": one.shared,
        "private": private,
    }
