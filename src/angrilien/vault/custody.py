"""What a custodian does with a request, and the file of a custodian's key.

{"v", "public", "kdf", "salt", "nonce", "wrapped"}: the X25519 private half, wrapped by argon2id
of the custodian's own phrase
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from angrilien.errors import BoxNotYours, FileUnreadable, NotebookDamaged, WrongPassphrase
from angrilien.vault import passphrase
from angrilien.vault.boxes import Box, open_box, read_box
from angrilien.vault.slots import DEFAULT_KDF, NONCE_SIZE, SALT_SIZE, Kdf
from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.keys import key_id
from angrilien.wire.recovery import RecoveryAnswer, RecoveryRequest

_WHAT = b"angrilien custodian key 1"


@dataclass(frozen=True, slots=True)
class CustodianKey:
    """A custodian's key pair. `repr` never shows the secret."""

    private: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> CustodianKey:
        """Return a new random key pair."""
        return cls(bytes(PrivateKey.generate()))

    @property
    def public(self) -> bytes:
        """Return the public half, 32 bytes."""
        return bytes(PrivateKey(self.private).public_key)

    @property
    def id(self) -> str:
        """Return the key's id, 16 hexadecimal digits."""
        return key_id(self.public)

    def to_file(self, phrase: str, kdf: Kdf = DEFAULT_KDF) -> bytes:
        """Return the bytes of the key's file, which only `phrase` opens."""
        salt, nonce = secrets.token_bytes(SALT_SIZE), secrets.token_bytes(NONCE_SIZE)
        wrapped = aead_seal(self.private, _WHAT, nonce, kdf.derive(phrase, salt))
        return (
            dumps(
                {
                    "v": 1,
                    "public": b64(self.public),
                    "kdf": {"ops": kdf.ops, "memory": kdf.memory},
                    "salt": b64(salt),
                    "nonce": b64(nonce),
                    "wrapped": b64(wrapped),
                }
            )
            + b"\n"
        )

    @classmethod
    def from_file(cls, data: bytes, phrase: str) -> CustodianKey:
        """Open a key's file.

        Raises:
            FileUnreadable: it is no such file, or asks for parameters that none of ours has.
            WrongPassphrase: the phrase does not open it.
        """
        try:
            value = loads(data.strip())
            kdf = Kdf(ops=value["kdf"]["ops"], memory=value["kdf"]["memory"])
            kdf.check()
            salt, nonce = unb64(value["salt"], SALT_SIZE), unb64(value["nonce"], NONCE_SIZE)
            wrapped = unb64(value["wrapped"], 48)
        except (BadMessage, KeyError, TypeError, NotebookDamaged) as error:
            raise FileUnreadable from error
        try:
            return cls(aead_open(wrapped, _WHAT, nonce, kdf.derive(phrase, salt)))
        except CryptoError as error:
            raise WrongPassphrase from error


def fingerprint(request: RecoveryRequest) -> str:
    """Return the six words that laptop and custodians compare by telephone (66 bits)."""
    return passphrase.words_of(request.digest())


def answer(request: RecoveryRequest, key: CustodianKey) -> RecoveryRequest | RecoveryAnswer:
    """Do one custodian's part: the step that the second needs, or the answer itself.

    Raises:
        BoxNotYours: none of the boxes waits for this key.
        FileUnreadable: a box is none.
    """
    try:
        mine = [_inner(text) for text in request.opened if text.startswith(key.id + ".")]
        if mine:
            database_key = open_box(mine[0], key.private)
            return RecoveryAnswer(
                aud=request.aud,
                vault=request.vault,
                slot=request.slot,
                sealed=SealedBox(PublicKey(request.slot)).encrypt(database_key),
            )
        outer = [box for box in map(read_box, request.boxes) if box.outer == key.id]
    except BadMessage as error:
        raise FileUnreadable from error
    if request.opened or not outer:
        raise BoxNotYours
    opened = [(box.inner, open_box(box, key.private)) for box in outer]
    return replace(request, opened=tuple(f"{inner}.{b64(data)}" for inner, data in opened))


def waits_for(request: RecoveryRequest) -> tuple[str, ...]:
    """Return the ids of the keys that can do the next part.

    Raises:
        FileUnreadable: a box is none.
    """
    try:
        if request.opened:
            return tuple(sorted({_inner(text).inner for text in request.opened}))
        return tuple(sorted({read_box(text).outer for text in request.boxes}))
    except BadMessage as error:
        raise FileUnreadable from error


def _inner(text: str) -> Box:
    inner, dot, sealed = text.partition(".")
    if not dot:
        raise BadMessage("not a recovery box")
    return Box(outer="", inner=inner, sealed=unb64(sealed, 80))
