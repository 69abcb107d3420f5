"""Recovery boxes: the database key, for any two of the programme's custodians together.

For each pair of custodians a sealed box inside a sealed box: the outer one for the first of the
pair, the inner one for the second. Neither alone learns anything. No new cryptography.

    text of a box: outer key id "." inner key id "." base64url of the outer box
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from angrilien.errors import BoxNotYours
from angrilien.wire.canonical import BadMessage, b64, unb64
from angrilien.wire.keys import KeyList, key_id

KEY_SIZE = 32
_SEAL = 48
"""Bytes that a sealed box adds."""


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The public half of a custodian's X25519 key."""

    public: bytes

    @property
    def id(self) -> str:
        """Return the key's id, 16 hexadecimal digits."""
        return key_id(self.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One recovery box. `sealed` is the outer box, or the inner one once the outer is open."""

    outer: str
    inner: str
    sealed: bytes

    def text(self) -> str:
        """Return the box as it stands in the slot file."""
        return f"{self.outer}.{self.inner}.{b64(self.sealed)}"


def custodians_of(keys: KeyList, now: int) -> tuple[RecoveryKey, ...]:
    """Return the recovery keys of a programme that may be sealed to at `now`, in a fixed order."""
    found = {
        key.id: RecoveryKey(key.public)
        for key in keys.keys
        if key.use == "recovery" and not key.withdrawn and now <= key.until
    }
    return tuple(found[one] for one in sorted(found))


def make_boxes(database_key: bytes, custodians: Collection[RecoveryKey]) -> tuple[str, ...]:
    """Return a box for each pair of custodians; none where there are fewer than two."""
    return tuple(
        _box(first, second, database_key).text()
        for first, second in combinations(sorted(custodians, key=lambda one: one.id), 2)
    )


def are_for(boxes: Collection[str], custodians: Collection[RecoveryKey]) -> bool:
    """Tell whether boxes are those of exactly these custodians."""
    wanted = sorted(one.id for one in custodians)
    pairs = {f"{first}.{second}" for first, second in combinations(wanted, 2)}
    return {text.rpartition(".")[0] for text in boxes} == pairs


def read_box(text: object) -> Box:
    """Read a box's text.

    Raises:
        BadMessage: it is none.
    """
    if not isinstance(text, str) or text.count(".") != 2:
        raise BadMessage("not a recovery box")
    outer, inner, sealed = text.split(".")
    if len(outer) != 16 or len(inner) != 16:
        raise BadMessage("not a recovery box")
    data = unb64(sealed)
    if len(data) not in (KEY_SIZE + _SEAL, KEY_SIZE + 2 * _SEAL):
        raise BadMessage("not a recovery box")
    return Box(outer=outer, inner=inner, sealed=data)


def open_box(box: Box, private: bytes) -> bytes:
    """Open one layer: the inner box from the outer one, or the database key from the inner one.

    Raises:
        BoxNotYours: this private key does not open it.
    """
    try:
        return SealedBox(PrivateKey(private)).decrypt(box.sealed)
    except (CryptoError, ValueError, TypeError) as error:
        raise BoxNotYours from error


def _box(first: RecoveryKey, second: RecoveryKey, database_key: bytes) -> Box:
    sealed = _seal(first, _seal(second, database_key))
    return Box(outer=first.id, inner=second.id, sealed=sealed)


def _seal(custodian: RecoveryKey, data: bytes) -> bytes:
    return SealedBox(PublicKey(custodian.public)).encrypt(data)
