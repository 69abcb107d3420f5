"""The slot file: who can open the notebook, without a name in it.

Each slot holds an X25519 key pair. Its private half and the vault key are wrapped by argon2id of a
phrase de passe; the random database key is sealed to its public half, so that a new database key
needs nobody else's phrase. The file ends with an authentication code over its whole content under
the vault key, because a sealed box proves no sender.

    line 1: canonical JSON {"v", "vault", "generation", "slots": […], "recovery": […]}
    line 2: base64url of HMAC-SHA256(vault key, line 1)
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id

from angrilien.errors import NotebookDamaged, WrongPassphrase
from angrilien.vault.passphrase import normalise
from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import new_id, read_id

KEY_SIZE = 32
SALT_SIZE = argon2id.SALTBYTES
NONCE_SIZE = 24
MAX_SLOTS = 32
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Kdf:
    """Cost of argon2id: `ops` passes over `memory` bytes. The bounds are checked when read."""

    ops: int = 3
    memory: int = 128 * _MIB

    def check(self) -> None:
        """Refuse what would be too weak or would take the laptop down.

        Raises:
            NotebookDamaged: the file asks for parameters that no version of ours wrote.
        """
        if not (1 <= self.ops <= 10 and 8 * _MIB <= self.memory <= 512 * _MIB):
            raise NotebookDamaged

    def derive(self, phrase: str, salt: bytes) -> bytes:
        """Return the 32-byte key of a phrase; takes a large part of a second on purpose."""
        return argon2id.kdf(
            KEY_SIZE,
            normalise(phrase).encode("utf-8"),
            salt,
            opslimit=self.ops,
            memlimit=self.memory,
        )


DEFAULT_KDF = Kdf()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One person's way in. No name: which animateur it is stands in the notebook itself."""

    id: str
    public: bytes
    kdf: Kdf
    salt: bytes
    nonce: bytes
    wrapped: bytes
    sealed: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the slot as it stands in the file."""
        return {
            "id": self.id,
            "public": b64(self.public),
            "kdf": {"alg": "argon2id13", "ops": self.kdf.ops, "memory": self.kdf.memory},
            "salt": b64(self.salt),
            "nonce": b64(self.nonce),
            "wrapped": b64(self.wrapped),
            "sealed": b64(self.sealed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an opened slot gives. Never printed, never stored outside the notebook."""

    slot_id: str
    database_key: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFile:
    """The slot file's content. `generation` rises with each new database key."""

    vault: str
    generation: int
    slots: tuple[Slot, ...]
    recovery: tuple[str, ...]
    mac: bytes

    @classmethod
    def create(cls, phrase: str, kdf: Kdf = DEFAULT_KDF) -> tuple[SlotFile, Secrets]:
        """Make the vault of a new notebook with one slot, opened by `phrase`."""
        vault_key, database_key = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(KEY_SIZE)
        vault = new_id()
        slot = _make_slot(vault, phrase, kdf, vault_key, database_key)
        file = cls(vault=vault, generation=1, slots=(slot,), recovery=(), mac=b"")
        return file.authenticated(vault_key), Secrets(
            slot_id=slot.id, database_key=database_key, vault_key=vault_key
        )

    @classmethod
    def parse(cls, data: bytes) -> SlotFile:
        """Read a slot file's bytes. Its authentication code is checked by `open`.

        Raises:
            NotebookDamaged: it is cut, malformed, or asks for absurd parameters.
        """
        try:
            content, newline, mac = data.rstrip(b"\n").partition(b"\n")
            value = loads(content)
            if not newline or value["v"] != 1 or type(value["generation"]) is not int:
                raise NotebookDamaged
            if not 1 <= len(value["slots"]) <= MAX_SLOTS:
                raise NotebookDamaged
            file = cls(
                vault=read_id(value["vault"]),
                generation=value["generation"],
                slots=tuple(_read_slot(item) for item in value["slots"]),
                recovery=tuple(str(box) for box in value["recovery"]),
                mac=unb64(mac.decode("ascii"), 32),
            )
        except (BadMessage, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise NotebookDamaged from error
        for slot in file.slots:
            slot.kdf.check()
        return file

    def content(self) -> bytes:
        """Return line 1 of the file."""
        return dumps(
            {
                "v": 1,
                "vault": self.vault,
                "generation": self.generation,
                "slots": [slot.to_json() for slot in self.slots],
                "recovery": list(self.recovery),
            }
        )

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        return self.content() + b"\n" + b64(self.mac).encode("ascii") + b"\n"

    def authenticated(self, vault_key: bytes) -> SlotFile:
        """Return the file with its authentication code made anew."""
        return replace(self, mac=hmac.digest(vault_key, self.content(), "sha256"))

    def open(self, phrase: str) -> Secrets:
        """Open the slot that this phrase belongs to. Each slot tried costs one derivation.

        Raises:
            WrongPassphrase: it opens none.
            NotebookDamaged: the slot opens, but the file was altered by somebody without its keys.
        """
        for slot in self.slots:
            opened = self._open_slot(slot, phrase)
            if opened is not None:
                code = hmac.digest(opened.vault_key, self.content(), "sha256")
                if not hmac.compare_digest(code, self.mac):
                    raise NotebookDamaged
                return opened
        raise WrongPassphrase

    def _open_slot(self, slot: Slot, phrase: str) -> Secrets | None:
        key = slot.kdf.derive(phrase, slot.salt)
        try:
            inner = aead_open(slot.wrapped, _context(self.vault, slot), slot.nonce, key)
        except CryptoError:
            return None
        private, vault_key = inner[:KEY_SIZE], inner[KEY_SIZE:]
        try:
            database_key = SealedBox(PrivateKey(private)).decrypt(slot.sealed)
        except CryptoError as error:
            raise NotebookDamaged from error
        return Secrets(slot_id=slot.id, database_key=database_key, vault_key=vault_key)


def _make_slot(vault: str, phrase: str, kdf: Kdf, vault_key: bytes, database_key: bytes) -> Slot:
    private = PrivateKey.generate()
    slot = Slot(
        id=new_id(),
        public=bytes(private.public_key),
        kdf=kdf,
        salt=secrets.token_bytes(SALT_SIZE),
        nonce=secrets.token_bytes(NONCE_SIZE),
        wrapped=b"",
        sealed=SealedBox(PublicKey(bytes(private.public_key))).encrypt(database_key),
    )
    key = kdf.derive(phrase, slot.salt)
    inner = bytes(private) + vault_key
    return replace(slot, wrapped=aead_seal(inner, _context(vault, slot), slot.nonce, key))


def _context(vault: str, slot: Slot) -> bytes:
    """Additional data: vault, slot and KDF parameters cannot be swapped under a wrapped key."""
    return dumps(
        {
            "vault": vault,
            "slot": slot.id,
            "alg": "argon2id13",
            "ops": slot.kdf.ops,
            "memory": slot.kdf.memory,
            "salt": b64(slot.salt),
        }
    )


def _read_slot(value: dict[str, Any]) -> Slot:
    kdf = value["kdf"]
    if kdf["alg"] != "argon2id13" or type(kdf["ops"]) is not int or type(kdf["memory"]) is not int:
        raise NotebookDamaged
    return Slot(
        id=read_id(value["id"]),
        public=unb64(value["public"], KEY_SIZE),
        kdf=Kdf(ops=kdf["ops"], memory=kdf["memory"]),
        salt=unb64(value["salt"], SALT_SIZE),
        nonce=unb64(value["nonce"], NONCE_SIZE),
        wrapped=unb64(value["wrapped"], 2 * KEY_SIZE + 16),
        sealed=unb64(value["sealed"], KEY_SIZE + 48),
    )
