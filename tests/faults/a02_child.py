"""The application in a process of its own, which does what it is told line by line, and says so."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot

from angrilien import app
from angrilien.demo import people
from angrilien.services import opening, workshops


def say(*words: object) -> None:
    print(*words, flush=True)


class Told(QObject):
    """Takes the lines of stdin."""

    def __init__(self, application: app.Application) -> None:
        super().__init__(application.window)
        self._application = application
        self._rest = b""
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_input)

    @Slot()
    def _on_input(self) -> None:
        *lines, self._rest = (self._rest + os.read(0, 65_536)).split(b"\n")
        for line in lines:
            word, _, rest = line.decode().partition(" ")
            getattr(self, f"do_{word}")(rest)

    def do_open(self, phrase: str) -> None:
        desk = self._application.desk
        desk.run(opening.open_notebook, desk.folder, phrase, desk.programme, then=self._on_opened)

    def _on_opened(self, notebook: Any) -> None:
        self._application.window.open_notebook(notebook)
        say("open")

    def do_workshop(self, _rest: str) -> None:
        """Open a workshop that is being held."""
        desk = self._application.desk

        def begin(nb: Any) -> None:
            people.plan_today(nb)
            row = next(r for r in workshops.today(nb).workshops if r.title == people.TITLE)
            workshops.open_workshop(nb, row.id)

        desk.ask(begin, then=self._on_workshop)

    def _on_workshop(self, _result: None) -> None:
        self._application.desk.changed.workshops_changed.emit()
        QTimer.singleShot(500, self, self._on_settled)

    @Slot()
    def _on_settled(self) -> None:
        say("held")

    def do_type(self, canary: str) -> None:
        """Begin a workshop whose title is typed and not yet kept."""
        self._application.window.navigate("workshop_form")
        page: Any = self._application.window.page
        page.fields.title_field.edit.setText(canary)
        page.fields.title_field.edit.textEdited.emit(canary)
        QTimer.singleShot(500, self, self._on_typed)

    @Slot()
    def _on_typed(self) -> None:
        say("typed")

    def do_look(self, _rest: str) -> None:
        window = self._application.window
        guard = window.guard
        say("covered" if guard is not None and guard.policy.is_covered else "bare")

    def do_guess(self, code: str) -> None:
        """Type a code at the locked screen, and say how many tries are left."""
        guard = self._application.window.guard
        assert guard is not None
        guard.lock()
        for digit in code:
            guard.screen.keypad.keys[digit].click()
        QTimer.singleShot(0, self, self._on_guessed)

    @Slot()
    def _on_guessed(self) -> None:
        guard = self._application.window.guard
        assert guard is not None
        if guard.screen.keypad.isEnabled():
            say("left", guard.policy.tries_left)
        else:
            QTimer.singleShot(10, self, self._on_guessed)

    def do_keep_process(self, _rest: str) -> None:
        """Close the notebook and leave the process as it is: broken on purpose."""
        self._application.window.page.leave()  # type: ignore[union-attr]
        self._application.desk.close()
        say("closed")

    def do_end(self, _rest: str) -> None:
        guard = self._application.window.guard
        assert guard is not None
        guard.end()


def begin(application: app.Application) -> None:
    application.start()
    Told(application)
    page = application.window.page
    assert page is not None
    said = application.window.messages.sentence
    say("shown", page.name, os.getpid(), said)


if __name__ == "__main__":
    options = app.Options(
        data_dir=Path(sys.argv[1]),
        programme=Path(sys.argv[2]),
        command=app.command_line(),
        locked=app.LOCKED in sys.argv,
    )
    sys.exit(app.run(options, begin=begin))
