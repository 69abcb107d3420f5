"""What the programme planned for a venue of ours, until somebody here takes it up.

Nothing is written for it: it is shown beside what was planned here. Opening it, cancelling it or
looking at its list makes it a workshop like any other, under the id that the programme gave it.
"""

from __future__ import annotations

from typing import Any

from angrilien.domain.entities import Workshop, WorkshopFacilitator
from angrilien.domain.rows import VenueRow, WorkshopRow
from angrilien.services.notebook import Notebook
from angrilien.store import bundles, workshops
from angrilien.wire.bundle import BundleWorkshop
from angrilien.wire.ids import new_id


def between(nb: Notebook, connection: Any, first: str, last: str) -> list[WorkshopRow]:
    """Return what is planned of the local dates `first` to `last` and not taken up yet."""
    listed = [(venue, one) for venue, one in _listed(nb, connection) if first <= one.date <= last]
    taken = workshops.some(connection, [one.id for _, one in listed])
    return [_row(venue, one) for venue, one in listed if one.id not in taken]


def find(nb: Notebook, connection: Any, workshop_id: str) -> WorkshopRow | None:
    """Return what is planned under this id, whether it was taken up or not."""
    found = (_row(venue, one) for venue, one in _listed(nb, connection) if one.id == workshop_id)
    return next(found, None)


def coming(nb: Notebook, connection: Any, after: str, limit: int) -> list[WorkshopRow]:
    """Return the first ones of the dates after `after`."""
    found = [one for one in between(nb, connection, after, "9999") if one.date > after]
    return sorted(found, key=lambda row: (row.starts_at, row.id))[:limit]


def take_up(nb: Notebook, workshop_id: str) -> bool:
    """Make a planned workshop one like any other, led by who is here; tell whether there is one.

    One that was taken up already stays as it is.
    """
    nb.own_venues()
    with nb.store.act(nb.stamp()) as act:
        if act.read(Workshop, workshop_id) is not None:
            return True
        for venue, one in _listed(nb, act.connection):
            if one.id == workshop_id:
                act.put(*_records(nb, venue, one))
                return True
    return False


def _records(
    nb: Notebook, venue: VenueRow, one: BundleWorkshop
) -> tuple[Workshop, WorkshopFacilitator]:
    made = Workshop(
        id=one.id,
        venue_id=venue.id,
        date=one.date,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        tz=one.tz,
        state="planned",
        themes=one.themes,
        level=one.level or None,
        place="lieu_activite",
        places=one.places or None,
        code=one.code,
        title=one.title,
    )
    lead = WorkshopFacilitator(
        id=new_id(), workshop_id=one.id, facilitator_id=nb.facilitator_id, role="lead"
    )
    return made, lead


def _listed(nb: Notebook, connection: Any) -> list[tuple[VenueRow, BundleWorkshop]]:
    venues = {venue.id: venue for venue in nb.known_venues()}
    if not venues:
        return []
    return [
        (venues[one.scope], planned)
        for one in bundles.present(connection, venues)
        for planned in one.workshops
    ]


def _row(venue: VenueRow, one: BundleWorkshop) -> WorkshopRow:
    return WorkshopRow(
        id=one.id,
        title=one.title,
        date=one.date,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        tz=one.tz,
        state="planned",
        themes=one.themes,
        level=one.level or None,
        venue=venue,
        facilitators=(),
        after_the_fact=False,
        places=one.places or None,
        code=one.code,
    )
