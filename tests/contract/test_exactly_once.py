"""Every committed act reaches the server exactly once in effect (F05, F06, F24, F34, F35, F39)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from angrilien.domain.entities import Attendance, Facilitator, Participant, SessionNote
from angrilien.domain.ids import note_id, venue_id
from angrilien.server.base import table
from angrilien.server.database import Database
from angrilien.server.figures import read_figures
from angrilien.server.ingest import _row
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow, Incarnation
from angrilien.wire import dsse
from angrilien.wire.answer import read_answer
from angrilien.wire.ids import new_id
from angrilien.wire.push import decode_push
from helpers.laptops import Laptop, Sent, name_provisional, write_workshop
from helpers.races import RACERS, race
from helpers.servers import ANGRIE, Databases, LiveServer, LocalServer, checked

pytestmark = pytest.mark.postgres


CHANGES = table(ChangeRow)


def stored(database: Database) -> list[tuple[str, int]]:
    with database.reading() as session:
        rows = session.connection().execute(
            select(CHANGES.c.inc, CHANGES.c.seq).order_by(CHANGES.c.server_seq)
        )
        return [(inc, seq) for inc, seq in rows]


def everything(database: Database) -> dict[str, Any]:
    """Return what the server holds, but for when and in which order it came."""
    found: dict[str, Any] = {}
    with database.reading() as session:
        connection = session.connection()
        for name, source in PROJECTED.items():
            rows = connection.execute(select(source).order_by(source.c.id)).mappings()
            found[name] = [dict(row) for row in rows]
        columns = [c for c in CHANGES.c if c.name not in ("received_at", "server_seq", "given")]
        rows = connection.execute(select(*columns).order_by(CHANGES.c.inc, CHANGES.c.seq))
        found["change"] = [tuple(row) for row in rows]
    return found


def live_laptop(live: LiveServer, client: httpx.Client) -> Laptop:
    laptop = Laptop()
    sent = laptop.registration(live.code())
    response = client.post("/v1/register", content=sent.body, headers=sent.headers)
    assert checked(live.programme, sent, response).refused == ""
    return laptop


def test_f05_f06_the_same_batch_eight_times_at_once(shared_server: LiveServer) -> None:
    programme = shared_server.programme
    with httpx.Client(base_url=shared_server.url, timeout=30) as client:
        laptop = live_laptop(shared_server, client)
        story = write_workshop(laptop, venue_id(ANGRIE))
        sent = laptop.push()

        def send() -> httpx.Response:
            return client.post("/v1/push", content=sent.body, headers=sent.headers)

        answers = [checked(programme, sent, response) for response in race(RACERS, send)]
    assert {answer.ack for answer in answers} == {len(laptop.changes)}
    assert {answer.fork for answer in answers} == {None}
    assert {answer.chain for answer in answers} == {laptop.changes[-1].chain}
    assert {len(answer.receipts) for answer in answers} == {1}
    figures = shared_server.figures(story.workshop.id)
    assert (figures["received"], figures["participations"]) == (1, 9)


def test_f05_check_then_insert_would_not_pass(server: LocalServer) -> None:
    """The same race against the naive way: look first, insert in another transaction."""
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille Martin"))
    push = decode_push(laptop.push().body)
    looked = threading.Barrier(RACERS)

    def naive() -> str:
        with server.database.reading() as session:
            there = session.connection().execute(select(func.count()).select_from(CHANGES)).scalar()
        looked.wait(timeout=20)
        with server.database.writing() as session:
            if not there:
                row = _row(laptop.inc, push.lines[0], 0, 1, threading.get_ident())
                session.connection().execute(CHANGES.insert(), [row])
        return "success"

    outcomes = race(RACERS, naive)
    assert outcomes.count("success") == 1
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == RACERS - 1


def test_an_identical_batch_has_the_same_answer_and_no_effect(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, venue_id(ANGRIE))
    first = server.push(laptop.push())
    before = everything(server.database)
    # F34: a laptop that lost its receipts offers everything again, in other cuts.
    for sent in (laptop.push(), laptop.push(1, 7), laptop.push(5, 20), laptop.push(30)):
        again = server.push(sent)
        assert (again.ack, again.chain, again.fork) == (first.ack, first.chain, None)
    assert everything(server.database) == before


def test_f35_every_seq_is_stored_even_when_nothing_changed(server: LocalServer) -> None:
    laptop = server.laptop()
    person = Facilitator(id=laptop.author, name="Camille Martin")
    for _ in range(5):
        laptop.write(person)
    assert server.push(laptop.push()).ack == 5
    assert stored(server.database) == [(laptop.inc, seq) for seq in range(1, 6)]


def test_above_a_gap_lines_are_kept_and_named(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, venue_id(ANGRIE))
    server.push(laptop.push(1, 3))
    answer = server.push(laptop.push(10, 12))
    assert (answer.ack, answer.have) == (3, ((10, 12),))
    assert answer.chain == laptop.changes[2].chain
    answer = server.push(laptop.push(20, 20))
    assert (answer.ack, answer.have) == (3, ((10, 12), (20, 20)))
    answer = server.push(laptop.push(4, 9))
    assert (answer.ack, answer.have) == (12, ((20, 20),))
    assert answer.chain == laptop.changes[11].chain
    answer = server.push(laptop.push(13))
    assert (answer.ack, answer.have) == (len(laptop.changes), ())
    assert answer.chain == laptop.changes[-1].chain


@pytest.mark.postgres(by_default=False)
def test_f39_acts_from_before_registration_arrive_once_in_their_venue(server: LocalServer) -> None:
    laptop = Laptop()
    before = []
    while len(laptop.changes) < 300:
        before.append(write_workshop(laptop, laptop.provisional_venue))
    assert server.register(laptop).refused == ""
    held = server.push(laptop.push(1, 150))
    assert held.ack == 150
    assert held.held > 100  # only facilitators need no venue
    name_provisional(laptop, ANGRIE)
    answer = server.push(laptop.push(151))
    assert (answer.ack, answer.held) == (len(laptop.changes), 0)
    assert len(answer.receipts) == len({*answer.receipts}) > 0
    with server.database.reading() as session:
        figures = read_figures(session)
    assert figures is not None
    assert figures.participations == 9 * len(before)
    assert figures.receipts == figures.sheets == len(before)
    assert figures.received == 1


@dataclass
class TwoLaptops:
    """Batches of two laptops of one venue that write the same rows, and what they come to."""

    server: LocalServer
    batches: list[Sent]
    genesis: list[tuple[bytes, str]]
    result: dict[str, Any]

    def send(self, index: int) -> int | None:
        sent = self.batches[index]
        header = sent.headers[dsse.HEADER]
        service = self.server.service
        return read_answer(service.push(sent.body, header, service.find_key(header)).body).fork

    def forget(self) -> None:
        """Forget what was pushed, and keep the laptops."""
        with self.server.database.writing() as session:
            connection = session.connection()
            for name in ("sheet_receipt", "change", *PROJECTED):
                connection.exec_driver_sql(f"DELETE FROM {name}")
            for chain, inc in self.genesis:
                connection.execute(
                    update(table(Incarnation))
                    .where(col(Incarnation.id) == inc)
                    .values(ack=0, chain=chain)
                )


@pytest.fixture(scope="module")
def two_laptops(
    tmp_path_factory: pytest.TempPathFactory, shared_databases: Databases
) -> Iterator[TwoLaptops]:
    folder = tmp_path_factory.mktemp("permutations")
    server = LocalServer(folder, database_url=shared_databases.url())
    yield _two_laptops(server)
    server.close()


def _two_laptops(server: LocalServer) -> TwoLaptops:
    first, second = server.laptop(), server.laptop()
    story = write_workshop(first, first.provisional_venue, people=3)
    name_provisional(first, ANGRIE)
    # The second laptop saw the first one's rows: it edits some, and makes one of its own.
    seen = {(c.head.entity, c.head.entity_id): (c.head.inc, c.head.seq) for c in first.changes}
    person, there, workshop_id = story.people[0], story.attendances[0], story.workshop.id
    note = note_id(workshop_id)
    second.now = first.now + 5_000
    second.write(
        Participant(id=person.id, venue_id=venue_id(ANGRIE), first_name="Odile"),
        base=seen["participant", person.id],
    )
    second.write(
        Attendance(id=there.id, workshop_id=workshop_id, state="excused"),
        base=seen["attendance", there.id],
    )
    second.write(Attendance(id=new_id(), workshop_id=workshop_id, state="present"))
    # Neither saw the other's last edit: the later clock decides, whoever arrives first.
    first.write(Participant(id=person.id, venue_id=venue_id(ANGRIE), first_name="Odette"))
    for laptop in (first, second):
        laptop.write(
            SessionNote(id=note, workshop_id=workshop_id, done=laptop.dev),
            base=seen["session_note", note],
        )
    batches = []
    for laptop, cuts in ((first, (1, 3, 6, 11, 14, 22)), (second, (1, 2, 4))):
        ends = [*(cut - 1 for cut in cuts[1:]), len(laptop.changes)]
        batches += [laptop.push(*pair) for pair in zip(cuts, ends, strict=True)]
    begins = [(one.chain_at(0), one.inc) for one in (first, second)]
    both = TwoLaptops(server, batches, begins, {})
    for index in range(len(batches)):
        assert both.send(index) is None
    both.result = everything(server.database)
    return both


def test_two_laptops_edits_are_where_they_belong(two_laptops: TwoLaptops) -> None:
    held = two_laptops.result
    assert all(row[-1] is None for row in held["change"])  # nothing is held
    assert (len(held["alias"]), len(held["sheet"]), len(held["attendance"])) == (1, 1, 5)
    assert {row["first_name"] for row in held["participant"]} >= {"Odile"}
    assert [row["state"] for row in held["attendance"]].count("excused") == 1


def in_any_order(both: TwoLaptops, order: list[int], again: list[int]) -> None:
    both.forget()
    for index in (*again, *order):
        assert both.send(index) is None
    assert everything(both.server.database) == both.result


@pytest.mark.postgres(by_default=False)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(order=st.permutations(range(9)), again=st.lists(st.integers(0, 8), max_size=5))
def test_f24_any_order_and_any_repetition_converge(
    two_laptops: TwoLaptops, order: list[int], again: list[int]
) -> None:
    in_any_order(two_laptops, order, again)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(order=st.permutations(range(9)), again=st.lists(st.integers(0, 8), max_size=9))
def test_f24_200_orders_converge(
    two_laptops: TwoLaptops, order: list[int], again: list[int]
) -> None:
    in_any_order(two_laptops, order, again)


@pytest.mark.postgres(by_default=False)
def test_a_killed_server_keeps_what_it_acknowledged(live_server: LiveServer) -> None:
    with httpx.Client(base_url=live_server.url, timeout=30) as client:
        laptop = live_laptop(live_server, client)
        write_workshop(laptop, venue_id(ANGRIE), people=3)
        sent = laptop.push()
        response = client.post("/v1/push", content=sent.body, headers=sent.headers)
        answer = checked(live_server.programme, sent, response)
    live_server.kill()
    live_server.start()
    with httpx.Client(base_url=live_server.url, timeout=30) as client:
        sent = laptop.contact()
        response = client.get("/v1/contact", headers=sent.headers)
    after = checked(live_server.programme, sent, response)
    assert (after.ack, after.chain) == (answer.ack, answer.chain)
    assert (after.ack, after.epoch) == (len(laptop.changes), answer.epoch)
    assert live_server.figures()["participations"] == 4
