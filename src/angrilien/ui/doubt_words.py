"""What two laptops wrote differently, in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from angrilien.services.doubts import Doubt, Option
from angrilien.ui.words import date_words, hours_between


def _tr(text: str) -> str:
    return QCoreApplication.translate("doubts", text)


def field_words(doubt: Doubt) -> str:
    """Return what the values are of."""
    return _fields().get((doubt.entity, doubt.names[0]), _tr("Une information"))


def value_words(doubt: Doubt, option: Option) -> str:
    """Return one of the values as it is shown."""
    said = dict(zip(doubt.names, option.values, strict=True))
    if "date" in said:
        hours = hours_between(said["starts_at"], said["ends_at"], said["tz"])
        return f"{date_words(said['date'])}, {hours}"
    if "state" in said:
        if said.get("mode") and said["state"] == "present":
            return _tr("a signé")
        return _states().get(str(said["state"]), _tr("autre"))
    told = [_one(value) for value in option.values if value not in (None, "", ())]
    return ", ".join(told) or _tr("rien")


def _one(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _fields() -> dict[tuple[str, str], str]:
    return {
        ("workshop", "title"): _tr("Titre"),
        ("workshop", "date"): _tr("Date et heures"),
        ("workshop", "state"): _tr("État de l’atelier"),
        ("workshop", "notes"): _tr("Notes"),
        ("workshop", "places"): _tr("Places"),
        ("participant", "first_name"): _tr("Prénom"),
        ("participant", "last_name"): _tr("Nom"),
        ("participant", "birth_year"): _tr("Année de naissance"),
        ("participant", "phone"): _tr("Téléphone"),
        ("participant", "insee"): _tr("Commune"),
        ("attendance", "state"): _tr("Présence"),
        ("session_note", "done"): _tr("Ce qui a été fait"),
        ("session_note", "hard"): _tr("Ce qui était difficile"),
        ("session_note", "next_time"): _tr("La prochaine fois"),
        ("follow_up", "text"): _tr("À faire"),
    }


def _states() -> dict[str, str]:
    return {
        "planned": _tr("prévu"),
        "open": _tr("ouvert"),
        "closed": _tr("terminé"),
        "cancelled": _tr("annulé"),
        "nobody": _tr("personne n’est venu"),
        "expected": _tr("pas encore là"),
        "present": _tr("est là"),
        "excused": _tr("ne viendra pas"),
        "removed": _tr("n’est pas de la liste"),
    }
