"""The words of D9: what there is, in which state, and why something is to be mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.sending import STUMBLED, SendingGroup, SendingItem
from angrilien.ui.words import capital


class Mend(Enum):
    """Where the one button of something to mend leads."""

    SHEET = "sheet"
    """The sheet of the workshop."""
    CORRECT = "correct"
    """The correction of a closed sheet."""
    DETAILS = "details"
    """What to read out to the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is to be mended, who mends it, and the button of it."""

    why: str
    who: str
    button: str
    mend: Mend


def item_words(item: SendingItem) -> str:
    """Return "3 présences", "1 émargement", "feuille d’émargement"."""
    one, many = _counted(item.kind)
    return (one if item.count == 1 else many).replace("{count}", french.number(item.count))


def items_words(items: Sequence[SendingItem]) -> str:
    """Return "feuille d’émargement, 3 présences, bilan"."""
    return ", ".join(item_words(item) for item in items)


def when_words(group: SendingGroup) -> str:
    """Return "Mercredi 25 novembre 2026 · L’Angri’lien"."""
    day = capital(french.long_date(dt.date.fromisoformat(group.date)))
    return " · ".join(part for part in (day, group.venue) if part)


def kept_words(received_at: int, tz: str, today: dt.date) -> str:
    """Return "Feuille gardée par le programme hier à 16 h 04"."""
    kept = local(received_at, tz)
    said = _tr("Feuille gardée par le programme {day} à {hour}.")
    day = french.day_words(kept.date(), today)
    return said.format(day=day, hour=french.hour(kept))


def state_words(group: SendingGroup) -> str:
    """Return "2 éléments à corriger", "12 éléments ici" or "Tout est envoyé"."""
    if group.to_fix:
        return _plural(
            group.to_fix, _tr("1 élément à corriger"), _tr("{count} éléments à corriger")
        )
    if group.waiting:
        return _plural(group.waiting, _tr("1 élément ici"), _tr("{count} éléments ici"))
    return _tr("Tout est envoyé")


def reason(code: str, *, ended: bool, in_a_workshop: bool) -> Reason:
    """Return why something is held, in words.

    Args:
        code: of docs/protocol.md, or `STUMBLED`.
        ended: the sheet of its workshop is closed.
        in_a_workshop: it belongs to one.
    """
    make = _REASONS.get(code, _unknown)
    why, who, mend = make()
    if mend is Mend.CORRECT and not ended:
        mend = Mend.SHEET
    if mend is Mend.SHEET and not in_a_workshop:
        mend = Mend.DETAILS
    button = {
        Mend.SHEET: _tr("Voir la feuille"),
        Mend.CORRECT: _tr("Corriger la feuille"),
        Mend.DETAILS: _tr("Voir les détails"),
    }[mend]
    return Reason(why=why, who=who, button=button, mend=mend)


def _counted(kind: str) -> tuple[str, str]:
    return {
        "present": (_tr("1 présence"), _tr("{count} présences")),
        "expected": (_tr("1 personne attendue"), _tr("{count} personnes attendues")),
        "absent": (_tr("1 absence"), _tr("{count} absences")),
        "signature": (_tr("1 émargement"), _tr("{count} émargements")),
        "sheet": (_tr("feuille d’émargement"),) * 2,
        "amendment": (_tr("corrections de la feuille"),) * 2,
        "note": (_tr("bilan"),) * 2,
        "photo": (_tr("1 photo"), _tr("{count} photos")),
        "follow_up": (_tr("1 chose à faire"), _tr("{count} choses à faire")),
        "workshop": (_tr("fiche de l’atelier"),) * 2,
        "person": (_tr("1 personne"), _tr("{count} personnes")),
        "facilitator": (_tr("1 personne qui anime"), _tr("{count} personnes qui animent")),
        "alias": (_tr("1 rapprochement"), _tr("{count} rapprochements")),
    }[kind]


_Told = tuple[str, str, Mend]


def _programme_mends() -> str:
    return _tr("Le programme peut l’arranger. Appelez-le.")


def _by_itself() -> str:
    return _tr("Cela s’arrange tout seul. Vous n’avez rien à faire.")


def _venue_unknown() -> _Told:
    return (_tr("Le programme ne connaît pas ce lieu."), _programme_mends(), Mend.DETAILS)


def _venue_not_yours() -> _Told:
    why = _tr("Cet ordinateur n’est pas inscrit pour ce lieu.")
    return (why, _programme_mends(), Mend.DETAILS)


def _workshop_unknown() -> _Told:
    why = _tr("Le programme attend encore l’atelier dont cela fait partie.")
    return (why, _by_itself(), Mend.SHEET)


def _sheet_unknown() -> _Told:
    why = _tr("Le programme attend encore la feuille dont cela fait partie.")
    return (why, _by_itself(), Mend.SHEET)


def _revoked() -> _Told:
    why = _tr("Cet ordinateur n’est plus autorisé.")
    return (why, _tr("Appelez le programme. Tout est gardé."), Mend.DETAILS)


def _bad_seal() -> _Told:
    why = _tr("La feuille reçue n’est pas celle qui a été terminée ici.")
    return (why, _tr("Appelez le programme avec la feuille sous les yeux."), Mend.SHEET)


def _frozen() -> _Told:
    why = _tr("La feuille est terminée\u00a0: elle ne change plus.")
    return (why, _tr("Une correction visible peut s’y ajouter."), Mend.CORRECT)


def _unknown_entity() -> _Told:
    why = _tr("Le programme ne sait pas encore lire cela.")
    return (why, _tr("Il le lira après sa mise à jour."), Mend.DETAILS)


def _unreadable() -> _Told:
    return (_tr("Le programme n’arrive pas à lire cela."), _programme_mends(), Mend.DETAILS)


def _server_error() -> _Told:
    why = _tr("Le programme a eu un problème en rangeant cela.")
    return (why, _tr("Il essaie encore de lui-même."), Mend.DETAILS)


def _stumbled() -> _Told:
    why = _tr("Le programme n’arrive pas à recevoir cela.")
    return (why, _tr("Le reste est parti. Nouvel essai toutes les heures."), Mend.DETAILS)


def _unknown() -> _Told:
    why = _tr("Le programme a mis cela de côté.")
    return (why, _programme_mends(), Mend.DETAILS)


_REASONS: Final[dict[str, Callable[[], _Told]]] = {
    "venue_unknown": _venue_unknown,
    "venue_not_yours": _venue_not_yours,
    "workshop_unknown": _workshop_unknown,
    "sheet_unknown": _sheet_unknown,
    "revoked": _revoked,
    "bad_seal": _bad_seal,
    "frozen": _frozen,
    "unknown_entity": _unknown_entity,
    "unreadable": _unreadable,
    "server_error": _server_error,
    STUMBLED: _stumbled,
}


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.replace("{count}", french.number(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("sending_words", text)
