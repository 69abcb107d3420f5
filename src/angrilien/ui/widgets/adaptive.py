"""Layouts that go down instead of going out of the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QSizePolicy, QWidget


class FlowLayout(QLayout):
    """Widgets side by side, going on in the next line where the width ends.

    Args:
        parent: the widget laid out.
        spacing: between widgets and between lines, in pixels.
    """

    def __init__(self, parent: QWidget | None = None, spacing: int = 10) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None past the end (Qt asks until then)."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out and return it, or None."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Say that it wants no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of its lines at a width."""
        return self._place(QRect(0, 0, width, 0), moving=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(rect)
        self._place(rect, moving=True)

    def sizeHint(self) -> QSize:
        """Return the size of everything in one line."""
        hints = [item.sizeHint() for item in self._shown()]
        if not hints:
            return QSize(0, 0)
        width = sum(h.width() for h in hints) + self.spacing() * (len(hints) - 1)
        return QSize(width, max(h.height() for h in hints))

    def minimumSize(self) -> QSize:
        """Return the size of the widest item."""
        size = QSize(0, 0)
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, moving: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._shown():
            hint = item.sizeHint()
            width = min(hint.width(), max(rect.width(), item.minimumSize().width()))
            if x + width > rect.right() + 1 and x > rect.x():
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if moving:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, hint.height())))
            x += width + self.spacing()
            line = max(line, hint.height())
        return y + line - rect.y()


class AdaptiveRow(QWidget):
    """Widgets side by side while the width allows, one below the other else.

    Args:
        stretch: index of the widget that takes the room left, in the row; None: all, alike, or
            the gap where there is one.
        spacing: in pixels.
        least: width under which the widget that stretches should not go in the row, in line
            heights; a text in it wraps down to that.
    """

    def __init__(self, stretch: int | None = 0, spacing: int = 12, least: int = 14) -> None:
        super().__init__()
        self._stretch = stretch
        self._least = least
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(spacing)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Add a widget at the end."""
        index = self._line.count()
        self._line.addWidget(widget, 1 if self._stretch in (None, index) else 0)

    def add_gap(self) -> None:
        """Have what comes next stand at the right end of the row."""
        self._stretch = -1
        for index in range(self._line.count()):
            self._line.setStretch(index, 0)
        self._line.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the column: the row is for those who have the room."""
        width = height = 0
        for widget in self._widgets():
            hint = widget.minimumSizeHint().expandedTo(widget.minimumSize())
            width, height = max(width, hint.width()), max(height, hint.height())
        return QSize(width, height)

    def heightForWidth(self, width: int) -> int:
        """Return the height that the row or the column has at a width."""
        self._turn(width)
        return (
            self._line.totalHeightForWidth(width)
            if self._line.hasHeightForWidth()
            else (self._line.totalSizeHint().height())
        )

    def hasHeightForWidth(self) -> bool:
        """Say whether its height follows from its width: buttons alone have theirs anyway.

        Qt asks the layout itself for the height then, which has none to tell for them.
        """
        return self._line.hasHeightForWidth()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn the row into a column, or back."""
        self._turn(event.size().width())
        super().resizeEvent(event)

    def _widgets(self) -> list[QWidget]:
        found = (self._line.itemAt(i) for i in range(self._line.count()))
        widgets = (item.widget() for item in found if item is not None)
        return [widget for widget in widgets if widget is not None and not widget.isHidden()]

    def _turn(self, width: int) -> None:
        widgets = self._widgets()
        needed = self._line.spacing() * max(0, len(widgets) - 1)
        for widget in widgets:
            wish = widget.sizeHint().width()
            if self._stretch in (None, self._line.indexOf(widget)):
                least = max(
                    widget.minimumSizeHint().width(), self.fontMetrics().height() * self._least
                )
                wish = min(wish, least)
            needed += wish
        wanted = (
            QBoxLayout.Direction.LeftToRight
            if needed <= width
            else QBoxLayout.Direction.TopToBottom
        )
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self.updateGeometry()
