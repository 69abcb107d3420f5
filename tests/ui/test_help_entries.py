"""What stands under Aide: each screen exists, has its help, and is reached and left."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from angrilien.paths import resource
from angrilien.ui.help_entries import HelpEntry, entries
from angrilien.ui.main_window import MainWindow
from angrilien.ui.page_names import PAGES
from angrilien.ui.pages import help as help_page
from helpers.windows import click, press, settle

FAKES = (
    HelpEntry(page="sending", icon="sending", title="Un", text="Une phrase."),
    HelpEntry(page="unlock", icon="key", title="Deux", text="Une phrase.", locked=True),
)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_page, "entries", lambda: FAKES)


def test_every_entry_leads_to_a_screen_that_has_its_own_help() -> None:
    pages = [entry.page for entry in entries()]
    assert len(set(pages)) == len(pages)
    for entry in entries():
        assert entry.page in PAGES
        assert resource(f"icons/{entry.icon}.svg").is_file()
        assert resource(f"help/{entry.page}.html").is_file()


@pytest.mark.usefixtures("fakes")
def test_an_entry_is_opened_and_escape_comes_back_to_the_help(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.navigate("help", screen="today")
    page: Any = window.page
    click(page.computer_button)
    assert page.doors["sending"].hasFocus()
    click(page.doors["sending"])
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "sending"
    press(window, Qt.Key.Key_Escape)
    assert window.page.name == "help"
    press(window, Qt.Key.Key_Escape)
    assert window.page.name == "today"


def test_the_help_of_another_screen_begins_at_its_beginning(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.navigate("help", screen="today")
    page: Any = window.page
    click(page.computer_button)
    bar = page._scroll.verticalScrollBar()
    place = bar.value()
    assert place > 0
    click(page.doors["settings"])
    press(window, Qt.Key.Key_Escape)
    assert (window.page, bar.value()) == (page, place)
    click(page.doors["settings"])
    press(window, Qt.Key.Key_F1)
    settle(qtbot, window)
    assert window.page is page
    assert "Réglages" in page.text.toPlainText()
    assert bar.value() == 0
    way = []
    while window.page.name != "today":
        press(window, Qt.Key.Key_Escape)
        way.append(window.page.name)
    assert way == ["settings", "help", "today"]


@pytest.mark.usefixtures("fakes")
def test_a_closed_notebook_leaves_only_what_needs_none(closed_window: MainWindow) -> None:
    closed_window.navigate("unlock")
    closed_window.navigate("help", screen="unlock")
    page: Any = closed_window.page
    assert [name for name, door in page.doors.items() if door.isVisible()] == ["unlock"]
