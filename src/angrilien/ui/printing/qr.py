"""QR codes as squares: that of the sheet's code, and that of its seal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno

QUIET: Final = 4
"""Blank modules that readers need on each side (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Dark modules side by side, counted from the upper left corner, the quiet zone included."""

    x: int
    y: int
    length: int


@dataclass(frozen=True, slots=True)
class Squares:
    """A QR code of `side` × `side` modules, its quiet zone included."""

    side: int
    runs: tuple[Run, ...]


def squares(content: str) -> Squares:
    """Return the QR code of a text, with a quarter of it allowed to be spoilt (level Q)."""
    made = segno.make_qr(content, error="q", boost_error=False)
    runs = []
    for y, row in enumerate(made.matrix):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(Run(start + QUIET, y + QUIET, x - start))
                start = None
    return Squares(len(made.matrix) + 2 * QUIET, tuple(runs))
