"""`--trial-start`: an installer asks whether a version starts, before the former one goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import angrilien
from angrilien.__main__ import main

PROGRAM = """\
import sys
sys.modules.update({name: None for name in sys.argv[1:]})
from angrilien.ui import trial_start
trial_start.QUIET_SECONDS = 0.5
from angrilien.__main__ import main
sys.exit(main(["--trial-start"]))
"""


def start(folder: Path, *absent: str) -> int:
    """Start unseen, as if some modules had not been laid; return the exit code."""
    data, temporary = folder / "data", folder / "temporary"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *absent],
        env={**os.environ, "ANGRILIEN_DATA_DIR": str(data), "TMPDIR": str(temporary)},
        check=False,
        capture_output=True,
    )
    assert not data.exists()
    assert list(temporary.iterdir()) == []
    return done.returncode


def test_a_whole_program_starts_and_leaves_nothing(tmp_path: Path) -> None:
    assert start(tmp_path) == 0


def test_a_program_without_one_of_its_libraries_does_not(tmp_path: Path) -> None:
    # It is imported late, in the lane of the notebook: the first window is there by then.
    assert start(tmp_path, "alembic") == 1


def test_an_installed_program_says_that_it_has_no_demonstration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "angrilien.demo", None)
    monkeypatch.delattr(angrilien, "demo", raising=False)
    assert main(["--demo"]) == 1
    assert "--training" in capsys.readouterr().err
