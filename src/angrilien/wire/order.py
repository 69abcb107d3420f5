"""Orders of the programme to one laptop: erase, be revoked, write for other venues.

Signed by a listed signing key (payload type `order`). Their number only rises for a laptop, so that
an order given again has no second effect and a former one cannot come back.

A file of an order, or its road through the network: first line `key id, signature`, then the
payload's bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from angrilien.wire.canonical import BadMessage, dumps, loads
from angrilien.wire.ids import read_id

REVOKE: Final = "revoke"
ERASE: Final = "erase"
VENUES: Final = "venues"
KINDS: Final = (REVOKE, ERASE, VENUES)
MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVenue:
    """A venue that the laptop may write for from `since` to `until` (None: still), ms UTC."""

    id: str
    code: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order.

    Attributes:
        aud, dev: programme and laptop that it is for.
        number: from 1, rising.
        date: when it was given, milliseconds UTC.
        kind: one of `KINDS`.
        rows: of an erasure: (entity, entity id) of each row that it names, and nothing else is.
        venues: of a change of venues: all of them, the home venue first.
    """

    aud: str
    dev: str
    number: int
    date: int
    kind: str
    rows: tuple[tuple[str, str], ...] = ()
    venues: tuple[OrderVenue, ...] = ()

    def canonical(self) -> bytes:
        """Return the bytes that the server signs."""
        value: dict[str, Any] = {
            "v": 1,
            "aud": self.aud,
            "dev": self.dev,
            "n": self.number,
            "date": self.date,
            "kind": self.kind,
        }
        if self.kind == ERASE:
            value["rows"] = [list(row) for row in self.rows]
        if self.kind == VENUES:
            value["venues"] = [
                [v.id, v.code, v.since] + ([] if v.until is None else [v.until])
                for v in self.venues
            ]
        return dumps(value)


def read_order(payload: bytes) -> Order:
    """Read an order (its signature is checked first, by the caller).

    Raises:
        BadMessage: it is none.
    """
    if len(payload) > MAX_BYTES:
        raise BadMessage("not an order")
    value = loads(payload)
    kind = value.get("kind")
    more = {ERASE: {"rows"}, VENUES: {"venues"}}.get(str(kind), set())
    if set(value) != {"v", "aud", "dev", "n", "date", "kind"} | more or value["v"] != 1:
        raise BadMessage("not an order")
    if kind not in KINDS or not isinstance(value["aud"], str):
        raise BadMessage("not an order")
    return Order(
        aud=value["aud"],
        dev=read_id(value["dev"]),
        number=_whole(value["n"], 1),
        date=_whole(value["date"], 0),
        kind=kind,
        rows=_rows(value["rows"]) if kind == ERASE else (),
        venues=_venues(value["venues"]) if kind == VENUES else (),
    )


def write_file(payload: bytes, header: str) -> bytes:
    """Return the bytes of a file that carries a signed order."""
    return header.encode("ascii") + b"\n" + payload


def read_file(data: bytes) -> tuple[bytes, str]:
    """Return the payload of an order's file, and its signature's text.

    Raises:
        BadMessage: it is no such file.
    """
    first, newline, payload = data.partition(b"\n")
    if not newline or len(first) > 200 or len(payload) > MAX_BYTES:
        raise BadMessage("not a file of an order")
    try:
        return payload, first.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadMessage("not a file of an order") from error


def _rows(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ROWS:
        raise BadMessage("not an order")
    found = []
    for item in value:
        if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)):
            raise BadMessage("not an order")
        found.append((item[0], read_id(item[1])))
    return tuple(found)


def _venues(value: object) -> tuple[OrderVenue, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 500:
        raise BadMessage("not an order")
    found = []
    for item in value:
        if not (isinstance(item, list) and len(item) in (3, 4) and isinstance(item[1], str)):
            raise BadMessage("not an order")
        until = _whole(item[3], 0) if len(item) == 4 else None
        found.append(
            OrderVenue(id=read_id(item[0]), code=item[1], since=_whole(item[2], 0), until=until)
        )
    return tuple(found)


def _whole(value: object, low: int) -> int:
    if type(value) is not int or value < low:
        raise BadMessage("not an order")
    return value
