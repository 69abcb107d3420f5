"""What leaves without a connection of its own: requests, each sealed, one after another in a file.

A *part* is one signed request, sealed to the server's box key. Nobody on the way can read it, and
whoever carries it needs no key. Opened, it is a line that says what HTTP's headers would, and then
the request's body:

    {"path": …, "sig": …, "said": …, "keys": …, "tag": …} LF body

A *sending file* (`*.angrilien-envoi`) is a line that says for whom it is, the parts, each after its
length (4 bytes, the highest first), a length of zero, and the SHA-256 of all that.

A *receipt file* (`*.angrilien-recu`) is a line that says which programme answers, then one line for
each part: the answer's text and its signature. The answer's `req` is the SHA-256 of the part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from angrilien.wire.canonical import BadMessage, dumps, loads
from angrilien.wire.push import MAX_BODY

SENDING_SUFFIX: Final = ".angrilien-envoi"
RECEIPT_SUFFIX: Final = ".angrilien-recu"
VERSION: Final = 1
MAX_PART: Final = MAX_BODY + 8_192
"""Bytes of one part that is read: the largest body, what is said of it, the seal."""
MAX_LINE: Final = 8_192
"""Bytes of the first line of a file or of a part."""
MAX_FILE: Final = 32 << 20
"""Bytes of a sending file that the server takes by the network, so also of one on a USB key."""
MAX_RECEIPT: Final = 8 << 20
"""Bytes of a receipt file that is read."""
_KIND: Final = {SENDING_SUFFIX: "envoi", RECEIPT_SUFFIX: "recu"}
_LENGTH: Final = 4
_DIGEST: Final = 32


class NewerFile(BadMessage):
    """A file of a later version than this one reads."""


class NotAFile(BadMessage):
    """It does not even begin as one of these files does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealable:
    """A signed request, as it is sealed.

    Attributes:
        path: of the request, with its query.
        signature: text of the signature's header.
        said: text of the request statement's header, empty for a push.
        known: number of the list of keys that the laptop has.
        tag: (contact) what it has applied, as `If-None-Match` says it, without quotes.
        body: the request's body.
    """

    path: str
    signature: str
    body: bytes
    said: str = ""
    known: int = 1
    tag: str = ""

    def to_bytes(self) -> bytes:
        """Return what is sealed."""
        told: dict[str, object] = {"path": self.path, "sig": self.signature, "keys": self.known}
        told |= {name: text for name, text in (("said", self.said), ("tag", self.tag)) if text}
        return dumps(told) + b"\n" + self.body


