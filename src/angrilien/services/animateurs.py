"""Who opens this computer: the animateurs of one laptop, their slots and their phrases.

Adding somebody needs no new database key. Removing somebody, or giving a phrase in the place of one
that others may know, does: what was closed stays closed. Nobody else's phrase is needed for it.
"""

from __future__ import annotations

from collections.abc import Callable

from angrilien.domain.entities import Facilitator
from angrilien.domain.forms import NAME_LIMIT, clean
from angrilien.domain.french import sort_key
from angrilien.domain.rows import AnimateurRow
from angrilien.errors import LastSlot, Missing, NotebookDamaged, TooLong
from angrilien.services import rekeying
from angrilien.services.notebook import Notebook
from angrilien.services.opening import SLOTS
from angrilien.store import code_secrets, log, slots
from angrilien.vault.files import save_atomically
from angrilien.vault.slots import DEFAULT_KDF, Kdf
from angrilien.wire.ids import id_bytes, new_id

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


def listed(nb: Notebook) -> tuple[AnimateurRow, ...]:
    """Return who opens this computer, oneself first, then by name."""
    file = rekeying.slot_file(nb)
    with nb.store.read() as connection:
        owners = slots.owners(connection)
        people = {p.id: p.name for p in log.read_many(connection, Facilitator, owners.values())}
    found = [
        AnimateurRow(
            slot_id=slot.id,
            facilitator_id=owners.get(slot.id, ""),
            name=people.get(owners.get(slot.id, ""), ""),
            since=made_at(slot.id),
            mine=slot.id == nb.opened.slot_id,
        )
        for slot in file.slots
    ]
    return tuple(sorted(found, key=lambda row: (not row.mine, sort_key(row.name), row.slot_id)))


def check_name(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        Missing, TooLong: it is empty, or over 100 characters.
    """
    found = clean(name)
    if not found:
        raise Missing("name")
    if len(found) > NAME_LIMIT:
        raise TooLong("name", limit=NAME_LIMIT)
    return found


def add(nb: Notebook, name: str, phrase: str, *, kdf: Kdf = DEFAULT_KDF) -> AnimateurRow:
    """Let one more animateur open this computer with a phrase of their own.

    Raises:
        Missing, TooLong: the name.
        TooManySlots: there are 32 already.
        DiskFull, FolderReadOnly: nothing was changed.
    """
    person = Facilitator(id=new_id(), name=check_name(name))
    file, slot = rekeying.slot_file(nb).with_slot(nb.opened, phrase, kdf)
    with nb.store.act(nb.stamp()) as act:
        # Whose the slot is comes first: a slot of nobody would open to nobody's name.
        act.put(person)
        slots.remember(act.connection, slot.id, person.id)
    save_atomically(nb.folder / SLOTS, file.to_bytes())
    return AnimateurRow(
        slot_id=slot.id,
        facilitator_id=person.id,
        name=person.name,
        since=made_at(slot.id),
        mine=False,
    )


def remove(nb: Notebook, slot_id: str, *, progress: Progress | None = None) -> None:
    """Have somebody's phrase open nothing any more. What they wrote and signed stays.

    Raises:
        LastSlot: nobody else could open this computer.
        DiskFull, FolderReadOnly, NotebookDamaged: nothing was changed.
    """
    file = rekeying.slot_file(nb)
    if all(slot.id == slot_id for slot in file.slots):
        raise LastSlot
    rekeying.renew(nb, file, keep=lambda slot: slot.id != slot_id, progress=progress)
    with nb.store.write() as connection:
        person = slots.owner(connection, slot_id)
        slots.forget(connection, [slot_id])
        if person is not None and person not in slots.owners(connection).values():
            code_secrets.forget(connection, person)


def change_phrase(
    nb: Notebook,
    phrase: str,
    *,
    slot_id: str = "",
    kdf: Kdf = DEFAULT_KDF,
    progress: Progress | None = None,
) -> str:
    """Give somebody a new phrase, oneself where `slot_id` is empty; return the new slot's id.

    The former phrase opens nothing any more: not this notebook, not its safety copies here.

    Raises:
        NotebookDamaged: there is no such slot, or nobody knows whose it is; nothing was changed.
        DiskFull, FolderReadOnly: nothing was changed.
    """
    former = slot_id or nb.opened.slot_id
    with nb.store.read() as connection:
        owner = slots.owner(connection, former)
    if owner is None:
        raise NotebookDamaged
    file, slot = rekeying.slot_file(nb).with_slot(nb.opened, phrase, kdf)
    with nb.store.write() as connection:
        slots.remember(connection, slot.id, owner)
    rekeying.renew(nb, file, keep=lambda one: one.id != former, progress=progress)
    with nb.store.write() as connection:
        slots.forget(connection, [former])
    return slot.id


def made_at(slot_id: str) -> int:
    """Return when a slot was made, milliseconds UTC: its UUIDv7 says it (RFC 9562, 5.7)."""
    return int.from_bytes(id_bytes(slot_id)[:6], "big")
