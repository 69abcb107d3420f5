"""A forgotten phrase, when nobody else opens this computer: two of the programme's custodians help.

    begin      the new phrase is taken first; a request file, and six words to say by telephone
    read       the custodians' answer, with the new phrase: the notebook opens
    finish     whose phrase it is; then a new database key, and the former phrase opens nothing

Nothing of the notebook is changed before `finish`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from angrilien.domain.clock import Clock
from angrilien.domain.entities import Facilitator
from angrilien.domain.french import sort_key
from angrilien.domain.rows import RecoveryStart
from angrilien.errors import (
    AnswerForeign,
    NoCustodians,
    NoRequest,
    NotebookDamaged,
    WrongPassphrase,
)
from angrilien.services import making, rekeying
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import facts, log, slots
from angrilien.store.store import Store
from angrilien.vault.custody import fingerprint
from angrilien.vault.files import save_atomically
from angrilien.vault.programme import Programme
from angrilien.vault.slots import DEFAULT_KDF, Kdf, OwnSlot, Secrets, SlotFile
from angrilien.wire.canonical import BadMessage, b64, dumps, loads, unb64
from angrilien.wire.ids import read_id
from angrilien.wire.recovery import RecoveryRequest, read_recovery_answer

REQUEST: Final = "demande.json"
"""File, beside the notebook, of the slot that waits for an answer."""
_WHAT: Final = b"angrilien waiting slot 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an answer opened: the keys, and who may be the one who asked.

    `people` are (facilitator id, name), in the order of a list.
    """

    opened: Secrets = field(repr=False)
    slot: OwnSlot = field(repr=False)
    people: tuple[tuple[str, str], ...]


def begin(
    folder: Path, phrase: str, programme: Programme, *, kdf: Kdf = DEFAULT_KDF
) -> RecoveryStart:
    """Take a new phrase and make the request for the custodians; a former request is replaced.

    Raises:
        NoCustodians: this vault was made before the programme had custodians.
        NotebookDamaged: the slot file cannot be read.
        DiskFull, FolderReadOnly: nothing was changed.
    """
    file = _slot_file(folder)
    if not file.recovery:
        raise NoCustodians
    own = OwnSlot.make(phrase, kdf)
    nonce = secrets.token_bytes(24)
    waiting = {
        "v": 1,
        "aud": programme.aud,
        "slot": own.id,
        "public": b64(own.public),
        "kdf": {"ops": kdf.ops, "memory": kdf.memory},
        "salt": b64(own.salt),
        "nonce": b64(nonce),
        "wrapped": b64(aead_seal(own.private, _WHAT, nonce, own.key)),
    }
    save_atomically(folder / REQUEST, dumps(waiting) + b"\n")
    return _start(file, programme.aud, own.public)


def waiting(folder: Path) -> RecoveryStart | None:
    """Return the request that waits for its answer, None where there is none."""
    try:
        value = loads((folder / REQUEST).read_bytes().strip())
        return _start(_slot_file(folder), str(value["aud"]), unb64(value["public"], 32))
    except (OSError, BadMessage, KeyError, NotebookDamaged):
        return None


def give_up(folder: Path) -> None:
    """Forget a request: its answer would open nothing any more."""
    (folder / REQUEST).unlink(missing_ok=True)


def read(folder: Path, answer: bytes, phrase: str) -> Answered:
    """Read the custodians' answer with the new phrase. Nothing is changed yet.

    Raises:
        NoRequest: this computer asked nothing.
        AnswerForeign: it is no answer, or one to another request.
        WrongPassphrase: the phrase is not the one that was taken.
        NotebookDamaged: the slot file was altered, or the database does not open.
    """
    own = _own_slot(folder, phrase)
    file = _slot_file(folder)
    try:
        said = read_recovery_answer(answer)
        if said.vault != file.vault or said.slot != own.public:
            raise AnswerForeign
        database_key = SealedBox(PrivateKey(own.private)).decrypt(said.sealed)
    except (BadMessage, CryptoError) as error:
        raise AnswerForeign from error
    store = Store.open_as_is(folder / DATABASE, database_key)
    try:
        with store.read() as connection:
            vault_key = unb64(facts.get(connection, "vault_key"), 32)
            opened = Secrets(slot_id=own.id, database_key=database_key, vault_key=vault_key)
            file.check(opened)
            known = set(slots.owners(connection).values())
            people = log.read_many(connection, Facilitator, known)
    except BadMessage as error:
        raise NotebookDamaged from error
    finally:
        store.close()
    ordered = sorted(people, key=lambda p: sort_key(p.name))
    return Answered(opened=opened, slot=own, people=tuple((p.id, p.name) for p in ordered))


def finish(
    folder: Path,
    answered: Answered,
    facilitator_id: str,
    programme: Programme,
    *,
    clock: Clock | None = None,
    zone: str = "",
) -> Notebook:
    """Complete the slot for somebody, open the notebook, and give it a new key.

    The slots that this person had before open nothing any more; everybody else's stay.

    Raises:
        AnswerForeign: nobody of that id opens this computer.
        NotebookDamaged, DiskFull, FolderReadOnly: the former phrases open as before.
    """
    if facilitator_id not in dict(answered.people):
        raise AnswerForeign
    file, slot = _slot_file(folder).with_own_slot(answered.opened, answered.slot)
    nb = making.open_with(folder, file, answered.opened, facilitator_id, programme, clock, zone)
    try:
        with nb.store.write() as connection:
            former = {s for s, who in slots.owners(connection).items() if who == facilitator_id}
            slots.remember(connection, slot.id, facilitator_id)
        rekeying.renew(nb, file, keep=lambda one: one.id not in former)
        with nb.store.write() as connection:
            slots.forget(connection, sorted(former))
    except BaseException:
        nb.close()
        raise
    give_up(folder)
    return nb


def _start(file: SlotFile, aud: str, public: bytes) -> RecoveryStart:
    request = RecoveryRequest(
        aud=aud,
        vault=file.vault,
        generation=file.generation,
        slot=public,
        boxes=file.recovery,
    )
    return RecoveryStart(request=request.canonical(), words=fingerprint(request))


def _slot_file(folder: Path) -> SlotFile:
    try:
        return SlotFile.parse((folder / SLOTS).read_bytes())
    except OSError as error:
        raise NotebookDamaged from error


def _own_slot(folder: Path, phrase: str) -> OwnSlot:
    try:
        value = loads((folder / REQUEST).read_bytes().strip())
        kdf = Kdf(ops=value["kdf"]["ops"], memory=value["kdf"]["memory"])
        kdf.check()
        salt = unb64(value["salt"], 16)
        nonce, wrapped = unb64(value["nonce"], 24), unb64(value["wrapped"], 48)
        slot_id = read_id(value["slot"])
    except (OSError, BadMessage, KeyError, TypeError, NotebookDamaged) as error:
        raise NoRequest from error
    key = kdf.derive(phrase, salt)
    try:
        private = aead_open(wrapped, _WHAT, nonce, key)
    except CryptoError as error:
        raise WrongPassphrase from error
    return OwnSlot(id=slot_id, private=private, kdf=kdf, salt=salt, key=key)
