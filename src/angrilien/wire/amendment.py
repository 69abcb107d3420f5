"""What signs a correction of a sealed sheet: payload type `amendment`.

As with a line of the sheet, what it says is salted and committed, so that it can be erased later
and the signature still verifies.
"""

from __future__ import annotations

from dataclasses import dataclass

from angrilien.domain.entities import Amendment
from angrilien.wire.canonical import b64, dumps, loads, sha256


def amendment_text(amendment: Amendment) -> bytes:
    """Return the canonical JSON of what a correction says: statement, reason, drawing's digest."""
    says: dict[str, object] = {
        "statement": loads(amendment.statement.encode("utf-8")),
        "reason": amendment.reason,
    }
    if amendment.signature_digest:
        says["signature_digest"] = amendment.signature_digest
    return dumps(says)


def amendment_commitment(amendment: Amendment) -> str:
    """Return base64url of SHA-256(salt ‖ text)."""
    return b64(sha256(amendment.salt, amendment_text(amendment)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAmendment:
    """What the device signs.

    Attributes:
        aud, dev, inc: programme, device and incarnation.
        amendment_id, sheet_id, facilitator_id: ids.
        sheet_digest: digest of the sheet that it corrects.
        number: of the line; absent where a line is added.
        made_at: by the laptop's clock, milliseconds UTC.
        prev: digest of the sheet's correction before it, empty for the first.
        commitment: of what it says.
    """

    aud: str
    dev: str
    inc: str
    amendment_id: str
    sheet_id: str
    sheet_digest: str
    facilitator_id: str
    number: int | None
    made_at: int
    prev: str
    commitment: str

    def canonical(self) -> bytes:
        """Return the bytes that the device signs."""
        value: dict[str, object] = {
            "v": 1,
            "aud": self.aud,
            "dev": self.dev,
            "inc": self.inc,
            "amendment": self.amendment_id,
            "sheet": self.sheet_id,
            "sheet_digest": self.sheet_digest,
            "facilitator": self.facilitator_id,
            "made_at": self.made_at,
            "commitment": self.commitment,
        }
        if self.number is not None:
            value["number"] = self.number
        if self.prev:
            value["prev"] = self.prev
        return dumps(value)

    def digest(self) -> str:
        """Return base64url of the SHA-256 of what is signed."""
        return b64(sha256(self.canonical()))
