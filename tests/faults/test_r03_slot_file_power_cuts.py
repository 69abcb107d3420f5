"""R03: the power is cut at any moment while the slot file is saved.

Must show: 3,000 states, 0 lost; naive saving must fail. The real `save_atomically` is recorded as
it asks the system (write, fsync, link, rename, unlink), and its requests are replayed as a disk may
keep them when the power goes: what was not synced is there, torn, or absent; a name that was not
synced in its folder is the former one, the new one, or none. 400 states with a fixed seed by
default, 3,000 with ``pytest -m long``.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from angrilien.errors import KnownError
from angrilien.vault import files
from angrilien.vault.files import save_atomically
from angrilien.vault.slots import SlotFile
from helpers.notebooks import CHEAP_KDF, PHRASE

SEED = 20261127


@dataclass
class Recorder:
    """What a saving asks of the system, in order."""

    steps: list[tuple[Any, ...]] = field(default_factory=list)


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:  # noqa: C901 - one per call
    """Let what is asked of the system happen, and note it."""
    found = Recorder()
    names: dict[int, str] = {}
    open_path, fsync, link = Path.open, os.fsync, os.link
    replace, unlink, os_open = Path.replace, Path.unlink, os.open

    def opening(self: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = open_path(self, mode, *args, **kwargs)
        if "w" in mode:
            names[file.fileno()] = self.name
            found.steps.append(("create", self.name))
            write = file.write

            class Noting:
                def write(self, data: bytes) -> int:
                    found.steps.append(("write", names[file.fileno()], bytes(data)))
                    return int(write(data))

                def __enter__(self) -> Any:
                    return self

                def __exit__(self, *_: object) -> None:
                    file.close()

                def __getattr__(self, name: str) -> Any:
                    return getattr(file, name)

            return Noting()
        return file

    def syncing(handle: int) -> None:
        fsync(handle)
        name = names.get(handle)
        found.steps.append(("sync", name) if name else ("sync_folder",))

    def opening_folder(path: Any, flags: int, *args: Any) -> int:
        handle = os_open(path, flags, *args)
        names.pop(handle, None)
        return handle

    def linking(source: Any, target: Any) -> None:
        link(source, target)
        found.steps.append(("link", Path(source).name, Path(target).name))

    def replacing(self: Path, target: Any) -> Path:
        done = replace(self, target)
        found.steps.append(("rename", self.name, Path(target).name))
        return done

    def unlinking(self: Path, **kwargs: Any) -> None:
        there = self.exists()
        unlink(self, **kwargs)
        if there:
            found.steps.append(("unlink", self.name))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", opening)
        patched.setattr(Path, "replace", replacing)
        patched.setattr(Path, "unlink", unlinking)
        patched.setattr(files.os, "fsync", syncing)
        patched.setattr(files.os, "link", linking)
        patched.setattr(files.os, "open", opening_folder)
        yield found


class Disk:
    """A folder as a disk keeps it: files by number, names that point at them."""

    def __init__(self, names: dict[str, bytes]) -> None:
        self.files: dict[int, list[bytes]] = {}
        self.durable: dict[int, bytes] = {}
        self.names: dict[str, int] = {}
        self.moves: list[tuple[str, ...]] = []
        self.durable_names: dict[str, int] = {}
        for name, data in names.items():
            number = self._new()
            self.files[number], self.durable[number] = [data], data
            self.names[name] = self.durable_names[name] = number

    def _new(self) -> int:
        self.files[number := len(self.files)] = []
        return number

    def take(self, step: tuple[Any, ...]) -> None:
        kind, *rest = step
        if kind == "create":
            self.names[rest[0]] = self._new()
            self.moves.append(("name", rest[0], str(self.names[rest[0]])))
        elif kind == "write":
            self.files[self.names[rest[0]]].append(rest[1])
        elif kind == "sync":
            number = self.names[rest[0]]
            self.durable[number] = b"".join(self.files[number])
        elif kind == "link":
            self.names[rest[1]] = self.names[rest[0]]
            self.moves.append(("name", rest[1], str(self.names[rest[1]])))
        elif kind == "rename":
            self.names[rest[1]] = self.names.pop(rest[0])
            self.moves.append(("move", rest[0], rest[1]))
        elif kind == "unlink":
            self.names.pop(rest[0])
            self.moves.append(("drop", rest[0]))
        elif kind == "sync_folder":
            self.durable_names, self.moves = dict(self.names), []

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return what may be there when the power comes back.

        Changes of names reach the disk in order, as far as they got (a journal keeps their order);
        what a file holds that was not synced is whole, torn, zeros, or absent.
        """
        names = dict(self.durable_names)
        for move in self.moves[: chance.randint(0, len(self.moves))]:
            if move[0] == "name":
                names[move[1]] = int(move[2])
            elif move[0] == "move":
                names[move[2]] = names.pop(move[1])
            else:
                names.pop(move[1], None)
        return {name: self._content(number, chance) for name, number in names.items()}

    def _content(self, number: int, chance: random.Random) -> bytes:
        written = b"".join(self.files[number])
        durable = self.durable.get(number, b"")
        if durable == written:
            return written
        torn = written[: chance.randint(0, len(written))]
        return chance.choice([durable, written, torn, bytes(len(written)), b""])


