"""A new database key: the file is written anew under it, verified, and put in place last.

    1. each file (the notebook, its safety copies) is exported to `FILE.rekey` under the new key,
       and read back;
    2. the slot file of the new key replaces the present one: this is the instant of the change;
    3. each `FILE.rekey` takes the place of its file. The notebook's former file stays beside it
       until the new key has opened once.

Killed before 2, the former key opens everything, and what was exported is removed at the next
opening. Killed after 2, the new key opens the notebook, and `finish` does what is left of 3.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError

from angrilien.errors import BugError, KnownError, NotebookDamaged
from angrilien.store import engine as engines

PENDING = ".rekey"
FORMER = ".former"


def prepare(paths: Iterable[Path], key: bytes, new_key: bytes) -> None:
    """Export files under a new key, each beside itself. Nobody else writes them meanwhile.

    Raises:
        DiskFull, FolderReadOnly: nothing was changed, nothing is left.
        NotebookDamaged: one of them is; nothing was changed.
    """
    done: list[Path] = []
    try:
        for path in paths:
            done.append(path)
            _export(path, pending(path), key, new_key)
    except BaseException:
        for path in done:
            _remove(pending(path))
        raise


def install(path: Path, *, keep_former: bool) -> None:
    """Put the exported file in its place, durably."""
    if keep_former and path.exists():
        former(path).unlink(missing_ok=True)
        path.rename(former(path))
    for suffix in ("-wal", "-shm"):
        # They belong to the file that goes: its last connection emptied them.
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    pending(path).replace(path)
    sync_folder(path.parent)


def is_left(path: Path) -> bool:
    """Tell whether a change of key was cut while it did this file."""
    return pending(path).exists()


def settle(path: Path, key: bytes) -> bool:
    """Decide what becomes of an exported file that a cut left; tell whether it is to be installed.

    `key` is the one that the slot file gives now. What neither file opens with stays as it is.
    """
    if opens(path, key):
        _remove(pending(path))
        return False
    return opens(pending(path), key)


def opens(path: Path, key: bytes) -> bool:
    """Tell whether a file is there and this key opens it."""
    if not path.is_file() or not path.stat().st_size:
        return False
    # Twice: one read that fails for a moment looks like a file under another key.
    return _opens(path, key) or _opens(path, key)


def _opens(path: Path, key: bytes) -> bool:
    engine = engines.make_engine(path, key)
    try:
        with engines.reading(engine):
            pass
    except KnownError:
        engine.dispose()
        return False
    engines.close(engine)
    return True


def forget_former(path: Path) -> bool:
    """Remove the notebook's former file, once the new key has opened; tell whether there was one.

    It is under a key that somebody may still know, and so is its write-ahead log, if it has one.
    """
    there = former(path).exists()
    if there:
        _remove(former(path))
        sync_folder(path.parent)
    return there


def pending(path: Path) -> Path:
    """Return where a file is exported to."""
    return path.with_name(path.name + PENDING)


def former(path: Path) -> Path:
    """Return where the notebook's former file waits."""
    return path.with_name(path.name + FORMER)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush; its rename is journalled.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    return {
        name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())  # noqa: S608
        for name in inspect(connection).get_table_names()
    }


def _export(source: Path, target: Path, key: bytes, new_key: bytes) -> None:
    _remove(target)
    engine = engines.make_engine(source, key)
    try:
        with engines.outside(engine) as connection:
            connection.exec_driver_sql(
                "ATTACH DATABASE ? AS target KEY ?", (str(target), f"x'{new_key.hex()}'")
            )
            connection.exec_driver_sql("SELECT sqlcipher_export('target')")
            connection.exec_driver_sql(f"PRAGMA target.application_id = {engines.APPLICATION_ID}")
            connection.exec_driver_sql("DETACH DATABASE target")
            before = counts(connection)
    finally:
        engines.close(engine)
    sync_file(target)
    copy = engines.make_engine(target, new_key)
    try:
        with engines.reading(copy) as connection:
            check_whole(connection)
            if counts(connection) != before:
                raise BugError("an exported file has other rows than its source")
    finally:
        engines.close(copy)
    sync_file(target)


def check_whole(connection: Connection) -> None:
    """Read a file from end to end.

    Raises:
        NotebookDamaged: a page is not what was written, or an index does not fit its table.
    """
    try:
        engines.check_pages(connection)
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    except DatabaseError as error:
        raise NotebookDamaged from error
    if not sound:
        raise NotebookDamaged


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
