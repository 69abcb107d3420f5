"""What is unsent is left for the sender without a window: at a lock, before suspend, at quit.

The server of this notebook is reached by nobody, so that what waits stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from angrilien.domain.codes import make_code
from angrilien.services.notebook import Notebook
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.ui.desk import Desk
from angrilien.ui.guard import Guard
from angrilien.ui.main_window import MainWindow
from angrilien.ui.session_watch import SessionWatch
from helpers.notebooks import SetClock, make_notebook, make_programme, make_workshop
from helpers.windows import settle

NOBODY = "http://127.0.0.1:9"


class System(SessionWatch):
    """A system that the test plays."""

    def __init__(self) -> None:
        super().__init__()
        self.held = True

    def let_sleep(self) -> None:
        self.held = False


@pytest.fixture
def notebook(desk: Desk, tmp_path: Path, clock: SetClock) -> Notebook:
    desk.programme = replace(make_programme(), server=NOBODY)
    made: Notebook = desk.lanes.store.submit(
        make_notebook,
        tmp_path,
        clock=clock,
        programme=desk.programme,
        venue_code=make_code(lambda alphabet: alphabet[3]),
    ).result(30)
    return made


@pytest.fixture
def files(desk: Desk) -> OutboxFiles:
    return OutboxFiles(desk.folder)


@pytest.fixture
def system() -> Iterator[System]:
    made = System()
    yield made
    made.deleteLater()


@pytest.fixture
def guard(qtbot: QtBot, window: MainWindow, system: System, in_lane: Callable[..., Any]) -> Guard:
    assert window.guard is not None
    window.guard.close()
    made = Guard(window, session=system)
    window._guard = made
    in_lane(make_workshop)
    settle(qtbot, window)
    return made


def test_at_a_lock(guard: Guard, files: OutboxFiles, qtbot: QtBot, window: MainWindow) -> None:
    assert files.mark() is None
    guard.lock()
    settle(qtbot, window)
    assert files.mark() is not None
    assert files.programme.exists()


def test_before_suspend(
    guard: Guard, system: System, files: OutboxFiles, qtbot: QtBot, window: MainWindow
) -> None:
    system.sleep_coming.emit()
    qtbot.waitUntil(lambda: window.desk.is_closed)
    window.desk.lanes.store.close()
    assert files.mark() is not None


def test_after_an_ended_sheet_and_at_quit(
    guard: Guard,
    files: OutboxFiles,
    qtbot: QtBot,
    window: MainWindow,
    in_lane: Callable[..., Any],
) -> None:
    window.desk.changed.sheet_closed.emit()
    qtbot.waitUntil(lambda: files.mark() is not None)
    settle(qtbot, window)
    first = files.mark()
    # The same once more is not written again; something new is.
    guard.lock()
    settle(qtbot, window)
    assert files.mark() == first
    in_lane(make_workshop, title="Un autre")
    window.close()
    assert files.mark() not in (None, first)
    assert [path.name for path in files.folder.glob("*.angrilien-envoi*")] == [files.waiting.name]


def test_the_training_leaves_nothing(desk: Desk, files: OutboxFiles, window: MainWindow) -> None:
    window.desk.programme = replace(desk.programme, server="")
    window.desk.notebook.programme = window.desk.programme
    window.close()
    assert files.mark() is None
