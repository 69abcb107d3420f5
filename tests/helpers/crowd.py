"""A workshop to which 2,000 people are expected."""

from __future__ import annotations

from pathlib import Path

from angrilien.domain.entities import Attendance, Participant
from angrilien.services.notebook import Notebook
from angrilien.store import people as people_store
from angrilien.vault.programme import Programme
from angrilien.wire.ids import new_id
from helpers.laptops import FIRST_NAMES
from helpers.notebooks import make_notebook, make_workshop

PEOPLE = 2_000


def make_crowd(
    folder: Path, programme: Programme | None = None, people: int = PEOPLE
) -> tuple[Notebook, str]:
    """A notebook with such a workshop, and its id."""
    notebook = make_notebook(folder, programme=programme)
    workshop = make_workshop(notebook)
    venue = notebook.home().id
    somebody = [
        Participant(
            id=new_id(),
            venue_id=venue,
            first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
            last_name=f"Durand {number}",
        )
        for number in range(people)
    ]
    with notebook.store.act(notebook.stamp()) as act:
        act.put(*somebody)
        act.put(
            *(
                Attendance(id=new_id(), workshop_id=workshop, participant_id=p.id, state="expected")
                for p in somebody
            )
        )
        people_store.index(act.connection, somebody)
    return notebook, workshop
