"""The database's schema: its revision is compared first, Alembic is loaded only to change it."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from angrilien.server.database import Database, is_full
from angrilien.server.errors import DatabaseUnreachable, DiskFull, ForeignDatabase, NewerDatabase
from angrilien.server.tables import ProgrammeRow

REVISION = "0006"
"""The schema that this version reads and writes."""
_KNOWN = ("0001", "0002", "0003", "0004", "0005", REVISION)
_SCRIPTS = Path(__file__).with_name("migrations")


def prepare(database: Database, aud: str, now: int) -> ProgrammeRow:
    """Bring the database to this version's schema, make its one row, and return that row.

    Raises:
        ForeignDatabase: it holds something else, or another programme.
        NewerDatabase: a newer version wrote it.
        DiskFull: there is no room for its tables.
        DatabaseUnreachable: it does not answer.
    """
    try:
        with database.engine.connect() as plain:
            connection = plain.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                found = _revision(connection)
                if found != REVISION:
                    _migrate(connection, found)
        return _own_row(database, aud, now)
    except SQLAlchemyError as error:
        raise (DiskFull if is_full(error) else DatabaseUnreachable) from error


def _revision(connection: Connection) -> str | None:
    names = inspect(connection).get_table_names()
    if "alembic_version" not in names:
        if names:
            raise ForeignDatabase
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in _KNOWN:
        # Alembic is a common tool: a foreign database has its version table too.
        raise NewerDatabase if "incarnation" in names else ForeignDatabase
    if found is not None and "incarnation" not in names:
        raise ForeignDatabase
    return found


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic import command  # noqa: PLC0415 - costs a third of a second, needed once a version
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["from"] = found
    command.upgrade(config, REVISION)


def _own_row(database: Database, aud: str, now: int) -> ProgrammeRow:
    with database.writing() as session:
        row = session.get(ProgrammeRow, 1)
        if row is None:
            row = ProgrammeRow(id=1, aud=aud, epoch=secrets.token_urlsafe(6), made_at=now)
            session.add(row)
            session.flush()
        if row.aud != aud:
            raise ForeignDatabase
        session.expunge(row)
        return row
