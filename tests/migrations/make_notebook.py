"""Makes the notebook of the version that runs this, to be kept here for ever.

    python tests/migrations/make_notebook.py FOLDER

Invented people, the phrase of the tests, a cheap key derivation. README.md says which is whose.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from angrilien.services import attendance, closing, drafts, signing
from helpers.notebooks import (
    NOON,
    SetClock,
    add_people,
    make_notebook,
    make_programme,
    make_workshop,
)

CROSS = [[(float(x), float(x % 7)) for x in range(30)]]


def main() -> None:
    folder = Path(sys.argv[1])
    clock = SetClock(NOON + 2 * 3_600_000)
    programme = make_programme()
    nb = make_notebook(folder, clock=clock, programme=programme)
    ended = make_workshop(nb, title="Atelier terminé")
    lines = add_people(nb, ended, 8)
    for line in lines[:5]:
        signing.sign(nb, ended, line, CROSS, 300.0, 100.0)
    signing.could_not_sign(nb, ended, lines[5], "Bras cassé")
    closing.close(nb, ended, CROSS, 300.0, 100.0)
    running = make_workshop(nb, title="Atelier en cours")
    attendance.toggle(nb, running, add_people(nb, running, 3)[0])
    drafts.save(nb, "workshop_form", '{"title": "Pas encore"}')
    (folder / "data" / "programme.json").write_text(programme.to_json(), encoding="utf-8")
    print(nb.store.verify())
    nb.close()


main()
