"""R06: reads and writes fail for a moment, or lie.

Must show: the notebook heals after reopening, and nobody is told that it is damaged. Where the disk
goes on lying, it is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from helpers import disk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it stands before the C library")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return disk.build(tmp_path_factory.mktemp("disk"))


def test_it_heals_and_nobody_is_told_that_it_is_damaged(library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "notebook"
    folder.mkdir()
    child = Path(__file__).with_name("r06_child.py")
    found = json.loads(disk.run(library, child, folder, faults=tmp_path / "faults"))
    assert found["met"] == 24, "each fault was met"
    assert set(found["kinds"]) == {"DiskHiccup"}
    assert len(found["kinds"]) == 24
    assert found["lasting"] == "NotebookDamaged"
    assert found["changes"] > 24


def test_an_opening_heals_too(library: Path, tmp_path: Path) -> None:
    """One read that fails, or lies, at an opening or in a copy: nobody is told anything."""
    folder = tmp_path / "notebook"
    folder.mkdir()
    child = Path(__file__).with_name("r06_opening_child.py")
    found = json.loads(disk.run(library, child, folder, faults=tmp_path / "faults"))
    assert found == {"told": {"fine": 20}, "copies sound": {"True": 20}, "met": 40}
