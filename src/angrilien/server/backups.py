"""Backups: the whole database as one SQLite file, whatever the database; and the way back.

    backups/20261127T081500Z.angrilien-backup      every row of every table, a manifest, and the
                                                   names of the photos that it relies on
    backups/blobs/ab/abcd…                         files of photos, each once for all backups

The rows come from one snapshot, read while the server goes on. What a backup is worth is told by
`drills`: making one proves nothing yet.
"""

from __future__ import annotations

import datetime as dt
import errno
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from angrilien.domain import copies as rule
from angrilien.server.base import server_registry, table
from angrilien.server.blobs import BLOBS, copy_blobs, sync_file, sync_folder
from angrilien.server.database import Database, is_full
from angrilien.server.errors import (
    BackupDamaged,
    CannotWrite,
    DatabaseNotEmpty,
    DatabaseUnreachable,
    DiskFull,
    ForeignBackup,
    NewerBackup,
    NotABackup,
)
from angrilien.server.keyring import Keyring
from angrilien.server.schema import REVISION, prepare
from angrilien.server.tables import ErasedRow, ProgrammeRow

SUFFIX: Final = ".angrilien-backup"
SCRATCH: Final = "angrilien-drill-"
"""How the name of a drill's folder begins, beside the backup."""
_NAME: Final = re.compile(r"\d{8}T\d{6}Z" + re.escape(SUFFIX))
_AT_ONCE: Final = 1_000
_MANIFEST: Final = Table(
    "backup_manifest",
    MetaData(),
    Column("name", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
)
_PHOTOS: Final = Table("backup_photo", MetaData(), Column("name", Text(), primary_key=True))
"""Names of the files of photos that were there: SHA-256 of each, in hexadecimal."""
_STALE_SECONDS: Final = 24 * 3600
"""A draft that is older was left by a backup that was killed."""

Progress = Callable[[int], None]
"""Told, now and then, how many rows are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself: programme, epoch, schema, date, rows of each table."""

    aud: str
    epoch: str
    revision: str
    made_at: int
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """Number of rows."""
        return sum(self.rows.values())


def make(
    database: Database, blobs: Path, out: Path, now: int, *, told: Progress = lambda _count: None
) -> Path:
    """Write a backup into a folder, read it back, and return its path.

    Args:
        database: the server's; it may be serving meanwhile.
        blobs: folder of the server's files of photos.
        out: folder of the backups.
        now: milliseconds UTC, which name it.
        told: of the progress.

    Raises:
        CannotWrite, DiskFull: nothing of it is left.
        BackupDamaged: what was written is not what was read; nothing of it is left.
    """
    path = out / name_of(now)
    draft = path.with_name(path.name + ".new")
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(out)
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        written = _write(database, blobs, draft, now, told)
        _settle(draft)
        _read_back(draft, written)
        sync_file(draft)
        draft.replace(path)
        sync_folder(out)
    except BaseException as error:
        _discard(draft)
        if isinstance(error, (OSError, DBAPIError)):
            raise _of_the_disk(error, out) from error
        raise
    return path


def restore(
    backup: Path,
    database: Database,
    blobs: Path | None,
    keyring: Keyring,
    now: int,
    *,
    told: Progress = lambda _count: None,
) -> Manifest:
    """Put a backup into an empty database, under a new epoch; return what it said of itself.

    Laptops then see that the server was put back, and offer again what it lacks. The files of
    photos go to `blobs`, nowhere where it is None. A backup of an older version is first brought
    to this one, in a copy.

    Raises:
        NotABackup, ForeignBackup, NewerBackup, BackupDamaged: nothing was written.
        DatabaseNotEmpty: the database holds a programme already; it is left as it is.
        CannotWrite, DiskFull: the rows, or the photos, could not be written.
        KnownError: as `schema.prepare`.
    """
    with opened(backup) as source:
        manifest = read_manifest(source)
        if manifest.aud != keyring.aud:
            raise ForeignBackup
        if manifest.revision > REVISION:
            raise NewerBackup
        if counted(source, manifest.rows) != manifest.rows:
            raise BackupDamaged
    try:
        with _of_this_version(backup, manifest, database.folder) as path, opened(path) as source:
            _put_back(source, database, keyring.aud, now, told)
        if blobs is not None:
            copy_blobs(backup.parent / BLOBS, blobs)
    except (OSError, DBAPIError) as error:
        raise _of_the_disk(error, database.folder) from error
    return manifest


def _put_back(source: Connection, database: Database, aud: str, now: int, told: Progress) -> None:
    prepare(database, aud, now)
    with database.writing() as session:
        connection = session.connection()
        there = counted(connection, _names_of_tables())
        if any(count for name, count in there.items() if name != ProgrammeRow.__tablename__):
            raise DatabaseNotEmpty
        programme = table(ProgrammeRow)
        connection.execute(programme.delete())
        if _copy(source, connection, told) != counted(source, _names_of_tables()):
            raise BackupDamaged
        connection.execute(programme.update().values(epoch=secrets.token_urlsafe(6)))


@contextmanager
def _of_this_version(backup: Path, manifest: Manifest, folder: Path) -> Iterator[Path]:
    """Give the backup itself, or a copy that was brought to this version's schema."""
    if manifest.revision == REVISION:
        yield backup
        return
    with tempfile.TemporaryDirectory(prefix="angrilien-restore-", dir=folder) as scratch:
        path = Path(scratch) / backup.name
        shutil.copyfile(backup, path)
        database = Database(path.parent, f"sqlite:///{path}")
        try:
            prepare(database, manifest.aud, manifest.made_at)
        finally:
            database.close()
        yield path


def listed(out: Path) -> list[Path]:
    """Return the backups of a folder, the newest first."""
    try:
        found = [path for path in out.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def erased_since(backup: Path) -> set[tuple[str, str]]:
    """Return the rows (entity, id) that were erased by the backups made after this one beside it.

    One that cannot be read, or is of another programme, tells nothing.
    """
    found: set[tuple[str, str]] = set()
    with opened(backup) as source:
        aud = read_manifest(source).aud
    erased = table(ErasedRow)
    for path in listed(backup.parent):
        if path.name <= backup.name:
            break
        with suppress(NotABackup), opened(path) as source:
            said = read_manifest(source)
            if said.aud == aud and ErasedRow.__tablename__ in said.rows:
                query = select(erased.c.entity, erased.c.entity_id)
                found |= {(row.entity, row.entity_id) for row in source.execute(query)}
    return found


def prune(out: Path) -> int:
    """Let go of the backups that the rule of safety copies does not keep; return how many."""
    instants = {_instant_of(path): path for path in listed(out)}
    stay = rule.kept(instants, dt.UTC)
    gone = [path for instant, path in instants.items() if instant not in stay]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def name_of(now: int) -> str:
    """Return the name of a backup made at an instant."""
    moment = dt.datetime.fromtimestamp(now / 1000, dt.UTC)
    return moment.strftime("%Y%m%dT%H%M%SZ") + SUFFIX


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """Open a backup to read it.

    Raises:
        NotABackup: it is none, or cannot be read.
    """
    if not path.is_file():
        raise NotABackup
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlite,
        creator=lambda: sqlite.connect(address, uri=True, check_same_thread=False),
        hide_parameters=True,
    )
    try:
        with engine.connect() as connection:
            names = connection.execute(text("SELECT name FROM sqlite_master")).scalars().all()
            if _MANIFEST.name not in names:
                raise NotABackup
            yield connection
    except DBAPIError as error:
        raise NotABackup from error
    finally:
        engine.dispose()


def read_manifest(connection: Connection) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        NotABackup: it says nothing that can be read.
    """
    try:
        rows = connection.execute(select(_MANIFEST))
        said = dict(map(tuple, rows))
        return Manifest(
            aud=said.pop("aud"),
            epoch=said.pop("epoch"),
            revision=said.pop("revision"),
            made_at=int(said.pop("made_at")),
            rows={name.removeprefix("rows "): int(value) for name, value in said.items()},
        )
    except (DBAPIError, KeyError, ValueError) as error:
        raise NotABackup from error


def counted(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the number of rows of some tables."""
    return {
        name: connection.execute(
            select(func.count()).select_from(Table(name, MetaData()))
        ).scalar_one()
        for name in names
    }


def photos(connection: Connection) -> list[str]:
    """Return the names of the files of photos that a backup relies on."""
    return list(connection.execute(select(_PHOTOS.c.name)).scalars())


# --- inside --------------------------------------------------------------------------------------


def _tables() -> list[Table]:
    """Return every table, those that others name first."""
    return list(server_registry.metadata.sorted_tables)


def _names_of_tables() -> list[str]:
    return [one.name for one in _tables()]


def _write(database: Database, blobs: Path, draft: Path, now: int, told: Progress) -> Manifest:
    target = Database(draft.parent, f"sqlite:///{draft}")
    try:
        with snapshot(database) as source:
            said = source.execute(select(table(ProgrammeRow))).one()
            prepare(target, said.aud, now)
            with target.writing() as session:
                session.connection().execute(table(ProgrammeRow).delete())
                rows = _copy(source, session.connection(), told)
        # After the rows: what they rely on was there when they were read.
        names = copy_blobs(blobs, draft.parent / BLOBS)
        manifest = Manifest(
            aud=said.aud, epoch=said.epoch, revision=REVISION, made_at=now, rows=rows
        )
        with target.writing() as session:
            _write_manifest(session.connection(), manifest, names)
        return manifest
    finally:
        target.close()


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Read one state of the database, whatever is written meanwhile."""
    options = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect() as plain:
        connection = plain.execution_options(**options)
        with connection.begin():
            yield connection


def _copy(source: Connection, target: Connection, told: Progress) -> dict[str, int]:
    done: dict[str, int] = {}
    for one in _tables():
        done[one.name] = 0
        rows = source.execution_options(yield_per=_AT_ONCE).execute(select(one))
        for some in rows.mappings().partitions(_AT_ONCE):
            target.execute(insert(one), [dict(row) for row in some])
            done[one.name] += len(some)
            told(sum(done.values()))
    return done


def _write_manifest(connection: Connection, manifest: Manifest, photos: list[str]) -> None:
    _MANIFEST.create(connection)
    _PHOTOS.create(connection)
    said: dict[str, Any] = {
        "aud": manifest.aud,
        "epoch": manifest.epoch,
        "revision": manifest.revision,
        "made_at": manifest.made_at,
    } | {f"rows {name}": count for name, count in manifest.rows.items()}
    values = [{"name": name, "value": str(value)} for name, value in said.items()]
    connection.execute(insert(_MANIFEST), values)
    if photos:
        connection.execute(insert(_PHOTOS), [{"name": name} for name in photos])


def _read_back(draft: Path, written: Manifest) -> None:
    with opened(draft) as connection:
        rows = counted(connection, written.rows)
        if read_manifest(connection) != written or rows != written.rows:
            raise BackupDamaged


def _settle(draft: Path) -> None:
    """Leave one file without a log beside it, and look at each of its pages."""
    connection = sqlite.connect(str(draft), isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BackupDamaged
    finally:
        connection.close()


def _discard(draft: Path) -> None:
    for path in draft.parent.glob(draft.name + "*"):
        path.unlink(missing_ok=True)


def _clear(out: Path) -> None:
    """Remove the drafts that killed backups and drills have left: they hold names."""
    before = time.time() - _STALE_SECONDS
    for path in [*out.glob(f"*{SUFFIX}.new*"), *out.glob(f"{SCRATCH}*")]:
        if path.stat().st_mtime < before:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _of_the_disk(error: Exception, out: Path) -> Exception:
    cause = getattr(error, "orig", None)
    if cause is not None and not isinstance(cause, sqlite.Error):
        return DatabaseUnreachable()  # it is PostgreSQL that failed
    try:
        free = shutil.disk_usage(out).free
    except OSError:
        return CannotWrite()
    no_room = getattr(error, "errno", None) == errno.ENOSPC or is_full(error)
    return DiskFull() if no_room or free < 1 << 20 else CannotWrite()


def _instant_of(path: Path) -> int:
    moment = dt.datetime.strptime(path.name.removesuffix(SUFFIX), "%Y%m%dT%H%M%S%z")
    return int(moment.timestamp() * 1000)
