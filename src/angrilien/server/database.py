"""The server's engine: an SQLite file, or PostgreSQL by `ANGRILIEN_DATABASE_URL`.

SQLite is the one that `sqlcipher3` carries, without a key: the interpreter's own may be older than
3.51.3 and then can corrupt a write-ahead log when it is reset.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from angrilien.errors import BugError
from angrilien.server.errors import CannotWrite, DatabaseUnreachable, DiskFull, ForeignDatabase

FILE_NAME = "server.db"
APPLICATION_ID = 0x416E6773
"""SQLite's application_id of a server's file ("Angs"), so that a foreign file is known as such."""
BUSY_SECONDS = 30.0
IN_LIMIT = 500
"""Values of one IN list: every database takes that many."""
CACHE_KIB = 32 * 1024
"""Of each connection to an SQLite file, at most: what one day's changes look up."""
RUN = 20
"""Numbers that follow each other from which on a condition names their ends only."""
_LAPTOPS = 1
"""Number of the lock that `one_by_one` takes."""
_ONE_STATE: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""PostgreSQL's own default shows each statement another state; SQLite never does."""


_DIALECTS: dict[str, tuple[Any, Any]] = {
    "sqlite": (sqlite_dialect.insert, sqlite_dialect.dialect),
    "postgresql": (postgresql.insert, partial(psycopg.dialect, paramstyle="format")),
}
"""The one place that knows a dialect: ON CONFLICT is spelt alike in both. Values have no names."""


def _as_it_is(value: Any) -> Any:
    return value


for _kind in (type(None), bool, bytes):
    # The driver would look each such value up for a way to adapt it, in vain: a microsecond each,
    # which was half of a row's insertion.
    sqlite.register_adapter(_kind, _as_it_is)


class Database:
    """Where the server keeps what it was sent.

    Args:
        folder: the server's data folder.
        url: an SQLAlchemy address; where it is empty, the file `server.db` of the folder.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.engine = _engine(folder / FILE_NAME) if not url else _other(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._read = {} if self.is_sqlite else _ONE_STATE
        # One writer at a time is SQLite's own rule: waiting here is fair, its busy handler is not.
        self._writer = threading.Lock() if self.is_sqlite else threading.BoundedSemaphore(8)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and writes nothing."""
        with self.engine.connect() as plain, Session(plain.execution_options(**self._read)) as one:
            yield one

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session in one transaction: all of it is durable at the end, or none of it."""
        with self._writer, self.engine.connect() as plain:
            connection = plain.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin(), Session(connection) as session:
                yield session
                session.flush()

    def compact(self) -> None:
        """Write the database anew without what was deleted: its file keeps nothing of it.

        PostgreSQL keeps it in its own log and in dead rows for a while, as it does for everything.
        """
        if not self.is_sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
                alone.execute(text("VACUUM"))
            return
        with self._writer, self.engine.connect() as plain:
            alone = plain.execution_options(begin="SELECT 1")  # it takes place in no transaction
            alone.exec_driver_sql("VACUUM")
            alone.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def insert_new(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, leaving alone those whose primary key is there already. All have the same keys.

    The driver takes their values as they are.
    """
    if rows:
        columns = tuple(rows[0])
        values = list(map(itemgetter(*columns), rows))
        _put(session, table, columns, values, replacing=False)


def upsert(
    session: Session, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows, replacing those whose primary key is there already.

    The driver takes their values as they are, in the columns' order.
    """
    _put(session, table, columns, rows, replacing=True)


def _put(
    session: Session,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    replacing: bool,
) -> None:
    """Insert rows by the driver's own means.

    SQLAlchemy would look at each value of each row, which takes as long as the insertion itself.
    """
    if not rows:
        return
    connection = session.connection()
    text, order = _insertion(connection.dialect.name, table, columns, replacing=replacing)
    connection.exec_driver_sql(text, rows if order == columns else _ordered(columns, order, rows))


def _ordered(
    columns: tuple[str, ...], order: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    return list(map(itemgetter(*map(columns.index, order)), rows))


@cache
def _insertion(
    dialect: str, table: Table, columns: tuple[str, ...], *, replacing: bool
) -> tuple[str, tuple[str, ...]]:
    """Return an insertion's text, and the columns in the order of its values."""
    insert, make = _DIALECTS[dialect]
    statement = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    others = {name: statement.excluded[name] for name in columns if name not in keys}
    if replacing and others:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    compiled = statement.compile(dialect=make(), column_keys=list(columns))
    return compiled.string, tuple(compiled.positiontup or ())


def is_full(error: Exception) -> bool:
    """Tell whether SQLite failed because there is no room left on its disk."""
    return "disk is full" in str(getattr(error, "orig", error))


def one_by_one(session: Session) -> None:
    """Let the transactions that make laptops known follow each other.

    They look first, and insert what they did not find: SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(select(func.pg_advisory_xact_lock(_LAPTOPS)))


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut a list into pieces that fit an IN list."""
    for start in range(0, len(values), IN_LIMIT):
        yield values[start : start + IN_LIMIT]


def among(
    column: ColumnElement[int], numbers: Sequence[int]
) -> Iterator[tuple[ColumnElement[bool], Sequence[int]]]:
    """Give conditions that together say "one of these rising numbers", each with its part of them.

    A run without gaps is two numbers, however long: an IN list of it takes longer than to find it.
    """
    loose: list[int] = []
    start = 0
    for end in range(1, len(numbers) + 1):
        if end < len(numbers) and numbers[end] == numbers[end - 1] + 1:
            continue
        run, start = numbers[start:end], end
        if len(run) >= RUN:
            yield column.between(run[0], run[-1]), run
        else:
            loose += run
    for some in chunks(loose):
        yield column.in_(some), some


def _other(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            if not address.database or address.database == ":memory:":
                raise DatabaseUnreachable
            return _engine(Path(address.database))
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        return create_engine(address, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseUnreachable from error


def _engine(path: Path) -> Engine:
    def connect() -> Any:
        try:
            connection = sqlite.connect(
                str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS
            )
        except sqlite.Error as error:
            raise CannotWrite from error
        try:
            _set_up(connection)
        except sqlite.Error as error:
            connection.close()
            text = str(error)
            if is_full(error):
                raise DiskFull from error
            if "readonly" in text or "unable to open" in text:
                raise CannotWrite from error
            raise ForeignDatabase from error
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlite,
        creator=connect,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_use_lifo=True,
        pool_size=5,
        max_overflow=40,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _set_up(connection: Any) -> None:
    cursor = connection.cursor()
    # First of all: WAL is written into the file's header, and a foreign file is not ours to write.
    tables = cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if cursor.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        if tables:
            raise ForeignDatabase
        cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for name, wanted, found in (
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", 2),
        ("foreign_keys", "ON", 1),
        ("cache_size", -CACHE_KIB, -CACHE_KIB),
        ("trusted_schema", "OFF", 0),
    ):
        cursor.execute(f"PRAGMA {name} = {wanted}")
        if cursor.execute(f"PRAGMA {name}").fetchone()[0] != found:
            raise BugError(f"PRAGMA {name} is not {wanted}")
    cursor.close()
