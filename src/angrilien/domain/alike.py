"""How much a name being typed looks like a known one, whatever the order and the spelling."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from angrilien.domain.sounds import sound

_PARTICLES: Final = frozenset(("d", "da", "de", "des", "di", "du", "l", "la", "le", "van", "von"))
_LEAST_SOUNDS: Final = 3
YEARS_APART: Final = 1
"""A birth year told from memory may be wrong by one."""


class Likeness(IntEnum):
    """How two words are alike, the closest first."""

    SAME = 0
    BEGINS = 1
    SOUNDS = 2
    INITIAL = 3


def words(folded: str) -> tuple[str, ...]:
    """Return the words of a folded name, a particle joined to what follows (Le Roy, Leroy)."""
    joined: list[str] = []
    before = ""
    for word in folded.split():
        if word in _PARTICLES:
            before += word
        else:
            joined.append(before + word)
            before = ""
    return (*joined, before) if before else tuple(joined)


def distance(typed: tuple[str, ...], known: tuple[str, ...]) -> int | None:
    """Return how far a name typed is from a known one, 0 for the same, None for another name.

    Every word of the one with fewer words has one of its own in the other, and one of them more
    than an initial. A known name of a single word counts only where a single one was typed.
    """
    fewer, more = (typed, known) if len(typed) <= len(known) else (known, typed)
    if not fewer or (fewer is known and len(known) < 2):
        return None
    left = list(more)
    total = len(more) - len(fewer)
    telling = False
    for word in sorted(fewer, key=len, reverse=True):
        best = min(
            (
                (likeness, other)
                for other in left
                if (likeness := _likeness(word, other, swapped=fewer is known)) is not None
            ),
            default=None,
        )
        if best is None:
            return None
        left.remove(best[1])
        telling = telling or best[0] is not Likeness.INITIAL
        total += best[0]
    return total if telling else None


def years_fit(typed: int | None, known: int | None) -> bool:
    """Tell whether two birth years may be those of one person."""
    return typed is None or known is None or abs(typed - known) <= YEARS_APART


def _likeness(word: str, other: str, *, swapped: bool) -> Likeness | None:
    if word == other:
        return Likeness.SAME
    if word[0] == other[0] and 1 in (len(word), len(other)):
        return Likeness.INITIAL
    typed, known = (other, word) if swapped else (word, other)
    if len(typed) > 1 and known.startswith(typed):
        return Likeness.BEGINS
    said, known_said = sound(typed), sound(known)
    if said == known_said and len(said) > 1:
        return Likeness.SOUNDS
    if len(said) >= _LEAST_SOUNDS and known_said.startswith(said) and len(typed) < len(known):
        return Likeness.SOUNDS
    return None
