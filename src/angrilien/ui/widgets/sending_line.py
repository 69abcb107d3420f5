"""The line at the bottom of the window: the state of sending, and the button that opens it."""

from __future__ import annotations

import html
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from angrilien.ui import a11y, icons, theme
from angrilien.ui.sending_text import SendingWords, Tone

_ICONS: Final[dict[Tone, str]] = {
    "calm": "cloud",
    "sent": "check",
    "long": "cloud",
    "problem": "alert",
}


class SendingLine(QPushButton):
    """A button as wide as the window. Its name for the screen reader is all that it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sending")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setMinimumHeight(theme.target())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._words = SendingWords(tone="calm", lead="")
        self._sign = QLabel()
        self._said = QLabel()
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setWordWrap(True)
        self._see = QLabel("<u>{}</u>".format(html.escape(self.tr("Voir l’envoi"))))
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(24, 6, 24, 6)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addWidget(self._said, 1)
        row.addWidget(self._see)
        for label in (self._sign, self._said, self._see):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def words(self) -> SendingWords:
        """What it says."""
        return self._words

    def say(self, words: SendingWords) -> None:
        """Show the state of sending. The screen reader hears only what is no longer calm."""
        if words == self._words:
            return
        worse = words.tone in ("long", "problem") and words.tone != self._words.tone
        self._words = words
        self.setProperty("tone", words.tone)
        theme.restyle(self)
        for label in (self._said, self._see):
            theme.restyle(label)
        rest = f" {html.escape(words.rest)}" if words.rest else ""
        self._said.setText(f"<b>{html.escape(words.lead)}</b>{rest}")
        a11y.named(self, words.text, self.tr("Voir l’envoi"))
        self._tint()
        if worse:
            a11y.announce(self, words.text)

    def sizeHint(self) -> QSize:
        """Return the size of what is written in it."""
        return self._row.sizeHint().expandedTo(QSize(0, theme.target()))

    def minimumSizeHint(self) -> QSize:
        """Return the least size of what is written in it."""
        return self._row.minimumSize().expandedTo(QSize(0, theme.target()))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign again in the colour of the moment."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._words.lead:
            self._tint()

    def _tint(self) -> None:
        tokens = theme.current()
        colors: dict[Tone, str] = {
            "calm": tokens.info,
            "sent": tokens.here,
            "long": tokens.waiting,
            "problem": tokens.problem,
        }
        tone = self._words.tone
        side = round(theme.points(theme.TEXT_POINTS) * 1.6)
        self._sign.setPixmap(icons.pixmap(_ICONS[tone], colors[tone], side))
