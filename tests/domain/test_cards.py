"""A card is read through any pair of layouts, and nothing else is taken for one.

What each keyboard types is written down here once more, key by key, from the layouts themselves:
the translation under test is the other way round.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain.cards import (
    PREFIX,
    Found,
    begins_card,
    content,
    make_card,
    mark_of,
    read_card,
    typed_card,
)
from angrilien.domain.codes import ALPHABET, LENGTH, read_code, show_code

OURS, OTHERS = "essai", "autre"
CARDS = st.integers(0, 2**32).map(lambda seed: make_card(OURS, random.Random(seed).choice))

US = ("1234567890-qwertyuiopasdfghjkl;zxcvbnm,.", "!@#$%^&*()_QWERTYUIOPASDFGHJKL:ZXCVBNM<>")
UK = ("1234567890-qwertyuiopasdfghjkl;zxcvbnm,.", '!"£$%^&*()_QWERTYUIOPASDFGHJKL:ZXCVBNM<>')
FR = ("&é\"'(-è_çà)azertyuiopqsdfghjklmwxcvbn,;:", "1234567890°AZERTYUIOPQSDFGHJKLMWXCVBN?./")
BE = ("&é\"'(§è!çà)azertyuiopqsdfghjklmwxcvbn,;:", "1234567890°AZERTYUIOPQSDFGHJKLMWXCVBN?./")
LAYOUTS = {"us": US, "uk": UK, "fr": FR, "be or mac": BE}
LOCKS = ("none", "letters", "linux", "shift")
"""What Caps Lock turns over: nothing, letters, letters with their accents, every key."""


def arrives(text: str, reader: str, laptop: str, lock: str = "none") -> str:
    """What a laptop reads of the keys that a reader of another layout sends."""
    typed = ""
    for sign in text:
        level = 0 if sign in LAYOUTS[reader][0] else 1
        key = LAYOUTS[reader][level].index(sign)
        plain, shifted = LAYOUTS[laptop][0][key], LAYOUTS[laptop][1][key]
        turned = lock == "shift" or (
            lock != "none" and shifted == plain.upper() and plain.isascii() and plain.isalpha()
        )
        if lock == "linux" and level == 0 and plain in "éèçà":
            typed += plain.upper()
        else:
            typed += (plain, shifted)[level ^ turned]
    return typed


PAIRS = [
    (reader, laptop, lock)
    for reader in ("us", "fr")
    for laptop in LAYOUTS
    for lock in LOCKS
    if lock not in ("linux", "shift") or laptop in ("fr", "be or mac")
]


@pytest.mark.parametrize(("reader", "laptop", "lock"), PAIRS)
def test_a_card_is_read_through_any_pair_of_layouts(reader: str, laptop: str, lock: str) -> None:
    @given(CARDS)
    @settings(max_examples=12, deadline=None, derandomize=True)
    def reads(card: str) -> None:
        for text in (content(card), PREFIX + show_code(card)):
            typed = arrives(text, reader, laptop, lock)
            assert read_card(typed, OURS).number == card, typed
            assert all(begins_card(typed[:n]) for n in (1, 2, 3, 4, 5, len(typed)))

    reads()


def test_the_scrambled_card_of_the_examples() -> None:
    assert arrives("ANG1:7Q2K-M4XR-9T", "us", "fr") == "QNG&MèAéK)?'XR)çT"
    (whole,) = {
        read_card(f"{start}7Q2K-M4XR-9{last}", OURS).number
        for start in ("ANG1:",)
        for last in ALPHABET
    } - {""}
    scrambled = arrives(f"ANG1:{show_code(whole)}", "us", "fr")
    assert scrambled.startswith("QNG&MèAéK)?'XR)ç")
    assert read_card(scrambled, OURS).number == whole


@given(CARDS)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_card_says_its_programme_and_has_a_digit(card: str) -> None:
    assert len(card) == LENGTH
    assert read_code(card) == card
    assert any(sign.isdigit() for sign in card)
    assert read_card(content(card), OURS).found is Found.CARD
    assert read_card(content(card), OTHERS).found is Found.OTHERS


def test_the_mark_of_a_programme_stays_what_it_is() -> None:
    """It is printed on cards: these values never change."""
    assert {name: mark_of(name) for name in ("angrilien", OURS, OTHERS)} == MARKS
    marks = {mark_of(f"programme {n}") for n in range(200)}
    assert len(marks) > 150


MARKS = {"angrilien": "J7", "essai": "Y4", "autre": "B4"}


@given(CARDS, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_wrong_or_missing_character_is_noticed(card: str, place: int, other: str) -> None:
    missing = card[:place] + card[place + 1 :]
    assert read_card(content(missing), OURS).found is Found.DAMAGED
    wrong = card[:place] + other + card[place + 1 :]
    found = read_card(content(wrong), OURS).found
    assert (found is Found.DAMAGED) == (wrong != card)


@pytest.mark.parametrize(
    "typed",
    [
        "9782070360024", "ç_èéà_àçà", "Odette", "ANG", "QNG", "ANG2:7Q2KM4XR9T", "https://angrie.fr",
        "1Z999AA10123456784", "", "WIFI:T:WPA;S:Cafe;P:motdepasse;;", "  ",
    ],
)  # fmt: skip
def test_what_is_no_card_is_none(typed: str) -> None:
    assert read_card(typed, OURS).found is Found.NO_CARD


@given(CARDS)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_number_is_typed_by_hand_as_it_is_printed(card: str) -> None:
    for typed in (card, show_code(card), show_code(card).lower(), f" {show_code(card)} "):
        assert typed_card(typed, OURS).number == card
    assert typed_card(content(card), OURS).number == card
    assert typed_card(arrives(content(card), "us", "fr"), OURS).number == card
    other = ALPHABET[(ALPHABET.index(card[-1]) + 1) % len(ALPHABET)]
    assert typed_card(card[:-1] + other, OURS).found is Found.DAMAGED


@pytest.mark.parametrize("name", ["Bernadette", "Lefèvre", "Jean-Paul Moreau", "0241000000", "le"])
def test_a_name_or_a_telephone_is_no_number(name: str) -> None:
    assert typed_card(name, OURS).found is Found.NO_CARD


@pytest.mark.parametrize("typed", ["", "B", "AN1", "QNGO", "Odet", "9782", "ANG2"])
def test_what_does_not_begin_a_card(typed: str) -> None:
    assert not begins_card(typed)
