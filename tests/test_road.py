"""The bad roads of the tests do what they say: else what passes them would prove nothing."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from helpers.proxy import Fault, Proxy
from helpers.road import NONE, Link, Mishap, Road, Worst

SECONDS = 20.0
"""Nothing here takes so long."""


class Far:
    """A server: it keeps what comes on each connection, and answers each `ask` bytes of it."""

    def __init__(self, *, ask: int = 0, answer: bytes = b"") -> None:
        self._ask, self._answer = ask, answer
        self.got: list[bytearray] = []
        self.ended: list[str] = []
        """How each connection ended: "closed" or "reset", in the order of their ends."""
        self._changed = threading.Condition()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                one, _ = self._listening.accept()
                one.settimeout(SECONDS)
                self.got.append(bytearray())
                thread = threading.Thread(target=self._serve, args=(one, self.got[-1]))
                self._threads.append(thread)
                thread.start()

    def _serve(self, one: socket.socket, got: bytearray) -> None:
        how, answered = "closed", 0
        with one:
            try:
                while piece := one.recv(65_536):
                    with self._changed:
                        got += piece
                        self._changed.notify_all()
                    while self._ask and len(got) >= (answered + 1) * self._ask:
                        answered += 1
                        one.sendall(self._answer)
            except OSError:
                how = "reset"
        with self._changed:
            self.ended.append(how)
            self._changed.notify_all()

    def wait(self, *, size: int = 0, ends: int = 0) -> None:
        """Wait until so many bytes came on all connections, and so many of them ended."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: sum(map(len, self.got)) >= size and len(self.ended) >= ends, SECONDS
            ), (self.got, self.ended)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(SECONDS)


@pytest.fixture
def far() -> Iterator[Far]:
    made = Far(ask=1_000, answer=b"a" * 500)
    yield made
    made.close()


@pytest.fixture
def road(far: Far) -> Iterator[Road]:
    with Road(far.url) as made:
        yield made


def connected(road: Road | Proxy) -> socket.socket:
    port = int(road.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)


def read(one: socket.socket, size: int = 1 << 30) -> bytes:
    """Read so many bytes, or all until the end."""
    found = b""
    while len(found) < size and (piece := one.recv(65_536)):
        found += piece
    return found


def test_all_passes_both_ways_and_is_counted(road: Road, far: Far) -> None:
    sent = bytes(range(250)) * 12
    with connected(road) as laptop:
        laptop.sendall(sent)
        assert read(laptop, 1_500) == b"a" * 1_500
        laptop.shutdown(socket.SHUT_WR)
        assert read(laptop) == b""
    far.wait(ends=1)
    assert bytes(far.got[0]) == sent
    assert (road.up, road.down, road.connections, road.met) == (3_000, 1_500, 1, 0)
    assert road.passed() == 4_500
    road.forget()
    assert (road.passed(), road.connections) == (0, 0)


