"""The worst road there is, and a server that is killed again and again.

Must show: 200 batches of three ended sheets through it, with 15 kill -9 of the server: exactly 200
effects. By default a sample of it with a fixed seed; the full count by `-m long`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.services import attendance, closing
from angrilien.services.notebook import Notebook
from angrilien.sync.client import Client
from helpers.copies import list_people
from helpers.notebooks import make_workshop
from helpers.road import NONE, Road, Worst
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import Databases, LiveServer

CROSS = [[(float(x), float(x % 7)) for x in range(12)]]
TRIES = 6
"""For each batch, at most: half of the connections come to nothing."""


@pytest.fixture
def live(tmp_path: Path, databases: Databases) -> Iterator[LiveServer]:
    """A server of its own: it is killed."""
    with LiveServer(tmp_path / "own", database_url=databases.url()) as server:
        yield server


@pytest.fixture
def road(live: LiveServer) -> Iterator[Road]:
    with Road(live.url) as made:
        yield made


@pytest.fixture
def desk(live: LiveServer, road: Road, tmp_path: Path) -> Iterator[Desk]:
    with Hub(live) as hub:
        code = hub.code()
    made = Desk.create(
        tmp_path / "laptop",
        live.programme,
        address=road.url,
        code=code,
        client=Client(connect=1.0, stall=0.7, total=3.0),
    )
    assert made.round() is None
    yield made
    made.close()


def three_sheets(nb: Notebook, number: int) -> list[str]:
    """Three workshops with two people each, whose sheets are ended; their ids."""
    made = []
    for name in "abc":
        workshop = make_workshop(nb, title=f"Lot {number} {name}")
        list_people(nb, workshop, 2)
        attendance.everyone_present(nb, workshop)
        closing.close(nb, workshop, CROSS, 300.0, 100.0)
        made.append(workshop)
    return made


def try_anew(desk: Desk) -> None:
    """Send over a new connection: each of them has its own luck."""
    desk.sender._client._session.close()
    desk.next_try()


def through(
    desk: Desk, live: LiveServer, road: Road, *, batches: int, kills: int, seed: int
) -> int:
    """Send so many batches over the worst road; return how many tries it took."""
    chance = random.Random(seed)
    road.mishap = Worst(seed)
    killed = set(chance.sample(range(batches), kills))
    workshops: list[str] = []
    tries = 0
    for number in range(batches):
        workshops += desk.do(three_sheets, number)
        if number in killed:
            live.kill()
            desk.next_try()  # while it is not there
            live.start()
        try_anew(desk)
        tries += 1
    # The worst road goes on: the laptop comes home over it, or the road is mended at last.
    while desk.state.waiting and tries < TRIES * batches:
        try_anew(desk)
        tries += 1
    assert road.met >= tries / 4, "the road was not that bad"
    road.mishap = lambda: NONE
    for _ in range(4):
        desk.next_try()
    desk.round()
    with Hub(live) as hub:
        assert_sent_once(desk, hub)
        sheets = hub.query("SELECT workshop_id, count(*) FROM sheet GROUP BY workshop_id")
        assert dict(sheets) == dict.fromkeys(workshops, 1)
        assert hub.query("SELECT count(*) FROM sheet_receipt") == [(3 * batches,)]
        assert hub.query("SELECT count(*) FROM sheet_line WHERE kind = 'attendance'") == [
            (6 * batches,)
        ]
    return tries


def test_a_few_batches_have_one_effect_each(desk: Desk, live: LiveServer, road: Road) -> None:
    assert through(desk, live, road, batches=6, kills=1, seed=20_261_127) >= 6


@pytest.mark.long
def test_two_hundred_batches_have_two_hundred_effects(
    desk: Desk, live: LiveServer, road: Road, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = through(desk, live, road, batches=200, kills=15, seed=1)
    with capsys.disabled():
        print(f"200 batches, {tries} tries, {road.connections} connections, 15 kills")
        print(f"{road.met} of them met a mishap")
