"""The program's picture as Windows wants it: one .ico file with the sizes that it shows.

Small sizes are plain 32-bit bitmaps, which every part of Windows reads; the largest is a PNG.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 256)
"""Sides in points: what Windows shows at scales from 100 to 200 %."""
_PNG_FROM: Final = 256


SIDE: Final = (164, 314)
"""Width and height of the picture at the side of the installer's first and last page."""


def side_picture(svg: Path, to: Path) -> None:
    """Draw the picture at the side of the installer's pages, as a bitmap file."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    if QGuiApplication.instance() is None:
        QGuiApplication([])
    image = QImage(*SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("#0A2F5C"))
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter, QRectF(34, 109, 96, 96))
    painter.end()
    image.save(str(to), "BMP")


def ico(svg: Path) -> bytes:
    """Draw the picture in each size; the same bytes each time."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    if QGuiApplication.instance() is None:
        QGuiApplication([])
    drawing = QSvgRenderer(str(svg))
    pictures = []
    for side in SIZES:
        image = QImage(side, side, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        if side >= _PNG_FROM:
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            image.save(buffer, "PNG")
            pictures.append(bytes(buffer.data().data()))
        else:
            pictures.append(_bitmap(bytes(image.constBits()), side))
    return _container(pictures)


def _bitmap(points: bytes, side: int) -> bytes:
    """Return a bitmap without its file header, as .ico wants it: twice as high, with a mask."""
    row = side * 4
    turned = b"".join(points[y * row : (y + 1) * row] for y in reversed(range(side)))
    mask = bytes((side + 31) // 32 * 4 * side)
    head = struct.pack("<IiiHHIIiiII", 40, side, side * 2, 1, 32, 0, len(turned), 0, 0, 0, 0)
    return head + turned + mask


def _container(pictures: list[bytes]) -> bytes:
    head = struct.pack("<HHH", 0, 1, len(pictures))
    place = len(head) + 16 * len(pictures)
    entries = b""
    for side, picture in zip(SIZES, pictures, strict=True):
        entries += struct.pack(
            "<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(picture), place
        )
        place += len(picture)
    return head + entries + b"".join(pictures)
