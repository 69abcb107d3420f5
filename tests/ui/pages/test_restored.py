"""Killed in the middle: what was typed is there again, and the screen says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.ui.pages.conftest import TWO, Crowd

from angrilien.domain.rows import NoteText, Roster
from angrilien.services import attendance, drafts, notes
from angrilien.ui.desk import Desk
from angrilien.ui.draft_pause import LONGEST
from angrilien.ui.main_window import MainWindow
from helpers.copies import open_again
from helpers.notebooks import SetClock
from helpers.windows import click, press, settle, type_text, until

CHILD = Path(__file__).with_name("drafts_child.py")
LOST_SECONDS = LONGEST / 1000 + 0.5
"""What a kill may take: the longest run that is not kept, and the writing of it on a busy disk."""
SENTENCES = {
    "workshop_form": "Un nouvel atelier n’est pas terminé. Rien n’est perdu.",
    "person_form": "Une nouvelle personne n’est pas notée. Rien n’est perdu.",
    "note": "Un bilan n’est pas terminé. Rien n’est perdu.",
    "search": "Vous cherchiez une personne. La liste est là.",
    "signing": "Une signature n’était pas finie. La personne signe de nouveau.",
}


@pytest.fixture
def folder(crowd: Crowd, tmp_path: Path) -> Path:
    return crowd.original.copy(tmp_path)


@pytest.fixture
def programme(crowd: Crowd, tmp_path: Path) -> Path:
    file = tmp_path / "programme.json"
    file.write_text(crowd.original.programme.to_json(), encoding="utf-8")
    return file


def begin(folder: Path, programme: Path, kind: str, workshop_id: str) -> subprocess.Popen[str]:
    """A real process that types."""
    tests = CHILD.parents[2]
    known = os.pathsep.join([str(tests), *sys.path])
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), str(programme), kind, workshop_id],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": known},
    )


def reopen(qtbot: QtBot, desk: Desk, window: MainWindow, crowd: Crowd, folder: Path) -> MainWindow:
    """Open what the killed process left, a minute later, in a window of this process."""
    desk.programme = crowd.original.programme
    desk.clock = SetClock(TWO + 60_000)
    made = desk.lanes.store.submit(open_again, folder, crowd.original.programme, desk.clock).result(
        30
    )
    window.open_notebook(made)
    settle(qtbot, window)
    return window


def shown(window: MainWindow, kind: str) -> str:
    page: Any = window.page
    if kind == "workshop_form":
        field = page.fields.title_field
    elif kind == "person_form":
        field = page.first_name
    else:
        field = page.head.search if kind == "search" else page.boxes["done"]
    text: str = field.text()
    return text


@pytest.mark.parametrize("kind", ["workshop_form", "person_form", "note", "search"])
def test_a_killed_process_loses_one_second_of_typing_at_most(
    qtbot: QtBot,
    desk: Desk,
    closed_window: MainWindow,
    crowd: Crowd,
    folder: Path,
    programme: Path,
    kind: str,
) -> None:
    process = begin(folder, programme, kind, crowd.workshop_id)
    typed: list[tuple[float, str]] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            typed.append((time.monotonic(), line.rstrip("\n")))
            if typed[-1][0] - typed[0][0] > 3:
                break
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert LONGEST <= 1_000, "a second is what is promised"
    killed = typed[-1][0]
    safe = [text for at, text in typed if at < killed - LOST_SECONDS][-1]
    assert len(safe) > 10
    window = reopen(qtbot, desk, closed_window, crowd, folder)
    assert window.page is not None
    assert window.page.name == "today"
    assert window.messages.sentence == SENTENCES[kind]
    click(window.messages.action)
    settle(qtbot, window)
    back = shown(window, kind)
    assert back.startswith(safe.strip()), f"{len(safe)} letters were typed, {len(back)} came back"
    page: Any = window.page
    if kind != "search":
        assert page.restored.isVisible(), "the screen says that it came back"


def test_half_a_signature_is_thrown_away_and_told(
    qtbot: QtBot,
    desk: Desk,
    closed_window: MainWindow,
    crowd: Crowd,
    folder: Path,
    programme: Path,
) -> None:
    process = begin(folder, programme, "signing", crowd.workshop_id)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "half signed\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    window = reopen(qtbot, desk, closed_window, crowd, folder)
    assert window.messages.sentence == SENTENCES["signing"]
    click(window.messages.action)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "roster"
    click(page.bar.sign)
    settle(qtbot, window)
    signing: Any = window.page
    assert signing.pad.is_empty
    roster: Roster = desk.lanes.store.submit(
        attendance.roster, desk.notebook, crowd.workshop_id
    ).result(10)
    assert {row.mode for row in roster.rows} == {None}


def test_nothing_is_said_where_everything_was_finished(
    qtbot: QtBot, window: MainWindow, workshop_id: str
) -> None:
    assert window.messages.sentence == ""


def test_a_draft_of_days_ago_is_not_spoken_of_but_stays(
    qtbot: QtBot,
    closed_window: MainWindow,
    notebook: Any,
    workshop_id: str,
    in_lane: Callable[..., Any],
    clock: SetClock,
) -> None:
    in_lane(drafts.save, drafts.WORKSHOP_FORM, '{"title": "Il y a longtemps"}')
    clock.at += 25 * 3_600_000
    closed_window.open_notebook(notebook)
    settle(qtbot, closed_window)
    assert closed_window.messages.sentence == ""
    closed_window.navigate("workshop_form")
    settle(qtbot, closed_window)
    page: Any = closed_window.page
    assert page.fields.title_field.text() == "Il y a longtemps"


def test_closing_the_window_in_the_middle_keeps_the_search_and_leaving_forgets_it(
    qtbot: QtBot, window: MainWindow, workshop_id: str, in_lane: Callable[..., Any]
) -> None:
    key = drafts.key_of("search", workshop_id)
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    type_text(page.head.search, "lef")
    page.keep()
    settle(qtbot, window)
    assert in_lane(drafts.load, key) == "lef"
    window.navigate("today")
    settle(qtbot, window)
    assert in_lane(drafts.load, key) == ""
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    type_text(page.head.search, "vid")
    page.closing()
    settle(qtbot, window)
    assert in_lane(drafts.load, key) == "vid"


def test_a_bilan_that_was_written_is_no_draft(
    qtbot: QtBot, window: MainWindow, workshop_id: str, in_lane: Callable[..., Any]
) -> None:
    in_lane(notes.keep, NoteText(workshop_id=workshop_id, done="Fait"))
    window.navigate("note", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    assert page.boxes["done"].text() == "Fait"
    assert not page.restored.isVisible()


def test_the_system_s_own_closing_asks_the_animateur_while_somebody_signs(
    qtbot: QtBot, window: MainWindow, workshop_id: str, in_lane: Callable[..., Any]
) -> None:
    """Alt and F4, as the system sends it."""
    roster: Roster = in_lane(attendance.everyone_present, workshop_id)
    ids = tuple(row.attendance_id for row in roster.rows)
    window.navigate("signing", workshop_id=workshop_id, attendance_ids=ids)
    settle(qtbot, window)
    page: Any = window.page
    QTest.mousePress(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseRelease(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    window.windowHandle().close()
    settle(qtbot, window)
    assert window.isVisible()
    assert page.return_panel.is_open
    assert not page.pad.is_empty, "the signature goes on"
    press(window, Qt.Key.Key_Escape)
    assert window.page is page
    window.windowHandle().close()
    settle(qtbot, window)
    assert window.isVisible()
    window.windowHandle().close()
    until(lambda: not window.isVisible())


def test_the_system_s_own_closing_in_the_middle_of_a_form_keeps_it(
    qtbot: QtBot, window: MainWindow, notebook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    save = drafts.save
    monkeypatch.setattr(
        drafts, "save", lambda nb, key, text: (kept.append(text), save(nb, key, text))[1]
    )
    window.navigate("workshop_form")
    settle(qtbot, window)
    page: Any = window.page
    type_text(page.fields.title_field.edit, "À moitié")
    window.windowHandle().close()
    until(lambda: not window.isVisible())
    assert any("À moitié" in text for text in kept)
