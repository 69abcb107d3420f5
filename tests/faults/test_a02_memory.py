"""A02: after the full lock, the memory of every remaining process of the application is searched.

Must show: 0 keys, 0 notes. Each is found first while the notebook is open: a search that finds
nothing then would prove nothing.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication

from angrilien.services.opening import SLOTS
from angrilien.vault.slots import SlotFile
from angrilien.wire.canonical import b64
from helpers.copies import Original, make_original
from helpers.notebooks import PHRASE

CHILD = Path(__file__).with_name("a02_child.py")
CANARY = "Zéphyrine Quincampoix-Vautrelle"
SECONDS = 60.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read by /proc")


class Laptop:
    """The application in a process, told what to do."""

    def __init__(self, folder: Path, programme: Path, **variables: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), str(folder), str(programme)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables},
        )
        self._rest = b""

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def hear(self, *, meanwhile: QApplication | None = None) -> str:
        """Return what it says next; a service that this process plays answers meanwhile."""
        assert self.process.stdout is not None
        end = time.monotonic() + SECONDS
        while b"\n" not in self._rest:
            if meanwhile is not None:
                meanwhile.processEvents()
            if select.select([self.process.stdout], [], [], 0.01)[0]:
                piece = os.read(self.process.stdout.fileno(), 65_536)
                assert piece, self.process.communicate()[1].decode()
                self._rest += piece
            assert time.monotonic() < end, "it says nothing"
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def processes(self) -> list[int]:
        """Return every process of the application: it, its children, whoever has the folder."""
        found = {self.process.pid}
        with contextlib.suppress(psutil.NoSuchProcess):
            found |= {p.pid for p in psutil.Process(self.process.pid).children(recursive=True)}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid != os.getpid() and str(self.folder) in process.cmdline():
                    found.add(process.pid)
        return sorted(found)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("a02"))


@pytest.fixture
def programme(tmp_path: Path, original: Original) -> Path:
    file = tmp_path / "programme.json"
    file.write_text(original.programme.to_json(), encoding="utf-8")
    return file


@pytest.fixture
def laptop(tmp_path: Path, original: Original, programme: Path) -> Iterator[Laptop]:
    made = Laptop(original.copy(tmp_path), programme)
    assert made.hear().startswith("shown unlock ")
    yield made
    made.close()


def needles(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Return what is searched: each secret, in the forms in which it may stand in memory."""
    opened = SlotFile.parse((folder / SLOTS).read_bytes()).open(PHRASE)
    key = opened.database_key
    return {
        "database key": (key, key.hex().encode(), key.hex().upper().encode()),
        "vault key": (opened.vault_key, b64(opened.vault_key).encode()),
        "note": (CANARY.encode(), CANARY.encode("utf-16-le")),
        "phrase": (PHRASE.encode(), PHRASE.encode("utf-16-le")),
    }


def memory(pid: int) -> Iterator[bytes]:
    """Give the readable memory of a process, region by region."""
    with (
        Path(f"/proc/{pid}/maps").open(encoding="utf-8") as maps,
        Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file,
    ):
        for line in maps:
            place, rights, *_ = line.split()
            # What is mapped from a file and cannot be written holds the file, nothing of ours.
            if not rights.startswith("rw"):
                continue
            first, last = (int(end, 16) for end in place.split("-"))
            with contextlib.suppress(OSError, ValueError, OverflowError):
                file.seek(first)
                yield file.read(last - first)


def found(pids: list[int], wanted: dict[str, tuple[bytes, ...]]) -> dict[str, int]:
    """Count how often each secret stands in the memory of these processes."""
    hits = dict.fromkeys(wanted, 0)
    for pid in pids:
        for region in memory(pid):
            for name, forms in wanted.items():
                hits[name] += sum(region.count(form) for form in forms)
    return hits


def open_and_type(laptop: Laptop) -> dict[str, tuple[bytes, ...]]:
    """Open the notebook, type, and make sure that all that must go is there."""
    wanted = needles(laptop.folder)
    laptop.tell(f"open {PHRASE}")
    assert laptop.hear() == "open"
    laptop.tell(f"type {CANARY}")
    assert laptop.hear() == "typed"
    before = found(laptop.processes(), wanted)
    assert min(before["database key"], before["vault key"], before["note"]) > 0, before
    return wanted


