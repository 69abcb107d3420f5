"""The month's workshops on one A4 page, for the café's door. It names nobody."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPainter, QPen

from angrilien.domain import french
from angrilien.domain.rows import CalendarView, WorkshopRow
from angrilien.ui import theme
from angrilien.ui.printing.document import Document
from angrilien.ui.printing.geometry import Rect
from angrilien.ui.printing.text import Ink, Style, fixed
from angrilien.ui.words import capital, hours_between

_LEFT: Final = 18.0
_WIDTH: Final = 174.0
_TOP: Final = 66.0
_BOTTOM: Final = 280.0
_ROW: Final = 17.0
"""Millimetres."""
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
    """Return what the page says of each workshop of the venue that is named at its head.

    The door is that venue's; a cancelled workshop is left out.
    """
    return tuple(
        _line(row)
        for row in view.workshops
        if row.state in _SHOWN and row.venue.id == view.venue.id
    )


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


def of_month(view: CalendarView) -> Document:
    """Return the month as pages to print."""
    return Document(
        title=_title(view),
        file_name=f"ateliers-{view.first[:7]}.pdf",
        paint=functools.partial(paint_month, view),
        printed=_tr("Le mois part à l’imprimante."),
        saved=_tr("Le mois est enregistré\u00a0: {name}"),
    )


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
