"""What a screen reader is told at once: Qt's own announcements, as they leave for the system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from visual.corners import USUAL
from visual.stage import Originals, Stage, play


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The announcements handed to Qt for the system's screen reader, which still gets them."""
    told: list[str] = []
    plain = QAccessible.updateAccessibility

    def listening(event: Any) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            told.append(event.message())
        plain(event)

    monkeypatch.setattr(QAccessible, "updateAccessibility", listening)
    return told


@pytest.fixture
def stage(qtbot: QtBot, app: QApplication, originals: Originals, tmp_path: Path) -> Iterator[Stage]:
    with play(qtbot, app, "full", USUAL, originals, tmp_path) as made:
        yield made


def press(stage: Stage, name: str) -> None:
    page = stage.page
    indexes = (page.model.index(row) for row in range(page.model.rowCount()))
    rect = page.view.visualRect(next(i for i in indexes if i.data() == name))
    spot = QPoint(rect.left() + 90, rect.center().y())
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    stage.settle()


def test_a_presence_is_said_with_how_many_there_are(stage: Stage, said: list[str]) -> None:
    stage.show("roster", workshop_id=stage.workshops.fresh)
    for name in ("Henri Vidal", "Ginette Martin", "Simone Fabre", "Odette Lefèvre"):
        press(stage, name)
    assert said[-1] == "Odette Lefèvre, présence notée, 4 sur 10"
    press(stage, "Odette Lefèvre")
    assert said[-1].startswith("Odette Lefèvre, ")
    assert said[-1].endswith("3 sur 10")


@pytest.mark.parametrize("page", ["today", "settings", "sending"])
def test_each_screen_is_said_when_it_comes(stage: Stage, said: list[str], page: str) -> None:
    shown = stage.show(page)
    assert shown.title() in said


def test_a_problem_and_a_panel_are_said(stage: Stage, said: list[str]) -> None:
    page = stage.show("workshop_form")
    page.create_button.click()
    stage.settle()
    assert "Cette case est vide. Écrivez quelque chose." in said
    page._on_start_again()
    roster = stage.show("roster", workshop_id=stage.workshops.ten)
    roster.head.anonymous.click()
    assert any(one.startswith("Présence sans nom") for one in said)
    roster.panels.anonymous.shut()
