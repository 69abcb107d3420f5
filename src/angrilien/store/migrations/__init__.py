"""Bringing a notebook to the present schema. Each step is self-contained and never edited again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from angrilien.errors import BugError, NotebookForeign, NotebookNewer

HEAD = "0003"
"""The revision this version writes; compared before Alembic is imported, which takes long."""


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the file, None for an empty one.

    Raises:
        NotebookForeign: it has tables, but not ours.
    """
    names = set(inspect(connection).get_table_names())
    if not names:
        return None
    if "alembic_version" not in names or "change" not in names:
        raise NotebookForeign
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return row[0] if row else None


KNOWN = ("0001", "0002", HEAD)
"""Every revision that this version knows, oldest first."""


def refuse_newer(found: str) -> None:
    """Refuse a file of a newer version.

    Raises:
        NotebookNewer: its revision is none that we know.
    """
    if found not in KNOWN:
        raise NotebookNewer


def upgrade(connection: Connection) -> None:
    """Bring the file to `HEAD`, inside the caller's one transaction.

    The caller's connection has foreign keys off: with them on, Alembic's batch mode deletes
    children silently. They are checked here at the end instead.

    Raises:
        NotebookNewer: the file comes from a newer version; it is left untouched.
    """
    from alembic.config import Config  # noqa: PLC0415 - only when there is something to do
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    found = revision_of(connection)
    if found is not None:
        refuse_newer(found)
    with EnvironmentContext(
        config,
        script,
        fn=lambda rev, _context: script._upgrade_revs(HEAD, rev),  # noqa: SLF001
    ) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BugError("a migration left rows without their parent")
