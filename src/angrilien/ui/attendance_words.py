"""How a présence is said on the screens and to the screen reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from angrilien.domain.french import short_date
from angrilien.domain.places import waiting
from angrilien.domain.rows import PersonRow, Roster, RosterRow
from angrilien.ui.words import hour_at

EXPECTED = "expected"
PRESENT = "present"
EXCUSED = "excused"
SCREEN = "screen"
PAPER = "paper"
UNABLE = "unable"

SEPARATOR = " · "
translate = QCoreApplication.translate


def name_of(row: RosterRow) -> str:
    """Return the name on a tile; a présence sans nom has that for a name."""
    return row.name or translate("attendance", "Présence sans nom")


def state_word(state: str, mode: str | None) -> str:
    """Return "est là", "a signé"… for a state and a way of signing."""
    if state == PRESENT:
        return {
            SCREEN: translate("attendance", "a signé"),
            PAPER: translate("attendance", "a signé sur papier"),
            UNABLE: translate("attendance", "n’a pas pu signer"),
        }.get(mode or "", translate("attendance", "est là"))
    return (
        translate("attendance", "ne viendra pas")
        if state == EXCUSED
        else translate("attendance", "pas encore là")
    )


def waiting_word() -> str:
    """Return what is said of somebody who waits for a place."""
    return translate("attendance", "en liste d’attente")


def tile_words(row: RosterRow, tz: str, *, waits: bool = False) -> str:
    """Return the second line of a tile: "a signé · 14 h 02"; `waits`: for a place."""
    parts = [waiting_word() if waits else state_word(row.state, row.mode)]
    if row.state == PRESENT and row.arrival is not None:
        parts.append(hour_at(row.arrival, tz))
    if row.state == PRESENT and row.departure is not None:
        parts.append(
            translate("attendance", "part à {hour}").format(hour=hour_at(row.departure, tz))
        )
    return SEPARATOR.join(parts)


def known_words(person: PersonRow, name: str) -> str:
    """Return somebody known in a line: "Odette Lefèvre · 1942 · Angrie · est là"."""
    parts = [name, str(person.birth_year or ""), person.commune]
    if person.state == PRESENT:
        parts.append(translate("attendance", "est là"))
    elif person.last_visit:
        day = short_date(dt.date.fromisoformat(person.last_visit))
        parts.append(translate("attendance", "dernier atelier le {day}").format(day=day))
    return SEPARATOR.join(part for part in parts if part)


def is_first_time(row: RosterRow) -> bool:
    """Tell whether "1re fois" is shown."""
    return bool(row.first_time) and row.state == PRESENT


def spoken(row: RosterRow, tz: str, name: str, *, waits: bool = False) -> str:
    """Return what a screen reader says of a tile: "Odette Lefèvre, a signé, 14 h 02"."""
    said = f"{name}, {tile_words(row, tz, waits=waits).replace(SEPARATOR, ', ')}"
    return f"{said}, {translate('attendance', 'première fois')}" if is_first_time(row) else said


def can_sign(row: RosterRow) -> bool:
    """Tell whether somebody is here, has a name and has not signed in any way."""
    return row.state == PRESENT and not row.mode and row.participant_id is not None


def may_end(roster: Roster, now: int) -> bool:
    """Tell whether all who are here have signed, and nobody is to come or its hour has passed."""
    workshop = roster.workshop
    if not workshop.present or any(can_sign(row) for row in roster.rows):
        return False
    return now >= workshop.ends_at or not any(row.state == EXPECTED for row in roster.rows)


def present_words(count: int) -> str:
    """Return what stands after the number of présences."""
    return (
        translate("attendance", "personne présente")
        if count < 2
        else translate("attendance", "personnes présentes")
    )


def count_words(roster: Roster) -> str:
    """Return "4 personnes présentes"."""
    return f"{roster.workshop.present} {present_words(roster.workshop.present)}"


def signed_words(count: int) -> str:
    """Return "4 émargements": on the screen, on paper, and those who could not sign."""
    words = (
        translate("attendance", "{count} émargement")
        if count < 2
        else translate("attendance", "{count} émargements")
    )
    return words.format(count=count)


def detail_words(roster: Roster) -> str:
    """Return "10 attendues · 4 émargements · 2 sans nom · 8 places" for the line under the number.

    It is empty for a list without anybody.
    """
    workshop = roster.workshop
    # A présence sans nom stands on the list too, and is shown apart.
    count = workshop.expected - workshop.anonymous
    expected = (
        translate("attendance", "{count} attendue")
        if count < 2
        else translate("attendance", "{count} attendues")
    )
    parts = [expected.format(count=count)] if count else []
    signed = workshop.signed + workshop.on_paper + workshop.unable
    if signed:
        parts.append(signed_words(signed))
    if workshop.anonymous:
        parts.append(translate("attendance", "{count} sans nom").format(count=workshop.anonymous))
    if workshop.places is not None:
        places = (
            translate("attendance", "{count} place")
            if workshop.places < 2
            else translate("attendance", "{count} places")
        )
        parts.append(places.format(count=workshop.places))
        turn = len(waiting(roster.rows, workshop.places))
        if turn:
            parts.append(translate("attendance", "{count} en attente").format(count=turn))
    return SEPARATOR.join(parts)


def act_words(
    before: RosterRow | None,
    after: RosterRow | None,
    roster: Roster,
    named: Callable[[RosterRow], str] = name_of,
) -> str:
    """Return what is announced after an act: "Odette Lefèvre, présence notée, 4 sur 10".

    Args:
        before: the line before the act, None where there was none.
        after: the line after it, None where there is none any more.
        roster: the list after it.
        named: how people are named on this screen.
    """
    row = after or before
    if row is None:
        return ""
    if after is None:
        done = translate("attendance", "n’est plus sur la liste")
    elif after.state != PRESENT:
        here = before is not None and before.state == PRESENT
        done = (
            translate("attendance", "présence retirée")
            if here
            else state_word(after.state, after.mode)
        )
    elif before is None or before.state != PRESENT:
        done = translate("attendance", "présence notée")
    else:
        done = state_word(after.state, after.mode)
    workshop = roster.workshop
    count = translate("attendance", "{present} sur {expected}").format(
        present=workshop.present, expected=max(workshop.expected, workshop.present)
    )
    return f"{named(row)}, {done}, {count}"
