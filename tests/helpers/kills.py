"""Killing a laptop that acts and sends, and checking what is left of it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from angrilien.domain.entities import BY_ENTITY
from angrilien.domain.record import join
from angrilien.errors import BugError, KnownError
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import log
from angrilien.store.store import Store
from angrilien.vault.slots import SlotFile
from angrilien.wire.canonical import b64, loads
from helpers.notebooks import PHRASE
from helpers.sending import Desk

CHILD: Final = Path(__file__).parent.parent / "faults" / "r01_child.py"
LIFE_SECONDS: Final = 20.0


class Lost(AssertionError):
    """An acknowledged act is not there."""


class Doubled(AssertionError):
    """An act is there twice."""


class Corrupt(AssertionError):
    """The file, its chain or its rows are not what they must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A notebook that nobody has open, with what opens it without its phrase."""

    folder: Path
    key: bytes = field(repr=False)
    vault: str
    vault_key: str = field(repr=False)
    facilitator: str
    programme: Path

    @classmethod
    def of(cls, desk: Desk, programme: Path) -> Victim:
        """Close a laptop and leave it to be killed; `programme` is written for it."""
        desk.close()
        notebook = desk.notebook
        slots = SlotFile.parse((notebook.folder / SLOTS).read_bytes())
        opened = slots.open(PHRASE)
        programme.write_text(notebook.programme.to_json(), encoding="utf-8")
        return cls(
            folder=notebook.folder,
            key=opened.database_key,
            vault=slots.vault,
            vault_key=b64(opened.vault_key),
            facilitator=notebook.facilitator_id,
            programme=programme,
        )

    def order(self, **more: Any) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "key": self.key.hex(),
            "vault": self.vault,
            "vault_key": self.vault_key,
            "facilitator": self.facilitator,
            "programme": str(self.programme),
            "early": False,
            "slow": 0.0,
            "only_send": False,
            "statement": None,
            "seed": 0,
            **more,
        }

    def open(self) -> Store:
        return Store.open(
            self.folder / DATABASE, self.key, vault=self.vault, vault_key=self.vault_key
        )


@dataclass(slots=True)
class Life:
    """What one process said before it was killed. `acks`: (seq, commit, state of a presence)."""

    run: int
    acks: list[tuple[int, str, str | None]] = field(default_factory=list)
    acts: int = 0


class Lives:
    """Gives processes to kill, each a fork of one that has imported everything."""

    def __init__(self, stderr: Path) -> None:
        self._stderr = stderr
        with stderr.open("w") as told:
            self._process = subprocess.Popen(
                [sys.executable, str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=told,
            )
        self._rest = b""
        self._runs = 0

    def take(
        self,
        victim: Victim,
        *,
        seconds: float | None = None,
        acts: int | None = None,
        when: Callable[[], bool] | None = None,
        **order: Any,
    ) -> Life:
        """Start a process and kill it: after some time, right upon an act, or when it is time."""
        self._runs += 1
        life = Life(run=self._runs)
        assert self._process.stdin is not None
        line = json.dumps(victim.order(run=life.run, **order)) + "\n"
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()
        word, pid = self._line(time.monotonic() + LIFE_SECONDS).split(b" ", 2)[::2]
        assert word == b"born"
        born = time.monotonic()
        until = born + (LIFE_SECONDS if seconds is None else seconds)
        while time.monotonic() < until:
            if acts is not None and life.acts >= acts:
                break
            if when is not None and when():
                break
            if self._wait(min(until - time.monotonic(), 0.01 if when else 1.0)):
                self._hear(life)
        else:
            assert seconds is not None, "what it was to be killed at did not come"
        os.kill(int(pid), signal.SIGKILL)
        while self._hear(life):
            pass
        return life

    def take_to(self, victim: Victim, statement: int) -> tuple[Life, bool]:
        """Start a process that acts, sends, and kills itself before a statement of the sending.

        Returns:
            Its life, and whether it was killed; if not, it has sent everything.
        """
        self._runs += 1
        life, whole = Life(run=self._runs), False
        assert self._process.stdin is not None
        line = json.dumps(victim.order(run=life.run, statement=statement)) + "\n"
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()
        assert self._line(time.monotonic() + LIFE_SECONDS).startswith(b"born")
        while True:
            word, run, *rest = self._line(time.monotonic() + LIFE_SECONDS).split(b" ", 2)
            assert int(run) == life.run
            if word == b"ended":
                return life, not whole
            assert word in (b"ack", b"whole"), (word, rest)
            whole = whole or word == b"whole"
            if word == b"ack":
                life.acks += [tuple(one) for one in json.loads(rest[0])]

    def close(self) -> None:
        """End the process that gives the others; it must have had nothing to complain about."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=LIFE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process.stdout.close()
        assert self._stderr.read_text() == ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        if kind is None:
            self.close()
        else:
            self._process.kill()
            self._process.communicate()

    def _hear(self, life: Life) -> bool:
        """Take one line; return whether more will come."""
        word, run, *rest = self._line(time.monotonic() + LIFE_SECONDS).split(b" ", 2)
        assert int(run) == life.run
        assert word != b"failed", json.loads(rest[0])
        if word == b"ack":
            life.acts += 1
            life.acks += [tuple(one) for one in json.loads(rest[0])]
        return word != b"ended"

    def _wait(self, seconds: float) -> bool:
        assert self._process.stdout is not None
        if b"\n" in self._rest:
            return True
        return bool(select.select([self._process.stdout], [], [], max(seconds, 0))[0])

    def _line(self, until: float) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            assert self._wait(until - time.monotonic()), "the process says nothing any more"
            piece = os.read(self._process.stdout.fileno(), 65_536)
            assert piece, f"it ended: {self._stderr.read_text()}"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def check_notebook(victim: Victim, lives: list[Life], *, rows: bool = False) -> int:
    """Open a notebook after a kill and check it; return its number of changes.

    Raises:
        Lost, Doubled, Corrupt: what must never be.
    """
    try:
        store = victim.open()
    except KnownError as error:
        raise Corrupt(str(error)) from error
    try:
        try:
            _check_file(store)
            count = store.verify()
            commits = _commits(store)
            if rows:
                _check_rows(store)
        except (KnownError, BugError) as error:
            raise Corrupt(str(error)) from error
        _check_acts(lives, commits)
        return count
    finally:
        store.close()


