"""The one place that speaks HTTP. Whatever is not a valid signed answer is "no answer"."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
import truststore
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from angrilien.errors import KnownError, NoConnection, NotOurServer, Refused, TooManyTries
from angrilien.sync.jobs import REGISTER, Job
from angrilien.wire import dsse
from angrilien.wire.answer import MEDIA_TYPE, Answer, read_answer
from angrilien.wire.canonical import BadMessage, loads

CONNECT_SECONDS = 10.0
STALL_SECONDS = 30.0
TOTAL_SECONDS = 120.0
MAX_ANSWER = 64 * 1024

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
    """

    answer: Answer | None = None
    problem: KnownError | None = None
    retry_after: int | None = None
    shrink: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Whom we speak to: an address, a programme's name, and how its signatures are checked.

    `check` takes a payload type, a payload and the signature header; it returns the id of the key
    that signed, or raises a KnownError.
    """

    address: str
    aud: str
    check: Callable[[str, bytes, str | None], str]


class Client:
    """A connection to the programme's server, used by the network lane only."""

    def __init__(
        self,
        *,
        connect: float = CONNECT_SECONDS,
        stall: float = STALL_SECONDS,
        total: float = TOTAL_SECONDS,
    ) -> None:
        self._timeouts = (connect, stall)
        self._total = total
        # Neither a proxy's password from a file of the user's, nor cookies, nor a redirect.
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("https://", _SystemTrust())
        self._session.headers.clear()
        self._session.headers.update({"Accept": MEDIA_TYPE, "Connection": "keep-alive"})

    def close(self) -> None:
        """Close what connections are kept."""
        self._session.close()

    def exchange(self, server: Server, job: Job) -> Outcome:
        """Send a job and read its answer. Never raises for anything that a network can do."""
        try:
            status, body, headers = self._send(server.address, job)
        except (requests.RequestException, HTTPError) as error:
            cut = isinstance(error, (requests.Timeout, requests.ConnectionError, HTTPError))
            shrink = cut and _connected(error) and bool(job.last)
            return Outcome(problem=NoConnection(), shrink=shrink)
        if status == 413:
            return Outcome(problem=NoConnection(), shrink=True)
        answer = _signed(server, job, status, body, headers)
        if answer is not None:
            return Outcome(answer=answer)
        return _no_answer(job, status, body, headers)

    def _send(self, server: str, job: Job) -> tuple[int, bytes, dict[str, str]]:
        deadline = time.monotonic() + self._total
        with self._session.request(
            job.method,
            server + job.path,
            data=job.body or None,
            headers=job.headers,
            timeout=self._timeouts,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = b""
            # What there is, as soon as it is there: a full buffer of an answer that comes byte by
            # byte would be waited for without end. Nothing is decompressed: nothing of ours is.
            while piece := response.raw.read1(8192, decode_content=False):
                body += piece
                if len(body) > MAX_ANSWER or time.monotonic() > deadline:
                    raise requests.Timeout
            return response.status_code, body, dict(response.headers)


class _Session(requests.Session):
    """Does not even look where a redirect leads: a malformed address there would raise."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


class _SystemTrust(HTTPAdapter):
    """Trusts what the operating system trusts, a venue's own authority included."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        kwargs["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().init_poolmanager(*args, **kwargs)


def _connected(error: Exception) -> bool:
    """Tell whether the server was reached: no network says nothing about the size of a batch."""
    if isinstance(error, requests.ConnectTimeout):
        return False
    reason = error.args[0] if error.args else None
    return not (isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError))


def _signed(
    server: Server, job: Job, status: int, body: bytes, headers: dict[str, str]
) -> Answer | None:
    """Return the answer, if the programme signed it for this job, else None."""
    found = {name.lower(): value for name, value in headers.items()}
    if status in (204, 304) or found.get("content-type", "").split(";")[0].strip() != MEDIA_TYPE:
        return None
    try:
        key = server.check(dsse.ANSWER, body, found.get(dsse.HEADER.lower()))
        answer = read_answer(body)
    except (KnownError, BadMessage):
        return None
    ours = answer.aud == server.aud and answer.req == job.req and answer.key == key
    return answer if ours else None


def _no_answer(job: Job, status: int, body: bytes, headers: dict[str, str]) -> Outcome:
    found = {name.lower(): value for name, value in headers.items()}
    wait = found.get("retry-after", "")
    retry_after = min(int(wait), 86_400) if wait.isdecimal() else None
    if status == 429 and job.kind == REGISTER:
        return Outcome(problem=TooManyTries(), retry_after=retry_after)
    if status in (429, 502, 503, 504):
        return Outcome(problem=NoConnection(), retry_after=retry_after)
    refused = status in (400, 401, 403) and _refusal(body) in _REFUSALS
    return Outcome(problem=Refused() if refused else NotOurServer(), retry_after=retry_after)


def _refusal(body: bytes) -> str:
    """Return the code of our server's own small page; a filter's page of that status has none."""
    try:
        return str(loads(body).get("error"))
    except BadMessage:
        return ""


_REFUSALS: Final = frozenset(
    {"unknown_key", "bad_signature", "no_signature", "bad_envelope", "bad_request"}
)
