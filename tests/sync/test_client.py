"""What the one place that speaks HTTP makes of a bad road."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from angrilien.errors import BadProgramme, KnownError, NoConnection, NotOurServer
from angrilien.sync.client import SLOWEST, Check, Client, Outcome, Server
from angrilien.sync.jobs import CONTACT, PUSH, Job
from angrilien.vault.signing import BadSignature
from helpers.proxy import Fault, Proxy

OK = b"HTTP/1.1 200 OK\r\n"
ODD = {
    "nothing at all": b"",
    "no status": b"\r\n\r\n",
    "noise": bytes(range(256)),
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a version of its own": b"HTTP/9.9 200 OK\r\n\r\n",
    "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "two lengths": OK + b"Content-Length: 1, 2\r\n\r\nab",
    "a negative length": OK + b"Content-Length: -5\r\n\r\nab",
    "a length of letters": OK + b"Content-Length: abc\r\n\r\nab",
    "a length and pieces": OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nab",
    "broken pieces": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab",
    "cut pieces": OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nab",
    "no gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
    "a header without a colon": OK + b"hello\r\nContent-Length: 2\r\n\r\nab",
    "a header that is no text": OK + b"X: \xff\xfe\x00\r\nContent-Length: 2\r\n\r\nab",
    "200 headers": OK + b"X: y\r\n" * 200 + b"\r\n",
    "a long header": OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
    "a long answer": OK + b"\r\n" + b"y" * 200_000,
    "continue for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 300,
    "a redirect to nowhere": b"HTTP/1.1 302 Found\r\nLocation: http://[::bad\r\n\r\n",
    "unauthorised": b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n",
    "a cookie": OK + b"Set-Cookie: a=b; Domain=\xff; Expires=never\r\nContent-Length: 0\r\n\r\n",
}


def refuse(_type: str, _payload: bytes, _header: str | None) -> str:
    raise BadSignature


def no_newer(_keys: str, _signature: str) -> Check:
    raise BadProgramme


def a_push(last: int = 5) -> Job:
    return Job(
        kind=PUSH, method="POST", path="/v1/push", body=b"x" * 100, headers={}, req=b"", last=last
    )


A_QUESTION = Job(kind=CONTACT, method="GET", path="/v1/contact", body=b"", headers={}, req=b"")


class Slow:
    """Takes a request at its own pace: `piece` bytes, then a pause; none at all after `most`."""

    def __init__(self, *, piece: int, pause: float, most: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._piece, self._pause, self._most = piece, pause, most
        self._done = threading.Event()
        self.taken = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            laptop, _ = self._listening.accept()
            with laptop:
                data = b""
                while self.taken < self._most and not data.endswith(b"THE END"):
                    piece = laptop.recv(self._piece)
                    if not piece:
                        return
                    self.taken += len(piece)
                    data = (data + piece)[-100:]
                    self._done.wait(self._pause)
                if self.taken < self._most:
                    laptop.sendall(OK + b"Content-Length: 2\r\nConnection: close\r\n\r\nab")
                self._done.wait(30)

    def close(self) -> None:
        self._done.set()
        self._listening.close()
        self._thread.join()


def upload(size: int) -> Job:
    return Job(
        kind=PUSH, method="POST", path="/v1/push", headers={}, req=b"", last=1,
        body=bytes(size) + b"THE END",
    )  # fmt: skip


def exchanged(slow: Slow, job: Job) -> tuple[Outcome, float]:
    client = Client(connect=0.5, stall=0.4, total=0.8)
    started = time.monotonic()
    try:
        server = Server(address=slow.url, aud="essai", check=refuse, renew=no_newer)
        return client.exchange(server, job), time.monotonic() - started
    finally:
        client.close()
        slow.close()


def test_a_slow_road_is_waited_for_as_long_as_its_bytes_take() -> None:
    """A large batch takes longer than all limits of a small one: it is not cut."""
    slow = Slow(piece=4096, pause=0.03, most=1 << 20)
    outcome, took = exchanged(slow, upload(200_000))
    assert slow.taken > 200_000
    assert took > 0.8  # of the whole exchange, were it a small one
    assert not outcome.shrink
    assert isinstance(outcome.problem, NotOurServer)


def test_a_stalled_road_is_left_although_most_was_not_sent() -> None:
    slow = Slow(piece=4096, pause=0.0, most=20_000)
    outcome, took = exchanged(slow, upload(1_000_000))
    assert outcome.shrink
    assert took * 20 < 1_000_000 / SLOWEST  # what a slow road would have been given


@pytest.fixture
def road() -> Iterator[Proxy]:
    """A road that leads nowhere: its answers are its own."""
    with Proxy("http://127.0.0.1:9") as proxy:
        yield proxy


@pytest.fixture
def ask(road: Proxy) -> Iterator[Callable[..., Outcome]]:
    client = Client(connect=0.5, stall=0.4, total=0.8)

    def exchange(job: Job, address: str = "") -> Outcome:
        server = Server(address=address or road.url, aud="essai", check=refuse, renew=no_newer)
        return client.exchange(server, job)

    yield exchange
    client.close()


@pytest.mark.parametrize("name", ODD)
def test_whatever_comes_is_an_outcome(ask: Callable[..., Outcome], road: Proxy, name: str) -> None:
    """Nothing that can be answered raises, or is taken for an answer."""
    road.fault = Fault(instead=ODD[name])
    outcome = ask(a_push())
    assert outcome.answer is None
    assert isinstance(outcome.problem, KnownError)


def test_nothing_of_a_portal_is_kept(ask: Callable[..., Outcome], road: Proxy) -> None:
    """A portal's cookie is not sent back, its redirect is not followed."""
    # It says that it closes: a second request could cross the end of the connection else.
    road.fault = Fault(
        instead=b"HTTP/1.1 302 Found\r\nSet-Cookie: guest=1; Path=/\r\n"
        b"Location: /login\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    )
    ask(a_push())
    ask(a_push())
    assert [one.path for one in road.exchanges] == ["/v1/push", "/v1/push"]
    assert b"ookie" not in road.exchanges[1].request


def test_no_network_says_nothing_about_the_size(ask: Callable[..., Outcome]) -> None:
    """A closed port, a name that is not known: after a week without network, batches are whole."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for address in (f"http://127.0.0.1:{port}", "http://hub.invalid"):
        outcome = ask(a_push(), address)
        assert isinstance(outcome.problem, NoConnection)
        assert not outcome.shrink


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_asks_for_a_smaller_batch(
    ask: Callable[..., Outcome], road: Proxy, reset: bool
) -> None:
    road.fault = Fault(instead=b"", reset=reset)
    assert ask(a_push()).shrink
    assert not ask(A_QUESTION).shrink


def test_an_answer_that_stalls_or_drips_is_given_up(
    ask: Callable[..., Outcome], road: Proxy
) -> None:
    """A stall ends by the stall's limit, one byte from time to time by the limit of the whole."""
    answer = OK + b"Content-Length: 400\r\n\r\n" + b"y" * 400
    started = time.monotonic()
    road.fault = Fault(instead=answer, hold=True)
    assert ask(a_push()).shrink
    # A byte each 0.25 s never stalls for 0.4 s; the header comes first, in its 39 bytes.
    road.fault = Fault(instead=OK + b"\r\n" + b"y" * 400, drip=0.02)
    assert ask(a_push()).shrink
    assert time.monotonic() - started < 10
