"""When what is being typed is kept: soon after the last key, and while somebody goes on typing."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

PAUSE: Final = 400
"""Milliseconds after the last key."""
LONGEST: Final = 1_000
"""Milliseconds after the first key that is not kept: all that a power cut can take."""


class DraftPause(QTimer):
    """Fires once for each run of keys; a run that goes on is kept in the middle too."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self._since = 0.0

    def touch(self) -> None:
        """Take note of a key."""
        now = time.monotonic()
        if not self.isActive():
            self._since = now
        left = LONGEST - round((now - self._since) * 1000)
        self.start(max(0, min(PAUSE, left)))
