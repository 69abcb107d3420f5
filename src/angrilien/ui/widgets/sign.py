"""A sign beside words, in a colour and a size that follow the looks."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel

from angrilien.ui import icons, theme


class Sign(QLabel):
    """A picture that says nothing alone: the words beside it do.

    Args:
        points: its side at 100 %, as a text's size in points.
    """

    def __init__(self, points: float = 21.0) -> None:
        super().__init__()
        self._points = points
        self._icon = self._token = ""

    def show_icon(self, icon: str, token: str) -> None:
        """Show an icon of resources/icons in a colour of the scheme, by the token's name."""
        self._icon, self._token = icon, token
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Draw it again in the colour and the size of the moment."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()

    def _draw(self) -> None:
        if self._icon:
            color: str = getattr(theme.current(), self._token)
            self.setPixmap(
                icons.pixmap(self._icon, color, round(theme.points(self._points) * 4 / 3))
            )
