"""The push envelope: a header line and n change lines, NDJSON, gzip. Signed over the exact bytes.

What can be computed never travels: no digest, no chain, no seq per line, no `base` that is the
device's own previous revision of that row, no `hlc` that is `at` × 1000, and none of the fields
`schema`, `entity`, `op`, `tz`, `clock`, `author` that repeats the line before.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from angrilien.wire.canonical import MAX_INT, BadMessage, b64, dumps, dumps_again, loads, unb64
from angrilien.wire.change import SALT_SIZE, Body, Change, Head, Revision, commit_of
from angrilien.wire.ids import read_id

VERSION: Final = 1
MAX_BODY: Final = 1 << 20
"""Bytes of one compressed envelope that the server reads."""
MAX_PLAIN: Final = 16 << 20
"""Bytes of one decompressed envelope that the server reads."""
MAX_LINE: Final = 1 << 18
"""Bytes of one decompressed line that the server reads."""
MAX_LINES: Final = 20_000
MAX_AT: Final = MAX_INT // 1000
"""Bound of an instant, so that its hlc stays a number of canonical JSON (the year 2255)."""
_STEP: Final = 1 << 14
REPEATED: Final = ("schema", "entity", "op", "tz", "clock", "author")
_HEADER: Final = frozenset({"v", "aud", "dev", "inc", "app", "from", "n", "prev", "ord"})
BODIES: Final = (
    frozenset({"salt", "shared", "private"}),
    frozenset({"shared", "digest"}),
    frozenset({"commit"}),
)
_OWN: Final = frozenset({"entity_id", "base", "at", "hlc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PushHeader:
    """First line of an envelope.

    Attributes:
        aud: the programme the envelope is for.
        dev, inc: the device and its incarnation.
        app: version of the application.
        first: seq of the first line (`from` on the wire).
        count: number of lines (`n`).
        prev: chain value before `first`.
        order: number of the last order applied when the lines were written (`ord`).
    """

    aud: str
    dev: str
    inc: str
    app: str
    first: int
    count: int
    prev: bytes
    order: int

    def canonical(self) -> bytes:
        """Return the header line."""
        return dumps(
            {
                "v": VERSION,
                "aud": self.aud,
                "dev": self.dev,
                "inc": self.inc,
                "app": self.app,
                "from": self.first,
                "n": self.count,
                "prev": b64(self.prev),
                "ord": self.order,
            }
        )


@dataclass(slots=True, kw_only=True)  # frozen, it would take four times as long to make
class PushLine:
    """One change as it travels, its repeated fields filled in again. Nobody changes one.

    `base` is None where the line names none: then it is the device's own previous revision of the
    row in this incarnation, if there is one.
    """

    seq: int
    schema: int
    entity: str
    entity_id: str
    op: str
    at: int
    tz: str
    clock: str
    hlc: int
    author: str
    base: Revision | None
    commit: bytes
    body: Body | None
    shared: str | None
    """The shared text, also where the private one stayed behind."""
    private_digest: bytes | None

    def head(self, inc: str, own_previous: int | None) -> Head:
        """Return the change's head; `own_previous` is the seq of the device's last revision."""
        base = self.base
        if base is None and own_previous is not None:
            base = (inc, own_previous)
        return Head(
            inc=inc,
            seq=self.seq,
            schema=self.schema,
            entity=self.entity,
            entity_id=self.entity_id,
            op=self.op,
            base=base,
            at=self.at,
            tz=self.tz,
            clock=self.clock,
            hlc=self.hlc,
            author=self.author,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A decoded envelope."""

    header: PushHeader
    lines: tuple[PushLine, ...]


def encode_push(
    header: PushHeader,
    changes: Sequence[Change],
    own_previous: Mapping[int, int],
    *,
    names_stay: bool = False,
) -> bytes:
    """Return the gzip bytes of an envelope.

    Args:
        header: `first` and `count` must fit the changes.
        changes: in strict seq order.
        own_previous: for a seq, the seq of this device's previous revision of the same row in the
            same incarnation; absent where there is none.
        names_stay: the venue is *pseudonyme*: of the private text only its salted digest travels.
    """
    if [c.head.seq for c in changes] != list(range(header.first, header.first + header.count)):
        raise ValueError("the changes are not those that the header announces")
    return pack_push(header, encode_lines(changes, own_previous, names_stay=names_stay))


