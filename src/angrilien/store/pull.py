"""Taking back one's own changes from the server: those that a restored file lacks."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from angrilien.domain.entities import BY_ENTITY, Participant
from angrilien.domain.record import BadRecord, join
from angrilien.errors import BugError
from angrilien.store import log, people
from angrilien.store.tables import table_of
from angrilien.wire.change import Change, next_chain


def take(connection: Connection, changes: Sequence[Change], chain: bytes) -> int:
    """Keep changes of a former incarnation that follow `chain`; return how many rows they made.

    In a transaction of intent "pull". A row that was written on since, under another incarnation,
    stays as it is: the change is kept beside it, and somebody looks at both.

    Raises:
        BugError: they do not follow the log; nothing is kept.
    """
    made = 0
    for one in changes:
        chain = next_chain(chain, one.head, one.commit)
        if one.chain != chain:
            raise BugError("what was taken back does not follow the log")
        log.insert_change(connection, one)
        made += _apply(connection, one)
    return made


def _apply(connection: Connection, one: Change) -> bool:
    head, body = one.head, one.body
    record_type = BY_ENTITY.get(head.entity)
    if body is None or record_type is None:
        return False
    table = table_of(head.entity)
    query = select(table.c.inc, table.c.seq).where(table.c.id == head.entity_id)
    there = connection.execute(query).first()
    if there is not None:
        # What follows what stands here replaces it, under whatever incarnation it was written.
        follows = head.base == (there.inc, there.seq)
        if not follows and (there.inc != head.inc or there.seq > head.seq):
            return False
    try:
        record = join(
            record_type, head.entity_id, json.loads(body.shared), json.loads(body.private)
        )
    except BadRecord:
        return False
    log.put_record(connection, record, head.inc, head.seq)
    if isinstance(record, Participant):
        people.index(connection, [record])
    return True
