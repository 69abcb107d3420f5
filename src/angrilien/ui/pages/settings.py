"""« Réglages »: text size, colours, and the names on the list. Each choice applies at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.settings import SCHEME, TEXT_PERCENT, TILE_NAMES, Setting
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import Button, Card, Choice, PageHead, ScrollPage, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class SettingsPage(Page):
    """Reached from the help, also while the notebook is closed."""

    name = "settings"
    entry = "help"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.head = PageHead(self.tr("Réglages"))
        self.back_button = Button(self.tr("&Retour"), "primary", "back")
        self.back_button.clicked.connect(self.go_back)
        self.head.add(self.back_button)
        self.text_size = Choice(self.tr("&Taille du texte"), _options(TEXT_PERCENT))
        self.colors = Choice(self.tr("C&ouleurs"), _options(SCHEME))
        reading = Card()
        reading.body.setContentsMargins(24, 18, 24, 20)
        reading.body.addWidget(Text(self.tr("Lire plus facilement"), "heading"))
        # One below the other: side by side, the largest text would cut its own word.
        reading.body.addWidget(self.text_size)
        reading.body.addWidget(self.colors)
        self.tile_names = Choice(
            self.tr("&Noms sur la liste"),
            _options(TILE_NAMES),
            hint=self.tr("Avec l’initiale, un voisin ne lit presque plus de nom entier."),
        )
        discretion = Card()
        discretion.body.setContentsMargins(24, 18, 24, 20)
        discretion.body.addWidget(Text(self.tr("Pendant l’atelier"), "heading"))
        discretion.body.addWidget(self.tile_names)
        scroll = ScrollPage(width=760, centred=not desk.is_open)
        scroll.body.addWidget(self.head)
        scroll.body.addWidget(reading)
        scroll.body.addWidget(discretion)
        scroll.body.addWidget(Text(self.tr("Chaque choix est gardé tout de suite."), "hint"))
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.text_size.choose(str(window.settings.get(TEXT_PERCENT)))
        self.colors.choose(window.settings.get(SCHEME))
        self.tile_names.choose(window.settings.get(TILE_NAMES))
        self.text_size.chosen_changed.connect(self._on_size)
        self.colors.chosen_changed.connect(self._on_colors)
        self.tile_names.chosen_changed.connect(self._on_tile_names)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Réglages")

    def focus_first(self) -> None:
        """Put the focus on the first choice."""
        self.text_size.combo.setFocus()

    @Slot(str)
    def _on_size(self, percent: str) -> None:
        self.main.settings.set(TEXT_PERCENT, int(percent))
        self.main.looks.apply()

    @Slot(str)
    def _on_colors(self, scheme: str) -> None:
        self.main.settings.set(SCHEME, scheme)
        self.main.looks.apply()

    @Slot(str)
    def _on_tile_names(self, names: str) -> None:
        self.main.settings.set(TILE_NAMES, names)


def _options(setting: Setting[int] | Setting[str]) -> Iterator[tuple[str, str]]:
    for value, word in setting.choices:
        yield str(value), QCoreApplication.translate("Settings", word)
