"""The looks of the settings, applied at once; "as the computer" follows it while it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from angrilien.settings import SCHEME, TEXT_PERCENT, Settings
from angrilien.ui import theme


def apply(app: QApplication, settings: Settings) -> None:
    """Apply the settings' text size and their colours."""
    theme.apply(app, scheme=settings.get(SCHEME), text_percent=settings.get(TEXT_PERCENT))


class Looks(QObject):
    """Text size and colours of the whole application.

    Args:
        settings: where they are chosen.
        parent: what it lives as long as.
    """

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        hints = QApplication.styleHints()
        self._color, self._contrast = theme.system_hints(hints)
        hints.colorSchemeChanged.connect(self._on_color)
        # Before Qt 6.10 the system's wish for contrast is not told.
        if hasattr(hints, "accessibility"):
            hints.accessibility().contrastPreferenceChanged.connect(self._on_contrast)

    def apply(self) -> None:
        """Apply what the settings say now."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, self._settings)

    @Slot(Qt.ColorScheme)
    def _on_color(self, color: Qt.ColorScheme) -> None:
        self._color = color
        self._follow()

    def _on_contrast(self, contrast: object) -> None:
        self._contrast = theme.is_high(contrast)
        self._follow()

    def _follow(self) -> None:
        """Follow the computer's own colours, unless others were chosen.

        Colours that are in force already are not applied again: applying them may itself be told
        as a change.
        """
        if self._settings.get(SCHEME) != "system":
            return
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        tokens = theme.of_system(app, self._color, high_contrast=self._contrast)
        if tokens != theme.current():
            theme.put_on(app, tokens, self._settings.get(TEXT_PERCENT))
