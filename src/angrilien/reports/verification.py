"""What `angrilien verify` says, in plain French, for somebody who is no programmer."""

from __future__ import annotations

from typing import Final

from angrilien.domain.clock import local
from angrilien.domain.codes import show_code
from angrilien.domain.french import number
from angrilien.domain.verification import Fault, HeadingReport, Problem, Report, SheetReport
from angrilien.wire.sheet import fingerprint

_SENTENCES: Final = {
    Fault.NOT_AN_EXPORT: "ce fichier n’est pas un fichier de feuilles d’émargement",
    Fault.OTHER_PROGRAMME: "ce fichier est celui d’un autre programme",
    Fault.KEYS: "la liste de clés n’est pas signée par ce programme",
    Fault.LINE_UNREADABLE: "la ligne {where} du fichier a été modifiée, ou ne se lit pas",
    Fault.CERTIFICATE: "le certificat de la ligne {where} n’est pas signé par ce programme",
    Fault.NO_CERTIFICATE: "le programme n’a pas certifié l’ordinateur qui a signé",
    Fault.SIGNATURE: "la signature de l’ordinateur ne correspond pas à la feuille",
    Fault.VENUE: "l’ordinateur n’était pas autorisé pour ce lieu",
    Fault.LINES_MISSING: "une ligne manque, ou une ligne est en trop, à partir de la ligne {where}",
    Fault.LINE_CHANGED: "la ligne {where} a été modifiée",
    Fault.CHAIN: "une feuille manque avant celle-ci, ou l’ordre a été changé",
    Fault.RECEIPT: "le reçu du programme n’est pas valable",
    Fault.AMENDMENT: "la correction {where} a été modifiée",
    Fault.END_MISSING: "la fin du fichier manque",
    Fault.END: "la fin du fichier ne correspond pas à son contenu",
}


def lines(report: Report) -> list[str]:
    """Return the lines to print: one for each sheet, what is wrong under it, and the whole."""
    said: list[str] = []
    for place, sheet in enumerate(report.sheets, start=1):
        said.append(_sheet(place, sheet))
        if sheet.heading is not None:
            said.append(f"    {_heading(sheet, sheet.heading)}")
        said += [f"    ✘ {sentence(problem)}" for problem in sheet.problems]
    said += [f"✘ {capital(sentence(problem))}." for problem in report.problems]
    if report.sheets or report.is_right:
        said.append(_whole(report))
    return said


def printed(report: Report, wanted: str) -> tuple[str, bool]:
    """Return what is said of a printed sheet by its fingerprint, and whether it is confirmed."""
    for place, sheet in enumerate(report.sheets, start=1):
        if fingerprint(sheet.digest) != wanted:
            continue
        if sheet.problems:
            return f"✘ L’empreinte imprimée est celle de la feuille {place}, qui a changé.", False
        said = f"✔ L’empreinte imprimée est celle de la feuille {place} : rien n’y a changé."
        if sheet.amendments:
            said += f" Sous elle : {_corrections(sheet)}."
        return said, True
    return "✘ Aucune feuille de ce fichier n’a l’empreinte imprimée.", False


def sentence(problem: Problem) -> str:
    """Return a problem in words, without its capital and its full stop."""
    return _SENTENCES[problem.fault].format(where=problem.where)


def capital(text: str) -> str:
    """Return a text with a capital."""
    return text[:1].upper() + text[1:]


def _sheet(place: int, sheet: SheetReport) -> str:
    date = "/".join(reversed(sheet.date.split("-")))
    parts = [
        f"{'✘' if sheet.problems else '✔'} Feuille {place}, atelier du {date}",
        f"lieu {sheet.venue_code or 'inconnu'}",
        _presences(sheet),
        f"terminée le {_moment(sheet.closed_at, sheet.tz)}",
        f"empreinte {show_code(fingerprint(sheet.digest))}",
    ]
    if sheet.received_at is not None:
        parts.append(f"reçue par le programme le {_moment(sheet.received_at, sheet.tz)}")
    elif not sheet.has_receipt:
        parts.append("sans reçu du programme : la date ne repose que sur l’ordinateur")
    if sheet.erased:
        plural = "s" if len(sheet.erased) > 1 else ""
        parts.append(f"{len(sheet.erased)} ligne{plural} effacée{plural} à la demande")
    if sheet.amendments:
        parts.append(_corrections(sheet))
    return ", ".join(parts) + "."


def _corrections(sheet: SheetReport) -> str:
    return f"{sheet.amendments} correction{'s' if sheet.amendments > 1 else ''}"


def _presences(sheet: SheetReport) -> str:
    said = f"{number(sheet.present)} présence{'s' if sheet.present > 1 else ''}"
    return f"{said} dont {number(sheet.anonymous)} sans nom" if sheet.anonymous else said


def _heading(sheet: SheetReport, heading: HeadingReport) -> str:
    parts = [
        f"« {heading.title} »",
        f"de {_hour(sheet.starts_at, sheet.tz)} à {_hour(sheet.ends_at, sheet.tz)}",
        *(part for part in (heading.venue, heading.address, heading.commune) if part),
    ]
    if heading.facilitators:
        parts.append(f"animation : {heading.facilitators}")
    if heading.after_the_fact:
        parts.append("saisi après coup")
    return ", ".join(parts) + "."


def _whole(report: Report) -> str:
    count = len(report.sheets)
    sheets = f"{number(count)} feuille{'s' if count > 1 else ''}"
    if report.is_right:
        return f"Tout est juste : {sheets}, rien n’a été changé depuis leur fin."
    return f"Ce fichier n’est pas juste ({sheets}). Ne vous y fiez pas."


def _moment(instant: int, tz: str) -> str:
    return f"{local(instant, tz):%d/%m/%Y} à {_hour(instant, tz)}"


def _hour(instant: int, tz: str) -> str:
    moment = local(instant, tz)
    return f"{moment.hour} h {moment:%M}"
