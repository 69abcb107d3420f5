"""F17, F18, F19, F30: what the laptops of a venue take from each other.

Must show, F17: laptop A lives in 2031 and edits; B edits after seeing it: B's edit stands. F18: a
slow concurrent transaction is not skipped by a pull; the broken variant (†) numbers changes before
their transaction ends, without the lock. F19: nothing is replaced wholesale. F30: a revoked laptop
pulls nothing.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from angrilien.domain.entities import Participant, Workshop
from angrilien.domain.ids import venue_id
from angrilien.server import giving, projections
from angrilien.server.devices import revoke
from angrilien.server.erasure import erase_person
from angrilien.wire.answer import Answer
from angrilien.wire.ids import new_id
from angrilien.wire.pull import Given, decode_given
from helpers.laptops import Laptop, Sent, write_workshop
from helpers.servers import ANGRIE, LocalServer, checked, databases, server, server_template

__all__ = ["databases", "server", "server_template"]
pytestmark = pytest.mark.postgres
ELSEWHERE = "ETB-77215"


def ask(server: LocalServer, laptop: Laptop, after: int = 0) -> Answer:
    sent: Sent = laptop.request("GET", f"/v1/pull?after={after}")
    response = server.raw("GET", f"/v1/pull?after={after}", headers=sent.headers)
    return checked(server.programme, sent, response)


def pull(server: LocalServer, laptop: Laptop, after: int = 0) -> tuple[list[Given], int]:
    """Return all that is given above a number, and the last number."""
    found: list[Given] = []
    while True:
        answer = ask(server, laptop, after)
        found += decode_given(answer.pulled) if answer.pulled else []
        assert answer.feed >= after
        after = answer.feed
        if not answer.more:
            return found, after


def commits(laptop: Laptop) -> set[bytes]:
    return {one.commit for one in laptop.changes}


@pytest.fixture
def pair(server: LocalServer) -> tuple[Laptop, Laptop]:
    return server.laptop(), server.laptop()


def test_each_laptop_is_given_what_the_other_wrote_there(
    server: LocalServer, pair: tuple[Laptop, Laptop]
) -> None:
    a, b = pair
    write_workshop(a, venue_id(ANGRIE))
    stranger = server.laptop(ELSEWHERE)
    write_workshop(stranger, venue_id(ELSEWHERE))
    for one in (a, stranger):
        assert server.push(one.push()).held == 0
    found, upto = pull(server, b)
    assert {one.commit for one in found} == commits(a)
    for one, change in zip(found, a.changes, strict=True):
        assert (one.head, one.body) == (change.head, change.body)
    assert pull(server, b, upto) == ([], upto)
    assert pull(server, a)[0] == []
    assert {one.commit for one in pull(server, stranger)[0]} == set()
    assert server.contact(b).feed == upto
    assert server.contact(a).feed == 0


def test_a_large_portion_comes_in_several_answers(
    server: LocalServer, pair: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "AT_ONCE", 7)
    a, b = pair
    write_workshop(a, venue_id(ANGRIE))
    server.push(a.push())
    found, _ = pull(server, b)
    assert [one.commit for one in found] == [one.commit for one in a.changes]
    monkeypatch.setattr(giving, "AT_ONCE", 500)
    monkeypatch.setattr(giving, "AT_ONCE_BYTES", 1_000)
    found, _ = pull(server, b)
    assert [one.commit for one in found] == [one.commit for one in a.changes]


def test_what_was_held_is_given_once_it_counts(
    server: LocalServer, pair: tuple[Laptop, Laptop]
) -> None:
    """Its number among what is stored is lower than one that was given already."""
    a, b = pair
    story = write_workshop(a, venue_id(ANGRIE), close=False)
    last = len(a.changes)
    # The workshop itself is missing at first.
    server.push(a.push(3, last))
    found, upto = pull(server, b)
    assert a.changes[1].commit not in {one.commit for one in found}
    server.push(a.push(1, 2))
    later, _ = pull(server, b, upto)
    assert {one.commit for one in [*found, *later]} == commits(a)
    assert [one.head.entity_id for one in later if one.head.entity == "workshop"] == [
        story.workshop.id
    ]


def test_a_workshop_that_moves_is_given_whole(server: LocalServer) -> None:
    from angrilien.server.devices import give_venues

    a, b = server.laptop(ELSEWHERE), server.laptop()
    give_venues(server.database, server.keyring, server.clock, a.dev, [ELSEWHERE, ANGRIE])
    story = write_workshop(a, venue_id(ELSEWHERE), people=2, close=False)
    server.push(a.push())
    found, upto = pull(server, b)
    assert [one.head.entity for one in found] == ["facilitator"]
    a.write(replace(story.workshop, venue_id=venue_id(ANGRIE)))
    server.push(a.push(len(a.changes)))
    moved, _ = pull(server, b, upto)
    kinds = [one.head.entity for one in moved]
    assert kinds[0] == "workshop"
    assert kinds.count("attendance") == 5
    assert "participant" not in kinds


def test_names_stay_where_the_venue_says_so(
    server: LocalServer, pair: tuple[Laptop, Laptop]
) -> None:
    a, b = pair
    write_workshop(a, venue_id(ANGRIE), people=3)
    server.push(a.push())
    with server.database.writing() as session:
        session.connection().execute(
            text("UPDATE venue SET level = 'pseudonyme' WHERE code = :code"), {"code": ANGRIE}
        )
    found, _ = pull(server, b)
    assert {one.commit for one in found} == commits(a)
    assert all(one.body is None and one.shared is not None for one in found)


def test_who_was_erased_does_not_come_back(
    server: LocalServer, pair: tuple[Laptop, Laptop]
) -> None:
    a, b = pair
    story = write_workshop(a, venue_id(ANGRIE))
    server.push(a.push())
    gone = story.people[0]
    erase_person(server.database, server.keyring, gone.id, server.clock.now())
    found, _ = pull(server, b)
    assert gone.id not in {one.head.entity_id for one in found}
    assert all(gone.last_name not in one.body.private for one in found if one.body)


def test_f30_a_revoked_laptop_is_given_nothing(
    server: LocalServer, pair: tuple[Laptop, Laptop]
) -> None:
    a, b = pair
    write_workshop(a, venue_id(ANGRIE))
    server.push(a.push())
    assert server.contact(b).feed > 0
    revoke(server.database, server.keyring, b.dev, server.clock.now())
    answer = ask(server, b)
    assert (answer.revoked, answer.pulled, answer.feed, answer.certs) == (True, "", 0, ())
    assert server.contact(b).feed == 0


def test_f17_a_clock_of_2031_does_not_win_over_who_saw_it(
    server: LocalServer, pair: tuple[Laptop, Laptop]
) -> None:
    a, b = pair
    person = Participant(
        id=new_id(), venue_id=venue_id(ANGRIE), first_name="Odette", last_name="Lefèvre"
    )
    first = a.write(person, hlc=1_930_000_000_000_000)
    server.push(a.push())
    # B has seen it: its change names it.
    b.write(replace(person, first_name="Odile"), base=(first.head.inc, first.head.seq))
    server.push(b.push())
    with server.database.engine.connect() as connection:
        shown = connection.execute(text("SELECT first_name FROM participant")).scalars().all()
    assert shown == ["Odile"]
    # And what A changes besides, without having seen that, stands beside it.
    a.write(replace(person, phone="06 00 00 00 00"))
    server.push(a.push(2))
    with server.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT first_name, phone FROM participant")).all()
    assert [tuple(row) for row in rows] == [("Odile", "06 00 00 00 00")]


class Slow:
    """Holds the first transaction that applies changes, before it ends.

    The others leave alone what it is at, as if they had looked for work before it was stored.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, inc: str) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        write, read = projections._Applier._write, projections._Applier._read
        slow = self

        def read_others(applier: Any, numbers: Any) -> Any:
            rows = read(applier, numbers)
            return [row for row in rows if row.inc != inc] if slow.reached.is_set() else rows

        def held_up(applier: Any) -> bool:
            moved = write(applier)
            if not slow.reached.is_set():  # the first one that comes here
                slow.reached.set()
                assert slow.go.wait(30)
            return moved

        monkeypatch.setattr(projections._Applier, "_write", held_up)
        monkeypatch.setattr(projections._Applier, "_read", read_others)


