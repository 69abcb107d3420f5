"""A bad road between a laptop and its server: a TCP proxy on loopback that cuts, holds and lies.

It goes from exchange to exchange: a request is read, passed on, and its answer brought back, while
the `fault` that is set says what happens on the way. It is bounded in connections, bytes and time,
and stops by itself.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import urlsplit

MAX_CONNECTIONS: Final = 4_000
MAX_AT_ONCE: Final = 16
MAX_MESSAGE: Final = 4 << 20
IO_SECONDS: Final = 10.0
LIFE_SECONDS: Final = 600.0
BUFFER: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to each exchange while it is set.

    Attributes:
        request_bytes: only these first bytes of the request reach the server, then both ends close.
        answer_bytes: only these first bytes of the answer reach the laptop, then its end closes.
        reset: the laptop's end closes by a reset, not in good order.
        instead: this is the answer, and the server is not asked.
        change: makes another answer of the server's own.
        hold: the answer is kept back until `release`, or until the laptop goes away.
        drip: seconds between two bytes of the answer.
        carries: a connection of the laptop is reset once it has carried that many bytes up.
        most: a request with a longer body is answered 413, and the server is not asked.
        harsh: such a request is cut after that many bytes of its body, without a word; those reach
            the server.
    """

    request_bytes: int | None = None
    answer_bytes: int | None = None
    reset: bool = False
    instead: bytes | None = None
    change: Callable[[bytes], bytes] | None = None
    hold: bool = False
    drip: float = 0.0
    carries: int | None = None
    most: int | None = None
    harsh: bool = False


