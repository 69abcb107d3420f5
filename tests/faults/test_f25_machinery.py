"""F25: what the machinery wrote made a record "changed", and it won. F22: an upgrade sent all
again. F35: equal values were merged as no change, hiding one.

Must show, F25: only user intents create changes; an audit finds any write that escapes (†: one that
touches a row while it writes down an answer, and one that goes round the log). F22: zero pushes at
the next idle contact. F35: every seq is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from angrilien.domain.entities import BY_ENTITY, Participant, Workshop
from angrilien.services import (
    answers,
    attendance,
    copies,
    erasure,
    forks,
    heads,
    leaving,
    opening,
    sending,
    speaking,
)
from angrilien.services.notebook import Notebook
from angrilien.store import log, migrations, people
from angrilien.sync.jobs import Job
from angrilien.wire.answer import Answer
from helpers.copies import raw_connection
from helpers.notebooks import PHRASE, add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once

WRITTEN = ("change", "change_body", *BY_ENTITY)


def what_people_wrote(desk: Desk) -> dict[str, list[Any]]:
    """Every row of the log and of the tables it makes."""
    found = desk.dump()
    return {table: found[table] for table in WRITTEN}


def machinery(desk: Desk, proxy: Proxy) -> None:
    """All that runs by itself while nobody does anything."""
    for verb in (
        leaving.settle, leaving.look_after, copies.make, copies.overview, erasure.finish,
        heads.check, heads.keep, forks.begin_if_put_back, sending.state,
    ):  # fmt: skip
        desk.do(verb)
    proxy.fault = Fault(instead=b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
    desk.round()
    proxy.fault = Fault(answer_bytes=0)
    desk.round()
    proxy.fault = CLEAR
    assert desk.round() is None
    assert desk.round() is None


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    made = new_desk()
    workshop = made.do(make_workshop)
    lines = made.do(add_people, workshop, 3)
    assert made.round() is None
    made.do(attendance.toggle, workshop, lines[0])
    return made


def test_f25_only_people_make_changes(desk: Desk, hub: Hub, proxy: Proxy) -> None:
    before = what_people_wrote(desk)
    machinery(desk, proxy)
    assert what_people_wrote(desk) == before
    assert_sent_once(desk, hub)
    desk.close()
    nb = opening.open_notebook(desk.notebook.folder, PHRASE, desk.notebook.programme)
    again = Desk(nb)
    try:
        assert what_people_wrote(again) == before
    finally:
        again.close()


def test_f25_the_audit_finds_a_write_of_the_machinery(
    desk: Desk, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F25†: an answer is written down, and a row "updated" with it."""
    sound = answers.record_answer

    def careless(nb: Notebook, job: Job, answer: Answer, *more: Any) -> answers.Recorded:
        with nb.store.act(nb.stamp()) as act:
            row = act.connection.exec_driver_sql("SELECT id FROM workshop").scalar_one()
            found = act.read(Workshop, row)
            assert found is not None
            act.put(found)
        return sound(nb, job, answer, *more)

    monkeypatch.setattr(sending, "record_answer", careless)
    before = what_people_wrote(desk)
    # What it "changed" is sent, and so answered, and so "changed": it would never end.
    desk.sender.send_now()
    until = len(proxy.pushes()) + 3
    while len(proxy.pushes()) < until:
        pass
    desk.sender.close()
    desk.wait()
    assert what_people_wrote(desk) != before


def test_f25_the_triggers_find_a_write_that_goes_round_the_log(desk: Desk) -> None:
    """F25†: the row alone is changed, whatever the intent that is said."""

    def careless(nb: Notebook, intent: str | None) -> None:
        with nb.store.write(intent) as connection:
            connection.exec_driver_sql("UPDATE workshop SET title = 'Autre', seq = seq + 1")

    before = what_people_wrote(desk)
    for intent in (None, "user", "fork", "erasure"):
        with pytest.raises(IntegrityError):
            desk.do(careless, intent)
    assert what_people_wrote(desk) == before


def made_older(folder: Path) -> None:
    """Make of a notebook what the version before would have left: undo the last migration."""
    former, last = (
        "\n\n".join(
            path.read_text(encoding="utf-8").strip()
            for step in steps
            for path in sorted((Path(migrations.__file__).parent / "versions").glob(step))
        )
        for steps in (("0001_*.sql", "0002/*.sql"), ("0003/*.sql",))
    )
    triggers = re.findall(r"DROP TRIGGER (\w+)", last)
    connection = raw_connection(folder)
    for trigger in triggers:
        connection.execute(f"DROP TRIGGER {trigger}")
    for index in re.findall(r"CREATE INDEX (\w+)", last):
        connection.execute(f"DROP INDEX {index}")
    for table in re.findall(r"CREATE TABLE (\w+)", last):
        connection.execute(f"DROP TABLE {table}")
    for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", last):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table, old, new in re.findall(r'ALTER TABLE (\w+) RENAME COLUMN (\w+) TO "(\w+)"', last):
        connection.execute(f'ALTER TABLE {table} RENAME COLUMN "{new}" TO {old}')
    made = {
        words.split(maxsplit=3)[2]: words
        for words in former.split("\n\n")
        if words.startswith("CREATE TRIGGER")
    }
    for trigger in triggers:
        connection.execute(made[trigger])
    connection.execute("DELETE FROM setting WHERE name IN ('batch size', 'held listed')")
    connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.close()


def test_f22_an_upgrade_sends_nothing_again(
    desk: Desk, hub: Hub, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.round() is None
    desk.close()
    made_older(desk.notebook.folder)
    monkeypatch.setattr(speaking, "__version__", "0.2.0")
    pushes, asked = len(proxy.pushes()), len(proxy.exchanges)
    nb = opening.open_notebook(desk.notebook.folder, PHRASE, desk.notebook.programme)
    again = Desk(nb)
    try:
        assert again.round() is None
        assert again.next_try() is None
        assert len(proxy.pushes()) == pushes
        assert [one.path for one in proxy.exchanges[asked:]] == ["/v1/contact"]
        assert_sent_once(again, hub)
    finally:
        again.close()


def test_f35_every_seq_is_stored(desk: Desk, hub: Hub) -> None:
    """The same values again, and there and back: each is a change, none is folded into another."""

    def twice(nb: Notebook) -> int:
        with nb.store.read() as connection:
            one = connection.exec_driver_sql("SELECT id FROM participant LIMIT 1").scalar_one()
            same = log.read(connection, Participant, one)
        assert same is not None
        for name in (same.first_name, same.first_name, "Autre", same.first_name):
            with nb.store.act(nb.stamp()) as act:
                again = replace(same, first_name=name)
                act.put(again)
                people.index(act.connection, [again])
        return nb.store.count()

    before = desk.do(lambda nb: nb.store.count())
    assert desk.do(twice) == before + 4
    assert desk.round() is None
    assert assert_sent_once(desk, hub) == before + 4
