"""The colours of each scheme: all that the style sheet, the palette and the icons are made of.

Their contrasts are computed in tests/ui/test_theme.py: text 7:1 or more, lines and signs 3:1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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
