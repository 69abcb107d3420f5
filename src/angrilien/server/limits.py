"""What a request may cost: bytes read, time without a byte, tries of a code."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from starlette.requests import Request

MAX_REGISTRATION: Final = 32 << 10
"""Bytes of a registration's body."""
MAX_INTRODUCTION: Final = 128 << 10
"""Bytes of an introduction's body: its certificates name all the venues of a laptop."""
MAX_SEALED: Final = 256 << 10
"""Bytes of a sealed part that comes by the network: whoever brings it is nobody known."""
MAX_STATEMENT: Final = 2_048
"""Characters of a request statement's header."""
STALL_SECONDS: Final = 60.0
"""How long a body may stop coming in."""
BUSY_SECONDS: Final = 30
"""What a laptop is asked to wait when the server cannot take what it sends."""
RETRY_SECONDS: Final = 3600.0
"""Between two tries of what the server stumbled over."""
TRY_WINDOW: Final = 600.0
"""Seconds during which a wrong code is remembered."""
TRIES_BY_ADDRESS: Final = 20
TRIES_BY_ALL: Final = 300


class TooLarge(Exception):
    """The body is over its limit."""


class Stalled(Exception):
    """The body stopped coming in."""


async def read_body(request: Request, limit: int) -> bytes:
    """Read a request's body, refusing it as soon as it is known to be too large.

    Raises:
        TooLarge: it is over `limit` bytes.
        Stalled: nothing came for `STALL_SECONDS`.
        ClientDisconnect: the connection was cut.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise TooLarge
    body = bytearray()
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                chunk = await anext(stream, None)
        except TimeoutError as error:
            raise Stalled from error
        if chunk is None:
            return bytes(body)
        body += chunk
        if len(body) > limit:
            raise TooLarge


class Tries:
    """Wrong codes of the last minutes, by address and by all; one per process, in memory."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._wrong: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def wait(self, address: str) -> int:
        """Return the seconds that this address has to wait before its next try, 0 if none."""
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            waits = [0.0]
            if len(self._all) >= TRIES_BY_ALL:
                waits.append(self._all[-TRIES_BY_ALL] + TRY_WINDOW - now)
            wrong = self._wrong.get(address, deque())
            if len(wrong) >= TRIES_BY_ADDRESS:
                waits.append(wrong[-TRIES_BY_ADDRESS] + TRY_WINDOW - now)
            return math.ceil(max(waits))

    def note_wrong(self, address: str) -> None:
        """Remember a wrong code."""
        with self._lock:
            now = self._monotonic()
            self._wrong.setdefault(address, deque()).append(now)
            self._all.append(now)

    def _forget(self, now: float) -> None:
        while self._all and self._all[0] <= now - TRY_WINDOW:
            self._all.popleft()
        for address in list(self._wrong):
            times = self._wrong[address]
            while times and times[0] <= now - TRY_WINDOW:
                times.popleft()
            if not times:
                del self._wrong[address]
