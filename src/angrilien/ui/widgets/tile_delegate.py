"""Paints one tile: its sign, the name, the state in words, and "Plus"."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from angrilien.ui import icons, theme
from angrilien.ui.models.tiles import TILE_ROLE, Kind, Look, Tile

_LEAST_WIDTH: Final = 300
"""Of a tile at 100 %, in pixels."""
_LOWEST: Final = 76
_MARGIN: Final = 16
_NARROW: Final = 340
"""Width at 100 % under which a tile leaves less room around its sign."""
_RADIUS: Final = 12
_SIGN: Final = 36
_MORE: Final = 54
_NAME_POINTS: Final = 13.5
_WORDS_POINTS: Final = 11.5
_FILLED: Final = (Look.HERE, Look.SIGNED, Look.UNABLE)


class TileDelegate(QStyledItemDelegate):
    """Paints `Tile`s; nothing is computed for those out of sight.

    Attributes:
        pressed: key of the tile under the finger, empty for none.
        pressed_more: whether it is its "Plus" part.
        target: key of the tile that Enter in the search field means.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self.pressed = ""
        self.pressed_more = False
        self.target = ""
        self._fonts: tuple[QFont, QFont] | None = None

    def forget(self) -> None:
        """Measure again: the text size has changed."""
        self._fonts = None

    def height(self) -> int:
        """Return the height of a tile."""
        name, words = (QFontMetrics(font) for font in self._both_fonts())
        return max(_LOWEST, name.height() + words.height() + 28)

    def least_width(self) -> int:
        """Return the least width of a tile: a column narrower than this is not made."""
        return round(_LEAST_WIDTH * theme.points(100) / 100)

    def more_rect(self, cell: QRect) -> QRect:
        """Return the "Plus" part of a tile's cell."""
        width = self._more_width()
        return QRect(cell.right() - width + 1, cell.top(), width, cell.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one tile."""
        tile = index.data(TILE_ROLE)
        if not isinstance(tile, Tile):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(state & QStyle.StateFlag.State_HasFocus) or tile.key == self.target
        self._paint_box(painter, rect, tile, focused=focused)
        narrow = rect.width() < round(_NARROW * theme.points(100) / 100)
        margin = 10 if narrow else _MARGIN
        side = round(_SIGN * (1 + (theme.points(100) - 100) / 300))
        sign = QRect(rect.left() + margin, rect.center().y() - side // 2 + 1, side, side)
        self._paint_sign(painter, sign, tile)
        end = rect.right() - _MARGIN
        if tile.has_more:
            end = rect.right() - self._more_width() - 4
            self._paint_more(painter, self.more_rect(rect), tile)
        left = sign.right() + (9 if narrow else 14)
        self._paint_texts(painter, QRect(left, rect.top(), end - left, rect.height()), tile)
        painter.restore()

    # --- parts ------------------------------------------------------------------------------------

    def _more_width(self) -> int:
        return max(
            _MORE, QFontMetrics(self._both_fonts()[1]).horizontalAdvance(self.tr("Plus")) + 20
        )

    def _both_fonts(self) -> tuple[QFont, QFont]:
        if self._fonts is None:
            name, words = QFont(self._view.font()), QFont(self._view.font())
            name.setPointSize(theme.points(_NAME_POINTS))
            name.setWeight(QFont.Weight.DemiBold)
            words.setPointSizeF(_WORDS_POINTS * theme.points(100) / 100)
            words.setWeight(QFont.Weight.Normal)
            self._fonts = (name, words)
        return self._fonts

    def _paint_box(self, painter: QPainter, rect: QRect, tile: Tile, *, focused: bool) -> None:
        tokens = theme.current()
        here = tile.look in _FILLED
        ground, line = (tokens.here_ground, tokens.here) if here else (tokens.surface, tokens.edge)
        if tile.pending or (tile.key == self.pressed and not self.pressed_more):
            ground = tokens.hover
        pen = QPen(QColor(line), 2)
        if tile.kind is not Kind.PERSON:
            pen = QPen(QColor(tokens.primary), 2, Qt.PenStyle.DashLine)
        if focused:
            pen = QPen(QColor(tokens.focus), 4)
        painter.setPen(pen)
        painter.setBrush(QColor(ground))
        inset = pen.widthF() / 2
        painter.drawRoundedRect(
            QRectF(rect).adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS
        )

    def _paint_sign(self, painter: QPainter, sign: QRect, tile: Tile) -> None:
        tokens = theme.current()
        if tile.kind is not Kind.PERSON:
            painter.drawPixmap(
                sign.adjusted(3, 3, -3, -3), icons.pixmap("plus", tokens.primary, 32)
            )
            return
        circle = QRectF(sign).adjusted(1, 1, -1, -1)
        if tile.look in _FILLED:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.here))
            painter.drawEllipse(circle)
            picture = icons.pixmap(tile.look.value, tokens.here_ground, 20)
            painter.drawPixmap(sign.adjusted(8, 8, -8, -8), picture)
            return
        style = Qt.PenStyle.DashLine if tile.pending else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(tokens.border), 2, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if tile.look is Look.AWAY:
            picture = icons.pixmap("minus", tokens.secondary, 20)
            painter.drawPixmap(sign.adjusted(8, 8, -8, -8), picture)

    def _paint_more(self, painter: QPainter, rect: QRect, tile: Tile) -> None:
        tokens = theme.current()
        color = QColor(tokens.here if tile.look in _FILLED else tokens.secondary)
        if tile.key == self.pressed and self.pressed_more:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(4, 4, -4, -4), 8, 8)
        painter.setPen(QPen(QColor(tokens.edge), 1))
        painter.drawLine(rect.left(), rect.top() + 14, rect.left(), rect.bottom() - 14)
        font = self._both_fonts()[1]
        high = QFontMetrics(font).height()
        top = rect.center().y() - (high + 12) // 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for step in (-8, 0, 8):
            painter.drawEllipse(QPointF(rect.center().x() + 1 + step, top + 5), 2.5, 2.5)
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(
            QRect(rect.left(), top + 10, rect.width(), high),
            Qt.AlignmentFlag.AlignCenter,
            self.tr("Plus"),
        )

    def _paint_texts(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        tokens = theme.current()
        name_font, words_font = self._both_fonts()
        name, small = QFontMetrics(name_font), QFontMetrics(words_font)
        top = room.top() + (room.height() - name.height() - small.height() - 1) // 2
        words_top = top + name.height() + 1
        quiet = tokens.here if tile.look in _FILLED else tokens.secondary
        said = tile.words
        name_room = room.width()
        if tile.tag:
            wide = small.horizontalAdvance(tile.tag) + 16
            full = small.horizontalAdvance(tile.words)
            if full + 8 + wide > room.width() and (
                name.horizontalAdvance(tile.name) + 8 + wide > room.width() or full > room.width()
            ):
                said = tile.short
            after = small.horizontalAdvance(said) + 8
            if after + wide <= room.width():
                tag = QRect(room.left() + after, words_top, wide, small.height())
            else:
                name_room -= wide + 6
                tag = QRect(room.right() - wide, top, wide, small.height())
            self._paint_tag(painter, tag, tile.tag, words_font)
        for font, metrics, text, y, width, color in (
            (name_font, name, tile.name, top, name_room, tokens.text),
            (words_font, small, said, words_top, room.width(), quiet),
        ):
            painter.setFont(font)
            painter.setPen(QColor(color))
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(
                QRect(room.left(), y, width, metrics.height()),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                elided,
            )

    def _paint_tag(self, painter: QPainter, rect: QRect, text: str, font: QFont) -> None:
        tokens = theme.current()
        painter.setPen(QPen(QColor(tokens.here), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.setFont(font)
        painter.setPen(QColor(tokens.here))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
