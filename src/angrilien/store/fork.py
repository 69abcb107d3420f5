"""A new incarnation: what stands above the common point is numbered anew, and offered again.

The only writer under the intent "fork". No act is made or changed: the same entities, texts, dates,
authors, salts and so commits stand under new numbers; the former numbers stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert, update

from angrilien.store import facts, log, marks, queue
from angrilien.store.log import Position
from angrilien.store.store import Identity
from angrilien.store.tables import (
    ChangeBodyRow,
    ChangeRow,
    IncarnationRow,
    local_table,
    table_of,
)
from angrilien.wire.change import Change, Revision, genesis, next_chain

change = local_table(ChangeRow)
change_body = local_table(ChangeBodyRow)
incarnation = local_table(IncarnationRow)
_STEP = 1000


def begin(
    connection: Connection,
    former: Identity,
    fresh: Identity,
    *,
    common: int,
    made_at: int,
    vouch: bytes,
    token: str,
    besides: Sequence[tuple[str, int, int]] = (),
) -> int:
    """Begin an incarnation in a transaction of intent "fork"; return how many acts came along.

    Args:
        connection: in such a transaction.
        former: the identity before.
        fresh: the identity from now on.
        common: seq of the former one up to which nothing is offered again.
        made_at: milliseconds UTC.
        vouch: body of the request that makes the new key known; kept with the incarnation.
        token: the new token against clones.
        besides: (incarnation, above, up to) of acts of others before, which are offered again too.
    """
    newest = connection.execute(incarnation.select()).all()
    connection.execute(
        insert(incarnation).values(
            inc=fresh.inc,
            dev=fresh.dev,
            public=fresh.public,
            seed=fresh.seed,
            # The newest is the current one, whatever the clock says.
            made_at=max(made_at, *(row.made_at + 1 for row in newest)),
            vouch=vouch,
        )
    )
    end = Position(inc=fresh.inc, seq=0, chain=genesis(fresh.inc, fresh.public), hlc=0)
    numbers: dict[Revision, Revision] = {}
    for range_ in besides:
        end = _renumber(connection, range_, end, numbers)
    queue.begin_anew(connection, common, end.seq)
    last = log.last_seq(connection, former.inc)
    end = _renumber(connection, (former.inc, common, last), end, numbers)
    marks.put(connection, ack=0, backed_up=0, held=0)
    facts.put(connection, "token", token)
    return end.seq


def _renumber(
    connection: Connection,
    which: tuple[str, int, int],
    end: Position,
    numbers: dict[Revision, Revision],
) -> Position:
    former, above, last = which
    current: dict[tuple[str, str], int] = {}
    at = above
    while batch := log.changes_after(connection, former, at, _STEP):
        for one in batch:
            if one.head.seq > last:
                break
            end = _again(connection, one, end, numbers)
            current[(one.head.entity, one.head.entity_id)] = end.seq
        at = batch[-1].head.seq
        if at >= last:
            break
    for (entity, entity_id), seq in current.items():
        table = table_of(entity)
        connection.execute(
            update(table)
            .where(
                table.c.id == entity_id,
                table.c.inc == former,
                table.c.seq > above,
                table.c.seq <= last,
            )
            .values(inc=end.inc, seq=seq)
        )
    return end


def _again(
    connection: Connection, one: Change, end: Position, numbers: dict[Revision, Revision]
) -> Position:
    base = one.head.base
    head = replace(
        one.head,
        inc=end.inc,
        seq=end.seq + 1,
        base=numbers.get(base, base) if base is not None else None,
        hlc=max(one.head.hlc, end.hlc + 1),
    )
    made = replace(one, head=head, chain=next_chain(end.chain, head, one.commit))
    log.insert_change(connection, made)
    numbers[(one.head.inc, one.head.seq)] = (head.inc, head.seq)
    return Position(inc=head.inc, seq=head.seq, chain=made.chain, hlc=head.hlc)
