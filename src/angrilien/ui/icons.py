"""Our own icons, tinted. An icon never stands without its word."""

from __future__ import annotations

import functools
from typing import Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from angrilien.paths import resource

WIDE: Final = 1.25
"""Width of an icon beside a word, in heights: the room between them is part of the picture."""
SIZES: Final = (20, 24, 28, 32, 40, 48, 64, 96)
"""Pixels at which an icon is drawn once, so that none is blurred by scaling."""


@functools.cache
def icon(name: str, color: str) -> QIcon:
    """Return the icon `resources/icons/<name>.svg` drawn in one colour, for a button.

    Args:
        name: of the file, without its extension.
        color: as `#RRGGBB`.
    """
    found = QIcon()
    for size in SIZES:
        wide = QPixmap(round(size * WIDE), size)
        wide.fill(Qt.GlobalColor.transparent)
        painter = QPainter(wide)
        painter.drawPixmap(0, 0, pixmap(name, color, size))
        painter.end()
        found.addPixmap(wide)
        # Qt would pale it: the colour asked for is the readable one already.
        found.addPixmap(wide, QIcon.Mode.Disabled)
    return found


@functools.cache
def pixmap(name: str, color: str, size: int) -> QPixmap:
    """Return an icon as a picture of `size` × `size` pixels."""
    drawing = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter)
    painter.end()
    return picture


def forget() -> None:
    """Let go of the pictures: their colours changed, or the application ends before they do."""
    icon.cache_clear()
    pixmap.cache_clear()


@functools.cache
def _source(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
