"""The month's workshops on one A4 page, for the café's door. It names nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPainter, QPdfWriter, QPen
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from angrilien.domain import french
from angrilien.domain.rows import CalendarView, WorkshopRow
from angrilien.errors import CannotSaveFile
from angrilien.services.saving import save_whole
from angrilien.ui import theme
from angrilien.ui.printing.geometry import Rect
from angrilien.ui.printing.sheet import a4
from angrilien.ui.printing.text import Ink, Style, fixed
from angrilien.ui.words import capital, hours_between

_LEFT: Final = 18.0
_WIDTH: Final = 174.0
_TOP: Final = 66.0
_BOTTOM: Final = 280.0
_ROW: Final = 17.0
"""Millimetres."""
_PDF_DPI: Final = 1200
_SHOWN: Final = ("planned", "open", "closed")
_TITLE: Final = fixed(30, weight=QFont.Weight.Bold)
_PLACE: Final = fixed(15)
_DAY: Final = fixed(15, weight=QFont.Weight.Bold)
_HOURS: Final = fixed(13)
_NAME: Final = Style(points=15, one_line=12, whole=10, least=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One workshop on the page."""

    day: str
    hours: str
    title: str


def lines(view: CalendarView) -> tuple[Line, ...]:
    """Return what the page says of each workshop; a cancelled one is left out."""
    return tuple(_line(row) for row in view.workshops if row.state in _SHOWN)


def pages(view: CalendarView) -> list[tuple[Line, ...]]:
    """Return the lines page by page, one page at least."""
    found, room = lines(view), int((_BOTTOM - _TOP) // _ROW)
    return [found[at : at + room] for at in range(0, len(found), room)] or [()]


def paint_month(view: CalendarView, device: QPagedPaintDevice) -> bool:
    """Paint the month on a device set to `a4()`; return whether the device took it all."""
    theme.load_fonts()
    ink, painter = Ink(device.logicalDpiX()), QPainter()
    if not painter.begin(device):
        return False
    try:
        for number, page in enumerate(pages(view)):
            if number and not device.newPage():
                return False
            _paint_head(view, painter, ink)
            for place, line in enumerate(page):
                _paint_line(line, _TOP + place * _ROW, painter, ink)
            if not page:
                _put(painter, ink, _tr("Pas d’atelier ce mois-ci."), _TOP, _ROW, _PLACE)
    finally:
        ended = painter.end()
    return ended


def month_pdf(view: CalendarView) -> bytes:
    """Return the month as a PDF file; its own description names nobody.

    Raises:
        CannotSaveFile: it could not be painted.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(a4())
    writer.setTitle(_title(view))
    writer.setCreator("Angrilien")
    painted = paint_month(view, writer)
    del writer  # its last bytes are written when it ends
    if not painted:
        raise CannotSaveFile
    return bytes(buffer.data().data())


def print_month(view: CalendarView, parent: QWidget) -> str:
    """Print the month with the system's dialog; without a printer, save it as PDF.

    Returns:
        A sentence that says what was done, empty when nothing was.

    Raises:
        CannotSaveFile: the folder or the disk refuses the PDF file.
    """
    if not QPrinterInfo.availablePrinterNames():
        return _save(view, parent)
    printer = new_printer(view)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(_tr("Imprimer le mois"))
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not chosen:
        return ""
    _set_paper(printer)
    if paint_month(view, printer):
        return _tr("Le mois part à l’imprimante.")
    return _save(view, parent)


def new_printer(view: CalendarView) -> QPrinter:
    """Return the system's usual printer, set for the page. Its job names nobody."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(_title(view))
    printer.setCreator("Angrilien")
    _set_paper(printer)
    return printer


def _save(view: CalendarView, parent: QWidget) -> str:
    name, _ = QFileDialog.getSaveFileName(
        parent,
        _tr("Enregistrer le mois"),
        f"ateliers-{view.first[:7]}.pdf",
        _tr("Fichiers PDF (*.pdf)"),
    )
    if not name:
        return ""
    path = Path(name)
    if path.suffix.lower() != ".pdf":
        path = path.with_name(path.name + ".pdf")
    save_whole(path, month_pdf(view))
    return _tr("Le mois est enregistré\u00a0: {name}").format(name=path.name)


def _set_paper(printer: QPrinter) -> None:
    printer.setPageLayout(a4())
    printer.setFullPage(True)


def _line(row: WorkshopRow) -> Line:
    day = french.long_date(dt.date.fromisoformat(row.date)).rsplit(" ", 1)[0]
    hours = hours_between(row.starts_at, row.ends_at, row.tz)
    return Line(day=capital(day), hours=hours, title=row.title)


def _title(view: CalendarView) -> str:
    first = dt.date.fromisoformat(view.first)
    month = french.MONTHS[first.month - 1]
    of = "d’" if month[0] in "ao" else "de "
    return _tr("Ateliers {of}{month} {year}").format(of=of, month=month, year=first.year)


def _paint_head(view: CalendarView, painter: QPainter, ink: Ink) -> None:
    _put(painter, ink, _title(view), 20, 18, _TITLE)
    place = "\n".join(part for part in (view.venue.name, view.venue.address) if part)
    _put(painter, ink, place, 40, 18, _PLACE)
    painter.setPen(QPen(QColor("black"), ink.dots(0.5)))
    at = ink.dots(_TOP - 4)
    painter.drawLine(int(ink.dots(_LEFT)), int(at), int(ink.dots(_LEFT + _WIDTH)), int(at))


def _paint_line(line: Line, top: float, painter: QPainter, ink: Ink) -> None:
    half = _ROW / 2 - 0.5
    _put(painter, ink, line.day, top, half, _DAY, width=70)
    _put(painter, ink, line.hours, top + half, half, _HOURS, width=70)
    _put(painter, ink, line.title, top, _ROW - 1, _NAME, left=_LEFT + 72, width=_WIDTH - 72)


def _put(
    painter: QPainter,
    ink: Ink,
    text: str,
    top: float,
    height: float,
    style: Style,
    *,
    left: float = _LEFT,
    width: float = _WIDTH,
) -> None:
    painter.setPen(Qt.GlobalColor.black)
    ink.write(painter, text, Rect(left, top, width, height), style)


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
