"""What a notice says, and the word that puts it away."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.notices import Notice, NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """A notice in words: what is so, what to do, and the button that hides it for this time.

    `page` is the screen that the button opens as well, where there is one.
    """

    lead: str
    rest: str
    button: str
    page: str = ""


def words_of(notice: Notice, tz: str) -> NoticeWords:
    """Return the words of a notice.

    Args:
        notice: what there is to say.
        tz: the zone in which days and hours are said.
    """
    if notice.kind is NoticeKind.LOST:
        return NoticeWords(
            lead=_tr("Des gestes enregistrés ne sont plus dans le cahier."),
            rest=_tr(
                "Le fichier a été remplacé, ou le disque l’a abîmé. "
                "Une copie de sécurité les a peut-être."
            ),
            button=_tr("Voir les copies"),
            page="copies",
        )
    if notice.kind is NoticeKind.FULL:
        return NoticeWords(
            lead=_tr("Le disque de cet ordinateur est presque plein."),
            rest=_tr("Libérez de la place\u00a0: videz la corbeille, par exemple."),
            button=_tr("J’ai compris"),
        )
    if notice.kind is NoticeKind.CLOUD:
        lead = _tr("Le dossier d’Angrilien est gardé par {name}.").format(name=notice.name)
        return NoticeWords(
            lead=lead,
            rest=_tr(
                "Deux copies du cahier peuvent se gêner. "
                "Demandez à la personne qui vous aide de le déplacer."
            ),
            button=_tr("J’ai compris"),
        )
    if notice.kind is NoticeKind.REPORT:
        return NoticeWords(
            lead=_tr("Angrilien a rencontré un problème. Rien n’est perdu."),
            rest=_tr("Un rapport sans aucun nom peut aider à le corriger."),
            button=_tr("Voir le rapport"),
            page="technical",
        )
    moment = local(notice.at, tz)
    said = _tr("Elle indique\u00a0: {day}, {hour}.")
    said = said.format(day=french.long_date(moment.date()), hour=french.hour(moment))
    advice = _tr(
        "Si ce n’est pas juste, corrigez-la dans les réglages de l’ordinateur. "
        "Vous pouvez continuer\u00a0: rien n’est perdu."
    )
    return NoticeWords(
        lead=_tr("L’horloge de cet ordinateur est peut-être fausse."),
        rest=f"{said}\n{advice}",
        button=_tr("L’heure est juste"),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("notices", text)
