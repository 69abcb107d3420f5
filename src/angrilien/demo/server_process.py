"""A central server of its own, in another process, on a free port of this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from angrilien.domain.clock import SystemClock
from angrilien.errors import KnownError
from angrilien.paths import resource

STOP_SECONDS = 20


class ServerFailed(KnownError):
    """The demonstration has no server to speak to."""

    sentence = "Le serveur de la démonstration ne démarre pas."


class ServerProcess:
    """Makes a programme and its venues in a folder, and serves it on loopback.

    Its clock is this process's: what `SystemClock.ahead` says holds for both.

    Args:
        folder: for the server's data and keys; made here.
        aud: name of the programme.
    """

    def __init__(self, folder: Path, *, aud: str = "demonstration") -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "server"
        self.programme_path = folder / "programme.json"
        self._process: subprocess.Popen[str] | None = None
        self.command(
            "programme", "new", "--aud", aud, "--server", self.url,
            "--out", str(self.programme_path),
        )  # fmt: skip
        # As whoever runs a real one is told to do: the server warns about it else.
        (self.data / "root.key").rename(folder / "root.key")
        self.command("venue", "import", str(resource("data/venues.csv")))

    def start(self) -> None:
        """Start serving, and return once it listens.

        Raises:
            ServerFailed: it ended instead.
        """
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [*_command(), "serve", "--data", str(self.data), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=_environment(),
        )
        if self._process.stdout is None or not self._process.stdout.readline():
            raise ServerFailed

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the process and return its exit code (0 where none runs)."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        code = process.wait(timeout=STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()
        return code

    def code(self, venue_code: str) -> str:
        """Return a new one-use code of a venue, as it is shown."""
        return self.command("venue", "code", venue_code).strip()

    def figures(self, workshop_id: str = "") -> dict[str, int]:
        """Return what the server's database holds, of one workshop or of all."""
        more = ["--workshop", workshop_id] if workshop_id else []
        found: dict[str, int] = json.loads(self.command("figures", "--json", *more))
        return found

    def command(self, *words: str) -> str:
        """Run `angrilien-server` on this server's data; return what it printed.

        Raises:
            ServerFailed: it did not end well.
        """
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            [*_command(), *words, "--data", str(self.data)],
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=_environment(),
        )
        if done.returncode:
            raise ServerFailed
        return done.stdout

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


_PROGRAM = """\
import sys
from angrilien.domain.clock import SystemClock
SystemClock.ahead = int(sys.argv.pop(1))
from angrilien.server.cli import main
sys.exit(main())
"""


def _command() -> tuple[str, ...]:
    """Return what runs `angrilien-server`, with our clock."""
    return (sys.executable, "-c", _PROGRAM, str(SystemClock.ahead))


def _environment() -> dict[str, str]:
    """Return our environment without what names a real database."""
    return {k: v for k, v in os.environ.items() if not k.startswith("ANGRILIEN_")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
