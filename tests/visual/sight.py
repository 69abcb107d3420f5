"""What of a window is in sight and in use: the widgets that the checks walk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from angrilien.ui.a11y import plain
from angrilien.ui.widgets.keypad import Keypad
from angrilien.ui.widgets.panel import Panel
from angrilien.ui.widgets.signature_pad import SignaturePad

_W = TypeVar("_W", bound=QWidget)
OF_HANDS = (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QComboBox,
    QAbstractItemView,
    SignaturePad,
    Keypad,
)
"""What a person acts on."""


def panel(window: QWidget) -> Panel | None:
    """Return the panel that is open over the screen, None for none."""
    return next((one for one in window.findChildren(Panel) if one.isVisible()), None)


def in_sight(window: QWidget, kind: type[_W]) -> list[_W]:
    """Return the widgets of a kind that are shown, scrolled away or not, and not behind a panel."""
    over = panel(window)
    return [
        widget
        for widget in window.findChildren(kind)
        if widget.isVisible()
        and not widget.size().isEmpty()
        and (over is None or not over._behind.isAncestorOf(widget))
    ]


def interactive(window: QWidget) -> list[QWidget]:
    """Return what a person acts on, among what is in sight: enabled, and its own."""
    over = panel(window)
    found = []
    for widget in in_sight(over or window, QWidget):
        tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if not widget.isEnabled() or not (tab or isinstance(widget, OF_HANDS)):
            continue
        # The viewport of a list, the field inside a choice: parts of what is counted already.
        owner = widget.parentWidget()
        if not isinstance(owner, QAbstractScrollArea | QComboBox):
            found.append(widget)
    return found


def place(widget: QWidget) -> QRect:
    """Return where a widget stands in its window, whole."""
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def shown(widget: QWidget) -> QRect:
    """Return the part of it that nothing cuts off, in its window."""
    # Qt leaves out what an opaque child paints: that of a list is its whole inside.
    inside = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    parts = (
        one.visibleRegion().boundingRect().translated(one.mapTo(one.window(), QPoint(0, 0)))
        for one in {widget, inside}
    )
    whole = QRect()
    for part in parts:
        whole = whole.united(part)
    return whole


def text_of(widget: QWidget) -> str:
    """Return what is written on a widget, without marks of letters and of markup."""
    if isinstance(widget, QLabel):
        rich = widget.textFormat() == Qt.TextFormat.RichText or widget.text().startswith("<u>")
        text = widget.text()
        return re.sub(r"<[^>]+>", "", text) if rich else text
    if isinstance(widget, QAbstractButton):
        return plain(widget.text())
    if isinstance(widget, QLineEdit):
        return widget.text() or widget.placeholderText()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText() or widget.placeholderText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return ""


def said_of(widget: QWidget) -> str:
    """Name a widget in a finding."""
    text = text_of(widget) or widget.accessibleName()
    return f"{type(widget).__name__} {text[:60]!r}"


def all_texts(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Give each text that eyes or a screen reader get, with its widget."""
    for widget in in_sight(window, QWidget):
        text = text_of(widget)
        if text:
            yield widget, text
        for more in (widget.accessibleName(), widget.accessibleDescription()):
            if more and more != text:
                yield widget, more
        if isinstance(widget, QComboBox):
            yield from ((widget, widget.itemText(row)) for row in range(widget.count()))
