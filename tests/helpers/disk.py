"""What a process asks of the disk, recorded; and a disk that fails now and then (`disk.c`)."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("disk.c")
READ_FAILS, READ_LIES, WRITE_FAILS = range(3)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: open, write, sync, truncate or unlink, of a file by its name."""

    op: str
    name: str
    offset: int
    data: bytes


def build(folder: Path) -> Path:
    """Compile the library that stands in between."""
    library = folder / "disk.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(SOURCE), "-ldl"],
        check=True,
    )
    return library


def run(
    library: Path,
    script: Path,
    folder: Path,
    *arguments: str,
    record: Path | None = None,
    faults: Path | None = None,
) -> str:
    """Run a script whose files in `folder` are watched; return what it printed."""
    environment: dict[str, Any] = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "DISK_FOLDER": str(folder),
    }
    if record is not None:
        environment["DISK_RECORD"] = str(record)
    if faults is not None:
        faults.write_bytes(bytes(24))
        environment["DISK_FAULTS"] = str(faults)
    done = subprocess.run(
        [sys.executable, str(script), str(folder), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_record(path: Path) -> Iterator[Asked]:
    """Read what was recorded, in order."""
    data = path.read_bytes()
    at = 0
    while at < len(data):
        op = chr(data[at])
        (length,) = struct.unpack_from("<H", data, at + 1)
        name = data[at + 3 : at + 3 + length].decode()
        at += 3 + length
        offset, size = struct.unpack_from("<QI", data, at)
        at += 12
        content = data[at : at + size] if op == "w" else b""
        at += len(content)
        yield Asked(op, Path(name).name, offset, content)


class Faults:
    """The counters of a disk that fails, as the watched process itself sets them."""

    def __init__(self) -> None:
        self._file = Path(os.environ["DISK_FAULTS"]).open("r+b")  # noqa: SIM115
        self._memory = mmap.mmap(self._file.fileno(), 24)

    def set(self, which: int, count: int, *, after: int = 0) -> None:
        """Have so many requests of a kind fail, after so many that go well."""
        struct.pack_into("<i", self._memory, 4 * (3 + which), after)
        struct.pack_into("<i", self._memory, 4 * which, count)

    def left(self, which: int) -> int:
        """Return how many of them are still to come."""
        (count,) = struct.unpack_from("<i", self._memory, 4 * which)
        return int(count)
