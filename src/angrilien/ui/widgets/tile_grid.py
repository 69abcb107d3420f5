"""The places of the tiles: columns of one width, lines of one height, and only what is in sight.

Nothing is computed per tile, so that 2,000 of them cost what ten cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionViewItem,
)

from angrilien.ui.widgets.tile_delegate import TileDelegate

Index = QModelIndex | QPersistentModelIndex
GAP: Final = 12
_NO_LIMIT: Final = 16_777_215
_MOVES: Final = {
    QAbstractItemView.CursorAction.MoveLeft: (-1, 0),
    QAbstractItemView.CursorAction.MoveRight: (1, 0),
    QAbstractItemView.CursorAction.MovePrevious: (-1, 0),
    QAbstractItemView.CursorAction.MoveNext: (1, 0),
    QAbstractItemView.CursorAction.MoveUp: (0, -1),
    QAbstractItemView.CursorAction.MoveDown: (0, 1),
}


class TileGrid(QListView):
    """A view of tiles in columns, which fill its width to the pixel.

    A QListView for the screen reader's sake: Qt makes a list of its tiles known. Its own layout,
    which places every tile, is replaced.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tiles = TileDelegate(self)
        self._whole = False
        self._placed: tuple[int, int, int, bool] | None = None
        self._filled: QAbstractItemModel | None = None
        self.setItemDelegate(self.tiles)
        self.setObjectName("tiles")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("#tiles { background: transparent; border: none; outline: none; }")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show the tiles of a model."""
        self._filled = model
        super().setModel(model)

    # --- size -------------------------------------------------------------------------------------

    @property
    def row_height(self) -> int:
        """Height of a line of tiles with the gap under it, in pixels."""
        return self.tiles.height() + GAP

    def columns(self, width: int | None = None) -> int:
        """Return how many columns fit in a width, that of the viewport if none is given."""
        room = self.viewport().width() if width is None else width
        return max(1, (room + GAP) // (self.tiles.least_width() + GAP))

    def height_of_all(self, width: int) -> int:
        """Return the height of all the tiles in a width."""
        return -(-self._count() // self.columns(width)) * self.row_height

    def set_whole(self, *, whole: bool) -> None:
        """Show all the tiles at once, for a page that scrolls, or scroll in itself."""
        self._whole = whole
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if whole else policy.ScrollBarAsNeeded
        )
        self.fit()

    @property
    def is_whole(self) -> bool:
        """Tell whether all the tiles are shown at once."""
        return self._whole

    def fit(self) -> None:
        """Follow the number of tiles and the size of the text."""
        if self._filled is None:
            return
        if self._whole:
            self.setFixedHeight(max(self.row_height, self.height_of_all(self.width())))
        else:
            self.setMinimumHeight(self.row_height)
            self.setMaximumHeight(_NO_LIMIT)
        self.updateGeometries()
        placed = (self._count(), self._span(), self.row_height, self._whole)
        if placed != self._placed:
            # Every place may be another one; else the tiles that changed say so themselves.
            self._placed = placed
            self.viewport().update()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint the tiles that changed again. QListView would place and paint them all."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def doItemsLayout(self) -> None:
        """Place nothing: the places are computed."""
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        """Give the scroll bar its range."""
        if self._filled is None:
            return
        bar = self.verticalScrollBar()
        high = self.viewport().height()
        bar.setSingleStep(self.row_height // 2)
        bar.setPageStep(high)
        bar.setRange(0, max(0, self.height_of_all(self.viewport().width()) - GAP - high))
        QAbstractItemView.updateGeometries(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new width into columns."""
        QAbstractItemView.resizeEvent(self, event)
        self.fit()

    # --- places -----------------------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:
        """Return the place of a tile in the viewport."""
        if not index.isValid():
            return QRect()
        return self._place(index.row())

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the tile at a place, an invalid index between two."""
        columns = self.columns()
        line = (point.y() + self.verticalOffset()) // self.row_height
        column = min(columns - 1, max(0, point.x() * columns // max(1, self._span())))
        row = line * columns + column
        if 0 <= row < self._count() and self._place(row).contains(point):
            return self.model().index(row, 0)
        return QModelIndex()

    def scrollTo(
        self,
        index: Index,
        _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a tile into sight."""
        rect, high = self.visualRect(index), self.viewport().height()
        bar = self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= high:
            bar.setValue(bar.value() + min(rect.top(), rect.bottom() - high + 1))

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Return the tile to which a key leads."""
        last, columns = self._count() - 1, self.columns()
        if last < 0:
            return QModelIndex()
        row = max(0, self.currentIndex().row())
        kinds = QAbstractItemView.CursorAction
        lines = max(1, self.viewport().height() // self.row_height)
        if action == kinds.MoveHome:
            row = 0
        elif action == kinds.MoveEnd:
            row = last
        elif action in (kinds.MovePageUp, kinds.MovePageDown):
            row += columns * (lines if action == kinds.MovePageDown else -lines)
        else:
            across, down = _MOVES.get(action, (0, 0))
            there = row + across + down * columns
            # Down from the last full line goes to the last tile; there is nothing above the first.
            row = there if there >= 0 else row
        return self.model().index(min(last, max(0, row)), 0)

    def horizontalOffset(self) -> int:
        """Return 0: the tiles never scroll sideways."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far the tiles are scrolled."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        """Say that no tile of the model is hidden."""
        return False

    def setSelection(self, rect: QRect, command: object) -> None:
        """Select nothing: a press is an act."""

    def visualRegionForSelection(self, _selection: object) -> QRegion:
        """Return nothing: a press is an act."""
        return QRegion()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles of the lines in sight."""
        painter = QPainter(self.viewport())
        columns, area = self.columns(), event.rect()
        first = max(0, (area.top() + self.verticalOffset()) // self.row_height) * columns
        last = ((area.bottom() + self.verticalOffset()) // self.row_height + 1) * columns
        current = self.currentIndex().row() if self.hasFocus() else -1
        wanted = event.region()
        for row in range(first, min(last, self._count())):
            place = self._place(row)
            if not wanted.intersects(place):
                continue
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            option.rect = place
            option.state &= ~QStyle.StateFlag.State_HasFocus
            if row == current:
                option.state |= QStyle.StateFlag.State_HasFocus
            self.tiles.paint(painter, option, self.model().index(row, 0))
        painter.end()

    def _count(self) -> int:
        return self._filled.rowCount() if self._filled is not None else 0

    def _span(self) -> int:
        """Return the width that the columns share, with the gap after the last."""
        return self.viewport().width() + GAP

    def _place(self, row: int) -> QRect:
        line, column = divmod(row, self.columns())
        left = column * self._span() // self.columns()
        right = (column + 1) * self._span() // self.columns() - GAP
        top = line * self.row_height - self.verticalOffset()
        return QRect(left, top, right - left, self.tiles.height())

    def sizeHint(self) -> QSize:
        """Return the size of two lines of two tiles."""
        width = self.tiles.least_width() * 2 + GAP
        return QSize(width, self.row_height * 2)

    def minimumSizeHint(self) -> QSize:
        """Return the size of one tile at its narrowest: the page decides the rest."""
        return QSize(200, self.row_height)
