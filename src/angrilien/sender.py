"""`angrilien-sender`: delivers what the application left in the outbox folder, without a window.

Started with the session, it waits: it holds no key, reads nothing of the notebook, and imports
neither Qt nor SQL. Each delivery is a process of its own, which ends, so that what waits for weeks
stays small. docs/protocol.md tells what it does, packaging/autostart how it is started.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien import __version__, paths
from angrilien.arguments import FrenchParser
from angrilien.domain.clock import steady_seconds
from angrilien.file_lock import FileLock, is_taken
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.sync.waiting import LOOK, Waiting

_NOWHERE: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of nobody (RFC 5737, RFC 3849): only asked how one would leave for them."""
AWAY: Final = "away"
BUSY: Final = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What the sender asks of the computer.

    Attributes:
        now: seconds of a clock that goes on while the computer sleeps.
        road: what tells the network of now from another.
        sleep: lets some seconds pass.
    """

    now: Callable[[], float]
    road: Callable[[], str]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a delivery said of itself: how it ended, and how long the server asks to wait."""

    end: str
    retry_after: int | None = None


def main(argv: Sequence[str] | None = None) -> int:
    """Wait and deliver until the session ends, or deliver once; return the exit code."""
    parser = FrenchParser(
        prog="angrilien-sender", description="Porte au programme ce qui attend, sans fenêtre."
    )
    parser.add_argument("--version", action="version", version=f"angrilien-sender {__version__}",
                        help="montrer la version")  # fmt: skip
    parser.add_argument("--data-dir", type=Path, metavar="DOSSIER", help="dossier du cahier")
    parser.add_argument("--once", action="store_true", help="porter une fois, puis finir")
    parser.add_argument("--look", type=float, default=LOOK, metavar="SECONDES",
                        help="temps entre deux regards (30)")  # fmt: skip
    asked = parser.parse_args(argv)
    files = OutboxFiles(paths.data_dir(asked.data_dir))
    if asked.once:
        return _once(files)
    look = max(asked.look, 0.05)
    system = System(now=steady_seconds, road=road, sleep=time.sleep)
    waiting = Waiting(random.random, look=look)
    return wait(files, waiting, system, look=look, deliver=_in_a_process)


def wait(
    files: OutboxFiles,
    waiting: Waiting,
    system: System,
    *,
    look: float,
    deliver: Callable[[OutboxFiles], Tried],
) -> int:
    """Wait for something to deliver; return when the laptop is revoked, or another one waits."""
    lock = FileLock(files.folder / "attente.lock")
    while True:
        # No notebook yet: the folder comes with the first thing that waits.
        if files.folder.is_dir() and not lock.take():
            return 0
        if files.is_over:
            lock.release()
            return 0
        if waiting.is_due(system.now(), mark=files.mark(), road=system.road()):
            tried = Tried(end=BUSY) if is_taken(files.claim) else deliver(files)
            if tried.end == AWAY:
                waiting.was_away(system.now(), tried.retry_after)
            elif tried.end == BUSY:
                waiting.was_busy(system.now())
            else:
                waiting.was_done()
        system.sleep(look)


def road() -> str:
    """Return what tells the network of now from another; nothing is sent to learn it."""
    found = []
    for family, address in _NOWHERE:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            found.append(str(probe.getsockname()[0]))
    return " ".join(found)


def _in_a_process(files: OutboxFiles) -> Tried:
    """Deliver in a process that ends: what the network needs of memory goes with it."""
    start = [] if getattr(sys, "frozen", False) else ["-m", "angrilien.sender"]
    command = [sys.executable, *start, "--once", "--data-dir", str(files.folder.parent)]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(  # noqa: S603 - our own command line
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            creationflags=flags,
            check=False,
        )
        said = json.loads(done.stdout)
        retry_after = said.get("retry_after")
        return Tried(end=str(said["end"]), retry_after=retry_after)
    except (OSError, ValueError, KeyError, AttributeError):
        return Tried(end=AWAY)


def _once(files: OutboxFiles) -> int:
    """Deliver, and print how it ended."""
    # The network and the signatures, for this command only.
    from angrilien.errors import KnownError  # noqa: PLC0415
    from angrilien.sync.carrier import Delivered, End, deliver  # noqa: PLC0415
    from angrilien.sync.client import Client, Server  # noqa: PLC0415
    from angrilien.vault.programme import load_programme  # noqa: PLC0415

    lock, client = FileLock(files.carrying), Client()
    done = Delivered(end=End.NOTHING)
    try:
        if files.mark() is not None and not lock.take():
            done = Delivered(end=End.BUSY)
        elif lock.is_mine:
            known = load_programme(files.programme)
            server = Server(
                address=known.server,
                aud=known.aud,
                check=known.check_signed,
                renew=lambda keys, signature: known.newer(keys, signature).check_signed,
            )
            done = deliver(files, client, server)
    except KnownError:
        pass  # without its programme's file, nothing in the folder is for anybody
    finally:
        client.close()
        lock.release()
    said = {"end": done.end.value, "answered": done.answered, "retry_after": done.retry_after}
    _say(json.dumps(said))
    return 0


def _say(line: str) -> None:
    """Print a line; whoever asked for it may have ended meanwhile, which is nobody's mistake."""
    try:
        print(line, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
