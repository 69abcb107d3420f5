"""A laptop that the programme revokes: everything leaves first, then nobody opens it any more.

In this order: what is unsent is sent (the server stores and holds it); the programme holds the
recovery boxes of the present key; the slots are destroyed, those of the safety copies too. From
then on only two custodians together open what is left.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from angrilien.services import rekeying
from angrilien.services.notebook import Notebook
from angrilien.services.opening import SLOTS
from angrilien.store import copies, facts, head, marks, queue, rekey
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.vault.files import PREVIOUS
from angrilien.wire.canonical import b64, sha256

MARK: Final = "retire.txt"
"""File that says, beside a notebook that nobody opens any more, that it is so on purpose."""
REVOKED: Final = "revoked by order"
"""Fact: the number of the order that revoked this laptop; the server may not know it yet."""
BOXES_SENT: Final = "boxes sent"
"""Fact: which recovery boxes the server has confirmed (`boxes_mark`)."""


def boxes_mark(boxes: Collection[str], generation: int) -> str:
    """Return what tells some recovery boxes from others: generation and digest."""
    return f"{generation}.{b64(sha256(' '.join(boxes).encode('ascii')))[:16]}"


def is_retired(folder: Path) -> bool:
    """Tell whether the slots of this folder were destroyed on the programme's order."""
    return (folder / MARK).exists()


def is_ready(nb: Notebook) -> bool:
    """Tell whether a revoked laptop has nothing left that only it holds."""
    file = rekeying.slot_file(nb)
    with nb.store.read() as connection:
        kept = marks.read(connection)
        waiting = marks.sending_state(connection, nb.store.identity.inc).waiting
        boxes = facts.get(connection, BOXES_SENT)
        aside = queue.set_aside(connection)
    mark = boxes_mark(file.recovery, file.generation)
    return kept.revoked and waiting == 0 and not aside and boxes == mark


def carry_on(nb: Notebook) -> bool:
    """Destroy the slots once nothing is left to send; tell whether it was done.

    Called after each round of sending.
    """
    if not is_ready(nb):
        return False
    files = OutboxFiles(nb.folder)
    files.drop()
    files.note_revoked()
    nb.close()
    destroy(nb.folder)
    return True


def destroy(folder: Path) -> None:
    """Destroy every slot file of a folder. A disk may keep former blocks: SECURITY.md says so."""
    (folder / MARK).write_text(
        "Cet ordinateur n’est plus autorisé par le programme.\n", encoding="utf-8"
    )
    rekey.sync_file(folder / MARK)
    slots = folder / SLOTS
    for path in (
        slots,
        slots.with_name(slots.name + PREVIOUS),
        slots.with_name(slots.name + ".new"),
    ):
        _destroy(path)
    # Also one whose copy is gone: a removal that was cut leaves it, and it opens the present key.
    for path in (folder / copies.FOLDER).glob("*.json*"):
        _destroy(path)
    _destroy(folder / head.FILE)
    rekey.sync_folder(folder)


def _destroy(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
