"""Planning workshops, opening today's, cancelling one, and saying that nobody came."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import replace

from angrilien.domain import vocab
from angrilien.domain.clock import local
from angrilien.domain.codes import make_code
from angrilien.domain.entities import Facilitator, Workshop, WorkshopFacilitator
from angrilien.domain.forms import (
    PlannedTimes,
    WorkshopForm,
    clean,
    planned_times,
    storable,
    vocabulary,
    workshop_problems,
)
from angrilien.domain.rows import Planned, Roster, ThemeRow, TodayView, TodoRow, VenueRow
from angrilien.errors import (
    FieldProblem,
    NoTheme,
    UnknownTheme,
    UnknownVenue,
    WorkshopGone,
)
from angrilien.services import attendance, doubts, paper, planned, reference
from angrilien.services.deeds import SomebodyIsHere, require_open
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.services.venues import CHOSEN
from angrilien.store import facts, log, workshops
from angrilien.store.store import Act
from angrilien.wire.ids import new_id

UNPLANNED_TITLE = "Atelier imprévu"
UNPLANNED_MINUTES = 120


def today(nb: Notebook) -> TodayView:
    """Return D1: the workshops of today, those still open from yesterday's night, and À faire."""
    day, home = nb.today(), nb.home()
    yesterday, now = (day - dt.timedelta(days=1)).isoformat(), nb.clock.now()
    papers = paper.waiting(nb)
    unclear = doubts.count(nb)
    with nb.store.read() as connection:
        near = workshops.on_days(connection, yesterday, day.isoformat())
        near += planned.between(nb, connection, day.isoformat(), day.isoformat())
        near.sort(key=lambda row: (row.starts_at, row.id))
        later = workshops.coming(connection, day.isoformat(), 3)
        later += planned.coming(nb, connection, day.isoformat(), 3)
        later.sort(key=lambda row: (row.starts_at, row.id))
        person = log.read(connection, Facilitator, nb.facilitator_id)
        return TodayView(
            facilitator=person.name if person else "",
            venue=home,
            workshops=tuple(w for w in near if w.date == day.isoformat() or w.ends_at > now),
            todos=(
                *(() if not unclear else (_unclear(unclear),)),
                *paper.with_papers(workshops.todos(connection, day.isoformat(), now), papers),
            ),
            next=tuple(later[:3]),
        )


def venues(nb: Notebook) -> tuple[VenueRow, ...]:
    """Return the venues this laptop may write for, the home venue first."""
    return nb.own_venues()


def choose_venue(nb: Notebook, venue_id: str) -> tuple[VenueRow, ...]:
    """Propose new workshops at this venue from now on; return the laptop's venues, it first.

    Raises:
        UnknownVenue: the laptop does not write for it any more.
    """
    if venue_id not in {venue.id for venue in nb.own_venues()}:
        raise UnknownVenue("venue_id")
    with nb.store.write() as connection:
        facts.put(connection, CHOSEN, venue_id)
    nb.venues_changed()
    return nb.own_venues()


def themes() -> tuple[ThemeRow, ...]:
    """Return the programme's catalogue of themes."""
    return reference.themes()


def check(nb: Notebook, form: WorkshopForm) -> tuple[FieldProblem, ...]:
    """Return what D3 must correct, one problem per field."""
    problems = workshop_problems(form, nb.today(), _zone(nb, form.venue_id))
    if not {theme.code for theme in themes()}.issuperset(form.themes):
        problems.append(UnknownTheme("themes"))
    if form.venue_id and form.venue_id not in {venue.id for venue in nb.own_venues()}:
        problems.append(UnknownVenue("venue_id"))
    return tuple(problems)


def overlaps(nb: Notebook, form: WorkshopForm, *, apart: str = "") -> tuple[str, ...]:
    """Return the titles of the workshops at the same time; none while hours cannot be read."""
    try:
        times = planned_times(form, nb.today(), _zone(nb, form.venue_id))
    except FieldProblem:
        return ()
    return _overlaps(nb, times.starts_at, times.ends_at, apart)


def _overlaps(nb: Notebook, starts_at: int, ends_at: int, apart: str = "") -> tuple[str, ...]:
    with nb.store.read() as connection:
        found = workshops.overlapping(connection, starts_at, ends_at, apart)
        # A day before and after: the dates are those of each venue, the instants are not.
        day = dt.timedelta(days=1)
        first = (dt.datetime.fromtimestamp(starts_at / 1000, dt.UTC) - day).date().isoformat()
        last = (dt.datetime.fromtimestamp(ends_at / 1000, dt.UTC) + day).date().isoformat()
        there = planned.between(nb, connection, first, last)
    found += [
        row.title
        for row in there
        if row.starts_at < ends_at and row.ends_at > starts_at and row.id != apart
    ]
    return tuple(found)


def plan(nb: Notebook, form: WorkshopForm) -> Planned:
    """Write a planned workshop with the people expected at it, and those of its other dates.

    A past date is accepted and marked as entered after the fact.

    Raises:
        FormProblems: some fields cannot be accepted; nothing was written.
    """
    problems = check(nb, form)
    if problems:
        raise FormProblems(problems)
    zone, today = _zone(nb, form.venue_id), nb.today()
    days = dict.fromkeys(form.also)
    times = [planned_times(form, today, zone)]
    times += [planned_times(replace(form, date=day), today, zone) for day in days]
    same_time = dict.fromkeys(
        title for each in times for title in _overlaps(nb, each.starts_at, each.ends_at)
    )
    with nb.store.act(nb.stamp()) as act:
        written = [_plan_one(nb, act, form, each, zone) for each in times]
    return Planned(workshop_id=written[0], overlaps=tuple(same_time), times=len(written))


