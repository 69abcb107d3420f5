"""The strip of those who stand behind the programme: their logos, in greys, or their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from angrilien.ui.printing.geometry import Rect
from angrilien.ui.printing.notice import Brand
from angrilien.ui.printing.text import Ink, Style

_DPI: Final = 600
"""Dots per inch at which a drawn logo is turned into greys."""
_WIDEST: Final = 4.0
"""Width of a logo, in heights, beyond which it is made less high."""
_BETWEEN: Final = 4.0
"""Millimetres between two logos."""


def paint(painter: QPainter, ink: Ink, strip: Sequence[Brand], place: Rect, style: Style) -> None:
    """Paint the logos from the right to the left; where one has none, all are named.

    Logos among names would weigh more than these.
    """
    pictures = [_picture(brand.logo, place.height) for brand in strip]
    if not pictures or any(picture.isNull() for picture in pictures):
        ink.write(painter, " · ".join(brand.name for brand in strip), place, style)
        return
    widths = [place.height * picture.width() / picture.height() for picture in pictures]
    room = place.width - _BETWEEN * (len(pictures) - 1)
    scale = min(1.0, room / sum(widths))
    x = place.right - sum(widths) * scale - _BETWEEN * (len(pictures) - 1)
    for picture, width in zip(pictures, widths, strict=True):
        height = place.height * scale
        at = Rect(x, place.y + (place.height - height) / 2, width * scale, height)
        painter.drawImage(ink.rect(at), picture)
        x = at.right + _BETWEEN


def _picture(logo: bytes, height: float) -> QImage:
    """Return a logo in greys on white, a null picture where it cannot be read."""
    if not logo:
        return QImage()
    drawing = QSvgRenderer(QByteArray(logo)) if b"<svg" in logo[:1_000] else None
    if drawing is None:
        image = QImage.fromData(logo)
        return _grey(image) if not image.isNull() else image
    size = drawing.defaultSize()
    if not drawing.isValid() or size.height() <= 0:
        return QImage()
    down = round(height / 25.4 * _DPI)
    across = round(down * min(size.width() / size.height(), _WIDEST))
    image = QImage(QSize(across, down), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    drawing.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    painter = QPainter(image)
    drawing.render(painter, QRectF(image.rect()))
    painter.end()
    return _grey(image)


def _grey(image: QImage) -> QImage:
    """Return a picture in greys, what is transparent in it being white."""
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground.convertToFormat(QImage.Format.Format_Grayscale8)
