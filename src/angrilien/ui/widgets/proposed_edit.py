"""A field whose value is proposed: what is typed first takes its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit


class ProposedEdit(QLineEdit):
    """A line whose first click takes the whole proposal, as Tab does; a second one places."""

    def __init__(self) -> None:
        super().__init__()
        self._came_by_click = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether it is a click that brings the focus."""
        super().focusInEvent(event)
        self._came_by_click = event.reason() == Qt.FocusReason.MouseFocusReason

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select all at the click that came, unless it selected a part itself."""
        super().mouseReleaseEvent(event)
        if self._came_by_click and not self.hasSelectedText():
            self.selectAll()
        self._came_by_click = False
