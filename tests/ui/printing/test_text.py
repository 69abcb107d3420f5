"""Texts are made smaller, then wrapped, and shortened last."""

from __future__ import annotations

import pytest

from angrilien.ui import theme
from angrilien.ui.printing.geometry import LAST_NAME_WIDTH, ROW_HEIGHT
from angrilien.ui.printing.paint import NAME
from angrilien.ui.printing.text import Block, Ink

WIDTH = LAST_NAME_WIDTH - 2.4
HEIGHT = ROW_HEIGHT - 0.8
LONG = {
    "words": "Marie de la Conception Françoise Huguette Bérengère Sidonie Théodora de Saint-Cyr",
    "hyphens": "Chauvin-Lefèvre-de-la-Roche-Guyon-et-de-Montmorency-Beaumont-sur-Sarthe-d’Angrie",
    "one word": "Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissenhaftschaferswessenschafe",
    "cyrillic": "Александра-Достоевская-Преображенская Фёдоровна Константиновна Воскресенская",
    "arabic": "عبد الرحمن بن عبد العزيز بن محمد بن عبد الله آل سعود الهاشمي القرشي المكي المدني",
    "emoji": "Zoé 👩\u200d👩\u200d👧 Dupont 😀 Martin 🎉 Bernard 🥐 Durand 🚲 Leroy 🌻 Moreau",
}


@pytest.fixture
def ink(qapp: object) -> Ink:
    theme.load_fonts()
    return Ink(1200)


def inside(ink: Ink, block: Block, width: float, height: float) -> bool:
    lines = [block.layout.lineAt(i) for i in range(block.layout.lineCount())]
    return block.height <= ink.dots(height) + 1 and all(
        line.naturalTextWidth() <= ink.dots(width) + 1 for line in lines
    )


def test_short_name_is_printed_in_12_points(ink: Ink) -> None:
    block = ink.fit("Lefèvre", WIDTH, HEIGHT, NAME)
    assert (block.points, block.layout.lineCount()) == (12, 1)


def test_longer_name_is_made_smaller_before_it_is_wrapped(ink: Ink) -> None:
    block = ink.fit("Chauvin-Lefèvre-Petit", WIDTH, HEIGHT, NAME)
    assert block.points < 12
    assert block.layout.lineCount() == 1


@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
def test_name_of_a_hundred_characters_is_whole(ink: Ink, name: str) -> None:
    name = (name + " " + name)[:100]
    block = ink.fit(name, WIDTH, HEIGHT, NAME)
    assert not block.shortened
    assert block.layout.lineCount() > 1
    assert inside(ink, block, WIDTH, HEIGHT)
    assert block.points >= 6


def test_what_cannot_fit_is_shortened_at_its_end(ink: Ink) -> None:
    block = ink.fit("W" * 400, WIDTH, HEIGHT, NAME)
    assert block.shortened
    assert block.layout.text().endswith("…")
    assert len(block.layout.text()) > 80
    assert inside(ink, block, WIDTH, HEIGHT)


def test_shortening_never_cuts_a_character_in_two(ink: Ink) -> None:
    block = ink.fit("👩\u200d👧" * 200, WIDTH, HEIGHT, NAME)
    assert block.shortened
    block.layout.text().encode("utf-8")


def test_layout_does_not_depend_on_the_device(ink: Ink) -> None:
    for name in LONG.values():
        fine, coarse = (one.fit(name, WIDTH, HEIGHT, NAME) for one in (ink, Ink(300)))
        assert (fine.points, fine.layout.lineCount()) == (coarse.points, coarse.layout.lineCount())
