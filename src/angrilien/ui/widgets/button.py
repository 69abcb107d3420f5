"""Buttons: a word always, an icon often, 48 logical pixels at least."""

from __future__ import annotations

import time
from typing import Final, Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from angrilien.ui import a11y, icons, theme

Kind = Literal[
    "primary",
    "secondary",
    "quiet",
    "danger",
    "chip",
    "row",
    "nav",
    "participant",
    "participant_primary",
]
_REDRAWN: Final = (
    QEvent.Type.PaletteChange,
    QEvent.Type.EnabledChange,
    QEvent.Type.StyleChange,
)
_READER_SECONDS: Final = 0.5
"""An Enter that follows a letter so closely is a card reader's."""
_ON_PRIMARY: Final = ("primary", "participant_primary")


class Button(QPushButton):
    """A button of the house.

    Args:
        text: with its Alt mark (`&`) where it has one.
        kind: its weight on the screen; one "primary" per screen.
        icon: name in resources/icons, beside the word.
        parent: as for every widget.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "secondary",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._kind: Kind = kind
        self._tint = "info"
        self._letter_at = -_READER_SECONDS
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if kind in ("chip", "nav"):
            self.setCheckable(True)
        a11y.named(self, text)
        self._fit()

    @property
    def kind(self) -> Kind:
        """Its weight on the screen."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Change its weight on the screen."""
        if kind != self._kind:
            self._kind = kind
            self.setProperty("kind", kind)
            theme.restyle(self)
            self._fit()

    def set_text(self, text: str) -> None:
        """Change its word, for the eyes and for the screen reader."""
        if text != self.text():
            self.setText(text)
            a11y.named(self, text)

    def set_icon(self, name: str) -> None:
        """Change its icon; an empty name takes it away."""
        if name != self._icon_name:
            self._icon_name = name
            self._fit()

    def set_tint(self, token: str) -> None:
        """Write a quiet button in the colour of what it stands in, by the token's name."""
        if token != self._tint:
            self._tint = token
            self.setProperty("tint", token)
            theme.restyle(self)
            self._fit()

    def sizeHint(self) -> QSize:
        """Return a size that does not change when the button is checked and its word turns bold."""
        hint = super().sizeHint()
        if self._kind in ("chip", "nav"):
            word = a11y.plain(self.text())
            bold, light = QFont(self.font()), QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            light.setWeight(QFont.Weight.Normal)
            more = QFontMetrics(bold).horizontalAdvance(word)
            more -= QFontMetrics(light).horizontalAdvance(word)
            hint.setWidth(hint.width() + more + 14)
        return hint

    def minimumSizeHint(self) -> QSize:
        """Return the same size: a word is never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter as with the space bar; not with the Enter that ends a card's code.

        A card reader is a keyboard: its letters come here first when the focus is on a button.
        """
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            read = time.monotonic() - self._letter_at < _READER_SECONDS
            if not read and not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        if event.text().strip():
            self._letter_at = time.monotonic()
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon again in the colour of the moment."""
        super().changeEvent(event)
        if event.type() in _REDRAWN:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a second ring inside a filled button that has the focus: a border alone is faint."""
        super().paintEvent(event)
        if self.hasFocus() and self._is_filled():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._color()), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 5, -5, -5), 7, 7)
            painter.end()

    def _is_filled(self) -> bool:
        checked = self._kind in ("chip", "nav") and self.isChecked()
        return self.isEnabled() and (self._kind in _ON_PRIMARY or checked)

    def nextCheckState(self) -> None:
        """Change as a click does, and draw the icon in the colour that follows."""
        super().nextCheckState()
        self._fit()

    def setChecked(self, checked: bool) -> None:  # noqa: FBT001 - Qt's own signature
        """Check or uncheck, and draw the icon in the colour that follows."""
        super().setChecked(checked)
        self._fit()

    def _fit(self) -> None:
        height = theme.target()
        if self.minimumHeight() != height:
            self.setMinimumHeight(height)
        if not self._icon_name:
            if not self.icon().isNull():
                self.setIcon(QIcon())
            return
        side = round(theme.points(theme.TEXT_POINTS) * 1.6)
        self.setIconSize(QSize(round(side * icons.WIDE), side))
        self.setIcon(icons.icon(self._icon_name, self._color()))

    def _color(self) -> str:
        tokens = theme.current()
        if not self.isEnabled():
            return tokens.hint
        if self._kind in _ON_PRIMARY or (self._kind == "chip" and self.isChecked()):
            return tokens.on_primary
        if self._kind == "nav":
            return tokens.on_nav_chosen if self.isChecked() else tokens.on_nav
        tinted: str = getattr(tokens, self._tint)
        return {"quiet": tinted, "danger": tokens.problem}.get(self._kind, tokens.text)
