"""Copies de sécurité, through the real window: one more, on a key, back to one, and the rescue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.services import copies, heads, leaving
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE
from angrilien.store import ballast, head
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.copies import CopiesPage
from angrilien.ui.pages.rescue import RescuePage
from angrilien.ui.pages.today import TodayPage
from helpers.copies import open_again
from helpers.notebooks import PHRASE, SetClock, make_workshop
from helpers.windows import settle


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> CopiesPage:
    window.navigate("help")
    settle(qtbot, window)
    shown: Any = window.page
    click(qtbot, shown.doors["copies"])
    settle(qtbot, window)
    assert isinstance(window.page, CopiesPage)
    return window.page


def test_none_yet_then_one(window: MainWindow, page: CopiesPage, qtbot: QtBot) -> None:
    assert page.back_buttons == {}
    click(qtbot, page.make_button)
    settle(qtbot, window)
    assert len(page.back_buttons) == 1
    assert "vérifiée" in window.messages.sentence
    assert not page.lost.isVisible()


def test_a_copy_on_a_usb_key(
    window: MainWindow,
    page: CopiesPage,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = tmp_path / "USB"
    key.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(key))
    click(qtbot, page.key_button)
    settle(qtbot, window)
    assert len(list((key / copies.ON_KEY).iterdir())) == 2
    assert page.back_buttons == {}


def test_back_to_a_copy_ends_the_process_that_knows_the_key(
    window: MainWindow,
    page: CopiesPage,
    desk: Desk,
    qtbot: QtBot,
    clock: SetClock,
    in_lane: Callable[..., Any],
) -> None:
    click(qtbot, page.make_button)
    settle(qtbot, window)
    clock.at += 60_000
    in_lane(make_workshop, title="Fait depuis")
    (button,) = page.back_buttons.values()
    click(qtbot, button)
    assert page.panel.is_open
    page.go_back()
    assert not page.panel.is_open, "Esc gives the question up"
    click(qtbot, button)
    with qtbot.waitSignal(window.ended, timeout=20_000):
        click(qtbot, page.panel.go)
    again = open_again(desk.folder, desk.programme, clock)
    assert heads.check(again) is heads.Found.PUT_BACK
    assert [row.workshops for row in copies.listed(again)] == [1, 0]
    again.close()


def test_acts_that_are_gone_are_said_at_once_until_somebody_decides(
    closed_window: MainWindow, notebook: Notebook, desk: Desk, qtbot: QtBot, clock: SetClock
) -> None:
    desk.lanes.store.submit(notebook.close).result(10)
    fresh = desk.lanes.store.submit(open_again, desk.folder, desk.programme, clock).result(10)
    before = (desk.folder / DATABASE).read_bytes()
    desk.lanes.store.submit(make_workshop, fresh).result(10)
    desk.lanes.store.submit(leaving.leave, fresh).result(10)
    (desk.folder / DATABASE).write_bytes(before)
    again = desk.lanes.store.submit(open_again, desk.folder, desk.programme, clock).result(10)
    closed_window.open_notebook(again)
    settle(qtbot, closed_window)
    today = closed_window.page
    assert isinstance(today, TodayPage)
    (box,) = [b for k, b in today.notices.boxes().items() if k.value == "lost"]
    click(qtbot, box.button)
    settle(qtbot, closed_window)
    page = closed_window.page
    assert isinstance(page, CopiesPage)
    assert page.lost.isVisible()
    click(qtbot, page.go_on)
    settle(qtbot, closed_window)
    assert not page.lost.isVisible()


def test_the_head_is_written_within_a_second_of_an_act(
    window: MainWindow, desk: Desk, qtbot: QtBot, in_lane: Callable[..., Any]
) -> None:
    settle(qtbot, window)
    before = (desk.folder / head.FILE).read_bytes()
    in_lane(make_workshop)
    desk.changed.workshops_changed.emit()
    qtbot.waitUntil(lambda: (desk.folder / head.FILE).read_bytes() != before, timeout=1_000)


def test_closing_the_window_makes_a_copy(
    closed_window: MainWindow, notebook: Notebook, desk: Desk, qtbot: QtBot, clock: SetClock
) -> None:
    closed_window.open_notebook(notebook)
    settle(qtbot, closed_window)
    desk.lanes.store.submit(make_workshop, notebook).result(10)
    closed_window.close()
    assert len(list((desk.folder / "copies").glob("*.db"))) == 1
    assert ballast.is_there(desk.folder)


def test_a_notebook_that_does_not_open_is_rescued(
    closed_window: MainWindow, notebook: Notebook, desk: Desk, qtbot: QtBot
) -> None:
    def spoil() -> int:
        make_workshop(notebook)
        copies.make(notebook)
        changes = notebook.store.verify()
        notebook.close()
        data = bytearray((desk.folder / DATABASE).read_bytes())
        data[len(data) // 2] ^= 4
        (desk.folder / DATABASE).write_bytes(data)
        return changes

    changes = desk.lanes.store.submit(spoil).result(10)
    closed_window.navigate("copies")
    page = closed_window.page
    assert isinstance(page, RescuePage)
    page.field.edit.setText("autre phrase")
    click(qtbot, page.look_button)
    qtbot.waitUntil(lambda: page.field.has_problem, timeout=20_000)
    page.field.edit.setText(PHRASE)
    click(qtbot, page.look_button)
    qtbot.waitUntil(page.go_button.isVisible, timeout=20_000)
    click(qtbot, page.go_button)
    qtbot.waitUntil(lambda: closed_window.page is not page, timeout=20_000)
    assert closed_window.page is not None
    assert closed_window.page.name == "unlock"
    again = open_again(desk.folder, desk.programme)
    assert again.store.verify() == changes
    again.close()
