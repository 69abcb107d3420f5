"""D12 on real notebooks: somebody more, a new phrase, a new code, somebody less."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from angrilien.errors import WrongPassphrase
from angrilien.services import animateurs, code_secret, opening
from angrilien.services.notebook import Notebook
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages import animateurs as page_module
from angrilien.ui.printing.phrase import paint_phrase
from angrilien.vault import slots
from angrilien.vault.slots import SlotFile
from helpers.notebooks import CHEAP_KDF, CODE_SECRET, PHRASE
from helpers.windows import click, press, settle, until, write


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """New slots cost little."""
    for verb in (animateurs.add, animateurs.change_phrase):
        monkeypatch.setitem(verb.__kwdefaults__, "kdf", CHEAP_KDF)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("help")
    settle(qtbot, window)
    help_page: Any = window.page
    click(help_page.computer_button)
    click(help_page.doors["animateurs"])
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "animateurs"
    return window.page


def lines(page: Any) -> list[str]:
    return [
        label.text()
        for label in page.card.findChildren(QLabel)
        if label.property("role") == "heading" and not label.isHidden() and label.isVisible()
    ]


def opens(folder: Path, phrase: str) -> bool:
    try:
        SlotFile.parse((folder / opening.SLOTS).read_bytes()).open(phrase)
    except WrongPassphrase:
        return False
    return True


def add(qtbot: QtBot, window: MainWindow, page: Any, name: str = "Bruno Petit") -> str:
    """Add somebody by the keyboard where there is one; return their phrase."""
    click(page.add_button)
    settle(qtbot, window)
    write(page.name_field.edit, name)
    QTest.keyClick(page.name_field.edit, Qt.Key.Key_Return)
    phrase = str(page.words.phrase)
    assert len(phrase.split()) == 6
    click(page.noted)
    write(page.typed_field.edit, phrase.upper())
    QTest.keyClick(page.typed_field.edit, Qt.Key.Key_Return)
    settle(qtbot, window)
    write(page.secret.code.edit, "581903")
    write(page.secret.again.edit, "581903")
    click(page.secret_next)
    until(lambda: page._step == page_module._LIST, seconds=20)
    settle(qtbot, window)
    return phrase


def row(in_lane: Callable[..., Any], name: str) -> Any:
    return next(r for r in in_lane(animateurs.listed) if r.name == name)


def test_somebody_more_opens_with_their_phrase_and_their_code(
    qtbot: QtBot, window: MainWindow, page: Any, notebook: Notebook, in_lane: Callable[..., Any]
) -> None:
    assert lines(page) == ["Claire Martin (vous)"]
    phrase = add(qtbot, window, page)
    assert lines(page) == ["Claire Martin (vous)", "Bruno Petit"]
    assert opens(notebook.folder, phrase)
    assert opens(notebook.folder, PHRASE)
    assert page.words.phrase == page.typed_field.text() == page.secret.code.text() == ""
    assert "C’est fait." in window.messages.sentence

    def as_bruno(nb: Notebook) -> bool:
        nb.facilitator_id = row(lambda f: f(nb), "Bruno Petit").facilitator_id
        return code_secret.check(nb, "581903") and not code_secret.check(nb, CODE_SECRET)

    assert in_lane(as_bruno)


def test_a_new_phrase_of_ones_own(
    qtbot: QtBot, window: MainWindow, page: Any, notebook: Notebook, in_lane: Callable[..., Any]
) -> None:
    mine = row(in_lane, "Claire Martin")
    click(page.card.buttons[mine.slot_id, "phrase"])
    settle(qtbot, window)
    assert page.former.isVisible(), "what it will do is said first"
    phrase = page.words.phrase
    click(page.words.another)
    settle(qtbot, window)
    assert page.words.phrase != phrase
    phrase = page.words.phrase
    click(page.noted)
    write(page.typed_field.edit, f"{phrase} de trop")
    click(page.typed_next)
    settle(qtbot, window)
    assert page.typed_field.has_problem
    write(page.typed_field.edit, phrase)
    click(page.typed_next)
    until(lambda: page._step == page_module._LIST, seconds=30)
    settle(qtbot, window)
    assert opens(notebook.folder, phrase)
    assert not opens(notebook.folder, PHRASE)
    assert in_lane(code_secret.check, CODE_SECRET), "the code is still the same"
    assert lines(page) == ["Claire Martin (vous)"]


def test_somebody_less_and_the_consequences_said_before(
    qtbot: QtBot, window: MainWindow, page: Any, notebook: Notebook, in_lane: Callable[..., Any]
) -> None:
    phrase = add(qtbot, window, page)
    bruno = row(in_lane, "Bruno Petit")
    click(page.card.buttons[bruno.slot_id, "remove"])
    settle(qtbot, window)
    assert "Bruno Petit ne pourra plus ouvrir cet ordinateur." in page.consequences.text()
    assert window.focusWidget() is page.keep_button, "the safe answer has the focus"
    click(page.keep_button)
    settle(qtbot, window)
    assert opens(notebook.folder, phrase)
    click(page.card.buttons[bruno.slot_id, "remove"])
    click(page.remove_button)
    until(lambda: page._step == page_module._LIST, seconds=30)
    settle(qtbot, window)
    assert lines(page) == ["Claire Martin (vous)"]
    assert not opens(notebook.folder, phrase)
    assert opens(notebook.folder, PHRASE)

    def codes(nb: Notebook) -> list[str]:
        with nb.store.read() as connection:
            found = connection.exec_driver_sql("SELECT facilitator_id FROM code_secret")
            return [one[0] for one in found]

    assert in_lane(codes) == [notebook.facilitator_id]


def test_one_cannot_remove_oneself_nor_the_last_one(page: Any, in_lane: Callable[..., Any]) -> None:
    mine = row(in_lane, "Claire Martin")
    assert {what for slot, what in page.card.buttons if slot == mine.slot_id} == {"phrase", "code"}


def test_the_code_is_changed_with_ones_own_phrase(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    mine = row(in_lane, "Claire Martin")
    click(page.card.buttons[mine.slot_id, "code"])
    write(page.own_phrase.edit, "abandon bambin cadeau dauphin ecarter faux")
    write(page.new_code.code.edit, "123456")
    click(page.code_next)
    assert page.new_code.code.has_problem
    write(page.new_code.code.edit, "581903")
    write(page.new_code.again.edit, "581903")
    click(page.code_next)
    until(lambda: page.own_phrase.has_problem, seconds=20)
    assert page.new_code.code.text() == "581903", "what was typed stays"
    assert in_lane(code_secret.check, CODE_SECRET)
    write(page.own_phrase.edit, PHRASE)
    click(page.code_next)
    until(lambda: page._step == page_module._LIST, seconds=20)
    settle(qtbot, window)
    assert in_lane(code_secret.check, "581903")


def test_escape_goes_back_step_by_step_and_nothing_is_done(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    click(page.add_button)
    settle(qtbot, window)
    click(page.name_next)
    assert page.name_field.has_problem
    write(page.name_field.edit, "Bruno Petit")
    click(page.name_next)
    click(page.noted)
    for step in (page_module._PHRASE, page_module._NAME, page_module._LIST):
        press(window, Qt.Key.Key_Escape)
        assert page._step == step
    press(window, Qt.Key.Key_Escape)
    assert window.page is not None
    assert window.page.name == "help"
    assert len(in_lane(animateurs.listed)) == 1


def test_leaving_the_screen_leaves_no_phrase_on_it(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    click(page.add_button)
    settle(qtbot, window)
    write(page.name_field.edit, "Bruno Petit")
    click(page.name_next)
    assert page.words.phrase
    window.navigate("today")
    assert page.words.phrase == ""
    assert page.words.card.accessibleName() == ""


def test_a_phrase_is_printed_without_saying_what_it_opens(tmp_path: Path, looks: Any) -> None:
    import pypdfium2

    file = tmp_path / "phrase.pdf"
    writer = QPdfWriter(str(file))
    assert paint_phrase(PHRASE, writer)
    del writer
    with pypdfium2.PdfDocument(file) as document:
        text = document[0].get_textpage().get_text_range()
    assert all(word in text for word in PHRASE.split())
    assert str(slots.MAX_SLOTS) not in text
    assert "Claire" not in text