def encode_lines(
    changes: Sequence[Change], own_previous: Mapping[int, int], *, names_stay: bool
) -> list[bytes]:
    """Return the lines of an envelope, from the same as `encode_push`.

    The first of them are the lines of a shorter envelope.
    """
    lines: list[bytes] = []
    last: Mapping[str, object] = {}
    for change in changes:
        line, last = _encode_line(change, own_previous.get(change.head.seq), last)
        line |= body_fields(change, names_stay=names_stay)
        lines.append(dumps(line))
    return lines


def pack_push(header: PushHeader, lines: Sequence[bytes]) -> bytes:
    """Return the gzip bytes of the envelope of the first `header.count` lines."""
    texts = [header.canonical(), *lines[: header.count]]
    # mtime 0: the same changes give the same bytes.
    return gzip.compress(b"\n".join(texts) + b"\n", compresslevel=9, mtime=0)


def pack_within(header: PushHeader, lines: Sequence[bytes], limit: int) -> tuple[PushHeader, bytes]:
    """Return the envelope of as many of the first lines as fit in `limit` bytes, one at least."""
    body = pack_push(header, lines)
    while len(body) > limit and header.count > 1:
        # Compressed size grows about evenly with the lines: aim a little below, then look again.
        fit = int(header.count * limit / len(body) * 0.95)
        header = replace(header, count=max(1, min(header.count - 1, fit)))
        body = pack_push(header, lines)
    return header, body


def decode_push(data: bytes) -> Push:
    """Read an envelope.

    Raises:
        BadMessage: anything that `encode_push` would not write, or over the limits.
    """
    header, lines = open_push(data)
    return Push(header=header, lines=tuple(lines))


def open_push(data: bytes) -> tuple[PushHeader, Iterator[PushLine]]:
    """Read an envelope line by line, so that a large one takes little memory.

    The lines must be read to the end before anything is made of them: only then is the envelope
    known to be whole.

    Raises:
        BadMessage: as `decode_push`; also while the lines are read.
    """
    lines = plain_lines(data)
    header = _decode_header(next(lines, b""))
    return header, _decode_lines(header, lines)


def _encode_line(
    change: Change, own_previous: int | None, last: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, object]]:
    head = change.head
    now: dict[str, object] = {name: getattr(head, name) for name in REPEATED}
    line: dict[str, Any] = {k: v for k, v in now.items() if last.get(k) != v}
    line["entity_id"] = head.entity_id
    line["at"] = head.at
    if head.hlc != head.at * 1000:
        line["hlc"] = head.hlc
    if head.base is not None and head.base != (head.inc, own_previous):
        line["base"] = list(head.base)
    return line, now


def body_fields(change: Change, *, names_stay: bool) -> dict[str, Any]:
    """Return the fields of a line that are a change's body."""
    body = change.body
    if body is None:
        return {"commit": b64(change.commit)}
    line: dict[str, Any] = {"shared": loads(body.shared.encode("utf-8"))}
    if names_stay:
        return line | {"digest": b64(body.private_digest())}
    return line | {"salt": b64(body.salt), "private": loads(body.private.encode("utf-8"))}


def _decode_header(raw: bytes) -> PushHeader:
    value = loads(raw)
    if set(value) != _HEADER or value["v"] != VERSION:
        raise BadMessage("not a header of version 1")
    first, count = _whole(value["from"], 1), _whole(value["n"], 1)
    if count > MAX_LINES:
        raise BadMessage("too many lines")
    return PushHeader(
        aud=_text(value["aud"]),
        dev=read_id(value["dev"]),
        inc=read_id(value["inc"]),
        app=_text(value["app"]),
        first=first,
        count=count,
        prev=unb64(value["prev"], 32),
        order=_whole(value["ord"], 0),
    )


