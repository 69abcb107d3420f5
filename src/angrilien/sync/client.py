"""The one place that speaks HTTP. Whatever is not a valid signed answer is "no answer"."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, cast

import requests
import truststore
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.poolmanager import PoolManager
from urllib3.util import SKIP_HEADER

from angrilien.errors import (
    KnownError,
    NoConnection,
    NotOurServer,
    Refused,
    ServerStumbled,
    TooManyTries,
)
from angrilien.sync.jobs import BUNDLE, CONTACT, LOOK, OWN, PULL, REGISTER, SEALED, Job
from angrilien.sync.trust import distrust
from angrilien.wire import dsse
from angrilien.wire.answer import ANSWER_HEADER, MEDIA_TYPE, Answer, read_answer
from angrilien.wire.canonical import BadMessage, loads

CONNECT_SECONDS: Final = 10.0
STALL_SECONDS: Final = 30.0
"""Without a byte moving, whichever way."""
TOTAL_SECONDS: Final = 60.0
"""Of a whole exchange, beside what its bytes take on the slowest road."""
SLOWEST: Final = 2_000
"""Bytes per second of the slowest road that is waited for; EDGE has six times as much."""
KEPT_SECONDS: Final = 60.0
"""A connection idle for longer is not used again: many a road has forgotten it by then."""
MAX_ANSWER: Final = 64 * 1024
MAX_LARGE_ANSWER: Final = 2 << 20
"""Of the kinds of exchange that bring something: orders, changes that come back."""
_LARGE: Final = frozenset({BUNDLE, CONTACT, OWN, PULL, SEALED})
_PIECE: Final = 4096
_SEND_BUFFER: Final = 32 * 1024
"""What the system takes in before the road does: a stall is seen within these bytes."""

# A cut answer is an everyday thing, told by `Outcome`: urllib3 would log a stack trace for each.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a job: an answer, or why there is none.

    Attributes:
        answer: signed by the programme, to this very job.
        problem: in words, where there is no answer.
        retry_after: seconds that the server asked us to wait.
        shrink: the batch was too large for this road (413, a time-out, a cut): send less at once.
        too_large: it was refused for its size alone (413).
        kept: the connection was one that had been used before; a new one may do better at once.
        stumbled: the server failed over this very request (500).
        unknown: what answered says that it does not know our key; nobody signed that.
        status: of HTTP, 0 where nothing answered.
        text, signature: the answer as it was signed, and its `key id, signature`.
    """

    answer: Answer | None = None
    problem: KnownError | None = None
    retry_after: int | None = None
    shrink: bool = False
    too_large: bool = False
    kept: bool = False
    stumbled: bool = False
    unknown: bool = False
    status: int = 0
    text: bytes = b""
    signature: str = ""


Check = Callable[[str, bytes, str | None], str]
"""Takes a payload type, a payload and the signature header; returns the id of the key that signed,
or raises a KnownError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Whom we speak to: an address, a programme's name, and how its signatures are checked.

    `renew` takes a list of keys and the root's signature of it, and gives the check by that list if
    it is a newer one; it raises a KnownError where the root did not sign it.
    """

    address: str
    aud: str
    check: Check
    renew: Callable[[str, str], Check]


