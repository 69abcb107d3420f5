"""What has no place in a bilan: health, passwords, long numbers. It is only ever a gentle warning.

Health is data of a special category (GDPR, article 9). The words are few and plain on purpose: a
warning that comes without reason is soon read no more.
"""

from __future__ import annotations

import enum
import re
from typing import Final

from angrilien.domain.french import fold


class Kind(enum.Enum):
    """What a text seems to hold, in the order in which it is told."""

    ACCESS = "access"
    NUMBER = "number"
    HEALTH = "health"


_HEALTH: Final = frozenset(
    (
        *("alzheimer", "avc", "cancer", "chimio", "chimiotherapie", "demence", "depression"),
        *("depressif", "depressive", "diabete", "diabetique", "diagnostic", "epilepsie"),
        *("handicap", "handicapee", "hospitalise", "hospitalisee", "infarctus", "invalidite"),
        *("leucemie", "maladie", "medicament", "medicaments", "ordonnance", "parkinson"),
        *("psychiatre", "psychiatrique", "schizophrenie", "sclerose", "sida", "surdite"),
        *("toxicomane", "tumeur", "vih"),
    )
)
_HEALTH_OF_CARE: Final = re.compile(
    r"\b(?:sous traitement|enceinte|mal entendante?|mal voyante?)\b"
)
_ACCESS: Final = re.compile(
    r"\b(?:mots? de passe|mdp|codes? (?:pin|secrets?|confidentiels?))\b"
    # Its value is told: "est abc", or a word that holds a digit, or what stands after a colon.
    r"(?:[ \u00a0]est\b"
    r"|(?:[ \u00a0][^\W\d]+){0,3}[ \u00a0]*[:=][ \u00a0]*(?!on\b|nous\b|il\b|elle\b|à\b)\S"
    r"|[ \u00a0]\w*\d)|\bidentifiants?[ \u00a0]*[:=][ \u00a0]*\S+[@\d]",
    re.IGNORECASE,
)
_GAP: Final = "[ .\u00a0\u202f-]?"
_NUMBER: Final = re.compile(
    rf"(?<![\dA-Z])(?:(?:\d{_GAP}){{13,23}}|[12]{_GAP}(?:\d{_GAP}){{4}}2{_GAP}[AB]{_GAP}"
    rf"(?:\d{_GAP}){{6,8}})(?!\d)"
)
"""A social security number (13 or 15 signs), a bank card's (16), a French bank account's (23)."""
_PHONES: Final = re.compile(
    rf"(?<!\d)(?:0[1-9]{_GAP}(?:\d\d{_GAP}){{4}})(?!\d)|"
    rf"(?<!\d)(?:0[1-9]{_GAP}(?:\d\d{_GAP}){{4}})(?=0[1-9])"
)
_IBAN: Final = re.compile(r"\bFR\d\d(?:\s?[0-9A-Z]{4}){5}\s?[0-9A-Z]{1,3}\b", re.IGNORECASE)


def sensitive(text: str) -> tuple[Kind, ...]:
    """Return what a text seems to hold that should not be written, in the order of `Kind`."""
    found = []
    if _ACCESS.search(text):
        found.append(Kind.ACCESS)
    if _NUMBER.search(_PHONES.sub("☎ ", text)) or _IBAN.search(text):
        found.append(Kind.NUMBER)
    folded = fold(text)
    if _HEALTH.intersection(folded.split()) or _HEALTH_OF_CARE.search(folded):
        found.append(Kind.HEALTH)
    return tuple(found)
