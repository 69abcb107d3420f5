"""For smoke_wine.py: a person's hands on the installed program, under its own Python.

    program/python.exe smoke_hands.py EXTRA OUT begin
    program/python.exe smoke_hands.py EXTRA OUT go-on PHRASE

EXTRA holds what is not installed: `angrilien.demo`, which works the window, and QtTest. Everything
else is what the installer laid. Says what it saw as one line of JSON.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from pathlib import Path

import PySide6

import angrilien

EXTRA, OUT, WHAT, *REST = sys.argv[1:]
angrilien.__path__.append(str(Path(EXTRA) / "angrilien"))
PySide6.__path__.append(str(Path(EXTRA) / "PySide6"))
if hasattr(os, "add_dll_directory"):
    os.add_dll_directory(str(Path(EXTRA) / "PySide6"))

from PySide6.QtCore import QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from angrilien import app  # noqa: E402 - its folders were added above
from angrilien.demo import people  # noqa: E402
from angrilien.demo.player import Player  # noqa: E402


class Hands(Player):
    """Plays as the demonstration does, but where the installer brought the venue."""

    def first_start(self) -> str:
        """From the first screen to « C’est prêt », with no code typed; return the phrase."""
        hand = self.hand
        hand.page("first_start")
        hand.write("Votre nom", people.ANIMATEUR)
        hand.press("Continuer")
        hand.wait(self._shown_phrase, "the phrase de passe")
        phrase = self._shown_phrase()
        hand.press("C’est noté")
        hand.write("Votre phrase de passe", phrase)
        hand.press("Continuer")
        hand.write("Votre code secret", people.CODE_SECRET)
        hand.write("Encore une fois", people.CODE_SECRET)
        hand.press("Continuer")
        hand.picture("lieu")
        hand.press("Commencer")
        hand.page("today")
        return phrase


def play(application: app.Application) -> dict[str, object]:
    """Play one of the two parts; return what was seen."""
    player = Hands(application, None, Path(OUT))
    hand = player.hand
    if WHAT == "begin":
        phrase = player.first_start()
        hand.wait(lambda: application.window.messages.sentence, "the registration")
        said = application.window.messages.sentence
        hand.picture("pret")
        player.lane(people.prepare_people)
        player.plan()
        player.note_present()
    else:
        phrase, said = REST[0], ""
        player.unlock(phrase)
        hand.press("Sans nom")
        hand.press("Ajouter cette présence")
        hand.picture("apres-la-mise-a-jour")
    hand.wait(player.send, "the last changes")
    workshop = player.workshop()
    return {
        "phrase": phrase,
        "said": said,
        "workshop": workshop.id,
        "present": workshop.present,
        "version": angrilien.__version__,
        "platform": QApplication.platformName(),
    }


def begin(application: app.Application) -> None:
    """Show the window, play once it is there, and close it."""
    application.start()

    def run() -> None:
        try:
            print(json.dumps(play(application)), flush=True)
        except BaseException:  # noqa: BLE001 - whatever it is, it must be seen, and the window go
            traceback.print_exc()
            application.window.grab().save(str(Path(OUT) / "echec.png"))
            sys.stderr.flush()
            os._exit(1)
        application.window.close()

    QTimer.singleShot(0, application.window, run)


if __name__ == "__main__":
    # A window that hangs says where.
    faulthandler.dump_traceback_later(200, exit=True)
    sys.exit(app.run(app.Options(), begin=begin))
