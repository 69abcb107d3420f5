"""The visible mention that a correction of an ended sheet leaves, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from angrilien.domain import french
from angrilien.domain.amendment import ADD, WITHDRAW, Statement, Value
from angrilien.domain.clock import local
from angrilien.domain.rows import AmendmentRow
from angrilien.ui.words import hour_at

_HOURS = ("arrival", "departure")


def mention(made: AmendmentRow, tz: str) -> str:
    """Return all that stands under the sheet: which line, when, by whom, what, why."""
    moment = local(made.made_at, tz)
    if made.number is None:
        head = _tr("Ligne ajoutée le {date} à {hour} par {name}.")
    else:
        head = _tr("Ligne {number}, corrigée le {date} à {hour} par {name}.")
    said = head.format(
        number=made.number,
        date=moment.strftime("%d/%m/%Y"),
        hour=french.hour(moment),
        name=made.facilitator,
    )
    if made.statement is None:
        return f"{said} {_tr('Effacée à la demande de la personne.')}"
    why = _tr("Raison\u00a0: {reason}").format(reason=made.reason)
    return f"{said} {statement_words(made.statement, tz)} {why}"


def statement_words(statement: Statement, tz: str) -> str:
    """Return what a correction says."""
    if statement.kind == WITHDRAW:
        return _tr("Cette personne n’était pas là.")
    if statement.kind == ADD:
        name = f"{statement.line.get('first_name', '')} {statement.line.get('last_name', '')}"
        said = _tr("Était là aussi\u00a0: {name}").format(name=name.strip())
        arrival = statement.line.get("arrival", "")
        if isinstance(arrival, int):
            hours = _tr("arrivée {hour}").format(hour=hour_at(arrival, tz))
            return f"{said}, {hours}."
        return f"{said}."
    parts = [
        _tr("{field}\u00a0: «\u00a0{before}\u00a0» devient «\u00a0{after}\u00a0»").format(
            field=_field(name),
            before=_value(name, before, tz),
            after=_value(name, after, tz),
        )
        for name, before, after in statement.changes
    ]
    return f"{', '.join(parts)}."


def _field(name: str) -> str:
    return {
        "last_name": _tr("Nom"),
        "first_name": _tr("Prénom"),
        "arrival": _tr("Arrivée"),
        "departure": _tr("Départ"),
    }.get(name, name)


def _value(name: str, value: Value, tz: str) -> str:
    if name in _HOURS and isinstance(value, int):
        return hour_at(value, tz)
    return str(value) or _tr("rien")


def _tr(text: str) -> str:
    return QCoreApplication.translate("amendment", text)
