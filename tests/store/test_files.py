"""A file that is not ours, or not whole, is told from ours in words, and left as it was."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from angrilien.domain.rows import FirstStart
from angrilien.errors import (
    DiskFull,
    FolderReadOnly,
    KnownError,
    NotebookDamaged,
    NotebookExists,
    NotebookForeign,
    NotebookMissing,
    NotebookNewer,
    WrongPassphrase,
)
from angrilien.services import attendance, opening, workshops
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import ballast, engine, head
from angrilien.store.store import Store
from angrilien.vault.slots import SlotFile
from helpers.copies import Original, list_people, open_again, raw_connection
from helpers.notebooks import (
    CHEAP_KDF,
    PHRASE,
    make_notebook,
    make_programme,
    make_workshop,
)


def digests(folder: Path) -> dict[str, str]:
    """The bytes of each file of a folder; SQLite's shared memory holds no data."""
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.iterdir()
        if not p.name.endswith("-shm") and p.stat().st_size
    }


def truncated(folder: Path) -> None:
    path = folder / DATABASE
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 7])


def cut_at_a_page(folder: Path) -> None:
    path = folder / DATABASE
    path.write_bytes(path.read_bytes()[: 4096 * 8])


def emptied(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"")


def made_of_noise(folder: Path) -> None:
    (folder / DATABASE).write_bytes(hashlib.shake_256(b"noise").digest(40_960))


def of_sqlite_in_clear(folder: Path) -> None:
    import sqlite3

    (folder / DATABASE).unlink()
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()


def of_another_laptop(folder: Path) -> None:
    other = make_notebook(folder.parent / "other")
    other.close()
    shutil.copy(other.folder / DATABASE, folder / DATABASE)


