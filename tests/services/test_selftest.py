"""`--selftest`: each thing really broken turns its line to ▲ and the exit code to 1."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

from angrilien import cli, paths
from angrilien.cli import Asked
from angrilien.services import selftest
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.settings import FILE as SETTINGS
from angrilien.store import engine, trial
from angrilien.store.copies import name_of
from angrilien.sync.outbox_files import OutboxFiles
from helpers.copies import Original
from helpers.disks import disk, fill, make_read_only
from helpers.notebooks import NOON, SetClock, make_programme

DAY = 24 * 3_600_000


@pytest.fixture
def folder(original: Original, tmp_path: Path) -> Path:
    """A data folder with a notebook in it, as the application leaves it."""
    made = original.copy(tmp_path)
    made.chmod(0o700)
    return made


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    file = tmp_path / "programme.json"
    file.write_text(make_programme().to_json(), encoding="utf-8")
    return file


def look(folder: Path, programme: Path, at: int = NOON) -> dict[str, selftest.Check]:
    """Return the checks by name; of two of one name, the one that is not good."""
    checks = selftest.run(folder, programme=programme, clock=SetClock(at))
    said = "\n".join(check.line() for check in checks)
    assert str(folder.parent) not in said, "a folder's path may hold a name"
    return {check.name: check for check in sorted(checks, key=lambda check: not check.good)}


def bad(checks: dict[str, selftest.Check]) -> set[str]:
    return {name for name, check in checks.items() if not check.good}


def test_a_sound_computer_has_only_good_lines_and_nothing_is_changed(
    folder: Path, programme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert cli.run(Asked(data_dir=folder, selftest=True, programme=programme)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 18
    assert all(line.startswith("✔ ") for line in lines)
    after = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert after == before
    assert "journal_mode wal, synchronous 2" in "\n".join(lines)


def test_an_absent_folder_is_not_made(tmp_path: Path, programme: Path) -> None:
    checks = look(tmp_path / "not" / "yet", programme)
    assert bad(checks) == set()
    assert checks["Dossier"].found == "pas encore créé"
    assert not (tmp_path / "not").exists()
    assert [file.name for file in tmp_path.iterdir()] == ["programme.json"]


def test_a_full_disk(folder: Path, programme: Path, tmp_path: Path) -> None:
    with disk(tmp_path / "disk") as small:
        data = Path(shutil.copytree(folder, small / "data"))
        data.chmod(0o700)
        fill(small)
        checks = look(data, programme)
        assert bad(checks) == {"Place libre", "Écriture"}
        assert "Le disque est plein" in checks["Écriture"].found
        assert checks["Cahier"].good
        assert sorted(file.name for file in data.iterdir() if file.name.startswith(".")) == []


def test_a_folder_that_cannot_be_written(folder: Path, programme: Path, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "300m") as small:
        data = Path(shutil.copytree(folder, small / "data"))
        data.chmod(0o700)
        make_read_only(small)
        checks = look(data, programme)
        assert bad(checks) == {"Écriture"}
        assert "ne peut pas écrire" in checks["Écriture"].found


def test_an_application_that_is_open_is_not_disturbed(folder: Path, programme: Path) -> None:
    lock = QLockFile(str(folder / selftest.LOCK))
    assert lock.tryLock(0)
    checks = look(folder, programme)
    assert bad(checks) == set()
    assert checks["Verrou"].found == "Angrilien est ouvert en ce moment"
    assert not QLockFile(str(folder / selftest.LOCK)).tryLock(0)
    lock.unlock()
    (folder / selftest.LOCK).write_text("4194000\nangrilien\nici\n", encoding="utf-8")
    assert look(folder, programme)["Verrou"].found.startswith("laissé par un arrêt")


def test_what_waits_for_the_sender_without_a_window(folder: Path, programme: Path) -> None:
    assert look(folder, programme)["Envoi sans fenêtre"].found == "rien n’attend"
    files = OutboxFiles(folder)
    files.folder.mkdir()
    files.waiting.write_bytes(b"x")
    for days, good in ((3, True), (40, False)):
        left = (NOON - days * DAY) / 1000
        os.utime(files.waiting, (left, left))
        found = look(folder, programme)["Envoi sans fenêtre"]
        assert (found.good, found.found.startswith("un fichier attend depuis le ")) == (good, True)
    files.note_revoked()
    assert "retiré" in look(folder, programme)["Envoi sans fenêtre"].found


Break = Callable[[Path], object]
BROKEN: list[tuple[str, Break]] = [
    ("Clés", lambda folder: os.truncate(folder / SLOTS, 200)),
    ("Clés, Cahier", lambda folder: (folder / SLOTS).unlink()),
    ("Cahier", lambda folder: (folder / DATABASE).write_bytes(b"seize caracteres")),
    ("Cahier", lambda folder: os.truncate(folder / DATABASE, selftest.PAGE * 3 + 1)),
    ("Cahier", lambda folder: (folder / DATABASE).unlink()),
    ("Cahier", lambda folder: os.truncate(folder / DATABASE, 0)),
    ("Réglages", lambda folder: (folder / SETTINGS).write_text("{", encoding="utf-8")),
    ("Réglages", lambda folder: (folder / SETTINGS).write_bytes(b"\xff\xfe")),
    ("Dossier", lambda folder: folder.chmod(0o755)),
    ("Dossier", lambda folder: (folder.parent / ".dropbox").touch()),
]


@pytest.mark.parametrize(("name", "broken"), BROKEN)
def test_what_is_broken_in_the_folder_is_said(
    folder: Path, programme: Path, name: str, broken: Break
) -> None:
    broken(folder)
    assert bad(look(folder, programme)) == set(name.split(", "))


def test_a_notebook_that_is_not_encrypted_is_said(folder: Path, programme: Path) -> None:
    (folder / DATABASE).unlink()
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert look(folder, programme)["Cahier"].found.endswith("non chiffré")


def test_a_file_in_the_place_of_the_folder(tmp_path: Path, programme: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    for place in ("data", "data/inside"):
        checks = look(tmp_path / place, programme)
        assert bad(checks) == {"Dossier"}
        # Nothing is said to be well that could not be looked at.
        assert not {"Place libre", "Écriture", "Verrou", "Clés", "Cahier"} & set(checks)


def test_safety_copies_that_are_no_longer_made_are_said(folder: Path, programme: Path) -> None:
    assert look(folder, programme)["Copies de sécurité"].found == "aucune pour l’instant"
    (folder / "copies").mkdir()
    os.utime(folder / DATABASE, (NOON / 1000, NOON / 1000))
    (folder / "copies" / f"{name_of(NOON - 2 * DAY)}.db").write_bytes(b"x")
    copies = look(folder, programme)["Copies de sécurité"]
    assert (copies.good, copies.found[:2]) == (True, "1,")
    os.utime(folder / DATABASE, (NOON / 1000 + 9 * 86_400, NOON / 1000 + 9 * 86_400))
    assert bad(look(folder, programme, NOON + 10 * DAY)) == {"Copies de sécurité"}


def test_an_sqlite_that_does_not_encrypt_is_said(
    folder: Path, programme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "sqlcipher", sqlite3)
    assert bad(look(folder, programme)) == {"Écriture"}
    # And if nobody asked it whether it does: the bytes on the disk tell.
    monkeypatch.setattr(engine, "_key", lambda *_args: None)
    monkeypatch.setattr(engine, "_set_up", lambda *_args, **_kw: None)
    assert "Chiffrement" in bad(look(folder, programme))


def test_a_pragma_that_is_not_kept_is_said(
    folder: Path, programme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine._ASSERTED, "synchronous", 3)
    assert bad(look(folder, programme)) == {"Écriture"}


def test_an_sqlite_with_the_known_fault_is_said(
    folder: Path, programme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SOUND_SQLITE", (99, 0, 0))
    assert bad(look(folder, programme)) == {"SQLCipher"}


def test_a_resource_that_is_missing_is_named(
    folder: Path, programme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = Path(shutil.copytree(paths.resource("data"), tmp_path / "res" / "data")).parent
    shutil.copytree(paths.resource("fonts"), partial / "fonts")
    shutil.copytree(paths.resource("help"), partial / "help")
    monkeypatch.setattr(paths, "_resources_root", lambda: partial)
    checks = look(folder, programme)
    assert bad(checks) == {"Ressources"}
    assert "icons/angrilien.svg" in checks["Ressources"].found


@pytest.mark.parametrize("content", ["", "{}", "\x00", '{"aud": "x"}'])
def test_a_programme_that_is_none_is_said(folder: Path, programme: Path, content: str) -> None:
    programme.write_text(content, encoding="utf-8")
    assert bad(look(folder, programme)) == {"Programme"}
    programme.unlink()
    assert bad(look(folder, programme)) == {"Programme"}


@pytest.mark.parametrize("at", [5 * DAY, 2_100_000_000_000])
def test_a_wrong_clock_is_said(folder: Path, programme: Path, at: int) -> None:
    assert bad(look(folder, programme, at)) == {"Horloge"}


def test_the_command_needs_no_window_and_any_terminal_can_print_it(
    folder: Path, programme: Path
) -> None:
    """Where Qt or its system libraries are missing, this must work all the same."""
    program = (
        "import sys; from angrilien.__main__ import main; code = main(sys.argv[1:]);"
        "assert 'PySide6' not in sys.modules; sys.exit(code)"
    )
    (folder / SETTINGS).write_text("[]", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", program, "--selftest", "--data-dir", folder,
         "--programme", programme],
        capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert ended.stdout.count(b"\n") >= 18
