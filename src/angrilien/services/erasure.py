"""Carrying out an erasure that the programme ordered, in the notebook and in its safety copies."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from angrilien.errors import KnownError, NotebookDamaged
from angrilien.logs import Plain
from angrilien.services import copies as safety
from angrilien.services import photos
from angrilien.services.notebook import Notebook
from angrilien.store import copies, marks, queue
from angrilien.store import erasure as erasing
from angrilien.store.store import ERASURE, Store
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.wire.order import Order

_log = logging.getLogger(__name__)


def erase(nb: Notebook, order: Order) -> None:
    """Erase what a checked order names: in one transaction here, then in each safety copy.

    A safety copy that a cut left as it was is done at the next opening (`finish`).

    Raises:
        DiskFull, FolderReadOnly: nothing was erased here; the order comes again.
    """
    with nb.store.write(ERASURE) as connection:
        erasing.erase(connection, order.rows, number=order.number, at=nb.clock.now())
        marks.put(connection, last_order=order.number)
        queue.note_order(connection, order.number, nb.store.position(connection).seq)
    # What could be undone, and the tiles in sight, still held what was erased.
    nb.forget_what_was_read()
    photos.forget_erased(nb)
    # What waits there was sealed before: it is left anew without what was erased.
    OutboxFiles(nb.folder).drop()
    nb.left_mark = ""
    nb.store.compact()
    finish(nb)


def finish(nb: Notebook) -> int:
    """Erase in each safety copy what was erased here since it was made; return how many were done.

    A damaged copy cannot be erased in, nor what was set aside because it was damaged: they go. A
    full disk keeps nobody out of the notebook: what it leaves is done at the next opening.
    """
    with nb.store.read() as connection:
        done = erasing.erased_with(connection)
    if not done:
        return 0
    last = max(number for _, _, number, _ in done)
    count = 0
    for path in copies.paths(nb.folder):
        try:
            count += _in_copy(path, nb.opened.database_key, done, last)
        except NotebookDamaged:
            count += _let_go(path)
        except KnownError as error:
            _log.warning("a safety copy was not erased in: %s", Plain(type(error).__name__))
    shutil.rmtree(nb.folder / safety.ASIDE, ignore_errors=True)
    return count


def _in_copy(
    path: Path, key: bytes, done: tuple[tuple[str, str, int, int], ...], last: int
) -> bool:
    store = Store.open_as_is(path, key)
    try:
        with store.read() as connection:
            if marks.read(connection).last_order >= last:
                return False
        with store.write(ERASURE) as connection:
            for entity, entity_id, number, at in done:
                erasing.erase(connection, [(entity, entity_id)], number=number, at=at)
            marks.put(connection, last_order=last)
        store.compact()
    finally:
        store.close()
    return True


def _let_go(path: Path) -> bool:
    try:
        copies.remove(path)
    except OSError:
        _log.warning("a damaged safety copy could not be removed")
        return False
    return True
