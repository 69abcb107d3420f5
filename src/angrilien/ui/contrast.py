"""High contrast: the system's own palette, where it is as readable as ours.

Windows has its contrast themes, which people make for their own eyes: theirs goes before ours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtGui import QColor, QPalette

from angrilien.ui.tokens import Tokens

TEXT: Final = 7.0
"""Contrast of a text with its ground: WCAG 2.2, criterion 1.4.6 (level AAA)."""


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours `#RRGGBB`, 1 to 21: WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def of_palette(palette: QPalette, ours: Tokens) -> Tokens:
    """Return the tokens of a contrast theme's palette.

    Args:
        palette: the system's.
        ours: what is returned where a text of that palette would be under 7:1.
    """
    role = QPalette.ColorRole
    text, page = _name(palette, role.WindowText), _name(palette, role.Window)
    chosen, on_chosen = _name(palette, role.Highlight), _name(palette, role.HighlightedText)
    sign = next((c for c in (chosen, on_chosen) if ratio(c, page) >= TEXT), text)
    on_sign = next((c for c in (on_chosen, chosen, page) if ratio(c, sign) >= TEXT), page)
    if ratio(text, page) < TEXT or ratio(on_sign, sign) < TEXT:
        return ours
    grounds = {
        name: page
        for name in ours.__dataclass_fields__
        if name in ("page", "surface", "nav", "hover") or name.endswith("_ground")
    }
    signs = ("primary", "here", "waiting", "problem", "nav_chosen", "focus")
    texts = ("text", "secondary", "hint", "border", "edge", "info", "on_nav", "nav_quiet")
    return replace(
        ours,
        **grounds,
        **dict.fromkeys(texts, text),
        **dict.fromkeys(signs, sign),
        on_primary=on_sign,
        on_nav_chosen=on_sign,
        primary_pressed=text if ratio(on_sign, text) >= TEXT else sign,
    )


def _name(palette: QPalette, role: QPalette.ColorRole) -> str:
    return str(palette.color(QPalette.ColorGroup.Active, role).name(QColor.NameFormat.HexRgb))


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
