"""The shipped font has what our screens write, whatever the laptop has."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QRawFont, QTextLayout

from angrilien import paths

FAMILY = "Atkinson Hyperlegible Next"
WRITTEN = "ABCxyzàâçéèêëîïôùûüÿœŒæÆÉÀÇ’«»…–—°²×€ \u00a0\u202f\u2011○✔✎▲●←→ŁłŞşĞğİıŠšŽžŐőȘșȚțŷ"


@pytest.mark.parametrize("style", ["Regular", "SemiBold", "Bold"])
def test_font_has_every_sign(qapp: object, style: str) -> None:
    path = paths.resource(f"fonts/{FAMILY.replace(' ', '')}-{style}.ttf")
    font = QRawFont(str(path), 16)
    assert font.isValid()
    assert [sign for sign in WRITTEN if not font.supportsCharacter(ord(sign))] == []
    number = QFontDatabase.addApplicationFont(str(path))
    try:
        assert FAMILY in QFontDatabase.applicationFontFamilies(number)
    finally:
        QFontDatabase.removeApplicationFont(number)


def test_fine_space_is_narrower_than_a_space_and_draws_nothing(qapp: object) -> None:
    font = QRawFont(str(paths.resource(f"fonts/{FAMILY.replace(' ', '')}-Regular.ttf")), 100)
    fine, space = font.glyphIndexesForString("\u202f ")
    narrow, wide = font.advancesForGlyphIndexes([fine, space])
    assert 0 < narrow.x() < wide.x()
    assert font.boundingRect(fine).isEmpty()


@pytest.mark.parametrize("style", ["Regular", "SemiBold", "Bold"])
def test_text_is_set_with_the_glyphs_of_its_characters(qapp: object, style: str) -> None:
    # A PDF file's text is found back from the glyphs: a letter with two shapes would be lost.
    path = paths.resource(f"fonts/{FAMILY.replace(' ', '')}-{style}.ttf")
    number = QFontDatabase.addApplicationFont(str(path))
    try:
        weight = {"Regular": 400, "SemiBold": 600, "Bold": 700}[style]
        font = QFont(FAMILY, 16, weight)
        layout = QTextLayout(WRITTEN, font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        runs = layout.glyphRuns()
        glyphs = [glyph for run in runs for glyph in run.glyphIndexes()]
        assert glyphs == runs[0].rawFont().glyphIndexesForString(WRITTEN)
        assert runs[0].rawFont().glyphIndexesForString("\t ")[0] != glyphs[WRITTEN.index(" ")]
    finally:
        QFontDatabase.removeApplicationFont(number)


def test_licence_is_there() -> None:
    assert "SIL OPEN FONT LICENSE" in paths.resource("fonts/OFL.txt").read_text("utf-8")
