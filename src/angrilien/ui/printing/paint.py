"""Paints the sheet's words at the geometry's places. Black and a light grey only."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from angrilien.domain.drawing import Strokes
from angrilien.domain.paper import PREFIX
from angrilien.ui.printing import brands, geometry, qr
from angrilien.ui.printing.geometry import Page, Rect, Row
from angrilien.ui.printing.notice import Paragraph
from angrilien.ui.printing.text import Ink, Style, fixed
from angrilien.ui.printing.words import LineWords, SheetWords

_BOLD: Final = QFont.Weight.Bold
_SEMI: Final = QFont.Weight.DemiBold
_TOP: Final = Qt.AlignmentFlag.AlignTop
_BOTTOM: Final = Qt.AlignmentFlag.AlignBottom
_CENTER: Final = Qt.AlignmentFlag.AlignHCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight

TITLE: Final = fixed(21, weight=_BOLD, vertical=_TOP)
STRIP: Final = fixed(11, weight=_SEMI, align=_RIGHT)
WORKSHOP: Final = Style(points=14, one_line=12.5, whole=10, least=7, weight=_SEMI, vertical=_TOP)
NEXT_TITLE: Final = Style(points=13, one_line=10, whole=10, least=9, weight=_BOLD)
NEXT_BRIEF: Final = Style(points=11, one_line=8.5, whole=8, least=7)
LABEL: Final = fixed(9.5, vertical=_TOP)
FACT: Final = Style(points=11, one_line=8.5, whole=8.5, least=7, weight=_SEMI, vertical=_TOP)
HEAD: Final = Style(points=9.5, one_line=9, whole=8.5, least=8, weight=_SEMI)
HEAD_CENTER: Final = Style(points=9.5, one_line=9, whole=8.5, least=8, weight=_SEMI, align=_CENTER)
NUMBER: Final = Style(points=11, one_line=8, whole=8, least=8, align=_CENTER)
NAME: Final = Style(points=12, one_line=10, whole=7.5, least=6)
SMALL: Final = Style(points=11, one_line=8.5, whole=8.5, least=7, align=_CENTER)
DEPARTURE: Final = Style(points=8.5, one_line=8, whole=7, least=6.5, align=_CENTER)
MARK: Final = Style(points=11, one_line=10, whole=8.5, least=8, align=_CENTER)
REMARK: Final = Style(points=9.5, one_line=9, whole=7.5, least=6.5, align=_CENTER)
ASIDE: Final = Style(points=9, one_line=8, whole=7.5, least=6.5, vertical=_BOTTOM)
COUNT_LABEL: Final = fixed(11)
COUNT: Final = Style(points=14, one_line=9, whole=9, least=9, weight=_BOLD, align=_CENTER)
CLOSING: Final = Style(points=10, one_line=10, whole=8.5, least=8.5, vertical=_BOTTOM)
CORRECTION: Final = Style(points=10, one_line=9, whole=8.5, least=7, vertical=_TOP)
SIGNER: Final = Style(points=9.5, one_line=8.5, whole=7.5, least=6.5, vertical=_BOTTOM)
CODE_LABEL: Final = fixed(8.5, align=_CENTER, vertical=_TOP)
CODE: Final = Style(points=13, one_line=9, whole=9, least=9, weight=_BOLD, align=_CENTER)
NOTICE_TITLE: Final = fixed(9, weight=_BOLD, vertical=_TOP)
NOTICE_TEXT: Final = fixed(8.5, vertical=_TOP)
FOLIO: Final = fixed(9, align=_RIGHT, vertical=_BOTTOM)
FOLIO_LEFT: Final = fixed(8.5, vertical=_BOTTOM)

_THIN: Final = 0.2
_THICK: Final = 0.4
_STROKE: Final = 0.4
_GREY: Final = QColor(232, 232, 232)
_BLACK: Final = QColor(0, 0, 0)
_PAD: Final = 1.2
_LABEL_WIDTH: Final = 25.0
_FACT_HEIGHT: Final = 5.4
_TITLE_HEIGHT: Final = 9.6
_TITLE_WIDTH: Final = 78.0
_WORKSHOP_HEIGHT: Final = 11.6
_TICK: Final = 4.5
_NOTICE_TITLE_HEIGHT: Final = 4.2
_COUNT_LABELS: Final = (21.0, 27.5, 28.5)
_COUNT_BOX: Final = 12.0


def notice_height(
    ink: Ink, paragraphs: tuple[Paragraph, ...], size: geometry.Size = geometry.NORMAL
) -> float:
    """Return the height that the notice takes, in millimetres."""
    strip = geometry.notice_columns(geometry.WITHIN, _shares(paragraphs))
    style = NOTICE_TEXT.larger(size.lesser_zoom)
    tallest = max(
        ink.height_of(part.text, column.width, style)
        for part, column in zip(paragraphs, strip, strict=True)
    )
    return _PAD + _NOTICE_TITLE_HEIGHT * size.lesser_zoom + tallest


def _shares(paragraphs: tuple[Paragraph, ...]) -> tuple[float, ...]:
    """Return how wide each column of the notice is, so that they are about as tall."""
    return tuple(float(len(part.text)) for part in paragraphs)


class SheetPainter:
    """Paints one page after the other with a painter that is open on the device.

    Args:
        painter: its dots are the device's, from the paper's corner.
        ink: for the same dots.
        words: of the sheet.
        paragraphs: of the notice.
        size: of print.
        painted: how many corrections stand on pages that are not painted here.
    """

    def __init__(
        self,
        painter: QPainter,
        ink: Ink,
        words: SheetWords,
        paragraphs: tuple[Paragraph, ...],
        *,
        size: geometry.Size = geometry.NORMAL,
        painted: int = 0,
    ) -> None:
        self._painter = painter
        self._ink = ink
        self._words = words
        self._paragraphs = paragraphs
        self._size = size
        self._painted = painted

    def paint(self, page: Page, count: int) -> None:
        """Paint a page of `count`; the pages are painted in their order."""
        self._painter.setPen(_BLACK)
        if page.number == 1:
            self._first_header(page)
        else:
            self._next_header(page)
        self._code(page)
        if page.rows:
            self._table(page)
        for row in page.rows:
            self._row(row)
        if page.foot is not None:
            self._foot(page.foot)
        for place in page.corrections:
            self._correction(place)
        self._notice(page.notice)
        folio = self._words.folio.format(number=page.number, count=count)
        self._write(folio, page.folio, FOLIO)
        if count > 1:  # each page of several says to which closed sheet it belongs
            left = Rect(page.folio.x, page.folio.y, page.folio.width - 30, page.folio.height)
            self._write(self._words.fingerprint, left, FOLIO_LEFT)

    def _first_header(self, page: Page) -> None:
        words, at = self._words, page.heading
        self._write(words.title, Rect(at.x, at.y, at.width, _TITLE_HEIGHT), TITLE)
        strip = Rect(at.x + _TITLE_WIDTH, at.y, at.width - _TITLE_WIDTH, _TITLE_HEIGHT - 1)
        brands.paint(self._painter, self._ink, words.brands, strip, STRIP)
        zoom = self._size.lesser_zoom
        height = _FACT_HEIGHT * zoom
        if words.workshop:
            above = at.bottom - height * len(words.facts) - at.y - _TITLE_HEIGHT
            title = Rect(at.x, at.y + _TITLE_HEIGHT, at.width, min(above, _WORKSHOP_HEIGHT * zoom))
            self._write(words.workshop, title, WORKSHOP.larger(zoom))
        else:
            # What is written by hand has all the height there is.
            height = (at.height - _TITLE_HEIGHT) / len(words.facts)
        y = at.bottom - height * len(words.facts)
        for fact in words.facts:
            label = Rect(at.x, y + 0.5, _LABEL_WIDTH * zoom, height)
            self._write(fact.label, label, LABEL.larger(zoom))
            value = Rect(label.right, y, at.right - label.right, height)
            self._write(fact.text, value, FACT.larger(zoom))
            if not fact.text:
                self._pen(_THIN)
                self._line(value.x, value.bottom - 1, value.right, value.bottom - 1)
            y += height

    def _next_header(self, page: Page) -> None:
        at = page.heading
        self._write(self._words.title, Rect(at.x, at.y, at.width, 6.5), NEXT_TITLE)
        for index, text in enumerate(self._words.brief):
            self._write(text, Rect(at.x, at.y + 6.6 + 5.8 * index, at.width, 5.6), NEXT_BRIEF)

    def _code(self, page: Page) -> None:
        if not self._words.code:
            return
        self._qr(PREFIX + self._words.code, page.qr)
        label, shown = page.code, page.code
        label = Rect(label.x, label.y, label.width, 4.0)
        shown = Rect(shown.x, shown.y + 4.0, shown.width, 6.0)
        self._write(self._words.code_label, label, CODE_LABEL)
        self._write(self._words.code_shown, shown, CODE)

    def _qr(self, content: str, at: Rect) -> None:
        squares = qr.squares(content)
        module = self._ink.dots(at.width) / squares.side
        left, top = self._ink.dots(at.x), self._ink.dots(at.y)
        path = QPainterPath()
        for run in squares.runs:
            path.addRect(
                QRectF(left + run.x * module, top + run.y * module, run.length * module, module)
            )
        self._painter.fillPath(path, _BLACK)

    def _table(self, page: Page) -> None:
        heads = geometry.columns(page.table_head, self._size)
        self._painter.fillRect(self._ink.rect(page.table_head), _GREY)
        for cell, text, style in zip(
            heads.all(),
            self._words.heads,
            (HEAD_CENTER, HEAD, HEAD, HEAD_CENTER, HEAD_CENTER, HEAD),
            strict=True,
        ):
            self._text(text, cell.inset(_PAD if style is HEAD else 0.3), style)
        table = page.table
        self._pen(_THIN)
        for cell in heads.all()[1:]:
            self._line(cell.x, table.y, cell.x, table.bottom)
        for row in page.rows[1:]:
            self._line(table.x, row.rect.y, table.right, row.rect.y)
        self._pen(_THICK)
        self._line(table.x, page.table_head.bottom, table.right, page.table_head.bottom)
        self._frame(table)

    def _row(self, row: Row) -> None:
        self._text(str(self._number(row)), row.cells.number.inset(0.5), NUMBER)
        if row.line is None:
            self._tick(row.cells.first_time)
            return
        line = self._words.lines[row.line]
        self._text(line.last_name, row.cells.last_name.inset(_PAD, 0.4), NAME)
        self._text(line.first_name, row.cells.first_name.inset(_PAD, 0.4), NAME)
        if line.first_time is None:
            self._tick(row.cells.first_time)
        else:
            self._text(line.first_time, row.cells.first_time.inset(0.5), SMALL)
        self._hours(line, row.cells.arrival)
        self._signature(line, row.cells.signature)

    def _number(self, row: Row) -> int:
        """Return the number of a row: its line's own, which stays from print to print."""
        lines = self._words.lines
        if row.line is not None:
            return lines[row.line].number
        return row.number + (lines[-1].number - len(lines) if lines else 0)

    def _hours(self, line: LineWords, cell: Rect) -> None:
        if not line.departure:
            self._text(line.arrival, cell.inset(0.5), SMALL)
            return
        half = cell.height / 2
        upper = Rect(cell.x, cell.y + 0.5, cell.width, half - 0.5)
        lower = Rect(cell.x, cell.y + half, cell.width, half - 0.5)
        self._text(line.arrival, upper.inset(0.5), SMALL)
        self._text(line.departure, lower.inset(0.5), DEPARTURE)

    def _signature(self, line: LineWords, cell: Rect) -> None:
        if line.strokes:
            self._strokes(line.strokes, cell)
        elif line.aside:
            text = " – ".join(part for part in (line.mark, line.remark) if part)
            high = 5.6 * self._size.zoom
            low = Rect(cell.x, cell.bottom - high - 0.4, cell.width, high)
            self._text(text, low.inset(_PAD), ASIDE)
        elif line.remark:
            inner = cell.inset(_PAD, 0.6)
            upper = Rect(inner.x, inner.y, inner.width, 5.6 * self._size.zoom)
            lower = Rect(inner.x, upper.bottom, inner.width, inner.height - upper.height)
            self._text(line.mark, upper, MARK)
            self._text(line.remark, lower, REMARK)
        else:
            self._text(line.mark, cell.inset(_PAD, 0.6), MARK)

    def _strokes(self, strokes: Strokes, cell: Rect) -> None:
        if not any(strokes):
            return
        fit = geometry.fit_ink(strokes, cell)
        painter = self._painter
        painter.save()
        painter.setClipRect(self._ink.rect(cell))
        painter.setPen(
            QPen(
                _BLACK,
                self._ink.dots(_STROKE),
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in strokes:
            places = [fit.place(x, y) for x, y in stroke]
            points = [QPointF(self._ink.dots(x), self._ink.dots(y)) for x, y in places]
            if len(set(stroke)) == 1:
                radius = self._ink.dots(_STROKE)
                painter.setBrush(_BLACK)
                painter.drawEllipse(points[0], radius, radius)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            elif points:
                painter.drawPolyline(points)
        painter.restore()

    def _foot(self, foot: Rect) -> None:
        parts = geometry.foot_parts(foot)
        at = parts.counts
        x = at.x
        for count, label_width in zip(self._words.counts, _COUNT_LABELS, strict=False):
            self._write(count.label, Rect(x, at.y, label_width, at.height), COUNT_LABEL)
            square = Rect(x + label_width, at.y, _COUNT_BOX, at.height)
            self._pen(_THICK)
            self._frame(square)
            self._write(count.value, square, COUNT)
            x = square.right + 4
        self._write(self._words.closing, parts.closing, CLOSING)
        if parts.seal is not None and self._words.seal:
            self._qr(self._words.seal, parts.seal)
        self._write(self._words.signer_label, parts.signer, SIGNER)
        self._pen(_THICK)
        self._frame(parts.signature)
        self._strokes(self._words.signer, parts.signature)

    def _correction(self, place: Rect) -> None:
        if self._painted >= len(self._words.corrections):
            return
        said = self._words.corrections[self._painted]
        self._painted += 1
        words, signature = geometry.correction_parts(place)
        self._write(said.text, words, CORRECTION)
        self._pen(_THIN)
        self._frame(signature)
        self._strokes(said.strokes, signature)

    def _notice(self, notice: Rect) -> None:
        self._pen(_THIN)
        self._line(notice.x, notice.y, notice.right, notice.y)
        below = Rect(notice.x, notice.y + _PAD, notice.width, notice.height - _PAD)
        for part, at in zip(
            self._paragraphs,
            geometry.notice_columns(below, _shares(self._paragraphs)),
            strict=True,
        ):
            zoom = self._size.lesser_zoom
            title = Rect(at.x, at.y, at.width, _NOTICE_TITLE_HEIGHT * zoom)
            self._write(part.title, title, NOTICE_TITLE.larger(zoom))
            text = Rect(at.x, title.bottom, at.width, at.height - title.height)
            self._write(part.text, text, NOTICE_TEXT.larger(zoom))

    def _tick(self, cell: Rect) -> None:
        """Paint a box that is ticked by hand."""
        self._pen(_THIN)
        side = _TICK * self._size.zoom
        x = cell.x + (cell.width - side) / 2
        self._frame(Rect(x, cell.y + (cell.height - side) / 2, side, side))

    def _text(self, text: str, rect: Rect, style: Style) -> None:
        """Write a text of the table, in the size of print."""
        self._write(text, rect, style.larger(self._size.zoom))

    def _write(self, text: str, rect: Rect, style: Style) -> None:
        self._painter.setPen(_BLACK)
        self._ink.write(self._painter, text, rect, style)

    def _pen(self, millimetres: float) -> None:
        pen = QPen(_BLACK, self._ink.dots(millimetres))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        dots = self._ink.dots
        self._painter.drawLine(QPointF(dots(x1), dots(y1)), QPointF(dots(x2), dots(y2)))

    def _frame(self, rect: Rect) -> None:
        self._painter.drawRect(self._ink.rect(rect))
