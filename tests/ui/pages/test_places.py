"""Places on the list: told, never a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from angrilien.domain.entities import Workshop
from angrilien.services.notebook import Notebook
from angrilien.ui.main_window import MainWindow
from helpers.windows import settle


def limit(nb: Notebook, workshop_id: str, places: int) -> None:
    with nb.store.act(nb.stamp()) as act:
        workshop = act.read(Workshop, workshop_id)
        assert workshop is not None
        act.put(replace(workshop, places=places))


def test_those_beyond_the_places_wait_and_may_come_all_the_same(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(limit, workshop_id, 8)
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    assert page.head.details.text() == "10 attendues · 8 places · 2 en attente"
    tiles = [page.model.tile(i) for i in range(page.model.rowCount())]
    turn = [i for i, tile in enumerate(tiles) if tile.words == "en liste d’attente"]
    assert len(turn) == 2
    assert tiles[turn[0]].spoken == f"{tiles[turn[0]].name}, en liste d’attente"
    spot = page.view.visualRect(page.model.index(turn[0])).center()
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    settle(qtbot, window)
    assert page.model.tile(turn[0]).words.startswith("est là")
    words = [page.model.tile(i).words for i in range(page.model.rowCount())]
    assert words.count("en liste d’attente") == 2
    assert page.head.number.text() == "1"
