"""The report of the last mistake: types and places only, whatever went wrong and wherever."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from angrilien import crashes, logs

NAME = "Odette Lefèvre"


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[crashes.Crashes]:
    made = crashes.Crashes(tmp_path)
    made.start()
    yield made
    made.stop()


def break_down(name: str) -> None:
    raise RuntimeError(f"no such person: {name}")


def test_an_error_that_is_logged_becomes_the_report(
    listening: crashes.Crashes, tmp_path: Path, expect_log: Any
) -> None:
    assert crashes.last(tmp_path) == ""
    with expect_log("angrilien.ui.desk"):
        try:
            break_down(NAME)
        except RuntimeError:
            logging.getLogger("angrilien.ui.desk").exception("a request of %s failed", NAME)
    report = crashes.last(tmp_path)
    assert "angrilien.ui.desk" in report
    assert "RuntimeError" in report
    assert "break_down" in report
    assert "Odette" not in report
    assert crashes.is_new(tmp_path)


def test_an_error_without_exception_and_a_warning_make_no_report(
    listening: crashes.Crashes, tmp_path: Path, expect_log: Any
) -> None:
    with expect_log("angrilien.x"):
        logging.getLogger("angrilien.x").error("no exception")
        try:
            break_down(NAME)
        except RuntimeError:
            logging.getLogger("angrilien.x").warning("expected", exc_info=True)
    assert crashes.last(tmp_path) == ""


def test_what_nobody_caught_in_a_thread_is_told_without_its_text(
    listening: crashes.Crashes,
    tmp_path: Path,
    expect_log: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with expect_log("angrilien.crashes"):
        thread = threading.Thread(target=break_down, args=(NAME,), name=NAME)
        thread.start()
        thread.join()
    assert "break_down" in crashes.last(tmp_path)
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "Odette" not in crashes.last(tmp_path) + said


PROGRAM = """
import faulthandler, os, sys
from pathlib import Path

from angrilien.crashes import Crashes

class Late:
    def __del__(self):
        raise ValueError("Odette Lefèvre")

listening = Crashes(Path(sys.argv[1]))
listening.start()
def uncaught():
    raise RuntimeError("Odette Lefèvre")
def fault():
    faulthandler._sigsegv()
def late():
    Late()
def clean():
    pass
globals()[sys.argv[2]]()
listening.stop()
"""


def run(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    # In a folder of its own, which a report must not name.
    script = folder / "odette" / "angrilien" / "essai.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(PROGRAM, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), str(folder), how],
        check=False, capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip


@pytest.mark.parametrize(("how", "named"), [("uncaught", "RuntimeError"), ("late", "ValueError")])
def test_a_process_that_ends_by_a_mistake_leaves_its_report(
    tmp_path: Path, how: str, named: str
) -> None:
    ended = run(tmp_path, how)
    report = crashes.last(tmp_path)
    assert named in report
    assert named in ended.stderr
    assert "odette" not in (report + ended.stderr).casefold()


def test_a_fault_of_the_process_is_told_at_the_next_start_without_its_folders(
    tmp_path: Path,
) -> None:
    ended = run(tmp_path, "fault")
    assert ended.returncode != 0
    assert crashes.last(tmp_path) == ""
    listening = crashes.Crashes(tmp_path)
    listening.start()
    listening.stop()
    report = crashes.last(tmp_path)
    assert "Fatal Python error" in report
    assert "angrilien/essai.py:" in report
    assert "fault" in report
    assert "odette" not in report.casefold()
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [crashes.NEW]


def test_a_process_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "clean").returncode == 0
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []


def test_a_report_is_offered_once_and_deleted_when_asked(tmp_path: Path) -> None:
    run(tmp_path, "uncaught")
    report = crashes.last(tmp_path)
    assert crashes.is_new(tmp_path)
    crashes.look_at(tmp_path)
    assert not crashes.is_new(tmp_path)
    assert crashes.last(tmp_path) == report
    crashes.forget(tmp_path)
    assert crashes.last(tmp_path) == ""


def test_the_hooks_are_given_back(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    listening = crashes.Crashes(tmp_path)
    listening.start()
    assert sys.excepthook is not before[0]
    listening.stop()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert listening not in logging.getLogger().handlers


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, expect_log: Any) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    listening = crashes.Crashes(tmp_path / "file" / "logs")
    listening.start()
    with expect_log("angrilien.x"):
        try:
            break_down(NAME)
        except RuntimeError:
            logging.getLogger("angrilien.x").exception("it")
    listening.stop()
    assert crashes.last(tmp_path / "file" / "logs") == ""


@pytest.mark.parametrize("raw", ["« Odette »", "\x00\x01", 'File "/srv/odette/x.py", line 3 in f'])
def test_a_raw_file_that_was_tampered_with_says_nothing(tmp_path: Path, raw: str) -> None:
    (tmp_path / crashes.RAW).write_text(raw, encoding="utf-8")
    listening = crashes.Crashes(tmp_path)
    listening.start()
    listening.stop()
    report = crashes.last(tmp_path)
    assert "dette" not in report
    assert logs.HIDDEN in report or "x.py:3 f" in report


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no core dumps by itself")
def test_a_process_that_dies_leaves_no_picture_of_its_memory(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from angrilien import app

def begin(made):
    made.start()
    print(resource.getrlimit(resource.RLIMIT_CORE)[0])
    QTimer.singleShot(0, made.window, made.window.close)

resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
sys.exit(app.run(app.Options(data_dir=Path(sys.argv[1])), begin=begin))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "data"], check=False, capture_output=True,
        text=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, timeout=60,
    )  # fmt: skip
    assert ended.stdout == "0\n", ended.stderr
