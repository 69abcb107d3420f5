"""Whether every text has the room it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionButton,
    QTableView,
    QWidget,
)

from angrilien.ui.a11y import plain
from visual.sight import in_sight, place, said_of

_SLACK = 1
"""Pixels that rounding may take."""
_FIELD = 24
"""Pixels of the air in a field, both sides together."""
_ARROW = 44
"""Pixels of the arrow of a list."""
_ICON_GAP = 4
"""Pixels that the style leaves between an icon and its word."""


def cut(window: QWidget) -> list[str]:
    """Return the texts that do not fit in their widget, and the widgets that something cuts."""
    found = [f"cut: {said_of(w)}" for w in in_sight(window, QWidget) if not _fits(w)]
    for table in in_sight(window, QTableView):
        found += _cut_cells(table)
    found += [f"cut off: {said_of(w)} by {said_of(by)}" for w, by in _cut_off(window)]
    return [*found, *_overlapping(window)]


def sideways(window: QWidget) -> list[str]:
    """Return what would have to be scrolled sideways."""
    found = []
    for area in in_sight(window, QAbstractScrollArea):
        if area.horizontalScrollBar().maximum() > 0:
            found.append(f"scrolls sideways: {said_of(area)}")
        if isinstance(area, QScrollArea) and area.widget() is not None:
            more = area.widget().width() - area.viewport().width()
            if more > 0:
                found.append(f"{more} px wider than the window: {said_of(area)}")
    return found


@contextmanager
def elisions() -> Iterator[list[str]]:
    """Note each text that is shortened by three points while something is painted."""
    noted: list[str] = []
    plain = QFontMetrics.elidedText

    def watching(self: QFontMetrics, text: str, *args: Any) -> str:
        shortened: str = plain(self, text, *args)
        if shortened != text:
            noted.append(f"shortened: {text!r}")
        return shortened

    QFontMetrics.elidedText = watching  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        QFontMetrics.elidedText = plain  # type: ignore[method-assign]


def _fits(widget: QWidget) -> bool:
    wide, high = widget.width() + _SLACK, widget.height() + _SLACK
    needed = QSize(0, 0)
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            least = widget.minimumSizeHint().width()
            needed = QSize(least, widget.heightForWidth(widget.width()))
        else:
            needed = widget.sizeHint()
    elif isinstance(widget, QAbstractButton) and widget.layout() is None:
        # Where there is a layout, its labels are looked at.
        around = widget.width() - _inside(widget)
        needed = QSize(_word_width(widget) + around, _lines_height(widget))
    elif isinstance(widget, QLineEdit) and not widget.text():
        margins = widget.textMargins()
        words = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        needed = QSize(words + margins.left() + margins.right() + _FIELD, 0)
    elif isinstance(widget, QComboBox):
        words = widget.fontMetrics().horizontalAdvance(widget.currentText())
        needed = QSize(words + _FIELD // 2 + _ARROW, 0)
    return needed.width() <= wide and needed.height() <= high


def _word_width(button: QAbstractButton) -> int:
    """Return the width of a button's icon and word, as the style sheet writes it."""
    font = QFont(button.font())
    light = button.property("kind") in ("chip", "nav", "row") and not button.isChecked()
    font.setWeight(QFont.Weight.Normal if light else QFont.Weight.DemiBold)
    metrics = QFontMetrics(font)
    wide = max(metrics.horizontalAdvance(line) for line in plain(button.text()).split("\n"))
    return wide + (0 if button.icon().isNull() else button.iconSize().width() + _ICON_GAP)


def _inside(button: QAbstractButton) -> int:
    option = QStyleOptionButton()
    option.initFrom(button)
    part = QStyle.SubElement.SE_PushButtonContents
    return button.style().subElementRect(part, option, button).width()


def _lines_height(button: QAbstractButton) -> int:
    return button.fontMetrics().height() * (button.text().count("\n") + 1)


def _cut_cells(table: QTableView) -> Iterator[str]:
    model = table.model()
    head = table.horizontalHeader()
    for column in range(model.columnCount()):
        if table.isColumnHidden(column):
            continue
        title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        if head.fontMetrics().horizontalAdvance(title) > head.sectionSize(column):
            yield f"cut: the head {title!r}"
        room = table.columnWidth(column) - 8
        for row in range(model.rowCount()):
            text = str(model.index(row, column).data() or "")
            metrics = table.fontMetrics()
            flags = Qt.TextFlag.TextWordWrap
            needed = metrics.boundingRect(QRect(0, 0, max(1, room), 9_999), flags, text)
            if needed.width() > room + _SLACK or needed.height() > table.rowHeight(row) + _SLACK:
                yield f"cut: the cell {text!r}"


def _cut_off(window: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    """Give what leaves the place of something around it, except up and down in what scrolls."""
    for widget in in_sight(window, QWidget):
        if not isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox):
            continue
        rect = place(widget)
        around = widget.parentWidget()
        while around is not None:
            area = around.parentWidget()
            scrolls = isinstance(area, QAbstractScrollArea) and area.viewport() is around
            room = place(around)
            if rect.left() < room.left() - _SLACK or rect.right() > room.right() + _SLACK:
                yield widget, around
                break
            if scrolls or isinstance(around, QAbstractItemView):
                break
            if rect.top() < room.top() - _SLACK or rect.bottom() > room.bottom() + _SLACK:
                yield widget, around
                break
            if around.isWindow():
                break
            around = around.parentWidget()


def _overlapping(window: QWidget) -> Iterator[str]:
    """Give neighbours that stand on each other."""
    by_parent: dict[QWidget, list[QWidget]] = {}
    for widget in in_sight(window, QWidget):
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox):
            by_parent.setdefault(widget.parentWidget(), []).append(widget)
    for near in by_parent.values():
        for number, one in enumerate(near):
            for other in near[number + 1 :]:
                over = one.geometry().intersected(other.geometry())
                if over.width() > _SLACK and over.height() > _SLACK:
                    yield f"one on the other: {said_of(one)}, {said_of(other)}"
