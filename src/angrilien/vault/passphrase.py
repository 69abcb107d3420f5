"""The phrase de passe: six words of a public French list of 2,048, that is 66 bits.

The list is BIP-39’s French one, from PyPI `mnemonic` (MIT). A stolen disk is attacked with no
throttling, so only a phrase opens it, never a short code.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from importlib.resources import files

WORDS = 6


def generate() -> str:
    """Return a new phrase of six words, without accents, separated by spaces."""
    words = _words()
    return " ".join(secrets.choice(words) for _ in range(WORDS))


def words_of(digest: bytes) -> str:
    """Return six words that stand for the first 66 bits of a digest, to be compared aloud."""
    bits = int.from_bytes(digest[:9], "big") >> 6
    words = _words()
    return " ".join(words[bits >> 11 * place & 2047] for place in reversed(range(WORDS)))


def normalise(phrase: str) -> str:
    """Return what a phrase means: NFKC, lower case, no accents, single spaces.

    Hyphens and commas between words count as spaces: people copy a phrase as they read it.
    """
    text = unicodedata.normalize("NFKC", phrase).casefold()
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def first_difference(shown: str, typed: str) -> int | None:
    """Return the place (from 1) of the first word that differs, None if the phrases agree."""
    expected, given = normalise(shown).split(), normalise(typed).split()
    for place in range(max(len(expected), len(given))):
        if expected[place : place + 1] != given[place : place + 1]:
            return place + 1
    return None


@cache
def _words() -> tuple[str, ...]:
    text = files("mnemonic").joinpath("wordlist/french.txt").read_text(encoding="utf-8")
    words = tuple(normalise(word) for word in text.split())
    if len(set(words)) != 2048:
        raise AssertionError("the word list is not the one of 2,048 distinct words")
    return words
