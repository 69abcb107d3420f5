"""Texts fitted into a box: first smaller, then on several lines, and only then shortened.

Sizes are typographic points and millimetres; `Ink` turns them into the dots of a device.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from angrilien.ui import theme
from angrilien.ui.printing.geometry import Rect

FAMILIES: Final = (theme.FAMILY, "Segoe UI", "DejaVu Sans", "Arial", "sans-serif")
"""Ours, then what the systems have; other scripts and emoji are found by Qt."""
_MM_PER_INCH: Final = 25.4
_POINTS_PER_INCH: Final = 72
_STEP: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is set.

    Attributes:
        points: its size where there is room.
        one_line: down to this size, it is made smaller to stay on one line.
        whole: down to this size, no word is cut.
        least: the smallest size; what does not fit then is shortened.
        weight: of the font.
        align: across; `AlignLeft` is where the text's own direction starts.
        vertical: where the text stands in a box higher than it.
    """

    points: float
    one_line: float
    whole: float
    least: float
    weight: QFont.Weight = QFont.Weight.Normal
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter

    def larger(self, times: float) -> Style:
        """Return the style of a larger print. What does not fit still gets as small as before."""
        if times == 1:
            return self
        fixed_size = self.points == self.least
        return replace(
            self,
            points=self.points * times,
            one_line=self.one_line * times,
            whole=self.whole * times if fixed_size else self.whole,
            least=self.least * times if fixed_size else self.least,
        )


def fixed(
    points: float,
    *,
    weight: QFont.Weight = QFont.Weight.Normal,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
) -> Style:
    """Return a style of one size, on as many lines as it takes."""
    return Style(
        points=points,
        one_line=points,
        whole=points,
        least=points,
        weight=weight,
        align=align,
        vertical=vertical,
    )


@dataclass(frozen=True, slots=True)
class Block:
    """A text ready to be painted.

    Attributes:
        layout: its lines, from 0, 0.
        points: the size that was chosen.
        height: of its lines, in dots.
        shortened: whether its end was left out.
    """

    layout: QTextLayout
    points: float
    height: float
    shortened: bool


class Ink:
    """Measures and paints texts on a device of `dpi` dots per inch."""

    def __init__(self, dpi: float) -> None:
        self.dots_per_mm = dpi / _MM_PER_INCH
        self._dots_per_point = dpi / _POINTS_PER_INCH

    def dots(self, millimetres: float) -> float:
        """Return a length in dots."""
        return millimetres * self.dots_per_mm

    def rect(self, rect: Rect) -> QRectF:
        """Return a rectangle in dots."""
        return QRectF(
            self.dots(rect.x), self.dots(rect.y), self.dots(rect.width), self.dots(rect.height)
        )

    def fit(self, text: str, width: float, height: float, style: Style) -> Block:
        """Return a text set to fit into `width` × `height` millimetres."""
        across, down = self.dots(width), self.dots(height)
        for points in _down(style.points, style.one_line):
            block = self._set(text, across, points, style)
            if block.layout.lineCount() <= 1 and _fits(block, across, down):
                return block
        for mode in (_WORDS, _ANYWHERE):
            least = style.whole if mode is _WORDS else style.least
            for points in _down(style.one_line, least):
                block = self._set(text, across, points, style, mode)
                if _fits(block, across, down):
                    return block
        return self._shorten(text, across, down, style)

    def height_of(self, text: str, width: float, style: Style) -> float:
        """Return the millimetres that a text of the style's full size takes."""
        return self._set(text, self.dots(width), style.points, style).height / self.dots_per_mm

    def write(self, painter: QPainter, text: str, rect: Rect, style: Style) -> Block | None:
        """Fit a text into a rectangle and paint it; an empty one is nothing."""
        if not text:
            return None
        block = self.fit(text, rect.width, rect.height, style)
        spare = self.dots(rect.height) - block.height
        y = self.dots(rect.y)
        if style.vertical == Qt.AlignmentFlag.AlignVCenter:
            y += spare / 2
        elif style.vertical == Qt.AlignmentFlag.AlignBottom:
            y += spare
        block.layout.draw(painter, QPointF(self.dots(rect.x), y))
        return block

    def _font(self, points: float, weight: QFont.Weight) -> QFont:
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(max(1, round(points * self._dots_per_point)))
        font.setWeight(weight)
        # Letters keep their shape and widths whatever the device's dots.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def _set(
        self,
        text: str,
        across: float,
        points: float,
        style: Style,
        mode: QTextOption.WrapMode | None = None,
    ) -> Block:
        layout = QTextLayout(text.replace("\n", "\u2028"), self._font(points, style.weight))
        option = QTextOption(style.align)
        option.setWrapMode(mode or _WORDS)
        option.setUseDesignMetrics(True)
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft
            if _starts_from_right(text)
            else Qt.LayoutDirection.LeftToRight
        )
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(across)
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        return Block(layout, points, y, shortened=False)

    def _shorten(self, text: str, across: float, down: float, style: Style) -> Block:
        block = self._set(text, across, style.least, style, _ANYWHERE)
        lines = [block.layout.lineAt(i) for i in range(block.layout.lineCount())]
        kept, y = 0, 0.0
        for line in lines:
            y += line.height()
            if y > down + _SLACK and kept:
                break
            kept += 1
        if kept == len(lines):
            return block
        # Qt counts in UTF-16 units, Python in characters.
        units = text.encode("utf-16-le")
        start = lines[kept - 1].textStart() * 2
        rest = units[start:].decode("utf-16-le")
        metrics = QFontMetricsF(self._font(style.least, style.weight))
        last = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, across)
        head = units[:start].decode("utf-16-le")
        short = self._set(head + last, across, style.least, style, _ANYWHERE)
        return Block(short.layout, short.points, short.height, shortened=True)


_WORDS: Final = QTextOption.WrapMode.WordWrap
_ANYWHERE: Final = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
_SLACK: Final = 0.5
"""Of a dot, in comparisons."""


def _down(start: float, least: float) -> Iterator[float]:
    """Yield sizes from `start` down to `least`, both included."""
    points = start
    while points > least:
        yield points
        points -= _STEP
    yield least


def _fits(block: Block, across: float, down: float) -> bool:
    lines = (block.layout.lineAt(i) for i in range(block.layout.lineCount()))
    return block.height <= down + _SLACK and all(
        line.naturalTextWidth() <= across + _SLACK for line in lines
    )


def _starts_from_right(text: str) -> bool:
    """Tell whether the first letter with a direction is of a script written from the right."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
