"""Sending over a slow mobile link: 100 kb/s up, 200 kb/s down, 400 ms round trip.

Figures are of the real client, notebook and server process, with signatures and HTTP headers, TLS
apart; a fact is one attendance change. Times and sizes are printed beside their budgets, never
asserted; what is asserted is what a cut may cost: no duplicate, and the batch in flight at most.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.domain.entities import Attendance, Participant
from angrilien.domain.rows import NoteText
from angrilien.services import attendance, closing, notes, signing
from angrilien.services.notebook import Notebook
from angrilien.sync.client import Client
from angrilien.wire.ids import new_id
from helpers.bench import say
from helpers.copies import list_people
from helpers.notebooks import make_workshop
from helpers.road import EDGE, NONE, Mishap, Road
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

pytestmark = pytest.mark.long

LINE = [[(x * 3.0, 20.0 + 15.0 * (x % 5) + x % 3) for x in range(40)]]
FLIGHT = 16 << 10
"""Bytes of the first batch: what a cut may cost for a small queue."""
TLS = 4_700
"""About the bytes of a TLS 1.3 opening with two certificates, once a connection; stated, not
counted."""


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveServer]:
    with LiveServer(tmp_path / "live") as server:
        yield server


@pytest.fixture
def road(live: LiveServer) -> Iterator[Road]:
    with Road(live.url) as made:
        yield made


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


@pytest.fixture
def desk(live: LiveServer, road: Road, hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = Desk.create(
        tmp_path / "laptop",
        live.programme,
        address=road.url,
        code=hub.code(),
        client=Client(connect=10.0, stall=20.0, total=60.0),
    )
    assert made.round() is None
    road.link = EDGE
    yield made
    made.close()


def toggled(nb: Notebook, workshop: str, count: int) -> None:
    """So many changes of attendance, each an act of its own."""
    lines = [row.attendance_id for row in attendance.roster(nb, workshop).rows]
    for number in range(count):
        attendance.toggle(nb, workshop, lines[number % len(lines)])


def know(nb: Notebook, count: int) -> list[Participant]:
    """So many people."""
    people = [
        Participant(id=new_id(), venue_id=nb.home().id, first_name=f"P{n}") for n in range(count)
    ]
    with nb.store.act(nb.stamp()) as act:
        act.put(*people)
    return people


def expect(nb: Notebook, workshop: str, people: list[Participant]) -> None:
    """Put them on the list: one change of attendance each."""
    with nb.store.act(nb.stamp()) as act:
        act.put(
            *(
                Attendance(id=new_id(), workshop_id=workshop, participant_id=p.id, state="expected")
                for p in people
            )
        )


def whole_workshop(nb: Notebook) -> None:
    """Ten people, ten signatures drawn, a bilan, the closed sheet."""
    workshop = make_workshop(nb)
    for line in list_people(nb, workshop, 10):
        attendance.toggle(nb, workshop, line)
        signing.sign(nb, workshop, line, LINE, 120.0, 100.0)
    notes.keep(nb, NoteText(workshop_id=workshop, done="Trier ses photos.", hard="Le nuage."))
    closing.close(nb, workshop, LINE, 120.0, 100.0)


def send(desk: Desk, road: Road, name: str, budget: str) -> float:
    """Send what waits by the timer's own round, and print what it took."""
    waiting = desk.state.waiting
    road.forget()
    begun = time.perf_counter()
    assert desk.next_try() is None
    took = time.perf_counter() - begun
    say(
        f"EDGE, {name}, {waiting} changes: {took:.2f} s, {road.passed() / 1000:.1f} kB "
        f"({road.up} up, {road.down} down), {road.connections} connections; asked {budget}; "
        f"TLS would add about {TLS * road.connections / 1000:.1f} kB"
    )
    return took


def test_thirteen_facts(desk: Desk, road: Road, hub: Hub) -> None:
    workshop = desk.do(make_workshop)
    desk.do(list_people, workshop, 10)
    assert desk.next_try() is None
    for connection in ("kept open", "new"):
        desk.do(toggled, workshop, 13)
        if connection == "new":
            desk.sender._client._session.close()
        send(desk, road, f"13 facts, connection {connection}", "≤ 1.5 s and ≤ 2.5 kB")
    assert_sent_once(desk, hub)


@pytest.mark.parametrize("whose", ["ten people", "a thousand people"])
def test_a_thousand_facts(desk: Desk, road: Road, hub: Hub, whose: str) -> None:
    workshop = desk.do(make_workshop)
    if whose == "ten people":
        desk.do(list_people, workshop, 10)
        assert desk.next_try() is None
        desk.do(toggled, workshop, 1_000)
    else:
        people = desk.do(know, 1_000)
        assert desk.next_try() is None
        desk.do(expect, workshop, people)
    desk.sender._client._session.close()
    send(desk, road, f"1,000 facts of {whose}", "≤ 10 s and ≤ 90 kB")
    assert_sent_once(desk, hub)


def test_a_whole_workshop(desk: Desk, road: Road, hub: Hub) -> None:
    desk.do(whole_workshop)
    desk.sender._client._session.close()
    send(desk, road, "a whole workshop", "≤ 2.5 s and ≤ 12 kB")
    assert_sent_once(desk, hub)


@pytest.mark.parametrize("what", ["13 facts", "a whole workshop"])
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_cut_costs_the_batch_in_flight_at_most(
    desk: Desk, road: Road, hub: Hub, what: str, way: str
) -> None:
    if what == "13 facts":
        workshop = desk.do(make_workshop)
        desk.do(list_people, workshop, 10)
        assert desk.next_try() is None
        desk.do(toggled, workshop, 13)
    else:
        desk.do(whole_workshop)
    desk.sender._client._session.close()
    mishaps = [Mishap(up_bytes=900) if way == "up" else Mishap(down_bytes=100)]
    road.mishap = lambda: mishaps.pop() if mishaps else NONE
    road.forget()
    assert desk.next_try() is not None
    lost = road.passed()
    assert lost <= FLIGHT
    send(desk, road, f"{what}, after a cut {way} that cost {lost} bytes", "≤ 16 kB lost")
    assert_sent_once(desk, hub)
