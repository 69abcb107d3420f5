"""A button as wide as its column, whose facts go on the next line where there is no room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from angrilien.ui import a11y
from angrilien.ui.widgets.button import Button

_BETWEEN = " · "
_AROUND = 60
"""Pixels of the border, the air and the space after the icon."""


class RowButton(Button):
    """Says several short facts: a name, a year, a commune.

    Args:
        icon: name in resources/icons.
    """

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", "row", icon, parent)
        self._parts: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, parts: Iterable[str]) -> None:
        """Show these facts; empty ones are left out."""
        self._parts = tuple(part for part in parts if part)
        a11y.named(self, _BETWEEN.join(self._parts).replace("&", "&&"))
        self._break()
        self.updateGeometry()

    def words(self) -> str:
        """Return what it says, on one line."""
        return _BETWEEN.join(self._parts)

    def sizeHint(self) -> QSize:
        """Return the width of one line, and the height of those there are."""
        return QSize(self._wide(self.words()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the width of the longest fact."""
        widest = max((self._wide(part) for part in self._parts), default=0)
        return QSize(widest, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the facts into lines anew."""
        super().resizeEvent(event)
        self._break()

    def _wide(self, text: str) -> int:
        metrics = QFontMetrics(self.font())
        return metrics.horizontalAdvance(text) + self.iconSize().width() + _AROUND

    def _break(self) -> None:
        lines: list[str] = []
        for part in self._parts:
            longer = f"{lines[-1]}{_BETWEEN}{part}" if lines else part
            if lines and self._wide(longer) <= max(self.width(), self._wide(part)):
                lines[-1] = longer
            else:
                lines.append(part)
        text = "\n".join(lines).replace("&", "&&")
        if text != self.text():
            self.setText(text)
