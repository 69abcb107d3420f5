"""R05: the disk is full, then there is room again.

Must show: nothing missing, reading works, a clear sentence, writing resumes without restart.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from angrilien.errors import DiskFull
from angrilien.services import animateurs, attendance, copies, drafts, opening
from angrilien.services.notebook import Notebook
from angrilien.store import ballast
from helpers.notebooks import CHEAP_KDF, PHRASE, add_people, make_notebook, make_workshop
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub, assert_sent_once, written


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MiB of its own."""
    yield from disk_of("3m", tmp_path)


@pytest.fixture
def large_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MiB of its own: the ballast has room there."""
    yield from disk_of("24m", tmp_path)


def disk_of(size: str, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux":
        pytest.skip("a small file system needs Linux")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a small file system needs the right to mount one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def set_pages(notebook: Notebook, pages: int) -> int:
    """Bound the file's pages (0: as they are now), as a full disk does; return the bound."""
    with notebook.store.read() as connection:
        wanted = pages or connection.exec_driver_sql("PRAGMA page_count").scalar()
        return int(connection.exec_driver_sql(f"PRAGMA max_page_count = {wanted}").scalar_one())


NO_BOUND = 1_000_000


def leave_room(ballast: Path, room: int) -> None:
    """Fill a file system but for so many bytes."""
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65_536)
    os.truncate(ballast, ballast.stat().st_size - room)


def fill(do: Callable[[int], object]) -> int:
    """Act until the disk is full; return how many acts were acknowledged."""
    for count in range(5_000):
        try:
            do(count)
        except DiskFull:
            return count
    raise AssertionError("the disk is never full")


def check_whole(notebook: Notebook, acts: int) -> None:
    assert notebook.store.verify() == acts
    with notebook.store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_full_while_people_are_noted(tmp_path: Path) -> None:
    """R05 by a bound on the file's pages: 0 acknowledged acts missing, then room again."""
    notebook = make_notebook(tmp_path)
    workshop = make_workshop(notebook)
    line = add_people(notebook, workshop, 2)[0]
    before = notebook.store.verify()
    set_pages(notebook, 0)
    acts = fill(lambda _: attendance.toggle(notebook, workshop, line))
    check_whole(notebook, before + acts)
    row = attendance.roster(notebook, workshop).rows[0]  # reading works
    assert (row.state == "present") == (acts % 2 == 1)
    with pytest.raises(DiskFull):
        drafts.save(notebook, "note", "x" * 20_000)
    set_pages(notebook, NO_BOUND)
    attendance.toggle(notebook, workshop, line)
    check_whole(notebook, before + acts + 1)
    notebook.close()


def test_full_on_a_real_small_disk(small_disk: Path) -> None:
    """R05 on a file system of 3 MiB: the same, the write-ahead log included."""
    notebook = make_notebook(small_disk)
    workshop = make_workshop(notebook)
    line = add_people(notebook, workshop, 2)[0]
    before = notebook.store.verify()
    ballast = small_disk / "ballast"
    leave_room(ballast, 256 << 10)
    acts = fill(lambda _: attendance.toggle(notebook, workshop, line))
    check_whole(notebook, before + acts)
    assert len(attendance.roster(notebook, workshop).rows) == 2
    ballast.unlink()
    attendance.toggle(notebook, workshop, line)
    check_whole(notebook, before + acts + 1)
    notebook.close()


@pytest.mark.parametrize("room", [0, 8 << 10, 64 << 10, 200 << 10])
def test_full_when_the_notebook_is_made(small_disk: Path, room: int) -> None:
    """R05 at the first start: the sentence, nothing left behind, then it is made."""
    ballast = small_disk / "ballast"
    leave_room(ballast, room)
    with pytest.raises(DiskFull):
        make_notebook(small_disk)
    folder = small_disk / "data"
    assert not folder.exists() or list(folder.iterdir()) == []
    assert not opening.exists(folder)
    ballast.unlink()
    make_notebook(small_disk).close()


@pytest.mark.parametrize("room", [0, 16 << 10])
def test_full_when_the_notebook_is_opened(small_disk: Path, room: int) -> None:
    """R05 at a start: the sentence, the file as it was, then it opens."""
    notebook = make_notebook(small_disk)
    make_workshop(notebook)
    acts = notebook.store.verify()
    programme, folder = notebook.programme, notebook.folder
    notebook.close()
    before = (folder / opening.DATABASE).read_bytes()
    ballast = small_disk / "ballast"
    leave_room(ballast, room)
    with pytest.raises(DiskFull):
        opening.open_notebook(folder, PHRASE, programme)
    assert (folder / opening.DATABASE).read_bytes() == before
    ballast.unlink()
    again = opening.open_notebook(folder, PHRASE, programme)
    check_whole(again, acts)
    again.close()


def test_full_while_sending(new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy) -> None:
    """R05: an answer that cannot be written down is asked for again, and nothing counts twice."""
    desk = new_desk()
    workshop = desk.do(make_workshop)
    line = desk.do(add_people, workshop, 4)[0]
    assert desk.round() is None
    desk.do(set_pages, 0)

    def until_full() -> int:
        return fill(lambda _: desk.do(attendance.toggle, workshop, line))

    until_full()
    mine = desk.do(written)
    # Nothing of the marks needs a new page here; what may fail is the next act, never the log.
    problem = desk.round()
    assert problem is None or isinstance(problem, DiskFull)
    until_full()
    desk.do(set_pages, NO_BOUND)
    desk.do(attendance.toggle, workshop, line)
    assert desk.round() is None
    assert assert_sent_once(desk, hub) > len(mine)


def test_the_ballast_lets_one_go_on(large_disk: Path) -> None:
    """R05 with the ballast: the gesture that was refused can be made again before any room is made.

    The bar on the screen says it meanwhile; the ballast comes back with the room.
    """
    notebook = make_notebook(large_disk)
    assert ballast.is_there(notebook.folder)
    workshop = make_workshop(notebook)
    line = add_people(notebook, workshop, 2)[0]
    before = notebook.store.verify()
    rest = large_disk / "rest"
    leave_room(rest, 128 << 10)
    acts = fill(lambda _: attendance.toggle(notebook, workshop, line))
    assert not ballast.is_there(notebook.folder)
    attendance.toggle(notebook, workshop, line)
    drafts.save(notebook, "note", "x" * 20_000)
    check_whole(notebook, before + acts + 1)
    assert not ballast.take_aboard(notebook.folder), "there is no room for it"
    rest.unlink()
    assert ballast.take_aboard(notebook.folder)
    notebook.close()


@pytest.mark.parametrize("room", [0, 64 << 10, 300 << 10])
def test_full_while_a_copy_is_made_or_the_key_changes(large_disk: Path, room: int) -> None:
    """R05 at the safety copy and at a new key: the sentence, and everything is as it was."""
    notebook = make_notebook(large_disk)
    make_workshop(notebook)
    acts = notebook.store.verify()
    before = {p.name for p in notebook.folder.rglob("*")}
    rest = large_disk / "rest"
    leave_room(rest, room)
    with pytest.raises(DiskFull):
        copies.make(notebook)
    with pytest.raises(DiskFull):
        animateurs.change_phrase(notebook, "une autre phrase", kdf=CHEAP_KDF)
    left = {p.name for p in notebook.folder.rglob("*")} - {"copies"}
    assert left <= before
    rest.unlink()
    check_whole(notebook, acts)
    programme, folder = notebook.programme, notebook.folder
    notebook.close()
    again = opening.open_notebook(folder, PHRASE, programme)
    check_whole(again, acts)
    again.close()
