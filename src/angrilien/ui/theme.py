"""Colours, text sizes and target sizes: the tokens that the style sheet and the icons are made of.

The contrasts are computed from these tokens in tests/ui/test_theme.py: text 7:1 or more, lines and
signs 3:1 or more.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from angrilien.paths import resource
from angrilien.ui import icons, stylesheet

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one scheme, as `#RRGGBB`. A `…_ground` is what stands behind its colour."""

    text: str
    secondary: str
    hint: str
    page: str
    """Behind the cards."""
    surface: str
    """Of cards, fields and buttons."""
    border: str
    """Of fields and buttons."""
    edge: str
    """Of cards at rest."""
    primary: str
    on_primary: str
    primary_pressed: str
    here: str
    """Est là."""
    here_ground: str
    waiting: str
    """À envoyer, since long."""
    waiting_ground: str
    problem: str
    problem_ground: str
    info: str
    info_ground: str
    nav: str
    on_nav: str
    nav_quiet: str
    nav_chosen: str
    on_nav_chosen: str
    focus: str
    hover: str


LIGHT: Final = Tokens(
    text="#1B1B1B",
    secondary="#4A4A4A",
    hint="#545454",
    page="#FAF9F6",
    surface="#FFFFFF",
    border="#5C5C5C",
    edge="#8A8A8A",
    primary="#0A4EA3",
    on_primary="#FFFFFF",
    primary_pressed="#083C7E",
    here="#0A5524",
    here_ground="#D6F0DC",
    waiting="#6B4A00",
    waiting_ground="#FFF3D6",
    problem="#8E1B13",
    problem_ground="#FDE3E1",
    info="#0A4EA3",
    info_ground="#EEF3FB",
    nav="#0A2F5C",
    on_nav="#FFFFFF",
    nav_quiet="#D5E2F3",
    nav_chosen="#FFFFFF",
    on_nav_chosen="#0A2F5C",
    focus="#0A4EA3",
    hover="#EEF3FB",
)
DARK: Final = Tokens(
    text="#F2F2F2",
    secondary="#C9C9C9",
    hint="#BDBDBD",
    page="#161616",
    surface="#1F1F1F",
    border="#8A8A8A",
    edge="#7C7C7C",
    primary="#8AB8FF",
    on_primary="#161616",
    primary_pressed="#B5D2FF",
    here="#A8E6B8",
    here_ground="#12361F",
    waiting="#FFD980",
    waiting_ground="#3D2E00",
    problem="#FFB4AB",
    problem_ground="#4A1410",
    info="#A9CBFF",
    info_ground="#16263F",
    nav="#0D1B2E",
    on_nav="#FFFFFF",
    nav_quiet="#C5D6EE",
    nav_chosen="#8AB8FF",
    on_nav_chosen="#161616",
    focus="#8AB8FF",
    hover="#2B3442",
)
CONTRAST: Final = Tokens(
    text="#FFFFFF",
    secondary="#FFFFFF",
    hint="#FFFFFF",
    page="#000000",
    surface="#000000",
    border="#FFFFFF",
    edge="#FFFFFF",
    primary="#FFFF00",
    on_primary="#000000",
    primary_pressed="#FFFFFF",
    here="#FFFF00",
    here_ground="#000000",
    waiting="#FFFF00",
    waiting_ground="#000000",
    problem="#FFFF00",
    problem_ground="#000000",
    info="#FFFFFF",
    info_ground="#000000",
    nav="#000000",
    on_nav="#FFFFFF",
    nav_quiet="#FFFFFF",
    nav_chosen="#FFFF00",
    on_nav_chosen="#000000",
    focus="#FFFF00",
    hover="#333300",
)
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
        scheme = of_system(app.styleHints().colorScheme())
    tokens = SCHEMES[scheme]
    _applied.tokens, _applied.percent = tokens, text_percent
    load_fonts()
    icons.forget()
    app.setStyle("Fusion")
    app.setFont(QFont(FAMILY, points(TEXT_POINTS)))
    app.setPalette(_palette(tokens))
    app.setStyleSheet(stylesheet.build(tokens, text_percent))


def of_system(system: Qt.ColorScheme) -> str:
    """Return the scheme that stands for the system's; light for one that says nothing."""
    return "dark" if system == Qt.ColorScheme.Dark else "light"


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
