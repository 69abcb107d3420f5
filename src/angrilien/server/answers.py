"""Building and signing the server's answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session, col, func, select

from angrilien.server.database import chunks
from angrilien.server.held import held_items, why
from angrilien.server.keyring import Keyring
from angrilien.server.orders import last_order
from angrilien.server.tables import ChangeRow, Device, Incarnation, SheetReceiptRow
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, SheetReceipt, receipt_payload
from angrilien.wire.change import genesis

NEXT_CONTACT: Final = 21_600
"""Seconds until the next contact that the server wishes."""
MIN_VERSION: Final = 1
MAX_RANGES: Final = 6
"""Ranges above a gap that an answer names at most, the lowest first."""
MAX_BYTES: Final = 400
"""Bytes of an answer without its receipts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An answer's bytes and the text of its signature header.

    `tag` is the one it carries; `unchanged`: nothing is new for the laptop, a header is enough.
    `new`: changes of the push that were not stored before.
    """

    body: bytes
    header: str
    tag: str = ""
    unchanged: bool = False
    new: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Signs answers of one programme, from one database's epoch."""

    keyring: Keyring
    epoch: str

    def about(
        self,
        session: Session,
        inc: Incarnation,
        *,
        req: bytes,
        now: int,
        fork: int | None = None,
        sheets: Iterable[str] = (),
    ) -> Answer:
        """Return the answer that tells how far an incarnation's changes are held.

        Args:
            session: sees what was committed.
            inc: the incarnation.
            req: SHA-256 of the request.
            now: the server's clock.
            fork: seq at which the push disagrees with what is stored.
            sheets: ids of the sheets whose receipts are asked for.
        """
        device = session.get(Device, inc.device_id)
        held = held_count(session, inc.device_id)
        answer = Answer(
            aud=self.keyring.aud,
            req=req,
            epoch=self.epoch,
            inc=inc.id,
            ack=inc.ack,
            chain=inc.chain,
            held=held,
            why=why(held_items(session, inc.device_id)) if held else "",
            backed_up=inc.backed_up,
            date=now,
            next=NEXT_CONTACT,
            min_v=MIN_VERSION,
            key=self.keyring.signer.id,
            have=_ranges(session, inc),
            fork=fork,
            revoked=device is not None and device.revoked_at is not None,
            order=last_order(session, inc.device_id),
        )
        # A laptop offers again what is not named: the lowest ranges are enough.
        while answer.have and len(answer.canonical()) > MAX_BYTES:
            answer = replace(answer, have=answer.have[:-1])
        return replace(answer, receipts=self._receipts(session, inc.device_id, sheets))

    def _receipts(
        self, session: Session, device_id: str, sheets: Iterable[str]
    ) -> tuple[SheetReceipt, ...]:
        """Return the receipts of sheets, signed by the key that signs the answer."""
        found = []
        for some in chunks(sorted(set(sheets))):
            rows = session.exec(
                select(SheetReceiptRow)
                .where(
                    col(SheetReceiptRow.sheet_id).in_(some),
                    SheetReceiptRow.device_id == device_id,
                )
                .order_by(SheetReceiptRow.sheet_id)
            )
            found += [self._receipt(row) for row in rows]
        return tuple(found)

    def _receipt(self, row: SheetReceiptRow) -> SheetReceipt:
        """Return a receipt; one that an earlier key signed is signed again, with its date."""
        signer, signature = self.keyring.signer, row.signature
        if row.key != signer.id:
            payload = receipt_payload(
                aud=self.keyring.aud,
                dev=row.device_id,
                inc=row.inc,
                sheet_id=row.sheet_id,
                digest=row.digest,
                date=row.date,
                key=signer.id,
            )
            signature = signer.sign(dsse.RECEIPT, payload)
        return SheetReceipt(sheet_id=row.sheet_id, date=row.date, signature=signature)

    def refusal(self, *, inc: str, device_key: bytes, req: bytes, now: int, refused: str) -> Answer:
        """Return the signed answer that says why a request was not taken."""
        return Answer(
            aud=self.keyring.aud,
            req=req,
            epoch=self.epoch,
            inc=inc,
            ack=0,
            chain=genesis(inc, device_key),
            held=0,
            backed_up=0,
            date=now,
            next=NEXT_CONTACT,
            min_v=MIN_VERSION,
            key=self.keyring.signer.id,
            refused=refused,
        )

    def sign(self, answer: Answer, *, known: int, unchanged: bool = False) -> Signed:
        """Return the answer's bytes with their signature.

        `known` is the number of the laptop's list of keys: it is given a newer one, without which
        it could not tell that a new key is ours. `unchanged`: nothing else is new for it.
        """
        programme = self.keyring.programme
        if programme.keys.number > known:
            unchanged = False
            answer = replace(answer, keys=programme.keys_text, keys_sig=programme.keys_signature)
        body = answer.canonical()
        header = self.keyring.signer.header(dsse.ANSWER, body)
        return Signed(body=body, header=header, tag=answer.tag, unchanged=unchanged)


def held_count(session: Session, device_id: str) -> int:
    """Return how many changes of a device are stored and not applied."""
    statement = (
        select(func.count())
        .select_from(ChangeRow)
        .join(Incarnation, col(Incarnation.id) == ChangeRow.inc)
        .where(Incarnation.device_id == device_id, col(ChangeRow.held).is_not(None))
    )
    return session.exec(statement).one()


def _ranges(session: Session, inc: Incarnation) -> tuple[tuple[int, int], ...]:
    """Return the ranges of seq above `ack` that are stored."""
    # Within a run without gaps, seq minus its rank stays the same.
    rank = func.row_number().over(order_by=col(ChangeRow.seq))
    runs = (
        select(col(ChangeRow.seq).label("seq"), (col(ChangeRow.seq) - rank).label("run"))
        .where(ChangeRow.inc == inc.id, col(ChangeRow.seq) > inc.ack)
        .subquery()
    )
    low = func.min(runs.c.seq)
    statement = (
        select(low, func.max(runs.c.seq)).group_by(runs.c.run).order_by(low).limit(MAX_RANGES)
    )
    return tuple((first, last) for first, last in session.exec(statement))
