"""Two short sounds, for who looks elsewhere: it is noted, or something is to be read.

They are off unless chosen, and never say anything that the screen does not show as well. A
computer without a sound, or without what plays one, stays silent.
"""

from __future__ import annotations

import enum
import shutil
import sys
import time
from typing import Final

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from angrilien.paths import resource
from angrilien.settings import SOUNDS, Settings

_PLAYERS: Final = ("pw-play", "paplay", "aplay")
"""Of PipeWire, PulseAudio and ALSA, in the order in which they are looked for."""
_APART: Final = 0.15
"""Seconds: "everybody is here" sounds once, not ten times."""


class Chime(enum.Enum):
    """What is told."""

    NOTED = "noted"
    PROBLEM = "problem"


class Chimes:
    """The sounds of one window.

    Args:
        settings: where they are chosen.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last = -_APART

    def play(self, chime: Chime) -> None:
        """Play a sound and come back at once, where sounds are wanted."""
        now = time.monotonic()
        if self._settings.get(SOUNDS) != "on" or now - self._last < _APART:
            return
        self._last = now
        sound(str(resource(f"sounds/{chime.value}.wav")))


def sound(file: str) -> None:
    """Have the system play a WAV file, its own bell where nothing plays files."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - there is none elsewhere

        flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
        try:
            winsound.PlaySound(file, flags)
        except RuntimeError:  # no sound card
            QApplication.beep()
        return
    player = next(filter(None, map(shutil.which, _PLAYERS)), None)
    if player is None or not QProcess.startDetached(player, [file])[0]:
        QApplication.beep()
