"""A photo of a paper sheet, made small enough for a slow network, and still legible.

What a camera writes beside the picture (place, device, hour) does not come along: the picture is
encoded anew. It runs in a worker's thread; nothing of it is a widget.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from angrilien.errors import NotAPhoto, PhotoTooLarge

MOST_FILE: Final = 30 << 20
"""Bytes of a file that is read at all: a phone's photo has 3 to 12 million."""
MOST_PIXELS: Final = 120_000_000
MOST_BYTES: Final = 300_000
"""Of what is kept."""
_SIDES: Final = (2_000, 1_700, 1_400, 1_100)
"""Pixels of the longer side, tried in turn: 2,000 give 170 dots an inch to an A4 sheet."""
_QUALITIES: Final = (72, 60, 48, 38)


def shrink(path: Path) -> bytes:
    """Return a photo as a JPEG of at most `MOST_BYTES`, upright.

    Raises:
        NotAPhoto: it cannot be read as a picture.
        PhotoTooLarge: the file, or the picture in it, is larger than any photo.
    """
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise NotAPhoto
    try:
        if file.size() > MOST_FILE:
            raise PhotoTooLarge(size=MOST_FILE >> 20)
        reader = QImageReader(file)
        reader.setDecideFormatFromContent(True)
        if bytes(reader.format().data()) not in (b"jpeg", b"png"):
            raise NotAPhoto
        size = reader.size()
        if size.width() * size.height() > MOST_PIXELS:
            raise PhotoTooLarge(size=MOST_FILE >> 20)
        reader.setAutoTransform(True)
        if size.isValid():
            # A JPEG is read at a fraction of its size: a quarter of the time, and of the memory.
            reader.setScaledSize(_within(size, _SIDES[0]))
        image = reader.read()
    finally:
        file.close()
    if image.isNull():
        raise NotAPhoto
    # In its colours: turning it grey first would hold the interpreter, and the window, for 50 ms.
    return _encoded(image)


def _encoded(image: QImage) -> bytes:
    """Return the first JPEG that is small enough, from the most legible on."""
    data = b""
    for side in _SIDES:
        scaled = image
        if max(image.width(), image.height()) > side:
            scaled = image.scaled(
                _within(image.size(), side),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        for quality in _QUALITIES:
            data = _jpeg(scaled, quality)
            if len(data) <= MOST_BYTES:
                return data
    return data


def _jpeg(image: QImage, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.write(image)
    return bytes(buffer.data().data())


def _within(size: QSize, side: int) -> QSize:
    if max(size.width(), size.height()) <= side:
        return size
    return size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
