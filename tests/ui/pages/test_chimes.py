"""The sounds: off unless chosen, one for an act, another for a problem."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien.errors import DiskFull
from angrilien.settings import SOUNDS
from angrilien.ui import chimes
from angrilien.ui.main_window import MainWindow
from helpers.windows import click, settle


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    played: list[str] = []
    monkeypatch.setattr(chimes, "sound", lambda file: played.append(Path(file).stem))
    monkeypatch.setattr(chimes, "_APART", 0.0)
    return played


def test_nothing_sounds_unless_it_was_chosen(
    qtbot: QtBot, window: MainWindow, heard: list[str]
) -> None:
    window.say_problem(DiskFull())
    assert heard == []
    window.navigate("settings")
    page: Any = window.page
    page.sounds.choose("on")
    assert heard == ["noted"]
    assert window.settings.get(SOUNDS) == "on"
    window.say_problem(DiskFull())
    window.say("Bonne nouvelle.")
    assert heard == ["noted", "problem"]


def test_a_presence_sounds_once(
    qtbot: QtBot, window: MainWindow, workshop_id: str, heard: list[str]
) -> None:
    window.settings.set(SOUNDS, "on")
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    spot = page.view.visualRect(page.model.index(0)).center()
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    settle(qtbot, window)
    assert heard == ["noted"]
    click(page.head.everyone)
    settle(qtbot, window)
    assert heard == ["noted", "noted"]


def test_many_at_once_are_one_sound(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []
    monkeypatch.setattr(chimes, "sound", played.append)
    window.settings.set(SOUNDS, "on")
    for _ in range(10):
        window.chimes.play(chimes.Chime.NOTED)
    assert len(played) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays files by itself")
def test_the_player_is_given_the_file_and_its_absence_is_a_bell(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bells: list[bool] = []
    monkeypatch.setattr(QApplication, "beep", lambda: bells.append(True))
    monkeypatch.setenv("PATH", str(tmp_path))
    chimes.sound("/a.wav")
    assert bells == [True]
    told = tmp_path / "told"
    player = tmp_path / "aplay"
    player.write_text(f'#!/bin/sh\necho "$1" > {told}\n', encoding="utf-8")
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    chimes.sound("/a.wav")

    def given() -> None:
        assert told.read_text("utf-8") == "/a.wav\n"

    qtbot.waitUntil(lambda: told.exists() and told.stat().st_size > 0, timeout=10_000)
    given()
    assert bells == [True]
