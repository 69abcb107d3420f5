"""One exchange with the server, made ready: bytes, headers, and what its answer must quote."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from angrilien.wire import dsse
from angrilien.wire.canonical import sha256
from angrilien.wire.change import Change
from angrilien.wire.introduction import Introduction
from angrilien.wire.push import MAX_LINES, PushHeader, encode_lines, pack_within
from angrilien.wire.request import (
    KEYS_HEADER,
    NONCE_SIZE,
    REQUEST_HEADER,
    Boxes,
    Registration,
    Request,
    request_digest,
)

PUSH = "push"
REGISTER = "register"
CONTACT = "contact"
BOXES = "boxes"
INTRODUCE = "introduce"
OWN = "own"
BLOB = "blob"
HELD = "held"
SEALED = "sealed"
_JSON = "application/json"
LOOK = "look"
AGAIN = "again"
PULL = "pull"
BUNDLE = "bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who speaks: the programme's name, the device, its incarnation and its public key.

    `sign` gives the header `key id, signature` of a payload of some type; `keys` is the number of
    the programme's list of keys that the device has.
    """

    aud: str
    dev: str
    inc: str
    key: bytes
    sign: Callable[[str, bytes], str]
    app: str
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An exchange.

    `first` and `last` are the seqs of the changes it carries (0 for none), `plain` the bytes of
    their lines; `aside` as in `Batch`. `code` is the code du lieu it shows, `boxes` the recovery
    boxes it carries, `blob` the digest of the photo of which it carries a piece, `tag` what it
    shows of the last contact.
    """

    kind: str
    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    req: bytes
    first: int = 0
    last: int = 0
    plain: int = 0
    aside: bool = False
    code: str = ""
    boxes: Boxes | None = None
    blob: str = ""
    tag: str = ""

    @property
    def is_batch(self) -> bool:
        """Whether it carries as much as the road is thought to let through."""
        return bool(self.last or self.blob)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Changes read from the log, ready to be made into a push.

    Attributes:
        who: the device that speaks.
        changes: the first ones to be sent, in seq order.
        prev: chain value before the first of them.
        own_previous: as `wire.push.encode_push`.
        order: number of the last order applied when they were written.
        limit: compressed bytes aimed at.
        names_stay: the venue is *pseudonyme*.
        aside: the one change is offered although the server stumbled over it before.
    """

    who: Sender
    changes: tuple[Change, ...]
    prev: bytes
    own_previous: dict[int, int]
    order: int
    limit: int
    names_stay: bool
    aside: bool = False


def push_job(batch: Batch) -> Job:
    """Return the push of as many of the changes as fit in the limit, one at least.

    Every line is encoded once; what is done again is the compression of the first ones, twice
    mostly. It needs neither the file nor the network, and takes the time of one or the other.
    """
    who, changes = batch.who, batch.changes[:MAX_LINES]
    lines = encode_lines(changes, batch.own_previous, names_stay=batch.names_stay)
    header = PushHeader(
        aud=who.aud,
        dev=who.dev,
        inc=who.inc,
        app=who.app,
        first=changes[0].head.seq,
        count=len(lines),
        prev=batch.prev,
        order=batch.order,
    )
    header, body = pack_within(header, lines, batch.limit)
    return Job(
        kind=PUSH,
        method="POST",
        path="/v1/push",
        body=body,
        headers={
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
            dsse.HEADER: who.sign(dsse.PUSH, body),
            **_known_keys(who),
        },
        req=sha256(body),
        first=header.first,
        last=header.first + header.count - 1,
        plain=sum(map(len, lines[: header.count])),
        aside=batch.aside,
    )


def register_job(who: Sender, *, code: str, made: int, boxes: Boxes) -> Job:
    """Return the registration of this device with a venue's one-use code."""
    body = Registration(
        code=code, key=who.key, made=made, app=who.app, boxes=boxes.boxes
    ).canonical()
    job = _signed_job(who, REGISTER, "POST", "/v1/register", body)
    return replace(job, code=code, boxes=boxes)


def boxes_job(who: Sender, boxes: Boxes) -> Job:
    """Return the recovery boxes of a new database key."""
    job = _signed_job(who, BOXES, "POST", "/v1/boxes", boxes.canonical())
    return replace(job, boxes=boxes)


def introduction_job(who: Sender, said: Introduction) -> Job:
    """Return the request that makes this laptop's incarnations known."""
    return _signed_job(who, INTRODUCE, "POST", "/v1/incarnations", said.canonical())


def own_changes_job(who: Sender, inc: str, after: int) -> Job:
    """Return the question for one's own changes of an incarnation, above a seq."""
    return _signed_job(who, OWN, "GET", f"/v1/changes?inc={inc}&after={after}", b"")


def pull_job(who: Sender, after: int) -> Job:
    """Return the question for what the other laptops of our venues wrote, above a number."""
    return _signed_job(who, PULL, "GET", f"/v1/pull?after={after}", b"")


def bundle_job(who: Sender, scope: str) -> Job:
    """Return the question for the last bundle of a scope: empty, or a venue's id."""
    return _signed_job(who, BUNDLE, "GET", f"/v1/bundle?scope={scope}", b"")


def look_job(who: Sender) -> Job:
    """Return the question how far the server holds an incarnation before the present one."""
    return replace(contact_job(who), kind=LOOK)


def blob_job(who: Sender, digest: str, *, offset: int, size: int, piece: bytes) -> Job:
    """Return a piece of a photo's file, which begins at `offset` of its `size` bytes."""
    path = f"/v1/blob/{digest}?offset={offset}&size={size}"
    return replace(_signed_job(who, BLOB, "PUT", path, piece), blob=digest)


def contact_job(who: Sender, tag: str = "") -> Job:
    """Return the small question "is there anything for me?", new since `tag` if there is one."""
    job = _signed_job(who, CONTACT, "GET", "/v1/contact", b"")
    if not tag:
        return job
    return replace(job, headers=job.headers | {"If-None-Match": f'"{tag}"'}, tag=tag)


def held_job(who: Sender) -> Job:
    """Return the question which changes are held, and why."""
    return _signed_job(who, HELD, "GET", "/v1/held", b"")


def _known_keys(who: Sender) -> dict[str, str]:
    """Return the header that tells which list of keys we have; without it, the first."""
    return {KEYS_HEADER: str(who.keys)} if who.keys > 1 else {}


def _signed_job(who: Sender, kind: str, method: str, path: str, body: bytes) -> Job:
    request = Request(
        method=method,
        path=path,
        aud=who.aud,
        dev=who.dev,
        inc=who.inc,
        nonce=secrets.token_bytes(NONCE_SIZE),
        body=sha256(body),
    )
    statement = request.canonical()
    headers = {
        REQUEST_HEADER: request.header(),
        dsse.HEADER: who.sign(dsse.REQUEST, statement),
        **_known_keys(who),
    }
    if body:
        headers["Content-Type"] = "application/octet-stream" if kind == BLOB else _JSON
    return Job(
        kind=kind,
        method=method,
        path=path,
        body=body,
        headers=headers,
        req=request_digest(statement),
    )
