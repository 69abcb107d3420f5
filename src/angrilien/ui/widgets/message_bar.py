"""One sentence over the page: what could not be done, or what has been done."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from angrilien.ui import a11y, icons, theme
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text

Tone = Literal["problem", "info"]


class MessageBar(QFrame):
    """A sentence that stays until it is read, and at most one button."""

    action_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = "problem"
        self._sign = Text(wrap=False)
        self._text = Text()
        self._action = Button("", "secondary")
        self._close = Button(self.tr("Fermer"), "quiet", "close")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._action.clicked.connect(self._on_action)
        self._close.clicked.connect(self.clear)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says, empty while it is hidden."""
        return self._text.text()

    def say(self, sentence: str, *, tone: Tone = "problem", action: str = "") -> None:
        """Show a sentence, and a button if `action` names one."""
        self._tone = tone
        self.setProperty("bar", tone)
        theme.restyle(self)
        self._text.setText(sentence)
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)
        name, color = ("alert", theme.current().problem)
        if tone == "info":
            name, color = ("info", theme.current().info)
        self._sign.setPixmap(icons.pixmap(name, color, 28))
        self._action.set_text(action)
        self._action.setVisible(bool(action))
        a11y.named(self, sentence)
        self.show()
        a11y.announce(self, sentence)

    @Slot()
    def clear(self) -> None:
        """Hide it."""
        self._text.setText("")
        self.hide()

    @Slot()
    def _on_action(self) -> None:
        self.clear()
        self.action_asked.emit()
