"""Attestation de participation: what one person asks for, on paper."""

from __future__ import annotations

from angrilien.domain.entities import Facilitator, Participant
from angrilien.domain.rows import Attestation
from angrilien.errors import BugError
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.store.visits import visits


def attestation(nb: Notebook, participant_id: str) -> Attestation:
    """Return what an attestation says of a person: every workshop where they were present.

    Raises:
        BugError: the screen named somebody who is not.
    """
    with nb.store.read() as connection:
        person = log.read(connection, Participant, participant_id)
        author = log.read(connection, Facilitator, nb.facilitator_id)
        found = visits(connection, participant_id, nb.clock.now())
    if person is None:
        raise BugError("an attestation of nobody")
    return Attestation(
        name=" ".join(part for part in (person.first_name, person.last_name) if part),
        visits=tuple(found),
        facilitator=author.name if author else "",
        date=nb.today().isoformat(),
        venue=nb.home(),
    )
