"""What stands in the middle of a screen that has nothing to show yet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.sign import Sign


class EmptyState(QWidget):
    """A large sign, what there is not, and what one can do.

    Args:
        icon: name in resources/icons.
    """

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._sign = Sign(48)
        self._sign.show_icon(icon, "primary")
        self._lead = Text("", "heading")
        self._rest = Text("", "subtitle")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 20, 0, 12)
        column.setSpacing(8)
        column.addStretch(2)
        for part in (self._sign, self._lead, self._rest):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addStretch(3)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)

    def say(self, lead: str, rest: str = "") -> None:
        """Say what there is not; `rest` says what one can do, a sentence on each line."""
        self._lead.setText(lead)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))

    def text(self) -> str:
        """Return all that it says."""
        return " ".join(part.text() for part in (self._lead, self._rest) if part.text())
