"""The whole workshop, in the real window, with the real server in another process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from angrilien import app
from angrilien.demo import people
from angrilien.demo.player import Player
from angrilien.demo.server_process import ServerProcess
from angrilien.services import attendance
from angrilien.services.notebook import Notebook
from angrilien.ui import icons

LAPTOP = Path(__file__).with_name("laptop.py")


@pytest.fixture
def central(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path / "central") as made:
        yield made


def killed_between_two_signatures(folder: Path, central: ServerProcess, out: Path) -> list[str]:
    """Play until a fourth signature is drawn but not confirmed; return what was acknowledged."""
    said: list[str] = []
    child = subprocess.Popen(
        [sys.executable, str(LAPTOP), str(folder), str(central.programme_path),
         central.code(people.VENUE_CODE), str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        for line in child.stdout:
            said.append(line.strip())
            if said[-1] == "registered":
                central.stop()
                child.stdin.write("\n")
                child.stdin.flush()
            if said[-1] == "drawn":
                break
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=20)
        child.stdin.close()
        child.stdout.close()
    return said


def counted(nb: Notebook) -> tuple[int, int]:
    """The log's number of changes by its last seq, and by recomputing the whole chain."""
    with nb.store.read() as connection:
        written = nb.store.position(connection).seq
    return written, nb.store.verify()


def test_the_whole_workshop_with_the_network_cut_and_the_application_killed(
    qapp: QApplication, tmp_path: Path, central: ServerProcess
) -> None:
    folder, out = tmp_path / "laptop", tmp_path / "pictures"
    out.mkdir()
    said = killed_between_two_signatures(folder, central, out)
    assert said[1:] == ["registered", "present 9", "signed 1", "signed 2", "signed 3", "drawn"]
    phrase = said[0].removeprefix("phrase ")

    options = app.Options(data_dir=folder, programme=central.programme_path)
    application = app.Application(qapp, options)
    try:
        application.start()
        player = Player(application, central, out)
        player.unlock(phrase)
        row = player.workshop()
        assert (row.present, row.anonymous, row.signed) == (9, 1, 3)
        assert player.lane(attendance.roster, row.id).workshop.state == "open"

        player.begin_signing()
        player.sign(3, 8)
        player.write_note()
        player.close_sheet()
        assert not player.all_sent()
        player.restore()

        written, verified = player.lane(counted)
        assert written == verified
        found = central.figures(row.id)
        assert player.summary() == "9 présences, 6 signatures, 1 bilan : reçus 1 fois"
        assert (found["people"], found["anonymous"], found["participations"]) == (8, 1, 9)
        assert (found["on_screen"], found["on_paper"], found["unable"]) == (6, 1, 1)
        assert (found["sheets"], found["receipts"], found["notes"]) == (1, 1, 1)
        everything = central.figures()
        assert everything["changes"] == written
        assert (everything["held"], everything["received"]) == (0, 1)
        assert (out / "feuille.pdf").stat().st_size > 10_000
    finally:
        application.close()
        icons.forget()


def test_the_demonstration_plays_by_itself(tmp_path: Path) -> None:
    """`make demo` without a screen: pictures, the printed sheet, figures read back."""
    out, foreign = tmp_path / "out", tmp_path / "real.db"
    out.mkdir()
    (out / "cv.pdf").write_bytes(b"somebody's own")
    (out / "42-vieille-image.png").write_bytes(b"of an earlier demonstration")
    done = subprocess.run(
        [sys.executable, "-m", "angrilien", "--demo", "--out", str(out)],
        env={**os.environ, "ANGRILIEN_DATABASE_URL": f"sqlite:///{foreign}"},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first == "9 présences, 6 signatures, 1 bilan : reçus 1 fois"
    assert second.startswith("21 images")
    assert len(list(out.glob("*.png"))) == 21
    assert (out / "feuille.pdf").read_bytes().startswith(b"%PDF")
    assert (out / "resume.txt").read_text(encoding="utf-8").strip() == first
    assert (out / "cv.pdf").read_bytes() == b"somebody's own"
    assert not foreign.exists(), "the demonstration never touches a real database"
