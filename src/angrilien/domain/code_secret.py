"""The code secret: six digits that open the locked screen, and never the disk.

Five tries at most stand between a stranger and the screen, so what matters is that a code cannot
be guessed by looking at people's habits: the same digit again, a sequence, a pattern, a date.
"""

from __future__ import annotations

import itertools
from typing import Final

from angrilien.errors import CodeLooksLikeADate, CodeNotSixDigits, CodesDiffer, CodeTooSimple

LENGTH: Final = 6
"""Digits of a code."""
TRIES: Final = 5
"""The wrong code of this number ends the process that holds the key."""
_AZERTY: Final = str.maketrans("&é\"'(-è_çà", "1234567890")
"""The upper row of a French keyboard without Shift: behind dots nobody sees the difference."""
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_code_secret(typed: str, field: str = "code") -> str:
    """Return the six digits of what was typed; spaces and a forgotten Shift count for nothing.

    Args:
        typed: as it stands in the field.
        field: the field's name, for the screen.

    Raises:
        CodeNotSixDigits: it is something else.
    """
    code = digits(typed)
    # `isdigit` alone would take the digits of every script.
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        raise CodeNotSixDigits(field)
    return code


def digits(typed: str) -> str:
    """Return what was typed without its spaces, the keys of the digits read as digits."""
    return "".join(typed.split()).translate(_AZERTY)


def choose_code_secret(typed: str, again: str) -> str:
    """Return the code that somebody chooses, typed twice.

    Raises:
        CodeNotSixDigits, CodeTooSimple, CodeLooksLikeADate: the first one cannot be taken.
        CodesDiffer: the second one is another.
    """
    code = check_code_secret(typed)
    if read_code_secret(again, "again") != code:
        raise CodesDiffer("again")
    return code


def check_code_secret(typed: str) -> str:
    """Return a code that can be chosen.

    Raises:
        CodeNotSixDigits: it is no code.
        CodeTooSimple: it is one of those that everybody tries first.
        CodeLooksLikeADate: it may be a birthday, which those around know.
    """
    code = read_code_secret(typed)
    if _is_simple(code):
        raise CodeTooSimple("code")
    if _is_date(code):
        raise CodeLooksLikeADate("code")
    return code


def _is_simple(code: str) -> bool:
    """Tell whether a code is a run (345678, 210987), a pattern (121212, 123123), or nearly so."""
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(code)}
    runs = len(steps) == 1
    repeats = code[:2] * 3 == code or code[:3] * 2 == code
    mirrored = code == code[::-1]
    pairs = code[0] == code[1] and code[2] == code[3] and code[4] == code[5]
    return runs or repeats or mirrored or pairs or len(set(code)) <= 2


def _is_date(code: str) -> bool:
    """Tell whether a code is a day of some year, as people here write it: 250148."""
    day, month = int(code[:2]), int(code[2:4])
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]
