"""The first window is shown before anything slow is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Loading these takes longer than all the rest until the first window.
SLOW = ("sqlmodel", "sqlalchemy", "alembic", "pydantic", "requests", "fastapi")


@pytest.mark.parametrize(
    "module", ["angrilien.__main__", "angrilien.app", "angrilien.ui.main_window"]
)
def test_way_to_the_first_window_loads_nothing_slow(module: str) -> None:
    code = f"import {module}, sys\nprint(*[name for name in {SLOW!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.stderr, done.stdout) == ("", "\n")
