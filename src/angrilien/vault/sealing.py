"""Sealing to the server's box key what leaves by a USB key or by the outbox folder.

A sealed box (libsodium's `crypto_box_seal`: X25519, XSalsa20-Poly1305) proves no sender: what is in
it is signed.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from angrilien.wire.canonical import BadMessage
from angrilien.wire.keys import KeyList, ListedKey


def box_of(keys: KeyList, now: int) -> ListedKey | None:
    """Return the box key of a programme to seal to at `now`, None where it lists none.

    Where all are past their date, the last one: a laptop that has had no contact for years still
    sends, and the server keeps what opens it.
    """
    listed = [key for key in keys.keys if key.use == "box" and not key.withdrawn]
    return max(listed, key=lambda key: (now <= key.until, key.since), default=None)


def seal(public: bytes, data: bytes) -> bytes:
    """Return `data` sealed to a box key."""
    return bytes(SealedBox(PublicKey(public)).encrypt(data))


def open_sealed(private: bytes, sealed: bytes) -> bytes:
    """Open what was sealed.

    Raises:
        BadMessage: it was sealed to another key, or was changed.
    """
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(sealed))
    except (CryptoError, ValueError, TypeError) as error:
        raise BadMessage("sealed to another key, or changed") from error
