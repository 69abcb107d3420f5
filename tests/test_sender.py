"""The command of the sender without a window, and how packages start it."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from angrilien import sender
from angrilien.sender import System, Tried
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.sync.waiting import Waiting

ROOT = Path(__file__).resolve().parents[1]


def test_packages_start_a_command_that_there_is() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(ROOT / "packaging/autostart/angrilien-sender.desktop", encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    command = entry["Desktop Entry"]["Exec"]
    assert project["project"]["scripts"][command] == "angrilien.sender:main"


def test_its_help_is_french(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sender.main(["--help"])
    assert ended.value.code == 0
    assert "dossier du cahier" in capsys.readouterr().out


class Enough(Exception):
    """The test has seen enough."""


def test_it_waits_for_the_folder_and_does_as_it_is_told(tmp_path: Path) -> None:
    """Before a notebook is made, while another delivery goes on, and until nothing is left."""
    files = OutboxFiles(tmp_path / "data")
    told = [Tried(end="away", retry_after=0), Tried(end="busy"), Tried(end="done")]
    tried: list[str] = []
    looks: list[int] = []

    def deliver(_files: OutboxFiles) -> Tried:
        tried.append(told[len(tried)].end)
        return told[len(tried) - 1]

    def sleep(_seconds: float) -> None:
        looks.append(1)
        if len(looks) == 3:
            assert tried == []
            files.folder.mkdir(parents=True)
            files.waiting.write_bytes(b"x")
        if len(looks) == 50:
            raise Enough

    system = System(now=lambda: 30.0 * len(looks), road=lambda: "", sleep=sleep)
    with pytest.raises(Enough):
        sender.wait(files, Waiting(lambda: 0.0), system, look=30.0, deliver=deliver)
    assert tried == ["away", "busy", "done"]


def test_a_revoked_laptop_has_no_sender(tmp_path: Path) -> None:
    files = OutboxFiles(tmp_path)
    files.folder.mkdir()
    files.note_revoked()

    def never(_files: OutboxFiles) -> Tried:
        raise AssertionError

    system = System(now=lambda: 0.0, road=lambda: "", sleep=lambda _seconds: None)
    assert sender.wait(files, Waiting(lambda: 0.0), system, look=30.0, deliver=never) == 0
    files.forget_revoked()
    assert not files.is_over


def test_without_its_programmes_file_nothing_is_brought(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = OutboxFiles(tmp_path)
    files.folder.mkdir()
    for data in (b"", b"{}", b"\xff"):
        files.waiting.write_bytes(data)
        files.programme.write_bytes(data)
        assert sender.main(["--once", "--data-dir", str(tmp_path)]) == 0
        assert '"end": "nothing"' in capsys.readouterr().out


def test_whoever_asked_may_have_ended(tmp_path: Path) -> None:
    """The waiting process is killed while a delivery ends: no fault, no trace."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "angrilien.sender", "--once", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
