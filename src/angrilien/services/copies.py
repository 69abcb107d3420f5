"""Safety copies of the notebook: when they are made, which are kept, how one goes back to one."""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from angrilien.domain import copies as rule
from angrilien.domain.clock import Clock, SystemClock
from angrilien.domain.rows import CopyRow
from angrilien.errors import (
    CopyDamaged,
    DiskFull,
    FolderReadOnly,
    KnownError,
    NotebookDamaged,
    NotebookMissing,
)
from angrilien.logs import Plain
from angrilien.services import heads, photos, rekeying
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import copies, facts, head, rekey
from angrilien.store import engine as engines
from angrilien.store.store import Store
from angrilien.vault.files import save_atomically
from angrilien.vault.slots import Secrets, SlotFile
from angrilien.wire.canonical import b64

ASIDE: Final = "mis-de-cote"
"""Folder, beside the notebook, of a file that was damaged when one went back to a copy."""
DAY: Final = 24 * 3600 * 1000
ON_KEY: Final = "angrilien-copies"
"""Folder of the copies on a USB key."""
_NOTED: Final = "copy on a key "
_log = logging.getLogger(__name__)


def make(nb: Notebook) -> CopyRow:
    """Make a safety copy now, and let go of those that the rule no longer keeps.

    Raises:
        DiskFull, FolderReadOnly: none was made; those that are there stay.
        NotebookDamaged: the notebook has a damaged page.
    """
    path = _make(nb, nb.folder / copies.FOLDER)
    _prune(nb.folder / copies.FOLDER, nb.home().tz)
    return _row(path, nb.opened.database_key)


def make_if_due(nb: Notebook) -> bool:
    """Make a copy if something was written since the last one; tell whether one was made.

    Called when the notebook closes, and once a day: no room for it, or a folder that cannot be
    written, is no reason to stop.
    """
    try:
        if not is_due(nb):
            return False
        make(nb)
    except KnownError as error:
        _log.warning("no safety copy was made: %s", Plain(type(error).__name__))
        return False
    return True


def is_due(nb: Notebook) -> bool:
    """Tell whether something was written since the last sound copy."""
    for path in copies.paths(nb.folder):
        try:
            kept = copies.read(path, nb.opened.database_key)
        except NotebookDamaged:
            continue
        return kept.changes != nb.store.count()
    return nb.store.count() > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the screen of the copies shows.

    Attributes:
        rows: the copies of this computer, the newest first.
        lost: acts that were acknowledged are no longer in the notebook.
        with_former_key: when the copies on USB keys were made that a former phrase opens.
    """

    rows: tuple[CopyRow, ...]
    lost: bool
    with_former_key: tuple[int, ...]


def overview(nb: Notebook) -> Overview:
    """Return what the screen of the copies shows."""
    return Overview(
        rows=listed(nb),
        lost=heads.check(nb) is heads.Found.LOST,
        with_former_key=with_former_key(nb),
    )


def go_on_without(nb: Notebook) -> None:
    """Go on although acts are missing; what the programme holds of them comes back.

    Raises:
        DiskFull, FolderReadOnly: nothing was decided.
    """
    try:
        heads.go_on(nb)
    except OSError as error:
        raise DiskFull if engines.is_full(nb.folder) else FolderReadOnly from error


def listed(nb: Notebook) -> tuple[CopyRow, ...]:
    """Return the safety copies of this computer, the newest first, each read from end to end."""
    return tuple(_row(path, nb.opened.database_key) for path in copies.paths(nb.folder))


def on_key(nb: Notebook, place: Path) -> CopyRow:
    """Make a copy in a folder of a USB key, for this computer's phrases as they are today.

    With it go the photos that no backup of the server holds yet.

    Raises:
        DiskFull, FolderReadOnly, NotebookDamaged: nothing of it is left there.
    """
    path = _make(nb, place / ON_KEY)
    try:
        photos.copy_into(nb, place / ON_KEY)
    except OSError as error:
        copies.remove(path)
        raise DiskFull if engines.is_full(place) else FolderReadOnly from error
    with nb.store.write() as connection:
        facts.put(connection, _NOTED + path.stem, str(rekeying.slot_file(nb).generation))
    return _row(path, nb.opened.database_key)


def with_former_key(nb: Notebook) -> tuple[int, ...]:
    """Return when the copies on USB keys were made that open with a former phrase only."""
    present = rekeying.slot_file(nb).generation
    with nb.store.read() as connection:
        noted = facts.starting(connection, _NOTED)
    return tuple(
        copies.instant_of(Path(f"{name}.db"))
        for name, made in sorted(noted.items())
        if int(made) < present
    )


def go_back(nb: Notebook, name: str) -> None:
    """Go back to a safety copy; the notebook is closed by it, and opened again by its phrase.

    The present is copied first. What was written since the copy and was sent comes back from the
    programme at the next contact; the copy made first holds the rest.

    Raises:
        CopyDamaged: the copy is; nothing was changed.
        DiskFull, FolderReadOnly, NotebookDamaged: nothing was changed.
    """
    path = _named(nb.folder, name)
    key, folder = nb.opened.database_key, nb.folder
    _check(path, key)
    # A present that is damaged is set aside as it is, below.
    try:
        _make(nb, folder / copies.FOLDER)
    except NotebookDamaged:
        nb.close()
        _set_aside(folder, nb.clock.now())
    nb.close()
    _put_back(folder, path, key)


def offered(folder: Path, phrase: str) -> tuple[CopyRow, ...]:
    """Return the copies that a phrase opens, of a notebook that does not open any more.

    Raises:
        NotebookMissing: there is neither a notebook nor a copy.
        WrongPassphrase: the phrase opens none of them.
    """
    found = copies.paths(folder)
    if not found:
        raise NotebookMissing
    return tuple(_row(path, opened.database_key) for path, opened in _opened(found, phrase))


def rescue(folder: Path, phrase: str, name: str, *, clock: Clock | None = None) -> None:
    """Go back to a copy from a notebook that does not open any more.

    The damaged file is kept aside, as it is.

    Raises:
        CopyDamaged: the copy is; nothing was changed.
        WrongPassphrase: the phrase does not open it.
        DiskFull, FolderReadOnly: nothing was changed.
    """
    path = _named(folder, name)
    opened = SlotFile.parse(copies.slots_of(path).read_bytes()).open(phrase)
    _check(path, opened.database_key)
    _set_aside(folder, (clock or SystemClock()).now())
    _put_back(folder, path, opened.database_key)


def before_migration(folder: Path, opened: Secrets, slots: SlotFile, now: int) -> None:
    """Copy a notebook of an older version before it is brought to the present schema.

    Raises:
        DiskFull, FolderReadOnly, NotebookDamaged: nothing was changed; it is not migrated then.
    """
    store = Store.open_as_is(folder / DATABASE, opened.database_key)
    try:
        copies.make(
            store,
            opened.database_key,
            folder / copies.FOLDER,
            now,
            save_slots=_saver(slots.to_bytes()),
        )
    finally:
        store.close()


def _make(nb: Notebook, place: Path) -> Path:
    slots = rekeying.slot_file(nb).to_bytes()
    now = nb.clock.now()
    while (place / f"{copies.name_of(now)}.db").exists():
        now += 1
    return copies.make(nb.store, nb.opened.database_key, place, now, save_slots=_saver(slots))


def _saver(slots: bytes) -> Callable[[Path], None]:
    return functools.partial(save_atomically, data=slots)


def _prune(place: Path, tz: str) -> None:
    found = {copies.instant_of(path): path for path in copies.in_folder(place)}
    last_made = [copies.instant_of(path) for path in copies.last_made(place, rule.NEWEST)]
    stay = rule.kept(found, ZoneInfo(tz), last_made=last_made)
    for instant, path in found.items():
        if instant not in stay:
            try:
                copies.remove(path)
            except OSError:
                _log.info("a safety copy that is too many could not be removed")


def _row(path: Path, key: bytes) -> CopyRow:
    made_at, size = copies.instant_of(path), path.stat().st_size
    try:
        holds = copies.read(path, key)
    except NotebookDamaged:
        return CopyRow(name=path.stem, made_at=made_at, size=size, sound=False)
    return CopyRow(
        name=path.stem,
        made_at=made_at,
        size=size,
        sound=True,
        workshops=holds.workshops,
        people=holds.people,
        last=holds.last,
    )


def _named(folder: Path, name: str) -> Path:
    for path in copies.paths(folder):
        if path.stem == name:
            return path
    raise CopyDamaged


def _check(path: Path, key: bytes) -> None:
    try:
        copies.read(path, key)
    except NotebookDamaged as error:
        raise CopyDamaged from error


def _opened(found: Sequence[Path], phrase: str) -> list[tuple[Path, Secrets]]:
    """Open the copies' slot files; copies of one key cost one derivation."""
    opened: list[tuple[Path, Secrets]] = []
    known: dict[bytes, Secrets] = {}
    problem: KnownError = NotebookDamaged()
    for path in found:
        try:
            data = copies.slots_of(path).read_bytes()
            if data not in known:
                known[data] = SlotFile.parse(data).open(phrase)
        except OSError:
            continue
        except KnownError as error:
            problem = error
            continue
        opened.append((path, known[data]))
    if not opened:
        raise problem
    return opened


