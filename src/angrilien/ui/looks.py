"""The looks of the settings, applied at once; "as the computer" follows it while it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from angrilien.settings import SCHEME, TEXT_PERCENT, Settings
from angrilien.ui import theme


def apply(app: QApplication, settings: Settings, scheme: str = "") -> None:
    """Apply the settings' text size, and their colours or those of a given scheme."""
    theme.apply(app, scheme=scheme or settings.get(SCHEME), text_percent=settings.get(TEXT_PERCENT))


class Looks(QObject):
    """Text size and colours of the whole application.

    Args:
        settings: where they are chosen.
        parent: what it lives as long as.
    """

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme)

    def apply(self) -> None:
        """Apply what the settings say now."""
        self._apply()

    def _apply(self, scheme: str = "") -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, self._settings, scheme)

    @Slot(Qt.ColorScheme)
    def _on_system_scheme(self, system: Qt.ColorScheme) -> None:
        """Follow the computer's own colours, unless others were chosen.

        Colours that are in force already are not applied again: applying them may itself be told
        as a change.
        """
        scheme = theme.of_system(system)
        follows = self._settings.get(SCHEME) == "system"
        if follows and theme.current() is not theme.SCHEMES[scheme]:
            self._apply(scheme)
