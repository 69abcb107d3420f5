"""Requests at the same moment: both kinds of database give what one after the other would."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from angrilien.domain.entities import Facilitator
from angrilien.domain.ids import venue_id
from angrilien.server.ingest import store
from angrilien.server.projections import apply_new
from angrilien.wire import dsse
from angrilien.wire.introduction import Introduction
from angrilien.wire.push import PushLine, open_push
from helpers.laptops import Laptop, write_workshop
from helpers.lives import fresh_of, vouched
from helpers.races import RACERS, race
from helpers.servers import ANGRIE, LocalServer, checked

pytestmark = pytest.mark.postgres


def test_one_laptop_registers_eight_times_at_once(server: LocalServer) -> None:
    """Its connection comes and goes: each try has the same success."""
    laptop, code = Laptop(), server.code()
    answers = race(RACERS, lambda: server.register(laptop, code=code))
    assert {answer.refused for answer in answers} == {""}
    assert len({answer.cert for answer in answers}) == 1


def test_one_laptop_registers_with_two_codes_at_once(server: LocalServer) -> None:
    laptop = Laptop()
    codes = iter([server.code() for _ in range(RACERS)])
    lock = threading.Lock()

    def register() -> str:
        with lock:
            code = next(codes)
        return server.register(laptop, code=code).refused

    assert race(RACERS, register) == [""] * RACERS


def test_one_laptop_introduces_itself_eight_times_at_once(server: LocalServer) -> None:
    former = server.laptop()
    fresh = fresh_of(former)
    one = vouched(former, fresh)
    body = Introduction(vouches=(one,)).canonical()

    def introduce() -> str:
        sent = fresh.request("POST", "/v1/incarnations", body)
        response = server.raw("POST", "/v1/incarnations", content=body, headers=sent.headers)
        return checked(server.programme, sent, response).refused

    assert race(RACERS, introduce) == [""] * RACERS


def test_a_receipt_is_given_while_the_same_laptop_is_pushing(server: LocalServer) -> None:
    """Each waits for the other's rows: they must not wait in a ring."""
    laptop = server.laptop()
    write_workshop(laptop, venue_id(ANGRIE), people=1)
    sheet = len(laptop.changes)
    laptop.write(Facilitator(id=laptop.author, name="Camille Martin"))
    key = server.service.find_key(laptop.push().headers[dsse.HEADER])
    store(server.database, *open_push(laptop.envelope(1, sheet)), key.public, 1)
    header, lines = open_push(laptop.envelope(sheet + 1))
    begun, applied = threading.Event(), threading.Event()

    def slowly() -> Iterator[PushLine]:
        # The push has its row by now, and wants a number once it has read this line.
        begun.set()
        applied.wait(timeout=0.5)
        yield from lines

    pushing = threading.Thread(
        target=lambda: store(server.database, header, slowly(), key.public, 2), name="pushing"
    )
    pushing.start()
    try:
        assert begun.wait(timeout=20)
        assert len(apply_new(server.database, server.keyring, server.clock).sheets) == 1
    finally:
        applied.set()
        pushing.join()
    assert server.contact(laptop).ack == len(laptop.changes)
