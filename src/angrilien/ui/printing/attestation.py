"""Attestation de participation: who was at which workshops, for how long, and who says so."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPainter, QPen

from angrilien.domain import french
from angrilien.domain.rows import Attestation, Visit
from angrilien.ui import theme
from angrilien.ui.printing.document import Document
from angrilien.ui.printing.geometry import Rect
from angrilien.ui.printing.text import Ink, Style, fixed
from angrilien.ui.words import capital, hours_between

_LEFT: Final = 22.0
_WIDTH: Final = 166.0
_TOP: Final = 88.0
_BOTTOM: Final = 232.0
_ROW: Final = 12.0
"""Millimetres."""
_TITLE: Final = fixed(24, weight=QFont.Weight.Bold)
_TEXT: Final = fixed(13)
_NAME: Final = Style(points=18, one_line=13, whole=11, least=8, weight=QFont.Weight.Bold)
_CELL: Final = Style(points=12, one_line=9, whole=8, least=6)


def rows_per_page() -> int:
    """Return how many workshops a page has room for."""
    return int((_BOTTOM - _TOP) // _ROW)


def of_person(told: Attestation) -> Document:
    """Return an attestation as pages to print; neither its job nor its file names the person."""
    return Document(
        title=_tr("Attestation de participation"),
        file_name="attestation.pdf",
        paint=functools.partial(paint, told),
        printed=_tr("L’attestation part à l’imprimante."),
        saved=_tr("L’attestation est enregistrée\u00a0: {name}"),
    )


def paint(told: Attestation, device: QPagedPaintDevice) -> bool:
    """Paint an attestation on a device set to `a4()`; return whether the device took it all."""
    theme.load_fonts()
    ink, painter = Ink(device.logicalDpiX()), QPainter()
    room = rows_per_page()
    pages = [told.visits[at : at + room] for at in range(0, len(told.visits), room)] or [()]
    if not painter.begin(device):
        return False
    try:
        for number, page in enumerate(pages):
            if number and not device.newPage():
                return False
            _paint_head(told, painter, ink)
            for place, visit in enumerate(page):
                _paint_visit(visit, _TOP + place * _ROW, painter, ink)
            if number == len(pages) - 1:
                _paint_foot(told, painter, ink)
    finally:
        ended = painter.end()
    return ended


def _paint_head(told: Attestation, painter: QPainter, ink: Ink) -> None:
    _put(painter, ink, _tr("Attestation de participation"), (_LEFT, 22, _WIDTH, 14), _TITLE)
    said = _tr("{facilitator}, qui anime ces ateliers, atteste la participation de\u00a0:")
    _put(painter, ink, said.format(facilitator=told.facilitator), (_LEFT, 42, _WIDTH, 14), _TEXT)
    _put(painter, ink, told.name, (_LEFT, 56, _WIDTH, 12), _NAME)
    count = len(told.visits)
    said = _tr("à 1 atelier") if count == 1 else _tr("à {count} ateliers")
    minutes = sum((visit.ends_at - visit.starts_at) // 60_000 for visit in told.visits)
    words = _tr("{ateliers}, soit {duration}\u00a0:").format(
        ateliers=said.format(count=french.number(count)), duration=french.duration(minutes)
    )
    _put(painter, ink, words if count else _tr("à aucun atelier pour l’instant."),
         (_LEFT, 70, _WIDTH, 10), _TEXT)  # fmt: skip
    painter.setPen(QPen(QColor("black"), ink.dots(0.4)))
    at = int(ink.dots(_TOP - 3))
    painter.drawLine(int(ink.dots(_LEFT)), at, int(ink.dots(_LEFT + _WIDTH)), at)


def _paint_visit(visit: Visit, top: float, painter: QPainter, ink: Ink) -> None:
    day = capital(french.long_date(dt.date.fromisoformat(visit.date)))
    hours = hours_between(visit.starts_at, visit.ends_at, visit.tz)
    half = _ROW / 2 - 0.5
    _put(painter, ink, day, (_LEFT, top, 62, half), _CELL)
    _put(painter, ink, hours, (_LEFT, top + half, 62, half), _CELL)
    _put(painter, ink, visit.title, (_LEFT + 64, top, _WIDTH - 64, half), _CELL)
    _put(painter, ink, visit.venue, (_LEFT + 64, top + half, _WIDTH - 64, half), _CELL)


def _paint_foot(told: Attestation, painter: QPainter, ink: Ink) -> None:
    day = french.long_date(dt.date.fromisoformat(told.date))
    place = told.venue.name
    said = _tr("Fait le {day}, {venue}.") if place else _tr("Fait le {day}.")
    _put(painter, ink, said.format(day=day, venue=place), (_LEFT, 240, _WIDTH, 8), _TEXT)
    _put(painter, ink, _tr("Signature\u00a0:"), (_LEFT, 250, 60, 8), _TEXT)
    painter.setPen(QPen(QColor("black"), ink.dots(0.3)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(ink.rect(Rect(_LEFT + 28, 250, 80, 28)))


def _put(
    painter: QPainter,
    ink: Ink,
    text: str,
    place: tuple[float, float, float, float],
    style: Style,
) -> None:
    painter.setPen(Qt.GlobalColor.black)
    ink.write(painter, text, Rect(*place), style)


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
