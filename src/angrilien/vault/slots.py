"""The slot file: who can open the notebook, without a name in it.

Each slot holds an X25519 key pair. Its private half and the vault key are wrapped by argon2id of a
phrase de passe; the random database key is sealed to its public half, so that a new database key
needs nobody else's phrase. The file ends with an authentication code over its whole content,
because a sealed box proves no sender. The code's key is made of the vault key *and* the database
key: whoever was removed still knows the one, and whoever has the public keys can make up the other,
but nobody without a present slot has both (docs/decisions/008).

    line 1: canonical JSON {"v", "vault", "generation", "slots": […], "recovery": […]}
    line 2: base64url of HMAC-SHA256(HMAC-SHA256(vault key, label ‖ database key), line 1)
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection
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

from angrilien.errors import BugError, NotebookDamaged, TooManySlots, WrongPassphrase
from angrilien.vault.boxes import RecoveryKey, make_boxes
from angrilien.vault.passphrase import normalise
from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import new_id, read_id

KEY_SIZE = 32
SALT_SIZE = argon2id.SALTBYTES
NONCE_SIZE = 24
MAX_SLOTS = 32
MAX_BOXES = 64
LONGEST = 64 * 1024
"""Bytes of the longest slot file: the largest that we write is a third of it."""
_MIB = 1 << 20
_LABEL = b"angrilien slot file 1"


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
    def create(
        cls, phrase: str, kdf: Kdf = DEFAULT_KDF, *, custodians: Collection[RecoveryKey] = ()
    ) -> tuple[SlotFile, Secrets]:
        """Make the vault of a new notebook with one slot, opened by `phrase`.

        `custodians` are the programme's recovery keys: any two of them can open it again.
        """
        vault_key, database_key = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(KEY_SIZE)
        vault = new_id()
        slot = _make_slot(vault, phrase, kdf, vault_key, database_key)
        opened = Secrets(slot_id=slot.id, database_key=database_key, vault_key=vault_key)
        file = cls(
            vault=vault,
            generation=1,
            slots=(slot,),
            recovery=make_boxes(database_key, custodians),
            mac=b"",
        )
        return file.authenticated(opened), opened

    @classmethod
    def parse(cls, data: bytes) -> SlotFile:
        """Read a slot file's bytes. Its authentication code is checked by `open`.

        Raises:
            NotebookDamaged: it is cut, malformed, or asks for absurd parameters.
        """
        if len(data) > LONGEST:
            raise NotebookDamaged
        try:
            content, newline, mac = data.rstrip(b"\n").partition(b"\n")
            value = loads(content)
            if not newline or value["v"] != 1 or type(value["generation"]) is not int:
                raise NotebookDamaged
            if not 1 <= len(value["slots"]) <= MAX_SLOTS or len(value["recovery"]) > MAX_BOXES:
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

    def authenticated(self, opened: Secrets) -> SlotFile:
        """Return the file with its authentication code made anew."""
        return replace(self, mac=_code(opened, self.content()))

    def check(self, opened: Secrets) -> None:
        """Check the authentication code.

        Raises:
            NotebookDamaged: somebody without the present keys altered the file.
        """
        if not hmac.compare_digest(_code(opened, self.content()), self.mac):
            raise NotebookDamaged

    def with_slot(
        self, opened: Secrets, phrase: str, kdf: Kdf = DEFAULT_KDF
    ) -> tuple[SlotFile, Slot]:
        """Return the file with one more slot, opened by `phrase`, and that slot.

        Raises:
            TooManySlots: there are 32 already.
        """
        if len(self.slots) >= MAX_SLOTS:
            raise TooManySlots
        slot = _make_slot(self.vault, phrase, kdf, opened.vault_key, opened.database_key)
        return replace(self, slots=(*self.slots, slot)).authenticated(opened), slot

    def with_own_slot(self, opened: Secrets, own: OwnSlot) -> tuple[SlotFile, Slot]:
        """Return the file with a slot whose private half was made before the vault was opened.

        Raises:
            TooManySlots: there are 32 already.
        """
        if len(self.slots) >= MAX_SLOTS:
            raise TooManySlots
        slot = own.finish(self.vault, opened)
        return replace(self, slots=(*self.slots, slot)).authenticated(opened), slot

    def with_boxes(self, opened: Secrets, custodians: Collection[RecoveryKey]) -> SlotFile:
        """Return the file with the recovery boxes of these custodians; the key stays."""
        boxes = make_boxes(opened.database_key, custodians)
        return replace(self, recovery=boxes).authenticated(opened)

    def rekeyed(
        self,
        opened: Secrets,
        *,
        keep: Callable[[Slot], bool],
        custodians: Collection[RecoveryKey] = (),
    ) -> tuple[SlotFile, Secrets]:
        """Return the file of the next generation, under a new random database key.

        Args:
            opened: by the present file; its slot may be left out too.
            keep: tells which slots stay; the others open nothing of what is written from now on.
            custodians: the programme's recovery keys.

        Raises:
            BugError: no slot would stay.
        """
        key = secrets.token_bytes(KEY_SIZE)
        kept = tuple(
            replace(slot, sealed=SealedBox(PublicKey(slot.public)).encrypt(key))
            for slot in self.slots
            if keep(slot)
        )
        if not kept:
            raise BugError("a vault that nobody opens is not made")
        mine = next((slot.id for slot in kept if slot.id == opened.slot_id), kept[-1].id)
        after = Secrets(slot_id=mine, database_key=key, vault_key=opened.vault_key)
        file = replace(
            self,
            generation=self.generation + 1,
            slots=kept,
            recovery=make_boxes(key, custodians),
        )
        return file.authenticated(after), after

    def open(self, phrase: str) -> Secrets:
        """Open the slot that this phrase belongs to. Each slot tried costs one derivation.

        Raises:
            WrongPassphrase: it opens none.
            NotebookDamaged: the slot opens, but the file was altered by somebody without its keys.
        """
        for slot in self.slots:
            opened = self._open_slot(slot, phrase)
            if opened is not None:
                self.check(opened)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSlot:
    """A slot made from a phrase alone, before anybody could open the vault for it (recovery).

    `key` is what the phrase gives with `salt`: the slot is finished once the vault is open.
    """

    id: str
    private: bytes = field(repr=False)
    kdf: Kdf
    salt: bytes
    key: bytes = field(repr=False)

    @classmethod
    def make(cls, phrase: str, kdf: Kdf = DEFAULT_KDF) -> OwnSlot:
        """Make the private half of a slot that `phrase` will open."""
        salt = secrets.token_bytes(SALT_SIZE)
        return cls(
            id=new_id(),
            private=bytes(PrivateKey.generate()),
            kdf=kdf,
            salt=salt,
            key=kdf.derive(phrase, salt),
        )

    @property
    def public(self) -> bytes:
        """Return the public half, 32 bytes."""
        return bytes(PrivateKey(self.private).public_key)

    def finish(self, vault: str, opened: Secrets) -> Slot:
        """Return the slot in a vault that is open."""
        slot = Slot(
            id=self.id,
            public=self.public,
            kdf=self.kdf,
            salt=self.salt,
            nonce=secrets.token_bytes(NONCE_SIZE),
            wrapped=b"",
            sealed=SealedBox(PublicKey(self.public)).encrypt(opened.database_key),
        )
        inner = self.private + opened.vault_key
        wrapped = aead_seal(inner, _context(vault, slot), slot.nonce, self.key)
        return replace(slot, wrapped=wrapped)


def _make_slot(vault: str, phrase: str, kdf: Kdf, vault_key: bytes, database_key: bytes) -> Slot:
    own = OwnSlot.make(phrase, kdf)
    opened = Secrets(slot_id=own.id, database_key=database_key, vault_key=vault_key)
    return own.finish(vault, opened)


def _code(opened: Secrets, content: bytes) -> bytes:
    key = hmac.digest(opened.vault_key, _LABEL + opened.database_key, "sha256")
    return hmac.digest(key, content, "sha256")


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
