"""Queries about sealed sheets and their receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from angrilien.domain.entities import Amendment, Sheet, SheetLine
from angrilien.store import log
from angrilien.store.tables import ReceiptRow, local_table, table_of

amendment = table_of("amendment")
sheet = table_of("sheet")
sheet_line = table_of("sheet_line")
receipt = local_table(ReceiptRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The programme's receipt of a sheet: the incarnation it names, when, by which key."""

    inc: str
    date: int
    key: str
    signature: bytes


def of_workshop(connection: Connection, workshop_id: str) -> Sheet | None:
    """Return the sealed sheet of a workshop, None while it is open.

    Where two laptops ended it without knowing of each other, it is the one that was sealed first.
    """
    query = select(sheet).where(sheet.c.workshop_id == workshop_id)
    row = connection.execute(query.order_by(sheet.c.closed_at, sheet.c.id)).first()
    return log.record_of(Sheet, row) if row else None


def lines(connection: Connection, sheet_id: str) -> list[SheetLine]:
    """Return the lines of a sealed sheet in their order."""
    query = (
        select(sheet_line).where(sheet_line.c.sheet_id == sheet_id).order_by(sheet_line.c.number)
    )
    return [log.record_of(SheetLine, row) for row in connection.execute(query)]


def amendments(connection: Connection, sheet_id: str) -> list[Amendment]:
    """Return the corrections of a sheet, in the order in which they follow each other."""
    query = (
        select(amendment)
        .where(amendment.c.sheet_id == sheet_id)
        .order_by(amendment.c.made_at, amendment.c.id)
    )
    found = [log.record_of(Amendment, row) for row in connection.execute(query)]
    # By their chain: a clock that was set back must not turn their order round.
    after = {made.prev or "": made for made in found}
    ordered, digest = [], ""
    while digest in after:
        ordered.append(after.pop(digest))
        digest = ordered[-1].digest
    return [*ordered, *after.values()]


def last_amendment(connection: Connection, sheet_id: str) -> str | None:
    """Return the digest of the last correction of a sheet, None where there is none."""
    found = amendments(connection, sheet_id)
    return found[-1].digest if found else None


def every(connection: Connection) -> list[Sheet]:
    """Return every sealed sheet of the notebook, in the order in which they were sealed."""
    query = select(sheet).order_by(sheet.c.inc, sheet.c.seq)
    return [log.record_of(Sheet, row) for row in connection.execute(query)]


def incarnation_of(connection: Connection, sheet_id: str) -> str:
    """Return the incarnation that wrote a sheet."""
    query = select(sheet.c.inc).where(sheet.c.id == sheet_id)
    return str(connection.execute(query).scalar_one())


def receipts(connection: Connection) -> dict[str, Receipt]:
    """Return the programme's receipts that this laptop has, by sheet."""
    return {
        row.sheet_id: Receipt(inc=row.inc, date=row.date, key=row.key, signature=row.signature)
        for row in connection.execute(select(receipt))
    }


def last_digest(connection: Connection, inc: str) -> str | None:
    """Return the digest of the sheet that this incarnation sealed last, None for none yet."""
    query = select(sheet.c.digest).where(sheet.c.inc == inc).order_by(sheet.c.seq.desc()).limit(1)
    return connection.execute(query).scalar()


def without_receipt(connection: Connection, inc: str, ack: int) -> list[int]:
    """Return the seqs of an incarnation's acknowledged sheets of which no receipt came."""
    query = (
        select(sheet.c.seq)
        .outerjoin(receipt, receipt.c.sheet_id == sheet.c.id)
        .where(sheet.c.inc == inc, sheet.c.seq <= ack, receipt.c.sheet_id.is_(None))
    )
    return list(connection.execute(query).scalars())


def digests(connection: Connection, sheet_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the digest of each of some sheets, and the id of the key that sealed it."""
    query = select(sheet.c.id, sheet.c.digest, sheet.c.key).where(sheet.c.id.in_(sheet_ids))
    return {row.id: (row.digest, row.key) for row in connection.execute(query)}


def keep_receipt(
    connection: Connection, *, sheet_id: str, inc: str, date: int, key: str, signature: bytes
) -> None:
    """Keep the programme's receipt of a sheet; an earlier one of the same sheet is replaced."""
    values = {"inc": inc, "date": date, "key": key, "signature": signature}
    statement = upsert(receipt).values(sheet_id=sheet_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["sheet_id"], set_=values))


def receipt_date(connection: Connection, sheet_id: str) -> int | None:
    """Return when the programme's server held a sheet, None if it never said so."""
    query = select(receipt.c.date).where(receipt.c.sheet_id == sheet_id)
    return connection.execute(query).scalar()
