"""What leaves is shown in full first; it leaves by a button; a report is offered and deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien import crashes, paths
from angrilien.domain.notices import NoticeKind
from angrilien.errors import CannotSaveFile
from angrilien.ui.main_window import MainWindow
from helpers.windows import click, settle


def open_page(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("help", screen="today")
    help_page: Any = window.page
    click(help_page.computer_button)
    click(help_page.doors["technical"])
    settle(qtbot, window)
    return window.page


def leave_report(window: MainWindow) -> Path:
    folder = paths.log_dir(window.desk.folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / crashes.NEW).write_text("un rapport\n", encoding="utf-8")
    return folder


def test_the_whole_text_is_shown_and_copied_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    page = open_page(qtbot, window)
    text = page.text.toPlainText()
    assert "Vérifications" in text
    assert "lignes change" in text
    assert "Claire" not in text
    assert page.text.isReadOnly()
    assert not page.forget_button.isVisible()
    click(page.copy_button)
    assert QGuiApplication.clipboard().text().replace("\r\n", "\n") == text
    assert "copié" in window.messages.sentence
    click(page.back_button)
    assert window.page is not None
    assert window.page.name == "help"


def test_it_is_saved_where_one_chooses(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [str(tmp_path / "not" / "there.txt"), str(tmp_path / "ici.txt"), ""]
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *_args: (chosen.pop(0), ""))
    )
    page = open_page(qtbot, window)
    click(page.save_button)
    assert window.messages.sentence == CannotSaveFile.sentence
    click(window.messages.action)  # "Choisir un autre dossier"
    assert (tmp_path / "ici.txt").read_text("utf-8") == page.text.toPlainText()
    assert "enregistré" in window.messages.sentence
    click(page.save_button)  # and the dialog left without a choice
    assert chosen == []


def test_a_report_is_offered_on_the_first_screen_read_and_deleted(
    qtbot: QtBot, window: MainWindow
) -> None:
    folder = leave_report(window)
    window.navigate("today")
    settle(qtbot, window)
    today: Any = window.page
    click(today.notices.boxes()[NoticeKind.REPORT].button)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "technical"
    assert "  un rapport\n" in page.text.toPlainText()
    assert not crashes.is_new(folder)
    click(page.forget_button)
    settle(qtbot, window)
    assert crashes.last(folder) == ""
    assert "un rapport" not in page.text.toPlainText()
    assert not page.forget_button.isVisible()


def test_before_the_notebook_is_open_the_page_tells_what_it_can(
    qtbot: QtBot, closed_window: MainWindow
) -> None:
    leave_report(closed_window)
    closed_window.navigate("unlock")
    closed_window.offer_report()
    click(closed_window.messages.action)
    settle(qtbot, closed_window)
    page: Any = closed_window.page
    assert page.name == "technical"
    assert "un rapport" in page.text.toPlainText()
    assert "Cahier\n  fermé" in page.text.toPlainText()
