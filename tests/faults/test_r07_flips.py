"""R07: flipped bits and a file put back are found when the notebook is opened.

Must show: 500 flips in the main file and 200 in the write-ahead log all flagged at the opening, and
yesterday's file put back; a safety copy is offered. A sample with a fixed seed by default, all of
them with ``pytest -m long``. The broken variant opens without the two checks and must miss some.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from angrilien.errors import NotebookDamaged, NotebookForeign
from angrilien.services import copies, heads, opening
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE
from angrilien.store import engine, head
from helpers.copies import list_people, open_again
from helpers.notebooks import PHRASE, make_notebook, make_workshop

SEED = 20261126
WAL = DATABASE + "-wal"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Notebook]:
    """A notebook with a day's work and a safety copy, closed in good order."""
    nb = make_notebook(tmp_path_factory.mktemp("closed"))
    list_people(nb, make_workshop(nb), 8)
    copies.make(nb)
    heads.keep(nb)
    nb.close()
    return nb.folder, nb


@pytest.fixture(scope="module")
def cut(closed: tuple[Path, Notebook], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after a power cut: committed acts stand in the write-ahead log alone."""
    folder, nb = closed
    place = tmp_path_factory.mktemp("cut") / "data"
    shutil.copytree(folder, place)
    again = open_again(place, nb.programme)
    for number in range(3):
        make_workshop(again, title=f"Atelier {number}")
    heads.keep(again)
    after = tmp_path_factory.mktemp("after") / "data"
    shutil.copytree(place, after)
    again.close()
    assert (after / WAL).stat().st_size > 10_000
    return after


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def is_flagged(folder: Path, nb: Notebook) -> bool:
    """Tell whether an opening says that something is wrong; a safety copy is then offered."""
    try:
        again = open_again(folder, nb.programme)
    except (NotebookDamaged, NotebookForeign):
        assert any(row.sound for row in copies.offered(folder, PHRASE))
        return True
    try:
        return heads.check(again) is heads.Found.LOST
    finally:
        again.close()


def flipped(
    folder: Path, name: str, nb: Notebook, count: int, tmp_path: Path, seed: int = SEED
) -> int:
    """Flip a bit so many times, each in a fresh copy of the folder; return how many are flagged."""
    chance, found = random.Random(seed), 0
    for number in range(count):
        place = tmp_path / str(number)
        shutil.copytree(folder, place)
        flip(place / name, chance)
        found += is_flagged(place, nb)
        shutil.rmtree(place)
    return found


def test_flips_in_the_main_file(closed: tuple[Path, Notebook], tmp_path: Path) -> None:
    folder, nb = closed
    assert flipped(folder, DATABASE, nb, 25, tmp_path) == 25


def test_flips_in_the_write_ahead_log(
    cut: Path, closed: tuple[Path, Notebook], tmp_path: Path
) -> None:
    assert not is_flagged(shutil.copytree(cut, tmp_path / "sound"), closed[1])
    assert flipped(cut, WAL, closed[1], 15, tmp_path) == 15


@pytest.mark.long
def test_500_flips_in_the_main_file_and_200_in_the_log(
    cut: Path, closed: tuple[Path, Notebook], tmp_path: Path
) -> None:
    folder, nb = closed
    found = flipped(folder, DATABASE, nb, 500, tmp_path), flipped(cut, WAL, nb, 200, tmp_path)
    print(f"\nR07: {found[0]} of 500 flips in the main file, {found[1]} of 200 in the log flagged")
    assert found == (500, 200)


def test_yesterdays_file_put_back_is_found(closed: tuple[Path, Notebook], tmp_path: Path) -> None:
    folder, nb = closed
    place = Path(shutil.copytree(folder, tmp_path / "data"))
    yesterday = (place / DATABASE).read_bytes()
    again = open_again(place, nb.programme)
    make_workshop(again, title="Fait aujourd’hui")
    heads.keep(again)
    again.close()
    (place / DATABASE).write_bytes(yesterday)
    again = open_again(place, nb.programme)
    assert heads.check(again) is heads.Found.LOST
    # It is said again at each opening, until somebody decides.
    make_workshop(again, title="Un geste de plus")
    heads.keep(again)
    assert heads.check(again) is heads.Found.LOST
    heads.go_on(again)
    assert heads.check(again) is heads.Found.PUT_BACK
    again.close()


def test_behind_is_normal(closed: tuple[Path, Notebook], tmp_path: Path) -> None:
    """A cut between a commit and the head that follows it is no alarm."""
    folder, nb = closed
    place = Path(shutil.copytree(folder, tmp_path / "data"))
    before = (place / head.FILE).read_bytes()
    again = open_again(place, nb.programme)
    make_workshop(again)
    again.close()
    (place / head.FILE).write_bytes(before)
    assert not is_flagged(place, nb)


@pytest.mark.parametrize("damage", [b"", b"{}", b"x" * 9000])
def test_a_head_that_is_none_is_made_again(
    closed: tuple[Path, Notebook], tmp_path: Path, damage: bytes
) -> None:
    folder, nb = closed
    place = Path(shutil.copytree(folder, tmp_path / "data"))
    (place / head.FILE).write_bytes(damage)
    assert not is_flagged(place, nb)
    again = open_again(place, nb.programme)
    assert heads.check(again) is heads.Found.FINE
    again.close()


def test_without_the_checks_flips_pass_unnoticed(
    cut: Path,
    closed: tuple[Path, Notebook],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R07†: an opening that checks neither pages nor head misses flips in both files."""
    folder, nb = closed
    unheeding: Callable[[Notebook], heads.Found] = lambda _nb: heads.Found.FINE  # noqa: E731
    monkeypatch.setattr(engine, "check_pages", lambda _connection: None)
    monkeypatch.setattr(heads, "check", unheeding)
    assert flipped(folder, DATABASE, nb, 12, tmp_path) < 12
    assert flipped(cut, WAL, nb, 6, tmp_path) < 6
    assert opening.exists(folder)