@pytest.fixture(scope="module")
def generations() -> list[bytes]:
    """Three slot files that follow each other."""
    file, opened = SlotFile.create(PHRASE, CHEAP_KDF)
    second, _ = file.with_slot(opened, "une autre phrase", CHEAP_KDF)
    third, _ = second.rekeyed(opened, keep=lambda _slot: True)
    return [one.to_bytes() for one in (file, second, third)]


def naive(path: Path, data: bytes) -> None:
    """How it is often done: the file is written over."""
    with path.open("wb") as file:
        file.write(data)


def lost(
    save: Callable[[Path, bytes], None],
    generations: list[bytes],
    states: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> int:
    """Save two generations over the first, cut the power so many times; count the lost ones."""
    path = tmp_path / "cles.json"
    path.write_bytes(generations[0])
    with recorded(monkeypatch) as recorder:
        for data in generations[1:]:
            save(path, data)
    assert path.read_bytes() == generations[-1]
    chance, count = random.Random(SEED), 0
    for _ in range(states):
        disk = Disk({path.name: generations[0]})
        for step in recorder.steps[: chance.randint(0, len(recorder.steps))]:
            disk.take(step)
        found = disk.after_a_cut(chance).get(path.name)
        count += not is_whole(found, generations)
    return count


def is_whole(data: bytes | None, generations: list[bytes]) -> bool:
    if data is None:
        return False
    try:
        SlotFile.parse(data)
    except KnownError:
        return False
    return data in generations


def test_no_state_loses_the_slot_file(
    generations: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lost(save_atomically, generations, 400, tmp_path, monkeypatch) == 0


def test_naive_saving_loses_it(
    generations: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R03†: the same cuts lose a file that is written over."""
    assert lost(naive, generations, 400, tmp_path, monkeypatch) > 100


@pytest.mark.long
def test_3000_states(
    generations: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = lost(save_atomically, generations, 3000, tmp_path, monkeypatch)
    theirs = lost(naive, generations, 3000, tmp_path, monkeypatch)
    print(f"\nR03: {ours} of 3,000 states lost; written over: {theirs}")
    assert ours == 0


def test_a_durable_saving_is_the_new_one(
    generations: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it has returned, no cut brings the former back; the former generation stands beside."""
    path = tmp_path / "cles.json"
    path.write_bytes(generations[0])
    with recorded(monkeypatch) as recorder:
        save_atomically(path, generations[1])
    disk = Disk({path.name: generations[0]})
    for step in recorder.steps:
        disk.take(step)
    chance = random.Random(SEED)
    for _ in range(50):
        found = disk.after_a_cut(chance)
        assert found[path.name] == generations[1]
        assert found[path.name + files.PREVIOUS] == generations[0]
