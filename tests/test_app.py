"""The composition root: what the first window is, one instance per folder, a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLockFile, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from angrilien import app, paths
from angrilien.app import Application, Options
from angrilien.domain.rows import FirstStart
from angrilien.errors import (
    AlreadyOpen,
    BadProgramme,
    DiskFull,
    FolderReadOnly,
    KnownError,
    Mistake,
)
from angrilien.services import opening
from angrilien.ui import icons, one_instance
from helpers.disks import disk, fill, make_read_only
from helpers.notebooks import CHEAP_KDF, CODE_SECRET, PHRASE, SetClock, make_programme
from helpers.windows import settle, write


@pytest.fixture
def options(tmp_path: Path) -> Options:
    file = tmp_path / "programme.json"
    file.write_text(make_programme().to_json(), encoding="utf-8")
    return Options(data_dir=tmp_path / "data", programme=file)


@pytest.fixture
def started(qtbot: QtBot, qapp: QApplication, options: Options) -> Iterator[Application]:
    made = Application(qapp, options)
    made.start()
    assert QTest.qWaitForWindowActive(made.window)
    yield made
    made.close()
    icons.forget()


def test_an_empty_folder_leads_to_the_first_start(started: Application) -> None:
    assert started.window.page is not None
    assert started.window.page.name == "first_start"
    assert started.window.isVisible()


def test_a_notebook_leads_to_its_opening_and_then_to_today(
    qtbot: QtBot, qapp: QApplication, options: Options
) -> None:
    assert options.data_dir is not None
    start = FirstStart(name="Claire Martin", passphrase=PHRASE, code_secret=CODE_SECRET)
    opening.create(
        options.data_dir, start, make_programme(), clock=SetClock(), kdf=CHEAP_KDF
    ).close()
    made = Application(qapp, options)
    made.start()
    assert QTest.qWaitForWindowActive(made.window)
    page = made.window.page
    assert page is not None
    assert page.name == "unlock"
    field = page.field  # type: ignore[attr-defined]
    write(field.edit, PHRASE)
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.desk.is_open, timeout=20_000)
    settle(qtbot, made.window)
    assert made.window.page is not None
    assert made.window.page.name == "today"
    made.window.close()  # as a person does; the end of the process closes once more
    made.close()
    assert not opening_is_locked(options.data_dir)
    icons.forget()


def opening_is_locked(folder: Path) -> bool:
    return (folder / app.LOCK).exists()


def test_a_second_one_on_the_same_folder_is_refused(
    started: Application,
    qapp: QApplication,
    options: Options,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The first cannot answer while the second waits: both are in this one thread.
    monkeypatch.setattr(one_instance, "_ANSWER_MILLISECONDS", 50)
    with pytest.raises(AlreadyOpen):
        Application(qapp, options)
    other = Application(qapp, Options(data_dir=tmp_path / "b", programme=options.programme))
    other.close()


def test_a_folder_that_cannot_be_made_is_said(
    qapp: QApplication, options: Options, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FolderReadOnly):
        Application(qapp, Options(data_dir=tmp_path / "file" / "data"))


@pytest.mark.parametrize("kind", [DiskFull, FolderReadOnly])
def test_a_disk_that_takes_no_lock_is_said_as_it_is(
    qapp: QApplication, options: Options, tmp_path: Path, kind: type[KnownError]
) -> None:
    with disk(tmp_path / "disk") as small:
        (small / "data").mkdir()
        if kind is DiskFull:
            ballast = fill(small)
        else:
            make_read_only(small)
        full = Options(data_dir=small / "data", programme=options.programme)
        with pytest.raises(kind):
            Application(qapp, full)
        if kind is DiskFull:
            ballast.unlink()
            Application(qapp, full).close()


def test_a_wrong_programme_file_frees_the_folder(
    qapp: QApplication, options: Options, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", encoding="utf-8")
    with pytest.raises(BadProgramme):
        Application(qapp, Options(data_dir=options.data_dir, programme=wrong))
    Application(qapp, options).close()


def test_qt_says_its_own_words_in_french(qapp: QApplication) -> None:
    translators = app.speak_french(qapp)
    assert translators
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Annuler"
    box.deleteLater()
    for translator in translators:
        qapp.removeTranslator(translator)
        translator.deleteLater()


PROGRAM = """
import gc
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from angrilien import app, paths


def begin(application):
    application.start()
    print("shown", flush=True)
    application.watch = watch = QTimer()
    watch.timeout.connect(lambda: frozen() and watch.stop())
    watch.start(20)


def frozen():
    if gc.get_freeze_count() > 0:
        print("frozen", flush=True)
        return True
    return False


options = app.Options(data_dir=Path(sys.argv[1]), programme=Path(sys.argv[2]))
status = app.run(options, begin=begin)
print("left", gc.get_freeze_count(), flush=True)
sys.exit(status)
"""


def _run(options: Options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(options.data_dir), str(options.programme)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def test_the_command_says_why_it_does_not_start(options: Options) -> None:
    assert options.data_dir is not None
    options.data_dir.mkdir()
    lock = QLockFile(str(options.data_dir / app.LOCK))
    assert lock.tryLock(0)
    second = _run(options)
    _, told = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "Angrilien est déjà ouvert sur cet ordinateur, mais ne répond pas." in told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_the_process_ends_cleanly_when_it_is_told_to(options: Options) -> None:
    process = _run(options)
    assert process.stdout is not None
    assert process.stdout.readline() == "shown\n"
    assert process.stdout.readline() == "frozen\n"
    process.send_signal(signal.SIGTERM)
    try:
        left, told = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, told
    assert left == "left 0\n"
    assert options.data_dir is not None
    assert not opening_is_locked(options.data_dir)


def test_a_mistake_in_a_slot_is_logged_and_said(
    qtbot: QtBot, started: Application, expect_log: Any
) -> None:
    def slip() -> None:
        raise RuntimeError("Odette Lefèvre")

    before = sys.excepthook
    with app.mistakes_told(started.window), expect_log("angrilien.app"):
        QTimer.singleShot(0, slip)
        qtbot.waitUntil(started.window.messages.isVisible)
    assert sys.excepthook is before
    assert started.window.messages.sentence == Mistake().text()
    folder = paths.log_dir(started.folder)
    log = (folder / "angrilien.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log
    assert "Odette" not in log


def test_a_program_without_a_terminal_tells_its_problem_all_the_same(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    app._tell(AlreadyOpen())


def test_what_the_start_loaded_is_not_looked_through_again_and_again(tmp_path: Path) -> None:
    """In a process of its own: this one's garbage is its own affair."""
    code = (
        "import gc; from angrilien.app import import_later; before = len(gc.get_objects());"
        "import_later(); print(before, gc.get_freeze_count(), len(gc.get_objects()))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    before, frozen, left = map(int, said.stdout.split())
    assert frozen > before
    assert left < frozen / 100
