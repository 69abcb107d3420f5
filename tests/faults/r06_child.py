"""A notebook on a disk that fails now and then (R06); says what became of it, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from angrilien.errors import KnownError
from angrilien.services import attendance
from helpers.copies import list_people
from helpers.disk import READ_FAILS, READ_LIES, WRITE_FAILS, Faults
from helpers.notebooks import make_notebook, make_workshop


def main() -> None:
    faults = Faults()
    nb = make_notebook(Path(sys.argv[1]))
    workshop = make_workshop(nb)
    line = list_people(nb, workshop, 8)[0]
    said: dict[str, list[str]] = {"kinds": []}
    met = 0
    for which in (READ_FAILS, READ_LIES, WRITE_FAILS) * 8:
        with nb.store.read() as connection:
            connection.exec_driver_sql("PRAGMA shrink_memory")
        nb.forget_what_was_read()
        before = nb.store.count()
        faults.set(which, 1)
        try:
            if which == WRITE_FAILS:
                attendance.toggle(nb, workshop, line)
            else:
                nb.store.verify()
        except KnownError as error:
            said["kinds"].append(type(error).__name__)
        met += faults.left(which) == 0
        faults.set(which, 0)
        # It heals: the file is read and written again, and nothing that was acknowledged is gone.
        assert nb.store.verify() >= before
        attendance.toggle(nb, workshop, line)
        assert nb.store.verify() > before
    # With an empty log of writes: else what the disk says wrongly would be written on, too.
    nb.store.compact()
    faults.set(READ_LIES, 10_000)
    with nb.store.read() as connection:
        connection.exec_driver_sql("PRAGMA shrink_memory")
    try:
        nb.store.verify()
        lasting = ""
    except KnownError as error:
        lasting = type(error).__name__
    faults.set(READ_LIES, 0)
    changes = nb.store.verify()
    nb.close()
    print(json.dumps({**said, "met": met, "lasting": lasting, "changes": changes}))


main()
