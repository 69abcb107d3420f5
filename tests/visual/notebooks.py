"""The notebook that most scenes show, with invented people in every state."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from angrilien.domain.forms import AnonymousForm, WorkshopForm
from angrilien.domain.rows import NoteText
from angrilien.services import attendance, closing, notes, signing, workshops
from angrilien.services.amending import Correction, amend
from angrilien.services.notebook import Notebook
from helpers.copies import list_names
from helpers.notebooks import NAMES, NOON, SetClock

HOUR = 3_600_000
TWO = NOON + 2 * HOUR + 120_000
"""A little after the beginning of the workshop that is under way."""
CROSS = [[(10.0, 20.0), (90.0, 80.0)], [(90.0, 20.0), (10.0, 80.0)]]
HAND = [[(10.0 + 3 * x, 50.0 + 30.0 * ((x % 7) - 3) / 3) for x in range(70)]]
FIRST_NAMES = ("Alain", "Brigitte", "Denise", "Émile", "Fatima", "Germaine", "Huguette", "Ibrahim")
LAST_NAMES = ("Aubry", "Benali", "Chauvin", "Delmas", "Étienne")

TITLES = (
    *("Premiers pas sur la tablette", "Envoyer une photo", "Reconnaître un faux message"),
    *("Protéger ses données", "Parler avec ses petits-enfants", "Garder le lien"),
    *("Les réseaux sociaux", "Le contrôle parental", "Un soir sans personne"),
    *("Protéger ses données personnelles", "Garder le lien par messagerie"),
)
"""Of the workshops of this notebook and of the training's."""


@dataclass(frozen=True, slots=True)
class Workshops:
    """Ids of the workshops of a day, each in a state of its own."""

    ten: str
    """Under way: ten people expected, in every state."""
    fresh: str
    """Ten people expected, none there yet."""
    forty: str
    signed: str
    """All who came have signed."""
    closed: str
    empty: str
    """Nobody on its list."""
    cancelled: str
    nobody: str


def _plan(nb: Notebook, title: str, date: str, start: str, end: str, theme: str = "") -> str:
    form = WorkshopForm(
        title=title,
        themes=(theme or "programme_donnees_personnelles",),
        date=date,
        start=start,
        end=end,
        venue_id=nb.home().id,
    )
    return workshops.plan(nb, form).workshop_id


def fill(nb: Notebook, clock: SetClock) -> Workshops:
    """Write the workshops of Wednesday 25 November 2026, of the day before and of the next."""
    today, tomorrow = nb.today().isoformat(), "2026-11-26"
    clock.at = TWO - 24 * HOUR
    yesterday = _plan(nb, "Premiers pas sur la tablette", "2026-11-24", "14 h", "16 h")
    for one in list_names(nb, yesterday, NAMES)[:6]:
        attendance.toggle(nb, yesterday, one)
    known = [row.participant_id for row in attendance.roster(nb, yesterday).rows]
    clock.at = NOON - 3 * HOUR
    made = Workshops(
        closed=_plan(nb, "Envoyer une photo", today, "9 h", "10 h 30", "programme_messagerie"),
        signed=_plan(nb, "Reconnaître un faux message", today, "10 h 30", "12 h"),
        ten=_plan(nb, "Protéger ses données", today, "14 h", "16 h"),
        cancelled=_plan(nb, "Parler avec ses petits-enfants", today, "16 h", "17 h"),
        fresh=_plan(nb, "Garder le lien", tomorrow, "9 h", "10 h", "programme_messagerie"),
        forty=_plan(nb, "Les réseaux sociaux", tomorrow, "10 h", "11 h"),
        empty=_plan(nb, "Le contrôle parental", tomorrow, "14 h", "16 h"),
        nobody=_plan(nb, "Un soir sans personne", "2026-11-23", "18 h", "19 h"),
    )
    attendance.expect(nb, made.fresh, known)
    list_names(nb, made.forty, product(FIRST_NAMES, LAST_NAMES))
    clock.at = NOON - 2 * HOUR
    _all_signed(nb, made.closed, known)
    notes.keep(nb, NoteText(workshop_id=made.closed, done="Joindre une photo", hard="Le clavier"))
    closing.close(nb, made.closed, HAND, 300.0, 100.0)
    wrong = Correction(
        number=1,
        last_name="Blanche",
        first_name="Georges",
        arrival="10 h",
        reason="Faute de frappe",
    )
    amend(nb, made.closed, wrong, HAND, 300.0, 100.0)
    clock.at = NOON - HOUR
    _all_signed(nb, made.signed, known)
    workshops.cancel(nb, made.cancelled)
    workshops.nobody_came(nb, made.nobody)
    clock.at = TWO
    _every_state(nb, made.ten, known)
    for one in (yesterday, *(getattr(made, name) for name in made.__slots__)):
        nb.history.forget(one)
    return made


def _every_state(nb: Notebook, workshop: str, known: list[str]) -> None:
    ids = _expected(nb, workshop, known)
    for one in ids[:6]:
        attendance.toggle(nb, workshop, one)
    signing.sign(nb, workshop, ids[0], CROSS, 100.0, 100.0)
    signing.sign_on_paper(nb, workshop, ids[1])
    signing.could_not_sign(nb, workshop, ids[2], "A dû partir")
    attendance.excuse(nb, workshop, ids[8])
    attendance.set_departure(nb, workshop, ids[3], "15 h 30")
    attendance.add_anonymous(nb, workshop, AnonymousForm())


def _expected(nb: Notebook, workshop: str, known: list[str]) -> list[str]:
    return [row.attendance_id for row in attendance.expect(nb, workshop, known).rows]


def _all_signed(nb: Notebook, workshop: str, known: list[str]) -> None:
    ids = _expected(nb, workshop, known[:6])
    for number, one in enumerate(ids):
        attendance.toggle(nb, workshop, one)
        if number % 2:
            signing.sign_on_paper(nb, workshop, one)
        else:
            signing.sign(nb, workshop, one, HAND, 300.0, 100.0)
