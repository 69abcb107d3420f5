"""« Réglages »: text size, colours, names on the list, sounds, venue. Each applies at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.domain.rows import VenueRow
from angrilien.services import workshops
from angrilien.settings import SCHEME, SHEET_PRINT, SOUNDS, TEXT_PERCENT, TILE_NAMES, Setting
from angrilien.ui.chimes import Chime
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import Button, Card, Choice, PageHead, ScrollPage, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_T = TypeVar("_T", int, str)


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
        self.sounds = Choice(
            self.tr("&Sons"),
            _options(SOUNDS),
            hint=self.tr("Un son dit qu’une présence est notée, un autre qu’un problème est là."),
        )
        self.sheets = Choice(
            self.tr("&Feuilles imprimées"),
            _options(SHEET_PRINT),
            hint=self.tr("En gros caractères, une page a huit lignes."),
        )
        during = Card()
        during.body.setContentsMargins(24, 18, 24, 20)
        during.body.addWidget(Text(self.tr("Pendant l’atelier"), "heading"))
        during.body.addWidget(self.tile_names)
        during.body.addWidget(self.sounds)
        during.body.addWidget(self.sheets)
        self.venue = Choice(
            self.tr("&Lieu proposé en premier"),
            hint=self.tr("Un atelier imprévu a lieu là aussi."),
        )
        self.venue_card = Card()
        self.venue_card.body.setContentsMargins(24, 18, 24, 20)
        self.venue_card.body.addWidget(Text(self.tr("Nouveaux ateliers"), "heading"))
        self.venue_card.body.addWidget(self.venue)
        self.venue_card.hide()
        self._scroll = scroll = ScrollPage(width=760)
        scroll.body.addWidget(self.head)
        scroll.body.addWidget(reading)
        scroll.body.addWidget(during)
        scroll.body.addWidget(self.venue_card)
        scroll.body.addWidget(Text(self.tr("Chaque choix est gardé tout de suite."), "hint"))
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.text_size.choose(str(window.settings.get(TEXT_PERCENT)))
        self.colors.choose(window.settings.get(SCHEME))
        self.tile_names.choose(window.settings.get(TILE_NAMES))
        self.sounds.choose(window.settings.get(SOUNDS))
        self.sheets.choose(window.settings.get(SHEET_PRINT))
        self.text_size.chosen_changed.connect(self._on_size)
        self.colors.chosen_changed.connect(self._on_colors)
        self.tile_names.chosen_changed.connect(self._on_tile_names)
        self.sounds.chosen_changed.connect(self._on_sounds)
        self.sheets.chosen_changed.connect(self._on_sheets)
        self.venue.chosen_changed.connect(self._on_venue)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Réglages")

    def show_for(self, **_args: Any) -> None:
        """Offer the laptop's venues, where there is a choice and the notebook is open."""
        self.venue_card.hide()
        self._scroll.set_centred(centred=not self.desk.is_open)
        if self.desk.is_open:
            self.desk.ask(workshops.venues, then=self._on_venues)

    def focus_first(self) -> None:
        """Put the focus on the first choice."""
        self.text_size.combo.setFocus()

    @Slot(str)
    def _on_size(self, percent: str) -> None:
        self._keep(TEXT_PERCENT, int(percent))
        self.main.looks.apply()

    @Slot(str)
    def _on_colors(self, scheme: str) -> None:
        self._keep(SCHEME, scheme)
        self.main.looks.apply()

    @Slot(str)
    def _on_tile_names(self, names: str) -> None:
        self._keep(TILE_NAMES, names)

    @Slot(str)
    def _on_sounds(self, sounds: str) -> None:
        self._keep(SOUNDS, sounds)
        # Who chooses sounds hears what they are like.
        self.main.chimes.play(Chime.NOTED)

    @Slot(str)
    def _on_sheets(self, size: str) -> None:
        self._keep(SHEET_PRINT, size)

    @Slot(str)
    def _on_venue(self, venue_id: str) -> None:
        self.desk.ask(workshops.choose_venue, venue_id, then=self._on_venues)

    def _on_venues(self, venues: tuple[VenueRow, ...]) -> None:
        # The order is theirs to change: the list keeps its own, so that nothing jumps.
        listed = sorted(venues, key=lambda venue: (venue.name, venue.commune))
        self.venue.set_options((v.id, ", ".join(filter(None, (v.name, v.commune)))) for v in listed)
        self.venue.combo.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.venue.choose(venues[0].id)
        self.venue.combo.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self.venue_card.setVisible(len(venues) > 1)
        self.main.show_venue(venues[0])

    def _keep(self, setting: Setting[_T], value: _T) -> None:
        if not self.main.settings.set(setting, value):
            self.main.problem(self.tr("Ce choix tient jusqu’à la fermeture d’Angrilien."))


def _options(setting: Setting[int] | Setting[str]) -> Iterator[tuple[str, str]]:
    for value, word in setting.choices:
        yield str(value), QCoreApplication.translate("Settings", word)