def _check_file(store: Store) -> None:
    with store.read() as connection:
        for pragma, good in (
            ("integrity_check", [("ok",)]),
            ("cipher_integrity_check", []),
            ("foreign_key_check", []),
        ):
            found = [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {pragma}")]
            if found != good:
                raise Corrupt(f"{pragma}: {found}")
        if connection.exec_driver_sql("SELECT count(*) FROM intent").scalar():
            raise Corrupt("an intent outlived its transaction")


def _commits(store: Store) -> dict[int, tuple[str, str | None]]:
    with store.read() as connection:
        found = connection.exec_driver_sql(
            'SELECT c.seq, hex(c."commit"), c.entity, b.shared FROM "change" c'
            " JOIN change_body b USING (inc, seq) ORDER BY c.seq"
        ).all()
    return {
        seq: (commit, json.loads(shared).get("state") if entity == "attendance" else None)
        for seq, commit, entity, shared in found
    }


def _check_acts(lives: list[Life], commits: dict[int, tuple[str, str | None]]) -> None:
    times = Counter(commit for commit, _ in commits.values())
    if any(count > 1 for count in times.values()):
        raise Doubled("an act stands twice in the log")
    for life in lives:
        for seq, commit, state in life.acks:
            if seq not in commits or commits[seq] != (commit, state):
                raise Lost(f"act {seq} of life {life.run} was acknowledged, and is not there")


def _check_rows(store: Store) -> None:
    """Each row says what its last change says, and nobody was written twice."""
    with store.read() as connection:
        for entity, record_type in BY_ENTITY.items():
            last = connection.exec_driver_sql(
                'SELECT c.entity_id, max(c.seq), b.shared, b.private FROM "change" c'
                " JOIN change_body b USING (inc, seq) WHERE c.entity = ? GROUP BY c.entity_id",
                (entity,),
            ).all()
            shown = {r.id: r for r in log.read_many(connection, record_type, [x[0] for x in last])}
            everything = connection.exec_driver_sql(f'SELECT count(*) FROM "{entity}"').scalar()
            if everything != len(last):
                raise Corrupt(f"{entity}: a row without a change, or a change without a row")
            for entity_id, _, shared, private in last:
                halves = loads(shared.encode()), loads(private.encode())
                if shown[entity_id] != join(record_type, entity_id, *halves):
                    raise Corrupt(f"{entity}: a row does not say what its last change says")
        twice = connection.exec_driver_sql(
            "SELECT first_name, last_name FROM participant GROUP BY 1, 2 HAVING count(*) > 1"
        ).all()
        if twice:
            raise Doubled("somebody was written twice")