CLEAR: Final = Fault()
TOO_LARGE: Final = (
    b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\n"
    b"Content-Length: 4\r\nConnection: close\r\n\r\n<p/>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange that passed: sizes are of whole HTTP messages as they were sent."""

    method: str
    path: str
    request: bytes
    answer: bytes


class Proxy:
    """Listens on a free port of this machine and speaks to `target` ("http://127.0.0.1:8790")."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        assert address.hostname == "127.0.0.1"
        assert address.port is not None
        self._target = (address.hostname, address.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.fault = CLEAR
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self.uploaded = 0
        """Bytes that laptops sent, whatever became of them."""
        self.held = threading.Event()
        """Set once an answer is kept back."""
        self._released = threading.Event()
        self._stopped = threading.Event()
        self._until = time.monotonic() + LIFE_SECONDS
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._workers: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._acceptor.start()

    def release(self) -> None:
        """Let the answers that are kept back go on their way."""
        self._released.set()

    def rearm(self) -> None:
        """Be ready to keep an answer back again."""
        self.held.clear()
        self._released.clear()

    def pushes(self) -> list[Exchange]:
        """Return the pushes that went through."""
        return [one for one in self.exchanges if one.path == "/v1/push"]

    def close(self) -> None:
        """Cut what is open and end."""
        self._stopped.set()
        self._released.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
        self._listening.close()
        with self._lock:
            for one in self._sockets:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        for worker in self._workers:
            worker.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- inside ----------------------------------------------------------------------------------

    def _accept(self) -> None:
        while not self._stopped.is_set() and time.monotonic() < self._until:
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self._workers = [worker for worker in self._workers if worker.is_alive()]
            self.connections += 1
            if self.connections > MAX_CONNECTIONS or len(self._workers) >= MAX_AT_ONCE:
                connection.close()
                continue
            worker = threading.Thread(
                target=self._serve, args=(connection,), name="proxy-connection", daemon=True
            )
            self._workers.append(worker)
            worker.start()

    def _serve(self, laptop: socket.socket) -> None:
        laptop.settimeout(IO_SECONDS)
        self._keep(laptop)
        try:
            with contextlib.suppress(OSError):
                carried = 0
                while not self._stopped.is_set() and self._exchange(laptop, carried):
                    carried += len(self.exchanges[-1].request)
        finally:
            self._close(laptop)

    def _exchange(self, laptop: socket.socket, carried: int) -> bool:
        """Carry one exchange; return whether the laptop's connection stays open.

        `carried` bytes went up on it before.
        """
        # The fault is looked at once the request is there: it may be set on an idle connection.
        first = laptop.recv(BUFFER)
        if not first:
            return False
        fault = self.fault
        if fault.request_bytes is not None:
            self._pass_part(_read(laptop, first, fault.request_bytes))
            end(laptop, reset=fault.reset)
            return False
        left = MAX_MESSAGE if fault.carries is None else max(fault.carries - carried, 0)
        request = _read_message(laptop, first, most=left)
        self.uploaded += min(len(request), left)
        if len(request) >= left:
            self._pass_part(request[:left])
            end(laptop, reset=True)
            return False
        head, _, body = request.partition(b"\r\n\r\n")
        if fault.most is not None and len(body) > fault.most:
            if fault.harsh:
                self._pass_part(request[: len(head) + 4 + fault.most])
                end(laptop, reset=fault.reset)
                return False
            fault = replace(fault, instead=TOO_LARGE)
        return self._answer(laptop, request, fault)

    def _answer(self, laptop: socket.socket, request: bytes, fault: Fault) -> bool:
        answer = fault.instead if fault.instead is not None else self._ask(request)
        if fault.change is not None:
            answer = fault.change(answer)
        method, path = request.split(b" ", 2)[:2]
        self.exchanges.append(
            Exchange(method=method.decode(), path=path.decode(), request=request, answer=answer)
        )
        if fault.hold:
            self.held.set()
            while not self._released.wait(0.02) and not _gone(laptop):
                pass
        part = answer if fault.answer_bytes is None else answer[: fault.answer_bytes]
        if fault.drip:
            for at in range(len(part)):
                laptop.sendall(part[at : at + 1])
                if self._stopped.wait(fault.drip):
                    return False
        else:
            laptop.sendall(part)
        if fault.answer_bytes is not None or fault.instead is not None or fault.change is not None:
            end(laptop, reset=fault.reset)
            return False
        return True

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(self._target, timeout=IO_SECONDS) as server:
            self._keep(server)
            try:
                server.sendall(request)
                return _read_message(server, b"")
            finally:
                self._forget(server)

    def _pass_part(self, part: bytes) -> None:
        with socket.create_connection(self._target, timeout=IO_SECONDS) as server:
            server.sendall(part)

    def _keep(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.add(one)

    def _forget(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(one)

    def _close(self, one: socket.socket) -> None:
        self._forget(one)
        one.close()


def _read(source: socket.socket, start: bytes, size: int) -> bytes:
    found = start
    while len(found) < size:
        piece = source.recv(BUFFER)
        if not piece:
            break
        found += piece
    return found[:size]


def _read_message(source: socket.socket, start: bytes, *, most: int = MAX_MESSAGE) -> bytes:
    """Read one HTTP message whose length its header tells, or its first `most` bytes."""
    found = start
    while b"\r\n\r\n" not in found:
        if len(found) >= most:
            return found
        piece = source.recv(BUFFER)
        if not piece or len(found) > MAX_MESSAGE:
            raise ConnectionResetError
        found += piece
    head, _, _ = found.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    whole = len(head) + 4 + length
    if whole > MAX_MESSAGE:
        raise ConnectionResetError
    message = _read(source, found, min(whole, most))
    if len(message) < min(whole, most):
        raise ConnectionResetError
    return message


def _gone(laptop: socket.socket) -> bool:
    """Tell whether the other end went away, without waiting and without taking a byte."""
    laptop.setblocking(False)
    try:
        return laptop.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        laptop.settimeout(IO_SECONDS)


def end(laptop: socket.socket, *, reset: bool) -> None:
    """End one's own way of a connection, in good order or by a reset."""
    if reset:
        laptop.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        with contextlib.suppress(OSError):
            laptop.shutdown(socket.SHUT_WR)
