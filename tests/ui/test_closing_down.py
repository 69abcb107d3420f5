"""Closing the window while the programme does not answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien.domain.codes import make_code
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.settings import Settings
from angrilien.sync.client import STALL_SECONDS
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from helpers.notebooks import make_notebook, make_programme


class Silent:
    """Takes a request and never answers."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.asked = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return
        with connection:
            connection.recv(1)
            self.asked.set()
            self._ended.wait()

    def close(self) -> None:
        self._ended.set()
        if not self.asked.is_set():
            self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    made = Silent()
    yield made
    made.close()


def test_the_window_closes_at_once_and_leaves_the_file_whole(
    qtbot: QtBot,
    looks: QApplication,
    silent: Silent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(Lanes(), make_programme(server=silent.url), tmp_path / "data")
    window = MainWindow(desk, Settings(tmp_path))
    notebook: Notebook = desk.lanes.store.submit(
        make_notebook,
        tmp_path,
        programme=desk.programme,
        venue_code=make_code(lambda alphabet: alphabet[3]),
    ).result(30)
    window.show()
    window.open_notebook(notebook)
    qtbot.waitUntil(silent.asked.is_set, timeout=10_000)
    hidden: list[bool] = []
    end_lane = desk.lanes.network.close

    def end() -> None:
        hidden.append(not window.isVisible())
        end_lane()

    monkeypatch.setattr(desk.lanes.network, "close", end)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < STALL_SECONDS / 4
    assert hidden == [True]
    left = sorted(path.name for path in (tmp_path / "data").glob("cahier.db*"))
    assert left == ["cahier.db"]
    window.deleteLater()
    desk.deleteLater()
