"""The body of a screen, which scrolls up and down and never sideways, and its head."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.card import Text


class ScrollPage(QScrollArea):
    """A column that scrolls up and down; `body` is its layout.

    Args:
        width: the widest that the column gets, 0 for all there is.
        centred: whether it stands in the middle then.
    """

    def __init__(self, width: int = 0, *, centred: bool = False) -> None:
        super().__init__()
        self.column_width = width
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content = QWidget()
        content.setObjectName("content")
        column = QWidget()
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(28, 24, 28, 24)
        self.body.setSpacing(16)
        self._row = QHBoxLayout(content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(0)
        self._row.addWidget(column, 1000)
        if width:
            column.setMaximumWidth(width)
            self._row.addStretch(1)
        self.set_centred(centred=centred)
        self.setWidget(content)

    def set_centred(self, *, centred: bool) -> None:
        """Have the column stand in the middle, or at the left."""
        self._row.setStretch(0, 1 if centred else 0)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width that the column needs: it cannot scroll sideways."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + bar, 120)

    def show_field(self, field: QWidget) -> None:
        """Scroll to a widget, once its place is known."""
        QApplication.sendPostedEvents(self._content, QEvent.Type.LayoutRequest)
        self.ensureWidgetVisible(field, 20, 60)


def scroll_page_to(view: QAbstractItemView, line: QRect) -> None:
    """Bring a line of a view that is as high as its lines into sight, by the page around it."""
    page = view.parentWidget()
    while page is not None and not isinstance(page, QScrollArea):
        page = page.parentWidget()
    inside = page.widget() if page is not None else None
    if page is not None and inside is not None:
        top = view.viewport().mapTo(inside, line.topLeft())
        page.ensureVisible(top.x(), top.y() + line.height() // 2, 0, line.height())


class PageFoot(QWidget):
    """The buttons under what scrolls, as wide as its column; `row` is their layout.

    Args:
        area: what scrolls.
    """

    def __init__(self, area: ScrollPage) -> None:
        super().__init__()
        self._area = area
        self._inside = QWidget()
        self.row = QHBoxLayout(self._inside)
        self.row.setContentsMargins(28, 8, 28, 16)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._inside, 1000)
        whole.addStretch(1)
        area.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the place of the scroll bar free too, while there is one."""
        if event.type() == QEvent.Type.Resize:
            room = self._area.viewport().width()
            wide = self._area.column_width or room
            self._inside.setMaximumWidth(min(room, wide))
        return super().eventFilter(watched, event)


class PageHead(AdaptiveRow):
    """The head of a screen: title, line underneath, and buttons at the right (`add`)."""

    def __init__(self, title: str, subtitle: str = "") -> None:
        super().__init__()
        words = QWidget()
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._title = Text(title, "title")
        self._subtitle = Text(subtitle, "subtitle")
        column.addWidget(self._title)
        column.addWidget(self._subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.add(words)

    def set_words(self, title: str, subtitle: str = "") -> None:
        """Change the title and the line underneath."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
