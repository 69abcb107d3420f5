"""The photos' files: encrypted, named by their digest, sent in pieces, and whole or not there.

A piece is durable before it is answered, so a laptop goes on where it was cut. What of a photo is
there already stands in a file of that laptop's own: nobody spoils another's. The rows of the
database tell whose photo it is; the file itself, how much of it is held.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_models

from angrilien.domain.entities import Photo
from angrilien.server.base import table
from angrilien.server.database import Database
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow, Device, Incarnation
from angrilien.wire.canonical import BadMessage, b64, loads, sha256, unb64

BLOBS: Final = "blobs"
"""Folder of the files, in the server's data folder."""
MAX_BLOB: Final = 8 << 20
"""Bytes of a photo's file."""
BLOB_UNKNOWN: Final = "blob_unknown"
"""Signed refusal: no change of this laptop names the photo, or not with that size."""
BAD_BLOB: Final = "bad_blob"
"""Signed refusal: what came is not what its digest says; it was thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a photo's file: `data` begins at `offset` of its `size` bytes."""

    digest: str
    offset: int
    size: int
    data: bytes

    def is_possible(self) -> bool:
        """Tell whether such a piece can be part of any file."""
        try:
            unb64(self.digest, 32)
        except BadMessage:
            return False
        return 0 < self.size <= MAX_BLOB and 0 <= self.offset <= self.size - len(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a piece: bytes held of the file, or the code of a refusal."""

    held: int
    refused: str = ""


def take(database: Database, dev: str, piece: Piece) -> Taken:
    """Keep of a piece of a laptop's photo what follows what is held, unless it begins beyond.

    Each road cuts a photo in its own way: what one began, another ends.

    Raises:
        OSError: there is no room, or the folder cannot be written; nothing of the piece is kept.
    """
    whole = path_of(database.folder / BLOBS, piece.digest)
    with database.writing() as session:
        # The laptop's own row: two pieces of one photo, at two workers, follow each other.
        session.exec(select_models(Device).where(Device.id == dev).with_for_update()).one()
        if _size_said(session, dev, piece.digest) != piece.size:
            return Taken(held=0, refused=BLOB_UNKNOWN)
        if whole.exists():
            return Taken(held=piece.size)
        part = whole.with_name(f"{whole.name}.{dev}")
        held = part.stat().st_size if part.exists() else 0
        if piece.offset <= held < piece.offset + len(piece.data):
            held = _append(part, held, piece.data[held - piece.offset :])
        if held < piece.size:
            return Taken(held=held)
        if b64(sha256(part.read_bytes())) != piece.digest:
            part.unlink()
            return Taken(held=0, refused=BAD_BLOB)
        part.replace(whole)
        sync_folder(whole.parent)
        return Taken(held=piece.size)


def path_of(blobs: Path, digest: str) -> Path:
    """Return where the whole file of a digest stands: its name does not depend on letters' case.

    Raises:
        BadMessage: it is no digest.
    """
    name = unb64(digest, 32).hex()
    return blobs / name[:2] / name


def copy_blobs(source: Path, target: Path) -> list[str]:
    """Copy the whole files that are not there yet, each durably; return the names of all.

    Raises:
        OSError: there is no room, or a folder cannot be written.
    """
    names = sorted(path.name for path in source.glob("??/*") if not path.suffix)
    for name in names:
        copied = target / name[:2] / name
        if copied.exists():
            continue
        copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = copied.with_name(copied.name + ".new")
        shutil.copyfile(source / name[:2] / name, draft)
        sync_file(draft)
        draft.replace(copied)
        sync_folder(copied.parent)
    return names


def _size_said(session: Session, dev: str, digest: str) -> int | None:
    """Return the size of a photo by the laptop's own record, None where there is none.

    A record that is held counts: the line came before, and will be judged later.
    """
    photo, changes = PROJECTED[Photo.ENTITY], table(ChangeRow)
    own = select(col(Incarnation.id)).where(col(Incarnation.device_id) == dev)
    shown = select(photo.c.size).where(photo.c.digest == digest, photo.c.rev_inc.in_(own))
    size: int | None = session.connection().execute(shown.limit(1)).scalar()
    if size is not None:
        return size
    held = select(changes.c.shared).where(
        changes.c.held.is_not(None),
        changes.c.entity == Photo.ENTITY,
        changes.c.inc.in_(own),
        changes.c.shared.contains(digest, autoescape=True),
    )
    for shared in session.connection().execute(held).scalars():
        with suppress(BadMessage):
            value = loads(shared.encode("utf-8"))
            if value.get("digest") == digest and type(value.get("size")) is int:
                return int(value["size"])
    return None


def _append(part: Path, held: int, data: bytes) -> int:
    """Write at the end of a file of `held` bytes, durably; return the file's size."""
    new = not part.exists()
    if new:
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with part.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            os.truncate(part, held)
        raise
    if new:
        for folder in (part.parent, part.parent.parent, part.parent.parent.parent):
            sync_folder(folder)
    return held + len(data)


def sync_file(path: Path) -> None:
    """Make durable what was written to a file."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make durable what was renamed in a folder."""
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush; its rename is journalled.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
