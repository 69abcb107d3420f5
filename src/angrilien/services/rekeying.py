"""A new database key for the notebook and its copies, in one act that a kill cannot split."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from angrilien.errors import NotebookDamaged
from angrilien.services import heads
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import copies, rekey
from angrilien.vault.boxes import are_for, custodians_of
from angrilien.vault.files import PREVIOUS, save_atomically
from angrilien.vault.slots import Slot, SlotFile


def slot_file(nb: Notebook) -> SlotFile:
    """Return the slot file of an opened notebook.

    Raises:
        NotebookDamaged: it is not there, or was altered since.
    """
    try:
        found = SlotFile.parse((nb.folder / SLOTS).read_bytes())
    except OSError as error:
        raise NotebookDamaged from error
    found.check(nb.opened)
    return found


def with_present_boxes(nb: Notebook) -> SlotFile:
    """Return the slot file with the recovery boxes of today's custodians, made anew if they differ.

    Raises:
        NotebookDamaged, DiskFull, FolderReadOnly: nothing was changed.
    """
    file = slot_file(nb)
    custodians = custodians_of(nb.programme.keys, nb.clock.now())
    if not are_for(file.recovery, custodians):
        file = file.with_boxes(nb.opened, custodians)
        save_atomically(nb.folder / SLOTS, file.to_bytes())
    return file


def renew(
    nb: Notebook,
    present: SlotFile,
    *,
    keep: Callable[[Slot], bool],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Give the notebook and its safety copies a new key, which only the slots kept open.

    `present` is the slot file as it is, or with a slot more that is not saved yet. A damaged copy
    cannot be given the new key, and stays in nobody's way: it goes, once the notebook has been read
    from end to end.

    Raises:
        DiskFull, FolderReadOnly, NotebookDamaged: nothing was changed.
    """
    now = nb.clock.now()
    file, after = present.rekeyed(
        nb.opened, keep=keep, custodians=custodians_of(nb.programme.keys, now)
    )
    notebook, kept = nb.folder / DATABASE, copies.paths(nb.folder)
    tell = progress or _tell_nobody
    total = len(kept) + 1
    prepared: list[Path] = []
    damaged: list[Path] = []
    before = nb.opened.database_key
    try:
        for done, path in enumerate((*kept, notebook)):
            tell(done, total)
            try:
                rekey.prepare([path], before, after.database_key)
            except NotebookDamaged:
                if path == notebook:
                    raise
                damaged.append(path)
            else:
                prepared.append(path)
        with nb.store.closed_for(lambda: nb.opened.database_key):
            # The instant of the change: before it the former key opens, from it on the new one.
            save_atomically(nb.folder / SLOTS, file.to_bytes())
            nb.reopened(after)
            rekey.install(notebook, keep_former=True)
    except BaseException:
        if nb.opened is not after:
            _tidy(prepared, before)
        raise
    finish(nb.folder, after.database_key, file)
    for path in damaged:
        # Under the former key, which somebody may still know.
        with contextlib.suppress(OSError):
            copies.remove(path)
    heads.begin(nb)
    with nb.store.read():
        opened_once(nb.folder)
    tell(total, total)


def finish(folder: Path, key: bytes, file: SlotFile) -> None:
    """Do what is left of a change of key that was cut; nothing where none was."""
    notebook = folder / DATABASE
    if rekey.is_left(notebook) and rekey.settle(notebook, key):
        rekey.install(notebook, keep_former=True)
    for path in copies.with_leftovers(folder):
        if rekey.settle(path, key):
            save_atomically(copies.slots_of(path), file.to_bytes())
            rekey.install(path, keep_former=False)
            previous = copies.slots_of(path)
            previous.with_name(previous.name + PREVIOUS).unlink(missing_ok=True)


def opened_once(folder: Path) -> None:
    """The present key has opened: what the former one opens is removed."""
    if rekey.forget_former(folder / DATABASE):
        slots = folder / SLOTS
        slots.with_name(slots.name + PREVIOUS).unlink(missing_ok=True)


def _tidy(prepared: Sequence[Path], key: bytes) -> None:
    for path in prepared:
        rekey.settle(path, key)


def _tell_nobody(_done: int, _total: int) -> None:
    """Say nothing."""
