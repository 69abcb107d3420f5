"""The frame in which somebody signs: with a finger, a pen or the mouse."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEventPoint,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from angrilien.ui import a11y, theme

Point = tuple[float, float]

_RADIUS: Final = 16
_SIDE: Final = 60
"""Pixels left at each side of the line to sign on."""
_STEP: Final = 1.0
"""Pixels between two points that are kept."""
_TOUCH: Final = (
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TouchEnd,
    QEvent.Type.TouchCancel,
)


class SignaturePad(QWidget):
    """A frame with a line to sign on. What leaves the frame is not drawn; coming back goes on.

    Only one thing draws at a time: the first finger, the pen, or the mouse.

    Args:
        hint: the words under the line.
    """

    drawn_changed = Signal()
    """A stroke was finished, or the frame was cleared."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._problem = ""
        self._points = 0
        self._strokes: list[list[Point]] = []
        self._drawing = False
        self._finger: int | None = None
        self._pen = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        a11y.named(self, self.tr("Cadre pour signer"), hint)

    # --- what it holds ----------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is drawn: a single point is something."""
        return not self._strokes

    def strokes(self) -> list[list[Point]]:
        """Return what is drawn, in pixels of the frame."""
        return [list(stroke) for stroke in self._strokes]

    def clear(self) -> None:
        """Take everything away."""
        self._strokes.clear()
        self._lift()
        self._finger = None
        self._pen = False
        self._problem = ""
        self.update()
        self.drawn_changed.emit()

    def show_problem(self, sentence: str) -> None:
        """Say in the frame why it cannot be taken; drawing takes the sentence away."""
        self._problem = sentence
        self.update()
        a11y.announce(self, sentence)

    @property
    def problem(self) -> str:
        """The sentence in the frame, empty for none."""
        return self._problem

    def set_points(self, points: int) -> None:
        """Write its words with letters of `points`, where there is room for them."""
        if points != self._points:
            self._points = points
            self.update()

    def sizeHint(self) -> QSize:
        """Return a size that leaves room to sign."""
        return QSize(640, 260)

    # --- drawing ----------------------------------------------------------------------------------

    def _press(self, place: QPointF) -> None:
        self._drawing = True
        self._problem = ""
        self._strokes.append([])
        self._add(place)
        self.update()

    def _move(self, place: QPointF) -> None:
        if not self._drawing:
            return
        if not self.rect().contains(place.toPoint()):
            # Out of the frame: the stroke ends here, and another begins where it comes back.
            if self._strokes and self._strokes[-1]:
                self._strokes.append([])
            return
        if not self._strokes:
            self._strokes.append([])
        self._add(place)

    def _add(self, place: QPointF) -> None:
        stroke = self._strokes[-1]
        point = (place.x(), place.y())
        if stroke:
            last = stroke[-1]
            if abs(point[0] - last[0]) + abs(point[1] - last[1]) < _STEP:
                return
            area = QRectF(QPointF(*last), QPointF(*point)).normalized()
        else:
            area = QRectF(point[0], point[1], 0, 0)
        stroke.append(point)
        self.update(area.adjusted(-24, -24, 24, 24).toAlignedRect())

    def _lift(self) -> None:
        was_drawing, self._drawing = self._drawing, False
        self._strokes = [stroke for stroke in self._strokes if stroke]
        if was_drawing:
            self.drawn_changed.emit()

    # --- events -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() is Qt.MouseButton.LeftButton and self._finger is None and not self._pen:
            self._lift()
            self._press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke."""
        if self._finger is not None or self._pen:
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position())
        else:
            # Another window took the release for itself: the stroke ended there.
            self._lift()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if event.button() is Qt.MouseButton.LeftButton and self._finger is None and not self._pen:
            self._lift()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke: a quick second stroke is a stroke too."""
        self.mousePressEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen. While it is down, the hand that rests on the screen draws nothing."""
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            # A pen that went out of reach may never have said that it was lifted.
            self._lift()
            self._finger = None
            self._pen = True
            self._press(event.position())
        elif kind == QEvent.Type.TabletMove and self._pen:
            self._move(event.position())
        elif kind == QEvent.Type.TabletRelease and self._pen:
            self._pen = False
            self._lift()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Draw with the first finger; the others draw nothing."""
        if event.type() in _TOUCH and isinstance(event, QTouchEvent):
            self._on_touch(event)
            event.accept()
            return True
        return super().event(event)

    def _on_touch(self, event: QTouchEvent) -> None:
        if self._pen:
            return
        if event.type() == QEvent.Type.TouchCancel:
            self._finger = None
            self._lift()
            return
        for point in event.points():
            state = point.state()
            if state == QEventPoint.State.Pressed and self._finger is None and not self._drawing:
                self._finger = point.id()
                self._press(point.position())
            elif point.id() != self._finger:
                continue
            elif state == QEventPoint.State.Updated:
                self._move(point.position())
            elif state == QEventPoint.State.Released:
                self._move(point.position())
                self._finger = None
                self._lift()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is drawn inside a frame that got smaller."""
        super().resizeEvent(event)
        before, now = event.oldSize(), event.size()
        if not self._strokes or before.width() <= 0 or before.height() <= 0:
            return
        scale = min(1.0, now.width() / before.width(), now.height() / before.height())
        if scale < 1.0:
            self._strokes = [[(x * scale, y * scale) for x, y in s] for s in self._strokes]

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, its line and its words, and what is drawn."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wrong = bool(self._problem)
        painter.setPen(QPen(QColor(tokens.problem if wrong else tokens.primary), 3))
        painter.setBrush(QColor(tokens.page))
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        self._paint_words(painter)
        width = max(3.0, min(6.0, self.height() / 90))
        ink = QColor(tokens.text)
        pen = QPen(ink, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        for stroke in self._strokes:
            if len(stroke) == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                painter.drawEllipse(QPointF(*stroke[0]), width, width)
            elif stroke:
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(_smooth(stroke))
        painter.end()

    def words_points(self) -> int:
        """Return the size of the letters under the line."""
        return self._words_font(self._problem or self._hint).pointSize()

    def _words_font(self, said: str) -> QFont:
        """Return the font of the words under the line: smaller only where they find no room."""
        font = self.font()
        font.setPointSize(self._points or max(theme.points(theme.TEXT_POINTS), 13))
        font.setBold(bool(self._problem))
        room = self.width() - 2 * min(_SIDE, self.width() // 12)
        while font.pointSize() > 10 and QFontMetrics(font).horizontalAdvance(said) > room:
            font.setPointSize(font.pointSize() - 1)
        return font

    def _paint_words(self, painter: QPainter) -> None:
        tokens = theme.current()
        side = min(_SIDE, self.width() // 12)
        said = self._problem or self._hint
        font = self._words_font(said)
        painter.setFont(font)
        line_height = QFontMetrics(font).height()
        base = self.height() - max(36, line_height + 26)
        painter.setPen(QPen(QColor(tokens.border), 2, Qt.PenStyle.DashLine))
        painter.drawLine(side, base, self.width() - side, base)
        room = QRectF(side, base + 6, self.width() - 2 * side, self.height() - base - 10)
        painter.setPen(QColor(tokens.problem if self._problem else tokens.hint))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, said)


def _smooth(stroke: list[Point]) -> QPainterPath:
    """Return a path that goes through the middles of the drawn segments, without corners."""
    path = QPainterPath(QPointF(*stroke[0]))
    for here, there in pairwise(stroke[1:]):
        middle = QPointF((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
        path.quadTo(QPointF(*here), middle)
    path.lineTo(QPointF(*stroke[-1]))
    return path
