"""How a reading is said, on every screen that takes one."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from angrilien.domain.codes import show_code
from angrilien.services.cards import Met

translate = QCoreApplication.translate


def number_words(number: str) -> str:
    """Return "Carte J7KW-VH52-GA"."""
    return translate("card", "Carte {number}").format(number=show_code(number))


def refused_words(met: Met) -> str:
    """Return why a reading leads to nobody, empty where it leads to somebody or could."""
    return {
        Met.OTHERS: translate("card", "C’est la carte d’un autre programme. Rien n’a changé."),
        Met.DAMAGED: translate("card", "La carte a été mal lue. Passez-la de nouveau."),
        Met.NO_CARD: translate("card", "Ce code n’est pas une carte. Rien n’a changé."),
    }.get(met, "")


def already_here_words(name: str) -> str:
    """Return "Odette Lefèvre est déjà là."."""
    return translate("card", "{name} est déjà là.").format(name=name)


def here_words(name: str) -> str:
    """Return "Odette Lefèvre est là."."""
    return translate("card", "{name} est là.").format(name=name)


def given_words(name: str, *, replaced: bool) -> str:
    """Return what is said once somebody has a card."""
    return (
        translate("card", "{name} a une nouvelle carte. L’ancienne ne sert plus.")
        if replaced
        else translate("card", "Cette carte est maintenant à {name}.")
    ).format(name=name)


def owned_words(names: list[str]) -> str:
    """Return whose a card is already: of one person, or of several."""
    return translate("card", "Cette carte est déjà à {names}.").format(
        names=translate("card", " et à ").join(names)
    )


def closed_words(state: str) -> str:
    """Return why the sheet in sight takes no card."""
    return (
        translate("card", "Cette feuille est terminée. La carte n’a rien changé.")
        if state == "closed"
        else translate("card", "Cet atelier n’a pas lieu. La carte n’a rien changé.")
    )
