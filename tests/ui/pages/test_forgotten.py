"""A forgotten phrase, from the opening to the opened notebook, with two of three custodians."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.errors import WrongPassphrase
from angrilien.services import animateurs, opening, recovery
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages import forgotten as page_module
from angrilien.vault.custody import CustodianKey, answer
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.keys import ListedKey
from angrilien.wire.recovery import RecoveryRequest, read_recovery_request
from helpers.notebooks import CHEAP_KDF, NOON, PHRASE, make_notebook, make_programme
from helpers.windows import click, press, settle, until, write

OTHER = "galaxie habile iceberg jaguar kayak labial"


@dataclass(frozen=True)
class Circle:
    programme: Programme
    custodians: list[CustodianKey]

    def answer(self, request: bytes) -> bytes:
        step = answer(read_recovery_request(request), self.custodians[0])
        assert isinstance(step, RecoveryRequest)
        return answer(read_recovery_request(step.canonical()), self.custodians[1]).canonical()


@pytest.fixture(scope="module")
def circle() -> Circle:
    custodians = sorted((CustodianKey.generate() for _ in range(3)), key=lambda key: key.id)
    programme, root = make_programme(), Signer.generate()
    listed = tuple(
        ListedKey(public=key.public, use="recovery", since=0, until=NOON * 2) for key in custodians
    )
    keys = replace(programme.keys, keys=(*programme.keys.keys, *listed))
    text = keys.canonical()
    return Circle(
        replace(
            programme,
            root=root.public,
            keys=keys,
            keys_text=text.decode("utf-8"),
            keys_signature=root.header(dsse.KEYS, text),
        ),
        custodians,
    )


@pytest.fixture
def page(
    qtbot: QtBot,
    closed_window: MainWindow,
    desk: Desk,
    circle: Circle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """The screen, reached from the opening; new slots cost little."""
    for verb in (animateurs.add, recovery.begin):
        monkeypatch.setitem(verb.__kwdefaults__, "kdf", CHEAP_KDF)
    desk.programme = circle.programme

    def make() -> None:
        nb = make_notebook(tmp_path, programme=circle.programme)
        animateurs.add(nb, "Ahmed Benali", OTHER)
        nb.close()

    desk.lanes.store.submit(make).result(30)
    closed_window.navigate("unlock")
    unlock: Any = closed_window.page
    click(unlock.forgotten)
    settle(qtbot, closed_window)
    assert closed_window.page is not None
    assert closed_window.page.name == "forgotten"
    return closed_window.page


def ask(qtbot: QtBot, window: MainWindow, page: Any) -> str:
    click(page.ask_button)
    settle(qtbot, window)
    phrase = str(page.words.phrase)
    click(page.noted)
    write(page.typed_field.edit, "tout autre chose")
    click(page.typed_next)
    settle(qtbot, window)
    assert page.typed_field.has_problem
    write(page.typed_field.edit, phrase)
    QTest.keyClick(page.typed_field.edit, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert page._step == page_module._REQUEST
    assert len(page.mark.phrase.split()) == 6
    assert page.words.phrase == ""
    return phrase


def save(page: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    click(page.save_button)
    return file.read_bytes()


def give(page: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    click(page.answer_button)


def test_two_of_the_programme_open_it_again_days_later(
    qtbot: QtBot,
    closed_window: MainWindow,
    page: Any,
    desk: Desk,
    circle: Circle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phrase = ask(qtbot, closed_window, page)
    said = page.mark.phrase
    request = save(page, tmp_path / "demande.angrilien", monkeypatch)
    # Days go by; the screen is left, and says nothing of a phrase.
    closed_window.navigate("unlock")
    assert page.mark.phrase == page.typed_field.text() == ""
    closed_window.navigate("forgotten")
    settle(qtbot, closed_window)
    click(page.again_button)
    assert page.mark.phrase == said, "the same six words for the telephone"
    click(page.have_button)
    file = tmp_path / "reponse.angrilien"
    file.write_bytes(circle.answer(request))
    write(page.phrase_field.edit, PHRASE)
    give(page, file, monkeypatch)
    until(lambda: page.phrase_field.has_problem, seconds=20)
    write(page.phrase_field.edit, phrase)
    give(page, tmp_path / "demande.angrilien", monkeypatch)
    until(closed_window.messages.isVisible, seconds=20)
    assert "Cette réponse est celle d’une autre demande." in closed_window.messages.sentence
    give(page, file, monkeypatch)
    until(lambda: page._step == page_module._WHO, seconds=20)
    settle(qtbot, closed_window)
    assert closed_window.messages.sentence == ""
    assert [button.text() for button in page.names] == ["Ahmed Benali", "Claire Martin"]
    click(page.names[1])
    until(lambda: desk.is_open, seconds=30)
    settle(qtbot, closed_window)
    assert closed_window.page is not None
    assert closed_window.page.name == "today"
    assert page.phrase_field.text() == ""
    assert page.names == []
    closed_window.close()
    opening.open_notebook(desk.folder, phrase, circle.programme).close()
    opening.open_notebook(desk.folder, OTHER, circle.programme).close()
    with pytest.raises(WrongPassphrase):
        opening.open_notebook(desk.folder, PHRASE, circle.programme)


def test_a_file_that_is_none_and_no_phrase_are_said(
    qtbot: QtBot,
    closed_window: MainWindow,
    page: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phrase = ask(qtbot, closed_window, page)
    click(page.have_button)
    click(page.answer_button)
    assert page.phrase_field.has_problem
    write(page.phrase_field.edit, phrase)
    give(page, tmp_path / "absent", monkeypatch)
    assert "Ce fichier ne peut pas être lu." in closed_window.messages.sentence
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    click(page.answer_button)
    assert page._step == page_module._ANSWER


def test_escape_goes_back_to_the_opening(closed_window: MainWindow, page: Any) -> None:
    click(page.ask_button)
    press(closed_window, Qt.Key.Key_Escape)
    assert page._step == page_module._WAYS
    press(closed_window, Qt.Key.Key_Escape)
    assert closed_window.page is not None
    assert closed_window.page.name == "unlock"


def test_a_programme_without_custodians_says_so(
    qtbot: QtBot, closed_window: MainWindow, desk: Desk, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(recovery.begin.__kwdefaults__, "kdf", CHEAP_KDF)
    desk.lanes.store.submit(lambda: make_notebook(tmp_path).close()).result(30)
    closed_window.navigate("forgotten")
    settle(qtbot, closed_window)
    page: Any = closed_window.page
    assert not page.again_button.isVisible()
    click(page.ask_button)
    settle(qtbot, closed_window)
    phrase = page.words.phrase
    click(page.noted)
    write(page.typed_field.edit, phrase)
    click(page.typed_next)
    until(closed_window.messages.isVisible, seconds=20)
    assert "n’a pas prévu de secours" in closed_window.messages.sentence
