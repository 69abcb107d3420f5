"""Saving a small precious file so that a power cut leaves the old or the new one, never neither."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from angrilien.errors import DiskFull, FolderReadOnly

PREVIOUS = ".previous"


def save_atomically(path: Path, data: bytes, *, keep_previous: bool = True) -> None:
    """Replace `path` by `data`, keeping the previous generation beside it unless told not to.

    Temp file in the same folder, fsync, previous generation hard-linked, rename, fsync of the
    folder.

    Raises:
        DiskFull, FolderReadOnly: nothing was changed.
    """
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if keep_previous and path.exists():
            _link_previous(path)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise FolderReadOnly from error
        raise


def _link_previous(path: Path) -> None:
    previous = path.with_name(path.name + PREVIOUS)
    spare = path.with_name(path.name + ".spare")
    with contextlib.suppress(OSError):
        # A file system without hard links keeps no previous generation; the rename stays atomic.
        spare.unlink(missing_ok=True)
        os.link(path, spare)
        spare.replace(previous)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush; its rename is journalled.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
