"""The invented people of the demonstration, and the workshops that came before."""

from __future__ import annotations

import datetime as dt
from typing import Final

from angrilien.domain.clock import local
from angrilien.domain.forms import PersonForm, WorkshopForm
from angrilien.services import people, workshops
from angrilien.services.notebook import Notebook
from angrilien.services.training import INVENTED

ANIMATEUR: Final = "Claire Marchand"
CODE_SECRET: Final = "937406"  # noqa: S105 - an invented one
VENUE_CODE: Final = "CAF-49008"
TITLE: Final = "Protéger ses données personnelles"
THEME: Final = "programme_donnees_personnelles"


def hours_now(nb: Notebook) -> tuple[str, str]:
    """Return the hours of a workshop of two hours that is being held, as people type them."""
    hour = local(nb.clock.now(), nb.home().tz).hour
    return f"{hour} h", f"{(hour + 2) % 24} h"


def prepare_people(nb: Notebook) -> None:
    """Write a workshop of last week to which the invented people came."""
    day = nb.today() - dt.timedelta(days=7)
    form = WorkshopForm(
        title="Premiers pas sur la tablette",
        themes=("prendre_en_main_du_materiel",),
        date=day.isoformat(),
        start="14 h",
        end="16 h",
        venue_id=nb.home().id,
    )
    workshop_id = workshops.plan(nb, form).workshop_id
    for first_name, last_name, year in INVENTED:
        person = PersonForm(first_name=first_name, last_name=last_name, birth_year=year)
        people.add_to_workshop(nb, workshop_id, person)


def plan_today(nb: Notebook) -> str:
    """Write the workshop of today, with the invented people expected; return its id."""
    start, end = hours_now(nb)
    form = WorkshopForm(
        title=TITLE,
        themes=(THEME,),
        date="aujourd’hui",
        start=start,
        end=end,
        venue_id=nb.home().id,
        level="debutant",
        expected=tuple(person.participant_id for person in people.search(nb, "", limit=20)),
    )
    return workshops.plan(nb, form).workshop_id
