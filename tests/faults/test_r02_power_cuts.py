"""R02: the power is cut at any moment while people are noted and the sheet is closed.

Must show: 0 acknowledged acts lost and 0 corrupt in 20,000 states. What the application's own store
asked of the disk during a session is recorded (`helpers/disk.c`), cut at any request, and what was
not synced is kept, lost or torn, page by page. With ``synchronous = NORMAL`` (R02†) the same states
must lose acknowledged acts. 150 states with a fixed seed by default, 20,000 with
``pytest -m long``.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from angrilien.errors import BugError, KnownError
from angrilien.services.opening import DATABASE
from angrilien.store.store import Store
from helpers import disk
from helpers.disk import Asked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it stands before the C library")

SEED = 20261129
SECTOR = 512
WAL = DATABASE + "-wal"
SAID = "acknowledged"


@dataclass(frozen=True)
class Session:
    """A recorded session, and what opens its file."""

    asked: list[Asked]
    key: bytes
    start: int
    """Requests up to here made the notebook; the cuts come after."""
    base: Path
    """The files as they were then."""


@dataclass
class Kept:
    """One file on a disk: what is durable, and the writes that are not yet."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Asked] = field(default_factory=list)

    def ask(self, request: Asked) -> None:
        if request.op in "wt":
            self.pending.append(request)
        elif request.op == "s":
            for one in self.pending:
                apply(self.durable, one)
            self.pending.clear()

    def after_a_cut(self, chance: random.Random) -> bytes:
        """What may stand there: each write that was not synced is kept, lost or torn."""
        data = bytearray(self.durable)
        for one in self.pending:
            fate = chance.randrange(4)
            if fate == 0:
                continue
            apply(data, torn(one, chance) if fate == 1 and one.op == "w" else one)
        return bytes(data)


def apply(data: bytearray, request: Asked) -> None:
    if request.op == "t":
        del data[request.offset :]
        data.extend(bytes(max(0, request.offset - len(data))))
        return
    if len(data) < request.offset:
        data.extend(bytes(request.offset - len(data)))
    data[request.offset : request.offset + len(request.data)] = request.data


def torn(request: Asked, chance: random.Random) -> Asked:
    """A write of which only some whole sectors reached the disk, the first ones."""
    sectors = len(request.data) // SECTOR
    kept = chance.randint(0, sectors) * SECTOR
    return Asked("w", request.name, request.offset, request.data[:kept])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return disk.build(tmp_path_factory.mktemp("disk"))


def record(library: Path, place: Path, synchronous: str) -> Session:
    folder, base, file = place / "notebook", place / "base", place / "record"
    folder.mkdir()
    base.mkdir()
    child = Path(__file__).with_name("r02_child.py")
    printed = disk.run(library, child, folder, synchronous, str(base), record=file)
    said = json.loads(printed.splitlines()[0])
    asked = [one for one in disk.read_record(file) if one.name in (DATABASE, WAL, SAID)]
    start = next(i for i, one in enumerate(asked) if one.name == SAID and one.op == "w")
    return Session(asked, bytes.fromhex(said["key"]), start, base)


@pytest.fixture(scope="module")
def sound(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return record(library, tmp_path_factory.mktemp("full"), "FULL")


def states(session: Session, count: int, seed: int) -> Iterator[tuple[int, Path]]:
    """Give (acts acknowledged before the cut, folder after it)."""
    chance = random.Random(seed)
    first = {name: (session.base / name).read_bytes() for name in (DATABASE, WAL)}
    cuts = sorted(chance.randint(session.start, len(session.asked)) for _ in range(count))
    files = {name: Kept(bytearray(data)) for name, data in first.items()}
    place, acknowledged, at = session.base.parent / "cut", 0, session.start
    place.mkdir(exist_ok=True)
    for cut in cuts:
        for one in session.asked[at:cut]:
            if one.name == SAID:
                acknowledged = int(one.data) if one.op == "w" else acknowledged
            else:
                files[one.name].ask(one)
        at = cut
        for left in place.iterdir():
            left.unlink()
        for name, kept in files.items():
            (place / name).write_bytes(kept.after_a_cut(chance))
        yield acknowledged, place


def cut_many(session: Session, count: int, seed: int = SEED) -> dict[str, int]:
    """Cut so many times; count what was lost and what is corrupt."""
    found = {"states": 0, "lost": 0, "corrupt": 0}
    for acknowledged, place in states(session, count, seed):
        found["states"] += 1
        try:
            store = Store.open_as_is(place / DATABASE, session.key)
        except KnownError:
            found["corrupt"] += 1
            continue
        try:
            found["lost"] += store.verify() < acknowledged
            with store.read() as connection:
                right = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            found["corrupt"] += not right
        except (KnownError, BugError):
            found["corrupt"] += 1
        finally:
            store.close()
    return found


def test_no_cut_loses_an_acknowledged_act(sound: Session) -> None:
    found = cut_many(sound, 150)
    assert found == {"states": 150, "lost": 0, "corrupt": 0}


def test_normal_loses_some(library: Path, tmp_path: Path) -> None:
    """R02†: the same session with ``synchronous = NORMAL``."""
    session = record(library, tmp_path, "NORMAL")
    found = cut_many(session, 60)
    assert found["lost"] > 0


@pytest.mark.long
def test_20000_cuts(sound: Session) -> None:
    found = cut_many(sound, 20_000)
    print(f"\nR02: {found}")
    assert (found["lost"], found["corrupt"]) == (0, 0)
