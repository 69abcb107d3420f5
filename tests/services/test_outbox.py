"""What a laptop makes of the server's answers, the server being called without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from angrilien.domain.ids import venue_id
from angrilien.errors import CodeRefused
from angrilien.services import (
    answers,
    closing,
    forks,
    orders,
    outbox,
    registration,
    revocation,
)
from angrilien.services import workshops as workshops_of
from angrilien.services.attendance import everyone_present
from angrilien.services.notebook import Notebook
from angrilien.store import facts, marks, sheets
from angrilien.sync.jobs import CONTACT, PUSH, Job
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, read_answer
from angrilien.wire.order import VENUES, Order, OrderVenue
from angrilien.wire.push import PushHeader, open_push
from helpers.notebooks import SetClock, add_people, make_notebook, make_workshop
from helpers.servers import ANGRIE, LocalServer

EVERYTHING = 1 << 20
DAY = 24 * 3_600_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    local = LocalServer(tmp_path / "server")
    yield local
    local.close()


@pytest.fixture
def nb(tmp_path: Path, server: LocalServer) -> Iterator[Notebook]:
    made = make_notebook(tmp_path, programme=server.programme, venue_code=server.code())
    yield made
    made.close()


def ask(server: LocalServer, job: Job) -> Answer:
    return read_answer(
        server.raw(job.method, job.path, content=job.body, headers=job.headers).content
    )


def exchange(nb: Notebook, server: LocalServer) -> None:
    """Send until nothing is left."""
    while (job := outbox.take_job(nb, EVERYTHING)) is not None:
        answers.record_answer(nb, job, ask(server, job))


def close_a_sheet(nb: Notebook) -> str:
    """Close the sheet of a workshop of three people; return the sheet's id."""
    workshop = make_workshop(nb)
    add_people(nb, workshop, 3)
    everyone_present(nb, workshop)
    closing.close(nb, workshop, [[(0, 0), (5, 5)]], 10, 10)
    with nb.store.read() as connection:
        sealed = sheets.of_workshop(connection, workshop)
    assert sealed is not None
    return sealed.id


def receipt_of(nb: Notebook, sheet: str) -> int | None:
    with nb.store.read() as connection:
        return sheets.receipt_date(connection, sheet)


def offer_again(nb: Notebook, server: LocalServer, sql: str) -> None:
    """Change the server's receipts behind its back, and send everything once more."""
    with server.database.writing() as session:
        session.connection().execute(text(sql))
    with nb.store.write() as connection:
        marks.put(connection, ack=0)
        connection.exec_driver_sql("DELETE FROM receipt")
    exchange(nb, server)


def test_a_receipt_that_proves_nothing_stops_nothing(
    nb: Notebook, server: LocalServer, expect_log: Callable[..., object]
) -> None:
    sheet = close_a_sheet(nb)
    exchange(nb, server)
    assert receipt_of(nb, sheet) is not None
    with expect_log("angrilien.services.answers"):
        offer_again(nb, server, "UPDATE sheet_receipt SET signature = zeroblob(64)")
    assert receipt_of(nb, sheet) is None
    assert outbox.state(nb).waiting == 0


def test_a_sheet_whose_receipt_was_lost_is_offered_again(nb: Notebook, server: LocalServer) -> None:
    sheet = close_a_sheet(nb)
    exchange(nb, server)
    date, before = receipt_of(nb, sheet), nb.store.verify()
    with nb.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM receipt")
    assert outbox.take_job(nb, EVERYTHING) is None
    asked = outbox.contact(nb)
    assert asked is not None
    assert (asked.kind, asked.path) == (CONTACT, "/v1/push")
    assert open_push(asked.body)[0].count == 1
    answers.record_answer(nb, asked, ask(server, asked))
    assert receipt_of(nb, sheet) == date
    assert (outbox.state(nb).waiting, nb.store.verify()) == (0, before)
    asked = outbox.contact(nb)
    assert asked is not None
    assert asked.path == "/v1/contact"


def test_a_receipt_of_an_earlier_key_is_signed_again(nb: Notebook, server: LocalServer) -> None:
    sheet = close_a_sheet(nb)
    exchange(nb, server)
    date = receipt_of(nb, sheet)
    offer_again(
        nb,
        server,
        "UPDATE sheet_receipt SET signature = zeroblob(64), key = '0123456789abcdef'",
    )
    assert receipt_of(nb, sheet) == date


def test_the_refusal_of_an_old_code_leaves_the_new_one(nb: Notebook, server: LocalServer) -> None:
    registration.set_code(nb, "2222222222")
    old = outbox.take_job(nb, EVERYTHING)
    assert old is not None
    registration.set_code(nb, server.code())
    with pytest.raises(CodeRefused):
        answers.record_answer(nb, old, ask(server, old))
    exchange(nb, server)
    assert registration.has_venue(nb)


def test_a_lost_answer_and_another_code_typed_registers_all_the_same(
    nb: Notebook, server: LocalServer
) -> None:
    first = outbox.take_job(nb, EVERYTHING)
    assert first is not None
    assert ask(server, first).refused == ""  # and is lost
    another = server.code()
    registration.set_code(nb, another)
    exchange(nb, server)
    assert registration.has_venue(nb)
    assert nb.home().name == "L’Angri’lien"


