"""What stands under Aide besides the help: one entry for each screen of this computer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpEntry:
    """A screen that is opened from the help.

    Attributes:
        page: its name, for `MainWindow.navigate`.
        icon: in resources/icons.
        title: what it is called.
        text: what one does there, in one sentence.
        locked: whether it can be opened while the notebook is closed.
        training: whether it is of any use in the training, whose notebook nobody opens again.
    """

    page: str
    icon: str
    title: str
    text: str
    locked: bool = False
    training: bool = True


def entries() -> tuple[HelpEntry, ...]:
    """Return the entries in their order on the screen."""
    return (
        HelpEntry(
            page="settings",
            icon="text-size",
            title=_tr("Réglages"),
            text=_tr("Taille du texte, couleurs, sons, lieu."),
            locked=True,
        ),
        HelpEntry(
            page="training",
            icon="people",
            title=_tr("S’entraîner"),
            text=_tr("Tout essayer avec des personnes inventées."),
            locked=True,
        ),
        HelpEntry(
            page="animateurs",
            icon="people",
            title=_tr("Qui ouvre cet ordinateur"),
            text=_tr("Ajouter ou retirer une personne, changer une phrase ou un code."),
            training=False,
        ),
        HelpEntry(
            page="copies",
            icon="paper",
            title=_tr("Copies de sécurité"),
            text=_tr("En faire une, ou revenir à une d’avant."),
            training=False,
        ),
        HelpEntry(
            page="technical",
            icon="info",
            title=_tr("Informations techniques"),
            text=_tr("À lire, puis à donner à la personne qui vous aide."),
            locked=True,
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("HelpEntry", text)