def test_a_link_carries_so_many_bytes_a_second_and_no_more(road: Road, far: Far) -> None:
    """The same bytes over two connections take as long: there is one link."""
    road.link = Link(up=100_000.0)
    for connections in (1, 2):
        begun, before = time.monotonic(), sum(map(len, far.got))
        laptops = [connected(road) for _ in range(connections)]
        for laptop in laptops:
            laptop.sendall(bytes(20_000 // connections))
        far.wait(size=before + 20_000)
        assert time.monotonic() - begun >= 0.2
        for laptop in laptops:
            laptop.close()


def test_each_way_has_its_own_speed(road: Road) -> None:
    road.link = Link(down=10_000.0)
    with connected(road) as laptop:
        begun = time.monotonic()
        laptop.sendall(bytes(4_000))
        assert len(read(laptop, 2_000)) == 2_000
        assert time.monotonic() - begun >= 0.2


def test_each_byte_is_late_by_the_delay_and_a_connection_by_a_round_trip(road: Road) -> None:
    road.link = Link(delay=0.1)
    with connected(road) as laptop:
        for trips in (4, 2):  # the first time, the opening's round trip too
            begun = time.monotonic()
            laptop.sendall(bytes(1_000))
            read(laptop, 500)
            assert time.monotonic() - begun >= trips * 0.1


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("at", [0, 1, 1_700])
def test_it_is_cut_at_a_byte_of_the_way_up(road: Road, far: Far, at: int, reset: bool) -> None:
    road.mishap = lambda: Mishap(up_bytes=at, reset=reset)
    with connected(road) as laptop:
        laptop.sendall(bytes(5_000))
        if reset:
            with pytest.raises(ConnectionResetError):
                read(laptop)
        else:
            # In good order, also where bytes that were sent are not read any more. An answer that
            # was on its way may be cut off with the rest.
            assert len(read(laptop)) in ((0, 500) if at >= 1_000 else (0,))
    far.wait(ends=1)
    assert (len(far.got[0]), road.up, road.met) == (at, at, 1)
    assert far.ended == (["reset"] if reset else ["closed"])


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("at", [0, 1, 700])
def test_it_is_cut_at_a_byte_of_the_way_down(road: Road, far: Far, at: int, reset: bool) -> None:
    road.mishap = lambda: Mishap(down_bytes=at, reset=reset)
    with connected(road) as laptop:
        laptop.sendall(bytes(3_000))
        got = b""
        with pytest.raises(ConnectionResetError) if reset else contextlib.nullcontext():
            while piece := laptop.recv(65_536):
                got += piece
        assert got == b"a" * len(got)
        assert len(got) <= at if reset else len(got) == at
    far.wait(ends=1)
    assert (road.down, road.met) == (at, 1)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_stall_is_silent_until_the_laptop_leaves(road: Road, far: Far, way: str) -> None:
    """It is no cut: nobody is told anything. Then the server sees the end, and not before."""
    road.mishap = lambda: Mishap(
        up_bytes=1_200 if way == "up" else None,
        down_bytes=300 if way == "down" else None,
        stall=True,
    )
    with connected(road) as laptop:
        laptop.sendall(bytes(2_000))
        expected = 500 if way == "up" else 300
        assert len(read(laptop, expected)) == expected
        laptop.settimeout(0.6)
        with pytest.raises(TimeoutError):
            laptop.recv(1)
        assert far.ended == []
        assert road.met == 1
        if way == "up":
            assert len(far.got[0]) == 1_200
    far.wait(ends=1)


def test_garbage_comes_in_the_place_of_the_rest(road: Road) -> None:
    road.mishap = lambda: Mishap(down_bytes=200, garbage=True)
    with connected(road) as laptop:
        laptop.sendall(bytes(1_000))
        got = read(laptop)
    assert got[:200] == b"a" * 200
    assert got[200:]
    assert b"a" not in got[200:]


def test_a_mishap_that_is_not_met_changes_nothing(road: Road, far: Far) -> None:
    """The end of the laptop's way reaches the server too, as it does where nothing happens."""
    road.mishap = lambda: Mishap(up_bytes=9_000, down_bytes=9_000, reset=True)
    with connected(road) as laptop:
        laptop.sendall(bytes(1_000))
        laptop.shutdown(socket.SHUT_WR)
        far.wait(size=1_000, ends=1)
        assert far.ended == ["closed"]
    assert road.met == 0


def test_a_server_that_is_not_there_ends_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Road(f"http://127.0.0.1:{port}") as road, connected(road) as laptop:
        with contextlib.suppress(ConnectionResetError):
            assert read(laptop) == b""
        assert road.passed() == 0


def test_closing_it_leaves_no_thread(far: Far) -> None:
    before = threading.active_count()
    with Road(far.url) as road:
        road.mishap = lambda: Mishap(down_bytes=100, stall=True)
        with connected(road) as laptop:
            laptop.sendall(bytes(1_000))
            assert len(read(laptop, 100)) == 100
            road.close()
    far.wait(ends=1)
    assert threading.active_count() <= before + 1  # the far end's own, which ends with its socket


def test_the_worst_road_is_the_same_each_time_and_has_every_mishap() -> None:
    one, other = Worst(7), Worst(7)
    drawn = [one() for _ in range(200)]
    assert drawn == [other() for _ in range(200)]
    assert 60 < sum(mishap is NONE for mishap in drawn) < 140
    kinds = {
        (m.up_bytes is not None, m.down_bytes is not None, m.reset, m.stall, m.garbage)
        for m in drawn
    }
    assert len(kinds) == 8


# --- the proxy that goes from exchange to exchange ------------------------------------------------

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def request(size: int) -> bytes:
    head = f"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + b"b" * size


@pytest.fixture
def server() -> Iterator[Far]:
    made = Far(ask=len(request(900)), answer=ANSWER)
    yield made
    made.close()


@pytest.fixture
def proxy(server: Far) -> Iterator[Proxy]:
    with Proxy(server.url) as made:
        yield made


def asked(proxy: Proxy, sent: bytes) -> bytes:
    with connected(proxy) as laptop:
        laptop.sendall(sent)
        laptop.shutdown(socket.SHUT_WR)
        return read(laptop)


def test_an_exchange_passes_whole_and_is_kept(proxy: Proxy, server: Far) -> None:
    assert asked(proxy, request(900)) == ANSWER
    (one,) = proxy.pushes()
    assert (one.method, one.path, one.request, one.answer) == (
        "POST", "/v1/push", request(900), ANSWER,
    )  # fmt: skip
    assert (proxy.connections, proxy.uploaded) == (1, len(request(900)))
    assert bytes(server.got[0]) == request(900)


def test_a_portal_answers_and_the_server_is_not_asked(proxy: Proxy, server: Far) -> None:
    proxy.fault = Fault(instead=b"HTTP/1.1 302 Found\r\n\r\n")
    assert asked(proxy, request(900)) == b"HTTP/1.1 302 Found\r\n\r\n"
    assert server.got == []


def test_a_limit_refuses_what_is_longer_and_nothing_else(proxy: Proxy, server: Far) -> None:
    proxy.fault = Fault(most=899)
    assert asked(proxy, request(900)).startswith(b"HTTP/1.1 413 ")
    assert server.got == []
    proxy.fault = Fault(most=900)
    assert asked(proxy, request(900)) == ANSWER


@pytest.mark.parametrize("reset", [False, True])
def test_a_harsher_limit_cuts_in_the_middle_without_a_word(
    proxy: Proxy, server: Far, reset: bool
) -> None:
    proxy.fault = Fault(most=500, harsh=True, reset=reset)
    with pytest.raises(ConnectionResetError) if reset else contextlib.nullcontext():
        assert asked(proxy, request(900)) == b""
    server.wait(size=len(request(900)) - 400, ends=1)
    assert bytes(server.got[0]) == request(900)[:-400]
    assert proxy.exchanges == []


def test_only_the_first_bytes_pass(proxy: Proxy, server: Far) -> None:
    proxy.fault = Fault(request_bytes=20)
    assert asked(proxy, request(900)) == b""
    server.wait(size=20, ends=1)
    assert bytes(server.got[0]) == request(900)[:20]
    proxy.fault = Fault(answer_bytes=20)
    assert asked(proxy, request(900)) == ANSWER[:20]