def test_the_full_lock_leaves_neither_key_nor_note_nor_phrase(laptop: Laptop) -> None:
    wanted = open_and_type(laptop)
    before = laptop.processes()
    laptop.tell("end")
    said = laptop.hear()
    assert said.startswith("shown unlock ")
    assert "Le cahier s’est fermé tout seul. Rien n’est perdu." in said
    # The same process of the system, with another program's memory: nothing else is left.
    assert laptop.processes() == before == [laptop.process.pid]
    assert found(laptop.processes(), wanted) == dict.fromkeys(wanted, 0)
    laptop.tell(f"open {PHRASE}")
    assert laptop.hear() == "open", "and the phrase opens it again"
    assert found(laptop.processes(), wanted)["note"] == 0, "a draft comes with its screen only"


def test_the_fifth_wrong_code_ends_the_process_that_held_the_key(laptop: Laptop) -> None:
    """A04, to its end: after it only the phrase opens."""
    wanted = open_and_type(laptop)
    for left in (4, 3, 2, 1):
        laptop.tell("guess 000000")
        assert laptop.hear() == f"left {left}"
    assert found(laptop.processes(), wanted)["database key"] > 0, "covered only"
    laptop.tell("guess 000000")
    assert laptop.hear().startswith("shown unlock ")
    assert found(laptop.processes(), wanted) == dict.fromkeys(wanted, 0)


def test_closing_the_notebook_without_ending_the_process_would_be_found(laptop: Laptop) -> None:
    """What is let go of is not overwritten: without a new process the search goes red."""
    wanted = open_and_type(laptop)
    laptop.tell("keep_process")
    laptop.hear()
    assert sum(found(laptop.processes(), wanted).values()) > 0


def test_suspend_ends_the_process_before_the_laptop_sleeps(
    qapp: QApplication, tmp_path: Path, original: Original, programme: Path
) -> None:
    from helpers.logind import FakeLogind, connected, private_bus, until

    with private_bus(tmp_path) as address, connected(address) as bus:
        logind = FakeLogind(bus)
        laptop = Laptop(original.copy(tmp_path), programme, DBUS_SYSTEM_BUS_ADDRESS=address)
        try:
            assert laptop.hear(meanwhile=qapp).startswith("shown unlock ")
            wanted = needles(laptop.folder)
            laptop.tell(f"open {PHRASE}")
            assert laptop.hear(meanwhile=qapp) == "open"
            laptop.tell(f"type {CANARY}")
            assert laptop.hear(meanwhile=qapp) == "typed"
            until(lambda: logind.inhibitors() == 1)
            logind.prepare_for_sleep(begins=True)
            until(lambda: logind.inhibitors() == 0, seconds=SECONDS)
            # The system may sleep from now on.
            assert found(laptop.processes(), wanted) == dict.fromkeys(wanted, 0)
            assert laptop.hear(meanwhile=qapp).startswith("shown unlock ")
        finally:
            laptop.close()
            logind.close()


def test_suspend_in_a_workshop_keeps_the_key_behind_the_code(
    qapp: QApplication, tmp_path: Path, original: Original, programme: Path
) -> None:
    from helpers.logind import FakeLogind, connected, private_bus, until

    with private_bus(tmp_path) as address, connected(address) as bus:
        logind = FakeLogind(bus)
        laptop = Laptop(original.copy(tmp_path), programme, DBUS_SYSTEM_BUS_ADDRESS=address)
        try:
            assert laptop.hear(meanwhile=qapp).startswith("shown unlock ")
            laptop.tell(f"open {PHRASE}")
            assert laptop.hear(meanwhile=qapp) == "open"
            laptop.tell("workshop")
            assert laptop.hear(meanwhile=qapp) == "held"
            until(lambda: logind.inhibitors() == 1)
            logind.prepare_for_sleep(begins=True)
            until(lambda: logind.inhibitors() == 0)
            logind.prepare_for_sleep(begins=False)
            until(lambda: logind.inhibitors() == 1)
            laptop.tell("look")
            assert laptop.hear(meanwhile=qapp) == "covered"
        finally:
            laptop.close()
            logind.close()
