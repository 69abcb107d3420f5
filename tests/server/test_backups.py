"""Backups, their drill, and the way back, on both databases (F29).

Must show: "sauvegardé" only after a restore drill and a count.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlite
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from angrilien.domain.ids import venue_id
from angrilien.errors import KnownError
from angrilien.server import backups, drills, schema
from angrilien.server.base import server_registry
from angrilien.server.blobs import BLOBS
from angrilien.server.cli import main
from angrilien.server.database import Database
from angrilien.server.errors import (
    BackupDamaged,
    DatabaseNotEmpty,
    DiskFull,
    ForeignBackup,
    NewerBackup,
    NotABackup,
)
from angrilien.server.tables import Incarnation
from angrilien.wire.canonical import sha256
from angrilien.wire.ids import new_id
from helpers.disks import disk, fill
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
        said = backups.read_manifest(connection).rows
        assert backups.counted(connection, said) == said


@pytest.mark.parametrize("kind", ["nothing", "text", "foreign", "cut"])
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
    with pytest.raises(NotABackup):
        drill(server, path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("aud", "autre", ForeignBackup), ("revision", "9999", NewerBackup)],
)
def test_a_backup_of_others_is_said(
    server: LocalServer, backup: Path, name: str, value: str, said: type[KnownError]
) -> None:
    spoil(backup, f"UPDATE backup_manifest SET value = '{value}' WHERE name = '{name}'")
    with pytest.raises(said):
        drill(server, backup)


def test_a_backup_of_an_older_version_is_put_back(
    server: LocalServer, laptop: Laptop, backup: Path
) -> None:
    """The server was brought to a new version since: its backups of before still count."""
    older(backup)
    before = backup.read_bytes()
    assert drill(server, backup).changes == len(laptop.changes)
    assert backed_up(server, laptop) == len(laptop.changes)
    assert backup.read_bytes() == before
    assert list(backup.parent.iterdir()) == [backup]


def older(backup: Path) -> None:
    """Make of a backup what the version before would have written."""
    newer = backup.with_name("newer")
    backup.replace(newer)
    database = Database(backup.parent, f"sqlite:///{backup}")
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    database.close()
    connection = sqlite.connect(str(backup), isolation_level=None)
    connection.execute("ATTACH ? AS newer", (str(newer),))
    for name in ("backup_manifest", "backup_photo"):
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM newer.{name}")
    there = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master")}
    for (name,) in connection.execute("SELECT name FROM backup_manifest").fetchall():
        of = name.removeprefix("rows ")
        if of != name and of not in there:
            connection.execute("DELETE FROM backup_manifest WHERE name = ?", (name,))
        elif of != name:
            columns = [row[1] for row in connection.execute(f'PRAGMA main.table_info("{of}")')]
            said = ", ".join(f'"{column}"' for column in columns if (of, column) != _RENAMED)
            connection.execute(f'INSERT INTO "{of}" ({said}) SELECT {said} FROM newer."{of}"')
    connection.execute("UPDATE backup_manifest SET value = '0002' WHERE name = 'revision'")
    connection.execute("DETACH newer")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    newer.unlink()


_RENAMED = ("photo", "salt")
"""A column of that version which has another name since: no row was ever in it."""


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


def keep_photo(blobs: Path, picture: bytes) -> Path:
    """Put a whole file among the server's; return its place."""
    name = sha256(picture).hex()
    place = blobs / name[:2] / name
    place.parent.mkdir(parents=True)
    place.write_bytes(picture)
    return place


def test_photos_are_copied_once_and_checked(server: LocalServer, tmp_path: Path) -> None:
    out = tmp_path / "saved"
    place = keep_photo(server.folder / BLOBS, b"picture" * 100)
    place.with_name(f"{place.name}.{new_id()}").write_bytes(b"on its way")
    first = backups.make(server.database, server.folder / BLOBS, out, NOW)
    copied = out / BLOBS / place.parent.name / place.name
    stamp = copied.stat().st_mtime_ns
    second = backups.make(server.database, server.folder / BLOBS, out, NOW + 1_000)
    assert copied.stat().st_mtime_ns == stamp
    assert [path.name for path in copied.parent.iterdir()] == [place.name]
    assert backups.listed(out) == [second, first]
    assert drill(server, second).photos == 1


@pytest.mark.parametrize("what", ["gone", "damaged"])
def test_f29_a_backup_that_lacks_a_photo_raises_nothing(
    server: LocalServer, laptop: Laptop, tmp_path: Path, what: str
) -> None:
    """A laptop lets go of a photo once it is saved: so the photo itself must be there."""
    place = keep_photo(server.folder / BLOBS, b"picture")
    backup = backups.make(server.database, server.folder / BLOBS, tmp_path / "saved", NOW)
    copied = backup.parent / BLOBS / place.parent.name / place.name
    if what == "gone":
        copied.unlink()
    else:
        copied.write_bytes(b"pictura")
    with pytest.raises(BackupDamaged):
        drill(server, backup)
    assert backed_up(server, laptop) == 0


def test_what_a_killed_backup_left_goes_a_day_later(server: LocalServer, tmp_path: Path) -> None:
    out = tmp_path / "saved"
    out.mkdir()
    drafts = [out / f"{backups.name_of(NOW)}.new", out / f"{backups.name_of(NOW)}.new-wal"]
    scratch = out / f"{backups.SCRATCH}abc"
    scratch.mkdir()
    for path in (*drafts, scratch / "server.db"):
        path.write_bytes(b"names")
    fresh = out / f"{backups.name_of(NOW + 1_000)}.new"
    fresh.write_bytes(b"of another backup, under way")
    for path in (*drafts, scratch):
        os.utime(path, (1, 1))
    made = backups.make(server.database, server.folder / BLOBS, out, NOW + 2_000)
    assert sorted(out.iterdir()) == sorted([fresh, made])


def test_a_full_disk_leaves_nothing(server: LocalServer, laptop: Laptop, tmp_path: Path) -> None:
    with disk(tmp_path / "saved", "256k") as small:
        ballast = fill(small)
        with pytest.raises(DiskFull):
            backups.make(server.database, server.folder / BLOBS, small, NOW)
        assert list(small.iterdir()) == [ballast]
    with disk(tmp_path / "half", "256k") as small:
        with pytest.raises(DiskFull):  # no room for the whole of it
            backups.make(server.database, server.folder / BLOBS, small, NOW)
        assert list(small.iterdir()) == []
    assert backed_up(server, laptop) == 0


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
