"""What the system says of the session and of suspend, behind one small interface."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget


class SessionWatch(QObject):
    """What a system that tells nothing tells. `services.locks` finds a sleep by the clock then."""

    sleep_coming = Signal()
    """The system suspends as soon as `let_sleep` is called, or a few seconds later anyway."""
    woke = Signal()
    """It is awake again."""
    left = Signal()
    """Another session is in front, the system has locked this one, or the lid was shut."""

    def hold_sleep(self) -> None:
        """Ask the system to wait for `let_sleep` before it suspends."""

    def let_sleep(self) -> None:
        """Let the system suspend: all that was typed is kept."""

    def close(self) -> None:
        """Listen no longer."""


def system_watch(window: QWidget) -> SessionWatch:
    """Return what listens to this system, for a window of it; its parent is the window."""
    if sys.platform == "win32":
        from angrilien.ui.windows_watch import WindowsWatch  # noqa: PLC0415 - this system only

        return WindowsWatch(window)
    if sys.platform == "linux":
        from angrilien.ui.logind_watch import (  # noqa: PLC0415 - this system only
            LogindWatch,
            system_bus,
        )

        bus = system_bus()
        if bus is not None:
            return LogindWatch(bus, parent=window)
    return SessionWatch(window)
