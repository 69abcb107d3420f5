"""The page of sending, and the help."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from angrilien.domain.codes import make_code
from angrilien.domain.rows import SendingState
from angrilien.errors import CodeRefused
from angrilien.paths import resource
from angrilien.services import sending
from angrilien.ui.main_window import _PAGES, MainWindow
from helpers.windows import click, press, settle, write


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> Any:
    qtbot.waitUntil(window.line.isVisible)
    click(window.line)
    settle(qtbot, window)
    return window.page


def test_the_code_of_the_venue_is_asked_for_where_it_is_missing(page: Any) -> None:
    assert page.code_card.isVisible()
    assert not page.send.isVisible()
    assert page.code.edit.hasFocus()


@pytest.mark.parametrize("typed", ["", "bonjour", "7Q2K-M4XR-9Z"])
def test_what_is_no_code_is_refused_and_kept(page: Any, typed: str) -> None:
    write(page.code.edit, typed)
    click(page.keep_code)
    assert page.code.has_problem
    assert page.code.text() == typed


def test_a_code_is_kept_and_the_notebook_says_so(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    write(page.code.edit, make_code(lambda alphabet: alphabet[3]))
    click(page.keep_code)
    qtbot.waitUntil(window.messages.isVisible)
    assert window.messages.sentence == "Le code est enregistré. L’envoi part tout seul."


def test_every_screen_has_its_help(qtbot: QtBot, window: MainWindow) -> None:
    for name in _PAGES:
        if name != "help":
            text = resource(f"help/{name}.html").read_text(encoding="utf-8")
            assert "'" not in text
            assert "http" not in text
    press(window, Qt.Key.Key_F1)
    assert window.page is not None
    browser = window.page.findChild(QTextBrowser)
    assert isinstance(browser, QTextBrowser)
    assert browser.toPlainText().startswith("Aujourd’hui")
    assert browser.verticalScrollBar().maximum() == 0
    press(window, Qt.Key.Key_Escape)
    assert window.page.name == "today"


def test_a_code_that_is_kept_is_not_asked_for_again(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    write(page.code.edit, make_code(lambda alphabet: alphabet[3]))
    click(page.keep_code)
    qtbot.waitUntil(lambda: not page.code_card.isVisible())
    assert page.send.isVisible()
    assert "Il manque" not in page.lead.text() + page.rest.text()


def test_a_code_that_was_refused_is_asked_for_with_the_reason(
    qtbot: QtBot, window: MainWindow, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = SendingState(waiting=2, oldest_waiting=None, has_venue=False, has_code=True)
    monkeypatch.setattr(sending, "state", lambda _notebook: state)
    window.desk.changed.sending_changed.emit()
    qtbot.waitUntil(lambda: not page.code_card.isVisible())
    state = dataclasses.replace(state, has_code=False)
    assert window.watch is not None
    window.watch._sender.problem = CodeRefused()
    window.desk.changed.sending_changed.emit()
    qtbot.waitUntil(page.code_card.isVisible)
    assert page.code.has_problem
    assert not page.problem.isVisible(), "said once"
    assert not page.send.isVisible()
