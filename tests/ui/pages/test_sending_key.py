"""The USB key on the page of sending: written, imported by a real server, its receipt read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.server.sealed import receipt_beside, take_file, write_receipt
from angrilien.services import registration, sending
from angrilien.services.notebook import Notebook
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from helpers.notebooks import SetClock, make_notebook, make_workshop
from helpers.servers import LocalServer
from helpers.windows import click, settle


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    local = LocalServer(tmp_path / "server")
    yield local
    local.close()


@pytest.fixture
def notebook(desk: Desk, tmp_path: Path, clock: SetClock, server: LocalServer) -> Notebook:
    """A notebook of a programme whose server is reached by no network."""
    desk.programme = replace(server.programme, server="")
    made: Notebook = desk.lanes.store.submit(
        make_notebook, tmp_path, clock=clock, programme=desk.programme
    ).result(30)
    return made


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key that is chosen whenever a dialog asks for one."""
    place = tmp_path / "key"
    place.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(place))
    receipt = lambda *_: (str(next(iter(place.glob("*.angrilien-recu")), place / "rien")), "")  # noqa: E731
    monkeypatch.setattr(QFileDialog, "getOpenFileName", receipt)
    return place


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, key: Path) -> Any:
    qtbot.waitUntil(window.line.isVisible)
    click(window.line)
    settle(qtbot, window)
    return window.page


def carry(server: LocalServer, key: Path) -> None:
    """Do what the technician's command does with the one file of a key."""
    (file,) = key.glob("*.angrilien-envoi")
    with file.open("rb") as stream:
        taken = take_file(server.service, stream)
    assert taken.refused == 0
    write_receipt(receipt_beside(file), taken.receipt)


def said(qtbot: QtBot, window: MainWindow, page: Any) -> str:
    qtbot.waitUntil(page.key.write_button.isEnabled)
    settle(qtbot, window)
    return window.messages.sentence if window.messages.isVisible() else ""


def test_by_the_key_alone(
    qtbot: QtBot,
    window: MainWindow,
    page: Any,
    server: LocalServer,
    key: Path,
    in_lane: Callable[..., Any],
) -> None:
    in_lane(make_workshop)
    click(page.key.write_button)
    assert said(qtbot, window, page) == "Il manque le code du lieu. Écrivez-le d’abord."
    assert list(key.iterdir()) == []
    in_lane(registration.set_code, server.code())
    click(page.key.write_button)
    assert said(qtbot, window, page).startswith("L’inscription est sur la clé.")
    carry(server, key)
    click(page.key.read_button)
    qtbot.waitUntil(page.key.note.isVisible)
    assert page.key.note.text() == "L’ordinateur est inscrit. Enregistrez le reste sur la clé."
    qtbot.waitUntil(lambda: window.messages.sentence.startswith("C’est prêt."))
    waiting = in_lane(sending.state).waiting
    click(page.key.write_button)
    assert not page.key.note.isVisible()
    assert said(qtbot, window, page) == (
        "C’est sur la clé. Portez-la au programme, puis rapportez-la."
    )
    assert in_lane(sending.state).waiting == waiting, "it is not there yet"
    carry(server, key)
    click(page.key.read_button)
    assert said(qtbot, window, page) == f"Le reçu est lu. {waiting} éléments sont envoyés."
    qtbot.waitUntil(lambda: window.line.words.lead == "Tout est envoyé.")
    click(page.key.read_button)
    assert said(qtbot, window, page) == "Le reçu est lu. Il ne dit rien de nouveau."
    click(page.key.write_button)
    assert said(qtbot, window, page) == "Tout est déjà envoyé. Rien n’est à mettre sur la clé."


def test_what_is_no_receipt_is_said_and_another_one_is_chosen(
    qtbot: QtBot, window: MainWindow, page: Any, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key / "photo.angrilien-recu").write_bytes(b"\xff\xd8\xff")
    click(page.key.read_button)
    assert said(qtbot, window, page) == (
        "Ce fichier n’est pas un reçu du programme. Rien n’a changé."
    )
    asked: list[str] = []

    def ask(*_: object) -> tuple[str, str]:
        asked.append("again")
        return "", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    click(window.messages.action)
    assert asked == ["again"]


def test_the_focus_stays_and_a_dialog_given_up_changes_nothing(
    qtbot: QtBot, window: MainWindow, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    page.key.write_button.setFocus()
    QTest.keyClick(page.key.write_button, " ")
    assert page.key.write_button.hasFocus()
    assert not window.messages.isVisible()
    assert not page.key.bar.isVisible()
