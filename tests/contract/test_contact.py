"""The contact: what is new for a laptop, and what it costs when nothing is.

At most 900 bytes both ways, HTTP headers included: counted on the socket, with the real client.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from angrilien.domain.entities import Facilitator
from angrilien.server import orders
from angrilien.server.tables import Device
from angrilien.sync.client import Client, Server
from angrilien.sync.jobs import Job, Sender, contact_job
from angrilien.vault.programme import Programme
from angrilien.wire import dsse
from angrilien.wire.answer import ANSWER_HEADER, Answer, read_answer
from angrilien.wire.order import ERASE, REVOKE, Order, read_order
from angrilien.wire.request import KEYS_HEADER
from helpers.laptops import Laptop
from helpers.servers import LiveServer, LocalServer, checked

pytestmark = pytest.mark.postgres


def give(server: LocalServer, laptop: Laptop, **values: object) -> Order:
    order = Order(aud=laptop.aud, dev=laptop.dev, number=1, date=server.clock.now(), kind=REVOKE)
    with server.database.writing() as session:
        return orders.give(session, server.keyring, replace(order, **values))  # type: ignore[arg-type]


def ask(server: LocalServer, laptop: Laptop, tag: str = "") -> tuple[int, Answer]:
    """Contact with a tag; return the status and the signed answer."""
    sent = laptop.contact()
    headers = sent.headers | ({"If-None-Match": f'"{tag}"'} if tag else {})
    response = server.raw("GET", "/v1/contact", headers=headers)
    if response.status_code == 200:
        answer = checked(server.programme, sent, response)
        assert response.headers.get("etag", "") == (f'"{answer.tag}"' if answer.tag else "")
        return 200, answer
    assert (response.status_code, response.content) == (304, b"")
    body = response.headers[ANSWER_HEADER].encode("ascii")
    server.programme.check_signed(dsse.ANSWER, body, response.headers[dsse.HEADER])
    answer = read_answer(body)
    assert (answer.aud, answer.req) == (laptop.aud, sent.req)
    return 304, answer


def numbers(answer: Answer) -> list[int]:
    return [read_order(payload.encode()).number for payload, _ in answer.orders]


def test_orders_come_once_and_then_nothing_is_new(server: LocalServer) -> None:
    laptop = server.laptop()
    status, first = ask(server, laptop)
    assert (status, first.orders, first.tag, first.order) == (200, (), "0", 0)
    assert ask(server, laptop, first.tag)[0] == 304
    for _ in range(3):
        give(server, laptop)
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    assert server.push(laptop.push()).order == 3  # told with any answer: it asks at once
    status, told = ask(server, laptop, first.tag)
    assert (status, numbers(told), told.more, told.tag) == (200, [1, 2, 3], False, "3")
    for payload, signature in told.orders:
        server.programme.check_signed(dsse.ORDER, payload.encode(), signature)
        assert read_order(payload.encode()).dev == laptop.dev
    assert ask(server, laptop, "1")[1].orders == told.orders[1:]
    status, nothing = ask(server, laptop, told.tag)
    assert (status, nothing.order, nothing.orders) == (304, 3, ())


@pytest.mark.parametrize("tag", ["7", "x", "-1", "9" * 30, "é", "1.5", " 3"])
def test_a_strange_tag_is_no_tag(server: LocalServer, tag: str) -> None:
    """That of a server which was put back since, above all: everything is told again."""
    laptop = server.laptop()
    give(server, laptop)
    sent = laptop.contact()
    headers = [(name.encode(), value.encode()) for name, value in sent.headers.items()]
    headers.append((b"If-None-Match", f'"{tag}"'.encode()))
    response = server.raw("GET", "/v1/contact", headers=headers)  # type: ignore[arg-type]
    assert numbers(checked(server.programme, sent, response)) == [1]


def test_many_large_orders_come_in_several_contacts(server: LocalServer) -> None:
    laptop, tag, found = server.laptop(), "", []
    rows = tuple(("participant", laptop.dev) for _ in range(2_000))
    for _ in range(5):
        give(server, laptop, kind=ERASE, rows=rows)
    for _ in range(6):
        _, told = ask(server, laptop, tag)
        found += numbers(told)
        assert len(told.canonical()) < 600_000
        tag = told.tag or tag
        if not told.more:
            break
    assert found == [1, 2, 3, 4, 5]
    assert ask(server, laptop, tag)[0] == 304


def test_numbers_go_on_above_what_a_laptop_has_applied(server: LocalServer) -> None:
    """A server that was put back does not give a number a second time."""
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    server.push(laptop.push(order=7))
    assert give(server, laptop).number == 8


def test_another_laptop_is_told_nothing(server: LocalServer) -> None:
    mine, other = server.laptop(), server.laptop()
    give(server, mine)
    assert ask(server, other)[1].orders == ()


def test_a_newer_list_of_keys_is_news(server: LocalServer) -> None:
    laptop = server.laptop()
    tag = ask(server, laptop)[1].tag
    headers = laptop.contact().headers | {"If-None-Match": f'"{tag}"', KEYS_HEADER: "0"}
    told = server.raw("GET", "/v1/contact", headers=headers)
    assert told.status_code == 200
    assert read_answer(told.content).keys == server.programme.keys_text


def test_a_contact_is_a_contact_also_when_nothing_is_new(server: LocalServer) -> None:
    laptop = server.laptop()
    tag = ask(server, laptop)[1].tag
    server.clock.instant += 60_000
    assert ask(server, laptop, tag)[0] == 304
    with server.database.reading() as session:
        assert session.get_one(Device, laptop.dev).last_contact == server.clock.instant


class Counter:
    """Passes bytes on to a server on this machine, and counts them both ways."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(20)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.counts = [0, 0]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        try:
            near, _ = self._listening.accept()
        except TimeoutError:
            return
        far = socket.create_connection(("127.0.0.1", self._port))
        back = threading.Thread(target=self._pass, args=(far, near, 1))
        back.start()
        self._pass(near, far, 0)
        back.join()
        near.close()
        far.close()

    def _pass(self, source: socket.socket, target: socket.socket, which: int) -> None:
        while piece := source.recv(65_536):
            self.counts[which] += len(piece)
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._threads[0].join()
        self._listening.close()


