"""A slow or broken road, byte by byte: a TCP relay on loopback with bandwidth, delay and faults.

Bytes of both ways are counted as they pass, HTTP's own included. A new connection costs a round
trip before its first byte, as TCP's opening does; its slow start is not imitated. Bounded in
connections and in time, and stops by itself.
"""

from __future__ import annotations

import contextlib
import queue
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

LIFE_SECONDS: Final = 900.0
MAX_CONNECTIONS: Final = 20_000
LINGER_SECONDS: Final = 1.0
"""For how long an end in good order reads what still comes."""
PIECE: Final = 1_200
"""About the bytes of one packet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a road is like.

    Attributes:
        up, down: bytes a second from and to the laptop, 0 for no limit.
        delay: seconds that a byte takes one way.
    """

    up: float = 0.0
    down: float = 0.0
    delay: float = 0.0


EDGE: Final = Link(up=100_000 / 8, down=200_000 / 8, delay=0.2)
"""100 kb/s up, 200 kb/s down, 400 ms round trip."""
OPEN: Final = Link()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """What happens to one connection.

    Attributes:
        up_bytes, down_bytes: it is cut once so many bytes have passed that way.
        reset: cut by a reset, not in good order.
        stall: not cut but silent from then on.
        garbage: from there on, other bytes come down in the place of the server's.
    """

    up_bytes: int | None = None
    down_bytes: int | None = None
    reset: bool = False
    stall: bool = False
    garbage: bool = False


NONE: Final = Mishap()


@dataclass(slots=True)
class Worst:
    """Draws the mishaps of the worst road, with a fixed seed: half of the connections have one."""

    seed: int
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def __call__(self) -> Mishap:
        draw = self._chance
        if draw.random() < 0.5:
            return NONE
        up, down = draw.randrange(4_000), draw.randrange(900)
        return draw.choice(
            [
                Mishap(up_bytes=up),
                Mishap(up_bytes=up, reset=True),
                Mishap(down_bytes=down),
                Mishap(down_bytes=down, reset=True),
                Mishap(down_bytes=down, garbage=True),
                Mishap(down_bytes=down, stall=True),
                Mishap(up_bytes=up, stall=True),
            ]
        )


