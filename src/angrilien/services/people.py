"""Finding people, and writing a new one who is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from angrilien.domain import vocab
from angrilien.domain.entities import Participant
from angrilien.domain.forms import PersonForm, clean, person_problems, vocabulary
from angrilien.domain.french import fold
from angrilien.domain.rows import CommuneRow, PersonRow, Roster
from angrilien.errors import CardTaken, FieldProblem, UnknownCommune
from angrilien.services import attendance, reference
from angrilien.services.deeds import deed
from angrilien.services.forms import FormProblems
from angrilien.services.notebook import Notebook
from angrilien.store import cards, people
from angrilien.wire.ids import new_id

MOST_LOOKALIKES = 3


def search(
    nb: Notebook, text: str, *, workshop_id: str | None = None, limit: int = 8
) -> tuple[PersonRow, ...]:
    """Return people whose names begin with the words typed; accents and hyphens do not matter.

    With `workshop_id`, each tells whether they stand on that workshop's list, and how.
    """
    with nb.store.read() as connection:
        found = people.search(connection, text, workshop_id=workshop_id, limit=limit)
    return named_communes(found)


def lookalikes(
    nb: Notebook, form: PersonForm, *, workshop_id: str | None = None
) -> tuple[PersonRow, ...]:
    """Return at most three people who may be the one being typed.

    Names said alike, in the other order or by their initials count; a birth year that is known on
    both sides rules out when it is more than one year away.
    """
    typed = f"{clean(form.first_name)} {clean(form.last_name)}".strip()
    if len(fold(typed).replace(" ", "")) < 3:
        return ()
    year = form.birth_year.strip()
    # A year still being typed rules nobody out.
    whole = int(year) if len(year) == 4 and year.isdecimal() else None
    with nb.store.read() as connection:
        found = people.alike(
            connection, typed, whole, workshop_id=workshop_id, limit=MOST_LOOKALIKES
        )
    return named_communes(found)


def communes(text: str, *, limit: int = 8) -> tuple[CommuneRow, ...]:
    """Return the communes whose name or postal code begins with what was typed."""
    return reference.find_communes(text, limit=limit)


def check(nb: Notebook, form: PersonForm) -> tuple[FieldProblem, ...]:
    """Return what D4b must correct, one problem per field."""
    problems = person_problems(form, nb.today())
    named = bool(clean(form.commune)) and not form.insee
    if named or (form.insee and not reference.is_commune(form.insee)):
        problems.append(UnknownCommune("commune"))
    if form.card:
        with nb.store.read() as connection:
            taken = cards.holders(connection, form.card)
        if taken:
            problems.append(CardTaken("card"))
    return tuple(problems)


def add_to_workshop(nb: Notebook, workshop_id: str, form: PersonForm) -> Roster:
    """Write a new person and note them present, in one act.

    Raises:
        FormProblems: some fields cannot be accepted; nothing was written.
    """
    problems = check(nb, form)
    if problems:
        raise FormProblems(problems)
    with deed(nb, workshop_id) as made:
        person = written(made.workshop.venue_id, form)
        made.change(None, person)
        people.index(made.act.connection, [person])
        attendance.note_present(nb, made, person.id)
    return attendance.roster(nb, workshop_id)


def written(venue_id: str, form: PersonForm, person_id: str = "") -> Participant:
    """Return the person whom a form without problems describes, under a given id or a new one."""
    year = form.birth_year.strip()
    return Participant(
        id=person_id or new_id(),
        venue_id=venue_id,
        first_name=clean(form.first_name),
        last_name=clean(form.last_name),
        birth_year=int(year) if year else None,
        # Birth year or band, never both: the year says more.
        band=None if year else vocabulary(form.band, vocab.AGE_BANDS),
        insee=form.insee or None,
        postcode=clean(form.postcode) or None,
        phone=clean(form.phone) or None,
        gender=vocabulary(form.gender, vocab.GENDERS),
        status=vocabulary(form.status, vocab.STATUSES),
        card=form.card or None,
    )


def named_communes(found: Sequence[PersonRow]) -> tuple[PersonRow, ...]:
    """Put the commune's name where the store only knows its code."""
    if not any(person.commune for person in found):
        return tuple(found)
    names = reference.commune_names()
    return tuple(replace(person, commune=names.get(person.commune, "")) for person in found)