def test_a_contact_without_news_takes_900_bytes_at_most(shared_server: LiveServer) -> None:
    programme: Programme = shared_server.programme
    laptop = Laptop(aud=shared_server.aud)
    who = Sender(
        aud=laptop.aud,
        dev=laptop.dev,
        inc=laptop.inc,
        key=laptop.signer.public,
        sign=laptop.signer.header,
        app="0.1.0",
        keys=1,
    )
    counter = Counter(shared_server.port)
    client = Client(connect=5, stall=5, total=10)

    def server(address: str) -> Server:
        return Server(
            address=address,
            aud=programme.aud,
            check=programme.check_signed,
            renew=lambda _keys, _signature: programme.check_signed,
        )

    try:
        registration = laptop.registration(shared_server.code())
        direct = Client(connect=5, stall=5, total=10)
        made = Job(
            kind="register", method="POST", path="/v1/register", body=registration.body,
            headers=registration.headers, req=registration.req,
        )  # fmt: skip
        assert direct.exchange(server(shared_server.url), made).answer is not None
        # What the programme published meanwhile, if anything, is no news any more.
        told = direct.exchange(server(shared_server.url), contact_job(who, "0")).answer
        direct.close()
        assert told is not None
        answer = client.exchange(server(counter.url), contact_job(who, told.tag or "0")).answer
        assert answer is not None
        assert (answer.inc, answer.ack, answer.tag) == (laptop.inc, 0, "")
    finally:
        client.close()
        counter.close()
    print(f"a contact without news: {counter.counts[0]} bytes there, {counter.counts[1]} back")
    assert sum(counter.counts) <= 900
