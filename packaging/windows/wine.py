"""A Windows of its own under Debian's wine, for tests: a folder that goes with it.

What Windows 10 has and wine 8 lacks is compiled from `winestubs` into that folder alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Final, Self

STUBS: Final = Path(__file__).with_name("winestubs")
_OVERRIDES: Final = "mscoree,mshtml,winemenubuilder.exe,netprofm=;mscms=n,b"
"""Nothing is asked to be installed, no menu of this system is changed; the list of networks, in
which wine 8 turns round for ever, is absent: Qt says then that it does not know."""
PATIENCE: Final = 300
"""Seconds after which a program under wine has hung."""


class WineFailed(Exception):
    """wine, or a tool around it, did not do what it must before anything can be tried."""


class Wine:
    """Wine with an empty Windows 10, and a screen that nobody sees.

    Attributes:
        prefix: folder of all of it.
        drive: its drive C.
        local: the user's `%LOCALAPPDATA%`.
    """

    def __init__(self) -> None:
        self.prefix = Path(tempfile.mkdtemp(prefix="angrilien-wine-"))
        self.drive = self.prefix / "windows" / "drive_c"
        self._screen = _Screen()
        home = self.prefix / "home"
        home.mkdir()
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("ANGRILIEN_", "QT_"))},
            # Its desktop and its documents are links into it.
            "HOME": str(home),
            "WINEPREFIX": str(self.prefix / "windows"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _OVERRIDES,
            "DISPLAY": self._screen.name,
        }
        self.run("wineboot", "-i")
        self.pretend("win10")
        for source in sorted(STUBS.glob("*.c")):
            made = self.drive / "windows" / "system32" / f"{source.stem}.dll"
            _tool(
                *("x86_64-w64-mingw32-gcc", "-Wall", "-Os", "-shared", "-s", str(source)),
                *("-ladvapi32", "-o", str(made)),
            )
        users = self.drive / "users"
        (user,) = [path.name for path in users.iterdir() if path.name != "Public"]
        self.local = users / user / "AppData" / "Local"

    def pretend(self, version: str) -> None:
        """Say which Windows this is: "win10", "win7"."""
        self.run("winecfg", "-v", version)
        # What runs has asked already.
        self._server("-w")

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end; a path of this system is given as Windows would name it."""
        with subprocess.Popen(  # noqa: S603 - our own command line
            ["wine", *map(self.named, words)],  # noqa: S607
            env=self._environment,
            stdin=subprocess.DEVNULL,
            # wine's Python starts with pipes, not with files.
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            said = [_Reader(stream) for stream in (process.stdout, process.stderr)]
            code = process.wait(timeout=PATIENCE)
            # wine's own desktop may have been started by it, and hold the pipes for long.
            out, err = (reader.text() for reader in said)
            return subprocess.CompletedProcess(words, code, out, err)

    def start(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a program, in a group of its own."""
        return subprocess.Popen(  # noqa: S603 - our own command line
            ["wine", *map(self.named, words)],  # noqa: S607
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def cut(self) -> None:
        """End everything at once, as a power cut does."""
        self._server("-k9")
        self._server("-w")

    def named(self, word: str | Path) -> str:
        """Return the name by which Windows knows a path of this system; other words as they are."""
        if isinstance(word, str):
            return word
        if word.is_relative_to(self.drive):
            return "C:\\" + str(word.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(word).replace("/", "\\")

    def value(self, key: str, name: str) -> str:
        """Return a value of the registry, empty where there is none."""
        done = self.run("reg", "query", key, "/v", name, "/reg:64")
        for line in done.stdout.decode("cp850", "replace").splitlines():
            words = line.strip().split(None, 2)
            if len(words) == 3 and words[0] == name:
                return words[2]
        return ""

    def picture(self, to: Path) -> None:
        """Keep a picture of the whole screen."""
        _tool("import", "-display", self._screen.name, "-window", "root", str(to))

    def close(self) -> None:
        """End all that runs in it, and remove it."""
        self._server("-k")
        self._server("-w")
        self._screen.close()
        shutil.rmtree(self.prefix, ignore_errors=True)

    def _server(self, option: str) -> None:
        subprocess.run(  # noqa: S603 - our own command line
            ["wineserver", option],  # noqa: S607
            env=self._environment,
            check=False,
            timeout=PATIENCE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class _Reader:
    """Takes what comes out of a pipe, also of one that is never closed."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self._pieces: list[bytes] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> bytes:
        """Return what came; call it once the program has ended."""
        self._thread.join(timeout=3)
        return b"".join(self._pieces)

    def _read(self) -> None:
        if self._stream is None:
            return
        with contextlib.suppress(OSError, ValueError):  # closed meanwhile
            while piece := os.read(self._stream.fileno(), 65536):
                self._pieces.append(piece)


class _Screen:
    """An X screen in memory; it chooses a free number itself."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                [
                    *("Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24"),
                    *("-nolisten", "tcp"),
                ],
                pass_fds=(writing,),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise WineFailed("apt-get install xvfb") from error
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            raise WineFailed("no screen")
        self.name = f":{number}"

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=20)


def wait_for(reached: object, what: str, seconds: float = 60) -> None:
    """Wait until a call returns something true.

    Raises:
        WineFailed: it never did.
    """
    end = time.monotonic() + seconds
    while not (callable(reached) and reached()):
        if time.monotonic() > end:
            raise WineFailed(f"waited in vain for {what}")
        time.sleep(0.2)


def _tool(*words: str) -> None:
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise WineFailed(f"{words[0]}: {done.stderr}")
