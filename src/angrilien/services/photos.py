"""Photos of paper sheets: kept encrypted beside the notebook, sent after the lines, then let go.

A photo is too large for the log. Its record says its digest and its key; the file in `photos/` is
named by the digest and says nothing to whoever lacks the key.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from angrilien.domain.entities import Photo, Workshop
from angrilien.errors import BugError, NotAPhoto, PhotoGone, PhotoTooLarge, WorkshopGone
from angrilien.services.notebook import Notebook
from angrilien.services.speaking import who
from angrilien.store import log, marks, photos, queue
from angrilien.sync.jobs import Job, blob_job
from angrilien.vault.files import save_atomically
from angrilien.vault.picture import OVERHEAD, BadPicture, digest_of, lock, unlock
from angrilien.wire.answer import Answer
from angrilien.wire.ids import new_id

FOLDER: Final = "photos"
MOST: Final = 8 << 20
"""Bytes of a file that the server takes."""
KEPT_AFTER: Final = 30 * 24 * 3600 * 1000
"""Milliseconds that a file stays here once a backup of the server holds it."""
_KINDS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How a JPEG and a PNG begin."""
_log = logging.getLogger(__name__)


def attach_photo(nb: Notebook, workshop_id: str, data: bytes) -> str:
    """Keep a photo of a workshop's paper sheet; return its id.

    Raises:
        NotAPhoto: neither a JPEG nor a PNG.
        PhotoTooLarge: it would be more than the server takes.
        WorkshopGone: there is no such workshop.
        DiskFull, FolderReadOnly: nothing was kept.
    """
    if not data.startswith(_KINDS):
        raise NotAPhoto
    if len(data) + OVERHEAD > MOST:
        raise PhotoTooLarge(size=MOST >> 20)
    locked = lock(data)
    path = _path(nb, locked.digest)
    path.parent.mkdir(exist_ok=True)
    # The file first: a record without it would wait for ever, a file without a record is swept.
    save_atomically(path, locked.stored)
    made = Photo(
        id=new_id(),
        workshop_id=workshop_id,
        digest=locked.digest,
        size=len(locked.stored),
        key=locked.key,
    )
    with nb.store.act(nb.stamp()) as act:
        if act.read(Workshop, workshop_id) is None:
            raise WorkshopGone
        act.put(made)
        photos.put(act.connection, made.digest, photos.HERE)
    return made.id


def count(nb: Notebook, workshop_id: str) -> int:
    """Return how many photos of a workshop's paper sheet are kept, here or at the programme."""
    with nb.store.read() as connection:
        return photos.of_workshop(connection, workshop_id)


def read_photo(nb: Notebook, photo_id: str) -> bytes:
    """Return a photo that is still here.

    Raises:
        PhotoGone: its file is not here any more, or is damaged.
    """
    with nb.store.read() as connection:
        found = log.read(connection, Photo, photo_id)
    if found is None:
        raise BugError("no such photo")
    try:
        return unlock(_path(nb, found.digest).read_bytes(), found.key)
    except (OSError, BadPicture) as error:
        raise PhotoGone from error


def next_piece(nb: Notebook, offsets: dict[str, int], limit: int) -> Job | None:
    """Return the next piece to send of the photos whose record the server has; None for none.

    Args:
        nb: the notebook.
        offsets: how much of each photo the server holds, as far as it said so.
        limit: bytes of a piece.
    """
    with nb.store.read() as connection:
        found = photos.waiting(connection)
        covered = queue.merged([(1, marks.read(connection).ack), *queue.have(connection)])
    for one in found:
        named = one.inc != nb.store.identity.inc or any(a <= one.seq <= b for a, b in covered)
        offset = offsets.get(one.digest, 0)
        if not named or offset < 0:
            continue
        stored = _stored(nb, one.digest)
        if stored is None:
            _log.warning("the file of a photo is missing or damaged, its record stays")
            with nb.store.write() as connection:
                photos.put(connection, one.digest, photos.MISSING)
            continue
        piece = stored[offset : offset + limit]
        return blob_job(who(nb), one.digest, offset=offset, size=len(stored), piece=piece)
    return None