def read_sealable(data: bytes) -> Sealable:
    """Read what a part holds once it is opened.

    Raises:
        BadMessage: it is no request.
    """
    line, found, body = data.partition(b"\n")
    if not found or len(line) > MAX_LINE:
        raise BadMessage("not a sealed request")
    value = loads(line)
    texts = (value.get("path"), value.get("sig"), value.get("said", ""), value.get("tag", ""))
    known = value.get("keys")
    if not all(isinstance(text, str) for text in texts) or type(known) is not int or known < 1:
        raise BadMessage("not a sealed request")
    return Sealable(
        path=value["path"],
        signature=value["sig"],
        said=value.get("said", ""),
        known=known,
        tag=value.get("tag", ""),
        body=body,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """First line of a sending file: the programme, and the box key that its parts are sealed to."""

    aud: str
    box: str

    def to_bytes(self) -> bytes:
        """Return the line with its end."""
        kind = _KIND[SENDING_SUFFIX]
        line = dumps({"v": VERSION, "kind": kind, "aud": self.aud, "box": self.box})
        return line + b"\n"


class SendingFile:
    """A sending file on its way into a stream, part by part."""

    def __init__(self, stream: BinaryIO, head: FileHead) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0
        self._write(head.to_bytes())

    def add(self, part: bytes) -> None:
        """Write one part.

        Raises:
            OSError: the disk, or the key, does not take it.
        """
        self._write(len(part).to_bytes(_LENGTH, "big") + part)

    def whole(self, *more: int) -> int:
        """Return the bytes of the whole file, if parts of so many bytes were its last ones."""
        return self.size + sum(_LENGTH + size for size in more) + _LENGTH + _DIGEST

    def end(self) -> None:
        """Write what says that all of it is there.

        Raises:
            OSError: as `add`.
        """
        self._write((0).to_bytes(_LENGTH, "big"))
        self._stream.write(self._digest.digest())
        self.size += _DIGEST

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self.size += len(data)


def read_head(stream: BinaryIO) -> FileHead:
    """Read the first line of a sending file, from its beginning.

    Raises:
        NotAFile, NewerFile: it is none that this version reads.
        OSError: it cannot be read.
    """
    stream.seek(0)
    value = _first_line(stream.readline(MAX_LINE + 1), SENDING_SUFFIX)
    if not isinstance(value.get("aud"), str) or not isinstance(value.get("box"), str):
        raise NotAFile("not a sending file")
    return FileHead(aud=value["aud"], box=value["box"])


def parts_of(stream: BinaryIO) -> Iterator[bytes]:
    """Give the parts of a sending file; `read_head` comes first.

    Raises:
        BadMessage: the file is cut, or was changed; what was given until then may be spoilt.
        OSError: it cannot be read.
    """
    stream.seek(0)
    first = stream.readline(MAX_LINE + 1)
    digest = hashlib.sha256(first)
    while True:
        told = _exactly(stream, _LENGTH)
        digest.update(told)
        length = int.from_bytes(told, "big")
        if length == 0:
            break
        if length > MAX_PART:
            raise BadMessage("a part is too long")
        part = _exactly(stream, length)
        digest.update(part)
        yield part
    if _exactly(stream, _DIGEST) != digest.digest() or stream.read(1):
        raise BadMessage("the file is not what was written")


def count_parts(stream: BinaryIO) -> int:
    """Read a sending file from end to end, and return the number of its parts.

    Raises:
        BadMessage, OSError: as `parts_of`.
    """
    return sum(1 for _ in parts_of(stream))


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of a receipt file: its text, and its `key id, signature`."""

    text: bytes
    signature: str

    def to_bytes(self) -> bytes:
        """Return the line with its end."""
        return dumps({"answer": self.text.decode("utf-8"), "sig": self.signature}) + b"\n"


def receipt_head(aud: str) -> bytes:
    """Return the first line of a receipt file."""
    return dumps({"v": VERSION, "kind": _KIND[RECEIPT_SUFFIX], "aud": aud}) + b"\n"


def read_receipt(data: bytes) -> tuple[str, list[AnswerLine]]:
    """Return the programme that a receipt file names, and its answers.

    A line that is cut or spoilt is passed over: each answer has a signature of its own, which is
    for the caller to check.

    Raises:
        NotAFile, NewerFile: it is none that this version reads.
    """
    first, _, rest = data.partition(b"\n")
    value = _first_line(first + b"\n", RECEIPT_SUFFIX)
    if not isinstance(value.get("aud"), str):
        raise NotAFile("not a receipt file")
    found = []
    for line in rest.split(b"\n"):
        try:
            told = loads(line)
        except BadMessage:
            continue
        answer, signature = told.get("answer"), told.get("sig")
        if isinstance(answer, str) and isinstance(signature, str):
            found.append(AnswerLine(answer.encode("utf-8"), signature))
    return value["aud"], found


def _first_line(line: bytes, suffix: str) -> dict[str, Any]:
    if len(line) > MAX_LINE or not line.endswith(b"\n"):
        raise NotAFile("not one of our files")
    try:
        value = loads(line)
    except BadMessage as error:
        raise NotAFile("not one of our files") from error
    version = value.get("v")
    if value.get("kind") != _KIND[suffix] or type(version) is not int or version < 1:
        raise NotAFile("not one of our files")
    if version > VERSION:
        raise NewerFile("a later version's file")
    return value


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise BadMessage("the file is cut")
    return data
