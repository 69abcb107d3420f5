"""A notebook made once, and copied for each test: a copy opens in a sixth of the time of a new one.

The copies are the same laptop; a test that needs two laptops makes them by `make_notebook`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from angrilien.domain.entities import Attendance, Participant
from angrilien.services import attendance, opening
from angrilien.services.deeds import editable
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import people
from angrilien.vault.programme import Programme
from angrilien.vault.slots import SlotFile
from angrilien.wire.ids import new_id
from helpers.notebooks import NAMES, PHRASE, SetClock, make_notebook


@dataclass(frozen=True, slots=True)
class Original:
    """A closed notebook on the disk, and its programme."""

    folder: Path
    programme: Programme

    def copy(self, folder: Path) -> Path:
        """Copy the data folder into `folder`; return the copy."""
        return Path(shutil.copytree(self.folder, folder / "data"))

    def open_copy(self, folder: Path, clock: SetClock | None = None) -> Notebook:
        """Copy the data folder into `folder`, and open the copy."""
        return open_again(self.copy(folder), self.programme, clock)


def make_original(folder: Path) -> Original:
    """Make the notebook to copy."""
    notebook = make_notebook(folder)
    notebook.close()
    return Original(notebook.folder, notebook.programme)


def open_again(folder: Path, programme: Programme, clock: SetClock | None = None) -> Notebook:
    """Open a data folder with the phrase of the tests."""
    return opening.open_notebook(folder, PHRASE, programme, clock=clock or SetClock())


def raw_connection(folder: Path) -> Any:
    """The database as somebody with its key and no scruple opens it: nothing of ours is asked."""
    opened = SlotFile.parse((folder / SLOTS).read_bytes()).open(PHRASE)
    connection = sqlcipher.connect(str(folder / DATABASE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{opened.database_key.hex()}'\"")
    return connection


def list_people(nb: Notebook, workshop_id: str, count: int) -> list[str]:
    """Invented people on a workshop's list, expected, in one act; their lines by first name.

    What `add_people` does gesture by gesture, and not a gesture: there is nothing to undo.
    """
    return list_names(nb, workshop_id, NAMES[:count])


def list_names(nb: Notebook, workshop_id: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """People of these first names and names on a workshop's list, as `list_people`."""
    persons = [
        Participant(id=new_id(), venue_id=nb.home().id, first_name=first, last_name=last)
        for first, last in names
    ]
    with nb.store.act(nb.stamp()) as act:
        editable(act, workshop_id)
        act.put(*persons)
        people.index(act.connection, persons)
        act.put(
            *(
                Attendance(
                    id=new_id(), workshop_id=workshop_id, participant_id=p.id, state="expected"
                )
                for p in persons
            )
        )
    wanted = {p.id for p in persons}
    rows = attendance.roster(nb, workshop_id).rows
    return [row.attendance_id for row in rows if row.participant_id in wanted]
