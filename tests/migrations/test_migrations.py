"""Notebooks of earlier versions: opened, brought to the present schema, and none of it lost (F21).

A migration is killed before each of its statements in turn: the notebook opens afterwards, and what
is to be sent is whole.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from angrilien.domain.verification import Fault
from angrilien.errors import DiskFull, NotebookNewer
from angrilien.services import attendance, closing, copies, drafts, exporting, opening, workshops
from angrilien.services import copies as safety
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE
from angrilien.store import engine, migrations
from angrilien.store import store as stores
from angrilien.store.marks import sending_state
from angrilien.vault.programme import load_programme
from angrilien.vault.verifying import verify_export
from helpers.copies import raw_connection
from helpers.notebooks import NOON, PHRASE, SetClock

HERE = Path(__file__).parent
CHANGES = {"0001": 62, "0002": 62}


@pytest.fixture(params=sorted(CHANGES))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a kept notebook."""
    return Path(shutil.copytree(HERE / request.param, tmp_path / "data"))


def open_old(folder: Path) -> Notebook:
    programme = load_programme(folder / "programme.json")
    clock = SetClock(NOON + 3 * 3_600_000)
    return opening.open_notebook(folder, PHRASE, programme, clock=clock)


def revision(folder: Path) -> str:
    connection = raw_connection(folder)
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    connection.close()
    return str(found)


def test_every_schema_has_its_notebook() -> None:
    kept = {path.name for path in HERE.iterdir() if path.is_dir() and path.name.isdigit()}
    assert kept == set(CHANGES) == set(migrations.KNOWN) - {migrations.HEAD}


def test_an_old_notebook_is_opened_whole(old: Path) -> None:
    nb = open_old(old)
    assert nb.store.verify() == 62
    with nb.store.read() as connection:
        assert migrations.revision_of(connection) == migrations.HEAD
        assert sending_state(connection, nb.store.identity.inc).waiting == 62
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    today = {w.title: w for w in workshops.today(nb).workshops}
    ended, running = today["Atelier terminé"], today["Atelier en cours"]
    view = closing.sheet(nb, ended.id)
    assert len(view.lines) == 6
    assert sum(bool(line.drawing) for line in view.lines) == 5
    # Its sheet says neither its times nor its head: they are read from the workshop, and it is
    # what was signed (`export` puts it together again and compares).
    assert (view.workshop.title, view.anonymous) == ("Atelier terminé", 0)
    made = exporting.export(nb)
    (report,) = verify_export(made.data, nb.programme).sheets
    assert [problem.fault for problem in report.problems] == [Fault.NO_CERTIFICATE]
    assert report.heading is None
    assert report.anonymous is None
    assert drafts.load(nb, "workshop_form") == '{"title": "Pas encore"}'
    # And it is written on.
    line = attendance.roster(nb, running.id).rows[-1]
    attendance.toggle(nb, running.id, line.attendance_id)
    assert nb.store.verify() == 63
    nb.close()


def test_a_safety_copy_is_made_first(old: Path) -> None:
    before = (old / DATABASE).read_bytes()
    nb = open_old(old)
    (row,) = copies.listed(nb)
    assert (row.sound, row.workshops) == (True, 2)
    copies.go_back(nb, row.name)
    again = open_old(old)
    assert again.store.verify() == 62
    again.close()
    assert before


def test_without_room_for_the_copy_nothing_is_migrated(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull

    before = revision(old)

    monkeypatch.setattr(safety, "before_migration", full)
    with pytest.raises(DiskFull):
        open_old(old)
    monkeypatch.undo()
    assert revision(old) == before != migrations.HEAD
    open_old(old).close()


def test_a_newer_notebook_is_refused_untouched(old: Path) -> None:
    connection = raw_connection(old)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = (old / DATABASE).read_bytes()
    with pytest.raises(NotebookNewer):
        open_old(old)
    connection = raw_connection(old)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()
    assert not (old / "copies").exists()
    assert len(before) == (old / DATABASE).stat().st_size


def killed_at(folder: Path, statement: int) -> bool:
    """Open in a process that ends (-9 in effect) before a statement of the migration; was it?"""
    pid = os.fork()
    if pid == 0:
        real, left = engine.make_engine, [statement]

        def counted(*args: object, **kwargs: object) -> object:
            made = real(*args, **kwargs)  # type: ignore[arg-type]

            @event.listens_for(made, "before_cursor_execute")
            def _count(*_: object) -> None:
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1

            return made

        stores.engines.make_engine = counted  # type: ignore[assignment]
        try:
            open_old(folder)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == 9


def cut_everywhere(tmp_path: Path, every: int) -> int:
    """Kill before each statement of the migration, or one in so many; return how often."""
    first = open_old(Path(shutil.copytree(HERE / "0001", tmp_path / "warm" / "data")))
    first.close()
    statement, kills = 0, 0
    while True:
        folder = Path(shutil.copytree(HERE / "0001", tmp_path / str(statement) / "data"))
        if not killed_at(folder, statement):
            break
        kills += 1
        nb = open_old(folder)
        assert nb.store.verify() == 62
        with nb.store.read() as connection:
            assert sending_state(connection, nb.store.identity.inc).waiting == 62
            assert migrations.revision_of(connection) == migrations.HEAD
        nb.close()
        shutil.rmtree(folder.parent)
        statement += every
    return kills


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_f21_killed_before_one_statement_in_six(tmp_path: Path) -> None:
    """F21: the notebook opens, and the queue is whole, wherever the migration was cut."""
    assert cut_everywhere(tmp_path, every=6) > 12


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_f21_killed_before_each_statement(tmp_path: Path) -> None:
    """F21, of all of them."""
    kills = cut_everywhere(tmp_path, every=1)
    print(f"\nF21: {kills} statements")
    assert kills > 72
