"""A lock on a file that the system lets go of when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

__all__ = ["FileLock", "is_taken"]


class FileLock:
    """A lock of one process; taken again by the same one, it stays as it is.

    Args:
        path: the file, made where it is not there; what stands in it says nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    @property
    def is_mine(self) -> bool:
        """Tell whether it is held here."""
        return self._handle is not None

    def take(self) -> bool:
        """Take it if nobody else has it; tell whether it is held now.

        A folder that cannot be written gives no lock.
        """
        if self._handle is not None:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        if not _lock(handle):
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go of it."""
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                os.close(handle)


def is_taken(path: Path) -> bool:
    """Tell whether a process holds the lock of a file."""
    if not path.exists():
        return False
    lock = FileLock(path)
    if lock.take():
        lock.release()
        return False
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
