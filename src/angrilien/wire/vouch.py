"""A laptop's new incarnation and new key, vouched for by the key before it (payload type `vouch`).

Made whenever its log may have been written on elsewhere: a safety copy was put back, a disk was
cloned, the server's chain differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import read_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """What the former key signs.

    Attributes:
        aud, dev: programme and device.
        inc, key: the new incarnation, and its public key, 32 bytes.
        former: the incarnation before it.
        common: seq of the former one up to which its log goes on being this laptop's; what was
            above comes again under the new one.
        made: by the laptop's clock, milliseconds UTC.
    """

    aud: str
    dev: str
    inc: str
    key: bytes
    former: str
    common: int
    made: int

    def canonical(self) -> bytes:
        """Return the bytes that are signed, by the former key and by the new one."""
        return dumps(
            {
                "v": 1,
                "aud": self.aud,
                "dev": self.dev,
                "inc": self.inc,
                "key": b64(self.key),
                "former": self.former,
                "common": self.common,
                "made": self.made,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedVouch:
    """A vouch with its signatures, as a laptop keeps it.

    `signature` is the former key's; `proof` the new key's over the same bytes: it is there.
    """

    vouch: Vouch
    signature: bytes
    proof: bytes

    def canonical(self) -> bytes:
        """Return its text."""
        return dumps(self.as_value())

    def as_value(self) -> dict[str, Any]:
        """Return it as a part of a message."""
        return {
            "v": 1,
            "vouch": loads(self.vouch.canonical()),
            "signature": b64(self.signature),
            "proof": b64(self.proof),
        }


def read_vouch(value: Any) -> SignedVouch:
    """Read a vouch from a part of a message. Its signatures are checked by the caller.

    Raises:
        BadMessage: it is none.
    """
    if not isinstance(value, dict) or set(value) != {"v", "vouch", "signature", "proof"}:
        raise BadMessage("not a vouch")
    if value["v"] != 1:
        raise BadMessage("not a vouch")
    said: Any = value["vouch"]
    names = {"v", "aud", "dev", "inc", "key", "former", "common", "made"}
    if not isinstance(said, dict) or set(said) != names or said["v"] != 1:
        raise BadMessage("not a vouch")
    if not isinstance(said["aud"], str) or any(
        type(said[name]) is not int or said[name] < 0 for name in ("common", "made")
    ):
        raise BadMessage("not a vouch")
    return SignedVouch(
        vouch=Vouch(
            aud=said["aud"],
            dev=read_id(said["dev"]),
            inc=read_id(said["inc"]),
            key=unb64(said["key"], 32),
            former=read_id(said["former"]),
            common=said["common"],
            made=said["made"],
        ),
        signature=unb64(value["signature"], 64),
        proof=unb64(value["proof"], 64),
    )
