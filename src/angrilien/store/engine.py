"""The one SQLAlchemy engine over the encrypted file, its pragmas read back and asserted."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from angrilien.errors import (
    BugError,
    DiskFull,
    DiskHiccup,
    FolderReadOnly,
    KnownError,
    NotebookDamaged,
)
from angrilien.store import ballast

APPLICATION_ID = 0x416E6772
"""SQLite's application_id of a notebook ("Angr"), so that a foreign file is known as such."""
LEAST_ROOM = 1 << 20
"""Bytes of free room below which an input/output error is a full disk."""
_ASSERTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: with NORMAL, acknowledged rows were lost in simulated power cuts
    "foreign_keys": 1,
    "trusted_schema": 0,
    "wal_autocheckpoint": 100,
    "recursive_triggers": 1,  # without, INSERT OR REPLACE takes a row away behind the triggers
}


def make_engine(path: Path, key: bytes, *, foreign_keys: bool = True, copy: bool = False) -> Engine:
    """Return an engine whose single connection is keyed with the raw 256-bit key.

    A `copy` is only read, and left as it is: its journal mode too.

    `hide_parameters` keeps names out of exception texts. Transactions are begun by us, IMMEDIATE
    for a write, so that no write waits for a lock in its middle.

    Raises:
        NotebookDamaged: the file is not one that this key opens.
    """

    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path), isolation_level=None, check_same_thread=False, timeout=5.0
        )
        try:
            _key(connection, key)
            if copy:
                connection.execute("PRAGMA query_only = ON")
            else:
                _set_up(connection, foreign_keys=foreign_keys)
        except sqlcipher.DatabaseError as error:
            connection.close()
            raise known(error, path) from error
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=StaticPool,
        hide_parameters=True,
        execution_options={"path": path},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("begin", "BEGIN")
        if kind:
            connection.exec_driver_sql(kind)

    return engine


def _key(connection: Any, key: bytes) -> None:
    cursor = connection.cursor()
    # What it has to say of a damaged file is an exception here; its own words are English.
    cursor.execute("PRAGMA cipher_log_level = NONE")
    cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    cursor.execute("SELECT count(*) FROM sqlite_master")
    if not cursor.execute("PRAGMA cipher_version").fetchone():
        raise BugError("this SQLite does not encrypt")
    cursor.execute("PRAGMA temp_store = MEMORY")


def _set_up(connection: Any, *, foreign_keys: bool) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute("PRAGMA wal_autocheckpoint = 100")
    cursor.execute("PRAGMA recursive_triggers = ON")
    expected = {**_ASSERTED, "foreign_keys": int(foreign_keys)}
    for name, wanted in expected.items():
        found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise BugError(f"PRAGMA {name} is {found}, not {wanted}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the file."""
    with _known_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a write transaction: all of it is durable, or nothing happened."""
    with _known_errors(engine, giving_up=True), engine.connect() as plain:
        connection = plain.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin():
            yield connection


@contextmanager
def outside(engine: Engine) -> Iterator[Connection]:
    """Give a connection outside any transaction, for what refuses to run in one."""
    with _known_errors(engine), engine.connect() as plain:
        yield plain.execution_options(begin="")


def check_pages(connection: Connection) -> None:
    """Check every page of the file against its authentication code.

    Those of the write-ahead log are checked as they are read.

    Raises:
        NotebookDamaged: a page is not what was written.
    """
    if connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall():
        raise NotebookDamaged


def known(error: BaseException, path: Path) -> BaseException:
    """Return the KnownError of an error that is the world's fault, else the error itself.

    A full disk under the write-ahead log is told as an input/output error: the free room decides.
    """
    if isinstance(error, KnownError):
        return error
    text = str(error)
    if "disk is full" in text or ("disk I/O error" in text and is_full(path.parent)):
        return DiskFull()
    if "readonly database" in text or "unable to open database file" in text:
        return FolderReadOnly()
    if "file is not a database" in text or "malformed" in text:
        return NotebookDamaged()
    return error


def is_full(folder: Path) -> bool:
    """Tell whether a folder's disk has less than `LEAST_ROOM` left."""
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM
    except OSError:
        return False


@contextmanager
def _known_errors(engine: Engine, *, giving_up: bool = False) -> Iterator[None]:
    """Tell errors as what they are; for a gesture, a full disk costs the ballast (`giving_up`)."""
    try:
        yield
    except DatabaseError as error:
        told = known(error, engine.get_execution_options()["path"])
        if isinstance(told, DiskFull) and giving_up:
            # What it gives up lets the gesture be made again, and the notebook be closed.
            ballast.let_go(engine.get_execution_options()["path"].parent)
        if isinstance(told, NotebookDamaged) or (told is error and "disk I/O error" in str(error)):
            told = _second_look(engine)
        if told is error:
            raise
        raise told from error


def _second_look(engine: Engine) -> KnownError:
    """Reopen the file before saying that it is damaged.

    One read that failed for a moment looks like a damaged page under encryption, and the connection
    that saw it keeps saying so. What was being written was rolled back, or is durable.
    """
    engine.dispose()
    return DiskHiccup() if is_sound(engine) else NotebookDamaged()


def is_sound(engine: Engine) -> bool:
    """Tell whether a file that is opened anew is what was written, from end to end."""
    try:
        with engine.connect() as plain:
            connection = plain.execution_options(begin="")
            check_pages(connection)
            found = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    except (DatabaseError, KnownError):
        engine.dispose()
        return False
    return bool(found == "ok")


def close(engine: Engine) -> None:
    """Empty the write-ahead log into the file, as far as it goes, and close the connection."""
    with contextlib.suppress(DatabaseError), engine.connect() as plain:
        # Outside any transaction: a checkpoint inside one empties nothing.
        connection = plain.execution_options(begin="")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
