"""D13: an ended sheet is corrected in the open, through the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.services import attendance, closing
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.amend import AmendPage
from angrilien.ui.pages.closing import ClosingPage
from angrilien.ui.printing.sheet import page_count, pdf_bytes
from angrilien.ui.widgets.signature_pad import SignaturePad
from helpers.windows import settle

STROKES = [[(float(x), float(x % 7)) for x in range(40)]]


def draw(pad: SignaturePad) -> None:
    start = QPoint(30, pad.height() // 2)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=start)
    for step in range(8):
        QTest.mouseMove(pad, start + QPoint(15 * step, 12 * (step % 2)))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=start + QPoint(120, 0))


@pytest.fixture
def ended(window: MainWindow, workshop_id: str, in_lane: Callable[..., Any]) -> str:
    in_lane(attendance.everyone_present, workshop_id)
    in_lane(closing.close, workshop_id, STROKES, 300.0, 100.0)
    return workshop_id


@pytest.fixture
def page(window: MainWindow, ended: str, qtbot: QtBot) -> AmendPage:
    window.navigate("closing", workshop_id=ended)
    settle(qtbot, window)
    shown = window.page
    assert isinstance(shown, ClosingPage)
    qtbot.mouseClick(shown.amend_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert isinstance(window.page, AmendPage)
    return window.page


def wait_mention(qtbot: QtBot, page: AmendPage, words: str) -> None:
    qtbot.waitUntil(lambda: words in page.mention.text(), timeout=5_000)


def test_a_name_is_corrected(
    window: MainWindow, page: AmendPage, ended: str, qtbot: QtBot, in_lane: Callable[..., Any]
) -> None:
    page.fields["last_name"].edit.setText("Lefebvre-Durand")
    page.reason.edit.setText("Faute de frappe")
    wait_mention(qtbot, page, "Lefebvre-Durand")
    assert page.mention.text().startswith("Ligne 1, corrigée le 25/11/2026 à ")
    assert "Raison\u00a0: Faute de frappe" in page.mention.text()
    draw(page.pad)
    qtbot.mouseClick(page.sign_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert isinstance(window.page, ClosingPage)
    assert "Lefebvre-Durand" in window.page.amended.text()
    view = in_lane(closing.sheet, ended)
    assert len(view.amendments) == 1
    assert "Lefebvre-Durand" not in [line.last_name for line in view.lines]
    assert page_count(view) in (1, 2)
    assert pdf_bytes(view).size() > 1_000


def test_without_a_signature_or_a_reason_nothing_is_signed(
    window: MainWindow, page: AmendPage, ended: str, qtbot: QtBot, in_lane: Callable[..., Any]
) -> None:
    page.fields["first_name"].edit.setText("Autre")
    qtbot.mouseClick(page.sign_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.page is page
    assert page.reason.has_problem
    page.reason.edit.setText("Faute de frappe")
    qtbot.mouseClick(page.sign_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.page is page
    assert page.fields["first_name"].text() == "Autre", "what was typed stays"
    page.fields["arrival"].edit.setText("25 h")
    draw(page.pad)
    qtbot.mouseClick(page.sign_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert page.fields["arrival"].has_problem
    assert in_lane(closing.sheet, ended).amendments == ()


def test_a_person_who_was_not_there_and_one_who_was_forgotten(
    window: MainWindow, page: AmendPage, ended: str, qtbot: QtBot, in_lane: Callable[..., Any]
) -> None:
    page.what.choose("absent")
    assert not page.fields["last_name"].isEnabled()
    page.reason.edit.setText("Confondue")
    wait_mention(qtbot, page, "n’était pas là")
    draw(page.pad)
    qtbot.mouseClick(page.sign_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    window.navigate("amend", workshop_id=ended)
    settle(qtbot, window)
    page.line.choose("0")
    assert not page.what.isVisible()
    page.fields["first_name"].edit.setText("Ida")
    page.reason.edit.setText("Oubliée")
    wait_mention(qtbot, page, "Était là aussi\u00a0: Ida")
    draw(page.pad)
    qtbot.mouseClick(page.sign_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    view = in_lane(closing.sheet, ended)
    assert [made.number for made in view.amendments] == [1, None]


def test_many_corrections_go_on_pages_of_their_own(
    window: MainWindow, ended: str, in_lane: Callable[..., Any]
) -> None:
    from angrilien.services.amending import Correction, amend

    for number in range(1, 9):
        wanted = Correction(
            number=number, last_name="Nom " * 12, first_name="Prénom", reason="Raison " * 20
        )
        in_lane(amend, ended, wanted, STROKES, 300.0, 100.0)
    view = in_lane(closing.sheet, ended)
    assert len(view.amendments) == 8
    assert page_count(view) == 2
    assert pdf_bytes(view).size() > 1_000


def test_the_verifiable_file_is_saved_where_it_is_asked(
    window: MainWindow,
    ended: str,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.navigate("closing", workshop_id=ended)
    settle(qtbot, window)
    path = tmp_path / "feuille.angrilien-feuilles"
    asked: list[str] = []

    def choose(_parent: object, _title: str, start: str, *_: object) -> tuple[str, str]:
        asked.append(start)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    page = window.page
    assert isinstance(page, ClosingPage)
    qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert path.read_bytes().startswith(b'{"aud"')
    assert asked[0].endswith("feuilles-2026-11-25.angrilien-feuilles")
