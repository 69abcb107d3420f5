"""A restore drill: a backup is put back for good, and checked, before anybody relies on it.

Only a drill raises `backed_up`, and only to what it has itself recomputed: each incarnation's chain
from its first change on, the programme's receipts, the files of photos. Laptops let go of nothing
before that.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, select
from sqlmodel import Session, col

from angrilien.server import backups
from angrilien.server.backups import Manifest, Progress
from angrilien.server.base import table
from angrilien.server.blobs import BLOBS
from angrilien.server.database import Database
from angrilien.server.errors import BackupDamaged
from angrilien.server.ingest import own_head
from angrilien.server.keyring import Keyring
from angrilien.server.tables import ChangeRow, DeviceKey, Incarnation, SheetReceiptRow
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.answer import receipt_payload
from angrilien.wire.canonical import b64, sha256
from angrilien.wire.change import commit_of, genesis, next_chain

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """What a drill proved: the backup's manifest, and how much of each kind was checked.

    `raised` is the number of incarnations whose `backed_up` rose.
    """

    manifest: Manifest
    changes: int
    receipts: int
    photos: int
    raised: int


def drill(
    database: Database,
    keyring: Keyring,
    backup: Path,
    now: int,
    *,
    told: Progress = lambda _count: None,
) -> Drilled:
    """Put a backup back into a scratch database, check all of it, and raise `backed_up`.

    Raises:
        NotABackup, ForeignBackup, NewerBackup, BackupDamaged: `backed_up` stays as it is.
        CannotWrite: there is no room for the scratch database.
    """
    with tempfile.TemporaryDirectory(prefix=backups.SCRATCH, dir=backup.parent) as scratch:
        tried = Database(Path(scratch))
        try:
            manifest = backups.restore(backup, tried, None, keyring, now, told=told)
            with backups.snapshot(tried) as connection:
                ends = _check_chains(connection)
                receipts = _check_receipts(connection, keyring)
        finally:
            tried.close()
    photos = _check_photos(backup)
    with database.writing() as session:
        raised = _raise(session, ends)
    return Drilled(
        manifest=manifest,
        changes=sum(seq for seq, _ in ends.values()),
        receipts=receipts,
        photos=photos,
        raised=raised,
    )


def _check_chains(connection: Connection) -> dict[str, tuple[int, bytes]]:
    """Recompute the chain of each incarnation; return where it ends: seq and chain value."""
    incarnation, key = table(Incarnation), table(DeviceKey)
    lives = connection.execute(
        select(incarnation.c.id, incarnation.c.ack, incarnation.c.chain, key.c.public).join(
            key, key.c.id == incarnation.c.key_id
        )
    ).all()
    ends: dict[str, tuple[int, bytes]] = {}
    for life in lives:
        end = _chain_of(connection, life.id, genesis(life.id, life.public), life.ack)
        if end != life.chain:
            raise BackupDamaged
        ends[life.id] = (life.ack, end)
    return ends


def _chain_of(connection: Connection, inc: str, chain: bytes, last: int) -> bytes:
    changes = table(ChangeRow)
    seq = 0
    while seq < last:
        rows = connection.execute(
            select(changes)
            .where(changes.c.inc == inc, changes.c.seq > seq, changes.c.seq <= last)
            .order_by(changes.c.seq)
            .limit(_AT_ONCE)
        ).all()
        for row in rows:
            seq += 1
            if row.seq != seq or not _body_is_right(row):
                raise BackupDamaged
            chain = next_chain(chain, own_head(row), row.commit)
            if row.chain != chain:
                raise BackupDamaged
        if not rows:
            raise BackupDamaged
    return chain


def _body_is_right(row: Row[Any]) -> bool:
    """Tell whether the body has the commit of the change; one that did not travel has none."""
    if row.shared is None:
        return True
    digest = row.private_digest
    if row.private is not None and row.salt is not None:
        digest = sha256(row.salt + row.private.encode("utf-8"))
    return digest is not None and commit_of(row.shared, digest) == row.commit


def _check_receipts(connection: Connection, keyring: Keyring) -> int:
    receipts = connection.execute(select(table(SheetReceiptRow))).all()
    for row in receipts:
        payload = receipt_payload(
            aud=keyring.aud,
            dev=row.device_id,
            inc=row.inc,
            sheet_id=row.sheet_id,
            digest=row.digest,
            date=row.date,
            key=row.key,
        )
        try:
            keyring.programme.check_signed(
                dsse.RECEIPT, payload, f"{row.key}, {b64(row.signature)}"
            )
        except BadSignature as error:
            raise BackupDamaged from error
    return len(receipts)


def _check_photos(backup: Path) -> int:
    """Check the files that the backup relies on, where they stand: all there, all right."""
    with backups.opened(backup) as connection:
        names = backups.photos(connection)
    for name in names:
        try:
            found = sha256((backup.parent / BLOBS / name[:2] / name).read_bytes())
        except OSError as error:
            raise BackupDamaged from error
        if found.hex() != name:
            raise BackupDamaged
    return len(names)


def _raise(session: Session, ends: dict[str, tuple[int, bytes]]) -> int:
    """Raise `backed_up` of the incarnations whose log is the backup's as far as it goes."""
    raised = 0
    for inc_id, (seq, chain) in ends.items():
        inc = session.get(Incarnation, inc_id)
        if inc is None or inc.backed_up >= seq:
            continue
        here = session.connection().execute(
            select(col(ChangeRow.chain)).where(
                col(ChangeRow.inc) == inc_id, col(ChangeRow.seq) == seq
            )
        )
        if here.scalar() == chain:
            inc.backed_up = seq
            session.add(inc)
            raised += 1
    return raised
