"""Checking the seal of a sheet once all its lines are there, and giving the programme's receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from angrilien.domain.entities import Sheet, SheetLine, Workshop
from angrilien.domain.sheet import with_times
from angrilien.server.keyring import Keyring
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import DeviceKey, Incarnation, SheetReceiptRow
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.answer import receipt_payload
from angrilien.wire.canonical import BadMessage, unb64
from angrilien.wire.sheet import line_commitment, sealed_sheet

BAD_SEAL = "bad_seal"


def check_seals(
    session: Session, keyring: Keyring, sheet_ids: Iterable[str], now: int
) -> tuple[list[str], list[str]]:
    """Give a receipt to each of these sheets whose lines are all there and whose seal is right.

    Returns:
        The ids of the sheets that have their receipt now, and of those whose seal is not right.
    """
    sealed: list[str] = []
    bad: list[str] = []
    sheet = PROJECTED[Sheet.ENTITY]
    for sheet_id in sorted(set(sheet_ids)):
        if session.get(SheetReceiptRow, sheet_id) is not None:
            continue
        row = session.connection().execute(select(sheet).where(sheet.c.id == sheet_id)).first()
        if row is None:
            continue
        inc = session.get_one(Incarnation, row.rev_inc)
        lines = _lines(session, sheet_id, inc.device_id)
        if len(lines) < row.lines:
            continue
        sealed_under = _sealed_under(session, keyring, row, inc.device_id, lines)
        if sealed_under is None:
            bad.append(sheet_id)
            continue
        session.add(_receipt(keyring, row, inc.device_id, sealed_under, now))
        sealed.append(sheet_id)
    session.flush()
    return sealed, bad


def _lines(session: Session, sheet_id: str, device_id: str) -> list[Row[Any]]:
    """Return the lines that the sheet's own device wrote, in order."""
    line = PROJECTED[SheetLine.ENTITY]
    return list(
        session.connection().execute(
            select(line)
            .join(Incarnation, col(Incarnation.id) == line.c.rev_inc)
            .where(line.c.sheet_id == sheet_id, col(Incarnation.device_id) == device_id)
            .order_by(line.c.number, line.c.id)
        )
    )


def _sealed_under(
    session: Session, keyring: Keyring, row: Row[Any], device_id: str, lines: list[Row[Any]]
) -> str | None:
    """Return the incarnation under which a sheet was sealed, None where its seal is not right."""
    key = session.get(DeviceKey, row.key)
    if key is None or key.device_id != device_id or not _lines_are_right(row, lines):
        return None
    try:
        signature = unb64(row.signature, 64)
    except BadMessage:
        return None
    sheet = _sheet_of(session, row)
    if sheet is None:
        return None
    commitments = [line.commitment for line in lines]
    # The incarnation that the key was made with is the one that sealed, also after a fork.
    of_key = select(col(Incarnation.id)).where(col(Incarnation.key_id) == key.id)
    for inc in session.connection().execute(of_key).scalars().all():
        sealed = sealed_sheet(
            sheet, aud=keyring.aud, dev=device_id, inc=inc, commitments=commitments
        )
        if sealed.digest() != row.digest:
            continue
        try:
            verify(key.public, dsse.SHEET, sealed.canonical(), signature)
        except BadSignature:
            return None
        return str(inc)
    return None


def _lines_are_right(row: Row[Any], lines: list[Row[Any]]) -> bool:
    if [line.number for line in lines] != list(range(1, row.lines + 1)):
        return False
    for line in lines:
        if line.salt is None:
            continue  # its names stayed at the venue: the seal covers its commitment
        values = {f.name: getattr(line, f.name) for f in fields(SheetLine)}
        if line_commitment(SheetLine(**values)) != line.commitment:
            return False
    return True


def _sheet_of(session: Session, row: Row[Any]) -> Sheet | None:
    """Return a sheet with its times, None where they are not here.

    Sheets of the schemas before the third say none: theirs are those of their workshop.
    """
    sheet = Sheet(**{f.name: getattr(row, f.name) for f in fields(Sheet)})
    if sheet.date is not None:
        return sheet
    workshop = PROJECTED[Workshop.ENTITY]
    of_sheet = select(workshop).where(workshop.c.id == sheet.workshop_id)
    there = session.connection().execute(of_sheet).first()
    return with_times(sheet, there) if there is not None else None


def _receipt(
    keyring: Keyring, row: Row[Any], device_id: str, inc: str, now: int
) -> SheetReceiptRow:
    signer = keyring.signer
    payload = receipt_payload(
        aud=keyring.aud,
        dev=device_id,
        inc=inc,
        sheet_id=row.id,
        digest=row.digest,
        date=now,
        key=signer.id,
    )
    return SheetReceiptRow(
        sheet_id=row.id,
        device_id=device_id,
        inc=inc,
        digest=row.digest,
        date=now,
        key=signer.id,
        signature=signer.sign(dsse.RECEIPT, payload),
    )