def overtaken(
    server: LocalServer, a: Laptop, c: Laptop, b: Laptop, slow: Slow
) -> tuple[set[bytes], set[bytes]]:
    """A's push is applied slowly, C's overtakes it if it can; return what B has, and should."""
    first = threading.Thread(target=lambda: server.push(a.push()))
    second = threading.Thread(target=lambda: server.push(c.push()))
    first.start()
    assert slow.reached.wait(30)
    second.start()
    second.join(0.5)
    seen, upto = pull(server, b)
    slow.go.set()
    first.join(30)
    second.join(30)
    later, _ = pull(server, b, upto)
    return {one.commit for one in [*seen, *later]}, commits(a) | commits(c)


@pytest.fixture
def trio(server: LocalServer) -> tuple[Laptop, Laptop, Laptop]:
    """Two who write, at venues where both are known already, and one who pulls."""
    a, c, b = server.laptop(), server.laptop(), server.laptop()
    for one in (a, c):
        one.write(
            Workshop(
                id=new_id(),
                venue_id=venue_id(ANGRIE),
                date="2026-11-25",
                starts_at=one.now,
                ends_at=one.now + 7_200_000,
                tz="Europe/Paris",
                state="planned",
                title="Mes photos",
            )
        )
    return a, c, b


def test_f18_a_slow_transaction_is_not_skipped(
    server: LocalServer, trio: tuple[Laptop, Laptop, Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    if server.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    a, c, b = trio
    found, wanted = overtaken(server, a, c, b, Slow(monkeypatch, a.inc))
    assert found == wanted


def test_f18_numbers_given_before_the_end_skip_it(
    server: LocalServer, trio: tuple[Laptop, Laptop, Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F18†: a sequence, as most would have it, and no lock."""
    if server.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    a, c, b = trio
    with server.database.writing() as session:
        session.connection().execute(text("CREATE SEQUENCE given"))

    def next_value(session: Session, numbers: list[int]) -> int:
        value = session.connection().execute(text("SELECT nextval('given')")).scalar_one()
        return int(value) * 1_000_000 - numbers[0]

    monkeypatch.setattr(projections, "number_anew", next_value)
    monkeypatch.setattr(projections, "lock_programme", lambda _session: None)
    found, wanted = overtaken(server, a, c, b, Slow(monkeypatch, a.inc))
    with server.database.writing() as session:
        session.connection().execute(text("DROP SEQUENCE given"))
    assert commits(c) <= found
    assert found < wanted
