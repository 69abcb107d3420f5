"""The training: a notebook apart, with invented people, which nothing leaves and which goes.

Its key is nobody's: it lies in the memory of the process alone. What was typed in it, even by
mistake, cannot be read any more once the window is closed, and the next training removes the file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Final

from angrilien.domain.clock import DEFAULT_ZONE, Clock, local
from angrilien.domain.forms import PersonForm, WorkshopForm
from angrilien.domain.rows import FirstStart
from angrilien.services import making, people, workshops
from angrilien.services.notebook import Notebook
from angrilien.vault import passphrase
from angrilien.vault.programme import Programme
from angrilien.vault.slots import Kdf

ANIMATEUR: Final = "Camille Entraînement"
VENUE: Final = "Café d’entraînement"
# Six words drawn for this one run protect the file alone: stretching them would only take time.
_KDF: Final = Kdf(ops=1, memory=8 << 20)

# First name, last name, birth year: nobody's.
INVENTED: Final = (
    ("Colette", "Dupont", "1948"),
    ("Georges", "Blanc", "1951"),
    ("Ginette", "Martin", "1944"),
    ("Henri", "Vidal", "1939"),
    ("Jean-Paul", "Moreau", "1956"),
    ("Suzanne", "Le Goff", "1950"),
    ("Odette", "Lefèvre", "1942"),
    ("Thérèse", "Roux", "1937"),
)


def begin(
    folder: Path, programme: Programme, *, clock: Clock | None = None, zone: str = DEFAULT_ZONE
) -> Notebook:
    """Make the training's notebook, with the invented people and their workshops.

    The programme's address is not in it: whatever asked would find nowhere to send to.
    """
    start = FirstStart(name=ANIMATEUR, passphrase=passphrase.generate(), venue_code="")
    nowhere = replace(programme, server="")
    made = making.create(folder, start, nowhere, clock=clock, kdf=_KDF, zone=zone, venue_name=VENUE)
    _fill(made)
    return made


def _fill(nb: Notebook) -> None:
    """Write a workshop of last week to which people came, today's, and one to come."""
    today = nb.today()
    begun = local(nb.clock.now(), nb.home().tz).hour
    past = _workshop(
        nb, "Premiers pas sur la tablette", "prendre_en_main_du_materiel", today, -7, 14
    )
    for first_name, last_name, year in INVENTED:
        person = PersonForm(first_name=first_name, last_name=last_name, birth_year=year)
        people.add_to_workshop(nb, past, person)
    known = tuple(person.participant_id for person in people.search(nb, "", limit=20))
    title = "Protéger ses données personnelles"
    _workshop(nb, title, "programme_donnees_personnelles", today, 0, begun, known)
    title = "Garder le lien par messagerie"
    _workshop(nb, title, "programme_messagerie", today, 6, 10, known[:5])


def _workshop(
    nb: Notebook,
    title: str,
    theme: str,
    today: dt.date,
    days: int,
    hour: int,
    expected: tuple[str, ...] = (),
) -> str:
    form = WorkshopForm(
        title=title,
        themes=(theme,),
        date=(today + dt.timedelta(days=days)).isoformat(),
        start=f"{hour} h",
        end=f"{(hour + 2) % 24} h",
        venue_id=nb.home().id,
        level="debutant",
        expected=expected,
    )
    return workshops.plan(nb, form).workshop_id
