"""From the click of the mouse to the tile painted anew, in the real window: 20 and 2,000 people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from angrilien.services import attendance
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.settings import Settings
from angrilien.ui import icons, theme
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.ui.models.tiles import TILE_ROLE, Look
from angrilien.ui.widgets.tile_view import TileView
from helpers.bench import compare, say
from helpers.crowd import PEOPLE, make_crowd
from helpers.notebooks import make_programme

CLICKS = 40
RATIO = 4.5
"""How many times the service alone the whole way may take, painting and both lanes included."""


class Paints(QObject):
    """Knows whether a view was painted since its tiles changed last."""

    def __init__(self, view: TileView) -> None:
        super().__init__()
        self.done = True
        view.viewport().installEventFilter(self)
        view.model().dataChanged.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.done = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.done = self.done or event.type() == QEvent.Type.Paint
        return False


@pytest.fixture(params=[20, PEOPLE])
def crowd(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path: Path
) -> Iterator[tuple[MainWindow, Notebook, str]]:
    theme.apply(qapp)
    programme = make_programme()
    lanes = Lanes()
    notebook, workshop = lanes.store.submit(make_crowd, tmp_path, programme, request.param).result()
    window = MainWindow(Desk(lanes, programme, tmp_path), Settings(tmp_path))
    window.resize(1366, 768)
    window.show()
    window.open_notebook(notebook)
    window.navigate("roster", workshop_id=workshop)
    yield window, notebook, workshop
    window.close()
    window.desk.deleteLater()
    window.deleteLater()
    icons.forget()


def until(reached: object, seconds: float = 10.0) -> None:
    """Let the window work until something is so, without keeping the lanes from working."""
    end = time.perf_counter() + seconds
    while not reached():  # type: ignore[operator]
        assert time.perf_counter() < end
        QApplication.processEvents()
        time.sleep(0.0005)


def test_click_to_painted(crowd: tuple[MainWindow, Notebook, str]) -> None:
    """Aim: p95 of at most 16 ms for 20 people. The floor: the service alone, measured by turns."""
    window, notebook, workshop = crowd
    (view,) = window.findChildren(TileView)
    lines = [row.attendance_id for row in attendance_rows(window, notebook, workshop)]
    people = len(lines)
    until(lambda: view.model().rowCount() == people and not window.desk.is_busy)
    paints = Paints(view)
    turn = 0

    def click() -> None:
        nonlocal turn
        index = view.model().index(turn % 12, 0)
        turn += 1
        before = index.data(TILE_ROLE).look
        until(lambda: not index.data(TILE_ROLE).pending)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
        )
        until(lambda: index.data(TILE_ROLE).look is not before)
        until(lambda: paints.done)

    def service() -> None:
        future = window.desk.lanes.store.submit(
            attendance.toggle, notebook, workshop, lines[(12 + turn) % people]
        )
        assert len(future.result().rows) == people

    took, floor = compare(
        {f"click → durable → painted, {people} people": click, "the service alone": service}, CLICKS
    )
    say(f"ratio: {took.p50 / floor.p50:.2f} (at most {RATIO}); aim: p95 of at most 16 ms for 20")
    assert Look.HERE in {view.model().index(row, 0).data(TILE_ROLE).look for row in range(12)}
    assert took.p50 <= RATIO * floor.p50


def attendance_rows(window: MainWindow, notebook: Notebook, workshop: str) -> tuple[object, ...]:
    roster = window.desk.lanes.store.submit(attendance.roster, notebook, workshop).result()
    return roster.rows
