"""What the server gives a laptop of the other laptops of its venues: change lines of many logs.

NDJSON, gzip, base64url. A line is a push's, with two differences: `inc` and `seq` stand in it
unless it is the change after the line before, and `base` always does where there is one. The
server's signature of the answer covers it all.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.change import Body, Change, Head
from angrilien.wire.ids import read_id
from angrilien.wire.push import (
    BODIES,
    MAX_LINES,
    REPEATED,
    body_fields,
    check_repeated,
    plain_lines,
    read_line,
)

_OWN = frozenset({"entity_id", "base", "at", "hlc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A change of another laptop, as far as it travels.

    `shared` is also there where the private half stayed behind (`digest` then stands for it).
    """

    head: Head
    commit: bytes
    body: Body | None
    shared: str | None
    digest: bytes | None = None


def encode_given(some: Sequence[Given]) -> list[bytes]:
    """Return the lines of some changes; the first of them are those of fewer."""
    lines: list[bytes] = []
    last: dict[str, object] = {}
    follows = ("", 0)
    for one in some:
        head = one.head
        now: dict[str, object] = {name: getattr(head, name) for name in REPEATED}
        line: dict[str, Any] = {k: v for k, v in now.items() if last.get(k) != v}
        line |= {"entity_id": head.entity_id, "at": head.at}
        if (head.inc, head.seq) != follows:
            line |= {"inc": head.inc, "seq": head.seq}
        if head.hlc != head.at * 1000:
            line["hlc"] = head.hlc
        if head.base is not None:
            line["base"] = list(head.base)
        last, follows = now, (head.inc, head.seq + 1)
        lines.append(dumps(line | _body(one)))
    return lines


def pack_given(lines: Sequence[bytes], limit: int) -> tuple[int, str]:
    """Return how many of the first lines fit in about `limit` bytes, one at least, and their text.

    Empty for no line.
    """
    count, text = len(lines), _pack(lines)
    while len(text) > limit and count > 1:
        count = max(1, min(count - 1, int(count * limit / len(text) * 0.95)))
        text = _pack(lines[:count])
    return count, b64(text) if count else ""


def decode_given(text: str) -> list[Given]:
    """Read such lines.

    Raises:
        BadMessage: anything that `encode_given` would not write, or over a push's limits.
    """
    found: list[Given] = []
    last: dict[str, Any] = {}
    inc, seq = "", 0
    for raw in plain_lines(unb64(text)):
        if len(found) == MAX_LINES:
            raise BadMessage("too many lines")
        value = loads(raw)
        seq += 1
        if "inc" in value or "seq" in value or not found:
            inc, seq = read_id(value.pop("inc", None)), value.pop("seq", None)
            if type(seq) is not int or seq < 1:
                raise BadMessage("not a number of a change")
        said = {name: value.pop(name) for name in REPEATED if name in value}
        if said or not last:
            last = check_repeated(last | said)
        if value.keys() - _OWN not in BODIES:
            raise BadMessage("a line has fields that no line has")
        line = read_line(seq, value, last)
        found.append(
            Given(
                head=line.head(inc, None),
                commit=line.commit,
                body=line.body,
                shared=line.shared,
                digest=line.private_digest,
            )
        )
    return found


def _body(one: Given) -> dict[str, Any]:
    if one.body is None and one.shared is not None and one.digest is not None:
        return {"shared": loads(one.shared.encode("utf-8")), "digest": b64(one.digest)}
    whole = Change(head=one.head, commit=one.commit, chain=b"", body=one.body)
    return body_fields(whole, names_stay=False)


def _pack(lines: Sequence[bytes]) -> bytes:
    # mtime 0: the same changes give the same bytes.
    return gzip.compress(b"\n".join(lines) + b"\n", compresslevel=9, mtime=0)