def test_a_kept_code_is_not_missing(nb: Notebook) -> None:
    workshops_of.start_unplanned(nb)
    state = outbox.state(nb)
    assert (state.has_venue, state.has_code) == (False, True)


# --- batches --------------------------------------------------------------------------------------


def order(nb: Notebook, server: LocalServer, number: int, **values: Any) -> None:
    payload = Order(
        aud=nb.programme.aud, dev=nb.store.identity.dev, number=number, date=1, **values
    ).canonical()
    orders.apply(nb, payload, server.keyring.signer.header(dsse.ORDER, payload))


def venue(code: str, *, since: int = 0, until: int | None = None) -> OrderVenue:
    return OrderVenue(id=venue_id(code), code=code, since=since, until=until)


def sent(nb: Notebook, server: LocalServer) -> list[PushHeader]:
    """Send until nothing is left; return the headers of the pushes."""
    headers = []
    while (job := outbox.take_job(nb, EVERYTHING)) is not None:
        if job.kind == PUSH:
            headers.append(open_push(job.body)[0])
        answers.record_answer(nb, job, ask(server, job))
    return headers


def test_a_batch_is_cut_where_an_order_was_applied(nb: Notebook, server: LocalServer) -> None:
    sent(nb, server)
    start = nb.store.count()
    make_workshop(nb)
    first = nb.store.count()
    order(nb, server, 3, kind=VENUES, venues=(venue(ANGRIE),))
    make_workshop(nb)
    second = nb.store.count()
    order(nb, server, 4, kind=VENUES, venues=(venue(ANGRIE),))
    order(nb, server, 7, kind=VENUES, venues=(venue(ANGRIE),))
    make_workshop(nb)
    told = [(one.first, one.first + one.count - 1, one.order) for one in sent(nb, server)]
    assert told == [
        (start + 1, first, 0), (first + 1, second, 3), (second + 1, nb.store.count(), 7)
    ]  # fmt: skip


def test_the_orders_follow_a_new_incarnation(nb: Notebook, server: LocalServer) -> None:
    sent(nb, server)
    make_workshop(nb)
    before = nb.store.count()
    order(nb, server, 3, kind=VENUES, venues=(venue(ANGRIE),))
    make_workshop(nb)
    after = nb.store.count() - before
    forks.begin_anew(nb)
    told = sent(nb, server)
    assert [one.order for one in told] == [0, 3]
    assert [one.count for one in told][1] == after


def test_a_new_incarnation_says_its_boxes_again(nb: Notebook, server: LocalServer) -> None:
    """A notebook that was put back has those of an earlier key: what it was told then is over."""
    sent(nb, server)
    with nb.store.write() as connection:
        facts.put(connection, revocation.BOXES_SENT, "4.earlier")
    forks.begin_anew(nb)
    with nb.store.read() as connection:
        assert facts.get(connection, revocation.BOXES_SENT) == ""


def test_the_venues_follow_the_order_and_its_dates(nb: Notebook, server: LocalServer) -> None:
    sent(nb, server)
    clock = nb.clock
    assert isinstance(clock, SetClock)
    other, third = "CAF-49007", "CAF-49009"
    assert [one.id for one in workshops_of.venues(nb)] == [venue_id(ANGRIE)]
    order(
        nb,
        server,
        1,
        kind=VENUES,
        venues=(
            venue(other),
            venue(ANGRIE, until=clock.at + DAY),
            venue(third, since=clock.at + 2 * DAY),
        ),
    )
    assert [one.id for one in workshops_of.venues(nb)] == [venue_id(other), venue_id(ANGRIE)]
    assert nb.home().id == venue_id(other)
    clock.at += DAY
    assert [one.id for one in workshops_of.venues(nb)] == [venue_id(other)]
    clock.at += DAY
    assert [one.id for one in workshops_of.venues(nb)] == [venue_id(other), venue_id(third)]
    order(nb, server, 2, kind=VENUES, venues=(venue(ANGRIE, until=clock.at - 1),))
    assert nb.home().id == venue_id(ANGRIE), "a workshop needs a venue; the server judges"


@pytest.mark.parametrize(
    ("named", "known", "job", "wanted"),
    [
        ([(5, 9)], [], (5, 9), [(5, 9)]),
        ([(5, 9), (12, 12)], [(14, 20)], (22, 30), [(5, 9), (12, 12), (14, 20), (22, 30)]),
        ([(5, 9)], [(3, 30)], (2, 6), [(5, 30)]),  # below 9 it alone is believed
        ([], [(5, 9)], (11, 12), []),  # nothing is named: nothing is believed
        ([(2, 9), (1, 1)], [], (0, 0), [(4, 9)]),  # what is acknowledged is not above
    ],
)
def test_what_is_held_above_a_gap(
    nb: Notebook,
    server: LocalServer,
    named: list[tuple[int, int]],
    known: list[tuple[int, int]],
    job: tuple[int, int],
    wanted: list[tuple[int, int]],
) -> None:
    question = outbox.take_job(nb, EVERYTHING)
    assert question is not None
    said = replace(ask(server, question), ack=3, have=tuple(named))
    asked = replace(question, first=job[0], last=job[1])
    assert answers.held_above(said, asked, known) == wanted
