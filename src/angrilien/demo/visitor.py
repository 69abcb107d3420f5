"""The demonstration with a screen: a notebook is ready, the window is yours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from angrilien.app import Application
from angrilien.demo import people
from angrilien.demo.server_process import ServerProcess
from angrilien.domain.rows import FirstStart
from angrilien.services import opening
from angrilien.services.notebook import Notebook
from angrilien.services.programme import Programme

PHRASE = "atelier demonstration au cafe de angrie"


def visit(application: Application, server: ServerProcess) -> None:
    """Make the notebook of the demonstration behind the window, then show today's workshops."""
    guide = _Guide(application)
    start = FirstStart(
        name=people.ANIMATEUR,
        passphrase=PHRASE,
        venue_code=server.code(people.VENUE_CODE),
        code_secret=people.CODE_SECRET,
    )
    application.window.show()
    desk = application.desk
    desk.run(_prepare, application.folder, start, desk.programme, then=guide.on_ready)


class _Guide(QObject):
    """Shows the notebook when it is made."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.window)
        self._window = application.window

    @Slot(object)
    def on_ready(self, notebook: Notebook) -> None:
        """Open the window on the notebook."""
        self._window.open_notebook(notebook)


def _prepare(folder: Path, start: FirstStart, programme: Programme) -> Notebook:
    notebook = opening.create(folder, start, programme)
    people.prepare_people(notebook)
    people.plan_today(notebook)
    return notebook
