"""Fields: the label above, the field, and underneath what is wrong with it or how it was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from angrilien.ui import a11y, icons, theme
from angrilien.ui.widgets.card import Text

_W = TypeVar("_W", bound=QWidget)
_RESIZED: Final = (QEvent.Type.FontChange, QEvent.Type.StyleChange)
"""What comes when another size of the text is chosen."""


def _grow(widget: QWidget) -> None:
    """Give a field the height that a finger hits, at the size of the text in force."""
    if widget.minimumHeight() != theme.target():
        widget.setMinimumHeight(theme.target())


class Labelled(QWidget, Generic[_W]):
    """A widget with its label above and its sentence underneath."""

    def __init__(self, label: str, widget: _W, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._widget = widget
        self.label = Text(label, "label")
        self.sentence = Text(hint, "hint")
        # Shown before it has a parent, it would be a window of its own for a moment.
        if not hint:
            self.sentence.hide()
        a11y.set_buddy(self.label, widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for part in (self.label, widget, self.sentence):
            column.addWidget(part)
        column.addStretch(0)
        self._describe(hint)

    @property
    def widget(self) -> _W:
        """The field itself."""
        return self._widget

    @property
    def has_problem(self) -> bool:
        """Tell whether a problem is shown."""
        return bool(self._widget.property("wrong") == "true")

    def show_problem(self, sentence: str) -> None:
        """Say underneath why what was typed cannot be taken. What was typed stays."""
        self._mark("true")
        self.sentence.set_role("problem")
        self._say(sentence)
        a11y.announce(self._widget, sentence)

    def clear_problem(self) -> None:
        """Take the problem's sentence away; the hint comes back."""
        if self.has_problem:
            self._mark("false")
            self.set_hint(self._hint)

    def set_hint(self, hint: str) -> None:
        """Change the sentence shown while there is no problem."""
        self._hint = hint
        if not self.has_problem:
            self.sentence.set_role("hint")
            self._say(hint)

    def show_echo(self, words: str) -> None:
        """Say underneath how what was typed is read; nothing brings the hint back."""
        if not words:
            self.set_hint(self._hint)
        elif not self.has_problem:
            self.sentence.set_role("echo")
            self._say(words)

    def _say(self, sentence: str) -> None:
        if self.sentence.text() != sentence:
            self.sentence.setText(sentence)
            self._describe(sentence)
        self.sentence.setVisible(bool(sentence))

    def _describe(self, sentence: str) -> None:
        self._widget.setAccessibleDescription(sentence)

    def _mark(self, wrong: str) -> None:
        self._widget.setProperty("wrong", wrong)
        theme.restyle(self._widget)


class Field(Labelled[QLineEdit]):
    """A field of one line.

    Args:
        label: with its Alt mark where it has one.
        hint: shown underneath while there is nothing more important to say.
        edit: another line edit than the plain one.
    """

    text_changed = Signal(str)

    def __init__(self, label: str, hint: str = "", edit: QLineEdit | None = None) -> None:
        self.edit = edit or QLineEdit()
        super().__init__(label, self.edit, hint)
        _grow(self.edit)
        self.edit.textChanged.connect(self.text_changed)
        self.edit.textEdited.connect(self.clear_problem)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() in _RESIZED:
            _grow(self.edit)

    def text(self) -> str:
        """Return what is typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Put a text in the field, and forget the problem of the one before."""
        self.edit.setText(text)
        self.clear_problem()


class TextField(Labelled[QPlainTextEdit]):
    """A field of several lines, which Tab leaves.

    Args:
        label: with its Alt mark where it has one.
        hint: shown underneath.
        lines: how many are seen at once, at least.
        fixed: whether it never shows more at once.
    """

    text_changed = Signal()

    def __init__(self, label: str, hint: str = "", lines: int = 3, *, fixed: bool = False) -> None:
        self._fixed = fixed
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self._lines = lines
        super().__init__(label, self.edit, hint)
        self.edit.textChanged.connect(self.text_changed)
        self.edit.textChanged.connect(self.clear_problem)
        self._fit()

    def text(self) -> str:
        """Return what is typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a text in the field."""
        if text != self.text():
            self.edit.setPlainText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the number of lines when the text size changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        line = self.edit.fontMetrics().lineSpacing()
        height = max(theme.target(), line * self._lines + 28)
        self.edit.setMinimumHeight(height)
        if self._fixed:
            self.edit.setMaximumHeight(height)


class _ComboBox(QComboBox):
    """A list that the wheel does not change while the page scrolls under it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw our own arrow: the style sheet takes Qt's away."""
        super().paintEvent(event)
        side = 24
        arrow = icons.pixmap("down", theme.current().text, side)
        painter = QPainter(self)
        painter.drawPixmap(self.width() - side - 12, (self.height() - side) // 2, arrow)
        painter.end()

    def minimumSizeHint(self) -> QSize:
        """Let a long word be cut rather than widen the page."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 160), hint.height())


class Choice(Labelled[QComboBox]):
    """One word out of a list.

    Args:
        label: with its Alt mark where it has one.
        options: (value, word) in the order of the list.
        hint: shown underneath.
    """

    chosen_changed = Signal(str)

    def __init__(self, label: str, options: Iterable[tuple[str, str]] = (), hint: str = "") -> None:
        self.combo = _ComboBox()
        _grow(self.combo)
        super().__init__(label, self.combo, hint)
        self.set_options(options)
        self.combo.currentIndexChanged.connect(self._on_index_changed)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() in _RESIZED:
            _grow(self.combo)

    def set_options(self, options: Iterable[tuple[str, str]]) -> None:
        """Replace the list; the chosen value stays chosen if it is still there."""
        chosen = self.value()
        self.combo.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.combo.clear()
        for value, word in options:
            self.combo.addItem(word, value)
        self.combo.setCurrentIndex(max(0, self.combo.findData(chosen)))
        self.combo.blockSignals(False)  # noqa: FBT003 - Qt's own signature

    def value(self) -> str:
        """Return the chosen value, the empty text where the list is empty."""
        found = self.combo.currentData()
        return found if isinstance(found, str) else ""

    def choose(self, value: str) -> None:
        """Choose a value; one that is not in the list changes nothing."""
        index = self.combo.findData(value)
        if index >= 0:
            self.combo.setCurrentIndex(index)

    def _on_index_changed(self, _index: int) -> None:
        self.clear_problem()
        self.chosen_changed.emit(self.value())


class SearchEdit(QLineEdit):
    """A search field with its sign. While it is empty, Ctrl+Z and Ctrl+Y are the page's.

    Down and Up leave it for the list of what was found: `moved` carries +1 or -1.
    """

    moved = Signal(int)

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        a11y.named(self, name, placeholder)
        self._side = 0
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() in _RESIZED:
            self._fit()

    def _fit(self) -> None:
        self._side = round(theme.points(theme.TEXT_POINTS) * 1.6)
        self.setTextMargins(self._side + 10, 0, 0, 0)
        _grow(self)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the page while there is nothing of its own to undo."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.text()
            and (
                event.matches(QKeySequence.StandardKey.Undo)
                or event.matches(QKeySequence.StandardKey.Redo)
            )
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say that the list is wanted."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()), 0)
        if step:
            self.moved.emit(step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign before the text, as large as the text is."""
        super().paintEvent(event)
        sign = icons.pixmap("search", theme.current().secondary, self._side)
        painter = QPainter(self)
        painter.drawPixmap(16, (self.height() - self._side) // 2, sign)
        painter.end()
