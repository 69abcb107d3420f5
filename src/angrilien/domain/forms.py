"""What is typed in the forms of a workshop and of a person, and the rules that accept it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from unicodedata import category

from angrilien.domain import vocab
from angrilien.domain.clock import at_local
from angrilien.domain.typed import read_date, read_hour
from angrilien.errors import (
    EndBeforeStart,
    FieldProblem,
    Missing,
    NameMissing,
    NotANumber,
    NotAYear,
    NoTheme,
    TooLong,
)

NAME_LIMIT = 100
TITLE_LIMIT = 150
TEXT_LIMIT = 10_000
LONGEST_MINUTES = 12 * 60
"""An end on the next day is accepted up to 12 hours after the start."""
# By category, not `str.isprintable`, which refuses joiners and emoji younger than this Python.
_SPACES = frozenset({"Cc", "Cs", "Zs", "Zl", "Zp"})
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopForm:
    """D3 as typed: date and hours are free texts, `venue_id` comes from a list."""

    title: str = ""
    themes: tuple[str, ...] = ()
    date: str = ""
    start: str = ""
    end: str = ""
    venue_id: str = ""
    level: str = ""
    places: str = ""
    notes: str = ""
    expected: tuple[str, ...] = ()
    """Ids of the participants expected."""
    also: tuple[str, ...] = ()
    """ISO dates of the other days on which the same takes place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTimes:
    """The times of a workshop, read: local date, instants in milliseconds UTC."""

    date: dt.date
    starts_at: int
    ends_at: int

    @property
    def minutes(self) -> int:
        """Return the duration in minutes."""
        return (self.ends_at - self.starts_at) // 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm:
    """D4b as typed. First name or last name is enough; birth year or age band, never both."""

    first_name: str = ""
    last_name: str = ""
    birth_year: str = ""
    band: str = ""
    insee: str = ""
    postcode: str = ""
    commune: str = ""
    """The name as typed: with `insee` empty, it says that the commune is not in the list."""
    phone: str = ""
    gender: str = ""
    status: str = ""
    card: str = ""
    """The numéro of the card that this person is given, empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousForm:
    """Présence sans nom: everything is optional."""

    gender: str = ""
    band: str = ""
    status: str = ""
    been_before: bool = False


def clean(typed: str) -> str:
    """Return a one-line text without spaces at its ends and with single spaces inside.

    Every script and emoji stays as typed, the joiners and marks that they need included. Control
    characters and lone surrogates go; so do the direction overrides, which would turn around what
    stands beside the text. A text of which nothing would be seen is empty.
    """
    kept = "".join(" " if category(c) in _SPACES else c for c in typed if c not in _OVERRIDES)
    if all(category(c) in ("Cf", "Zs") for c in kept):
        return ""
    return " ".join(kept.split())


def storable(typed: str) -> str:
    """Return a text of several lines as typed, without what no file can hold.

    That is a NUL and a lone surrogate, which a paste or half an emoji can leave behind.
    """
    return typed.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def workshop_problems(form: WorkshopForm, today: dt.date, zone: str) -> list[FieldProblem]:
    """Return every problem of the form, one per field, in the order of the screen."""
    problems: list[FieldProblem] = []
    title = clean(form.title)
    if not title:
        problems.append(Missing("title"))
    elif len(title) > TITLE_LIMIT:
        problems.append(TooLong("title", limit=TITLE_LIMIT))
    if not form.themes:
        problems.append(NoTheme("themes"))
    problems += _time_problems(form, today, zone)
    if not form.venue_id:
        problems.append(Missing("venue_id"))
    places = form.places.strip()
    if places and not (len(places) <= 3 and places.isdecimal() and int(places) > 0):
        problems.append(NotANumber("places", low=1, high=999))
    if len(form.notes) > TEXT_LIMIT:
        problems.append(TooLong("notes", limit=TEXT_LIMIT))
    return problems


def _time_problems(form: WorkshopForm, today: dt.date, zone: str) -> list[FieldProblem]:
    problems = []
    for read in (
        lambda: read_date(form.date, today),
        lambda: read_hour(form.start, field="start"),
        lambda: read_hour(form.end, field="end"),
    ):
        try:
            read()
        except FieldProblem as problem:
            problems.append(problem)
    if not problems:
        try:
            planned_times(form, today, zone)
        except FieldProblem as problem:
            problems.append(problem)
    return problems


def planned_times(form: WorkshopForm, today: dt.date, zone: str) -> PlannedTimes:
    """Read date and hours in the venue's zone.

    An end that is not after the start is on the next day, if that makes at most 12 hours.

    Raises:
        NotADate, NotAnHour: as `typed` says.
        EndBeforeStart: the end is not after the start, and on the next day it is too far.
    """
    day = read_date(form.date, today)
    start, end = read_hour(form.start, field="start"), read_hour(form.end, field="end")
    starts_at = at_local(day, start, zone)
    ends_at = at_local(day, end, zone)
    if ends_at <= starts_at:
        ends_at = at_local(day + dt.timedelta(days=1), end, zone)
        if (ends_at - starts_at) // 60_000 > LONGEST_MINUTES:
            raise EndBeforeStart("end")
    return PlannedTimes(date=day, starts_at=starts_at, ends_at=ends_at)


def person_problems(form: PersonForm, today: dt.date) -> list[FieldProblem]:
    """Return every problem of the form, one per field, in the order of the screen.

    An unknown commune is found by `services.people`, which has the list.
    """
    problems: list[FieldProblem] = []
    first, last = clean(form.first_name), clean(form.last_name)
    if not first and not last:
        problems.append(NameMissing("first_name"))
    problems += [
        TooLong(field, limit=NAME_LIMIT)
        for field, name in (("first_name", first), ("last_name", last))
        if len(name) > NAME_LIMIT
    ]
    year = form.birth_year.strip()
    if year and not (
        len(year) == 4 and year.isdecimal() and today.year - 120 <= int(year) <= today.year
    ):
        problems.append(NotAYear("birth_year"))
    if len(clean(form.phone)) > 30:
        problems.append(TooLong("phone", limit=30))
    return problems


def vocabulary(value: str, allowed: tuple[str, ...]) -> str | None:
    """Return a vocabulary code, or None where nothing was chosen.

    Raises:
        ValueError: a screen offered a value that is not in the vocabulary (our own mistake).
    """
    if not value:
        return None
    if value not in allowed:
        raise ValueError("not a word of this vocabulary")
    return value


def band_at(birth_year: int | None, band: str | None, in_year: int) -> str | None:
    """Return the age band to freeze on an attendance of that year, None where it is not known."""
    if birth_year is not None:
        return vocab.age_band(birth_year, in_year)
    return band
