"""The way of the Tab key: down the layouts, as a screen is read.

Qt's own way is the order in which widgets were made: a card that comes later would be reached after
the line at the bottom of the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QStackedLayout, QWidget

_MARGIN = 24
"""Pixels around what has the focus that are brought into sight with it."""


def ring(root: QWidget) -> list[QWidget]:
    """Return what Tab reaches inside a widget, in the order of reading."""
    return [
        widget
        for widget in _inside(root)
        if widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    ]


def step(root: QWidget, *, forward: bool) -> bool:
    """Put the focus on the next widget of a ring, in sight; tell whether there was one."""
    reached = ring(root)
    if not reached:
        return False
    focused = QApplication.focusWidget()
    if focused in reached:
        there = reached[(reached.index(focused) + (1 if forward else -1)) % len(reached)]
    else:
        there = reached[0 if forward else -1]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    there.setFocus(reason)
    bring_into_sight(there)
    return True


def bring_into_sight(widget: QWidget) -> None:
    """Scroll whatever a widget stands in so that it is seen."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget, 0, _MARGIN)
        around = around.parentWidget()


def _inside(widget: QWidget) -> Iterator[QWidget]:
    """Give a widget and those in it, from top to bottom; hidden ones are left out."""
    if widget.isHidden():
        return
    yield widget
    if isinstance(widget, QScrollArea):
        content = widget.widget()
        if content is not None:
            yield from _inside(content)
        return
    layout = widget.layout()
    if layout is not None:
        yield from _along(layout)


def _along(layout: QLayout) -> Iterator[QWidget]:
    if isinstance(layout, QStackedLayout):
        current = layout.currentWidget()
        if current is not None:
            yield from _inside(current)
        return
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from _inside(widget)
        elif inner is not None:
            yield from _along(inner)
