"""The short codes that people read aloud and type: lieu, feuille, atelier, carte.

Nine letters or digits and a check character, from an alphabet without look-alikes (no 0/O, 1/I/L,
no U). The check character is the weighted sum of the others modulo 29, a prime: it finds every
single wrong character and every exchange of two neighbours (weights 1..n are distinct and not zero
modulo 29). Shown in groups of four: `7Q2K-M4XR-9T`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
LENGTH = 10
_LOOKALIKE = str.maketrans({"Z": "2", "U": "V"})


def make_code(choose: Callable[[str], str], length: int = LENGTH) -> str:
    """Return a new code of `length` characters; `choose` picks one of a text (`secrets.choice`)."""
    body = "".join(choose(ALPHABET) for _ in range(length - 1))
    return body + _check(body)


def code_of(number: int, length: int = LENGTH) -> str:
    """Return the code that stands for a number of zero or more: the same number, the same code."""
    body = ""
    for _ in range(length - 1):
        number, digit = divmod(number, len(ALPHABET))
        body += ALPHABET[digit]
    return body + _check(body)


def with_check(body: str) -> str:
    """Return a code from all its characters but the check character, which this adds."""
    return body + _check(body)


def read_code(typed: str, length: int = LENGTH) -> str | None:
    """Return the code in what was typed (any case, spaces and dashes), or None if it is not one."""
    code = re.sub(r"[\s\-–—]", "", typed).upper().translate(_LOOKALIKE)
    if len(code) != length or any(c not in ALPHABET for c in code):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def show_code(code: str) -> str:
    """Return a code as it is printed, in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _check(body: str) -> str:
    total = sum((i + 1) * ALPHABET.index(c) for i, c in enumerate(body))
    return ALPHABET[-total % len(ALPHABET)]
