"""The striped band over every screen of the training: it cannot be taken for the real notebook."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from angrilien.ui import a11y, theme

_STRIPE: Final = 22
"""Pixels of a stripe, and of the gap to the next."""
_MARGIN: Final = 7


class TrainingBanner(QWidget):
    """Stripes from side to side, and the words on a plain ground in their middle."""

    def __init__(self) -> None:
        super().__init__()
        self.words = self.tr("ENTRAÎNEMENT — rien n’est envoyé")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        a11y.named(self, self.words)

    def sizeHint(self) -> QSize:
        """Return the height of the words, with a little air."""
        return QSize(200, self.fontMetrics().height() + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Return the same: the words are never cut."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the stripes, then the words."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.waiting_ground))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.waiting))
        tall = float(self.height())
        for left in range(-self.height(), self.width() + self.height(), 2 * _STRIPE):
            corners = ((left, tall), (left + tall, 0), (left + tall + _STRIPE, 0))
            points = [QPointF(x, y) for x, y in (*corners, (left + _STRIPE, tall))]
            painter.drawPolygon(QPolygonF(points))
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        wide = painter.fontMetrics().horizontalAdvance(self.words) + 4 * _MARGIN
        plate = QRectF((self.width() - wide) / 2, 0, wide, tall)
        painter.fillRect(plate, QColor(tokens.waiting_ground))
        painter.setPen(QColor(tokens.waiting))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()
