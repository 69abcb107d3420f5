"""Sentences of errors, and the way days and hours are said on the screens."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QCoreApplication

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.errors import KnownError


def problem_text(error: KnownError) -> str:
    """Return an error's sentence, translated and filled in."""
    return error.text(QCoreApplication.translate("KnownError", error.sentence))


def button_text(error: KnownError) -> str:
    """Return the label of the one way out of an error, translated; empty where there is none."""
    return QCoreApplication.translate("KnownError", error.button) if error.button else ""


def capital(text: str) -> str:
    """Return a text with a capital at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


def in_mention(text: str) -> str:
    """Return a button's words as they stand in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def hour_at(instant: int, zone: str) -> str:
    """Return "14 h 02" for an instant in a zone."""
    return french.hour(local(instant, zone))


def hours_between(starts_at: int, ends_at: int, zone: str) -> str:
    """Return "de 14 h 00 à 16 h 00"."""
    sentence = QCoreApplication.translate("words", "de {start} à {end}")
    return sentence.format(start=hour_at(starts_at, zone), end=hour_at(ends_at, zone))


def date_words(iso: str) -> str:
    """Return "mercredi 25 novembre 2026" for an ISO date."""
    return french.long_date(dt.date.fromisoformat(iso))


def day_words(iso: str, today: dt.date) -> str:
    """Return "aujourd’hui", "hier" or the date in words for an ISO date."""
    return french.day_words(dt.date.fromisoformat(iso), today)
