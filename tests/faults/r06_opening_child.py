"""A notebook whose disk fails once while it is opened (R06); says what was told, as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from angrilien.errors import KnownError
from angrilien.services import copies, heads
from helpers.copies import list_people, open_again
from helpers.disk import READ_FAILS, READ_LIES, Faults
from helpers.notebooks import make_notebook, make_workshop

AFTER = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)
"""Reads that go well before the one that does not."""


def main() -> None:
    faults = Faults()
    nb = make_notebook(Path(sys.argv[1]))
    list_people(nb, make_workshop(nb), 8)
    changes = nb.store.verify()
    copies.make(nb)
    heads.keep(nb)
    nb.close()
    told: Counter[str] = Counter()
    sound: Counter[str] = Counter()
    met = 0
    for which in (READ_FAILS, READ_LIES):
        for after in AFTER:
            faults.set(which, 1, after=after)
            try:
                again = open_again(nb.folder, nb.programme)
            except KnownError as error:
                told[type(error).__name__] += 1
                met += faults.left(which) == 0
                faults.set(which, 0)
            else:
                met += faults.left(which) == 0
                faults.set(which, 0)
                told[heads.check(again).value] += 1
                again.close()
            again = open_again(nb.folder, nb.programme)
            assert again.store.verify() == changes
            faults.set(which, 1, after=after)
            sound[str(copies.listed(again)[0].sound)] += 1
            met += faults.left(which) == 0
            faults.set(which, 0)
            again.close()
    print(json.dumps({"told": told, "met": met, "copies sound": sound}))


main()
