"""The file's schema is the one of the models, and every column is told in docs/data.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from angrilien.domain.entities import RECORD_TYPES
from angrilien.domain.record import Record
from angrilien.services.notebook import Notebook
from angrilien.store import engine
from angrilien.store.base import StoreModel
from angrilien.store.migrations import HEAD, revision_of
from angrilien.store.tables import table_of
from angrilien.store.triggers import all_triggers
from helpers.copies import Original

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def nb(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    notebook = original.open_copy(tmp_path_factory.mktemp("schema"))
    yield notebook
    notebook.close()


def plain(sql: str) -> str:
    """A statement whatever its spaces, line ends and needless quotes."""
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.replace('"', "").split()))


def of_file(nb: Notebook, kind: str) -> dict[str, str]:
    query = text(
        "SELECT name, sql FROM sqlite_master WHERE type = :kind AND sql IS NOT NULL "
        "AND name NOT LIKE 'alembic%'"
    )
    with nb.store.read() as connection:
        return {row.name: plain(row.sql) for row in connection.execute(query, {"kind": kind})}


def of_models(kind: str) -> dict[str, str]:
    with create_engine("sqlite://").connect() as connection:
        StoreModel.metadata.create_all(connection)
        query = text("SELECT name, sql FROM sqlite_master WHERE type = :kind AND sql IS NOT NULL")
        return {row.name: plain(row.sql) for row in connection.execute(query, {"kind": kind})}


@pytest.mark.parametrize("kind", ["table", "index"])
def test_the_migrated_file_has_the_tables_and_indexes_of_the_models(
    nb: Notebook, kind: str
) -> None:
    wanted = of_models(kind)
    assert len(wanted) > 5
    assert of_file(nb, kind) == wanted


def test_the_migrated_file_has_the_triggers_of_the_code(nb: Notebook) -> None:
    wanted = {statement.split()[2]: plain(statement) for statement in all_triggers()}
    assert len(wanted) == len(all_triggers()) > 90
    assert of_file(nb, "trigger") == wanted


def test_the_file_is_at_the_head_and_says_whose_it_is(nb: Notebook) -> None:
    with nb.store.read() as connection:
        assert revision_of(connection) == HEAD
        assert connection.exec_driver_sql("PRAGMA application_id").scalar() == engine.APPLICATION_ID
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").all() == []


def test_the_settings_that_durability_rests_on_are_in_force(nb: Notebook) -> None:
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0,
        "wal_autocheckpoint": 100, "recursive_triggers": 1, "temp_store": 2,
    }  # fmt: skip
    with nb.store.read() as connection:
        found = {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in wanted}
    assert found == wanted


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.ENTITY)
def test_each_field_of_a_record_is_a_column_beside_its_revision(
    record_type: type[Record],
) -> None:
    columns = {column.name for column in table_of(record_type.ENTITY).columns}
    assert columns == {f.name for f in fields(record_type)} | {"inc", "seq"}


# --- docs/data.md --------------------------------------------------------------------------------


def told() -> dict[str, dict[str, list[str]]]:
    """The cells of each column's line, by table then column, as docs/data.md tells them."""
    found: dict[str, dict[str, list[str]]] = {}
    table = ""
    for line in (ROOT / "docs/data.md").read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"### `(\w+)`.*", line)
        if heading:
            table = heading[1]
            assert table not in found, f"{table} is told twice"
            found[table] = {}
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if table and line.startswith("| `"):
            for name in re.findall(r"`(\w+)`", cells[0]):
                assert name not in found[table], f"{table}.{name} is told twice"
                found[table][name] = cells[1:]
    return found


def test_every_column_is_told_once_with_its_meaning_and_whether_it_is_personal() -> None:
    documented = told()
    columns = {t.name: {c.name for c in t.columns} for t in StoreModel.metadata.sorted_tables}
    assert {table: set(lines) for table, lines in documented.items()} == columns
    for table, lines in documented.items():
        for name, cells in lines.items():
            assert len(cells) == 3, f"{table}.{name}"
            meaning, personal, kept = cells
            assert meaning, f"{table}.{name}"
            assert personal in {"no", "pseudonymous", "personal", "secret"}, f"{table}.{name}"
            assert kept in {"sheet", "person", "file", "log", "brief"}, f"{table}.{name}"


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.ENTITY)
def test_what_is_private_is_told_as_personal_or_secret(record_type: type[Record]) -> None:
    lines = told()[record_type.ENTITY]
    for f in fields(record_type):
        private = f.metadata["privacy"] == "private"
        assert (lines[f.name][1] in {"personal", "secret"}) is private, f.name
