"""The sender without a window, as a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from angrilien import sender

SECONDS = 30.0
ENTRY = (sys.executable, "-m", "angrilien.sender")


def once(folder: Path) -> dict[str, Any]:
    """Deliver once, in this process; return what the command said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert sender.main(["--once", "--data-dir", str(folder)]) == 0
    told: dict[str, Any] = json.loads(said.getvalue())
    return told


def start(folder: Path, *words: str, look: float = 0.1) -> subprocess.Popen[bytes]:
    """Start a sender; the caller ends it."""
    more = words or ("--look", str(look))
    return subprocess.Popen(
        [*ENTRY, *more, "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@contextlib.contextmanager
def waiting(folder: Path, *, look: float = 0.1) -> Iterator[subprocess.Popen[bytes]]:
    """A sender that waits, until the block ends."""
    process = start(folder, look=look)
    try:
        yield process
    finally:
        process.kill()
        _, told = process.communicate()
        assert told == b"", told.decode()


def ended(process: subprocess.Popen[bytes]) -> int:
    """Wait until a sender ends by itself, and return its exit code; none outlives its test."""
    try:
        _, told = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    assert told == b"", told.decode()
    return process.returncode


def until(done: Callable[[], bool], *, seconds: float = SECONDS) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)
