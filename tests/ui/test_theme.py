"""Contrasts are computed from the tokens; lengths from what the screen reports."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from angrilien.ui import contrast, icons, stylesheet, theme

TEXTS = (
    ("text", "surface"),
    ("text", "page"),
    ("secondary", "surface"),
    ("secondary", "page"),
    ("hint", "surface"),
    ("hint", "page"),
    ("on_primary", "primary"),
    ("on_primary", "primary_pressed"),
    ("here", "here_ground"),
    ("here", "surface"),
    ("here", "page"),
    ("waiting", "waiting_ground"),
    ("problem", "problem_ground"),
    ("problem", "surface"),
    ("problem", "page"),
    ("text", "problem_ground"),
    ("info", "info_ground"),
    ("info", "surface"),
    ("info", "page"),
    ("text", "hover"),
    ("text", "info_ground"),
    ("on_nav", "nav"),
    ("nav_quiet", "nav"),
    ("on_nav_chosen", "nav_chosen"),
)
SIGNS = (
    ("border", "surface"),
    ("border", "page"),
    ("edge", "surface"),
    ("edge", "page"),
    ("primary", "page"),
    ("primary", "surface"),
    ("focus", "page"),
    ("focus", "surface"),
    ("here", "page"),
    ("nav_quiet", "nav"),
)


def test_the_measure_of_contrast_is_that_of_wcag() -> None:
    assert contrast.ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast.ratio("#FFFFFF", "#0A4EA3") == pytest.approx(8.0, abs=0.05)
    assert contrast.ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", theme.SCHEMES)
@pytest.mark.parametrize(("over", "ground"), TEXTS)
def test_every_text_is_seven_to_one(scheme: str, over: str, ground: str) -> None:
    tokens = theme.SCHEMES[scheme]
    assert contrast.ratio(getattr(tokens, over), getattr(tokens, ground)) >= 7.0


@pytest.mark.parametrize("scheme", theme.SCHEMES)
@pytest.mark.parametrize(("over", "ground"), SIGNS)
def test_every_line_and_sign_is_three_to_one(scheme: str, over: str, ground: str) -> None:
    tokens = theme.SCHEMES[scheme]
    assert contrast.ratio(getattr(tokens, over), getattr(tokens, ground)) >= 3.0


@pytest.mark.parametrize("percent", theme.TEXT_PERCENTS)
def test_the_style_sheet_is_complete(percent: int) -> None:
    sheet = stylesheet.build(theme.LIGHT, percent)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


# The eight laptops: diagonal in inches, pixels, scale in percent.
LAPTOPS = (
    (15.6, 1366, 768, 100),
    (15.6, 1366, 768, 125),
    (13.3, 1280, 800, 125),
    (14.0, 1920, 1080, 125),
    (14.0, 1920, 1080, 150),
    (15.6, 1920, 1080, 125),
    (13.3, 1920, 1080, 150),
    (10.5, 1920, 1280, 150),
)


@pytest.mark.parametrize(("inches", "width", "height", "scale"), LAPTOPS)
def test_fourteen_millimetres_are_fourteen_on_every_laptop(
    inches: float, width: int, height: int, scale: int
) -> None:
    diagonal = (width**2 + height**2) ** 0.5
    mm_per_pixel = inches * 25.4 / diagonal
    physical = QSizeF(width * mm_per_pixel, height * mm_per_pixel)
    logical = QSizeF(width * 100 / scale, height * 100 / scale)
    px = theme.px_of_mm(14, logical, physical)
    assert px * mm_per_pixel * scale / 100 == pytest.approx(14, abs=0.2)


@pytest.mark.parametrize(
    "physical", [QSizeF(0, 0), QSizeF(1600, 900), QSizeF(16, 9), QSizeF(300, 900), QSizeF(-1, -1)]
)
def test_an_absurd_screen_is_taken_for_one_of_96_dpi(physical: QSizeF) -> None:
    assert theme.px_of_mm(25.4, QSizeF(1366, 768), physical) == 96


def test_targets_are_48_pixels_and_grow_with_the_text(qapp: QApplication) -> None:
    theme.apply(qapp, text_percent=160)
    assert theme.target(20) > 48
    assert theme.points(13) == 21
    theme.apply(qapp)
    assert theme.target() == 48
    assert qapp.font().family() == theme.FAMILY
    assert qapp.font().pointSize() == 13


def test_icons_take_the_colour_asked(qapp: QApplication) -> None:
    picture = icons.pixmap("check", "#0A4EA3", 48).toImage()
    colors = {
        picture.pixelColor(x, y).name().upper()
        for x in range(48)
        for y in range(48)
        if picture.pixelColor(x, y).alpha() == 255
    }
    assert colors == {"#0A4EA3"}
    assert not icons.icon("today", "#FFFFFF").isNull()
    icons.forget()


BLACK = {
    "WindowText": "#FFFFFF",
    "Window": "#000000",
    "Highlight": "#1AEBFF",
    "HighlightedText": "#000000",
}
"""Of Windows: "Night sky" and its kin have a dark page and a bright choice."""
WHITE = {
    "WindowText": "#000000",
    "Window": "#FFFFFF",
    "Highlight": "#37006E",
    "HighlightedText": "#FFFFFF",
}
DULL = {**BLACK, "WindowText": "#777777"}
YELLOW_PAGE = {**BLACK, "Window": "#2D3236", "Highlight": "#D6B4FD", "HighlightedText": "#2B2B2B"}


def palette_of(colors: dict[str, str]) -> QPalette:
    palette = QPalette()
    for role, color in colors.items():
        palette.setColor(getattr(QPalette.ColorRole, role), QColor(color))
    return palette


@pytest.mark.parametrize("colors", [BLACK, WHITE, YELLOW_PAGE])
def test_a_contrast_theme_of_the_system_is_taken_as_it_is(
    qapp: object, colors: dict[str, str]
) -> None:
    tokens = contrast.of_palette(palette_of(colors), theme.CONTRAST)
    assert (tokens.page, tokens.text) == (colors["Window"].lower(), colors["WindowText"].lower())
    assert tokens.primary == colors["Highlight"].lower()
    for over, ground in TEXTS:
        assert contrast.ratio(getattr(tokens, over), getattr(tokens, ground)) >= 7.0, over
    for over, ground in SIGNS:
        assert contrast.ratio(getattr(tokens, over), getattr(tokens, ground)) >= 3.0, over


def test_a_palette_that_is_hard_to_read_gives_place_to_ours(qapp: object) -> None:
    assert contrast.of_palette(palette_of(DULL), theme.CONTRAST) is theme.CONTRAST


def test_a_system_in_high_contrast_is_followed_under_what_we_put_on(looks: QApplication) -> None:
    theme.apply(looks, scheme="dark")
    high = theme.of_system(looks, Qt.ColorScheme.Dark, high_contrast=True)
    theme.apply(looks)
    # The platform of the tests has a light palette of its own.
    assert high.page not in (theme.DARK.page.lower(), theme.LIGHT.page.lower())
    assert contrast.ratio(high.text, high.page) >= 7.0
    plain = theme.of_system(looks, Qt.ColorScheme.Dark, high_contrast=False)
    assert plain is theme.DARK
    assert theme.of_system(looks, Qt.ColorScheme.Light, high_contrast=False) is theme.LIGHT
