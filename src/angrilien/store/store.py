"""The opened notebook file: transactions with an intent, and the identity that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, delete, func, insert, select, text

from angrilien.domain.record import Record
from angrilien.domain.rows import VenueRow
from angrilien.errors import BugError, DiskHiccup, NotebookDamaged, NotebookForeign
from angrilien.store import engine as engines
from angrilien.store import log, migrations
from angrilien.store.log import Position, Stamp
from angrilien.store.tables import (
    IncarnationRow,
    IntentRow,
    SettingRow,
    SyncMarkRow,
    VenueTable,
    local_table,
)

intent_table = local_table(IntentRow)
incarnation = local_table(IncarnationRow)
setting = local_table(SettingRow)
sync_mark = local_table(SyncMarkRow)
venue = local_table(VenueTable)

R = TypeVar("R", bound=Record)

USER = "user"
FORK = "fork"
PULL = "pull"
MIGRATION = "migration"
ERASURE = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The device and the incarnation under which this laptop writes."""

    dev: str
    inc: str
    seed: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """What a new notebook file is born with."""

    identity: Identity
    made_at: int
    vault: str
    vault_key: str = field(repr=False)
    token: str
    venues: Sequence[tuple[str, VenueRow, str, str]]
    """(code, venue, INSEE code, postal code)."""


class Store:
    """One encrypted file, used by one thread at a time (the store lane)."""

    def __init__(self, engine: Engine, identity: Identity) -> None:
        self._engine = engine
        self.identity = identity
        self.has_grown = False
        """Whether something was written since the head was: see `store.head`."""

    @classmethod
    def create(cls, path: Path, key: bytes, birth: Birth) -> Store:
        """Make the file at `path`, which must not exist.

        Raises:
            DiskFull, FolderReadOnly: nothing usable was made; the caller removes the file.
        """
        if path.exists():
            raise BugError("a notebook file is never written over")
        _migrate(path, key)
        engine = engines.make_engine(path, key)
        try:
            with engines.writing(engine) as connection:
                _write_birth(connection, birth)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, birth.identity)

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        *,
        vault: str,
        vault_key: str,
        before_migration: Callable[[], None] | None = None,
    ) -> Store:
        """Open the file, bringing an older one to the present schema.

        `before_migration` makes the safety copy of an older one; what it raises ends the opening.

        Raises:
            NotebookDamaged: this key opens no database there.
            NotebookForeign: it is a database, but not this vault's notebook.
            NotebookNewer: a newer version made it; untouched.
        """
        if not path.is_file() or path.stat().st_size == 0:
            raise NotebookDamaged
        engine, found = _look_twice(path, key)
        try:
            if found != migrations.HEAD:
                engines.close(engine)
                migrations.refuse_newer(found)
                if before_migration is not None:
                    before_migration()
                _migrate(path, key)
                engine = engines.make_engine(path, key)
            with engines.reading(engine) as connection:
                _check_vault(connection, vault, vault_key)
                identity = _identity(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, identity)

    @classmethod
    def open_as_is(cls, path: Path, key: bytes) -> Store:
        """Open a file of any schema of ours, which is left as it is: to copy it, to read its end.

        Raises:
            NotebookDamaged, NotebookForeign: as `open`.
        """
        engine = engines.make_engine(path, key)
        try:
            with engines.reading(engine) as connection:
                _revision(connection)
                identity = _identity(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, identity)

    def close(self) -> None:
        """Close the file; what was committed is durable already."""
        engines.close(self._engine)

    @contextmanager
    def closed_for(self, key: Callable[[], bytes]) -> Iterator[None]:
        """Close the file while the block puts another in its place, then open it again.

        Args:
            key: gives the key to open with, once the block has ended.
        """
        path = self.path
        engines.close(self._engine)
        try:
            yield
        finally:
            self._engine = engines.make_engine(path, key())

    def copy_into(self, target: Path) -> int:
        """Write a whole copy of the file, under its key, to `target`; return its changes.

        Raises:
            DiskFull, FolderReadOnly: what was written of it is left for the caller to remove.
        """
        with engines.outside(self._engine) as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
            # Nothing was written since: the store lane is the only writer.
            return int(connection.exec_driver_sql('SELECT count(*) FROM "change"').scalar_one())

    def compact(self) -> None:
        """Write the file anew, so that no free page keeps what was erased; the log of writes too.

        Raises:
            DiskFull: it stays as it is; what was erased may stand in free pages, encrypted.
        """
        with engines.outside(self._engine) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def path(self) -> Path:
        """Return where the file is."""
        path: Path = self._engine.get_execution_options()["path"]
        return path

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection to read one consistent state."""
        with engines.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def write(self, intent: str | None = None) -> Iterator[Connection]:
        """Give a connection in a transaction of that intent (None: it touches no entity)."""
        with engines.writing(self._engine) as connection:
            if intent is not None:
                connection.execute(insert(intent_table).values(one=1, intent=intent))
            yield connection
            if intent is not None:
                connection.execute(delete(intent_table))

    @contextmanager
    def act(self, stamp: Stamp) -> Iterator[Act]:
        """Give an `Act`: one user act, whose records become changes when the block ends well."""
        with self.write(USER) as connection:
            made = Act(connection)
            yield made
            if made.records:
                log.append(connection, self.position(connection), made.records, stamp)
        self.has_grown = self.has_grown or bool(made.records)

    def position(self, connection: Connection) -> Position:
        """Return where the log ends."""
        return log.position(connection, self.identity.inc, self.identity.public)

    def chain_at(self, connection: Connection, inc: str, seq: int) -> bytes | None:
        """Return the chain value at a seq of an incarnation, None where there is no such change.

        At 0 it is the chain's beginning.
        """
        if seq:
            return log.chain_at(connection, inc, seq)
        return log.beginning(connection, inc)

    def identities(self, connection: Connection) -> list[Identity]:
        """Return every identity under which this laptop wrote, the first one first."""
        query = select(incarnation).order_by(incarnation.c.made_at, incarnation.c.inc)
        return [
            Identity(dev=row.dev, inc=row.inc, seed=row.seed, public=row.public)
            for row in connection.execute(query)
        ]

    def remember_incarnation(self, connection: Connection, inc: str, public: bytes) -> None:
        """Know an incarnation of this laptop whose key is not here: what it wrote may come back."""
        known = self.identities(connection)
        if inc in {one.inc for one in known}:
            return
        oldest = connection.execute(select(func.min(incarnation.c.made_at))).scalar_one()
        connection.execute(
            insert(incarnation).values(
                inc=inc,
                dev=self.identity.dev,
                public=public,
                seed=b"",
                made_at=oldest - 1,  # never the newest, which is the one that writes
            )
        )

    def count(self) -> int:
        """Return the number of changes of the whole log."""
        with self.read() as connection:
            return int(connection.execute(text('SELECT count(*) FROM "change"')).scalar_one())

    def verify(self) -> int:
        """Check the whole chain of the log; return the number of changes."""
        with self.read() as connection:
            return sum(
                log.verify_chain(connection, one.inc, one.public)
                for one in self.identities(connection)
            )


class Act:
    """The records that one user act writes, each once, in order."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._records: dict[tuple[str, str], Record] = {}

    @property
    def records(self) -> list[Record]:
        """Return the records, in the order they were first put."""
        return list(self._records.values())

    def read(self, record_type: type[R], record_id: str) -> R | None:
        """Return a record as this act leaves it so far, None if there is none."""
        mine = self._records.get((record_type.ENTITY, record_id))
        if isinstance(mine, record_type):
            return mine
        return log.read(self.connection, record_type, record_id)

    def put(self, *records: Record) -> None:
        """Write records at the end of the act; a later version of the same one replaces it."""
        for record in records:
            self._records[(record.ENTITY, record.id)] = record