class Client:
    """A connection to the programme's server, used by the network lane only.

    `close` alone may be called from another thread: it cuts the request under way.
    """

    def __init__(
        self,
        *,
        connect: float = CONNECT_SECONDS,
        stall: float = STALL_SECONDS,
        total: float = TOTAL_SECONDS,
    ) -> None:
        self._timeouts = (connect, stall)
        self._total = total
        self._road = _Road(stall)
        self._used = time.monotonic()
        # Neither a proxy's password from a file of the user's, nor cookies, nor a redirect.
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", _Plain(self._road))
        self._session.mount("https://", _SystemTrust(self._road))
        self._session.headers.clear()
        # What the libraries would send for themselves is a tenth of a contact, and told to nobody.
        self._session.headers.update({"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER})

    def close(self) -> None:
        """Cut the request under way, make no other, and close what connections are kept."""
        self._road.cut()
        self._session.close()

    def exchange(self, server: Server, job: Job) -> Outcome:
        """Send a job and read its answer. Never raises for anything that a network can do."""
        if self._road.is_cut:
            return Outcome(problem=NoConnection())
        if time.monotonic() - self._used > KEPT_SECONDS:
            self._session.close()
        self._road.begin()
        try:
            status, body, headers = self._send(server.address, job)
        except (requests.RequestException, HTTPError) as error:
            untrusted = distrust(error)
            if untrusted is not None:
                return Outcome(problem=untrusted)
            cut = isinstance(error, (requests.Timeout, requests.ConnectionError, HTTPError))
            kept = cut and not self._road.is_new
            # No network, or no TLS over it, says nothing about the size of a batch.
            shrink = cut and self._road.is_ready and job.is_batch
            return Outcome(problem=NoConnection(), shrink=shrink, kept=kept)
        finally:
            self._used = time.monotonic()
        if status == 413:
            return Outcome(problem=NoConnection(), shrink=True, too_large=True, status=status)
        signed = _signed(server, job, status, body, headers)
        if signed is not None:
            answer, text, signature = signed
            return Outcome(answer=answer, status=status, text=text, signature=signature)
        return replace(_no_answer(job, status, body, headers), status=status)

    def _send(self, server: str, job: Job) -> tuple[int, bytes, dict[str, str]]:
        started = time.monotonic()
        connect, stall = self._timeouts
        upload = len(job.body) / SLOWEST
        with self._session.request(
            job.method,
            server + job.path,
            data=_Upload(job.body, started + self._total + upload) if job.body else None,
            headers=job.headers,
            # What a network in between took in at once may still be on its way for that long.
            timeout=(connect, stall + upload),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = b""
            most = MAX_LARGE_ANSWER if job.kind in _LARGE else MAX_ANSWER
            # What there is, as soon as it is there: a full buffer of an answer that comes byte by
            # byte would be waited for without end. Nothing is decompressed: nothing of ours is.
            while piece := response.raw.read1(8192, decode_content=False):
                body += piece
                took = time.monotonic() - started - upload - len(body) / SLOWEST
                if len(body) > most or took > self._total:
                    raise requests.Timeout
            return response.status_code, body, dict(response.headers)


class _Upload:
    """A body that leaves in pieces: each has the stall's time, all of them the whole's.

    As one piece it would have to leave within one time-out, however large it is.
    """

    def __init__(self, body: bytes, until: float) -> None:
        self._body = memoryview(body)
        self._at = 0
        self._until = until

    def __len__(self) -> int:
        return len(self._body)

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - the caller's pieces are too large
        """Return the next piece, however much is asked for."""
        if time.monotonic() > self._until:
            raise TimeoutError
        piece = bytes(self._body[self._at : self._at + _PIECE])
        self._at += len(piece)
        return piece


class _Session(requests.Session):
    """Does not even look where a redirect leads: a malformed address there would raise."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


class _Road:
    """The socket in use, so that another thread can put an end to it.

    Only looking up a name and opening the connection cannot be cut; `connect` bounds them.
    """

    def __init__(self, stall: float) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.stall = stall
        self.is_cut = False
        self.is_new = False
        """Whether a connection was asked for since the exchange began."""
        self.is_ready = False
        """Whether one was opened since, its TLS agreed upon."""

    def begin(self) -> None:
        """Take note that an exchange begins."""
        self.is_new = self.is_ready = False

    def take(self, used: socket.socket | None) -> None:
        """Remember the socket that is used from now on."""
        with self._lock:
            self._socket = used
            if self.is_cut:
                self._shut()

    def cut(self) -> None:
        """End what waits on the socket, and whatever is opened later."""
        with self._lock:
            self.is_cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not the TLS socket's own method, which would take its state from who reads it.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _told(kind: type[HTTPConnection], road: _Road) -> type[HTTPConnection]:
    """Return a kind of connection that tells the road which socket it uses."""

    class Told(kind):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            # A TLS handshake takes the socket's handle away from it: a second handle stays.
            self._handle = made.dup()
            road.take(self._handle)
            return made

        def connect(self) -> None:
            road.is_new = True
            try:
                super().connect()
                road.is_ready = True
                self.sock.settimeout(road.stall)  # of each piece that is written
                road.take(self.sock)
            finally:
                handle = self.__dict__.pop("_handle", None)
                if handle is not None:
                    handle.close()

    return Told


class _Plain(HTTPAdapter):
    """Tells the road of its connections."""

    def __init__(self, road: _Road) -> None:
        self._road = road
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {
            scheme: _pool(pool, self._road)
            for scheme, pool in manager.pool_classes_by_scheme.items()
        }


def _pool(kind: type[HTTPConnectionPool], road: _Road) -> type[HTTPConnectionPool]:
    connection = _told(cast("type[HTTPConnection]", kind.ConnectionCls), road)
    return type(kind.__name__, (kind,), {"ConnectionCls": connection})


class _SystemTrust(_Plain):
    """Trusts what the operating system trusts, a venue's own authority included."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        kwargs["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().init_poolmanager(*args, **kwargs)


def _signed(
    server: Server, job: Job, status: int, body: bytes, headers: dict[str, str]
) -> tuple[Answer, bytes, str] | None:
    """Return the answer, its text and its signature, if the programme signed it for this job."""
    found = {name.lower(): value for name, value in headers.items()}
    if status == 304 and job.kind in (CONTACT, LOOK):
        # There may be no body: the answer itself stands in a header.
        body = found.get(ANSWER_HEADER.lower(), "").encode("ascii", "replace")
    elif status != 200 or found.get("content-type", "").split(";")[0].strip() != MEDIA_TYPE:
        return None
    signature = found.get(dsse.HEADER.lower(), "")
    try:
        key = _signer(server, body, signature)
        answer = read_answer(body)
    except (KnownError, BadMessage):
        return None
    ours = answer.aud == server.aud and answer.req == job.req and answer.key == key
    return (answer, body, signature) if ours else None


def _signer(server: Server, body: bytes, signature: str | None) -> str:
    """Return the id of the key that signed an answer, by the newer list of keys it may carry."""
    try:
        return server.check(dsse.ANSWER, body, signature)
    except KnownError:
        told = read_answer(body)  # of this, the list alone is used: the root's signature is on it
        if not told.keys:
            raise
        return server.renew(told.keys, told.keys_sig)(dsse.ANSWER, body, signature)


def _no_answer(job: Job, status: int, body: bytes, headers: dict[str, str]) -> Outcome:
    found = {name.lower(): value for name, value in headers.items()}
    wait = found.get("retry-after", "")
    retry_after = min(int(wait), 86_400) if wait.isdecimal() else None
    if status == 429 and job.kind == REGISTER:
        return Outcome(problem=TooManyTries(), retry_after=retry_after)
    if status in (502, 504):
        return Outcome(problem=NoConnection(), retry_after=retry_after, shrink=job.is_batch)
    if status in (429, 503):
        return Outcome(problem=NoConnection(), retry_after=retry_after)
    if status == 500:
        return Outcome(problem=ServerStumbled(), retry_after=retry_after, stumbled=True)
    code = _refusal(body) if status in (400, 401, 403) else ""
    return Outcome(
        problem=Refused() if code in _REFUSALS else NotOurServer(),
        retry_after=retry_after,
        unknown=code == "unknown_key",
    )


def _refusal(body: bytes) -> str:
    """Return the code of our server's own small page; a filter's page of that status has none."""
    try:
        return str(loads(body).get("error"))
    except BadMessage:
        return ""


# Not "bad_signature": a server of another programme makes another statement of our request.
_REFUSALS: Final = frozenset(
    {"unknown_key", "no_signature", "bad_envelope", "bad_request", "bad_part"}
)
