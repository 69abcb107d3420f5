"""How long until the window can be shown, and until the notebook is open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from angrilien.domain.rows import FirstStart
from angrilien.services import opening
from angrilien.vault.slots import DEFAULT_KDF
from helpers.bench import compare
from helpers.notebooks import PHRASE, make_programme

pytestmark = pytest.mark.long


def python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_import_of_the_application() -> None:
    """The way to the first window, beside Qt alone."""
    qt, ours = compare(
        {
            "import PySide6.QtWidgets, whole process": lambda: python("import PySide6.QtWidgets"),
            "import angrilien.app, whole process": lambda: python("import angrilien.app"),
        },
        7,
    )
    assert ours.p50 <= 4 * qt.p50


def test_unlocking(tmp_path: Path) -> None:
    """The phrase de passe to the open notebook, beside argon2id alone, at its real cost."""
    programme = make_programme()
    start = FirstStart(name="Claire Martin", passphrase=PHRASE)
    opening.create(tmp_path / "data", start, programme).close()
    floor, unlock = compare(
        {
            "argon2id alone": lambda: DEFAULT_KDF.derive(PHRASE, b"s" * 16),
            "unlocking": lambda: opening.open_notebook(
                tmp_path / "data", PHRASE, programme
            ).close(),
        },
        5,
    )
    assert unlock.p50 <= 2 * floor.p50
