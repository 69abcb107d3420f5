"""Backups, their drill, and the way back, on both databases (F29).

Must show: "sauvegardé" only after a restore drill and a count.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import select, text

from angrilien.domain.ids import venue_id
from angrilien.server import backups, drills
from angrilien.server.base import server_registry
from angrilien.server.blobs import BLOBS, path_of
from angrilien.server.cli import main
from angrilien.server.database import Database
from angrilien.server.errors import (
    BackupDamaged,
    DatabaseNotEmpty,
    DiskFull,
    NotABackup,
)
from angrilien.server.tables import Incarnation
from angrilien.wire.canonical import b64, sha256
from helpers.laptops import Laptop, write_workshop
from helpers.servers import ANGRIE, Databases, LocalServer

pytestmark = pytest.mark.postgres

NOW = 1_795_700_000_000


@pytest.fixture
def laptop(server: LocalServer) -> Laptop:
    """A registered laptop with a closed sheet that the server holds."""
    made = server.laptop()
    write_workshop(made, venue_id(ANGRIE))
    assert server.push(made.push()).ack == len(made.changes)
    return made


@pytest.fixture
def backup(server: LocalServer, laptop: Laptop, tmp_path: Path) -> Path:
    return backups.make(server.database, server.folder / BLOBS, tmp_path / "saved", NOW)


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.engine.connect() as connection:
        return {
            one.name: sorted(map(repr, connection.execute(select(one))))
            for one in server_registry.metadata.sorted_tables
        }


def backed_up(server: LocalServer, laptop: Laptop) -> int:
    with server.database.reading() as session:
        return session.get_one(Incarnation, laptop.inc).backed_up


def drill(server: LocalServer, backup: Path) -> drills.Drilled:
    return drills.drill(server.database, server.keyring, backup, NOW)


def test_what_is_saved_is_put_back_row_for_row_under_a_new_epoch(
    server: LocalServer, backup: Path, databases: Databases, tmp_path: Path
) -> None:
    before = rows(server.database)
    folder = tmp_path / "again"
    folder.mkdir()
    for name in ("keyring.json",):
        shutil.copy(server.folder / name, folder / name)
    empty = _empty(databases, folder)
    manifest = backups.restore(backup, empty, folder / BLOBS, server.keyring, NOW)
    after = rows(empty)
    programme = after.pop("programme")
    assert programme != before.pop("programme")  # the epoch
    assert after == before
    assert manifest.rows["change"] == len(before["change"]) > 20
    assert backup.stat().st_mode & 0o777 == 0o600
    empty.close()


def _empty(databases: Databases, folder: Path) -> Database:
    return Database(folder, databases.empty_url())


def test_only_a_drill_says_that_it_is_saved(
    server: LocalServer, laptop: Laptop, backup: Path
) -> None:
    assert backed_up(server, laptop) == 0
    write_workshop(laptop, venue_id(ANGRIE), people=2)
    server.push(laptop.push())
    saved = len(laptop.changes)
    found = drill(server, backup)
    assert (found.raised, found.receipts) == (1, 1)
    assert 0 < backed_up(server, laptop) == found.changes < saved
    assert server.contact(laptop).backed_up == found.changes
    assert drill(server, backup).raised == 0


def spoil(path: Path, statement: str) -> None:
    connection = sqlite.connect(str(path), isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        'DELETE FROM "change" WHERE seq = 5',
        "UPDATE \"change\" SET shared = '{}' WHERE seq = 3",
        "UPDATE \"change\" SET private = '{}' WHERE seq = 1",
        'UPDATE "change" SET at = at + 1 WHERE seq = 3',
        'UPDATE "change" SET "commit" = zeroblob(32) WHERE seq = 4',
        'UPDATE "change" SET chain = zeroblob(32) WHERE seq = 4',
        "UPDATE incarnation SET ack = ack + 1",
        "UPDATE incarnation SET chain = zeroblob(32)",
        "UPDATE sheet_receipt SET date = date + 1",
        "DELETE FROM attendance",
    ],
)
def test_f29_a_backup_that_is_not_right_raises_nothing(
    server: LocalServer, laptop: Laptop, backup: Path, statement: str
) -> None:
    spoil(backup, statement)
    before = backup.read_bytes()
    with pytest.raises(BackupDamaged):
        drill(server, backup)
    assert backed_up(server, laptop) == 0
    assert backup.read_bytes() == before
    assert list(backup.parent.iterdir()) == [backup]


def test_f29_a_drill_that_only_opens_the_file_would_believe_it(
    server: LocalServer, backup: Path
) -> None:
    """†: the count alone, without the chains, does not see an altered act."""
    spoil(backup, "UPDATE \"change\" SET shared = '{}' WHERE seq = 3")
    with backups.opened(backup) as connection:
        assert backups.counted(connection) == backups.read_manifest(connection).rows


@pytest.mark.parametrize("kind", ["nothing", "text", "foreign", "cut", "another programme"])
def test_what_is_no_backup_is_said(
    server: LocalServer, backup: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "offered"
    if kind == "text":
        path.write_text("bonjour")
    if kind == "foreign":
        spoil(path, "CREATE TABLE a (b)")
    if kind == "cut":
        path.write_bytes(backup.read_bytes()[:9_000])
    if kind == "another programme":
        shutil.copy(backup, path)
        spoil(path, "UPDATE backup_manifest SET value = 'autre' WHERE name = 'aud'")
    with pytest.raises((NotABackup, BackupDamaged)):
        drill(server, path)


def test_a_database_that_holds_something_is_never_replaced(
    server: LocalServer, laptop: Laptop, backup: Path
) -> None:
    before = rows(server.database)
    with pytest.raises(DatabaseNotEmpty):
        backups.restore(backup, server.database, server.folder / BLOBS, server.keyring, NOW)
    assert rows(server.database) == before
    assert laptop.changes


def test_it_is_made_while_the_server_writes(
    server: LocalServer, laptop: Laptop, tmp_path: Path
) -> None:
    """The rows come from one state, whatever is pushed meanwhile."""
    pushed: list[int] = []

    def told(_count: int) -> None:
        if not pushed:
            write_workshop(laptop, venue_id(ANGRIE), people=3)
            pushed.append(server.push(laptop.push()).ack)

    held = len(laptop.changes)
    path = backups.make(server.database, server.folder / BLOBS, tmp_path / "saved", NOW, told=told)
    assert pushed == [len(laptop.changes)]
    assert drill(server, path).changes == held
    assert backed_up(server, laptop) == held


def test_photos_are_copied_once_and_checked(
    server: LocalServer, laptop: Laptop, tmp_path: Path
) -> None:
    out = tmp_path / "saved"
    picture = b"picture" * 100
    digest = b64(sha256(picture))
    kept = path_of(server.folder / BLOBS, digest)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(picture)
    kept.with_name(f"{kept.name}.{laptop.dev}").write_bytes(b"on its way")
    first = backups.make(server.database, server.folder / BLOBS, out, NOW)
    copied = path_of(out / BLOBS, digest)
    stamp = copied.stat().st_mtime_ns
    backups.make(server.database, server.folder / BLOBS, out, NOW + 1_000)
    assert copied.stat().st_mtime_ns == stamp
    assert [path.name for path in copied.parent.iterdir()] == [kept.name]
    assert backups.listed(out)[1] == first
    assert laptop.changes


def test_a_full_disk_leaves_nothing(
    server: LocalServer, laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_sync", full)
    with pytest.raises(DiskFull):
        backups.make(server.database, server.folder / BLOBS, tmp_path / "saved", NOW)
    assert list((tmp_path / "saved").iterdir()) == []
    assert laptop.changes


@pytest.mark.postgres(by_default=False)
def test_old_ones_go_by_the_rule(server: LocalServer, tmp_path: Path) -> None:
    out = tmp_path / "saved"
    for day in range(20):
        backups.make(server.database, server.folder / BLOBS, out, NOW + day * 24 * 3_600_000)
    assert backups.prune(out) > 5
    assert 7 <= len(backups.listed(out)) < 15


def test_the_commands(
    server: LocalServer,
    laptop: Laptop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    run: Callable[..., int],
) -> None:
    out = tmp_path / "saved"
    assert run("restore-drill", "--data", server.folder, "--from", out) == 1
    assert run("backup", "--data", server.folder, "--out", out) == 0
    assert run("restore-drill", "--data", server.folder, "--from", out) == 0
    assert backed_up(server, laptop) == len(laptop.changes)
    assert "chaîne est recalculée" in capsys.readouterr().out
    assert run("restore", "--data", server.folder, "--from", out) == 1
    assert "déjà quelque chose" in capsys.readouterr().err


@pytest.fixture
def run() -> Callable[..., int]:
    return lambda *words: main([str(word) for word in words])


def test_every_table_is_in_it(server: LocalServer, backup: Path) -> None:
    """One that a later version adds is not forgotten."""
    with server.database.engine.connect() as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if not server.database.is_sqlite:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        there = set(connection.execute(text(query)).scalars())
    with backups.opened(backup) as connection:
        assert set(backups.read_manifest(connection).rows) == there - {"alembic_version"}
