"""What seals a feuille d'émargement: a salted commitment per line, signed by the device.

A line can be erased later (its text and its salt go, its commitment stays) and the seal still
verifies; nobody can guess a name back from a commitment without its salt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from angrilien.domain.codes import code_of
from angrilien.domain.entities import Sheet, SheetLine
from angrilien.domain.paper import FINGERPRINT
from angrilien.errors import BugError
from angrilien.wire.canonical import b64, dumps, sha256, unb64


def line_text(line: SheetLine) -> bytes:
    """Return the canonical JSON of what a line says: everything but ids, salt and commitment."""
    says: dict[str, object] = {"number": line.number, "kind": line.kind}
    for name in (
        "last_name", "first_name", "mode", "arrival", "departure", "first_time", "note", "witness",
        "signature_digest", "code", "after_the_fact", "title", "facilitators", "venue", "address",
        "commune",
    ):  # fmt: skip
        value = getattr(line, name)
        if value not in (None, ""):
            says[name] = value
    return dumps(says)


def line_commitment(line: SheetLine) -> str:
    """Return base64url of SHA-256(salt ‖ line text)."""
    return b64(sha256(line.salt, line_text(line)))


def fingerprint(digest: str) -> str:
    """Return what is printed of a sheet's digest, to compare it by eye or by telephone.

    Sixteen characters of the codes' alphabet (72 bits), the last a check character.
    """
    return code_of(int.from_bytes(unb64(digest, 32)), FINGERPRINT)


def signature_digest(drawing: bytes) -> str:
    """Return base64url of the SHA-256 of a coded drawing, as a line quotes it."""
    return b64(sha256(drawing))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSheet:
    """What the device signs (payload type `sheet`).

    Attributes:
        aud, dev, inc: programme, device and incarnation.
        sheet_id, workshop_id, venue_id, facilitator_id: ids.
        date, starts_at, ends_at, tz: the workshop's times, as the sheet says them.
        closed_at: by the laptop's clock, milliseconds UTC.
        present, first_timers, anonymous: the numbers at the sheet's foot; the last is absent from
            sheets of the schemas before the third.
        prev: digest of the sheet that this laptop sealed before, empty for its first.
        commitments: of the lines in order: the people, the heading, the animateur's signature.
    """

    aud: str
    dev: str
    inc: str
    sheet_id: str
    workshop_id: str
    venue_id: str
    facilitator_id: str
    date: str
    starts_at: int
    ends_at: int
    tz: str
    closed_at: int
    present: int
    first_timers: int
    anonymous: int | None
    prev: str
    commitments: Sequence[str]

    def canonical(self) -> bytes:
        """Return the bytes that the device signs."""
        value: dict[str, object] = {
            "v": 1,
            "aud": self.aud,
            "dev": self.dev,
            "inc": self.inc,
            "sheet": self.sheet_id,
            "workshop": self.workshop_id,
            "venue": self.venue_id,
            "facilitator": self.facilitator_id,
            "date": self.date,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "tz": self.tz,
            "closed_at": self.closed_at,
            "present": self.present,
            "first_timers": self.first_timers,
            "lines": list(self.commitments),
        }
        if self.anonymous is not None:
            value["anonymous"] = self.anonymous
        if self.prev:
            value["prev"] = self.prev
        return dumps(value)

    def digest(self) -> str:
        """Return base64url of the SHA-256 of what is signed."""
        return b64(sha256(self.canonical()))


def sealed_sheet(
    sheet: Sheet, *, aud: str, dev: str, inc: str, commitments: Sequence[str]
) -> SealedSheet:
    """Return what a device signs, or signed, of a sheet that says its own times.

    Its `digest` and `signature` play no part. `commitments` are those of its lines, in order.

    Raises:
        BugError: the sheet says no times.
    """
    if sheet.date is None or sheet.starts_at is None or sheet.ends_at is None or sheet.tz is None:
        raise BugError("a sheet without its times")
    return SealedSheet(
        aud=aud,
        dev=dev,
        inc=inc,
        sheet_id=sheet.id,
        workshop_id=sheet.workshop_id,
        venue_id=sheet.venue_id,
        facilitator_id=sheet.facilitator_id,
        date=sheet.date,
        starts_at=sheet.starts_at,
        ends_at=sheet.ends_at,
        tz=sheet.tz,
        closed_at=sheet.closed_at,
        present=sheet.present,
        first_timers=sheet.first_timers,
        anonymous=sheet.anonymous,
        prev=sheet.prev or "",
        commitments=commitments,
    )
