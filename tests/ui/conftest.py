"""A real window on a real notebook, which every test of a screen starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.settings import Settings
from angrilien.ui import icons, stylesheet, theme
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from helpers.notebooks import SetClock, make_notebook, make_programme
from helpers.windows import settle


@pytest.fixture(scope="session")
def own_looks(qapp: QApplication) -> Iterator[QApplication]:
    """The application in its own looks, put on once: that takes longer than many a test."""
    theme.apply(qapp)
    yield qapp
    icons.forget()


@pytest.fixture
def looks(own_looks: QApplication) -> Iterator[QApplication]:
    """The application in its own looks; a test may choose others, which do not outlast it."""
    sheet = stylesheet.build(theme.LIGHT, 100)
    if own_looks.styleSheet() != sheet:
        theme.apply(own_looks)
    yield own_looks
    if own_looks.styleSheet() != sheet:
        theme.apply(own_looks)


@pytest.fixture
def clock() -> SetClock:
    """Wednesday 25 November 2026, a little after 12 h in Paris."""
    return SetClock()


@pytest.fixture
def desk(qtbot: QtBot, looks: QApplication, tmp_path: Path, clock: SetClock) -> Iterator[Desk]:
    """A desk whose notebook is not open yet."""
    made = Desk(Lanes(), make_programme(), tmp_path / "data", clock=clock)
    yield made
    made.deleteLater()


@pytest.fixture
def closed_window(desk: Desk, tmp_path: Path) -> Iterator[MainWindow]:
    """The window before the notebook is open, 1366 × 768."""
    made = MainWindow(desk, Settings(tmp_path))
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def notebook(desk: Desk, tmp_path: Path, clock: SetClock) -> Notebook:
    """A notebook of Claire Martin, made in the store lane."""
    made: Notebook = desk.lanes.store.submit(
        make_notebook, tmp_path, clock=clock, programme=desk.programme
    ).result(30)
    return made


@pytest.fixture
def window(closed_window: MainWindow, notebook: Notebook, qtbot: QtBot) -> MainWindow:
    """The window with the notebook open, on today's screen."""
    closed_window.open_notebook(notebook)
    settle(qtbot, closed_window)
    return closed_window


@pytest.fixture
def in_lane(desk: Desk, notebook: Notebook) -> Callable[..., Any]:
    """Call a service in the store lane and wait: `in_lane(workshops.today)`."""

    def call(service: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        return desk.lanes.store.submit(service, notebook, *args, **kw).result(30)

    return call
