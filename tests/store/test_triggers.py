"""Whatever SQL is written, only people make changes, and what is closed stays closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from angrilien.domain.entities import BY_ENTITY, FROZEN, Attendance
from angrilien.domain.rows import NoteText
from angrilien.errors import BugError
from angrilien.services import attendance, closing, notes
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.store.store import ERASURE, MIGRATION, PULL, USER
from angrilien.store.tables import table_of
from helpers.copies import Original, list_people, make_original, open_again
from helpers.notebooks import SetClock, make_workshop

CROSS = [[(10.0, 10.0), (60.0, 60.0)], [(60.0, 10.0), (10.0, 60.0)]]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A notebook with one closed sheet of three people, and an open workshop of one."""
    folder = tmp_path_factory.mktemp("closed")
    original = make_original(folder)
    nb = open_again(original.folder, original.programme, SetClock())
    first = make_workshop(nb)
    list_people(nb, first, 3)
    attendance.everyone_present(nb, first)
    notes.keep(nb, NoteText(workshop_id=first, done="Tout."))
    closing.close(nb, first, CROSS, 100, 100)
    list_people(nb, make_workshop(nb, title="L’autre"), 1)
    nb.close()
    return original


@pytest.fixture(scope="module")
def nb(closed: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """For the tests in which nothing is written: they see to it themselves."""
    notebook = closed.open_copy(tmp_path_factory.mktemp("refusing"))
    yield notebook
    notebook.close()


@pytest.fixture
def fresh(closed: Original, tmp_path: Path) -> Iterator[Notebook]:
    notebook = closed.open_copy(tmp_path)
    yield notebook
    notebook.close()


def refused(nb: Notebook, intent: str | None, *statements: str, match: str) -> None:
    """The last statement is refused by a trigger, and nothing at all has changed."""
    before = everything(nb)
    with pytest.raises(IntegrityError, match=match):
        write(nb, intent, *statements)
    assert everything(nb) == before


def write(nb: Notebook, intent: str | None, *statements: str, **values: str) -> None:
    with nb.store.write(intent) as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def everything(nb: Notebook) -> dict[str, list[tuple[object, ...]]]:
    with nb.store.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
            for name in ("change", "change_body", "intent", "erasure", *BY_ENTITY)
        }


INTENTS = [None, USER, PULL, MIGRATION, ERASURE, "fork"]
EVERY_INTENT = pytest.mark.parametrize("intent", INTENTS, ids=str)


@EVERY_INTENT
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change SET at = 0 WHERE seq = 1",
        "UPDATE change SET chain = x'00'",
        "DELETE FROM change WHERE seq = 1",
        "DELETE FROM change",
        "UPDATE change_body SET private = '{}' WHERE seq = 1",
        "INSERT OR REPLACE INTO change SELECT * FROM change WHERE seq = 1",
        "REPLACE INTO change_body SELECT * FROM change_body WHERE seq = 1",
    ],
)
def test_the_log_is_never_altered_whoever_asks(
    nb: Notebook, intent: str | None, statement: str
) -> None:
    told = "never altered|only people|only an erasure"
    refused(nb, intent, statement, match=told)


NEXT_CHANGE = (
    "INSERT INTO change SELECT inc, {seq}, schema, entity, entity_id, op, inc, seq, at, tz, clock, "
    "hlc, author, 'commit', chain FROM change ORDER BY seq DESC LIMIT 1"
).replace("'commit'", '"commit"')


@pytest.mark.parametrize("intent", [None, PULL, MIGRATION, ERASURE], ids=str)
def test_only_people_make_changes(nb: Notebook, intent: str | None) -> None:
    statement = NEXT_CHANGE.format(seq="seq + 1")
    refused(nb, intent, statement, match="only people make changes")


def test_a_pull_brings_the_changes_of_others_only(fresh: Notebook) -> None:
    other = NEXT_CHANGE.replace("SELECT inc, {seq}", "SELECT 'another', 1")
    mine = NEXT_CHANGE.format(seq="seq + 1")
    for intent, statement in ((PULL, other), (USER, mine)):
        with fresh.store.write(intent) as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("seq", ["seq + 2", "seq + 100"])
def test_no_change_is_missing_before_another(nb: Notebook, seq: str) -> None:
    refused(nb, USER, NEXT_CHANGE.format(seq=seq), match="is missing before")


@pytest.mark.parametrize("entity", list(BY_ENTITY))
def test_no_row_is_written_without_an_intent_or_its_change(nb: Notebook, entity: str) -> None:
    columns = {c.name: c for c in table_of(entity).columns}
    values = ", ".join(
        "'new'" if name == "id" else "1" if not c.nullable and name != "inc" else "NULL"
        if name != "inc" else f"'{nb.store.identity.inc}'"
        for name, c in columns.items()
    )  # fmt: skip
    insert = f'INSERT INTO "{entity}" ({", ".join(columns)}) VALUES ({values})'
    for intent, told in (
        (None, "without an intent"),
        (USER, "its change does not write"),
        ("fork", "its change does not write"),
        (ERASURE, "only what its order names"),
    ):
        # The rows do not pass their own checks either, which are not what is looked at here.
        refused(nb, intent, "PRAGMA ignore_check_constraints = ON", insert, match=told)
    with nb.store.read() as connection:
        connection.execute(text("PRAGMA ignore_check_constraints = OFF"))


