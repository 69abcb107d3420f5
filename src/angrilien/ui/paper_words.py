"""What D5 says of a paper sheet, and its draft."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from angrilien.domain.paper import PaperSheet

_MOST: int = 999


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed and is no act: lines that nobody signed, the total, half a name."""

    absent: frozenset[int] = frozenset()
    total: str = ""
    typed: str = ""

    def to_text(self) -> str:
        """Return it as it is kept; empty where there is nothing to keep."""
        held = {"absent": sorted(self.absent), "total": self.total, "typed": self.typed}
        return json.dumps(held, ensure_ascii=False) if any(held.values()) else ""


def read_draft(text: str) -> Draft | None:
    """Return a draft; one that cannot be read is none."""
    try:
        held = json.loads(text)
        return Draft(
            absent=frozenset(int(number) for number in held["absent"]),
            total=str(held["total"]),
            typed=str(held["typed"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def keys() -> str:
    """Return what the keys do."""
    return _tr(
        "Entrée\u00a0: a signé. Suppr\u00a0: n’était pas là. N\u00a0: un autre nom sur la ligne."
    )


def free_label(number: int) -> str:
    """Return the label of the search for a free line."""
    return _tr("Ligne libre n°\u00a0{number}").format(number=number)


def free_hint() -> str:
    """Return what Enter and Suppr do in an empty search."""
    return _tr("Plus aucun nom\u202f? Entrée. Ligne vide au milieu\u202f? Suppr.")


def other_label(number: int) -> str:
    """Return the label of the search for another name on a line."""
    return _tr("Un autre nom à la ligne {number}").format(number=number)


def other_hint() -> str:
    """Return how the printed name stays."""
    return _tr("Échap\u00a0: le nom imprimé reste.")


def count(sheet: PaperSheet) -> str:
    """Return how many lines have somebody present."""
    if sheet.present == 1:
        return _tr("1 présence saisie")
    return _tr("{count} présences saisies").format(count=sheet.present)


def finished(present: int) -> str:
    """Return what is said once the sheet is typed."""
    if present == 1:
        return _tr("La feuille est saisie\u00a0: 1 présence.")
    return _tr("La feuille est saisie\u00a0: {count} présences.").format(count=present)


def closed() -> str:
    """Return what is said of a sheet that is ended."""
    return _tr("Cette feuille est terminée. Ce qui manque s’y corrige.")


def signed_before(number: int) -> str:
    """Return what is said when a signed line is taken away by one key."""
    return _tr("La ligne {number} est signée. Suppr encore une fois l’enlève.").format(
        number=number
    )


def undone() -> str:
    """Return what is announced after Ctrl+Z or Ctrl+Y."""
    return _tr("Le dernier geste est annulé.")


def total_problem(sheet: PaperSheet, typed: str) -> str:
    """Return why the total of the paper does not fit, empty where it does."""
    if not typed:
        return _tr("Écrivez le nombre de la feuille. S’il manque\u00a0: Entrée encore une fois.")
    if not typed.isdecimal() or int(typed) > _MOST:
        return _tr("Écrivez un nombre, par exemple 8.")
    present = sheet.present
    # Whoever signed on the screen only may have been counted, or not.
    if int(typed) in (present, sheet.workshop.present):
        return ""
    said = _tr("La feuille dit {total}, et {count} lignes ont une présence.")
    if present < 2:
        said = _tr("La feuille dit {total}, et {count} ligne a une présence.")
    again = _tr("Vérifiez, ou Entrée encore une fois.")
    return f"{said.format(total=int(typed), count=present)} {again}"


def photos(number: int) -> str:
    """Return how many photos of the sheet are kept."""
    if not number:
        return ""
    if number == 1:
        return _tr("1 photo jointe. Elle partira en dernier.")
    return _tr("{count} photos jointes. Elles partiront en dernier.").format(count=number)


def _tr(text: str) -> str:
    return QCoreApplication.translate("paper", text)
