"""What a screen reader hears: names, descriptions, announcements."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QWidget

_W = TypeVar("_W", bound=QWidget)


def plain(text: str) -> str:
    """Return a button's or a label's text without its Alt mark."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def named(widget: _W, name: str, description: str = "") -> _W:
    """Give a widget the name that a screen reader says, and return it."""
    widget.setAccessibleName(plain(name))
    if description:
        widget.setAccessibleDescription(description)
    return widget


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say a text at once, without moving the focus."""
    if text:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def set_buddy(label: QLabel, widget: QWidget) -> None:
    """Make a label name a widget: for its Alt key and for the screen reader."""
    label.setBuddy(widget)
    if not widget.accessibleName():
        named(widget, label.text())