@pytest.mark.parametrize("entity", ["attendance", "participant", "workshop", "session_note"])
def test_no_row_is_altered_without_the_change_that_says_so(nb: Notebook, entity: str) -> None:
    update = f"UPDATE {entity} SET id = id"
    refused(nb, None, update, match="without an intent")
    refused(nb, USER, update, match="its change does not write")
    refused(nb, "fork", update, match="its change does not write")
    refused(nb, ERASURE, update, match="only what its order names")
    back = f"UPDATE {entity} SET seq = 1"
    refused(nb, USER, back, match="its change does not write")
    replaced = f"INSERT OR REPLACE INTO {entity} SELECT * FROM {entity} LIMIT 1"
    for intent in (None, USER, ERASURE):
        refused(nb, intent, replaced, match="rows are not deleted")


def test_a_row_cannot_carry_the_change_of_another_row(nb: Notebook) -> None:
    refused(
        nb,
        USER,
        "UPDATE participant SET seq = (SELECT max(seq) FROM participant) "
        "WHERE id = (SELECT min(id) FROM participant)",
        match="its change does not write",
    )


@pytest.mark.parametrize("entity", ["attendance", "participant", "session_note", *FROZEN])
@pytest.mark.parametrize("intent", [None, USER, ERASURE, "fork"], ids=str)
def test_rows_are_not_deleted(nb: Notebook, entity: str, intent: str | None) -> None:
    refused(nb, intent, f"DELETE FROM {entity}", match="not deleted|closed sheet")


@pytest.mark.parametrize("entity", FROZEN)
@pytest.mark.parametrize("intent", [None, USER, PULL, MIGRATION, "fork"], ids=str)
def test_a_closed_sheet_does_not_change(nb: Notebook, entity: str, intent: str | None) -> None:
    told = "closed sheet"
    # An incarnation that begins gives it its new revision, which a change must write; all else not.
    first = f"{told}|its change does not write" if intent == "fork" else told
    refused(nb, intent, f"UPDATE {entity} SET seq = seq", match=first)
    refused(nb, intent, f"UPDATE {entity} SET seq = seq + 1, id = id || 'x'", match=told)
    refused(nb, intent, f"DELETE FROM {entity}", match=told)
    replaced = f"REPLACE INTO {entity} SELECT * FROM {entity} LIMIT 1"
    refused(nb, intent, replaced, match=f"{told}|not deleted|its change|an intent")


def test_a_closed_sheet_does_not_change_through_a_change_either(nb: Notebook) -> None:
    from angrilien.domain.entities import SheetLine

    with nb.store.read() as connection:
        line_id = connection.execute(text("SELECT id FROM sheet_line LIMIT 1")).scalar_one()
        line = log.read(connection, SheetLine, line_id)
    assert line is not None
    with pytest.raises(IntegrityError, match="closed sheet"), nb.store.act(nb.stamp()) as act:
        act.put(replace(line, last_name="Faussaire"))
    assert nb.store.verify() > 0


# --- erasure: only what its order names ----------------------------------------------------------


ANY_TRIGGER = r"order names|only an erasure|not deleted|closed sheet|does not write"
BODIES = (
    "DELETE FROM change_body WHERE (inc, seq) IN "
    "(SELECT inc, seq FROM change WHERE entity_id = :id)"
)


@pytest.mark.parametrize("entity", ["participant", "sheet_line"])
def test_an_erasure_takes_what_its_order_names_and_nothing_else(
    fresh: Notebook, entity: str
) -> None:
    update = f"UPDATE {entity} SET last_name = '' WHERE id = :id"
    delete = f"DELETE FROM {entity} WHERE id = :id"
    changes = fresh.store.verify()

    with fresh.store.write(ERASURE) as connection:
        one, other = connection.execute(text(f"SELECT id FROM {entity} LIMIT 2")).scalars()
        connection.execute(
            text("INSERT INTO erasure (entity, entity_id, order_number, at) VALUES (:e, :i, 1, 0)"),
            {"e": entity, "i": one},
        )
    for intent, row in ((ERASURE, other), (USER, one), (USER, other)):
        for statement in (update, BODIES, delete):
            with pytest.raises(IntegrityError, match=ANY_TRIGGER):
                write(fresh, intent, statement, id=row)
    for statement in (update, BODIES):
        write(fresh, ERASURE, statement, id=one)
    assert fresh.store.verify() == changes  # the chain needs no body
    assert erased_of(fresh) == [one]
    if entity == "participant":  # nothing else points to it by a foreign key
        write(fresh, ERASURE, delete, id=one)
        assert fresh.store.verify() == changes


def erased_of(nb: Notebook) -> list[str]:
    """The rows whose body is gone: what is still to send of them is their commit."""
    with nb.store.read() as connection:
        changes = log.changes_after(connection, nb.store.identity.inc, 0, 10_000)
    erased = [c for c in changes if c.body is None]
    assert all(len(c.commit) == 32 for c in erased)
    return [c.head.entity_id for c in erased]


# --- the transaction itself ----------------------------------------------------------------------


def test_no_intent_outlives_its_transaction(nb: Notebook) -> None:
    with pytest.raises(BugError, match="stop"), nb.store.write(USER):
        raise BugError("stop")
    with nb.store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM intent")).scalar() == 0
    with pytest.raises(IntegrityError), nb.store.write("holiday"):
        pass


def test_what_fails_in_the_middle_leaves_nothing(fresh: Notebook) -> None:
    nb, before = fresh, everything(fresh)
    line = Attendance(id="x", workshop_id="no such workshop", state="present")
    with pytest.raises(IntegrityError), nb.store.act(nb.stamp()) as act:
        act.put(line)
    assert everything(nb) == before
    make_workshop(nb)  # the connection still serves
    assert nb.store.verify() == len(everything(nb)["change"]) > len(before["change"])
