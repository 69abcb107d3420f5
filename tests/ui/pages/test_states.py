"""D1, D4 and D6 while they read, when they cannot, and when there is nothing; F1 for each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from angrilien.domain.rows import NoteText
from angrilien.errors import DiskFull, NotebookDamaged
from angrilien.services import attendance, notes, workshops
from angrilien.ui.main_window import MainWindow
from helpers.windows import click, press, settle, type_text, until

READS = {
    "today": (workshops, "today"),
    "roster": (attendance, "roster"),
    "note": (notes, "read"),
}


def show(qtbot: QtBot, window: MainWindow, name: str, workshop_id: str) -> Any:
    window.navigate(name, **({} if name == "today" else {"workshop_id": workshop_id}))
    return window.page


def begin(window: MainWindow, notebook: Any) -> None:
    """Open without waiting: what is read may take its time."""
    window.open_notebook(notebook)


@pytest.mark.parametrize("name", READS)
def test_a_screen_that_waits_says_so_after_a_moment_and_then_shows_what_came(
    qtbot: QtBot,
    closed_window: MainWindow,
    notebook: Any,
    workshop_id: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    module, verb = READS[name]
    read = getattr(module, verb)
    go = threading.Event()

    def slow(*args: Any) -> Any:
        assert go.wait(20)
        return read(*args)

    monkeypatch.setattr(module, verb, slow)
    begin(closed_window, notebook)
    page = show(qtbot, closed_window, name, workshop_id)
    assert not page.reading.isVisible(), "most of what is read has come by then"
    until(page.reading.isVisible)
    assert page.reading.text.text() == "Un instant…"
    assert not page.reading.again.isVisible()
    assert name != "roster" or not page.body.isVisible()
    go.set()
    settle(qtbot, closed_window)
    assert not page.reading.isVisible()
    if name == "roster":
        assert page.body.isVisible()
        assert page.head.search.hasFocus(), "the first name can be typed"


@pytest.mark.parametrize("name", READS)
def test_what_cannot_be_read_is_said_in_its_place_and_tried_again(
    qtbot: QtBot,
    closed_window: MainWindow,
    notebook: Any,
    workshop_id: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    module, verb = READS[name]
    with monkeypatch.context() as broken:

        def fail(*_args: Any) -> None:
            raise NotebookDamaged

        broken.setattr(module, verb, fail)
        begin(closed_window, notebook)
        page = show(qtbot, closed_window, name, workshop_id)
        settle(qtbot, closed_window)
        assert page.reading.has_failed
        assert page.reading.text.text() == "Rien n’a pu être lu ici."
        assert closed_window.messages.sentence == NotebookDamaged.sentence
        assert closed_window.messages.action.isVisible(), "the problem has a way out of its own"
        assert closed_window.page is page, "one stays where one went"
        assert page.reading.again.hasFocus()
    click(page.reading.again)
    settle(qtbot, closed_window)
    assert not page.reading.isVisible()
    if name == "today":
        assert len(page.cards()) == 1
    elif name == "roster":
        assert page.model.rowCount() == 10
        assert page.body.isVisible()
    else:
        assert not page.boxes["done"].edit.isReadOnly()


def test_a_bilan_that_could_not_be_read_is_never_written_over(
    qtbot: QtBot,
    window: MainWindow,
    workshop_id: str,
    in_lane: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_lane(notes.keep, NoteText(workshop_id=workshop_id, done="Déjà là"))

    def fail(*_args: Any) -> None:
        raise NotebookDamaged

    with monkeypatch.context() as broken:
        broken.setattr(notes, "read", fail)
        show(qtbot, window, "note", workshop_id)
        settle(qtbot, window)
        press(window, Qt.Key.Key_Escape)
        settle(qtbot, window)
    assert in_lane(notes.read, workshop_id).done == "Déjà là"


def test_a_bilan_that_a_full_disk_refuses_says_so_and_is_kept_later_by_itself(
    qtbot: QtBot,
    window: MainWindow,
    workshop_id: str,
    in_lane: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = show(qtbot, window, "note", workshop_id)
    settle(qtbot, window)
    page._retry_pause.setInterval(50)
    full = True
    save = notes.save_draft

    def sometimes(*args: Any) -> NoteText:
        if full:
            raise DiskFull
        return save(*args)

    monkeypatch.setattr(notes, "save_draft", sometimes)
    type_text(page.boxes["done"].edit, "Mots de passe")
    until(lambda: page.saved.text() == "Pas encore enregistré")
    assert window.messages.sentence == DiskFull.sentence
    full = False
    until(lambda: page.saved.text().startswith("Enregistré"), seconds=10)
    assert window.messages.sentence == ""
    assert in_lane(notes.read, workshop_id).done == "Mots de passe"


def test_an_empty_list_and_an_empty_day_say_what_to_do(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    page: Any = window.page
    texts = [label.text() for label in page.findChildren(type(page.reading.text))]
    assert "Pas d’atelier prévu aujourd’hui." in texts
    click(page.unplanned)
    until(lambda: window.page is not None and window.page.name == "roster")
    settle(qtbot, window)
    roster: Any = window.page
    assert roster.body.empty.isVisible()
    assert roster.body.empty.text() == (
        "La liste est vide. Cherchez un nom, ou ajoutez une personne."
    )


@pytest.mark.parametrize("name", ["today", "workshop_form", "roster", "person_form", "note"])
def test_f1_is_the_help_of_the_screen_and_comes_back_to_it(
    qtbot: QtBot, window: MainWindow, workshop_id: str, name: str
) -> None:
    titles = {
        "today": "Aujourd’hui",
        "workshop_form": "Nouvel atelier",
        "roster": "Émargement",
        "person_form": "Nouvelle personne",
        "note": "Bilan",
    }
    args = {} if name in ("today", "workshop_form") else {"workshop_id": workshop_id}
    window.navigate(name, **args)
    settle(qtbot, window)
    press(window, Qt.Key.Key_F1)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "help"
    assert page.text.toPlainText().split("\n")[0] == titles[name]
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == name


def test_what_only_needs_another_try_is_said_once(
    qtbot: QtBot, window: MainWindow, workshop_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise DiskFull

    with monkeypatch.context() as broken:
        broken.setattr(attendance, "roster", fail)
        page = show(qtbot, window, "roster", workshop_id)
        settle(qtbot, window)
    assert page.reading.text.text() == DiskFull.sentence
    assert window.messages.sentence == ""
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert page.model.rowCount() == 10
