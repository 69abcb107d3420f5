"""What every signature of the programme signs: DSSE's pre-authentication encoding.

Source: DSSE protocol 1.0.2 (secure-systems-lab), section "SIGNATURE DEFINITION". Its JSON envelope
is not used: the payload travels as raw bytes, the signature beside it as `key id, signature`.
"""

from __future__ import annotations

from typing import Final

from angrilien.wire.canonical import BadMessage, b64, unb64

KEYS: Final = "application/vnd.angrilien.keys.v1"
DEVICE: Final = "application/vnd.angrilien.device.v1"
VOUCH: Final = "application/vnd.angrilien.vouch.v1"
REQUEST: Final = "application/vnd.angrilien.request.v1"
PUSH: Final = "application/vnd.angrilien.push.v1"
SHEET: Final = "application/vnd.angrilien.sheet.v1"
AMENDMENT: Final = "application/vnd.angrilien.amendment.v1"
EXPORT: Final = "application/vnd.angrilien.export.v1"
RECEIPT: Final = "application/vnd.angrilien.receipt.v1"
ANSWER: Final = "application/vnd.angrilien.answer.v1"
ORDER: Final = "application/vnd.angrilien.order.v1"
BUNDLE: Final = "application/vnd.angrilien.bundle.v1"
PROFILE: Final = "application/vnd.angrilien.profile.v1"
UPDATE: Final = "application/vnd.angrilien.update.v1"

PAYLOAD_TYPES: Final = (
    KEYS, DEVICE, VOUCH, REQUEST, PUSH, SHEET, AMENDMENT, EXPORT, RECEIPT, ANSWER, ORDER, BUNDLE,
    PROFILE, UPDATE,
)  # fmt: skip

HEADER: Final = "Angrilien-Signature"
"""The HTTP header that carries `key id, signature`."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload."""
    kind = payload_type.encode("ascii")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def write_header(key_id: str, signature: bytes) -> str:
    """Return the header's text: `key id, base64url of the 64 bytes of signature`."""
    return f"{key_id}, {b64(signature)}"


def read_header(text: str | None) -> tuple[str, bytes]:
    """Return (key id, signature) from the header's text.

    Raises:
        BadMessage: the header is absent or malformed.
    """
    key_id, comma, signature = (text or "").partition(",")
    if not comma or len(key_id) != 16 or not all(c in "0123456789abcdef" for c in key_id):
        raise BadMessage("no signature header")
    return key_id, unb64(signature.strip(), 64)
