"""What a few keys may change in a window, kept so that it can be put back."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from angrilien.ui.widgets.keypad import Keypad


class TypedState:
    """The focus, and what stands in the fields that a key can reach.

    Args:
        focus: the widget that has the focus.
        target: the field that takes letters typed elsewhere, None for none.
        covering: what covers the window, whose keypad takes digits from anywhere.
    """

    def __init__(self, focus: QWidget, target: QWidget | None, covering: QWidget | None) -> None:
        self._focus = focus
        keypad = covering.findChild(Keypad) if covering is not None else None
        fields = dict.fromkeys(w for w in (focus, target, keypad) if w is not None)
        self._fields = [(field, _state(field)) for field in fields]

    def put_back(self) -> None:
        """Put everything back as it was, where it is not so any more."""
        for field, state in self._fields:
            if isValid(field) and _state(field) != state:
                _restore(field, state)
        if isValid(self._focus) and not self._focus.hasFocus():
            self._focus.setFocus()


def is_writable(widget: QWidget) -> bool:
    """Tell whether a widget is a field in which a text is written."""
    return isinstance(widget, QLineEdit | QPlainTextEdit) and not widget.isReadOnly()


def put_in(widget: QWidget, text: str) -> None:
    """Write a text at the cursor of a field, as keys would."""
    widget.setFocus()
    if isinstance(widget, QLineEdit):
        widget.insert(text)
    elif isinstance(widget, QPlainTextEdit):
        widget.insertPlainText(text)


def _state(widget: QWidget) -> tuple[str | int, ...]:
    if isinstance(widget, QLineEdit):
        start, length = widget.selectionStart(), widget.selectionLength()
        return (widget.text(), widget.cursorPosition(), start, length)
    if isinstance(widget, QPlainTextEdit):
        cursor = widget.textCursor()
        return (widget.toPlainText(), cursor.anchor(), cursor.position())
    if isinstance(widget, QComboBox):
        return (widget.currentIndex(),)
    if isinstance(widget, Keypad):
        return (widget.typed,)
    return ()


def _restore(widget: QWidget, state: tuple[str | int, ...]) -> None:
    values: Iterator[str | int] = iter(state)
    if isinstance(widget, QLineEdit):
        text, cursor, start, length = (next(values) for _ in range(4))
        if widget.text() != text:
            widget.setText(str(text))
        widget.setCursorPosition(int(cursor))
        if int(start) >= 0:
            _select(widget, int(start), int(length), int(cursor))
    elif isinstance(widget, QPlainTextEdit):
        text, anchor, position = (next(values) for _ in range(3))
        if widget.toPlainText() != text:
            widget.setPlainText(str(text))
        moved = widget.textCursor()
        moved.setPosition(int(anchor))
        moved.setPosition(int(position), QTextCursor.MoveMode.KeepAnchor)
        widget.setTextCursor(moved)
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex(int(next(values)))
    elif isinstance(widget, Keypad):
        widget.put_back(str(next(values)))


def _select(edit: QLineEdit, start: int, length: int, cursor: int) -> None:
    if cursor == start:
        edit.setSelection(start + length, -length)
    else:
        edit.setSelection(start, length)
