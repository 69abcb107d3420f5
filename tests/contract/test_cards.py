"""A card goes to the server with its person, never out of a pseudonymous venue, and is no key."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from angrilien.domain.cards import make_card
from angrilien.domain.entities import Participant
from angrilien.domain.ids import venue_id
from angrilien.server.cli import main
from angrilien.server.projected import PROJECTED
from angrilien.wire.ids import new_id
from angrilien.wire.push import decode_push
from helpers.servers import ANGRIE, LocalServer

pytestmark = pytest.mark.postgres
NUMBER = make_card("angrilien", random.Random(19).choice)


def somebody(first_name: str) -> Participant:
    return Participant(id=new_id(), venue_id=venue_id(ANGRIE), first_name=first_name, card=NUMBER)


def cards(server: LocalServer) -> dict[str, str | None]:
    person = PROJECTED["participant"]
    with server.database.reading() as session:
        rows = session.connection().execute(select(person.c.first_name, person.c.card))
        return {row.first_name: row.card for row in rows}


def test_two_laptops_that_gave_the_same_card_both_arrive(server: LocalServer) -> None:
    """What is uniqueness for a screen is never a constraint on what was received."""
    for name in ("Odette", "Henri"):
        laptop = server.laptop()
        person = somebody(name)
        laptop.write(person)
        answer = server.push(laptop.push())
        assert (answer.ack, answer.held) == (1, 0)
    assert cards(server) == {"Odette": NUMBER, "Henri": NUMBER}
    laptop.write(replace(person, card=None))  # somebody said whose it is
    assert server.push(laptop.push()).held == 0
    assert cards(server) == {"Odette": NUMBER, "Henri": None}


def test_a_card_stays_in_a_pseudonymous_venue(server: LocalServer) -> None:
    laptop = server.laptop()
    laptop.write(somebody("Odette"))
    body = laptop.envelope(names_stay=True)
    (line,) = decode_push(body).lines
    assert line.body is None
    assert server.push(laptop.sign_push(body)).ack == 1
    assert NUMBER not in cards(server).values()


def test_a_card_goes_with_the_person_who_is_erased(server: LocalServer) -> None:
    laptop = server.laptop()
    person = somebody("Odette")
    laptop.write(person)
    server.push(laptop.push())
    assert cards(server) == {"Odette": NUMBER}
    assert main(["erase", "--person", person.id, "--data", str(server.folder)]) == 0
    assert NUMBER not in cards(server).values()
