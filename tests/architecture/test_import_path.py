"""The first window is painted before anything slow is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Loading these takes longer than all the rest until the first window.
SLOW = ("sqlmodel", "sqlalchemy", "alembic", "pydantic", "requests", "fastapi")


# Starts the application itself, and says at the first paint of its window what is loaded by then.
PROGRAM = f"""
import sys
from pathlib import Path

{{broken}}
from PySide6.QtCore import QEvent, QObject, QTimer
from angrilien import app

class Look(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            print("painted", *[name for name in {SLOW!r} if name in sys.modules])
            QTimer.singleShot(0, watched.close)
        return False

look = Look()

def begin(application):
    application.window.installEventFilter(look)
    application.start()

options = app.Options(data_dir=Path(sys.argv[1]))
sys.exit(app.run(options, begin=begin))
"""


def started(folder: Path, broken: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{broken}", broken), str(folder / "data")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_nothing_slow_is_loaded_at_the_first_paint(tmp_path: Path) -> None:
    assert started(tmp_path) == "painted\n"


def test_something_slow_on_the_way_is_seen(tmp_path: Path) -> None:
    """The broken variant: one import too early, and the test above is red."""
    assert started(tmp_path, "import requests") == "painted requests\n"
