"""R04: killed while the database key is changed.

Must show: exactly one key opens, all rows are there; every animateur's phrase still opens; earlier
safety copies open. 4 kills with a fixed seed by default, 60 with ``pytest -m long``. The broken
variant puts the files in place before the slot file is saved: killed between, nothing opens.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from angrilien.errors import KnownError, WrongPassphrase
from angrilien.services import animateurs, copies, opening, rekeying
from angrilien.services.opening import DATABASE
from angrilien.store import rekey
from angrilien.vault.programme import Programme
from helpers.copies import list_people
from helpers.notebooks import CHEAP_KDF, PHRASE, make_notebook, make_workshop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")

SEED = 20261128
CHILD = Path(__file__).with_name("r04_child.py")
OTHER = "galaxie habile iceberg jaguar kayak labial"


@dataclass(frozen=True)
class Shared:
    """A notebook of two animateurs with a safety copy, closed."""

    folder: Path
    programme: Programme


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    nb = make_notebook(tmp_path_factory.mktemp("shared"))
    list_people(nb, make_workshop(nb), 8)
    animateurs.add(nb, "Ahmed Benali", OTHER, kdf=CHEAP_KDF)
    copies.make(nb)
    nb.close()
    return Shared(nb.folder, nb.programme)


@pytest.fixture
def shared(made: Shared, tmp_path: Path) -> Shared:
    """The same, for one test."""
    (tmp_path / "programme.json").write_text(made.programme.to_json(), encoding="utf-8")
    return Shared(Path(shutil.copytree(made.folder, tmp_path / "data")), made.programme)


def killed(nb: Shared, phrases: list[str], seconds: float) -> tuple[str, str]:
    """Change the key in a process, killed after so many seconds from its opening on.

    Returns:
        The phrase of the last change that returned, and that of the one under way.
    """
    order = {
        "folder": str(nb.folder),
        "programme": str(nb.folder.parent / "programme.json"),
        "phrases": phrases,
    }
    process = subprocess.Popen(
        [sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"open\n"
    time.sleep(seconds)
    process.kill()
    said = process.stdout.read().decode().splitlines()
    process.stdout.close()
    process.stdin.close()
    process.wait()
    done, tried = phrases[0], ""
    for line in said:
        kind, _, phrase = line.partition(" ")
        done, tried = (phrase, "") if kind == "done" else (done, phrase)
    return done, tried


def check(nb: Shared, done: str, tried: str, changes: int) -> str:
    """Check what is left; return the phrase that opens."""
    opened = []
    for phrase in (done, tried):
        if not phrase:
            continue
        try:
            again = opening.open_notebook(nb.folder, phrase, nb.programme)
        except WrongPassphrase:
            continue
        opened.append(phrase)
        assert again.store.verify() == changes
        assert len(animateurs.listed(again)) == 2
        assert [row.sound for row in copies.listed(again)] == [True]
        again.close()
    assert len(opened) == 1, "exactly one of the two phrases opens"
    other = opening.open_notebook(nb.folder, OTHER, nb.programme)
    assert other.store.verify() == changes
    other.close()
    assert not [p for p in nb.folder.rglob("*") if p.name.endswith((".rekey", ".former"))]
    return opened[0]


def kill_many(nb: Shared, kills: int) -> dict[str, int]:
    chance = random.Random(SEED)
    again = opening.open_notebook(nb.folder, PHRASE, nb.programme)
    changes = again.store.verify()
    again.close()
    phrase, moved, cut = PHRASE, 0, 0
    for number in range(kills):
        wanted = [phrase, *(f"phrase {number} {n}" for n in range(12))]
        done, tried = killed(nb, wanted, chance.uniform(0, 0.6))
        after = check(nb, done, tried, changes)
        moved += after != phrase
        cut += bool(tried)
        phrase = after
    return {"kills": kills, "another key after": moved, "in the middle of a change": cut}


def test_killed_at_random_points(shared: Shared) -> None:
    figures = kill_many(shared, 4)
    assert figures["in the middle of a change"] > 1


@pytest.mark.long
def test_killed_60_times(shared: Shared) -> None:
    print(f"\nR04: {kill_many(shared, 60)}")


@pytest.mark.parametrize("step", range(6))
def test_cut_between_each_two_steps(
    shared: Shared, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Not by chance: the change ends at each of its steps, and nothing after it is done."""

    class Cut(BaseException):
        pass

    left = [step]

    def counted(real: object) -> object:
        def do(*args: object, **kwargs: object) -> object:
            if left[0] == 0:
                raise Cut
            left[0] -= 1
            return real(*args, **kwargs)  # type: ignore[operator]

        return do

    nb = opening.open_notebook(shared.folder, PHRASE, shared.programme)
    changes = nb.store.verify()
    monkeypatch.setattr(rekey, "prepare", counted(rekey.prepare))
    monkeypatch.setattr(rekey, "install", counted(rekey.install))
    monkeypatch.setattr(rekeying, "save_atomically", counted(rekeying.save_atomically))
    # A killed process tidies nothing up.
    monkeypatch.setattr(rekeying, "_tidy", lambda *_args: None)
    with contextlib.suppress(Cut, KnownError):
        animateurs.change_phrase(nb, "la nouvelle phrase", kdf=CHEAP_KDF)
    monkeypatch.undo()
    check(shared, PHRASE, "la nouvelle phrase", changes)


def test_files_before_keys_lose_everything(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """R04†: the files put in place before the slot file is saved; cut between, nothing opens."""
    nb = opening.open_notebook(shared.folder, PHRASE, shared.programme)
    saved = rekeying.save_atomically

    class Cut(BaseException):
        pass

    def too_late(path: Path, data: bytes) -> None:
        if path.parent == nb.folder:
            rekey.install(nb.folder / DATABASE, keep_former=False)
            raise Cut
        saved(path, data)

    monkeypatch.setattr(rekeying, "save_atomically", too_late)
    monkeypatch.setattr(rekeying, "_tidy", lambda *_args: None)
    with pytest.raises((Cut, KnownError)):
        animateurs.change_phrase(nb, "la nouvelle phrase", kdf=CHEAP_KDF)
    monkeypatch.undo()
    for phrase in (PHRASE, OTHER):
        with pytest.raises(KnownError):
            opening.open_notebook(shared.folder, phrase, shared.programme)
