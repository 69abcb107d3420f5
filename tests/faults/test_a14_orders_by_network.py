"""A14, F30, F32: orders of the programme that come by the network, and are carried out.

Must show, A14: an erasure is ordered while a laptop is 400 days away, with unsent acts about that
person: after its next contact 0 canary hits on both sides, and the seals verify. F30: a revoked
laptop pulls nothing, its later pushes are held. F32: unsent rows belong to the venue of capture.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from angrilien.domain.clock import SystemClock
from angrilien.domain.forms import PersonForm
from angrilien.domain.ids import venue_id
from angrilien.errors import Retired
from angrilien.server.cli import main
from angrilien.services import (
    attendance,
    closing,
    exporting,
    opening,
    people,
    photos,
    revocation,
    workshops,
)
from angrilien.services.notebook import Notebook
from angrilien.vault.verifying import verify_export
from helpers.notebooks import PHRASE, SetClock, add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

CANARY = ("Zéphyrine", "Kanarigaud", "0699887766")
CROSS = [[(float(x), float(x % 7)) for x in range(30)]]
DAY = 24 * 3_600_000
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 200


def order(live: LiveServer, *words: str) -> None:
    assert main([*words, "--data", str(live.data)]) == 0


def somebody(nb: Notebook, workshop: str) -> str:
    first, last, phone = CANARY
    form = PersonForm(first_name=first, last_name=last, phone=phone)
    roster = people.add_to_workshop(nb, workshop, form)
    found = next(row.participant_id for row in roster.rows if row.first_name == first)
    assert found is not None
    return found


def close(nb: Notebook, workshop: str) -> None:
    attendance.everyone_present(nb, workshop)
    closing.close(nb, workshop, CROSS, 300.0, 100.0)


def hits_here(desk: Desk) -> int:
    rows = [row for table in desk.dump().values() for row in table]
    return sum(word in row for row in rows for word in CANARY)


def hits_there(hub: Hub) -> int:
    tables = hub.query("SELECT name FROM sqlite_master WHERE type = 'table'")
    rows = [str(row) for (name,) in tables for row in hub.query(f'SELECT * FROM "{name}"')]
    return sum(word in row for row in rows for word in CANARY)


def paths_since(proxy: Proxy, start: int) -> list[str]:
    return [one.path for one in proxy.exchanges[start:]]


def test_a14_erased_while_400_days_away(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub
) -> None:
    clock = SetClock(SystemClock().now())
    desk = new_desk(clock=clock)
    sealed = desk.do(make_workshop)
    desk.do(add_people, sealed, 2)
    person = desk.do(somebody, sealed)
    desk.do(close, sealed)
    assert desk.round() is None
    # Away: another workshop with the same person, ended too, and nothing of it sent.
    unsent = desk.do(make_workshop)
    desk.do(attendance.expect, unsent, [person])
    desk.do(close, unsent)
    order(live, "erase", "--person", person)
    assert hits_there(hub) == 0
    clock.at += 400 * DAY
    assert hits_here(desk) > 5
    assert desk.round() is None
    assert (hits_here(desk), hits_there(hub)) == (0, 0)
    assert desk.state.waiting == 0
    desk.notebook.store.verify()
    report = verify_export(desk.do(exporting.export).data, desk.notebook.programme)
    assert report.is_right
    assert desk.state.last_order == 1
    # It is told once.
    assert desk.round() is None
    assert desk.state.last_order == 1


def test_an_order_is_carried_out_before_what_still_waits(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, proxy: Proxy
) -> None:
    cafe = hub.venue()
    desk = new_desk(code=hub.code(cafe))
    assert desk.round() is None
    device = desk.notebook.store.identity.dev
    desk.do(make_workshop)
    order(live, "device", "venues", device, cafe, cafe)
    start = len(proxy.exchanges)
    assert desk.next_try() is None
    # The answer to the push told of it; the contact followed at once.
    assert paths_since(proxy, start) == ["/v1/push", "/v1/contact"]
    assert desk.state.last_order == 1


def test_f32_other_venues_and_unsent_rows(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub
) -> None:
    cafe, other = hub.venue(), hub.venue()
    desk = new_desk(code=hub.code(cafe))
    assert desk.round() is None
    device, home = desk.notebook.store.identity.dev, venue_id(cafe)
    workshop = desk.do(make_workshop)
    desk.do(add_people, workshop, 8)
    for line in desk.do(attendance.roster, workshop).rows:
        desk.do(attendance.toggle, workshop, line.attendance_id)
    waiting = desk.state.waiting
    assert waiting >= 25
    order(live, "device", "venues", device, other)
    assert desk.round() is None
    assert_sent_once(desk, hub)
    shown = hub.query("SELECT venue_id FROM workshop WHERE id = ?", workshop)
    assert shown == [(home,)]
    assert [one.id for one in desk.do(workshops.venues)] == [venue_id(other)]
    # What is planned from now on is the new venue's, and is not held.
    moved = desk.do(make_workshop, title="Ailleurs")
    assert desk.round() is None
    assert_sent_once(desk, hub)
    assert hub.query("SELECT venue_id FROM workshop WHERE id = ?", moved) == [(venue_id(other),)]


@pytest.fixture
def revoked(new_desk: Callable[..., Desk], live: LiveServer) -> Desk:
    desk = new_desk()
    desk.do(make_workshop, title="Avant")
    assert desk.round() is None
    desk.do(make_workshop, title="Jamais envoyé")
    order(live, "device", "revoke", desk.notebook.store.identity.dev)
    return desk


def test_f30_a_revoked_laptop_sends_what_is_left_and_ends(revoked: Desk, hub: Hub) -> None:
    inc = revoked.notebook.store.identity.inc
    assert revoked.round() is None
    state, held = revoked.state, hub.held(inc)
    assert (state.waiting, state.revoked, state.last_order) == (0, True, 1)
    assert set(held.commits) == set(range(1, held.ack + 1))
    assert held.held > 0
    titles = [row[0] for row in hub.query("SELECT title FROM workshop")]
    assert "Jamais envoyé" not in titles
    assert revoked.do(revocation.carry_on)
    nb = revoked.notebook
    with pytest.raises(Retired):
        opening.open_notebook(nb.folder, PHRASE, nb.programme)


def test_nothing_new_costs_one_small_contact(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    desk = new_desk()
    desk.do(make_workshop)
    assert desk.round() is None
    assert desk.round() is None
    start = len(proxy.exchanges)
    assert desk.round() is None
    (one,) = proxy.exchanges[start:]
    assert one.path == "/v1/contact"
    assert one.answer.startswith(b"HTTP/1.1 304 ")
    assert len(one.request) + len(one.answer) <= 900
    assert desk.next_try() is None  # within six hours not even that
    assert len(proxy.exchanges) == start + 1


def test_an_unsigned_304_is_no_answer(new_desk: Callable[..., Desk], proxy: Proxy) -> None:
    desk = new_desk()
    desk.do(make_workshop)
    assert desk.round() is None
    assert desk.round() is None
    before = desk.dump(without=("last_try_failed",))
    proxy.fault = Fault(instead=b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
    assert desk.round() is not None
    assert desk.dump(without=("last_try_failed",)) == before
    proxy.fault = CLEAR
    assert desk.round() is None


def test_a_photo_follows_its_lines_over_a_road_that_dies(
    new_desk: Callable[..., Desk], live: LiveServer, proxy: Proxy
) -> None:
    """In pieces, resumed where it was cut; "envoyé" only once it is whole there."""
    desk = new_desk()
    workshop = desk.do(make_workshop)
    assert desk.round() is None
    desk.do(photos.attach_photo, workshop, PHOTO)
    (path,) = (desk.notebook.folder / photos.FOLDER).iterdir()
    start = len(proxy.exchanges)
    proxy.fault = Fault(carries=20_000)
    for _ in range(12):
        desk.next_try()
        if not desk.state.waiting:
            break
    assert desk.state.waiting == 0
    seen = paths_since(proxy, start)
    assert seen[0] == "/v1/push"
    assert all(one.startswith("/v1/blob/") for one in seen[1:])
    sent = sum(len(one.request) for one in proxy.exchanges[start:])
    assert sent <= 1.5 * len(PHOTO)
    there = [one for one in (live.data / "blobs").rglob("*") if one.is_file()]
    assert path.read_bytes() in [one.read_bytes() for one in there]
