"""The lines of a sheet, to read before it is closed and after."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from angrilien.domain.rows import SheetView
from angrilien.ui import a11y
from angrilien.ui.models.sheet_lines import SheetLinesModel
from angrilien.ui.widgets.scroll_page import scroll_page_to

_ROW_MARGIN = 10
_STRETCHED = (1, 2)
_SIGNING = 6
_DEPARTURE = 5


class SheetTable(QTableView):
    """As high as its lines: the page around it scrolls, never a part of it apart."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.lines = SheetLinesModel(self)
        self.setModel(self.lines)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._signing_wish = 0
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        a11y.named(self, name)

    def show_view(self, view: SheetView) -> None:
        """Show the lines of a sheet."""
        self.lines.set_view(view)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the lines as high as what is written in them."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share()
            self._fit_height()

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a line into sight by the page that scrolls: the arrow keys go on working."""
        super().scrollTo(index, hint)
        scroll_page_to(self, self.visualRect(index))

    def _fit(self) -> None:
        high = self.fontMetrics().height() + 18
        self.verticalHeader().setDefaultSectionSize(high)
        head = self.horizontalHeader()
        head.setMinimumSectionSize(36)
        for column in range(self.lines.columnCount()):
            self.resizeColumnToContents(column)
            self.setColumnWidth(column, self.columnWidth(column) + 12)
        some_left = any(line.departure is not None for line in self.lines.lines)
        self.setColumnHidden(_DEPARTURE, not some_left)
        self._signing_wish = self.columnWidth(_SIGNING)
        for column in _STRETCHED:
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._share()
        self._fit_height()

    def _share(self) -> None:
        """Give a long reason a third of the names' room; what is longer goes on below."""
        narrow = self.fontMetrics().horizontalAdvance(self.tr("a signé sur papier")) + 24
        shared = (*_STRETCHED, _SIGNING)
        others = (c for c in range(self.lines.columnCount()) if c not in shared)
        room = self.viewport().width() - sum(self.columnWidth(column) for column in others)
        self.setColumnWidth(_SIGNING, min(self._signing_wish, max(narrow, room // len(shared))))

    def _fit_height(self) -> None:
        least = self.verticalHeader().defaultSectionSize()
        for row in range(self.lines.rowCount()):
            self.setRowHeight(row, max(least, self.sizeHintForRow(row) + _ROW_MARGIN))
        high = max(least, sum(self.rowHeight(row) for row in range(self.lines.rowCount())))
        self.setFixedHeight(high + self.horizontalHeader().sizeHint().height() + 4)
