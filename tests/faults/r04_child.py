"""A process that changes the database key of a notebook again and again, to be killed (R04).

It reads one JSON order on its standard input: {"folder", "programme", "phrases": [mine, new…]}, and
writes the phrase that is in force, a line each, once a change of key has returned.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from angrilien.services import animateurs, opening
from angrilien.services import programme as programmes
from helpers.notebooks import CHEAP_KDF


def main() -> None:
    order = json.loads(sys.stdin.readline())
    folder, chosen = Path(order["folder"]), programmes.load(Path(order["programme"]))
    nb = opening.open_notebook(folder, order["phrases"][0], chosen)
    print("open", flush=True)
    for phrase in order["phrases"][1:]:
        print(f"try {phrase}", flush=True)
        animateurs.change_phrase(nb, phrase, kdf=CHEAP_KDF)
        print(f"done {phrase}", flush=True)


main()
