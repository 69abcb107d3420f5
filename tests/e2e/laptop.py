"""A laptop in a process of its own, which a test kills: it says each act once it is durable."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from PySide6.QtCore import QTimer

from angrilien import app
from angrilien.demo import people
from angrilien.demo.player import Player, scrawl
from angrilien.ui.widgets.signature_pad import SignaturePad


class CodeOnly:
    """All of the server that this process needs: the code du lieu."""

    def __init__(self, code: str) -> None:
        self._code = code

    def code(self, _venue: str) -> str:
        return self._code


def say(*words: object) -> None:
    print(*words, flush=True)


def play(application: app.Application, code: str, out: Path) -> None:
    player = Player(application, CodeOnly(code), out)
    say("phrase", player.first_start())
    player.hand.wait(player.all_sent, "the registration")
    say("registered")
    sys.stdin.readline()  # the test has cut the network
    player.lane(people.prepare_people)
    player.plan()
    player.note_present()
    say("present", player.workshop().present)
    player.begin_signing()
    for turn in range(3):
        player.sign(turn, turn + 1)
        player.hand.wait(lambda n=turn: player.workshop().signed > n, "the signature")
        say("signed", player.workshop().signed)
    player.hand.press_again("C’est moi", lambda: player.hand.sees(SignaturePad))
    player.hand.draw(player.hand.one(SignaturePad), scrawl(3))
    say("drawn")
    player.hand.wait(lambda: False, "the end of the process")


def begin(application: app.Application, code: str, out: Path) -> None:
    def run() -> None:
        try:
            play(application, code, out)
        except BaseException:  # noqa: BLE001 - whatever it is, it must be seen
            # The test must see why, and not wait for a window that nobody closes.
            traceback.print_exc()
            os._exit(1)

    application.start()
    QTimer.singleShot(0, application.window, run)


if __name__ == "__main__":
    folder, programme, code, out = sys.argv[1:]
    options = app.Options(data_dir=Path(folder), programme=Path(programme))
    sys.exit(app.run(options, begin=lambda made: begin(made, code, Path(out))))
