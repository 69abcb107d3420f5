"""Cut in the middle of a push, and of what comes back: exactly once, nothing lost.

Over the road that cuts byte by byte, at the places where most hangs on it: half of a push is there,
half of its answer, half of one's own changes that come back after a safety copy was put back. And a
proxy that takes 8 kB of a body and cuts the rest without a word.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.domain.entities import Participant
from angrilien.services import copies, opening, sending_details
from angrilien.services.notebook import Notebook
from angrilien.sync.client import Client
from angrilien.sync.jobs import OWN
from angrilien.sync.policy import FIRST_BATCH
from angrilien.wire.ids import new_id
from helpers.notebooks import PHRASE
from helpers.proxy import Fault, Proxy
from helpers.road import NONE, Mishap, Road
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

PEOPLE = 60
LIMIT = 8_000


@pytest.fixture
def road(live: LiveServer) -> Iterator[Road]:
    with Road(live.url) as made:
        yield made


def short() -> Client:
    return Client(connect=2.0, stall=1.0, total=5.0)


@pytest.fixture
def desk(tmp_path: Path, live: LiveServer, hub: Hub, road: Road) -> Iterator[Desk]:
    made = Desk.create(
        tmp_path / "laptop", live.programme, address=road.url, code=hub.code(), client=short()
    )
    assert made.round() is None
    yield made
    made.close()


def write(nb: Notebook, count: int) -> list[str]:
    """Write people as changes that compress badly; return their ids."""
    chance, home = random.Random(count), nb.home().id
    ids = [new_id() for _ in range(count)]
    with nb.store.act(nb.stamp()) as act:
        act.put(
            *(
                Participant(
                    id=one,
                    venue_id=home,
                    first_name="Odette",
                    last_name="".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=40)),
                )
                for one in ids
            )
        )
    return ids


def once(desk: Desk, road: Road, mishap: Mishap) -> None:
    """Let one connection meet a mishap, a new one."""
    desk.sender._client._session.close()
    waiting, met = [mishap], road.met
    road.mishap = lambda: waiting.pop() if waiting else NONE
    assert desk.round() is not None
    assert road.met == met + 1, "it was not cut"


@pytest.mark.parametrize("reset", [False, True])
def test_a_push_of_which_half_arrives(desk: Desk, hub: Hub, road: Road, reset: bool) -> None:
    inc = desk.notebook.store.identity.inc
    before = hub.held(inc)
    desk.do(write, PEOPLE)
    waiting, begun = desk.state.waiting, road.up
    once(desk, road, Mishap(up_bytes=2_500, reset=reset))
    assert road.up - begun == 2_500
    assert hub.held(inc) == before, "half a push is nothing"
    assert desk.state.waiting == waiting
    assert desk.next_try() is None
    assert_sent_once(desk, hub)


@pytest.mark.parametrize("reset", [False, True])
def test_a_push_whose_answer_is_cut_in_the_middle(
    desk: Desk, hub: Hub, road: Road, reset: bool
) -> None:
    inc = desk.notebook.store.identity.inc
    desk.do(write, PEOPLE)
    waiting = desk.state.waiting
    once(desk, road, Mishap(down_bytes=300, reset=reset))
    assert hub.held(inc).rows == desk.do(lambda nb: nb.store.count()), "the server has it all"
    assert desk.state.waiting == waiting, "and the laptop does not know"
    assert desk.next_try() is None
    assert_sent_once(desk, hub)


@pytest.mark.parametrize("kind", ["cut", "garbage"])
def test_what_comes_back_and_is_cut_in_the_middle(
    desk: Desk, hub: Hub, road: Road, kind: str
) -> None:
    """After the way back to a safety copy: the laptop's own later changes, from the server."""
    name = desk.do(copies.make).name
    ids = desk.do(write, PEOPLE)
    assert desk.round() is None
    desk.do(copies.go_back, name)
    desk.close()
    nb = desk.notebook
    again = Desk(opening.open_notebook(nb.folder, PHRASE, nb.programme), client=short())
    try:
        assert again.do(people_here) == []
        # The introduction's answer takes about 2,500 bytes, the changes 5,000: cut in those.
        once(again, road, Mishap(down_bytes=4_000, garbage=kind == "garbage"))
        assert again.do(sending_details.read).attempts[0].kind == OWN
        assert again.do(people_here) == [], "half of them is nothing"
        assert again.round() is None
        assert again.do(people_here) == sorted(ids)
        again.notebook.store.verify()
        again.do(write, 3)
        assert again.round() is None
        assert_sent_once(again, hub)
        rows = [row for (row,) in hub.query("SELECT id FROM participant") if row in set(ids)]
        assert sorted(rows) == sorted(ids)
    finally:
        again.close()


def people_here(nb: Notebook) -> list[str]:
    with nb.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM participant ORDER BY id")
        return [row[0] for row in rows]


def test_a_proxy_that_takes_8_kb_and_cuts_the_rest(
    tmp_path: Path, live: LiveServer, hub: Hub, proxy: Proxy
) -> None:
    """Nothing says why: the batches are halved all the same until they fit, each cut once."""
    desk = Desk.create(
        tmp_path / "laptop", live.programme, address=proxy.url, code=hub.code(), client=short()
    )
    try:
        assert desk.round() is None
        desk.do(write, 300)
        proxy.fault = Fault(most=LIMIT, harsh=True)
        tries = 0
        while desk.state.waiting:
            desk.next_try()
            tries += 1
            assert tries <= 4, "it does not become smaller"
        assert desk.sender._memory.size.now < FIRST_BATCH
        assert len(proxy.pushes()) > 2
        assert_sent_once(desk, hub)
    finally:
        desk.close()