def pieces(nb: Notebook, size: int, fits: Callable[[int], bool]) -> Iterator[tuple[Job, bool]]:
    """Give the photos that the server has not, in pieces; with each, whether it is the last.

    For a file: their lines stand before them in it. It ends before the first photo of whose bytes
    `fits` says that they are too many.
    """
    with nb.store.read() as connection:
        found = photos.waiting(connection)
    for one in found:
        stored = _stored(nb, one.digest) or b""
        if not fits(len(stored)):
            return
        for offset in range(0, len(stored), size):
            piece = stored[offset : offset + size]
            job = blob_job(who(nb), one.digest, offset=offset, size=len(stored), piece=piece)
            yield job, offset + size >= len(stored)


def record_piece(nb: Notebook, job: Job, answer: Answer, offsets: dict[str, int]) -> None:
    """Write down how much of a photo the server holds, and whether that is all.

    A photo that it does not take now is left for the next run or the next hours: below zero, its
    offset says so.
    """
    held, size = answer.blob or (0, 0)
    with nb.store.write() as connection:
        if size and held >= size:
            end = nb.store.position(connection).seq
            photos.put(connection, job.blob, photos.HELD, held_after=end)
            offsets.pop(job.blob, None)
        else:
            stuck = bool(answer.refused) or held == offsets.get(job.blob)
            offsets[job.blob] = -1 if stuck else held


def record_held(nb: Notebook, digest: str, answer: Answer) -> None:
    """Write down that the server holds all of a photo, if that is what a receipt says."""
    held, size = answer.blob or (0, 0)
    with nb.store.write() as connection:
        waiting = {one.digest for one in photos.waiting(connection)}
        if size and held >= size and digest in waiting:
            end = nb.store.position(connection).seq
            photos.put(connection, digest, photos.HELD, held_after=end)


def server_was_put_back(nb: Notebook) -> None:
    """Have the photos wait again that the server may have lost.

    One whose file was let go of is passed over: nothing here could be sent of it.
    """
    with nb.store.write() as connection:
        held = photos.held(connection)
        photos.put_back_here(connection, [one for one in held if _path(nb, one).is_file()])


def look_after(nb: Notebook) -> int:
    """Let go of the files that are not needed here any more; return how many.

    Those that a backup of the server has held for thirty days, and those whose key was erased. One
    that no record names stays: a safety copy may name it.
    """
    folder = nb.folder / FOLDER
    if not folder.is_dir():
        return 0
    with nb.store.read() as connection:
        gone = photos.erased(connection)
        gone |= photos.to_remove(connection, nb.clock.now() - KEPT_AFTER)
    count = 0
    for path in folder.iterdir():
        if path.name in gone or path.suffix == ".new":
            with contextlib.suppress(OSError):
                path.unlink()
                count += 1
    return count


def forget_erased(nb: Notebook) -> None:
    """Remove the files whose key an order of the programme erased; they wait for nothing."""
    with nb.store.write() as connection:
        found = photos.erased(connection)
        for digest in found:
            photos.put(connection, digest, photos.MISSING)
    for digest in found:
        with contextlib.suppress(OSError):
            _path(nb, digest).unlink(missing_ok=True)


def copy_into(nb: Notebook, place: Path) -> int:
    """Copy the files that no backup of the server holds yet to a folder; return how many.

    Raises:
        OSError: there is no room, or it cannot be written.
    """
    with nb.store.read() as connection:
        wanted = photos.only_here(connection)
    return _copy(nb.folder / FOLDER, place / FOLDER, wanted)


def _copy(source: Path, target: Path, wanted: Collection[str]) -> int:
    count = 0
    for name in sorted(wanted):
        if (source / name).is_file() and not (target / name).exists():
            target.mkdir(exist_ok=True)
            temporary = target / (name + ".new")
            shutil.copyfile(source / name, temporary)
            temporary.replace(target / name)
            count += 1
    return count


def _stored(nb: Notebook, digest: str) -> bytes | None:
    try:
        stored = _path(nb, digest).read_bytes()
    except OSError:
        return None
    return stored if digest_of(stored) == digest else None


def _path(nb: Notebook, digest: str) -> Path:
    return nb.folder / FOLDER / digest
