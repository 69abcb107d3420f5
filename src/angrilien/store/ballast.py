"""One mebibyte kept beside the notebook: given up when the disk is full, so that one can go on.

Also says when a disk is nearly full, before it hurts.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

FILE: Final = "ballast.bin"
SIZE: Final = 1 << 20
ROOM_FOR_IT: Final = 16 * SIZE
"""Free bytes from which the ballast is made again."""
NEARLY_FULL: Final = 200 * SIZE
"""Free bytes under which one had better make room."""


def is_there(folder: Path) -> bool:
    """Tell whether the ballast is whole."""
    try:
        return (folder / FILE).stat().st_size == SIZE
    except OSError:
        return False


def take_aboard(folder: Path) -> bool:
    """Make the ballast where there is room for it; tell whether it is there."""
    if is_there(folder):
        return True
    path = folder / FILE
    try:
        if free(folder) < ROOM_FOR_IT:
            return False
        with path.open("wb") as file:
            # Not a file of zeros with a hole in it: that takes no room.
            file.write(os.urandom(SIZE))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return False
    return True


def let_go(folder: Path) -> bool:
    """Give the ballast up; tell whether there was one."""
    try:
        (folder / FILE).unlink()
    except OSError:
        return False
    return True


def free(folder: Path) -> int:
    """Return the free bytes of a folder's disk; a very large number where nobody knows."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 1 << 60


def is_nearly_full(folder: Path) -> bool:
    """Tell whether a disk has little room left."""
    return free(folder) < NEARLY_FULL
