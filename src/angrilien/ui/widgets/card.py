"""Cards, lines between their rows, texts and small tags."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from angrilien.ui import theme

Role = Literal[
    "",
    "title",
    "heading",
    "subtitle",
    "label",
    "hint",
    "echo",
    "problem",
    "warning",
    "big",
    "count",
    "hour",
    "participant",
    "participant_name",
    "tag",
    "tag_here",
    "tag_waiting",
]
Look = Literal["true", "chosen", "here"]
_PADDED: Final = 34
"""Pixels that the style sheet puts around a warning, both sides together."""


class Text(QLabel):
    """A text on the screen. What it shows is never read as markup.

    Args:
        text: what it says.
        role: how it looks.
        wrap: whether it goes on the next line where there is no room.
    """

    def __init__(self, text: str = "", role: Role = "", *, wrap: bool = True) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if role:
            self.setProperty("role", role)

    def sizeHint(self) -> QSize:
        """Return the size of one line: `heightForWidth` says what a narrower place needs.

        Qt's own hint for a text that wraps is a square, which leaves holes in a page.
        """
        if not self.wordWrap() or not self.text():
            return super().sizeHint()
        lines = self.text().split("\n")
        width = max(self.fontMetrics().horizontalAdvance(line) for line in lines)
        padded = _PADDED if self.property("role") == "warning" else 2
        return QSize(width + padded, self.heightForWidth(width + padded))

    def minimumSizeHint(self) -> QSize:
        """Return the width of the longest word and the height of a line."""
        if not self.wordWrap():
            return super().minimumSizeHint()
        return QSize(super().minimumSizeHint().width(), self.fontMetrics().height())

    def set_role(self, role: Role) -> None:
        """Change how it looks."""
        if self.property("role") != role:
            self.setProperty("role", role)
            theme.restyle(self)


class Tag(Text):
    """A word in a small coloured box."""

    def __init__(self, text: str, role: Role = "tag") -> None:
        super().__init__(text, role, wrap=False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)


class Divider(QFrame):
    """A thin line between two rows of a card."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("line", "true")


class Card(QFrame):
    """A white box with round corners; `body` is its layout."""

    def __init__(self, look: Look = "true", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", look)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.setSpacing(8)

    def set_look(self, look: Look) -> None:
        """Change its border: "true" at rest, "chosen" for the one that matters, "here" in green."""
        if self.property("card") != look:
            self.setProperty("card", look)
            theme.restyle(self)
