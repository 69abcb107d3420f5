"""The application's looks: which colours are on, text sizes and target sizes."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication, QWidget

from angrilien.paths import resource
from angrilien.ui import contrast, icons, stylesheet
from angrilien.ui.tokens import CONTRAST, DARK, LIGHT, Tokens

FAMILY: Final = "Atkinson Hyperlegible Next"
TEXT_POINTS: Final = 13
"""Size of the text at 100 %."""
TEXT_PERCENTS: Final = (100, 130, 160)
SMALLEST_TARGET: Final = 48
"""Logical pixels, for the animateur."""
PARTICIPANT_TARGET_MM: Final = 14
"""Millimetres on the screen, for the participant."""
_PLAIN_DPI: Final = 96.0
_BELIEVED_DPI: Final = (60.0, 250.0)


SCHEMES: Final = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


@dataclass(slots=True)
class _Applied:
    """What `apply` chose last: the one place where the window's looks are remembered."""

    tokens: Tokens = LIGHT
    percent: int = 100


_applied = _Applied()


def apply(app: QApplication, *, scheme: str = "light", text_percent: int = 100) -> None:
    """Give the whole application its font, colours and style sheet.

    Args:
        app: the application.
        scheme: "light", "dark", "contrast", or "system" for the system's own choice.
        text_percent: 100, 130 or 160.
    """
    if scheme == "system":
        color, high_contrast = system_hints(app.styleHints())
        tokens = of_system(app, color, high_contrast=high_contrast)
    else:
        tokens = SCHEMES[scheme]
    put_on(app, tokens, text_percent)


def put_on(app: QApplication, tokens: Tokens, text_percent: int) -> None:
    """Give the whole application these colours, and the text this size."""
    _applied.tokens, _applied.percent = tokens, text_percent
    load_fonts()
    icons.forget()
    app.setStyle("Fusion")
    app.setFont(QFont(FAMILY, points(TEXT_POINTS)))
    app.setPalette(_palette(tokens))
    app.setStyleSheet(stylesheet.build(tokens, text_percent))


def system_hints(hints: QStyleHints) -> tuple[Qt.ColorScheme, bool]:
    """Return the system's scheme, and whether it wants a high contrast."""
    # Before Qt 6.10 that wish is not told.
    wish = hints.accessibility().contrastPreference() if hasattr(hints, "accessibility") else None
    return hints.colorScheme(), is_high(wish)


def is_high(wish: object) -> bool:
    """Tell whether a `Qt.ContrastPreference` is that of a high contrast."""
    return getattr(wish, "name", "") == "HighContrast"


def of_system(app: QApplication, color: Qt.ColorScheme, *, high_contrast: bool) -> Tokens:
    """Return the colours that stand for the system's; light ones where it says nothing."""
    if high_contrast:
        # What we put on is taken off, for as long as it takes to see what is underneath.
        ours = app.palette()
        app.setPalette(QPalette())
        found = contrast.of_palette(app.palette(), CONTRAST)
        app.setPalette(ours)
        return found
    return DARK if color == Qt.ColorScheme.Dark else LIGHT


def current() -> Tokens:
    """Return the colours in force."""
    return _applied.tokens


def points(at_100: float) -> int:
    """Return a text size in points at the size in force."""
    return round(at_100 * _applied.percent / 100)


def target(px: int = SMALLEST_TARGET) -> int:
    """Return a height that a finger hits: 48 logical pixels or more, growing with the text."""
    return round(max(px, SMALLEST_TARGET) * (1 + (_applied.percent - 100) / 200))


def mm(widget: QWidget, millimetres: float) -> int:
    """Return logical pixels for a length on the real screen of a widget."""
    screen = widget.screen()
    return px_of_mm(millimetres, QSizeF(screen.geometry().size()), screen.physicalSize())


def px_of_mm(millimetres: float, pixels: QSizeF, physical: QSizeF) -> int:
    """Return logical pixels for a length on a screen of `pixels` logical and `physical` mm.

    A screen that reports no size, or one that no laptop has, is taken for one of 96 dpi.
    """
    dpi = _PLAIN_DPI
    if physical.width() > 0 and physical.height() > 0:
        across = pixels.width() * 25.4 / physical.width()
        down = pixels.height() * 25.4 / physical.height()
        low, high = _BELIEVED_DPI
        if low <= across <= high and low <= down <= high and 0.8 <= across / down <= 1.25:
            dpi = max(across, down)
    return round(millimetres * dpi / 25.4)


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a dynamic property of a widget changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


@functools.cache
def load_fonts() -> None:
    """Make the program's font known to Qt, once."""
    for weight in ("Regular", "SemiBold", "Bold"):
        file = resource(f"fonts/AtkinsonHyperlegibleNext-{weight}.ttf")
        QFontDatabase.addApplicationFont(str(file))


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for names, colour in (
        ((role.Window,), tokens.page),
        ((role.Base, role.Button, role.AlternateBase), tokens.surface),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), tokens.text),
        ((role.ToolTipBase,), tokens.surface),
        ((role.PlaceholderText,), tokens.hint),
        ((role.Highlight, role.Accent, role.Link, role.LinkVisited), tokens.primary),
        ((role.HighlightedText,), tokens.on_primary),
        ((role.Mid, role.Dark), tokens.border),
    ):
        for name in names:
            palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.hint))
    return palette
