"""The phrase de passe: six words of 2,048, compared as people write them."""

from __future__ import annotations

import math

import pytest

from angrilien.errors import PassphraseDiffers
from angrilien.services.opening import compare_passphrases, new_passphrase
from angrilien.vault import passphrase
from angrilien.vault.passphrase import WORDS, first_difference, generate, normalise


def test_the_list_has_2048_words_that_stay_distinct_without_accents() -> None:
    words = passphrase._words()
    assert len(words) == len(set(words)) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    # BIP-39: four letters tell the words apart, so that a phrase can be dictated.
    assert len({word[:4] for word in words}) == 2048
    assert WORDS * math.log2(2048) == 66


def test_a_new_phrase_is_six_words_of_the_list_and_another_each_time() -> None:
    made = [generate() for _ in range(200)]
    assert len(set(made)) == len(made)
    for phrase in made:
        assert len(phrase.split()) == 6
        assert normalise(phrase) == phrase
    # Drawn from the whole list: 1,200 words of 2,048 leave more than 800 distinct ones.
    assert len({word for phrase in made for word in phrase.split()}) > 800
    assert len(new_passphrase().split()) == 6


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("abandon bambin cadeau dauphin ecarter fabuleux", None),
        ("Abandon, bambin; cadeau - dauphin / écarter. FABULEUX!", None),
        ("abandon bambin cadeau dauphin ecarter", 6),
        ("abandon bambin cadeau dauphin ecarter fabuleux gagner", 7),
        ("abandon banbin cadeau dauphin ecarter fabuleux", 2),
        ("bambin abandon cadeau dauphin ecarter fabuleux", 1),
        ("", 1),
    ],
)
def test_the_first_word_that_differs_is_named(typed: str, word: int | None) -> None:
    shown = "abandon bambin cadeau dauphin ecarter fabuleux"
    assert first_difference(shown, typed) == word
    if word is None:
        compare_passphrases(shown, typed)
        return
    with pytest.raises(PassphraseDiffers) as told:
        compare_passphrases(shown, typed)
    assert str(word) in told.value.text()
    assert "fabuleux" not in told.value.text()