def with_other_tables(folder: Path) -> None:
    opened = SlotFile.parse((folder / SLOTS).read_bytes()).open(PHRASE)
    (folder / DATABASE).unlink()
    connection = sqlcipher.connect(str(folder / DATABASE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{opened.database_key.hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def of_a_newer_version(folder: Path) -> None:
    connection = raw_connection(folder)
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()


def of_another_vault(folder: Path) -> None:
    connection = raw_connection(folder)
    connection.execute("UPDATE setting SET value = 'another' WHERE name = 'vault'")
    connection.close()


def without_its_animateur(folder: Path) -> None:
    connection = raw_connection(folder)
    connection.execute("DELETE FROM animateur_slot")
    connection.close()


def with_a_bad_slot_file(folder: Path) -> None:
    (folder / SLOTS).write_bytes(b'{"v":1}\n')


def without_its_slot_file(folder: Path) -> None:
    (folder / SLOTS).unlink()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (truncated, NotebookDamaged),
        (cut_at_a_page, NotebookDamaged),
        (emptied, NotebookDamaged),
        (made_of_noise, NotebookDamaged),
        (of_sqlite_in_clear, NotebookForeign),
        (of_another_laptop, NotebookDamaged),
        (with_other_tables, NotebookForeign),
        (of_a_newer_version, NotebookNewer),
        (of_another_vault, NotebookForeign),
        (without_its_animateur, NotebookDamaged),
        (with_a_bad_slot_file, NotebookDamaged),
        (without_its_slot_file, NotebookForeign),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_notebook_that_cannot_be_opened_says_why_and_stays_as_it_is(
    original: Original, tmp_path: Path, harm: Callable[[Path], None], told: type[KnownError]
) -> None:
    folder = original.copy(tmp_path)
    harm(folder)
    before = digests(folder)
    with pytest.raises(told) as refused:
        open_again(folder, original.programme)
    assert refused.value.text().endswith((".", "!"))
    assert digests(folder) == before


def test_a_wrong_phrase_and_an_empty_folder_have_their_own_sentence(
    original: Original, tmp_path: Path
) -> None:
    folder = original.copy(tmp_path)
    before = digests(folder)
    with pytest.raises(WrongPassphrase):
        opening.open_notebook(folder, "abandon bambin cadeau", original.programme)
    with pytest.raises(NotebookMissing):
        opening.open_notebook(tmp_path / "empty", PHRASE, original.programme)
    assert digests(folder) == before
    assert not (tmp_path / "empty").exists()


def test_a_notebook_is_never_written_over(original: Original, tmp_path: Path) -> None:
    folder = original.copy(tmp_path)
    before = digests(folder)
    with pytest.raises(NotebookExists):
        make_notebook(tmp_path)
    assert digests(folder) == before


def test_a_file_that_cannot_be_written_is_read_and_says_so_at_the_first_write(
    original: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing is read-only to root: the file is opened as the system would give it to others.
    folder, connect = original.copy(tmp_path), sqlcipher.connect
    before = digests(folder)

    def read_only(path: str, **kwargs: object) -> sqlcipher.Connection:
        return connect(f"file:{path}?mode=ro", uri=True, **kwargs)

    monkeypatch.setattr(engine.sqlcipher, "connect", read_only)
    nb = open_again(folder, original.programme)
    with pytest.raises(FolderReadOnly):
        make_workshop(nb)
    assert workshops.today(nb).facilitator == "Claire Martin"
    nb.close()
    assert digests(folder) == before


def test_a_folder_where_a_file_stands_cannot_hold_a_notebook(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(FolderReadOnly):
        make_notebook(tmp_path)
    assert (tmp_path / "data").read_text("utf-8") == "a file"


# --- a creation that is cut ----------------------------------------------------------------------


def test_what_a_cut_creation_left_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for rest in ("", "-wal", "-shm", "-journal"):
        (folder / f"{DATABASE}.new{rest}").write_bytes(b"half a database" * 400)
    (folder / SLOTS).write_bytes(b"a slot file whose database never was")
    assert not opening.exists(folder)
    nb = make_notebook(tmp_path)
    assert nb.store.verify() == 1
    nb.close()
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        [ballast.FILE, DATABASE, SLOTS, head.FILE]
    )
    open_again(folder, nb.programme).close()


@pytest.mark.parametrize("step", ["Store.create", "Store.act", "save_atomically"])
def test_a_disk_full_while_creating_leaves_no_half_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from angrilien.services import making

    def full(*args: object, **kwargs: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patched:
        if step == "save_atomically":
            patched.setattr(making, step, full)
        else:
            patched.setattr(Store, step.partition(".")[2], full)
        with pytest.raises(DiskFull):
            make_notebook(tmp_path)
    assert not opening.exists(tmp_path / "data")
    assert not list((tmp_path / "data").glob(f"{DATABASE}*"))
    nb = make_notebook(tmp_path)
    nb.close()


def test_the_first_start_says_what_is_missing_before_anything_is_made(tmp_path: Path) -> None:
    from angrilien.errors import Missing, NotACode, TooLong

    for start, told in (
        (FirstStart(name=" ", passphrase=PHRASE), Missing),
        (FirstStart(name="x" * 101, passphrase=PHRASE), TooLong),
        (FirstStart(name="Claire", passphrase=PHRASE, venue_code="7Q2K-M4XR-9A"), NotACode),
    ):
        with pytest.raises(told):
            opening.create(tmp_path / "data", start, programme=None)  # type: ignore[arg-type]
    assert not (tmp_path / "data").exists()


# --- a disk that fills up ------------------------------------------------------------------------


def fill(nb: Notebook) -> None:
    for _ in range(2_000):
        make_workshop(nb, title="x" * 150)


def test_a_full_disk_writes_nothing_and_writing_resumes_when_there_is_room(nb: Notebook) -> None:
    workshop = make_workshop(nb)
    rows = list_people(nb, workshop, 3)
    attendance.toggle(nb, workshop, rows[0])
    before, changes = attendance.roster(nb, workshop), nb.store.verify()
    with nb.store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        fill(nb)
    titles = {"Protéger ses données", "x" * 150}
    full = nb.store.verify()
    assert attendance.roster(nb, workshop) == before
    with nb.store.read() as connection:
        found = connection.exec_driver_sql("SELECT title FROM workshop").scalars().all()
        links = connection.exec_driver_sql("SELECT count(*) FROM workshop_facilitator").scalar()
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert set(found) <= titles
    assert len(found) == links  # each is whole
    assert full == changes + 2 * (len(found) - 1)
    attendance.undo(nb, workshop)
    assert nb.store.verify() == full + 1


def test_the_keys_of_a_notebook_that_is_missing_are_never_replaced(tmp_path: Path) -> None:
    make_notebook(tmp_path).close()
    folder = tmp_path / "data"
    keys = (folder / SLOTS).read_bytes()
    (folder / DATABASE).rename(tmp_path / "taken-away.db")
    assert opening.exists(folder)
    start = FirstStart(name="Claire Martin", passphrase=PHRASE)
    with pytest.raises(NotebookExists):
        opening.create(folder, start, make_programme(), kdf=CHEAP_KDF)
    with pytest.raises(NotebookDamaged):
        opening.open_notebook(folder, PHRASE, make_programme())
    assert (folder / SLOTS).read_bytes() == keys
    (tmp_path / "taken-away.db").rename(folder / DATABASE)
    opening.open_notebook(folder, PHRASE, make_programme()).close()
