"""The windows in which every scene is looked at: colours, size of the text, size of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from angrilien.ui import theme


@dataclass(frozen=True, slots=True)
class Corner:
    """One window: its colours, its text in percent, its width and height in logical pixels."""

    scheme: str
    percent: int
    width: int
    height: int

    @property
    def name(self) -> str:
        """As its folder of pictures is called."""
        return f"{self.scheme}-{self.percent}-{self.width}x{self.height}"


SIZES: Final = ((900, 520), (1366, 768), (1920, 1080))
EVERY: Final = tuple(
    Corner(scheme, percent, *size)
    for scheme in theme.SCHEMES
    for percent in theme.TEXT_PERCENTS
    for size in SIZES
)
TIGHT: Final = Corner("contrast", 160, 900, 520)
"""The least room for the largest letters."""
WIDE: Final = Corner("light", 100, 1920, 1080)
"""The most room for the smallest letters."""
EXTREMES: Final = (TIGHT, WIDE)
USUAL: Final = Corner("light", 100, 1366, 768)
"""What most laptops show: the pictures of README come from it."""
EVENING: Final = Corner("dark", 130, 1366, 768)
MAIN: Final = (
    *("d1-full", "d3-empty", "d4-ten", "d4-person", "d4a-frame", "d4b-alike", "d6-written"),
    *("closing-preview", "d9-to-correct", "d10-settings", "lock", "training-today"),
)
"""The scenes whose pictures are approved in these two as well."""
APPROVED: Final = (*EXTREMES, USUAL, EVENING)


def has_picture(corner: Corner, scene: str) -> bool:
    """Tell whether a scene has an approved picture at a corner."""
    return corner in EXTREMES or (corner in APPROVED and scene in MAIN)
