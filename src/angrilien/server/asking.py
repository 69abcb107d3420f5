"""Requests as they come, and who made them: read, checked, refused.

Every check that needs no database comes first; a signature is verified before anything is parsed.
"""

from __future__ import annotations

from dataclasses import dataclass

from angrilien.server.limits import MAX_STATEMENT
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage, sha256
from angrilien.wire.request import Request, read_request


class Rejected(Exception):
    """An unsigned refusal.

    Attributes:
        status: HTTP status.
        code: what the small JSON body says.
        retry_after: seconds, 0 for none.
    """

    def __init__(self, status: int, code: str, *, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A device's key as the database has it."""

    id: str
    device_id: str
    public: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request other than a push, as it came.

    Attributes:
        method: of HTTP.
        path: with its query.
        body: empty for a GET.
        statement: text of the header that goes with the signature, None if it did not come.
        signature: text of the signature's header.
        address: of who asks.
        known: number of the list of keys that the laptop says it has.
        tag: what the laptop says that it has applied (`If-None-Match`), without quotes.
        req: what the answer quotes: SHA-256 of the sealed part in which it came, empty where it
            came by itself, and its own statement is quoted.
    """

    method: str
    path: str
    body: bytes = b""
    statement: str | None = None
    signature: str | None = None
    address: str = ""
    known: int = 1
    tag: str = ""
    req: bytes = b""

    def read(self, aud: str) -> tuple[Request, bytes]:
        """Return the statement over this request, and the bytes that are signed.

        Raises:
            Rejected: its header is missing or malformed.
        """
        if self.statement is None or len(self.statement) > MAX_STATEMENT:
            raise Rejected(400, "bad_request")
        try:
            request = read_request(
                self.statement, method=self.method, path=self.path, aud=aud, body=self.body
            )
        except BadMessage as error:
            raise Rejected(400, "bad_request") from error
        return request, request.canonical()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who made a request, once that is checked.

    Attributes:
        key: the key that signed.
        dev, inc: device and incarnation that the statement names.
        req: what the answer quotes: SHA-256 of the statement, or of the sealed part.
        known: as in `Asked`.
    """

    key: KnownKey
    dev: str
    inc: str
    req: bytes
    known: int


def speaker_of(asked: Asked, key: KnownKey, aud: str) -> Speaker:
    """Check that a key signed a request; return who made it.

    Raises:
        Rejected: the statement or its signature is not right.
    """
    request, payload = asked.read(aud)
    check(key.public, dsse.REQUEST, payload, asked.signature)
    return Speaker(
        key=key,
        dev=request.dev,
        inc=request.inc,
        req=asked.req or sha256(payload),
        known=asked.known,
    )


def signer_of(header: str | None) -> str:
    """Return the id of the key that a signature header names.

    Raises:
        Rejected: the header is malformed.
    """
    return _read(header)[0]


def check(public: bytes, payload_type: str, payload: bytes, header: str | None) -> None:
    """Check a signature.

    Raises:
        Rejected: the header is malformed, or it is not this key's signature of this payload.
    """
    _, signature = _read(header)
    try:
        verify(public, payload_type, payload, signature)
    except BadSignature as error:
        raise Rejected(401, "bad_signature") from error


def _read(header: str | None) -> tuple[str, bytes]:
    try:
        return dsse.read_header(header)
    except BadMessage as error:
        raise Rejected(400, "no_signature") from error
