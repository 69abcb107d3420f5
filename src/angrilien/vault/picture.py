"""A picture outside the notebook: encrypted under a key of its own, named by what is stored.

Stored bytes: nonce (24) ‖ XChaCha20-Poly1305 of the picture. The random key makes digest and
content say nothing of the picture to whoever lacks it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from nacl import bindings
from nacl.exceptions import CryptoError

from angrilien.wire.canonical import b64, sha256

NONCE_SIZE: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
KEY_SIZE: Final = bindings.crypto_aead_xchacha20poly1305_ietf_KEYBYTES
OVERHEAD: Final = NONCE_SIZE + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
_PURPOSE: Final = b"angrilien picture v1"


class BadPicture(Exception):
    """The stored bytes are not what the key encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """An encrypted picture, and the key that opens it."""

    stored: bytes = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """Return its name."""
        return digest_of(self.stored)


def lock(picture: bytes) -> Locked:
    """Encrypt a picture under a new random key."""
    key, nonce = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(NONCE_SIZE)
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(picture, _PURPOSE, nonce, key)
    return Locked(stored=nonce + sealed, key=key)


def unlock(stored: bytes, key: bytes) -> bytes:
    """Return the picture.

    Raises:
        BadPicture: the bytes are damaged, or the key is another's.
    """
    if len(key) != KEY_SIZE or len(stored) < OVERHEAD:
        raise BadPicture
    nonce, sealed = stored[:NONCE_SIZE], stored[NONCE_SIZE:]
    try:
        return bytes(
            bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, _PURPOSE, nonce, key)
        )
    except CryptoError as error:
        raise BadPicture from error


def digest_of(stored: bytes) -> str:
    """Return the digest of stored bytes, base64url."""
    return b64(sha256(stored))
