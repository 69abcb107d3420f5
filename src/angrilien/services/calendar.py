"""D2: the workshops of some days, the same one planned again, and a file for another calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.holidays import holidays
from angrilien.domain.rows import CalendarView
from angrilien.errors import WorkshopGone
from angrilien.reports.ics import ics
from angrilien.services import planned
from angrilien.services.notebook import Notebook
from angrilien.services.saving import save_whole
from angrilien.store import workshops

MOST_DAYS: Final = 400


def between(nb: Notebook, first: str, last: str) -> CalendarView:
    """Return the workshops of the local dates `first` to `last`, both ISO and included.

    Days beyond 400 are left out.
    """
    begin = dt.date.fromisoformat(first)
    end = min(dt.date.fromisoformat(last), begin + dt.timedelta(days=MOST_DAYS))
    home = nb.home()
    named = {
        day.isoformat(): name
        for year in range(begin.year, end.year + 1)
        for day, name in holidays(year, home.departement).items()
        if begin <= day <= end
    }
    with nb.store.read() as connection:
        found = workshops.on_days(connection, begin.isoformat(), end.isoformat())
        found += planned.between(nb, connection, begin.isoformat(), end.isoformat())
        found.sort(key=lambda row: (row.starts_at, row.id))
    return CalendarView(
        first=begin.isoformat(),
        last=end.isoformat(),
        today=nb.today().isoformat(),
        venue=home,
        workshops=tuple(found),
        holidays=named,
    )


def like(nb: Notebook, workshop_id: str) -> dict[str, object]:
    """Return what D3 is filled with to plan the same workshop once more.

    The day is the next one of the same weekday, at least a week after the workshop.

    Raises:
        WorkshopGone: there is none of this id.
    """
    with nb.store.read() as connection:
        row = workshops.find(connection, workshop_id) or planned.find(nb, connection, workshop_id)
    if row is None:
        raise WorkshopGone
    day, today = dt.date.fromisoformat(row.date) + dt.timedelta(days=7), nb.today()
    if day < today:
        day += dt.timedelta(days=-(-(today - day).days // 7) * 7)
    return {
        "title": row.title,
        "themes": list(row.themes),
        "date": french.short_date(day),
        "start": french.hour(local(row.starts_at, row.tz)),
        "end": french.hour(local(row.ends_at, row.tz)),
        "venue_id": row.venue.id,
        "level": row.level or "",
        "places": str(row.places or ""),
        "notes": row.notes,
    }


def save_ics(nb: Notebook, view: CalendarView, path: Path) -> None:
    """Write the workshops of some days as a file for another calendar, the whole file or none.

    Raises:
        CannotSaveFile: the folder or the disk refuses it.
    """
    save_whole(path, ics(view.workshops, nb.clock.now()))