def _set_aside(folder: Path, now: int) -> None:
    """Keep a file that cannot be copied by SQLite as it is, under another name."""
    place = folder / ASIDE / copies.name_of(now)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for suffix in ("", "-wal"):
            path = folder / (DATABASE + suffix)
            if path.exists():
                (place / path.name).write_bytes(path.read_bytes())
                rekey.sync_file(place / path.name)
    except OSError as error:
        raise DiskFull if engines.is_full(folder) else FolderReadOnly from error


def _put_back(folder: Path, path: Path, key: bytes) -> None:
    notebook = folder / DATABASE
    draft = rekey.pending(notebook)
    try:
        draft.write_bytes(path.read_bytes())
        rekey.sync_file(draft)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise DiskFull if engines.is_full(folder) else FolderReadOnly from error
    slots = copies.slots_of(path).read_bytes()
    _keep_newer_slots(folder, slots)
    rekey.install(notebook, keep_former=False)
    _new_head(folder, key)


def _keep_newer_slots(folder: Path, slots: bytes) -> None:
    """Put a copy's slot file in place, unless the present one opens the same key.

    Somebody may have been added since the copy: they stay.
    """
    copied = SlotFile.parse(slots)
    try:
        present = SlotFile.parse((folder / SLOTS).read_bytes())
    except (OSError, NotebookDamaged):
        save_atomically(folder / SLOTS, slots)
        return
    if present.vault != copied.vault or present.generation != copied.generation:
        save_atomically(folder / SLOTS, slots)


def _new_head(folder: Path, key: bytes) -> None:
    """Write the head of what was put back, with a token that differs from the notebook's own.

    The difference says that this log may have been written on elsewhere: a new incarnation begins
    before anything is sent.
    """
    store = Store.open_as_is(folder / DATABASE, key)
    try:
        with store.read() as connection:
            end = store.position(connection)
            vault = facts.get(connection, "vault")
        head.write(
            folder,
            key,
            head.Head(
                vault=vault,
                inc=end.inc,
                seq=end.seq,
                chain=end.chain,
                token=b64(secrets.token_bytes(16)),
            ),
        )
    finally:
        store.close()
