"""Making the notebook of a laptop, and opening it with a phrase de passe."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from angrilien.domain.clock import DEFAULT_ZONE, Clock, SystemClock, known_zone
from angrilien.domain.code_secret import read_code_secret
from angrilien.domain.codes import read_code
from angrilien.domain.entities import Facilitator
from angrilien.domain.forms import clean
from angrilien.domain.ids import provisional_venue_id
from angrilien.domain.rows import FirstStart, VenueRow
from angrilien.errors import (
    FolderReadOnly,
    NotebookDamaged,
    NotebookExists,
    NotebookMissing,
    Retired,
)
from angrilien.services import (
    copies,
    erasure,
    forks,
    heads,
    reference,
    rekeying,
    revocation,
)
from angrilien.services.notebook import Notebook
from angrilien.services.opening import (
    DATABASE,
    SLOTS,
    UNFINISHED,
    check_first_start,
    check_ours,
    exists,
)
from angrilien.services.venue_profile import kept_of
from angrilien.store import ballast, code_secrets, kept_profile, marks, slots
from angrilien.store.log import Stamp
from angrilien.store.store import Birth, Identity, Store
from angrilien.vault.boxes import custodians_of
from angrilien.vault.code_secret import hash_code
from angrilien.vault.files import save_atomically
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.vault.slots import DEFAULT_KDF, Kdf, Secrets, SlotFile
from angrilien.wire.canonical import b64
from angrilien.wire.ids import new_id
from angrilien.wire.profile import Profile

PROVISIONAL_NAME = "Lieu à préciser"


def create(
    folder: Path,
    start: FirstStart,
    programme: Programme,
    *,
    clock: Clock | None = None,
    kdf: Kdf = DEFAULT_KDF,
    zone: str = DEFAULT_ZONE,
    venue_name: str = PROVISIONAL_NAME,
    profile: Profile | None = None,
) -> Notebook:
    """Make the notebook: vault, database, device key, first incarnation, first animateur.

    The database is made under another name and renamed last, so that a cut in the middle leaves no
    half notebook.

    `profile` is the venue's, where one came with the installer: it names the venue, and its code
    registers the laptop. A code that was typed goes before it.

    Raises:
        NotebookExists: there is one; it is left as it is.
        DiskFull, FolderReadOnly: nothing usable was made.
        Missing, TooLong, NotACode, CodeNotSixDigits…: as `check_first_start`.
    """
    check_first_start(start)
    zone = known_zone(zone)
    if exists(folder):
        raise NotebookExists
    clock = clock or SystemClock()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(folder)
    except OSError as error:
        raise FolderReadOnly from error
    signer, now = Signer.generate(), clock.now()
    slot_file, opened = SlotFile.create(
        start.passphrase, kdf, custodians=custodians_of(programme.keys, now)
    )
    identity = Identity(dev=new_id(), inc=new_id(), seed=signer.seed, public=signer.public)
    home = provisional_venue_id(identity.dev)
    provisional = VenueRow(id=home, name=venue_name, tz=zone, provisional=True)
    if start.venue_code.strip():
        profile = None
    if profile is not None:
        provisional = replace(
            provisional,
            name=profile.venue_name,
            commune=profile.commune,
            tz=known_zone(profile.tz),
        )
    birth = Birth(
        identity=identity,
        made_at=now,
        vault=slot_file.vault,
        vault_key=b64(opened.vault_key),
        token=secrets.token_hex(16),
        venues=[("", provisional, "", ""), *reference.venue_list()],
    )
    person = Facilitator(id=new_id(), name=clean(start.name))
    try:
        store = Store.create(_unfinished(folder), opened.database_key, birth)
        try:
            with store.act(Stamp(at=now, tz=zone, clock="unchecked", author=person.id)) as act:
                act.put(person)
                slots.remember(act.connection, opened.slot_id, person.id)
                if start.code_secret:
                    hashed = hash_code(read_code_secret(start.code_secret))
                    code_secrets.save(act.connection, person.id, hashed, now)
                if profile is not None:
                    kept_profile.put(act.connection, kept_of(profile))
                code = start.venue_code if profile is None else profile.code
                marks.put(act.connection, venue_code=read_code(code) or "")
        finally:
            store.close()
        save_atomically(folder / SLOTS, slot_file.to_bytes())
        _unfinished(folder).rename(folder / DATABASE)
    except BaseException:
        _remove_unfinished(folder)
        raise
    return _open(folder, slot_file, start.passphrase, programme, clock=clock, zone=zone)


def open_notebook(
    folder: Path,
    phrase: str,
    programme: Programme,
    *,
    clock: Clock | None = None,
    zone: str = DEFAULT_ZONE,
) -> Notebook:
    """Open the notebook of a folder.

    Raises:
        NotebookMissing: there is none.
        WrongPassphrase: the phrase opens no slot.
        NotebookDamaged, NotebookForeign, NotebookNewer: as `Store.open`; nothing was changed.
    """
    if revocation.is_retired(folder):
        raise Retired
    if not exists(folder):
        raise NotebookMissing
    check_ours(folder)
    try:
        slot_file = SlotFile.parse((folder / SLOTS).read_bytes())
    except OSError as error:
        raise NotebookDamaged from error
    return _open(
        folder, slot_file, phrase, programme, clock=clock or SystemClock(), zone=known_zone(zone)
    )


def _open(
    folder: Path,
    slot_file: SlotFile,
    phrase: str,
    programme: Programme,
    *,
    clock: Clock,
    zone: str,
) -> Notebook:
    opened = slot_file.open(phrase)
    return open_with(folder, slot_file, opened, "", programme, clock, zone)


def open_with(
    folder: Path,
    slot_file: SlotFile,
    opened: Secrets,
    facilitator_id: str,
    programme: Programme,
    clock: Clock | None = None,
    zone: str = "",
) -> Notebook:
    """Open the notebook of a folder whose keys are known; nobody named: the slot's owner.

    Raises:
        NotebookDamaged, NotebookForeign, NotebookNewer: as `Store.open`; nothing was changed.
    """
    clock = clock or SystemClock()
    rekeying.finish(folder, opened.database_key, slot_file)
    store = Store.open(
        folder / DATABASE,
        opened.database_key,
        vault=slot_file.vault,
        vault_key=b64(opened.vault_key),
        before_migration=lambda: copies.before_migration(folder, opened, slot_file, clock.now()),
    )
    try:
        rekeying.opened_once(folder)
        person = facilitator_id or _owner(store, opened.slot_id)
        notebook = Notebook(
            store,
            folder,
            person,
            programme,
            clock=clock,
            zone=known_zone(zone or DEFAULT_ZONE),
            opened=opened,
        )
        if heads.check(notebook) is heads.Found.ABSENT:
            heads.begin(notebook)
        forks.begin_at_opening(notebook)
        erasure.finish(notebook)
        ballast.take_aboard(folder)
    except BaseException:
        store.close()
        raise
    return notebook


def _owner(store: Store, slot_id: str) -> str:
    with store.read() as connection:
        person = slots.owner(connection, slot_id)
    if person is None:
        raise NotebookDamaged
    return person


def _unfinished(folder: Path) -> Path:
    return folder / UNFINISHED


def _remove_unfinished(folder: Path) -> None:
    """Remove what a creation that was cut left: it never was anybody's notebook.

    The keys go first: without the unfinished file beside them they would be those of a notebook.
    """
    if not _unfinished(folder).exists() or (folder / DATABASE).exists():
        return
    for path in (folder / SLOTS, *folder.glob(f"{UNFINISHED}-*"), _unfinished(folder)):
        path.unlink(missing_ok=True)
