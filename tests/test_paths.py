from __future__ import annotations

import sys
from pathlib import Path

import pytest

from angrilien import paths


def test_resource_is_found() -> None:
    found = paths.resource("data/communes.csv")
    assert found.is_absolute()
    assert found.is_file()
    assert paths.resource("fonts").is_dir()


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "data\\x", "C:/x", "a/../b"])
def test_resource_stays_in_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="not a name of a resource"):
        paths.resource(name)


def test_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"data/nowhere\.csv"):
        paths.resource("data/nowhere.csv")


def test_data_dir_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert paths.data_dir(tmp_path / "given") == tmp_path / "given"
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path / "variable"))
    assert paths.data_dir() == tmp_path / "variable"
    monkeypatch.delenv(paths.DATA_DIR_VARIABLE)
    assert paths.data_dir().name == "angrilien"


def test_data_dir_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert paths.data_dir(Path("here")) == tmp_path / "here"


@pytest.mark.skipif(sys.platform != "linux", reason="the place of Linux")
def test_data_dir_of_linux(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (paths.DATA_DIR_VARIABLE, "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.data_dir() == tmp_path / ".local" / "share" / "angrilien"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_private_dir_is_for_its_owner_only(tmp_path: Path) -> None:
    made = paths.make_private_dir(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700
    made.chmod(0o750)
    assert paths.make_private_dir(made).stat().st_mode & 0o777 == 0o750
