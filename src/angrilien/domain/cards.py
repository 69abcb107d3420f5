"""Cartes: what a personal card says, and how what a reader typed is read back.

A card's QR holds `ANG1:` and the numéro de carte: two characters that say the programme, seven
drawn ones, and the check character of `codes`. A reader is a keyboard: it sends the keys of the
layout that it was set to, and the computer reads them with its own. Set to a US keyboard on a
French laptop, `ANG1:7Q2KM4XR9T` arrives as `QNG&MèAéK?'XRçT`. Each pair of layouts gives the prefix
a form of its own, so that one translation at most fits; decision 019 has the reasons.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from angrilien.domain.codes import ALPHABET, LENGTH, make_code, read_code, with_check

PREFIX: Final = "ANG1:"
MARK: Final = 2
"""How many characters of a number say the programme."""

# What a key types, in the order of the keys: the digits' row to its right end, then three rows.
_DIGITS: Final = "1234567890-"
_US: Final = "qwertyuiopasdfghjkl;zxcvbnm,."
_FR: Final = "azertyuiopqsdfghjklmwxcvbn,;:"


class Found(enum.Enum):
    """What a reader has read."""

    CARD = "card"
    OTHERS = "others"
    """A card of another programme."""
    DAMAGED = "damaged"
    """A card, of which a character is wrong or missing."""
    NO_CARD = "no card"


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a reader has read; `number` is empty where it is no whole card."""

    found: Found
    number: str = ""


def mark_of(programme: str) -> str:
    """Return the two characters by which the cards of a programme begin.

    They are the first 8 bytes of SHA-256("card:" + programme), modulo 29², in the alphabet of
    `codes`: two programmes of 841 have the same ones.

    Args:
        programme: its name on the wire, `aud`.
    """
    digest = hashlib.sha256(f"card:{programme}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") % len(ALPHABET) ** MARK
    high, low = divmod(number, len(ALPHABET))
    return ALPHABET[high] + ALPHABET[low]


def make_card(programme: str, choose: Callable[[str], str]) -> str:
    """Return a new number, with a digit in it; `choose` picks one of a text (`secrets.choice`).

    A number without a digit could be a name: "Bernadette" has ten letters of the alphabet.
    """
    while True:
        drawn = make_code(choose, LENGTH - MARK)[:-1]
        number = with_check(mark_of(programme) + drawn)
        if _has_digit(number):
            return number


def content(number: str) -> str:
    """Return what the QR of a card holds."""
    return PREFIX + number


def content_length() -> int:
    """Return how many characters the content has, without dashes in the number."""
    return len(PREFIX) + LENGTH


def read_card(typed: str, programme: str) -> CardRead:
    """Tell what a reader has read, whatever layouts it came through.

    Args:
        typed: the characters that arrived, without the Enter or the Tab at their end.
        programme: the name on the wire of the programme whose cards are ours.
    """
    after = after_prefix(typed, PREFIX)
    if after is None:
        return CardRead(Found.NO_CARD)
    return _told(read_code(after), programme)


def typed_card(typed: str, programme: str) -> CardRead:
    """Tell what a person has typed by hand: the number alone, as printed, or the whole content.

    A number has ten characters of the alphabet, one at least a digit: no name has.
    """
    number = re.sub(r"[\s\-–—]", "", typed).upper()
    shaped = len(number) == LENGTH and all(c in ALPHABET for c in number) and _has_digit(number)
    return _told(read_code(number), programme) if shaped else read_card(typed, programme)


def looks_like_card(typed: str) -> bool:
    """Tell whether something typed by hand is meant to be a card, whole or with a mistake."""
    return typed_card(typed, "").found is not Found.NO_CARD


def begins_card(typed: str) -> bool:
    """Tell whether characters are the beginning of a card, as many of the prefix as there are."""
    start = normalize("NFC", typed)[: len(PREFIX)]
    return bool(start) and any(PREFIX.startswith(_through(start, way)) for way in _WAYS)


def _told(number: str | None, programme: str) -> CardRead:
    if number is None:
        return CardRead(Found.DAMAGED)
    ours = number[:MARK] == mark_of(programme)
    return CardRead(Found.CARD if ours else Found.OTHERS, number)


def after_prefix(typed: str, prefix: str) -> str | None:
    """Return what a reader sent after one of our prefixes, as it was meant; None without it."""
    text = normalize("NFC", typed.strip())
    for way in _WAYS:
        read = _through(text, way)
        if read.startswith(prefix):
            return read.removeprefix(prefix)
    return None


def _through(text: str, way: dict[str, str]) -> str:
    return "".join(way.get(sign, sign.upper()) for sign in text)


def _has_digit(number: str) -> bool:
    return any(sign.isdigit() for sign in number)


def _letters(typed: str, meant: str) -> dict[str, str]:
    """Return what was meant for each letter key, small or capital; `:` shares the key of `;`."""
    pairs = dict(zip(typed, meant, strict=True))
    pairs = {a: ":" if b == ";" else b.upper() for a, b in pairs.items()}
    return pairs | {a.upper(): b for a, b in pairs.items()}


def _row(typed: str) -> dict[str, str]:
    return dict(zip(typed, _DIGITS, strict=True))


# Whatever Shift and Caps Lock did: each key has one meaning, on both of its levels.
_US_ON_FR: Final = (
    _letters(_FR, _US)
    | {"?": "M", ".": ",", "/": "."}
    | _row("&é\"'(-è_çà)")
    | _row("1234567890°")
    | {"§": "6", "!": "8", "É": "2", "È": "7", "Ç": "9", "À": "0"}  # macOS, Belgium; Linux's lock
)
_FR_ON_US: Final = (
    _letters(_US, _FR)
    | {":": "M", "<": ",", ".": ":", ">": ":"}
    | _row("!@#$%^&*()_")
    | {"6": "-", '"': "2", "£": "3"}  # the hyphen shares the key of 6; a British keyboard
)
_FR_ON_FR_LOCKED: Final = _row("&é\"'(§è_çà°") | {"/": ":", "6": "-", "-": "6", "!": "8"}
"""Caps Lock of Windows is a lock of Shift: it turns the digits' row and the colon over too."""
_AS_MEANT: Final = {"§": "-"}
"""The two agree; the hyphen of a French reader is another sign on macOS and in Belgium."""
_WAYS: Final[tuple[dict[str, str], ...]] = (_AS_MEANT, _US_ON_FR, _FR_ON_US, _FR_ON_FR_LOCKED)