_NO_CONTACT = {
    "epoch": "",
    "ack": 0,
    "backed_up": 0,
    "held": 0,
    "last_order": 0,
    "revoked": False,
    "last_try_failed": False,
    "keys": "",
    "keys_sig": "",
    "cert": "",
    "cert_sig": "",
    "venue_code": "",
}


def _write_birth(connection: Connection, birth: Birth) -> None:
    identity = birth.identity
    connection.execute(
        insert(incarnation).values(
            inc=identity.inc,
            dev=identity.dev,
            public=identity.public,
            seed=identity.seed,
            made_at=birth.made_at,
        )
    )
    connection.execute(
        insert(setting),
        [
            {"name": "vault", "value": birth.vault},
            {"name": "vault_key", "value": birth.vault_key},
            {"name": "token", "value": birth.token},
        ],
    )
    connection.execute(insert(sync_mark).values(one=1, **_NO_CONTACT))
    for code, row, insee, postcode in birth.venues:
        connection.execute(
            insert(venue).values(
                id=row.id,
                code=code,
                name=row.name,
                commune=row.commune,
                insee=insee,
                postcode=postcode,
                address=row.address,
                tz=row.tz,
                provisional=row.provisional,
            )
        )


def _migrate(path: Path, key: bytes) -> None:
    """Bring the file to the present schema in one transaction, foreign keys off meanwhile."""
    engine = engines.make_engine(path, key, foreign_keys=False)
    try:
        with engines.writing(engine) as connection:
            connection.execute(text(f"PRAGMA application_id = {engines.APPLICATION_ID}"))
            migrations.upgrade(connection)
    finally:
        engines.close(engine)


def _look_twice(path: Path, key: bytes) -> tuple[Engine, str]:
    """Open a file and check each page; where that fails, open it anew before believing it.

    One read that fails for a moment looks like a damaged page under encryption.
    """
    try:
        return _look(path, key)
    except (NotebookDamaged, DiskHiccup):
        return _look(path, key)


def _look(path: Path, key: bytes) -> tuple[Engine, str]:
    """Return the engine of a file whose every page was checked, and its revision."""
    engine = engines.make_engine(path, key)
    try:
        with engines.reading(engine) as connection:
            engines.check_pages(connection)
            return engine, _revision(connection)
    except BaseException:
        engine.dispose()
        raise


def _revision(connection: Connection) -> str:
    found = migrations.revision_of(connection)
    if found is None:
        raise NotebookForeign
    return found


def _check_vault(connection: Connection, vault: str, vault_key: str) -> None:
    kept = {row.name: row.value for row in connection.execute(select(setting))}
    if kept.get("vault") != vault or kept.get("vault_key") != vault_key:
        raise NotebookForeign


def _identity(connection: Connection) -> Identity:
    row = connection.execute(
        select(incarnation).order_by(incarnation.c.made_at.desc(), incarnation.c.inc.desc())
    ).first()
    if row is None:
        raise NotebookDamaged
    return Identity(dev=row.dev, inc=row.inc, seed=row.seed, public=row.public)
