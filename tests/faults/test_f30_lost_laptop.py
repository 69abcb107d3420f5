"""F30, here: a lost laptop is revoked. Everything leaves first, then nobody opens it any more.

Also the recovery boxes: they reach the server with the registration and after each change of key,
in a signed request whose signed answer confirms their generation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from angrilien.domain.clock import SystemClock
from angrilien.errors import Retired
from angrilien.server.custodians import enlist
from angrilien.server.keyring import PROGRAMME, ROOT
from angrilien.server.tables import Device
from angrilien.services import animateurs, copies, opening, orders, rekeying, revocation
from angrilien.services.notebook import Notebook
from angrilien.store import facts
from angrilien.vault.custody import CustodianKey
from angrilien.vault.programme import load_programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import unb64
from angrilien.wire.order import REVOKE, Order
from helpers.notebooks import CHEAP_KDF, PHRASE, make_workshop
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import Databases, LiveServer


@pytest.fixture
def live(tmp_path: Path, databases: Databases) -> Iterator[LiveServer]:
    """A server of its own, whose programme has three custodians."""
    with LiveServer(tmp_path / "mortal", database_url=databases.url()) as server:
        publics = [CustodianKey.generate().public for _ in range(3)]
        enlist(server.data, server.data / ROOT, publics, SystemClock().now())
        server.restart()
        yield server


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


def boxes_there(hub: Hub) -> list[str]:
    with hub.database.reading() as session:
        (device,) = session.exec(select(Device)).all()
        return list(json.loads(device.boxes))


def confirmed(nb: Notebook) -> str:
    with nb.store.read() as connection:
        return facts.get(connection, revocation.BOXES_SENT)


def test_the_boxes_follow_the_key(new_desk: Callable[..., Desk], hub: Hub) -> None:
    desk = new_desk()
    assert desk.round() is None
    nb = desk.notebook
    first = desk.do(rekeying.slot_file)
    assert len(first.recovery) == 3
    assert tuple(boxes_there(hub)) == first.recovery
    assert desk.do(confirmed).startswith("1.")
    desk.do(animateurs.change_phrase, "une autre phrase de passe", kdf=CHEAP_KDF)
    assert desk.round() is None
    second = desk.do(rekeying.slot_file)
    assert (second.generation, len(second.recovery)) == (2, 3)
    assert tuple(boxes_there(hub)) == second.recovery != first.recovery
    assert desk.do(confirmed).startswith("2.")
    assert nb.opened.database_key


@pytest.mark.postgres
def test_a_revoked_laptop_sends_everything_then_opens_no_more(
    new_desk: Callable[..., Desk], hub: Hub, live: LiveServer
) -> None:
    desk = new_desk()
    desk.do(make_workshop)
    nb = desk.notebook
    desk.do(copies.make)
    seed = json.loads((live.data / "keyring.json").read_text(encoding="utf-8"))["sign"]
    payload = Order(
        aud=nb.programme.aud,
        dev=nb.store.identity.dev,
        number=1,
        date=1,
        kind=REVOKE,
    ).canonical()
    header = Signer(unb64(seed, 32)).header(dsse.ORDER, payload)
    desk.do(orders.apply, payload, header)
    assert not revocation.is_retired(nb.folder), "what is unsent is still here"
    assert desk.round() is None
    assert_sent_once(desk, hub)
    assert desk.do(revocation.is_ready)
    assert desk.do(revocation.carry_on)
    with pytest.raises(Retired):
        opening.open_notebook(nb.folder, PHRASE, nb.programme)
    assert not list(nb.folder.rglob("cles.json*"))
    assert not list((nb.folder / copies.copies.FOLDER).glob("*.json"))


def test_the_programme_of_the_fixture_has_custodians(live: LiveServer) -> None:
    listed = load_programme(live.data / PROGRAMME).keys
    assert sum(key.use == "recovery" for key in listed.keys) == 3
    assert replace(listed, number=1).number == 1
