"""R09: a foreign, truncated, newer or read-only notebook, and hostile keys (A03), are offered.

Must show: a clear sentence each, and the file untouched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from angrilien.errors import (
    FolderReadOnly,
    KnownError,
    NotebookDamaged,
    NotebookForeign,
    NotebookMissing,
)
from angrilien.services import copies, opening
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from helpers.copies import open_again
from helpers.notebooks import PHRASE, make_notebook, make_workshop


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    nb = make_notebook(tmp_path_factory.mktemp("kept"))
    make_workshop(nb)
    copies.make(nb)
    nb.close()
    return nb


@pytest.fixture
def folder(kept: Notebook, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept.folder, tmp_path / "data"))


def foreign(folder: Path) -> None:
    (folder / DATABASE).unlink()
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("CREATE TABLE people (name)")
    connection.close()


def of_another_vault(folder: Path) -> None:
    other = make_notebook(folder.parent / "other")
    other.close()
    shutil.copy(other.folder / DATABASE, folder / DATABASE)


def keys_of_another_vault(folder: Path) -> None:
    other = make_notebook(folder.parent / "other")
    other.close()
    shutil.copy(other.folder / SLOTS, folder / SLOTS)


def cut(folder: Path) -> None:
    data = (folder / DATABASE).read_bytes()
    (folder / DATABASE).write_bytes(data[: len(data) // 2])


def empty(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"")


def text(folder: Path) -> None:
    (folder / DATABASE).write_text("Bonjour", encoding="utf-8")


def cut_keys(folder: Path) -> None:
    (folder / SLOTS).write_bytes((folder / SLOTS).read_bytes()[:120])


def no_keys(folder: Path) -> None:
    (folder / SLOTS).unlink()


def hostile_keys(folder: Path, memory: int = 1 << 40, ops: int = 3) -> None:
    """Keys that ask for a tebibyte of memory."""
    head, _, code = (folder / SLOTS).read_bytes().partition(b"\n")
    value = json.loads(head)
    value["slots"][0]["kdf"] |= {"memory": memory, "ops": ops}
    said = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    (folder / SLOTS).write_bytes(said + b"\n" + code)


def weak_keys(folder: Path) -> None:
    """Keys derived more cheaply than any of ours: what somebody would put there who guesses."""
    hostile_keys(folder, memory=1 << 10, ops=1)


OFFERED: list[tuple[Callable[[Path], None], tuple[type[KnownError], ...]]] = [
    (foreign, (NotebookForeign,)),
    (of_another_vault, (NotebookDamaged, NotebookForeign)),
    (keys_of_another_vault, (NotebookDamaged, NotebookForeign)),
    (cut, (NotebookDamaged,)),
    (empty, (NotebookDamaged,)),
    (text, (NotebookDamaged,)),
    (cut_keys, (NotebookDamaged,)),
    (no_keys, (NotebookForeign,)),
    (hostile_keys, (NotebookDamaged,)),
    (weak_keys, (NotebookDamaged,)),
]


def prints(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name in (DATABASE, SLOTS)
    }


@pytest.mark.parametrize(("offer", "told"), OFFERED)
def test_what_is_no_notebook_of_ours_is_said_and_left_alone(
    kept: Notebook,
    folder: Path,
    offer: Callable[[Path], None],
    told: tuple[type[KnownError], ...],
    capfd: pytest.CaptureFixture[str],
) -> None:
    offer(folder)
    before = prints(folder)
    tracemalloc.start()
    with pytest.raises(told) as caught:
        open_again(folder, kept.programme)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 << 20, "hostile keys take no memory"
    assert caught.value.text().endswith(".")
    assert prints(folder) == before
    assert capfd.readouterr() == ("", ""), "SQLCipher says nothing in English"
    # The copies are still offered, where their own keys are.
    assert any(row.sound for row in copies.offered(folder, PHRASE))


def test_a_folder_without_anything(kept: Notebook, tmp_path: Path) -> None:
    with pytest.raises(NotebookMissing):
        open_again(tmp_path / "nothing", kept.programme)


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="needs a user without rights")
def test_a_folder_that_cannot_be_written(kept: Notebook, folder: Path) -> None:
    """As somebody else than root, for whom nothing is read-only."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    base = Path(tempfile.gettempdir())
    for parent in folder.parents:
        if base in parent.parents:  # somebody else comes as far as the folder, and no further
            parent.chmod(parent.stat().st_mode | 0o011)
    before = prints(folder)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if os.getuid() == 0:
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
            opening.open_notebook(folder, PHRASE, kept.programme)
        except FolderReadOnly:
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert os.waitstatus_to_exitcode(status) == 0
    assert prints(folder) == before
