"""The demonstration: a server of its own, a laptop of L’Angri’lien, invented people.

Everything lies in a temporary folder with a key of its own; real data is never touched. With a
screen, the application opens for you to try. Without one, it plays a whole workshop through the
real widgets, cuts and restores the network, and leaves pictures, the printed sheet and a summary.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

from angrilien import app
from angrilien.demo.player import SHEET, Played, play
from angrilien.demo.server_process import ServerProcess
from angrilien.demo.visitor import visit
from angrilien.domain.clock import DEFAULT_ZONE, SystemClock, at_local
from angrilien.errors import CannotSaveFile, KnownError

OUT = Path("demo-out")
SUMMARY = "resume.txt"
PLAYED_AT = (dt.date(2026, 11, 25), dt.time(14, 2))
"""When it begins to play by itself, in Paris: its pictures are of the same afternoon each time."""
OURS = re.compile(rf"\d\d-[a-z-]+\.png|{SHEET}|{SUMMARY}")
"""Names of the files that a demonstration leaves."""


def run(out: Path | None = None) -> int:
    """Show the application on invented people; return the exit code.

    Args:
        out: plays the workshop by itself, and leaves its pictures there; without it that happens
            only where there is no screen, and they go to `demo-out`.
    """
    alone = out is not None or not _has_screen()
    try:
        with tempfile.TemporaryDirectory(
            prefix="angrilien-demo-", ignore_cleanup_errors=True
        ) as temporary:
            return _play(Path(temporary), out or OUT) if alone else _visit(Path(temporary))
    except KnownError as error:
        sys.stderr.write(error.text() + "\n")
        return 1


def _visit(folder: Path) -> int:
    with ServerProcess(folder / "central") as server:
        options = app.Options(data_dir=folder / "laptop", programme=server.programme_path)
        return app.run(options, begin=lambda application: visit(application, server))


def _play(folder: Path, out: Path) -> int:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for old in out.iterdir():
            # Only what an earlier demonstration left: the folder may be somebody's own.
            if OURS.fullmatch(old.name):
                old.unlink()
    except OSError as error:
        raise CannotSaveFile from error
    SystemClock.ahead = at_local(*PLAYED_AT, DEFAULT_ZONE) - SystemClock().now()
    played = Played()
    with ServerProcess(folder / "central") as server:
        options = app.Options(data_dir=folder / "laptop", programme=server.programme_path)
        code = app.run(options, begin=lambda application: play(application, server, out, played))
    if code or played.error is not None:
        raise played.error or KnownError
    summary = out / SUMMARY
    summary.write_text(played.summary + "\n", encoding="utf-8")
    sys.stdout.write(f"{played.summary}\n{len(played.pictures)} images, la feuille : {out}\n")
    return 0


def _has_screen() -> bool:
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return False
    if platform.system() == "Linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
