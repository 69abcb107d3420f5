"""Safety copies: made by SQLite itself, read back from end to end, then given their name.

    copies/20261126T141205123Z.db      a whole notebook under the present key
    copies/20261126T141205123Z.json    the slot file that opens it

Never by copying the file: a database that is written meanwhile would be torn.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien.domain.clock import to_instant
from angrilien.errors import DiskFull, DiskHiccup, FolderReadOnly, KnownError, NotebookDamaged
from angrilien.store import engine as engines
from angrilien.store import rekey
from angrilien.store.store import Store

FOLDER: Final = "copies"
_NAME: Final = re.compile(r"\d{8}T\d{9}Z")
_UNFINISHED: Final = ".new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a copy holds, once it was read from end to end."""

    changes: int
    workshops: int
    people: int
    last: int | None
    """When its last act was, milliseconds UTC."""


def paths(folder: Path) -> tuple[Path, ...]:
    """Return the copies of a notebook's folder, the newest first."""
    return in_folder(folder / FOLDER)


def in_folder(place: Path) -> tuple[Path, ...]:
    """Return the copies that stand in a folder, the newest first."""
    try:
        found = [p for p in place.iterdir() if p.suffix == ".db" and _NAME.fullmatch(p.stem)]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda p: p.stem, reverse=True))


def last_made(place: Path, count: int) -> tuple[Path, ...]:
    """Return the copies that were made last, whatever the clock said then (their names say that).

    A file's own date tells the order: `make` never dates one before another.
    """
    found = sorted(in_folder(place), key=lambda path: (path.stat().st_mtime_ns, path.stem))
    return tuple(found[-count:])


def _date_after(draft: Path, before: Sequence[Path]) -> None:
    for path in before:
        latest = path.stat().st_mtime_ns
        if draft.stat().st_mtime_ns <= latest:
            os.utime(draft, ns=(latest + 1_000_000_000,) * 2)


def with_leftovers(folder: Path) -> tuple[Path, ...]:
    """Return the copies beside which a change of key left an exported file."""
    place = folder / FOLDER
    if not place.is_dir():
        return ()
    return tuple(p.with_name(p.name.removesuffix(rekey.PENDING)) for p in place.glob("*.db.rekey"))


def slots_of(path: Path) -> Path:
    """Return where the slot file of a copy is."""
    return path.with_suffix(".json")


def instant_of(path: Path) -> int:
    """Return when a copy was made, milliseconds UTC, as its name says it."""
    stem = path.stem
    moment = dt.datetime.strptime(stem[:15], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    return to_instant(moment) + int(stem[15:18])


def name_of(instant: int) -> str:
    """Return the name of a copy made at an instant."""
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=instant)
    return f"{moment:%Y%m%dT%H%M%S}{instant % 1000:03d}Z"


def make(
    store: Store, key: bytes, place: Path, now: int, *, save_slots: Callable[[Path], None]
) -> Path:
    """Make a copy of an opened notebook in a folder, verified; return where it is.

    Args:
        store: the notebook.
        key: of its database.
        place: `copies` of its folder, or a folder of a USB key.
        now: milliseconds UTC, which names it.
        save_slots: writes the slot file that opens it, where it is told.

    Raises:
        DiskFull, FolderReadOnly: nothing of it is left.
        NotebookDamaged: the notebook has a damaged page; nothing of it is left.
    """
    path = place / f"{name_of(now)}.db"
    draft = path.with_name(path.name + _UNFINISHED)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(draft)
        changes = store.copy_into(draft)
        rekey.sync_file(draft)
        _check_count(draft, key, changes)
        save_slots(slots_of(path))
        _date_after(draft, last_made(place, 1))
        draft.replace(path)
        rekey.sync_folder(place)
    except BaseException as error:
        _discard(draft, path)
        if isinstance(error, OSError):
            raise DiskFull if engines.is_full(place) else FolderReadOnly from error
        raise
    return path


def read(path: Path, key: bytes) -> Contents:
    """Read a copy from end to end.

    Raises:
        NotebookDamaged: this key does not open it, or something in it is not what was written.
    """
    if not path.is_file() or not path.stat().st_size:
        raise NotebookDamaged
    try:
        return _read(path, key)
    except (NotebookDamaged, DiskHiccup):
        # One read that fails for a moment looks like a damaged page.
        return _read(path, key)


def _read(path: Path, key: bytes) -> Contents:
    try:
        engine = engines.make_engine(path, key, copy=True)
    except KnownError as error:
        raise NotebookDamaged from error
    try:
        with engines.reading(engine) as connection:
            rekey.check_whole(connection)

            def one(query: str) -> int:
                return int(connection.exec_driver_sql(query).scalar() or 0)

            return Contents(
                changes=one('SELECT count(*) FROM "change"'),
                workshops=one("SELECT count(*) FROM workshop"),
                people=one("SELECT count(*) FROM participant"),
                last=one('SELECT max("at") FROM "change"') or None,
            )
    finally:
        engine.dispose()


def remove(path: Path) -> None:
    """Remove a copy and its slot file, the slot file first: without it the copy opens to nobody."""
    for one in (slots_of(path), path):
        one.unlink(missing_ok=True)


def _check_count(draft: Path, key: bytes, changes: int) -> None:
    if read(draft, key).changes != changes:
        raise NotebookDamaged


def _discard(draft: Path, path: Path) -> None:
    try:
        _clear(draft)
        if not path.exists():
            slots_of(path).unlink(missing_ok=True)
    except OSError:
        return  # a folder that cannot be written keeps what it has


def _clear(draft: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
