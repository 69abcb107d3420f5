"""The training: a notebook apart, that nothing leaves, that goes, that cannot be mistaken."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien import processes
from angrilien.app import LOCK, Application, Options
from angrilien.domain.cards import content, make_card
from angrilien.domain.rows import FirstStart, SheetView
from angrilien.services import closing, opening, training, training_folder, workshops
from angrilien.services.sending import Sender
from angrilien.ui import icons
from angrilien.ui.main_window import MainWindow
from angrilien.ui.printing.sheet import sheet_pdf
from angrilien.ui.widgets.training_banner import TrainingBanner
from helpers.notebooks import CHEAP_KDF, CODE_SECRET, PHRASE, make_programme
from helpers.readers import Hand, scrambled
from helpers.windows import click, press, settle, type_text, until

BAND = "ENTRAÎNEMENT — rien n’est envoyé"
BEAT_SECONDS = 6
"""A little more than the beat of a sender."""


class Listener:
    """A server of this machine that counts who comes."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.came = 0
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                if connection.recv(5) == b"close":
                    return
            self.came += 1

    def close(self) -> None:
        with socket.create_connection(self._listening.getsockname()) as own:
            own.sendall(b"close")
        self._thread.join()
        self._listening.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def options(tmp_path: Path, listener: Listener) -> Options:
    """Of a laptop that has a real notebook, and a server to send to."""
    programme = replace(make_programme(), server=listener.url)
    file = tmp_path / "programme.json"
    file.write_text(programme.to_json(), encoding="utf-8")
    data = tmp_path / "data"
    start = FirstStart(
        name="Claire Martin", passphrase=PHRASE, venue_code="", code_secret=CODE_SECRET
    )
    opening.create(data, start, programme, kdf=CHEAP_KDF).close()
    return Options(data_dir=data, programme=file, training=True)


def start(qapp: QApplication, options: Options) -> Application:
    made = Application(qapp, options)
    made.start()
    assert QTest.qWaitForWindowActive(made.window)
    return made


@pytest.fixture
def senders(monkeypatch: pytest.MonkeyPatch) -> list[Sender]:
    """Every sender that is built from here on; those that other tests left do not count."""
    built: list[Sender] = []
    begin = Sender.__init__

    def note(one: Sender, *args: Any, **named: Any) -> None:
        built.append(one)
        begin(one, *args, **named)

    monkeypatch.setattr(Sender, "__init__", note)
    return built


@pytest.fixture
def application(
    qtbot: QtBot, qapp: QApplication, options: Options, senders: list[Sender]
) -> Iterator[Application]:
    made = start(qapp, options)
    until(lambda: made.desk.is_open, seconds=20)
    settle(qtbot, made.window)
    yield made
    made.close()
    icons.forget()


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and training_folder.FOLDER not in path.parts
        and path.name != "settings.json"
    }


