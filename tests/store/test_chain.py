"""Whoever alters the log behind our back is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from angrilien.errors import BugError
from angrilien.services import attendance
from angrilien.services.notebook import Notebook
from angrilien.store import log
from helpers.copies import Original, list_people, make_original, open_again, raw_connection
from helpers.notebooks import SetClock, make_workshop


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A notebook with two people, and no trigger any more: its log can be altered by SQL."""
    original = make_original(tmp_path_factory.mktemp("written"))
    nb = open_again(original.folder, original.programme, SetClock())
    workshop = make_workshop(nb)
    attendance.toggle(nb, workshop, list_people(nb, workshop, 2)[0])
    nb.close()
    connection = raw_connection(original.folder)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.execute("BEGIN")
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("COMMIT")
    connection.close()
    return original


def test_a_log_that_nobody_touched_is_sound(written: Original, tmp_path: Path) -> None:
    nb = written.open_copy(tmp_path)
    with nb.store.read() as connection:
        changes = log.changes_after(connection, nb.store.identity.inc, 0, 1_000)
    assert nb.store.verify() == len(changes) > 8
    nb.close()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE change SET at = at + 1 WHERE seq = 3",
        "UPDATE change SET author = 'somebody' WHERE seq = 3",
        "UPDATE change SET base_inc = NULL, base_seq = NULL WHERE base_seq IS NOT NULL",
        "UPDATE change SET entity_id = 'other' WHERE seq = 2",
        "UPDATE change SET clock = 'ok' WHERE seq = 1",
        'UPDATE change SET "commit" = zeroblob(32) WHERE seq = 4',
        "UPDATE change SET chain = zeroblob(32) WHERE seq = 4",
        "UPDATE change_body SET private = replace(private, 'Odette', 'Ginette')",
        "UPDATE change_body SET shared = replace(shared, 'present', 'excused')",
        "UPDATE change_body SET salt = zeroblob(16) WHERE seq = 3",
        "DELETE FROM change WHERE seq = 3",
        "DELETE FROM change WHERE seq = 1",
        "UPDATE change SET seq = seq + 1000 WHERE seq > 4",
        "UPDATE incarnation SET public = zeroblob(32)",
    ],
)
def test_a_log_that_was_altered_is_broken(written: Original, tmp_path: Path, harm: str) -> None:
    folder = written.copy(tmp_path)
    connection = raw_connection(folder)
    connection.execute("PRAGMA foreign_keys = OFF")
    assert connection.execute(harm).rowcount > 0
    connection.close()
    nb = open_again(folder, written.programme, SetClock())
    try:
        with pytest.raises(BugError):
            nb.store.verify()
    finally:
        nb.close()


def test_each_change_follows_the_one_that_it_replaces(nb: Notebook) -> None:
    workshop = make_workshop(nb)
    rows = list_people(nb, workshop, 1)
    for _ in range(3):
        attendance.toggle(nb, workshop, rows[0])
    with nb.store.read() as connection:
        changes = log.changes_after(connection, nb.store.identity.inc, 0, 1_000)
        previous = log.own_previous(connection, changes[5:])
    assert [c.head.seq for c in changes] == list(range(1, len(changes) + 1))
    assert len({c.body.salt for c in changes if c.body}) == len(changes)
    last: dict[tuple[str, str], tuple[str, int]] = {}
    for change in changes:
        row = (change.head.entity, change.head.entity_id)
        assert change.head.base == last.get(row)
        if change.head.seq > 5 and change.head.base:
            assert previous[change.head.seq] == change.head.base[1]
        last[row] = (change.head.inc, change.head.seq)
