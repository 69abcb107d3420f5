"""The A4 sheet on any paged device, and as a PDF file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSaveFile
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from angrilien.errors import CannotSaveFile
from angrilien.ui import theme
from angrilien.ui.printing import geometry, notice
from angrilien.ui.printing.geometry import NORMAL, Size
from angrilien.ui.printing.paint import SheetPainter, notice_height
from angrilien.ui.printing.text import Ink
from angrilien.ui.printing.words import Printable, SheetWords, say

_PDF_DPI: Final = 1200


def a4() -> QPageLayout:
    """Return the page: A4 held upright, with its origin at the paper's corner."""
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        QMarginsF(0, 0, 0, 0),
        QPageLayout.Unit.Millimeter,
    )


def page_count(view: Printable, size: Size = NORMAL) -> int:
    """Return how many pages a sheet has."""
    return len(_pages(say(view), Ink(_PDF_DPI), size))


def paint_sheet(
    view: Printable,
    device: QPagedPaintDevice,
    *,
    size: Size = NORMAL,
    first: int = 1,
    last: int | None = None,
) -> bool:
    """Paint a sheet, from page `first` to page `last`, on a device set to `a4()`.

    Returns:
        False if the device refused: nothing, or not all, was painted.
    """
    words = say(view)
    ink = Ink(device.logicalDpiX())
    pages = _pages(words, ink, size)
    painter = QPainter()
    if not painter.begin(device):
        return False
    try:
        before = sum(len(page.corrections) for page in pages[: first - 1])
        paragraphs = notice.load().paragraphs
        sheet = SheetPainter(painter, ink, words, paragraphs, size=size, painted=before)
        started = False
        for page in pages[first - 1 : last]:
            if started and not device.newPage():
                return False
            started = True
            sheet.paint(page, len(pages))
    finally:
        ended = painter.end()
    return ended


def sheet_pdf(view: Printable, path: Path, size: Size = NORMAL) -> None:
    """Write a sheet as a PDF file: the whole file or none, and an older one stays until then.

    The file's own description holds no personal data.

    Raises:
        CannotSaveFile: the folder or the disk refuses it; what was there is untouched.
    """
    data = pdf_bytes(view, size)
    file = QSaveFile(str(path))
    if (
        path.is_dir()
        or not file.open(QIODevice.OpenModeFlag.WriteOnly)
        or file.write(data) != data.size()
        or not file.commit()
    ):
        raise CannotSaveFile


def pdf_bytes(view: Printable, size: Size = NORMAL) -> QByteArray:
    """Return a sheet as the bytes of a PDF file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(a4())
    writer.setTitle(say(view).title)
    writer.setCreator("Angrilien")
    painted = paint_sheet(view, writer, size=size)
    del writer  # its last bytes are written when it ends
    if not painted:
        raise CannotSaveFile
    return buffer.data()


def _pages(words: SheetWords, ink: Ink, size: Size) -> tuple[geometry.Page, ...]:
    theme.load_fonts()  # before the first measure
    return geometry.lay_out(
        len(words.lines),
        closed=words.closed,
        notice_height=notice_height(ink, notice.load().paragraphs, size),
        corrections=len(words.corrections),
        size=size,
    )
