"""The shipped font has what our screens write, whatever the laptop has."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase, QRawFont

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


def test_licence_is_there() -> None:
    assert "SIL OPEN FONT LICENSE" in paths.resource("fonts/OFL.txt").read_text("utf-8")
