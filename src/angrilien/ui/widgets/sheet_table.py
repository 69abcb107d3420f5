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
"""Last name and first name; in three columns, the name and the rest."""
_DEPARTURE = 5
_SIGNING = 6


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
        self._wide: dict[int, int] = {}
        self._least: dict[int, int] = {}
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
        """Follow the room there is."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._turn()

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
        self.horizontalHeader().setMinimumSectionSize(36)
        self.lines.set_narrow(narrow=False)
        self._wide = self._natural_widths()
        signing = min(self._wide[_SIGNING], self._least_signing())
        words = {column: self._widest_word(column) for column in _STRETCHED}
        self._least = self._wide | words | {_SIGNING: signing}
        self._turn()

    def _natural_widths(self) -> dict[int, int]:
        """Return the width that each of the seven columns wants, but for departures without any."""
        head = self.horizontalHeader()
        some_left = any(line.departure is not None for line in self.lines.lines)
        return {
            column: max(self.sizeHintForColumn(column), head.sectionSizeHint(column)) + 12
            for column in range(self.lines.columnCount())
            if some_left or column != _DEPARTURE
        }

    def _widest_word(self, column: int) -> int:
        """Return the width under which a word of a column would be cut."""
        model = self.lines
        texts = [str(model.index(row, column).data()) for row in range(model.rowCount())]
        texts.append(str(model.headerData(column, Qt.Orientation.Horizontal)))
        words = (word for text in texts for word in text.split(" "))
        return max(self.fontMetrics().horizontalAdvance(word) for word in words) + 12

    def _turn(self) -> None:
        """Say all in three columns where seven would cut the names."""
        if not self._wide:
            return
        narrow = self.viewport().width() < sum(self._least.values())
        self.lines.set_narrow(narrow=narrow)
        head = self.horizontalHeader()
        for column in range(self.lines.columnCount()):
            alike = column in _STRETCHED
            modes = QHeaderView.ResizeMode
            head.setSectionResizeMode(column, modes.Stretch if alike else modes.Interactive)
            self.setColumnHidden(column, not narrow and column not in self._wide)
            if not alike and column in self._wide:
                self.setColumnWidth(column, self._wide[column])
        if not narrow:
            self._share()
        self._fit_height()

    def _least_signing(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.tr("a signé sur papier")) + 24

    def _share(self) -> None:
        """Give a long reason a third of the names' room; what is longer goes on below."""
        shared = (*_STRETCHED, _SIGNING)
        others = (c for c in range(self.lines.columnCount()) if c not in shared)
        room = self.viewport().width() - sum(self.columnWidth(column) for column in others)
        wanted = max(self._least_signing(), room // len(shared))
        self.setColumnWidth(_SIGNING, min(self._wide[_SIGNING], wanted))

    def _fit_height(self) -> None:
        least = self.verticalHeader().defaultSectionSize()
        for row in range(self.lines.rowCount()):
            self.setRowHeight(row, max(least, self.sizeHintForRow(row) + _ROW_MARGIN))
        high = max(least, sum(self.rowHeight(row) for row in range(self.lines.rowCount())))
        self.setFixedHeight(high + self.horizontalHeader().sizeHint().height() + 4)
