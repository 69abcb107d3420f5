"""The left column: the program's name, the venue, and the doors of the main screens."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout

from angrilien.ui import a11y
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text


class NavColumn(QFrame):
    """Stands beside every screen of an open notebook."""

    chosen = Signal(str)
    """The name of a door, "today", "calendar" or "help"."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("nav")
        a11y.named(self, self.tr("Les écrans"))
        self._doors = {
            "today": Button(self.tr("A&ujourd’hui"), "nav", "today"),
            "calendar": Button(self.tr("C&alendrier"), "nav", "calendar"),
            "help": Button(self.tr("Ai&de"), "nav", "help"),
        }
        self._venue = Text("", "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 22, 12, 18)
        column.addStrut(172)
        column.setSpacing(8)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 4, 18)
        head.setSpacing(2)
        head.addWidget(Text("Angrilien", "heading"))
        head.addWidget(self._venue)
        column.addLayout(head)
        for name, door in self._doors.items():
            if name == "help":
                column.addStretch(1)
            column.addWidget(door)
            door.clicked.connect(self._on_clicked)

    @property
    def venue(self) -> str:
        """The venue's name as it is shown."""
        return self._venue.text()

    def door(self, name: str) -> Button:
        """Return a door."""
        return self._doors[name]

    def show_venue(self, name: str) -> None:
        """Show the venue's name."""
        self._venue.setText(name)

    def mark(self, entry: str) -> None:
        """Mark the door behind which the screen in sight is."""
        for name, door in self._doors.items():
            door.setChecked(name == entry)

    @Slot()
    def _on_clicked(self) -> None:
        sender = self.sender()
        self.chosen.emit(next(name for name, door in self._doors.items() if door is sender))
