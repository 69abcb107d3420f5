"""The grid of tiles: one press is one act, by finger, mouse or key, with 2,000 as with ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent

from angrilien.ui import a11y
from angrilien.ui.models.tiles import TILE_ROLE, Tile, TileModel
from angrilien.ui.widgets.tile_grid import TileGrid

_SLACK: Final = 12
"""Pixels that a finger may slip without its press becoming a scroll."""
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(slots=True)
class _Press:
    key: str
    more: bool
    start: QPoint
    last: int
    moved: bool = False


class TileView(TileGrid):
    """Tiles in columns. Arrows move, Space or Enter acts, the Menu key offers more.

    A finger or the mouse may drag the list. Two presses on the same spot within the system's
    double-click time are one act.
    """

    acted = Signal(object)
    """A `Tile` was pressed."""
    more_asked = Signal(object)
    """The "Plus" part of a `Tile` was pressed."""
    dragged = Signal(int)
    """A finger drags by that many pixels: for a page that scrolls in the place of the list."""
    left_upwards = Signal()
    """The up arrow left the first line."""
    typed = Signal(str)
    """A letter was typed: it is for the search field."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._press: _Press | None = None
        self.setMouseTracking(True)
        a11y.named(self, name)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size and the colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.tiles.forget()
            self.fit()

    def more_rect(self, index: QModelIndex) -> QRect:
        """Return the "Plus" part of a tile, in the viewport."""
        return self.tiles.more_rect(self.visualRect(index))

    # --- mouse and finger -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a press or a drag."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        index = self.indexAt(place)
        tile = self._tile(index)
        self._press = _Press(
            key=tile.key if tile is not None else "",
            more=tile is not None and tile.has_more and self.more_rect(index).contains(place),
            start=event.globalPosition().toPoint(),
            last=event.globalPosition().toPoint().y(),
        )
        self.tiles.pressed = self._press.key
        self.tiles.pressed_more = self._press.more
        if index.isValid():
            self.setCurrentIndex(index)
            self.update(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll where the press has become a drag."""
        press = self._press
        if press is None:
            index = self.indexAt(event.position().toPoint())
            pointing = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(pointing if index.isValid() else Qt.CursorShape.ArrowCursor)
            return
        delta = event.globalPosition().toPoint() - press.start
        if not press.moved and delta.manhattanLength() > _SLACK:
            press.moved = True
            self._release()
        if press.moved:
            now = press.start.y() + delta.y()
            self.dragged.emit(press.last - now)
            if not self.is_whole:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + press.last - now)
            press.last = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Act on the tile that was pressed, if the release is still on it."""
        press, self._press = self._press, None
        self._release()
        if press is None or press.moved or not press.key:
            return
        place = event.position().toPoint()
        index = self.indexAt(place)
        tile = self._tile(index)
        if tile is None or tile.key != press.key:
            return
        on_more = tile.has_more and self.more_rect(index).contains(place)
        if on_more == press.more:
            (self.more_asked if press.more else self.acted).emit(tile)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of a double click for a slip.

        Another tile may stand there by now: it is not what was meant.
        """
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer more for the current tile: the Menu key, or the right button."""
        index = self.currentIndex()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
        tile = self._tile(index)
        if tile is not None and tile.has_more:
            self.more_asked.emit(tile)

    # --- keyboard ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act, move, or hand a letter to the search field."""
        index = self.currentIndex()
        tile = self._tile(index)
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in _ENTER and tile is not None:
            # A key that is held down does not note and un-note a presence again and again.
            if not event.isAutoRepeat():
                more = shifted and tile.has_more
                (self.more_asked if more else self.acted).emit(tile)
            return
        up = event.key() == Qt.Key.Key_Up
        if up and index.row() < self.columns():
            self.left_upwards.emit()
            return
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if event.text().isprintable() and event.text().strip() and not held:
            self.typed.emit(event.text())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a current tile when the focus comes by key."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def set_target(self, row: int) -> None:
        """Mark the tile that Enter in the search field means; -1 for none."""
        tile = self._tile(self.model().index(row, 0)) if row >= 0 else None
        key = tile.key if tile is not None else ""
        if key != self.tiles.target:
            before, self.tiles.target = self.tiles.target, key
            self._paint_again(before)
            self._paint_again(key)

    def _tile(self, index: QModelIndex) -> Tile | None:
        tile = index.data(TILE_ROLE) if index.isValid() else None
        return tile if isinstance(tile, Tile) else None

    def _release(self) -> None:
        if self.tiles.pressed:
            before, self.tiles.pressed = self.tiles.pressed, ""
            self._paint_again(before)

    def _paint_again(self, key: str) -> None:
        """Paint one tile again, if it is on the list."""
        model = self.model()
        row = model.row_of(key) if key and isinstance(model, TileModel) else -1
        if row >= 0:
            self.update(model.index(row, 0))
