"""The rules that each French word on a screen keeps, and where a text breaks them."""

from __future__ import annotations

import re
from typing import Final

BANNED: Final = (
    "synchroniser", "sync", "hors ligne", "offline", "serveur", "token", "jeton",
    "base de données", "finaliser", "intrus", "erreur inconnue", "échec", "invalide", "veuillez",
    "soumettre", "uploader", "login", "timeout", "ID", "signature électronique",
)  # fmt: skip
"""Words that an animateur or a participant never reads."""
LONGEST_SENTENCE: Final = 15
LONGEST_BUTTON: Final = 5
WRONG_SIGNS: Final = (
    r"\w'\w",
    r"[^\u202f][;!?]",
    r"(?<!\d)\u202f(?![;!?\d])",
    r"[^\u00a0]:(?!\d)",
    r"«[^\u00a0]",
    r"[^\u00a0]»",
    r"\.\.\.",
    r"\d h\b|\bh \d",
)
"""A typewriter's apostrophe, a space that may break, three points in the place of one sign."""


def banned(word: str) -> re.Pattern[str]:
    """Return what finds a banned word, whole, in a text."""
    flags = 0 if word == "ID" else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", flags)


def words_in(text: str) -> list[str]:
    """Return the words as a reader counts them: a sign alone is none."""
    return [word for word in re.split(r"[\s\u00a0\u202f]+", text) if re.search(r"\w", word)]


def long_sentences(text: str) -> list[str]:
    """Return the sentences of a text that are too long to be read at once."""
    sentences = re.split(r"(?<=[.!?…])\s|\n", text)
    return [one for one in sentences if len(words_in(one)) > LONGEST_SENTENCE]
