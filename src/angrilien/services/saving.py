"""Saving a file where a person chooses: whole, or not at all with what was there untouched."""

from __future__ import annotations

import os
from pathlib import Path

from angrilien.errors import CannotSaveFile


def save_whole(path: Path, data: bytes) -> None:
    """Write a file durably.

    Raises:
        CannotSaveFile: what was there before under that name stays.
    """
    draft = path.with_name(path.name + ".new")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotSaveFile from error
