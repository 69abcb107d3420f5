"""One sentence over the page: what could not be done, or what has been done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from angrilien.ui import a11y, theme
from angrilien.ui.relay import Receiver
from angrilien.ui.widgets.adaptive import AdaptiveRow, FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.sign import Sign

Tone = Literal["problem", "info"]


class MessageBar(QWidget):
    """A sentence that stays until it is read, and at most one button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._do: Receiver | None = None
        self._sign = Sign()
        self._text = Text()
        self._action = Button("", "secondary")
        self._close = Button(self.tr("Fermer"), "quiet", "close")
        self._box = QFrame()
        around = QVBoxLayout(self)
        around.setContentsMargins(28, 14, 28, 0)
        around.addWidget(self._box)
        told = QWidget()
        told.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        words = QHBoxLayout(told)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(12)
        words.addWidget(self._sign)
        words.addWidget(self._text, 1)
        buttons = QWidget()
        buttons.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        side_by_side = FlowLayout(buttons)
        side_by_side.addWidget(self._action)
        side_by_side.addWidget(self._close)
        row = AdaptiveRow(spacing=8)
        row.add(told)
        row.add(buttons)
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(16, 8, 8, 8)
        inside.addWidget(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._action.clicked.connect(self._on_action)
        self._close.clicked.connect(self.clear)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says, empty while it is hidden."""
        return self._text.text()

    @property
    def action(self) -> Button:
        """Its button."""
        return self._action

    def say(
        self,
        sentence: str,
        *,
        tone: Tone = "problem",
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show a sentence, and a button if there is something to do.

        Args:
            sentence: what there is to say.
            tone: of a problem, or of good news.
            action: the button's word.
            do: method of a QObject that the button calls.
        """
        self._do = Receiver(do) if do is not None else None
        self._box.setProperty("bar", tone)
        theme.restyle(self._box)
        self._text.setText(sentence)
        theme.restyle(self._text)
        self._sign.show_icon("info" if tone == "info" else "alert", tone)
        self._close.set_tint(tone)
        self._action.set_text(action)
        self._action.setVisible(bool(action) and do is not None)
        a11y.named(self, sentence)
        self.show()
        a11y.announce(self, sentence)

    @Slot()
    def clear(self) -> None:
        """Hide it."""
        self._text.setText("")
        self._do = None
        self.hide()

    @Slot()
    def _on_action(self) -> None:
        do = self._do
        self.clear()
        if do is not None:
            do()
