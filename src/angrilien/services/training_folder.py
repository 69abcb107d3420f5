"""Where the training lies, and how it is removed. Light: imported before any window."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from angrilien.errors import FolderReadOnly

FOLDER: Final = "entrainement"
"""Below the data folder: never the folder of a real notebook."""


def folder_in(data: Path) -> Path:
    """Return the training's own folder in a data folder."""
    return data / FOLDER


def wipe(folder: Path, *, spare: Collection[str] = ()) -> None:
    """Remove what an earlier training left.

    Args:
        folder: the training's own.
        spare: names that stay: the lock of who is calling.

    Raises:
        FolderReadOnly: something cannot be removed.
    """
    if folder.name != FOLDER or not folder.is_dir():
        return
    try:
        for path in folder.iterdir():
            if path.name in spare:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise FolderReadOnly from error
