"""A day's work on a watched disk, for R02: each act says so in the record once it is durable."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from angrilien.services import attendance, closing, signing
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import engine
from angrilien.vault.slots import SlotFile
from helpers.copies import list_people
from helpers.notebooks import PHRASE, make_notebook, make_workshop

CROSS = [[(float(x), float(x % 7)) for x in range(30)]]


def main() -> None:
    folder, synchronous = Path(sys.argv[1]), sys.argv[2]
    nb = make_notebook(folder)
    workshop = make_workshop(nb)
    lines = list_people(nb, workshop, 8)
    if synchronous == "NORMAL":
        # The broken variant: what many applications choose, because it is faster.
        with engine.outside(nb.store._engine) as connection:
            connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
    opened = SlotFile.parse((nb.folder / SLOTS).read_bytes()).open(PHRASE)
    print(json.dumps({"key": opened.database_key.hex(), "inc": nb.store.identity.inc}))
    # What is cut comes after: until here, everything is on the disk.
    for name in (DATABASE, f"{DATABASE}-wal"):
        shutil.copy(nb.folder / name, sys.argv[3])
    # Written beside the database: the record has it in its place among the other writes.
    said = os.open(nb.folder / "acknowledged", os.O_WRONLY | os.O_CREAT, 0o600)

    def acknowledge() -> None:
        os.write(said, f"{nb.store.count()}\n".encode())

    acknowledge()
    for round_ in range(4):
        for number, line in enumerate(lines):
            if (number + round_) % 3:
                attendance.toggle(nb, workshop, line)
            else:
                signing.sign(nb, workshop, line, CROSS, 300.0, 100.0)
            acknowledge()
    attendance.everyone_present(nb, workshop)
    acknowledge()
    closing.close(nb, workshop, CROSS, 300.0, 100.0)
    acknowledge()
    os.close(said)
    os._exit(0)  # the power goes: nothing is tidied up


main()
