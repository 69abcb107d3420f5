"""F10, F11, F14: the server dies, the port is closed, the link comes back.

Must show: watermark ≤ data at every moment; link back → sent within one retry period, with no user
action; the line shown equals the truth.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.domain.entities import Participant
from angrilien.errors import NoConnection
from angrilien.services import attendance
from angrilien.services.notebook import Notebook
from angrilien.wire.ids import new_id
from helpers.laptops import FIRST_NAMES
from helpers.notebooks import add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that may be killed."""
    with LiveServer(tmp_path / "mortal") as server:
        yield server


def write_people(notebook: Notebook, count: int) -> None:
    """Write people as changes, fifty in an act."""
    home = notebook.home().id
    for start in range(0, count, 50):
        with notebook.store.act(notebook.stamp()) as act:
            for number in range(start, start + 50):
                act.put(
                    Participant(
                        id=new_id(),
                        venue_id=home,
                        first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
                        last_name=f"Durand {number}",
                    )
                )


@pytest.mark.parametrize("once", [True, pytest.param(False, marks=pytest.mark.long)])
def test_server_killed_while_500_changes_leave(
    mortal: LiveServer, tmp_path: Path, once: bool
) -> None:
    """F10: kill -9 between two batches (in full: also in the middle of one); it arrives once."""
    with Hub(mortal) as hub, Proxy(mortal.url) as road:
        desk = Desk.create(tmp_path / "laptop", mortal.programme, address=road.url, code=hub.code())
        try:
            desk.sender._memory.size.now = 4096
            desk.sender._memory.size._ceiling = 8192
            assert desk.round() is None
            desk.do(write_people, 500)
            inc = desk.notebook.store.identity.inc

            def between(answer: bytes) -> bytes:
                """The batch arrived and is acknowledged; the server does not live to see more."""
                mortal.kill()
                return answer

            road.fault = Fault(change=between)
            assert isinstance(desk.round(), NoConnection)
            some = desk.state.waiting
            assert 0 < some < 500
            check_watermark(desk, hub)

            if not once:
                mortal.start()
                road.fault = Fault(request_bytes=2000)  # killed while it reads the next one
                assert isinstance(desk.round(), NoConnection)
                mortal.kill()
                assert desk.state.waiting == some
                check_watermark(desk, hub)

            road.fault = CLEAR
            mortal.start()
            assert desk.round() is None
            assert assert_sent_once(desk, hub) > 500
            assert hub.held(inc).ack > 500
        finally:
            desk.close()


def check_watermark(desk: Desk, hub: Hub) -> None:
    """What the laptop believes acknowledged is there, without a gap."""
    state, held = desk.state, hub.held(desk.notebook.store.identity.inc)
    written = len(desk.dump()["change"])
    acknowledged = written - state.waiting
    assert acknowledged <= held.ack <= held.rows <= written
    assert set(range(1, acknowledged + 1)) <= set(held.commits)


def test_closed_port_then_back_by_itself(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """F11, F14: nobody clicks; each state says what is true."""
    desk = new_desk(chance=lambda: 0.0)  # the shortest delay of the jitter: one second
    workshop = desk.do(make_workshop)
    line = desk.do(add_people, workshop, 1)[0]
    assert desk.round() is None
    first = desk.state
    assert (first.waiting, first.last_try_failed) == (0, False)
    assert first.last_sent is not None

    open_road, size = desk.sender._server, desk.sender._memory.size.now
    desk.sender._server = "http://127.0.0.1:1"  # a port that nobody listens on
    assert isinstance(desk.round(), NoConnection)
    alone = desk.state
    assert (alone.waiting, alone.last_try_failed) == (0, True)
    assert alone.last_sent == first.last_sent

    desk.do(attendance.toggle, workshop, line)
    assert isinstance(desk.round(), NoConnection)
    assert desk.sender._memory.size.now == size  # no network says nothing about the size of a batch
    waiting = desk.state
    assert (waiting.waiting, waiting.last_try_failed) == (1, True)
    assert waiting.oldest_waiting is not None
    assert desk.sender.progress is None

    desk.sender._server = open_road
    until = time.monotonic() + 15
    while desk.state.waiting and time.monotonic() < until:
        desk.sender.tick()
        desk.wait()
        time.sleep(0.02)
    done = desk.state
    assert (done.waiting, done.last_try_failed) == (0, False)
    assert done.last_sent is not None
    assert done.last_sent > first.last_sent
    assert desk.sender.problem is None
    assert_sent_once(desk, hub)


def test_no_server_yet(new_desk: Callable[..., Desk], proxy: Proxy) -> None:
    """A programme without a server yet: everything is kept, nothing is tried, nothing is wrong."""
    desk = new_desk()
    desk.do(make_workshop)
    lonely = Desk(desk.notebook)
    lonely.sender._server = replace(desk.notebook.programme, server="").server
    try:
        assert lonely.round() is None
        assert not proxy.exchanges
        assert not lonely.state.last_try_failed
    finally:
        lonely.sender.close()
        lonely.lanes.close()
