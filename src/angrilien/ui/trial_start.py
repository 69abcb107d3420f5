"""A start that nobody sees, in a throw-away folder: what an installer asks of a new version.

The training opens: a notebook is made, encrypted and written, its people are read, the first screen
is drawn. So everything that a real start needs has been loaded, and nothing of the user's was
touched.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer

from angrilien.ui.main_window import MainWindow

LONGEST_SECONDS = 60.0
"""After which a start that has not come is none: the slowest laptop is far below."""
QUIET_SECONDS = 3.0
"""After which a start that does nothing more, and shows no first screen, has failed."""
_BEAT_MS = 50


class TrialStart:
    """Closes a window once its first screen is drawn.

    Attributes:
        is_good: whether it was drawn.
    """

    def __init__(self) -> None:
        self.is_good = False

    def watch(self, window: MainWindow) -> None:
        """Close the window once it shows today, does nothing more or has taken too long."""
        begun = worked = time.monotonic()
        beat = QTimer(window)

        def look() -> None:
            nonlocal worked
            now = time.monotonic()
            if window.desk.is_busy:
                worked = now
            elif window.page is not None and window.page.name == "today":
                self.is_good = not window.grab().isNull()
            late = now - worked > QUIET_SECONDS or now - begun > LONGEST_SECONDS
            if self.is_good or late:
                beat.stop()
                window.close()

        beat.timeout.connect(look)
        beat.start(_BEAT_MS)
