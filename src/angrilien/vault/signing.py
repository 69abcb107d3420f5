"""Ed25519 signatures over DSSE's encoding, the only kind of signature there is."""

from __future__ import annotations

from dataclasses import dataclass, field

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from angrilien.errors import KnownError
from angrilien.wire.dsse import pae, write_header
from angrilien.wire.keys import key_id


class BadSignature(KnownError):
    """The signature is not that key's, over those bytes, of that payload type."""

    sentence = "La réponse ne vient pas du programme. Rien n’est perdu."
    no_button = "the services say NotOurServer in its place"


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key pair. `repr` never shows the secret."""

    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Signer:
        """Return a new random key pair."""
        return cls(bytes(SigningKey.generate()))

    @property
    def public(self) -> bytes:
        """Return the public key, 32 bytes."""
        return bytes(SigningKey(self.seed).verify_key)

    @property
    def id(self) -> str:
        """Return the key's id, 16 hexadecimal digits."""
        return key_id(self.public)

    def sign(self, payload_type: str, payload: bytes) -> bytes:
        """Return the 64 bytes of signature of a payload of that type."""
        return SigningKey(self.seed).sign(pae(payload_type, payload)).signature

    def header(self, payload_type: str, payload: bytes) -> str:
        """Return the text `key id, signature` of the HTTP header or a file's first line."""
        return write_header(self.id, self.sign(payload_type, payload))


def verify(public: bytes, payload_type: str, payload: bytes, signature: bytes) -> None:
    """Check a signature.

    Raises:
        BadSignature: it is not valid.
    """
    try:
        VerifyKey(public).verify(pae(payload_type, payload), signature)
    except (BadSignatureError, ValueError, TypeError) as error:
        raise BadSignature from error
