"""A precious file is the old one or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from angrilien.errors import DiskFull, FolderReadOnly
from angrilien.vault import files
from angrilien.vault.files import PREVIOUS, save_atomically


def saved(folder: Path) -> Path:
    path = folder / "cles.json"
    save_atomically(path, b"first")
    save_atomically(path, b"second")
    return path


def test_the_file_is_replaced_and_the_one_before_stays_beside_it(tmp_path: Path) -> None:
    path = saved(tmp_path)
    assert path.read_bytes() == b"second"
    assert path.with_name(path.name + PREVIOUS).read_bytes() == b"first"
    save_atomically(path, b"third")
    assert path.with_name(path.name + PREVIOUS).read_bytes() == b"second"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cles.json", "cles.json.previous"]


def test_what_an_earlier_cut_left_is_no_obstacle(tmp_path: Path) -> None:
    path = saved(tmp_path)
    for rest in (".new", ".spare"):
        path.with_name(path.name + rest).write_bytes(b"half")
    save_atomically(path, b"third")
    assert path.read_bytes() == b"third"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cles.json", "cles.json.previous"]


def test_the_bytes_are_on_the_disk_before_the_name_points_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = saved(tmp_path), []
    sync, replace = os.fsync, Path.replace

    def noted_sync(handle: int) -> None:
        seen.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112
        sync(handle)

    def noted_replace(self: Path, target: Path) -> Path:
        seen.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(files.os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    save_atomically(path, b"third")
    assert seen == ["file", "cles.json.previous", "cles.json", "folder"]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, FolderReadOnly),
        (errno.EACCES, FolderReadOnly),
        (errno.EIO, OSError),
    ],
)
def test_a_disk_that_refuses_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: type[Exception]
) -> None:
    path = saved(tmp_path)

    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(told):
        save_atomically(path, b"third")
    monkeypatch.undo()
    assert path.read_bytes() == b"second"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cles.json", "cles.json.previous"]


def test_a_folder_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path)
    if os.geteuid() == 0:  # nothing is read-only to root: the system's answer is given instead

        def refuse(self: Path, *args: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
    else:
        tmp_path.chmod(0o500)
    try:
        with pytest.raises(FolderReadOnly):
            save_atomically(path, b"third")
    finally:
        monkeypatch.undo()
        tmp_path.chmod(0o700)
    assert path.read_bytes() == b"second"


def test_a_file_system_without_hard_links_still_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(files.os, "link", refuse)
    path = saved(tmp_path)
    assert path.read_bytes() == b"second"
