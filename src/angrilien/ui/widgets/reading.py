"""What stands where a screen's contents will: a moment's wait, or why they could not be read."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.ui import a11y
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text

_PATIENCE: Final = 400
"""Milliseconds for which nothing is said: most of what is read has come by then."""


class Reading(QWidget):
    """Hidden while all is well."""

    again_asked = Signal()
    """Somebody wants it read once more."""
    spoke = Signal()
    """It says something: what is behind it is not of use yet."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Text("", "label")
        self.again = Button(self.tr("&Réessayer"), "primary", "refresh")
        self._card = Card()
        self._card.body.setContentsMargins(28, 22, 28, 22)
        self._card.body.setSpacing(14)
        self._card.body.addWidget(self.text)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self._card.body.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._card)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._on_patience)
        self.again.clicked.connect(self.again_asked)
        self.hide()

    @property
    def has_failed(self) -> bool:
        """Tell whether a problem is shown."""
        return not self.isHidden() and not self.again.isHidden()

    def wait(self) -> None:
        """Something is being read: say so if it takes long."""
        self.hide()
        self._patience.start()

    def done(self) -> None:
        """It has come."""
        self._patience.stop()
        self.hide()

    def fail(self, sentence: str) -> None:
        """Say why it could not be read, and offer to try again."""
        self._patience.stop()
        self._show(sentence, with_button=True)
        self.again.setFocus()

    @Slot()
    def _on_patience(self) -> None:
        self._show(self.tr("Un instant…"), with_button=False)

    def _show(self, sentence: str, *, with_button: bool) -> None:
        self.text.setText(sentence)
        self.again.setVisible(with_button)
        self.show()
        self.spoke.emit()
        a11y.announce(self, sentence)
