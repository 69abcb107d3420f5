"""The server's signed answer, and the receipts of sheets that it carries.

Anything that is not a valid signed answer to this very request is "no answer": a captive portal, a
proxy's page, a truncated body change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import read_id
from angrilien.wire.introduction import read_signed_texts

MEDIA_TYPE: Final = "application/vnd.angrilien.answer.v1+json"
ANSWER_HEADER: Final = "Angrilien-Answer"
"""HTTP header that carries the answer itself where there may be no body (304)."""
MAX_ORDERS: Final = 100
MAX_ITEMS: Final = 500
MAX_RANGES: Final = 500
REQUIRED: Final = frozenset(
    {"v", "aud", "req", "epoch", "inc", "ack", "chain", "held", "backed_up", "date", "next",
     "min_v", "key"}
)  # fmt: skip
_TEXTS: Final = (
    "refused", "cert", "cert_sig", "keys", "keys_sig", "changes", "tag", "pulled", "why",
)  # fmt: skip
"""Texts that may be absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReceipt:
    """The programme held this sheet durably at `date`. Its other fields are known to both sides."""

    sheet_id: str
    date: int
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """Changes that are stored and not applied, all for one reason.

    `ranges` are (first, last) seqs of incarnation `inc`, the lowest first.
    """

    inc: str
    code: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A signed answer.

    Attributes:
        aud: the programme.
        req: SHA-256 of the request that it answers.
        epoch: changes when the server was restored from a backup.
        inc: the incarnation that `ack`, `chain`, `have`, `fork` and `backed_up` are about.
        ack: highest contiguous durable seq.
        chain: the server's chain value at `ack`.
        held: number of this device's changes that are stored but could not be applied yet.
        backed_up: highest seq that a verified backup holds.
        date: the server's clock, milliseconds UTC.
        next: seconds until the next contact that the server wishes.
        min_v: lowest protocol version that it takes.
        key: id of the key that signed.
        have: ranges above `ack` that it holds.
        fork: seq at which this push disagrees with what the server holds, None if it agrees.
        revoked: this device may not write any more (its changes are stored and held).
        receipts: receipts of the sheets of this push.
        refused: code of a refusal ("code_used", …), empty if taken.
        cert, cert_sig: the device's certificate (registration).
        keys, keys_sig: the programme's list of keys where the server has a newer one.
        changes: an envelope of the laptop's own changes, base64url, as a push carries it.
        certs: certificates of the laptop's other incarnations, each with its signature; with
            `pulled`, those of the incarnations that wrote it.
        bundles: scopes that have a bundle for this laptop, each with the number of the last one.
        bundle: a bundle, with its signature; empty for none.
        feed: number of the last change of other laptops that there is, or that came (`pulled`).
        pulled: changes of other laptops, as `wire.pull`.
        order: number of the last order given to this laptop, 0 for none.
        orders: orders that it lacks, each with its signature, in rising number.
        more: others follow (orders, changes of other laptops).
        tag: what the laptop has once it has applied what came; it says so at its next contact.
        items: what is held: incarnation, code, and the ranges of seq.
        why: stands for what is held and its reasons: another text, and they are asked for again.
        blob: bytes of a blob that the server holds, and its size.
    """

    aud: str
    req: bytes
    epoch: str
    inc: str
    ack: int
    chain: bytes
    held: int
    backed_up: int
    date: int
    next: int
    min_v: int
    key: str
    have: tuple[tuple[int, int], ...] = ()
    fork: int | None = None
    revoked: bool = False
    receipts: tuple[SheetReceipt, ...] = ()
    refused: str = ""
    cert: str = ""
    cert_sig: str = ""
    keys: str = ""
    keys_sig: str = ""
    changes: str = ""
    certs: tuple[tuple[str, str], ...] = ()
    bundles: tuple[tuple[str, int], ...] = ()
    bundle: tuple[str, str] = ("", "")
    feed: int = 0
    pulled: str = ""
    order: int = 0
    orders: tuple[tuple[str, str], ...] = ()
    more: bool = False
    tag: str = ""
    items: tuple[HeldItem, ...] = ()
    why: str = ""
    blob: tuple[int, int] | None = None

    def canonical(self) -> bytes:
        """Return the answer's body, the bytes that the server signs."""
        value: dict[str, Any] = {
            "v": 1,
            "aud": self.aud,
            "req": b64(self.req),
            "epoch": self.epoch,
            "inc": self.inc,
            "ack": self.ack,
            "chain": b64(self.chain),
            "held": self.held,
            "backed_up": self.backed_up,
            "date": self.date,
            "next": self.next,
            "min_v": self.min_v,
            "key": self.key,
        }
        optional: dict[str, Any] = {
            "have": [list(pair) for pair in self.have],
            "fork": self.fork,
            "revoked": self.revoked,
            "receipts": [[r.sheet_id, r.date, b64(r.signature)] for r in self.receipts],
            "certs": [list(both) for both in self.certs],
            "bundles": [list(pair) for pair in self.bundles],
            "bundle": list(self.bundle) if self.bundle[0] else None,
            "feed": self.feed,
            "ord": self.order,
            "orders": [list(both) for both in self.orders],
            "more": self.more,
            "items": [[i.inc, i.code, [list(r) for r in i.ranges]] for i in self.items],
            "blob": None if self.blob is None else list(self.blob),
        }
        optional |= {name: getattr(self, name) for name in _TEXTS}
        return dumps(value | {name: told for name, told in optional.items() if told})


