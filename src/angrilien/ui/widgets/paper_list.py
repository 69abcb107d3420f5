"""The list of D5: a line of the paper for each row, a key for each line."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from angrilien.ui import a11y, icons, theme
from angrilien.ui.models.paper_lines import (
    ITEM_ROLE,
    Index,
    Mark,
    PaperItem,
    PaperLinesModel,
)
from angrilien.ui.widgets.scroll_page import scroll_page_to

_MARGIN: Final = 14
_SIGN: Final = 28
_SIGNED: Final = (Mark.SIGNED, Mark.UNABLE)
_COLUMNS: Final = 520
"""Pixels at 100 % from which the state stands beside the name, not under it."""


class PaperList(QListView):
    """As high as its lines: the page around it scrolls. Each row is one line of the paper.

    Enter: present and signed on paper. Suppr: nobody signed. N: another name.
    """

    signed = Signal(int)
    absent = Signal(int)
    other_asked = Signal(int)
    line_changed = Signal(int)
    """The current line has this number."""

    def __init__(self, model: PaperLinesModel, name: str) -> None:
        super().__init__()
        self._lines = model
        self._delegate = _LineDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(False)
        a11y.named(self, name)
        model.modelReset.connect(self._fit)

    @property
    def number(self) -> int:
        """Return the number of the current line, 0 while there is none."""
        item = self._lines.item(self.currentIndex().row())
        return item.number if item is not None else 0

    def go_to(self, number: int) -> None:
        """Make a line the current one; one that is not there changes nothing."""
        for row in range(self._lines.rowCount()):
            item = self._lines.item(row)
            if item is not None and item.number == number:
                self.setCurrentIndex(self._lines.index(row))
                return

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Say which line is the current one."""
        super().currentChanged(current, previous)
        self.line_changed.emit(self.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take one key for one line. A key that is held down is one key."""
        signals = {
            Qt.Key.Key_Return: self.signed,
            Qt.Key.Key_Enter: self.signed,
            Qt.Key.Key_Delete: self.absent,
            Qt.Key.Key_Backspace: self.absent,
            Qt.Key.Key_N: self.other_asked,
        }
        signal = signals.get(Qt.Key(event.key())) if _is_plain(event) else None
        if signal is None:
            super().keyPressEvent(event)
            return
        if not event.isAutoRepeat() and self.number:
            signal.emit(self.number)
        event.accept()

    def keyboardSearch(self, search: str) -> None:
        """Let letters alone: they would move to another line."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a line into sight by the page that scrolls."""
        super().scrollTo(index, hint)
        scroll_page_to(self, self.visualRect(index))

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(self._delegate.height() * max(1, self._lines.rowCount()) + 2)


def _is_plain(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class _LineDelegate(QStyledItemDelegate):
    """Paints a line: its number, its sign, the name, what is typed of it."""

    def __init__(self, view: PaperList) -> None:
        super().__init__(view)
        self._view = view

    def height(self) -> int:
        """Return the height of a line."""
        line = QFontMetrics(self._view.font()).height()
        return max(theme.target(), 2 * line + 14)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the size of a line."""
        return QSize(100, self.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> None:
        """Paint one line."""
        item = index.data(ITEM_ROLE)
        if not isinstance(item, PaperItem):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        current = index == self._view.currentIndex()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(
            painter,
            rect,
            item,
            current=current,
            focused=current and bool(state & QStyle.StateFlag.State_HasFocus),
        )
        self._paint_words(painter, rect, item)
        painter.restore()

    def _paint_box(
        self, painter: QPainter, rect: QRect, item: PaperItem, *, current: bool, focused: bool
    ) -> None:
        tokens = theme.current()
        ground = tokens.here_ground if item.mark in _SIGNED else tokens.surface
        if item.pending:
            ground = tokens.hover
        pen = QPen(QColor(tokens.edge), 1)
        if current:
            pen = QPen(QColor(tokens.focus if focused else tokens.border), 4 if focused else 2)
        painter.setPen(pen)
        painter.setBrush(QColor(ground))
        box = QRectF(rect).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(box, 10, 10)

    def _paint_words(self, painter: QPainter, rect: QRect, item: PaperItem) -> None:
        tokens = theme.current()
        plain = self._view.font()
        bold = self._view.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        left = rect.left() + _MARGIN
        painter.setPen(QColor(tokens.secondary))
        painter.setFont(plain)
        number = QRect(left, rect.top(), metrics.horizontalAdvance("000"), rect.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter, str(item.number))
        side = round(_SIGN * theme.points(100) / 100)
        colour = tokens.here if item.mark in _SIGNED else tokens.secondary
        sign = icons.pixmap(item.mark.value, colour, side)
        x = number.right() + 8
        painter.drawPixmap(QPointF(x, rect.top() + (rect.height() - side) / 2), sign)
        x += side + 12
        room = rect.right() - _MARGIN - x
        beside = room >= _COLUMNS * theme.points(100) / 100
        name = QRect(x, rect.top(), round(room * 0.5) if beside else room, rect.height())
        said = QRect(name.right() + 12, rect.top(), rect.right() - _MARGIN - name.right() - 12, 0)
        said.setHeight(rect.height())
        if not beside:
            name.setHeight(rect.height() // 2)
            name.translate(0, 3)
            said = QRect(x, name.bottom(), room, rect.height() - name.height() - 6)
        painter.setPen(QColor(tokens.text))
        painter.setFont(bold)
        _draw(painter, name, metrics, item.name)
        painter.setPen(QColor(colour))
        painter.setFont(plain)
        _draw(painter, said, QFontMetrics(plain), item.words)


def _draw(painter: QPainter, rect: QRect, metrics: QFontMetrics, text: str) -> None:
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
