"""Contrasts are computed from the tokens; lengths from what the screen reports."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QApplication

from angrilien.ui import icons, stylesheet, theme

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


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#0A4EA3") == pytest.approx(8.0, abs=0.05)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", theme.SCHEMES)
@pytest.mark.parametrize(("over", "ground"), TEXTS)
def test_every_text_is_seven_to_one(scheme: str, over: str, ground: str) -> None:
    tokens = theme.SCHEMES[scheme]
    assert contrast(getattr(tokens, over), getattr(tokens, ground)) >= 7.0


@pytest.mark.parametrize("scheme", theme.SCHEMES)
@pytest.mark.parametrize(("over", "ground"), SIGNS)
def test_every_line_and_sign_is_three_to_one(scheme: str, over: str, ground: str) -> None:
    tokens = theme.SCHEMES[scheme]
    assert contrast(getattr(tokens, over), getattr(tokens, ground)) >= 3.0


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
