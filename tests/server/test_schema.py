"""The database: its schema, its promises, and what is not ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable
from sqlmodel import Session

from angrilien.server import schema
from angrilien.server.base import server_registry, table
from angrilien.server.database import FILE_NAME, Database, insert_new, upsert
from angrilien.server.errors import (
    CannotWrite,
    DatabaseUnreachable,
    ForeignDatabase,
    NewerDatabase,
)
from angrilien.server.projected import PROJECTED
from angrilien.server.schema import prepare
from angrilien.server.tables import VenueRow
from helpers.postgres import Postgres
from helpers.servers import LocalServer

pytestmark = pytest.mark.postgres

VENUE = {
    "id": "a", "code": "CAF-1", "kind": "cafe", "name": "Un", "commune": "C", "insee": "",
    "postal_code": "", "address": "", "siret": "", "zone": "Europe/Paris", "level": "complet",
}  # fmt: skip


def test_migrations_make_the_tables_of_today(server: LocalServer) -> None:
    with server.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, server_registry.metadata) == []


def test_the_known_revision_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == schema.REVISION
    assert {one.revision for one in scripts.walk_revisions()} == set(schema._KNOWN)


def test_every_table_can_be_made_on_postgresql() -> None:
    for one in server_registry.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(one).compile(dialect=postgresql.dialect()))


def test_numbers_are_of_64_bits() -> None:
    narrow = [
        f"{one.name}.{column.name}"
        for one in server_registry.metadata.sorted_tables
        for column in one.columns
        if str(column.type) == "INTEGER" and column.name != "id"
    ]
    assert narrow == []


def test_what_is_committed_is_durable_on_sqlite(server_template: Path) -> None:
    database = Database(server_template)
    with database.reading() as session:
        for pragma, value in {
            "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0,
        }.items():  # fmt: skip
            assert session.connection().execute(text(f"PRAGMA {pragma}")).scalar() == value
        version = session.connection().execute(text("SELECT sqlite_version()")).scalar_one()
    database.close()
    # Before 3.51.3 a write-ahead log can be corrupted when it is reset.
    assert tuple(map(int, version.split("."))) >= (3, 51, 3)


def test_one_reading_sees_one_state(server: LocalServer) -> None:
    def venues(session: Session) -> int:
        counted = session.connection().execute(select(func.count()).select_from(table(VenueRow)))
        return int(counted.scalar_one())

    with server.database.reading() as before:
        there = venues(before)
        with server.database.writing() as session:
            insert_new(session, table(VenueRow), [VENUE])
        assert venues(before) == there
    with server.database.reading() as after:
        assert venues(after) == there + 1


def test_opening_again_keeps_the_epoch(server: LocalServer) -> None:
    before = server.service._answerer.epoch
    server.close()
    server.open()
    assert server.service._answerer.epoch == before
    assert len(before) == 8


def test_another_programmes_database_is_refused(server: LocalServer) -> None:
    with pytest.raises(ForeignDatabase):
        prepare(server.database, "un-autre", 1)


def test_a_newer_database_is_refused(server: LocalServer) -> None:
    with server.database.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase):
        prepare(server.database, server.keyring.aud, 1)


def test_a_foreign_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE mine (a)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    database = Database(tmp_path)
    with pytest.raises(ForeignDatabase):
        prepare(database, "essai", 1)
    database.close()
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"SQLite format 3\0" * 50])
def test_what_is_no_database_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    database = Database(tmp_path)
    with pytest.raises(ForeignDatabase):
        prepare(database, "essai", 1)
    database.close()
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    database = Database(tmp_path / "nowhere")
    with pytest.raises(CannotWrite):
        prepare(database, "essai", 1)


def test_a_postgresql_that_is_not_there(tmp_path: Path) -> None:
    database = Database(tmp_path, "postgresql://nobody@127.0.0.1:9/nowhere")
    with pytest.raises(DatabaseUnreachable):
        prepare(database, "essai", 1)


def test_a_foreign_postgresql_is_refused_and_not_touched(
    tmp_path: Path, postgres: Postgres
) -> None:
    name = postgres.new()
    database = Database(tmp_path, postgres.url(name))
    with database.writing() as session:
        session.connection().execute(text("CREATE TABLE mine (a int)"))
    with pytest.raises(ForeignDatabase):
        prepare(database, "essai", 1)
    assert inspect(database.engine).get_table_names() == ["mine"]
    database.close()
    postgres.drop(name)


@pytest.mark.parametrize("url", ["nothing", "nodialect://x", "sqlite://", "postgresql+none://x/y"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseUnreachable):
        Database(tmp_path, url)


def test_another_file_can_be_named(tmp_path: Path) -> None:
    database = Database(tmp_path, f"sqlite:///{tmp_path / 'other.db'}")
    assert prepare(database, "essai", 1).aud == "essai"
    database.close()
    assert (tmp_path / "other.db").is_file()


def test_on_conflict_is_handled_in_one_place(server: LocalServer) -> None:
    venues = table(VenueRow)
    with server.database.writing() as session:
        insert_new(session, venues, [VENUE])
        insert_new(session, venues, [VENUE | {"name": "Deux"}])
        assert session.get_one(VenueRow, "a").name == "Un"
    with server.database.writing() as session:
        third = VENUE | {"name": "Trois"}
        upsert(session, venues, tuple(third), [tuple(third.values())])
        upsert(session, venues, tuple(third), [])
        assert session.get_one(VenueRow, "a").name == "Trois"


def test_a_failed_transaction_leaves_nothing(server: LocalServer) -> None:
    class Stop(Exception):
        pass

    def fail() -> None:
        with server.database.writing() as session:
            insert_new(session, table(VenueRow), [VENUE])
            raise Stop

    with pytest.raises(Stop):
        fail()
    with server.database.reading() as session:
        assert session.get(VenueRow, "a") is None


def test_no_value_stands_in_the_text_of_an_error(server: LocalServer) -> None:
    def twice() -> None:
        with server.database.writing() as session:
            for _ in range(2):
                session.connection().execute(
                    PROJECTED["facilitator"].insert(),
                    {"id": "x", "name": "Odette", "rev_inc": "i", "rev_seq": 1},
                )

    with pytest.raises(IntegrityError) as caught:
        twice()
    assert "Odette" not in str(caught.value)
