"""R10: two instances, a second user session, a lock that a dead process or another laptop left.

Must show: the second refuses or comes to the front. (A folder kept by a cloud drive:
tests/services/test_cloud_folder.py, test_notices.py.) All with real processes of the application.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLockFile
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from angrilien.app import LOCK
from angrilien.ui.one_instance import Bell, Heard, bell_name, ring
from helpers.notebooks import make_programme

PROGRAM = """
import sys
from pathlib import Path

from angrilien import app


def forward(application):
    was = type(application.window).come_forward
    def come(self):
        was(self)
        print("forward", self.isVisible(), self.isMinimized(), flush=True)
    return come


def begin(application):
    application.start()
    application._bell.rung.connect(lambda: forward(application)(application.window))
    application.window.showMinimized()
    print("shown", flush=True)


options = app.Options(data_dir=Path(sys.argv[1]), programme=Path(sys.argv[2]))
sys.exit(app.run(options, begin=begin))
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the application on one folder, as often as it is called."""
    programme = tmp_path / "programme.json"
    programme.write_text(make_programme().to_json(), encoding="utf-8")
    processes: list[subprocess.Popen[str]] = []

    def begin(**variables: str) -> subprocess.Popen[str]:
        made = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "data"), str(programme)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables},
        )
        processes.append(made)
        return made

    yield begin
    for process in processes:
        process.kill()
        process.communicate()
    # A killed process leaves its bell behind; the next start takes it away.
    QLocalServer.removeServer(bell_name(tmp_path / "data"))


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_the_second_ends_well_and_the_first_comes_to_the_front(start: Start) -> None:
    first = start()
    assert line(first) == "shown\n"
    second = start()
    assert line(first) == "forward True False\n"
    out, told = second.communicate(timeout=30)
    assert (second.returncode, out, told) == (0, "", "")
    assert first.poll() is None


def test_a_second_session_is_refused_with_a_sentence_and_the_first_stays_where_it_is(
    start: Start,
) -> None:
    first = start(DISPLAY=":0")
    assert line(first) == "shown\n"
    second = start(DISPLAY=":7")
    out, told = second.communicate(timeout=30)
    assert (second.returncode, out) == (1, "")
    assert told == "Angrilien est déjà ouvert dans une autre session. Fermez-le d’abord là-bas.\n"
    first.send_signal(signal.SIGTERM)
    out, _ = first.communicate(timeout=30)
    assert out == ""  # it never came forward


def test_the_lock_of_a_dead_process_is_taken_over(start: Start, tmp_path: Path) -> None:
    first = start()
    assert line(first) == "shown\n"
    first.kill()
    first.communicate()
    assert (tmp_path / "data" / LOCK).exists()
    second = start()
    assert line(second) == "shown\n"
    third = start()  # and the bell, whose socket the dead one left, rings again
    assert line(second) == "forward True False\n"
    assert third.wait(30) == 0


def test_the_lock_of_a_living_process_that_does_not_answer_is_respected(
    start: Start, tmp_path: Path
) -> None:
    first = start()
    assert line(first) == "shown\n"
    before = (tmp_path / "data" / LOCK).read_bytes()
    first.send_signal(signal.SIGSTOP)
    try:
        second = start()
        _, told = second.communicate(timeout=30)
    finally:
        first.send_signal(signal.SIGCONT)
    assert second.returncode == 1
    assert told == "Angrilien est déjà ouvert sur cet ordinateur, mais ne répond pas.\n"
    assert (tmp_path / "data" / LOCK).read_bytes() == before
    assert first.poll() is None


@pytest.mark.parametrize("living", [False, True])
def test_a_lock_under_another_name_of_the_computer(
    start: Start, tmp_path: Path, *, living: bool
) -> None:
    """The laptop was renamed, or the folder comes from another: only a living process counts."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / LOCK
    lock = QLockFile(str(file))
    assert lock.tryLock(0)
    renamed = file.read_text("utf-8").replace(socket.gethostname(), "un-autre-nom")
    if living:
        with file.open("r+", encoding="utf-8") as stream:
            stream.write(renamed)
            stream.truncate()
    else:
        lock.unlock()
        file.write_text(renamed.replace(str(os.getpid()), "4194000", 1), encoding="utf-8")
    assert "un-autre-nom" in file.read_text("utf-8")
    process = start()
    if living:
        _, told = process.communicate(timeout=30)
        assert (process.returncode, "déjà ouvert" in told) == (1, True)
    else:
        assert line(process) == "shown\n"


def test_the_name_of_the_bell_tells_nothing_and_is_one_for_each_folder(tmp_path: Path) -> None:
    there = tmp_path / "claire-martin"
    there.mkdir()
    (tmp_path / "link").symlink_to(there)
    assert bell_name(there) == bell_name(tmp_path / "link")
    assert bell_name(there) != bell_name(tmp_path)
    assert "claire" not in bell_name(there)


def test_noise_at_the_bell_is_not_heard(
    qtbot: QtBot, tmp_path: Path, qapp: QCoreApplication
) -> None:
    bell = Bell(tmp_path)
    heard: list[bool] = []
    bell.rung.connect(lambda: heard.append(True))
    for noise in (b"", b"\n", b"\xff\xfe\n", b"x" * 4096):
        caller = QLocalSocket()
        caller.connectToServer(bell_name(tmp_path))
        assert caller.waitForConnected(1000)
        caller.write(noise)
        caller.flush()
        qtbot.wait(50)
        caller.abort()
    assert heard == []
    bell.close()
    bell.deleteLater()
    assert ring(tmp_path) is Heard.NOTHING