def read_answer(body: bytes) -> Answer:
    """Read an answer's body (its signature is checked first, by the caller).

    Fields that this version does not know are ignored: a newer server may add some.

    Raises:
        BadMessage: it is no answer of version 1.
    """
    value = loads(body)
    if not set(value) >= REQUIRED or value["v"] != 1:
        raise BadMessage("not an answer of version 1")
    for name in ("ack", "held", "backed_up", "date", "next", "min_v"):
        if type(value[name]) is not int or value[name] < 0:
            raise BadMessage("not an answer")
    if not all(isinstance(value.get(name, ""), str) for name in ("aud", "epoch", "key", *_TEXTS)):
        raise BadMessage("not an answer")
    fork = value.get("fork")
    if fork is not None and (type(fork) is not int or fork < 1):
        raise BadMessage("not an answer")
    return Answer(
        aud=value["aud"],
        req=unb64(value["req"], 32),
        epoch=value["epoch"],
        inc=read_id(value["inc"]),
        ack=value["ack"],
        chain=unb64(value["chain"], 32),
        held=value["held"],
        backed_up=value["backed_up"],
        date=value["date"],
        next=value["next"],
        min_v=value["min_v"],
        key=value["key"],
        have=_pairs(value.get("have", [])),
        fork=fork,
        revoked=_flag(value.get("revoked", False)),
        receipts=_receipts(value.get("receipts", [])),
        certs=read_signed_texts(value.get("certs", [])),
        bundles=_bundles(value.get("bundles", [])),
        bundle=_bundle(value.get("bundle")),
        feed=_whole(value.get("feed", 0)),
        order=_whole(value.get("ord", 0)),
        orders=read_signed_texts(value.get("orders", []), most=MAX_ORDERS),
        more=_flag(value.get("more", False)),
        items=_items(value.get("items", [])),
        blob=_blob(value.get("blob")),
        **{name: value.get(name, "") for name in _TEXTS},
    )


def receipt_payload(
    *, aud: str, dev: str, inc: str, sheet_id: str, digest: str, date: int, key: str
) -> bytes:
    """Return what the server signs as the receipt of a sheet (payload type `receipt`).

    `digest` is the sheet's own, as the sheet says it; `date` is when the server held it durably.
    """
    return dumps(
        {
            "v": 1,
            "aud": aud,
            "dev": dev,
            "inc": inc,
            "sheet": sheet_id,
            "digest": digest,
            "date": date,
            "key": key,
        }
    )


def _pairs(value: object, *, most: int = 100) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, list) or len(value) > most:
        raise BadMessage("not ranges")
    pairs = []
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair)):
            raise BadMessage("not ranges")
        pairs.append((pair[0], pair[1]))
    return tuple(pairs)


def _items(value: object) -> tuple[HeldItem, ...]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise BadMessage("not what is held")
    found = []
    for item in value:
        if not (isinstance(item, list) and len(item) == 3 and isinstance(item[1], str)):
            raise BadMessage("not what is held")
        found.append(
            HeldItem(inc=read_id(item[0]), code=item[1], ranges=_pairs(item[2], most=MAX_RANGES))
        )
    return tuple(found)


def _bundles(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list) or len(value) > MAX_RANGES:
        raise BadMessage("not the numbers of bundles")
    found = []
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise BadMessage("not the numbers of bundles")
        found.append((pair[0], _whole(pair[1])))
    return tuple(found)


def _bundle(value: object) -> tuple[str, str]:
    if value is None:
        return "", ""
    ((text, signature),) = read_signed_texts([value])
    return text, signature


def _blob(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise BadMessage("not the state of a blob")
    return _whole(value[0]), _whole(value[1])


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadMessage("neither true nor false")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadMessage("not a whole number")
    return value


def _receipts(value: object) -> tuple[SheetReceipt, ...]:
    if not isinstance(value, list):
        raise BadMessage("not receipts")
    receipts = []
    for item in value:
        if not (isinstance(item, list) and len(item) == 3 and type(item[1]) is int):
            raise BadMessage("not a receipt")
        receipts.append(
            SheetReceipt(sheet_id=read_id(item[0]), date=item[1], signature=unb64(item[2], 64))
        )
    return tuple(receipts)
