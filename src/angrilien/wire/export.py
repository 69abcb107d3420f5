"""The exported file: sealed sheets that anyone can check with the programme's root key alone.

One canonical JSON object a line:

    {"kind": "export", …}        the programme, its list of keys, when and by which laptop
    {"kind": "certificate", …}   the programme's word on each laptop key that sealed something
    {"kind": "sheet", …}         a seal, its signature, the programme's receipt where there is one
    {"kind": "line", …}          the lines of that sheet, in order; an erased one has lost its text
    {"kind": "amendment", …}     its corrections, in order
    {"kind": "end", …}           how many, signed: without it, a cut tail would verify

What a person asked to have erased can be taken out of such a file (text and salt of a line): its
commitment stays, and everything verifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from angrilien.domain.entities import Amendment, SheetLine
from angrilien.wire.amendment import SealedAmendment
from angrilien.wire.canonical import BadMessage, b64, dumps, loads, sha256, unb64
from angrilien.wire.ids import read_id
from angrilien.wire.sheet import SealedSheet

MAX_LINE: Final = 256 * 1024
SUFFIX: Final = ".angrilien-feuilles"
_LEFT_OUT: Final = ("id", "sheet_id", "attendance_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A sheet as an export carries it.

    Attributes:
        sealed: what the laptop signed.
        key: id of the laptop's key.
        signature: of it, 64 bytes.
        receipt: (incarnation, date, key id, signature) of the programme's receipt, None without.
    """

    sealed: SealedSheet
    key: str
    signature: bytes
    receipt: tuple[str, int, str, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The signed statement at the end.

    Attributes:
        aud, dev, inc: programme, and the laptop that wrote the file.
        made_at: milliseconds UTC, as in the first line.
        sheets, amendments: how many there are.
        last: digest of the last sheet, empty where there is none.
        content: SHA-256 of the digests of all sheets and corrections, in the order of the file.
    """

    aud: str
    dev: str
    inc: str
    made_at: int
    sheets: int
    amendments: int
    last: str
    content: bytes

    def canonical(self) -> bytes:
        """Return the bytes that are signed (payload type `export`)."""
        return dumps(
            {
                "v": 1,
                "aud": self.aud,
                "dev": self.dev,
                "inc": self.inc,
                "made_at": self.made_at,
                "sheets": self.sheets,
                "amendments": self.amendments,
                "last": self.last,
                "content": b64(self.content),
            }
        )


def content_of(digests: Iterable[str]) -> bytes:
    """Return the SHA-256 of the digests of sheets and corrections, a line feed after each."""
    return sha256("".join(f"{digest}\n" for digest in digests).encode("ascii"))


def head_line(
    *, aud: str, dev: str, inc: str, made_at: int, keys: str, keys_sig: str
) -> dict[str, Any]:
    """Return the first line of an export."""
    return {
        "v": 1,
        "kind": "export",
        "aud": aud,
        "dev": dev,
        "inc": inc,
        "made_at": made_at,
        "keys": keys,
        "keys_sig": keys_sig,
    }


def seal_line(seal: Seal) -> dict[str, Any]:
    """Return the line of a sheet."""
    line: dict[str, Any] = {
        "kind": "sheet",
        "seal": loads(seal.sealed.canonical()),
        "key": seal.key,
        "signature": b64(seal.signature),
    }
    if seal.receipt is not None:
        inc, date, key, signature = seal.receipt
        line["receipt"] = [inc, date, key, b64(signature)]
    return line


def line_line(line: SheetLine) -> dict[str, Any]:
    """Return the line of a sheet's line; an erased one carries its number and commitment only."""
    if not line.salt:
        return {"kind": "line", "number": line.number, "commitment": line.commitment}
    return {"kind": "line", **_said(line)}


def amendment_line(made: Amendment, sealed: SealedAmendment) -> dict[str, Any]:
    """Return the line of a correction; an erased one carries what was signed only."""
    line: dict[str, Any] = {
        "kind": "amendment",
        "seal": loads(sealed.canonical()),
        "key": made.key,
        "signature": made.signature,
    }
    if made.salt:
        line |= {
            "statement": loads(made.statement.encode("utf-8")),
            "reason": made.reason,
            "salt": b64(made.salt),
        }
        if made.signature_digest:
            line["signature_digest"] = made.signature_digest
    return line


def end_line(end: End, key: str, signature: bytes) -> dict[str, Any]:
    """Return the last line of an export."""
    return {
        "kind": "end",
        "says": loads(end.canonical()),
        "key": key,
        "signature": b64(signature),
    }


def read_lines(data: bytes) -> Iterator[dict[str, Any]]:
    """Read an export's lines, each of which must be canonical.

    Raises:
        BadMessage: a line is not what an export holds; the text says which, from 1.
    """
    number = 0
    for number, text in enumerate(data.split(b"\n"), start=1):
        if not text:
            break
        message = f"line {number}"
        try:
            value = loads(text[: MAX_LINE + 1])
        except BadMessage as error:
            raise BadMessage(message) from error
        if dumps(value) != text:
            raise BadMessage(message)
        yield value
    if not data.endswith(b"\n") or data.count(b"\n") != number - 1:
        raise BadMessage("the last line is cut, or something follows it")


def read_seal(value: Mapping[str, Any]) -> Seal:
    """Read the line of a sheet.

    Raises:
        BadMessage: it is none.
    """
    _exactly(value, {"kind", "seal", "key", "signature"}, {"receipt"})
    receipt = None
    if "receipt" in value:
        inc, date, key, signature = _items(value["receipt"], (str, int, str, str))
        receipt = (read_id(inc), date, key, unb64(signature, 64))
    return Seal(
        sealed=read_sealed(_mapping(value["seal"])),
        key=_text(value["key"]),
        signature=unb64(value["signature"], 64),
        receipt=receipt,
    )


def read_sealed(value: Mapping[str, Any]) -> SealedSheet:
    """Read what the device signed of a sheet.

    Raises:
        BadMessage: it is none.
    """
    texts = {"aud", "dev", "inc", "sheet", "workshop", "venue", "facilitator", "date", "tz"}
    numbers = {"starts_at", "ends_at", "closed_at", "present", "first_timers"}
    _exactly(value, {"v", "lines"} | texts | numbers, {"prev", "anonymous"})
    if value["v"] != 1 or not isinstance(value["lines"], list):
        raise BadMessage("not a sheet")
    return SealedSheet(
        aud=_text(value["aud"]),
        dev=_text(value["dev"]),
        inc=_text(value["inc"]),
        sheet_id=_text(value["sheet"]),
        workshop_id=_text(value["workshop"]),
        venue_id=_text(value["venue"]),
        facilitator_id=_text(value["facilitator"]),
        date=_text(value["date"]),
        starts_at=_whole(value["starts_at"]),
        ends_at=_whole(value["ends_at"]),
        tz=_text(value["tz"]),
        closed_at=_whole(value["closed_at"]),
        present=_whole(value["present"]),
        first_timers=_whole(value["first_timers"]),
        anonymous=_whole(value["anonymous"]) if "anonymous" in value else None,
        prev=_text(value.get("prev", "")),
        commitments=[_text(one) for one in value["lines"]],
    )


def read_line(value: Mapping[str, Any]) -> SheetLine:
    """Read the line of a sheet's line; ids that an export leaves out are empty.

    Raises:
        BadMessage: it is none.
    """
    wanted = {f.name for f in fields(SheetLine)} - set(_LEFT_OUT)
    if not {"kind", "number", "commitment"} <= set(value) <= {"kind", "of"} | wanted:
        raise BadMessage("not a line")
    texts = (
        "last_name", "first_name", "note", "witness", "signature_digest", "mode", "code", "title",
        "facilitators", "venue", "address", "commune",
    )  # fmt: skip
    said: dict[str, Any] = {name: _text(value[name]) for name in texts if name in value}
    said |= {n: _whole(value[n]) for n in ("arrival", "departure") if n in value}
    said |= {n: _flag(value[n]) for n in ("first_time", "after_the_fact") if n in value}
    return SheetLine(
        id="",
        sheet_id="",
        number=_whole(value["number"]),
        kind=_text(value.get("of", "")),
        commitment=_text(value["commitment"]),
        salt=unb64(value["salt"], 16) if "salt" in value else b"",
        **said,
    )


def read_amendment(value: Mapping[str, Any]) -> tuple[Amendment, SealedAmendment]:
    """Read the line of a correction: what it says, and what was signed.

    Raises:
        BadMessage: it is none.
    """
    says = {"statement", "reason", "salt"}
    _exactly(value, {"kind", "seal", "key", "signature"}, says | {"signature_digest"})
    if says & set(value) not in (set(), says):
        raise BadMessage("not a correction")
    seal = _mapping(value["seal"])
    texts = {
        "aud": "aud", "dev": "dev", "inc": "inc", "amendment_id": "amendment", "sheet_id": "sheet",
        "sheet_digest": "sheet_digest", "facilitator_id": "facilitator", "commitment": "commitment",
    }  # fmt: skip
    _exactly(seal, {"v", *texts.values(), "made_at"}, {"number", "prev"})
    sealed = SealedAmendment(
        **{name: _text(seal[key]) for name, key in texts.items()},
        number=_whole(seal["number"]) if "number" in seal else None,
        made_at=_whole(seal["made_at"]),
        prev=_text(seal.get("prev", "")),
    )
    statement = dumps(_mapping(value["statement"])).decode("utf-8") if "statement" in value else ""
    made = Amendment(
        id=sealed.amendment_id,
        sheet_id=sealed.sheet_id,
        number=sealed.number,
        made_at=sealed.made_at,
        facilitator_id=sealed.facilitator_id,
        prev=sealed.prev or None,
        commitment=sealed.commitment,
        digest=sealed.digest(),
        key=_text(value["key"]),
        signature=_text(value["signature"]),
        statement=statement,
        reason=_text(value.get("reason", "")),
        signature_digest=_text(value["signature_digest"]) if "signature_digest" in value else None,
        salt=unb64(value["salt"], 16) if "salt" in value else b"",
    )
    return made, sealed


def read_end(value: Mapping[str, Any]) -> tuple[End, str, bytes]:
    """Read the last line: the statement, the key's id and the signature.

    Raises:
        BadMessage: it is none.
    """
    _exactly(value, {"kind", "says", "key", "signature"}, set())
    says = _mapping(value["says"])
    names = {"v", "aud", "dev", "inc", "made_at", "sheets", "amendments", "last", "content"}
    _exactly(says, names, set())
    end = End(
        aud=_text(says["aud"]),
        dev=_text(says["dev"]),
        inc=_text(says["inc"]),
        made_at=_whole(says["made_at"]),
        sheets=_whole(says["sheets"]),
        amendments=_whole(says["amendments"]),
        last=_text(says["last"]),
        content=unb64(says["content"], 32),
    )
    return end, _text(value["key"]), unb64(value["signature"], 64)


def _said(line: SheetLine) -> dict[str, Any]:
    said: dict[str, Any] = {"salt": b64(line.salt), "of": line.kind}
    for f in fields(line):
        value = getattr(line, f.name)
        if f.name not in (*_LEFT_OUT, "salt", "kind") and value not in (None, ""):
            said[f.name] = value
    return said


def _exactly(value: Mapping[str, Any], names: set[str], more: set[str]) -> None:
    if not names <= set(value) <= names | more:
        raise BadMessage("not what an export holds")


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadMessage("not an object")
    return value


def _items(value: object, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) != len(kinds):
        raise BadMessage("not a list of that length")
    if any(type(item) is not kind for item, kind in zip(value, kinds, strict=True)):
        raise BadMessage("not a list of these kinds")
    return tuple(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadMessage("not a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadMessage("not a yes or no")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise BadMessage("not a whole number")
    return value