def _plan_one(nb: Notebook, act: Act, form: WorkshopForm, times: PlannedTimes, zone: str) -> str:
    workshop = Workshop(
        id=new_id(),
        venue_id=form.venue_id,
        date=times.date.isoformat(),
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        tz=zone,
        state="planned",
        themes=form.themes,
        level=vocabulary(form.level, vocab.LEVELS),
        place="lieu_activite",
        places=int(form.places) if form.places.strip() else None,
        code=make_code(secrets.choice),
        after_the_fact=times.date < nb.today(),
        title=clean(form.title),
        notes=storable(form.notes).strip() or None,
    )
    _put_new(nb, act, workshop)
    act.put(
        *(attendance.new_line(act, workshop, person) for person in dict.fromkeys(form.expected))
    )
    return workshop.id


def start_unplanned(nb: Notebook) -> str:
    """Write a workshop that begins now and is open; return its id. Its title can be changed."""
    home = nb.home()
    start = local(nb.clock.now(), home.tz).replace(second=0, microsecond=0)
    starts_at = int(start.timestamp() * 1000)
    workshop = Workshop(
        id=new_id(),
        venue_id=home.id,
        date=start.date().isoformat(),
        starts_at=starts_at,
        ends_at=starts_at + UNPLANNED_MINUTES * 60_000,
        tz=home.tz,
        state="open",
        themes=(),
        place="lieu_activite",
        code=make_code(secrets.choice),
        title=UNPLANNED_TITLE,
    )
    with nb.store.act(nb.stamp()) as act:
        _put_new(nb, act, workshop)
    return workshop.id


def open_workshop(nb: Notebook, workshop_id: str) -> Roster:
    """Open a planned workshop (an open or closed one stays as it is) and return its tiles."""
    planned.take_up(nb, workshop_id)
    with nb.store.act(nb.stamp()) as act:
        workshop = act.read(Workshop, workshop_id)
        if workshop is None:
            raise WorkshopGone
        if workshop.state in ("planned", "cancelled"):
            act.put(replace(workshop, state="open"))
    return attendance.roster(nb, workshop_id)


def set_themes(nb: Notebook, workshop_id: str, themes: tuple[str, ...]) -> None:
    """Note which themes a workshop was about in the end.

    Raises:
        FormProblems: none is chosen; nothing was written.
        UnknownTheme: one is not in the catalogue.
        WorkshopGone: there is none of this id.
    """
    if not themes:
        raise FormProblems([NoTheme("themes")])
    if not {theme.code for theme in reference.themes()}.issuperset(themes):
        raise UnknownTheme("themes")
    with nb.store.act(nb.stamp()) as act:
        workshop = act.read(Workshop, workshop_id)
        if workshop is None:
            raise WorkshopGone
        if workshop.themes != themes:
            act.put(replace(workshop, themes=themes))


def cancel(nb: Notebook, workshop_id: str) -> None:
    """Cancel a workshop; it stays in the calendar as cancelled, and can be opened again.

    Raises:
        SheetAlreadyClosed: it was held.
        SomebodyIsHere: somebody is noted present, perhaps on another laptop.
    """
    planned.take_up(nb, workshop_id)
    with nb.store.act(nb.stamp()) as act:
        workshop = require_open(act, workshop_id)
        _require_nobody(act, workshop_id)
        act.put(replace(workshop, state="cancelled"))


def restore(nb: Notebook, workshop_id: str) -> None:
    """Plan a cancelled workshop again; any other stays as it is.

    Raises:
        WorkshopGone: there is none of this id.
    """
    with nb.store.act(nb.stamp()) as act:
        workshop = act.read(Workshop, workshop_id)
        if workshop is None:
            raise WorkshopGone
        if workshop.state == "cancelled":
            act.put(replace(workshop, state="planned"))


def nobody_came(nb: Notebook, workshop_id: str) -> None:
    """Close a workshop to which nobody came.

    Raises:
        SheetAlreadyClosed: its sheet is closed already.
        SomebodyIsHere: somebody is noted present, perhaps on another laptop.
    """
    planned.take_up(nb, workshop_id)
    with nb.store.act(nb.stamp()) as act:
        workshop = require_open(act, workshop_id)
        _require_nobody(act, workshop_id)
        act.put(replace(workshop, state="nobody"))


def _unclear(count: int) -> TodoRow:
    """Return the line that leads to what two laptops left to a person."""
    return TodoRow(kind="doubt", id="", text=str(count), date="")


def _require_nobody(act: Act, workshop_id: str) -> None:
    listed = workshops.attendances(act.connection, workshop_id)
    if any(line.state == "present" for line in listed):
        raise SomebodyIsHere


def _put_new(nb: Notebook, act: Act, workshop: Workshop) -> None:
    lead = WorkshopFacilitator(
        id=new_id(),
        workshop_id=workshop.id,
        facilitator_id=nb.facilitator_id,
        role="lead",
    )
    act.put(workshop, lead)


def _zone(nb: Notebook, venue_id: str) -> str:
    return next((v.tz for v in nb.own_venues() if v.id == venue_id), nb.home().tz)
