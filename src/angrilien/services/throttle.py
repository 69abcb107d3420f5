"""Wrong phrases at the screen: two are free, then one waits, 1 s doubling to 60 s (A04).

The count stands beside the notebook (`essais.json`), so that starting again does not forget it. It
is raised before a phrase is tried and lowered once it was right: a process killed in between has
spent its try. The wall clock plays no part, because whoever guesses can set it: after a restart the
whole wait begins anew.

The file is no secret and no defence of the disk: whoever can delete it can copy the notebook and
guess elsewhere, where only the 66 bits of the phrase count. It slows down whoever sits in front of
the screen, and nothing else; so one that is missing or unreadable counts for none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from angrilien.domain.clock import steady_seconds
from angrilien.errors import KnownError
from angrilien.vault.files import PREVIOUS, save_atomically

FILE: Final = "essais.json"
FREE: Final = 2
"""Wrong phrases without a wait."""
LONGEST: Final = 60.0
"""Seconds that one waits at most."""
_LARGEST: Final = 4096
_log = logging.getLogger(__name__)


def wait_after(wrong: int) -> float:
    """Return the seconds to wait after so many wrong phrases in a row."""
    if wrong <= FREE:
        return 0.0
    return min(2.0 ** min(wrong - FREE - 1, 10), LONGEST)


class Throttle:
    """Counts the wrong phrases of one notebook, and says how long to wait.

    Args:
        folder: of the notebook.
        steady: seconds of a clock that nobody sets.
    """

    def __init__(self, folder: Path, *, steady: Callable[[], float] = steady_seconds) -> None:
        self._file = folder / FILE
        self._steady = steady
        self._wrong = _read(self._file)
        self._until = steady() + wait_after(self._wrong)

    @property
    def wrong(self) -> int:
        """Wrong phrases in a row, the one being tried among them."""
        return self._wrong

    def left(self) -> float:
        """Return the seconds to wait before the next try, 0 where none is to be waited for."""
        return max(0.0, self._until - self._steady())

    def try_one(self) -> bool:
        """Take note that a phrase is about to be tried; return False where one must wait first."""
        if self.left() > 0:
            return False
        self._wrong += 1
        self._save()
        return True

    def was_wrong(self) -> None:
        """Begin the wait: the phrase was wrong."""
        self._until = self._steady() + wait_after(self._wrong)

    def was_right(self) -> None:
        """Forget the wrong ones: the phrase was right."""
        self._wrong, self._until = 0, self._steady()
        self._save()

    def was_none(self) -> None:
        """Give the try back: the notebook could not be opened for another reason."""
        self._wrong = max(0, self._wrong - 1)
        self._save()

    def _save(self) -> None:
        try:
            if not self._wrong:
                for name in (FILE, FILE + PREVIOUS):
                    self._file.with_name(name).unlink(missing_ok=True)
                return
            save_atomically(self._file, json.dumps({"v": 1, "wrong": self._wrong}).encode())
        except (KnownError, OSError):
            # A full disk must not keep anybody out of their notebook: this process still counts.
            _log.info("the count of wrong phrases could not be written")


def _read(file: Path) -> int:
    try:
        with file.open("rb") as stream:
            value = json.loads(stream.read(_LARGEST))
        wrong = value["wrong"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
    return wrong if type(wrong) is int and wrong > 0 else 0
