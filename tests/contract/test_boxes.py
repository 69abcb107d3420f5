"""Recovery boxes: the newest stay, in whatever order they come, by whatever road."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from angrilien.server.tables import Device
from angrilien.wire.introduction import Introduction
from angrilien.wire.request import Boxes
from helpers.laptops import Laptop
from helpers.lives import fresh_of, vouched
from helpers.servers import LocalServer, checked

pytestmark = pytest.mark.postgres


def send(server: LocalServer, laptop: Laptop, generation: int, box: str) -> None:
    body = Boxes(generation=generation, boxes=(box,)).canonical()
    sent = laptop.request("POST", "/v1/boxes", body)
    response = server.raw("POST", "/v1/boxes", content=body, headers=sent.headers)
    assert checked(server.programme, sent, response).refused == "", "what is over is no mistake"


def introduce(server: LocalServer, laptop: Laptop, said: Introduction) -> None:
    sent = laptop.request("POST", "/v1/incarnations", said.canonical())
    response = server.raw("POST", "/v1/incarnations", content=sent.body, headers=sent.headers)
    assert checked(server.programme, sent, response).cert


def kept(server: LocalServer, laptop: Laptop) -> list[str]:
    with server.database.reading() as session:
        device = session.exec(select(Device).where(Device.id == laptop.dev)).one()
        boxes: list[str] = json.loads(device.boxes)
        return boxes


def test_an_older_file_puts_no_older_boxes_back(server: LocalServer) -> None:
    laptop, other = server.laptop(), server.laptop()
    send(server, laptop, 2, "two")
    send(server, laptop, 3, "three")
    send(server, laptop, 2, "two")
    assert kept(server, laptop) == ["three"]
    send(server, laptop, 3, "three, of other custodians")
    assert kept(server, laptop) == ["three, of other custodians"]
    send(server, other, 1, "one")
    assert kept(server, other) == ["one"], "each laptop has its own"


def test_a_notebook_that_was_put_back_goes_on_from_a_lower_generation(server: LocalServer) -> None:
    first = server.laptop()
    send(server, first, 5, "of the key before")
    second = fresh_of(first)
    introduce(server, second, Introduction(vouches=(vouched(first, second),)))
    send(server, second, 2, "of the notebook that was put back")
    send(server, first, 5, "of the key before")
    send(server, first, 6, "of a key that nobody has any more")
    assert kept(server, first) == ["of the notebook that was put back"]
    # Put back to the same copy once more: it does not follow the second one.
    server.clock.instant += 1
    third = fresh_of(first)
    introduce(server, third, Introduction(vouches=(vouched(first, third),)))
    send(server, third, 2, "of the third")
    send(server, second, 3, "of the second")
    assert kept(server, first) == ["of the third"]
