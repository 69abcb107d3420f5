"""Checking the seal of a sheet once all its lines are there, and giving the programme's receipt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from angrilien.domain.entities import Sheet, SheetLine, Workshop
from angrilien.server.base import table
from angrilien.server.keyring import Keyring
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow, DeviceKey, Incarnation, SheetReceiptRow
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.answer import receipt_payload
from angrilien.wire.canonical import BadMessage, loads, unb64
from angrilien.wire.sheet import SealedSheet, line_commitment

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
    # The incarnation that the key was made with is the one that sealed, also after a fork.
    of_key = select(col(Incarnation.id)).where(col(Incarnation.key_id) == key.id)
    for inc in session.connection().execute(of_key).scalars().all():
        for times in _workshop_times(session, row.workshop_id):
            sealed = _sealed(keyring.aud, device_id, inc, row, lines, times)
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
    names = [column.name for column in PROJECTED[SheetLine.ENTITY].columns]
    for line in lines:
        if line.salt is None:
            continue  # its names stayed at the venue: the seal covers its commitment
        values = {n: getattr(line, n) for n in names if n not in ("rev_inc", "rev_seq")}
        if line_commitment(SheetLine(**values)) != line.commitment:
            return False
    return True


def _workshop_times(session: Session, workshop_id: str) -> list[tuple[str, int, int, str]]:
    """Return the times that the workshop has had, the latest first: one of them was sealed."""
    changes = table(ChangeRow)
    rows = session.connection().execute(
        select(changes.c.shared)
        .where(
            changes.c.entity_id == workshop_id,
            changes.c.entity == Workshop.ENTITY,
            changes.c.held.is_(None),
            changes.c.shared.is_not(None),
        )
        .order_by(changes.c.server_seq.desc())
    )
    found = (loads(shared.encode("utf-8")) for (shared,) in rows)
    return list(
        dict.fromkeys(
            (value["date"], value["starts_at"], value["ends_at"], value["tz"]) for value in found
        )
    )


def _sealed(
    aud: str,
    device_id: str,
    inc: str,
    row: Row[Any],
    lines: list[Row[Any]],
    times: tuple[str, int, int, str],
) -> SealedSheet:
    date, starts_at, ends_at, tz = times
    return SealedSheet(
        aud=aud,
        dev=device_id,
        inc=inc,
        sheet_id=row.id,
        workshop_id=row.workshop_id,
        venue_id=row.venue_id,
        facilitator_id=row.facilitator_id,
        date=date,
        starts_at=starts_at,
        ends_at=ends_at,
        tz=tz,
        closed_at=row.closed_at,
        present=row.present,
        first_timers=row.first_timers,
        prev=row.prev or "",
        commitments=[line.commitment for line in lines],
    )


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
