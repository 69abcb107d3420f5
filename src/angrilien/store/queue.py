"""What stands between the log and the acknowledgement: runs that passed, lines that do not.

All of it is about the present incarnation, and small: a handful of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.store.tables import AppliedOrderRow, HaveRow, SetAsideRow, local_table

have_table = local_table(HaveRow)
set_aside_table = local_table(SetAsideRow)
applied_order_table = local_table(AppliedOrderRow)

Range = tuple[int, int]
"""First and last seq of a run of changes."""


def have(connection: Connection) -> list[Range]:
    """Return the runs above a gap that the server holds, the lowest first."""
    query = select(have_table).order_by(have_table.c.first)
    return [(row.first, row.last) for row in connection.execute(query)]


def put_have(connection: Connection, ranges: Iterable[Range]) -> None:
    """Keep these runs in the place of those before."""
    connection.execute(delete(have_table))
    values = [{"first": first, "last": last} for first, last in ranges]
    if values:
        connection.execute(insert(have_table), values)


def set_aside(connection: Connection) -> dict[int, int]:
    """Return the changes that are offered alone, and when each last was, milliseconds UTC."""
    query = select(set_aside_table).order_by(set_aside_table.c.seq)
    return {row.seq: row.offered_at for row in connection.execute(query)}


def put_aside(connection: Connection, seq: int, offered_at: int) -> None:
    """Set a change aside, or note that it was offered again."""
    statement = upsert(set_aside_table).values(seq=seq, offered_at=offered_at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["seq"], set_={"offered_at": statement.excluded.offered_at}
        )
    )


def let_through(connection: Connection, seqs: Iterable[int]) -> None:
    """Forget changes that the server took after all."""
    connection.execute(delete(set_aside_table).where(set_aside_table.c.seq.in_(list(seqs))))


def orders(connection: Connection) -> list[tuple[int, int]]:
    """Return the orders applied, in rising number: (number, last seq written before it)."""
    query = select(applied_order_table).order_by(applied_order_table.c.number)
    return [(row.number, row.seq) for row in connection.execute(query)]


def note_order(connection: Connection, number: int, seq: int) -> None:
    """Note where the log stands as an order is applied."""
    statement = upsert(applied_order_table).values(number=number, seq=seq)
    connection.execute(statement.on_conflict_do_nothing())


def begin_anew(connection: Connection, common: int, at: int) -> None:
    """Follow the log into a new incarnation: what stood above `common` is numbered above `at`."""
    aside, applied = set_aside(connection), orders(connection)
    for table in (have_table, set_aside_table, applied_order_table):
        connection.execute(delete(table))
    for seq, offered_at in aside.items():
        if seq > common:
            put_aside(connection, seq - common + at, offered_at)
    for number, seq in applied:
        note_order(connection, number, max(seq - common, 0) + at)


def covered(connection: Connection, ack: int) -> list[Range]:
    """Return all that need not be offered: acknowledged, held above a gap, set aside."""
    aside = [(seq, seq) for seq in set_aside(connection)]
    return merged([(1, ack), *have(connection), *aside])


def merged(ranges: Iterable[Range], *, above: int = 0) -> list[Range]:
    """Return the same numbers above `above` as the fewest ranges, the lowest first."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        low = max(first, above + 1)
        if last < low:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((low, last))
    return found


def first_gap(covered: Sequence[Range], end: int) -> Range | None:
    """Return the lowest run up to `end` that is not covered, None where there is none.

    `covered` comes from `merged`, and includes what is acknowledged.
    """
    low = 1
    for first, last in covered:
        if low < first:
            return (low, min(first - 1, end)) if low <= end else None
        low = last + 1
    return (low, end) if low <= end else None