def play(qtbot: QtBot, window: MainWindow) -> None:
    """A workshop from its opening to its end, by the real screens."""
    page: Any = window.page
    click(page.cards()[0].open_button)
    settle(qtbot, window)
    page = window.page
    click(page.head.everyone)
    settle(qtbot, window)
    assert page.head.number.text() == str(len(training.INVENTED))
    click(page.bar.sign)
    settle(qtbot, window)
    signing: Any = window.page
    assert signing.name == "signing"
    band = window.findChild(TrainingBanner)
    assert band.isVisible(), "a participant sees that it is not for real"
    for place in (QPoint(100, 100), QPoint(200, 160)):
        QTest.mousePress(signing.pad, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseMove(signing.pad, place + QPoint(80, 20))
        QTest.mouseRelease(signing.pad, Qt.MouseButton.LeftButton, pos=place + QPoint(80, 20))
    click(signing.buttons.good)
    settle(qtbot, window)
    press(window, Qt.Key.Key_Escape)
    click(signing.return_panel.go)
    settle(qtbot, window)
    page = window.page
    click(page.bar.note)
    settle(qtbot, window)
    note: Any = window.page
    type_text(note.boxes["done"].edit, "Essai")
    click(note.finish)
    settle(qtbot, window)


def test_a_workshop_is_held_and_nothing_leaves(
    qtbot: QtBot, application: Application, listener: Listener, senders: list[Sender]
) -> None:
    window = application.window
    play(qtbot, window)
    press(window, Qt.Key.Key_F5)
    window.navigate("sending")
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    assert window.messages.sentence == "Pendant l’entraînement, rien n’est envoyé."
    end = time.monotonic() + BEAT_SECONDS
    until(lambda: time.monotonic() > end, seconds=BEAT_SECONDS + 5)
    assert listener.came == 0
    assert window.watch is None
    assert senders == []
    assert application.desk.notebook.programme.server == ""
    # The listener does hear: what would come is counted.
    host, port = listener.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as knock:
        knock.sendall(b"GET /")
    until(lambda: listener.came == 1)


def test_the_real_notebook_does_not_move(
    qtbot: QtBot, qapp: QApplication, options: Options
) -> None:
    assert options.data_dir is not None
    before = files(options.data_dir)
    assert len(before) >= 2
    made = start(qapp, options)
    until(lambda: made.desk.is_open, seconds=20)
    settle(qtbot, made.window)
    play(qtbot, made.window)
    made.close()
    icons.forget()
    assert files(options.data_dir) == before
    left = {path.name for path in (options.data_dir / training_folder.FOLDER).iterdir()}
    assert left <= {LOCK}, "nothing of it stays"


def test_it_cannot_be_mistaken_for_the_real_one(qtbot: QtBot, application: Application) -> None:
    window = application.window
    band = window.findChild(TrainingBanner)
    assert band.words == BAND
    for name in ("today", "workshop_form", "help", "training"):
        window.navigate(name)
        settle(qtbot, window)
        assert band.isVisible()
        assert band.width() == window.width()
        assert window.windowTitle().endswith("– ENTRAÎNEMENT")
    assert not window.line.isVisible()
    assert window.guard is None
    window.navigate("help")
    page: Any = window.page
    assert set(page.doors) == {"settings", "training", "technical"}


def test_a_sheet_printed_in_it_says_where_it_comes_from(
    application: Application, tmp_path: Path
) -> None:
    desk = application.desk

    def sheet() -> SheetView:
        [row] = workshops.today(desk.notebook).workshops
        return closing.sheet(desk.notebook, row.id)

    file = tmp_path / "feuille.pdf"
    sheet_pdf(desk.lanes.store.submit(sheet).result(20), file)
    document = pypdfium2.PdfDocument(file)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert training.VENUE in text
    assert training.ANIMATEUR in text


def test_its_file_cannot_be_read_by_what_lies_on_the_disk(application: Application) -> None:
    lying = b"".join(path.read_bytes() for path in application.folder.rglob("*") if path.is_file())
    assert len(lying) > 100_000
    for first_name, last_name, _ in training.INVENTED:
        assert f"{first_name} {last_name}".encode() not in lying
        assert last_name.encode() not in lying or len(last_name) < 5


def test_a_training_that_was_killed_is_begun_again_from_the_start(
    qtbot: QtBot, qapp: QApplication, options: Options
) -> None:
    assert options.data_dir is not None
    folder = options.data_dir / training_folder.FOLDER
    (folder / "logs").mkdir(parents=True)
    for name in ("cahier.db", "cahier.db-wal", "cles.json", "logs/angrilien.log"):
        (folder / name).write_bytes(b"what a killed training left")
    made = start(qapp, options)
    until(lambda: made.desk.is_open, seconds=20)
    settle(qtbot, made.window)
    page: Any = made.window.page
    assert len(page.cards()) == 1
    made.close()
    icons.forget()


def test_begin_again_ends_this_one_and_asks_for_a_new(
    qtbot: QtBot, application: Application
) -> None:
    window = application.window
    window.navigate("training")
    settle(qtbot, window)
    page: Any = window.page
    with qtbot.waitSignal(window.ended):
        click(page.begin)
    assert application.has_ended
    assert not window.isVisible()


def test_the_command_of_the_training_is_that_of_the_program() -> None:
    command = ("python", "-m", "angrilien", "--data-dir", "/x", processes.LOCKED)
    once = processes.for_training(command)
    assert once == ("python", "-m", "angrilien", "--data-dir", "/x", processes.TRAINING)
    assert processes.for_training(once) == once


def test_nothing_but_the_trainings_own_folder_is_ever_wiped(tmp_path: Path) -> None:
    (tmp_path / "cahier.db").write_bytes(b"real")
    training_folder.wipe(tmp_path)
    assert (tmp_path / "cahier.db").read_bytes() == b"real"


@pytest.mark.parametrize("door", ["first_start", "unlock", "help"])
def test_every_door_opens_a_window_of_its_own(
    qtbot: QtBot,
    qapp: QApplication,
    options: Options,
    listener: Listener,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real second process, with its own lock, beside the one that opened it."""
    started: list[subprocess.Popen[bytes]] = []
    begin = processes.start_beside

    def watched(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
        started.append(begin(command))
        return started[-1]

    monkeypatch.setattr(processes, "start_beside", watched)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    command = (
        *(sys.executable, "-m", "angrilien", "--data-dir", str(options.data_dir)),
        *("--programme", str(options.programme), processes.LOCKED),
    )
    made = start(qapp, replace(options, training=False, command=command))
    window = made.window
    try:
        window.navigate(door)
        settle(qtbot, window)
        page: Any = window.page
        if door == "help":
            click(page.computer_button)
        click(page.doors["training"] if door == "help" else page.train)
        settle(qtbot, window)
        assert window.page is not None
        assert window.page.name == "training"
        way_in: Any = window.page
        click(way_in.begin)
        assert window.page.name == door
        assert window.messages.sentence == "L’entraînement s’ouvre dans une autre fenêtre."
        [process] = started
        folder = training_folder.folder_in(made.folder)
        until((folder / "cahier.db").exists, seconds=30)
        assert (folder / LOCK).exists()
        assert process.poll() is None
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(20) == 0
        assert not (folder / "cahier.db").exists()
        assert listener.came == 0
    finally:
        for process in started:
            process.kill()
            process.wait()
        made.close()
        icons.forget()


def test_a_card_is_given_and_read_as_in_earnest(qtbot: QtBot, application: Application) -> None:
    window = application.window
    hand = Hand(window)
    page: Any = window.page
    click(page.cards()[0].open_button)
    settle(qtbot, window)
    page = window.page
    number = make_card(window.desk.programme.aud, random.Random(1).choice)
    hand.read(scrambled(content(number)))
    settle(qtbot, window)
    assert page.panels.card.is_open
    page.panels.card.search.setText("lefevre")
    until(page.panels.card.choices[0].isVisible)
    click(page.panels.card.choices[0])
    settle(qtbot, window)
    assert page.head.number.text() == "1"
    hand.read(scrambled(content(number)))
    settle(qtbot, window)
    assert window.messages.sentence == "Odette Lefèvre est déjà là."
