"""F13: half-finished pushes filled the disk (8.2 GB). F36: each was a stack trace of the server's.

Must show: 1,000 aborted pushes: no growth on either side; each one a line of the log, no error.
Fifty by default, all of them with ``pytest -m long``. The broken variant (†) is a server that keeps
what it has of a body, to go on from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from angrilien.errors import NoConnection
from angrilien.services.notebook import Notebook
from helpers.notebooks import add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import Databases, LiveServer

ABORTED = 50
CHILD = Path(__file__).with_name("f13_child.py")
WAL_MOST = 4 << 20
"""Bytes of a write-ahead log: it is used again from its beginning."""


@pytest.fixture
def live(tmp_path: Path, databases: Databases) -> Iterator[LiveServer]:
    """A server of its own: its sizes are compared."""
    with LiveServer(tmp_path / "own", database_url=databases.url()) as server:
        yield server


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


def size_here(nb: Notebook) -> tuple[int, int]:
    """Pages of the notebook, and bytes of what else stands in its folder, but for the log."""
    with nb.store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    return pages, rest_of(nb.folder)


def size_there(hub: Hub, live: LiveServer) -> tuple[int, int]:
    """Pages of the server's database, and bytes of what else stands in its folder."""
    query = "PRAGMA page_count"
    if not hub.database.is_sqlite:
        query = "SELECT pg_database_size(current_database())"
    return hub.query(query)[0][0], rest_of(live.data)


def rest_of(folder: Path) -> int:
    files = [path for path in folder.rglob("*") if path.is_file()]
    wals = [path.stat().st_size for path in files if path.name.endswith("-wal")]
    assert all(size <= WAL_MOST for size in wals)
    kept = [p for p in files if "logs" not in p.parts and not re.search(r"\.db(-\w+)?$", p.name)]
    return sum(path.stat().st_size for path in kept)


def abort(desk: Desk, proxy: Proxy, count: int) -> None:
    """Begin so many pushes that are cut, each elsewhere, before the server has all of them."""
    whole = 900  # at least: the header of a push alone is longer
    for number in range(count):
        proxy.fault = Fault(request_bytes=1 + number * 37 % whole)
        assert isinstance(desk.next_try(), NoConnection), number
    proxy.fault = CLEAR


def half_finished(desk: Desk, hub: Hub, live: LiveServer, proxy: Proxy, count: int) -> None:
    workshop = desk.do(make_workshop)
    assert desk.round() is None
    desk.do(add_people, workshop, 8)
    abort(desk, proxy, 10)  # what is kept of the last attempts is full then
    waiting = desk.state.waiting
    before = desk.do(size_here), size_there(hub, live)
    abort(desk, proxy, count)
    assert (desk.do(size_here), size_there(hub, live)) == before
    assert desk.state.waiting == waiting
    assert desk.round() is None
    assert_sent_once(desk, hub)


def log_of(live: LiveServer) -> str:
    return "".join(path.read_text("utf-8") for path in sorted((live.data / "logs").iterdir()))


def test_aborted_pushes_leave_nothing(
    new_desk: Callable[..., Desk], hub: Hub, live: LiveServer, proxy: Proxy
) -> None:
    half_finished(new_desk(), hub, live, proxy, ABORTED)
    log = log_of(live)
    # Those that were cut before the body began are no upload yet.
    told = re.findall(r"an upload was cut, (\d+) since the start", log)
    assert told == [str(number + 1) for number in range(len(told))]
    assert len(told) > ABORTED / 4
    assert "Traceback" not in log
    assert " ERROR " not in log


@pytest.mark.long
def test_a_thousand_aborted_pushes_leave_nothing(
    new_desk: Callable[..., Desk], hub: Hub, live: LiveServer, proxy: Proxy
) -> None:
    half_finished(new_desk(), hub, live, proxy, 1_000)
    assert "Traceback" not in log_of(live)


def test_a_server_that_keeps_halves_is_found(tmp_path: Path) -> None:
    """F13†: it writes down each body as far as it came."""
    with (
        LiveServer(tmp_path / "keeps", entry=(str(CHILD),)) as keeping,
        Hub(keeping) as hub,
        Proxy(keeping.url) as road,
    ):
        desk = Desk.create(
            tmp_path / "notebook", keeping.programme, address=road.url, code=hub.code()
        )
        try:
            with pytest.raises(AssertionError):
                half_finished(desk, hub, keeping, road, ABORTED)
        finally:
            road.fault = CLEAR
            desk.close()
