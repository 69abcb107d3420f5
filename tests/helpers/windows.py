"""What a person does with a window, for tests: wait, click, write."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from angrilien.ui.main_window import MainWindow


def until(reached: Callable[[], object], *, seconds: float = 5.0) -> None:
    """Let the window and the lanes work until something is so; fail if it never becomes so.

    `qtbot.waitUntil` looks every 10 ms only, which is longer than most of what is waited for.
    """
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "what was waited for did not come"
        QApplication.processEvents()
        time.sleep(0.001)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing asked of the store lane is under way, and the layout is done."""
    until(lambda: not window.desk.is_busy, seconds=10)
    QApplication.processEvents()


def click(widget: QWidget) -> None:
    """Click in the middle of a widget with the mouse: it must be in sight and enabled."""
    QApplication.processEvents()
    assert widget.isVisible()
    assert widget.isEnabled()
    window = widget.window()
    place = widget.mapTo(window, widget.rect().center())
    assert window.rect().contains(place), "the middle of it is out of the window"
    assert window.childAt(place) is not None
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    QApplication.processEvents()


def write(widget: QWidget, text: str) -> None:
    """Put a text in a field with the keyboard, in the place of what is there."""
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    type_text(widget, text)


def type_text(widget: QWidget, text: str) -> None:
    """Type a text of any script: `QTest.keyClicks` aborts the process at the first accent."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(widget, event)


def press(window: QWidget, key: Qt.Key, *, control: bool = False) -> None:
    """Press a key of the window, wherever the focus is."""
    modifier = Qt.KeyboardModifier.ControlModifier
    target = window.focusWidget() or window
    QTest.keyClick(target, key, modifier if control else Qt.KeyboardModifier.NoModifier)
    QApplication.processEvents()