class Road:
    """Listens on a free port of this machine and relays to `target` ("http://127.0.0.1:8790")."""

    def __init__(self, target: str, link: Link = OPEN) -> None:
        address = urlsplit(target)
        assert address.hostname == "127.0.0.1"
        assert address.port is not None
        self._target = (address.hostname, address.port)
        self.link = link
        self.mishap = lambda: NONE
        """Called for each connection."""
        self.up = self.down = 0
        """Bytes that passed, from and to the laptop."""
        self.connections = 0
        self.met = 0
        """Connections whose mishap came: one that asks for more bytes than pass has none."""
        self._free = {"up": 0.0, "down": 0.0}
        self._lock = threading.Lock()
        self._until = time.monotonic() + LIFE_SECONDS
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.2)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._start(self._accept)

    def passed(self) -> int:
        """Return the bytes of both ways."""
        return self.up + self.down

    def forget(self) -> None:
        """Count from zero."""
        self.up = self.down = self.connections = 0

    def close(self) -> None:
        """Cut what is open and end."""
        self._stopped.set()
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- inside ----------------------------------------------------------------------------------

    def _start(self, work: object, *args: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=args, name="road", daemon=True)  # type: ignore[arg-type]
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        while not self._stopped.is_set() and time.monotonic() < self._until:
            try:
                near, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            if self.connections > MAX_CONNECTIONS:
                near.close()
                continue
            self._start(self._relay, near)

    def _relay(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, timeout=10)
        except OSError:
            near.close()  # the server is not there
            return
        for one in (near, far):
            one.settimeout(0.2)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        mishap = self.mishap()
        # TCP's opening: nothing passes before one round trip.
        not_before = time.monotonic() + 2 * self.link.delay
        ended = threading.Event()
        ways = [
            self._start(self._carry, near, far, "up", mishap, not_before, ended),
            self._start(self._carry, far, near, "down", mishap, not_before, ended),
        ]
        for way in ways:
            way.join()
        for one in (near, far):
            with contextlib.suppress(OSError):
                if mishap.reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    one.shutdown(socket.SHUT_WR)
        for one in (near, far):
            if not mishap.reset:
                self._drain(one)
            one.close()
        with self._lock:
            self._open -= {near, far}

    def _drain(self, one: socket.socket) -> None:
        """Read what still comes: closing with something unread would be a reset."""
        until = time.monotonic() + LINGER_SECONDS
        with contextlib.suppress(OSError):
            while time.monotonic() < until and not self._stopped.is_set():
                with contextlib.suppress(TimeoutError):
                    if not one.recv(PIECE):
                        break

    def _carry(
        self,
        source: socket.socket,
        target: socket.socket,
        way: str,
        mishap: Mishap,
        not_before: float,
        ended: threading.Event,
    ) -> None:
        """Read what comes, and hand it on when it is due, until an end closes or a mishap."""
        due: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        laptop = source if way == "up" else target
        writer = self._start(self._deliver, due, target, laptop, way, mishap, ended)
        while not ended.is_set() and not self._stopped.is_set():
            try:
                piece = source.recv(PIECE)
            except TimeoutError:
                continue
            except OSError:
                break
            if not piece:
                break
            due.put((self._when(way, len(piece), not_before), piece))
        due.put((0.0, b""))
        writer.join()

    def _when(self, way: str, size: int, not_before: float) -> float:
        """Return when a piece arrives: the link carries one piece after the other."""
        speed = self.link.up if way == "up" else self.link.down
        with self._lock:
            begins = max(time.monotonic(), self._free[way], not_before)
            self._free[way] = begins + (size / speed if speed else 0.0)
            return self._free[way] + self.link.delay

    def _deliver(
        self,
        due: queue.SimpleQueue[tuple[float, bytes]],
        target: socket.socket,
        laptop: socket.socket,
        way: str,
        mishap: Mishap,
        ended: threading.Event,
    ) -> None:
        passed, most = 0, mishap.up_bytes if way == "up" else mishap.down_bytes
        while not ended.is_set():
            at, piece = due.get()
            if not piece:
                if not ended.is_set():  # an end in good order is handed on as bytes are
                    with contextlib.suppress(OSError):
                        target.shutdown(socket.SHUT_WR)
                break
            if self._stopped.wait(max(0.0, at - time.monotonic())):
                break
            if most is not None and passed + len(piece) > most:
                self._meet(mishap, piece[: most - passed], len(piece), target, laptop, way, ended)
                break
            passed += self._hand_on(target, piece, way)
        if way == "down":
            ended.set()  # nothing more comes back: the connection is over

    def _meet(
        self,
        mishap: Mishap,
        last: bytes,
        size: int,
        target: socket.socket,
        laptop: socket.socket,
        way: str,
        ended: threading.Event,
    ) -> None:
        with self._lock:
            self.met += 1
        self._hand_on(target, last, way)
        if mishap.garbage:
            self._hand_on(target, b"\x00\xff" * (size // 2), way)
        if mishap.stall:
            until = time.monotonic() + 60
            while time.monotonic() < until and not self._stopped.wait(0.05):
                if ended.is_set() or _gone(laptop):  # the server may wait for ever
                    break
        ended.set()

    def _hand_on(self, target: socket.socket, piece: bytes, way: str) -> int:
        with contextlib.suppress(OSError):
            target.sendall(piece)
            with self._lock:
                if way == "up":
                    self.up += len(piece)
                else:
                    self.down += len(piece)
        return len(piece)


def _gone(one: socket.socket) -> bool:
    try:
        return one.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, TimeoutError):
        return False  # a socket with a time-out of its own waits for that long, and says so
    except OSError:
        return True
