"""F1: a page of help for each screen, offline; the screens of this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from angrilien import __version__
from angrilien.paths import resource
from angrilien.ui import a11y, theme
from angrilien.ui.help_entries import HelpEntry, entries
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Divider,
    FlowLayout,
    PageHead,
    ScrollPage,
    Text,
)

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class HelpPage(Page):
    """The help of the screen one comes from; below it the screens of this computer."""

    name = "help"
    entry = "help"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._screen = ""
        self.head = PageHead(self.tr("Aide"))
        self.back_button = Button(self.tr("&Retour"), "primary", "back")
        self.back_button.clicked.connect(self.go_back)
        self.computer_button = Button(self.tr("&Cet ordinateur"), "secondary", "down")
        self.computer_button.clicked.connect(self._on_computer)
        buttons = QWidget()
        side_by_side = FlowLayout(buttons, spacing=12)
        for button in (self.computer_button, self.back_button):
            side_by_side.addWidget(button)
        self.head.add(buttons)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        a11y.named(self.text, self.tr("Aide"))
        self.computer = Card()
        self.computer.body.setContentsMargins(24, 18, 24, 14)
        self.computer.body.addWidget(Text(self.tr("Cet ordinateur"), "heading"))
        self.doors: dict[str, Button] = {}
        self._rows: dict[str, tuple[HelpEntry, list[QWidget]]] = {}
        for entry in entries():
            if entry.training or not desk.training:
                self._add_door(entry)
        self._scroll = scroll = ScrollPage(width=960)
        scroll.body.addWidget(self.head)
        scroll.body.addWidget(self.text)
        scroll.body.addWidget(self.computer)
        version = self.tr("Angrilien, version {version}").format(version=__version__)
        scroll.body.addWidget(Text(version, "hint"))
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.text.document().documentLayout().documentSizeChanged.connect(self._on_text_size)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Aide")

    def show_for(self, **args: Any) -> None:
        """Show the help of a screen; without one, that of today."""
        screen = str(args.get("screen") or "today")
        if screen != self._screen:
            # Another text is read from its beginning; who comes back finds the place again.
            self._scroll.verticalScrollBar().setValue(0)
        self._screen = screen
        self._scroll.set_centred(centred=not self.desk.is_open)
        self._fill()
        self._show_doors()

    def focus_first(self) -> None:
        """Put the focus on the way back."""
        self.back_button.setFocus()

    def _add_door(self, entry: HelpEntry) -> None:
        """Add a screen of this computer: its title, what one does there, and the way in."""
        parts: list[QWidget] = [Divider()] if self._rows else []
        row = AdaptiveRow()
        words = QWidget()
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addWidget(Text(entry.title, "label"))
        column.addWidget(Text(entry.text, "subtitle"))
        button = Button(self.tr("Ouvrir"), "secondary", entry.icon)
        button.setAccessibleDescription(entry.title)
        button.setProperty("page", entry.page)
        button.clicked.connect(self._on_door)
        row.add(words)
        row.add(button)
        for part in (*parts, row):
            self.computer.body.addWidget(part)
        self.doors[entry.page] = button
        self._rows[entry.page] = (entry, [*parts, row])

    def _show_doors(self) -> None:
        """Show the screens that can be opened now; a closed notebook leaves few."""
        first = True
        for entry, parts in self._rows.values():
            wanted = self.desk.is_open or entry.locked
            for part in parts:
                part.setVisible(wanted and not (first and isinstance(part, Divider)))
            first = first and not wanted
        self.computer.setVisible(not first)
        self.computer_button.setVisible(not first)

    def _fill(self) -> None:
        html = resource(f"help/{self._screen}.html").read_text(encoding="utf-8")
        self.text.document().setDefaultStyleSheet(_style())
        self.text.setHtml(html)

    @Slot()
    def _on_text_size(self) -> None:
        margins = 2 * self.text.frameWidth() + 24
        self.text.setFixedHeight(round(self.text.document().size().height()) + margins)

    @Slot()
    def _on_computer(self) -> None:
        """Go down to the screens of this computer, the keyboard too."""
        self._scroll.verticalScrollBar().setValue(self.computer.y() - 16)
        for button in self.doors.values():
            if button.isVisible():
                button.setFocus()
                break

    @Slot()
    def _on_door(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.main.navigate(str(button.property("page")))


def _style() -> str:
    return (
        f"p.title {{ font-size: {theme.points(18)}pt; font-weight: 700; margin-bottom: 8px; }}"
        f"p.part {{ font-size: {theme.points(14)}pt; font-weight: 600; margin-top: 16px; }}"
        "p { margin-top: 3px; margin-bottom: 5px; }"
    )