def _decode_lines(header: PushHeader, raw: Iterable[bytes]) -> Iterator[PushLine]:
    last: dict[str, Any] = {}
    seq, end = header.first, header.first + header.count
    for text in raw:
        if seq == end:
            raise BadMessage("the header announces fewer lines")
        value = loads(text)
        said = {name: value.pop(name) for name in REPEATED if name in value}
        if said or not last:
            # What the line before said was checked then, and most lines say nothing else.
            last = check_repeated(last | said)
        if value.keys() - _OWN not in BODIES:
            raise BadMessage("a line has fields that no line has")
        yield read_line(seq, value, last)
        seq += 1
    if seq != end:
        raise BadMessage("the header announces more lines")


def check_repeated(repeated: dict[str, Any]) -> dict[str, Any]:
    """Check the fields that lines repeat; all of them are there from the first line on."""
    _whole(repeated.get("schema"), 1)
    for name in ("entity", "op", "tz", "clock"):
        _text(repeated.get(name))
    read_id(repeated.get("author"))
    return repeated


def read_line(seq: int, value: dict[str, Any], last: dict[str, Any]) -> PushLine:
    """Return the change of a line, its repeated fields in `last`.

    Raises:
        BadMessage: a field of it is not what it must be.
    """
    at = _whole(value.get("at"), -MAX_AT)
    if at > MAX_AT:
        raise BadMessage("an instant out of bounds")
    if "hlc" in value and value["hlc"] == at * 1000:
        raise BadMessage("an hlc that can be computed")
    body = shared = digest = None
    if "commit" in value:
        commit = unb64(value["commit"], 32)
    else:
        shared = dumps_again(_mapping(value["shared"]))
        if "digest" in value:
            digest = unb64(value["digest"], 32)
        else:
            private = dumps_again(_mapping(value["private"]))
            body = Body(salt=unb64(value["salt"], SALT_SIZE), shared=shared, private=private)
            digest = body.private_digest()
        commit = commit_of(shared, digest)
    return PushLine(
        seq=seq,
        entity_id=read_id(value.get("entity_id")),
        at=at,
        hlc=_whole(value["hlc"], -MAX_INT) if "hlc" in value else at * 1000,
        base=_revision(value["base"]) if "base" in value else None,
        commit=commit,
        body=body,
        shared=shared,
        private_digest=digest,
        **last,
    )


def plain_lines(data: bytes) -> Iterator[bytes]:
    """Decompress one gzip member line by line: what is not read yet takes no memory."""
    if len(data) > MAX_BODY:
        raise BadMessage("too large")
    machine = zlib.decompressobj(wbits=31)
    total, pending = 0, b""
    for piece in _pieces(machine, data):
        total += len(piece)
        *whole, pending = (pending + piece).split(b"\n")
        if total > MAX_PLAIN or len(pending) > MAX_LINE:
            raise BadMessage("too large once decompressed")
        for line in whole:
            if len(line) > MAX_LINE:
                raise BadMessage("a line is too long")
            yield line
    if not machine.eof or pending:
        raise BadMessage("the last line is cut")


def _pieces(machine: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _STEP):
        if machine.eof:
            raise BadMessage("gzip is followed by something")
        rest = data[start : start + _STEP]
        while rest:
            try:
                piece = machine.decompress(rest, _STEP)
            except zlib.error as error:
                raise BadMessage("not gzip") from error
            rest = machine.unconsumed_tail
            yield piece
        if machine.unused_data:
            raise BadMessage("gzip is followed by something")


def _revision(value: object) -> Revision:
    if not isinstance(value, list) or len(value) != 2:
        raise BadMessage("not a revision")
    return read_id(value[0]), _whole(value[1], 1)


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadMessage("not an object")
    return value


def _text(value: object, limit: int = 100) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise BadMessage("not a short text")
    return value


def _whole(value: object, low: int) -> int:
    if type(value) is not int or value < low:
        raise BadMessage("not a whole number in bounds")
    return value
