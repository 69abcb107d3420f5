"""A panel over a screen: a question, or the acts on one line. No window of its own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from angrilien.ui import a11y, tab_way, theme
from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Role, Text
from angrilien.ui.widgets.message_bar import MessageBar

_LEAST_LINES: Final = 4
"""Lines of what a panel says that are seen at once."""
_VEIL: Final = 95
"""How dark the screen behind gets, out of 255."""


class _AltGuard(QObject):
    """Takes the Alt keys of the buttons behind a panel: no focus would stop them."""

    def start(self) -> None:
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def stop(self) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)


class Panel(QWidget):
    """Covers a screen with a veil and a card. "Fermer" gives the screen back.

    The screen behind takes no click, no Alt key and no focus meanwhile. Esc is the window's: its
    screen calls `dismiss`.

    Args:
        over: the screen.
        behind: the widget of the screen that it covers, whose focus is given back.
        width: the widest that the card gets, in pixels at 100 %.
        roles: of the title and of the line underneath.
    """

    closed = Signal()
    """It was given up: "Fermer", or Esc."""

    def __init__(
        self,
        over: QWidget,
        behind: QWidget,
        *,
        width: int = 620,
        roles: tuple[Role, Role] = ("title", "subtitle"),
    ) -> None:
        super().__init__(over)
        self._behind = behind
        self._guard = _AltGuard(self)
        self._width = width
        self._focus_before: QWidget | None = None
        self._card = Card(parent=self)
        self._title = Text("", roles[0])
        self._subtitle = Text("", roles[1])
        self.close_button = Button(self.tr("Fermer"), "quiet", "close")
        self.close_button.clicked.connect(self.dismiss)
        self._head = head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head.addLayout(words, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        content = QWidget()
        content.setObjectName("content")
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(0, 0, 12, 0)
        self.body.setSpacing(10)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        self._scroll.setStyleSheet(
            "QScrollArea, QWidget#content { background: transparent; border: none; }"
        )
        self._card.body.setContentsMargins(24, 18, 16, 18)
        self._card.body.setSpacing(12)
        self._card.body.addLayout(head)
        self._card.body.addWidget(self._scroll, 1)
        self.buttons = AdaptiveRow(stretch=None)
        self._card.body.addWidget(self.buttons)
        over.installEventFilter(self)
        content.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Tell whether it covers the screen."""
        return not self.isHidden()

    @property
    def title(self) -> str:
        """What stands at its head."""
        return self._title.text()

    def open_with(self, title: str, subtitle: str = "", *, focus: QWidget | None = None) -> None:
        """Cover the screen.

        Args:
            title: what it is about; the screen reader says it.
            subtitle: the line underneath.
            focus: the widget that gets the focus, "Fermer" if none is given.
        """
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        a11y.named(self, title)
        if not self.is_open:
            focused = QApplication.focusWidget()
            inside = focused is not None and self._behind.isAncestorOf(focused)
            self._focus_before = focused if inside else None
        # What the bar says was about the act before this one.
        for bar in self.window().findChildren(MessageBar):
            bar.clear()
        self._guard.start()
        self._scroll.verticalScrollBar().setValue(0)
        self.show()
        self.raise_()
        self._arrange()
        (focus or self.close_button).setFocus(Qt.FocusReason.PopupFocusReason)
        a11y.announce(self, f"{title}. {subtitle}" if subtitle else title)

    def shut(self) -> None:
        """Give the screen back, and the focus to where it was."""
        if not self.is_open:
            return
        self.hide()
        self._guard.stop()
        before, self._focus_before = self._focus_before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def reveal(self, widget: QWidget) -> None:
        """Scroll to a widget inside, once its place is known."""
        self._arrange()
        content = self._scroll.widget()
        if content is not None:
            QApplication.sendPostedEvents(content, QEvent.Type.LayoutRequest)
        self._scroll.ensureWidgetVisible(widget)
        self._scroll.horizontalScrollBar().setValue(0)

    @Slot()
    def dismiss(self) -> None:
        """Give the screen back without doing anything."""
        self.shut()
        self.closed.emit()

    # --- events -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover a screen that was resized; follow what the card holds."""
        wanted = QEvent.Type.Resize if watched is self.parent() else QEvent.Type.LayoutRequest
        if event.type() == wanted:
            self._arrange()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's own signature
        """Keep Tab inside."""
        tab_way.step(self._card, forward=next)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let no press through to the screen behind."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the card in the middle."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the veil."""
        veil = QColor(theme.current().nav)
        veil.setAlpha(_VEIL)
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.end()

    def _arrange(self) -> None:
        over = self.parentWidget()
        content = self._scroll.widget()
        if over is None or content is None or self.isHidden():
            return
        if self.geometry() != over.rect():
            self.setGeometry(over.rect())
        room = over.rect().adjusted(16, 16, -16, -16)
        width = min(room.width(), round(self._width * (1 + (theme.points(100) - 100) / 150)))
        margins = self._card.body.contentsMargins()
        inner = width - margins.left() - margins.right()
        needed = _height_at(content, inner) + 2
        self.buttons.heightForWidth(inner)  # it goes down or across first
        self._place_buttons(inner, room.height())
        others = _height_at(self._card, width) - self._scroll.sizeHint().height()
        place = QRect(0, 0, width, min(room.height(), others + needed))
        place.moveCenter(room.center())
        self._card.setGeometry(place)

    def _place_buttons(self, inner: int, high: int) -> None:
        """Keep the buttons in sight; where they leave no room to read, they come after the text."""
        margins, spacing = self._card.body.contentsMargins(), self._card.body.spacing()
        used = margins.top() + margins.bottom() + 2 * spacing
        used += self._head.heightForWidth(inner) + self.buttons.sizeHint().height()
        among = high - used < self.fontMetrics().height() * _LEAST_LINES
        if among != (self.buttons.parentWidget() is self._scroll.widget()):
            (self.body if among else self._card.body).addWidget(self.buttons)


def _height_at(widget: QWidget, width: int) -> int:
    """Return the height that a widget's layout asks for at a width."""
    layout = widget.layout()
    if layout is None:
        return widget.sizeHint().height()
    if layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return layout.totalSizeHint().height()
