"""After any sequence of gestures: the rows are what the log says, and no name lies in clear."""

from __future__ import annotations

import json
import logging
import random
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from angrilien.domain.entities import RECORD_TYPES, Alias, Attendance, Participant, SessionNote
from angrilien.domain.forms import AnonymousForm, PersonForm, WorkshopForm
from angrilien.domain.ids import alias_id
from angrilien.domain.record import Record, join
from angrilien.domain.rows import NoteText
from angrilien.errors import BugError, KnownError
from angrilien.services import attendance, closing, drafts, notes, people, signing, workshops
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.store.tables import table_of
from helpers.copies import list_people
from helpers.notebooks import SetClock, make_workshop

CROSS = [[(10.0, 10.0), (60.0, 60.0)], [(60.0, 10.0), (10.0, 60.0)]]


def rows_of(nb: Notebook) -> dict[tuple[str, str], tuple[Record, int]]:
    """Each row of each entity's table, with the change that wrote it."""
    found: dict[tuple[str, str], tuple[Record, int]] = {}
    with nb.store.read() as connection:
        for kind in RECORD_TYPES:
            table = table_of(kind.ENTITY)
            for row in connection.execute(select(table)):
                found[kind.ENTITY, row.id] = (log.record_of(kind, row), row.seq)
    return found


def told_by_the_log(nb: Notebook) -> dict[tuple[str, str], tuple[Record, int]]:
    """Each row as the last change about it says."""
    kinds = {kind.ENTITY: kind for kind in RECORD_TYPES}
    told: dict[tuple[str, str], tuple[Record, int]] = {}
    with nb.store.read() as connection:
        changes = log.changes_after(connection, nb.store.identity.inc, 0, 100_000)
    for change in changes:
        assert change.body is not None
        head = change.head
        halves = json.loads(change.body.shared), json.loads(change.body.private)
        record = join(kinds[head.entity], head.entity_id, *halves)
        told[head.entity, head.entity_id] = (record, head.seq)
    return told


class Walker:
    """Somebody who clicks anywhere, on two workshops, for a whole day."""

    def __init__(self, nb: Notebook, hand: random.Random) -> None:
        self.nb, self.hand = nb, hand
        self.workshops = [make_workshop(nb), workshops.start_unplanned(nb)]
        for workshop in self.workshops:
            list_people(nb, workshop, 3)
            notes.keep(nb, NoteText(workshop_id=workshop, done="Commencé"))

    def step(self) -> None:
        nb, hand = self.nb, self.hand
        workshop = hand.choice(self.workshops)
        rows = attendance.roster(nb, workshop).rows
        known = people.search(nb, "", limit=50)
        row = hand.choice(rows).attendance_id if rows else "none"
        person = hand.choice(known).participant_id if known else "none"
        text = hand.choice(["", "Odette", "Ω 🌻", "x" * 120, "a\x00b", " y "])
        gestures: list[tuple[int, Callable[[], object]]] = [
            (9, lambda: attendance.toggle(nb, workshop, row)),
            (5, lambda: people.add_to_workshop(nb, workshop, PersonForm(first_name=text))),
            (4, lambda: attendance.add_present(nb, workshop, person)),
            (2, lambda: attendance.expect(nb, workshop, (person,))),
            (2, lambda: attendance.excuse(nb, workshop, row)),
            (2, lambda: attendance.remove(nb, workshop, row)),
            (2, lambda: attendance.add_anonymous(nb, workshop, AnonymousForm(gender="feminin"))),
            (2, lambda: attendance.set_departure(nb, workshop, row, hand.choice(["15h", "", "?"]))),
            (2, lambda: attendance.everyone_present(nb, workshop)),
            (8, lambda: attendance.undo(nb, workshop)),
            (5, lambda: attendance.redo(nb, workshop)),
            (6, lambda: signing.sign(nb, workshop, row, CROSS, 100, 100)),
            (2, lambda: signing.sign_on_paper(nb, workshop, row)),
            (2, lambda: signing.could_not_sign(nb, workshop, row, text)),
            (2, lambda: notes.save_draft(nb, NoteText(workshop_id=workshop, done=text))),
            (2, lambda: notes.keep(nb, NoteText(workshop_id=workshop, hard=text))),
            (1, lambda: workshops.cancel(nb, workshop)),
            (1, lambda: workshops.nobody_came(nb, workshop)),
            (1, lambda: workshops.open_workshop(nb, workshop)),
            (1, self.merge),
            (1, self.plan),
            (1, self.close),
        ]
        (act,) = hand.choices([g for _w, g in gestures], [w for w, _g in gestures])
        self.try_(act)

    def try_(self, act: Callable[[], object]) -> None:
        before = rows_count(self.nb)
        try:
            act()
        except (KnownError, BugError):
            assert rows_count(self.nb) == before, "a refused gesture wrote something"

    def plan(self) -> None:
        form = WorkshopForm(
            title="Encore", themes=("email",), date="demain", start="9h", end="8h",
            venue_id=self.nb.home().id,
        )  # fmt: skip
        planned = workshops.plan(self.nb, replace(form, end="11h"))
        self.workshops[0] = planned.workshop_id

    def close(self) -> None:
        closing.close(self.nb, self.workshops[1], CROSS, 100, 100)
        self.workshops[1] = workshops.start_unplanned(self.nb)

    def merge(self) -> None:
        found = people.search(self.nb, "", limit=50)
        if len(found) > 3:
            kept, twin = (p.participant_id for p in self.hand.sample(found, 2))
            with self.nb.store.act(self.nb.stamp()) as act:
                act.put(Alias(id=alias_id("participant", twin), kind="participant",
                              from_id=twin, to_id=kept))  # fmt: skip


def rows_count(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM change").scalar_one())


def test_rows_are_what_the_log_says_after_a_day_of_gestures(nb: Notebook) -> None:
    walker = Walker(nb, random.Random(2))
    for _ in range(80):
        walker.step()
    rows = rows_of(nb)
    assert rows == told_by_the_log(nb)
    assert nb.store.verify() == rows_count(nb) > 50
    kinds = {entity for entity, _id in rows}
    assert kinds >= {"facilitator", "workshop", "workshop_facilitator", "participant", "attendance",
                     "signature", "session_note"}  # fmt: skip
    with nb.store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT count(*) FROM intent").scalar() == 0
    for workshop in {*walker.workshops, *(i for e, i in rows if e == "workshop")}:
        view = attendance.roster(nb, workshop)
        present = [r for r in view.rows if r.state == "present"]
        assert view.workshop.present == len(present)
        assert view.workshop.anonymous == sum(r.participant_id is None for r in present)
        assert view.workshop.expected == sum(r.state in ("present", "expected") for r in view.rows)
        assert view.workshop.signed == sum(r.mode == "screen" for r in present)


# --- names in clear (canaries) -------------------------------------------------------------------

CANARY = "Zyxomire"


def canary(n: int) -> str:
    return f"{CANARY}{n}"


def typed_everywhere(nb: Notebook) -> None:
    form = WorkshopForm(
        title=canary(1), themes=("email",), date="25/11", start="14h", end="16h",
        venue_id=nb.home().id, notes=canary(2),
    )  # fmt: skip
    workshop = workshops.plan(nb, form).workshop_id
    person = PersonForm(
        first_name=canary(3), last_name=canary(4), birth_year="1948", phone=canary(5),
        postcode=canary(6),
    )  # fmt: skip
    (row,) = people.add_to_workshop(nb, workshop, person).rows
    signing.could_not_sign(nb, workshop, row.attendance_id, canary(7))
    notes.save_draft(nb, NoteText(workshop_id=workshop, done=canary(8)))
    notes.keep(nb, NoteText(workshop_id=workshop, done=canary(8), hard=canary(9)))
    drafts.save(nb, "person_form", canary(10))
    closing.close(nb, workshop, CROSS, 100, 100)
    people.search(nb, CANARY)


def found_in(nb: Notebook) -> list[str]:
    forms = [CANARY.encode(code) for code in ("utf-8", "utf-16-le")]
    forms += [form.lower() for form in forms]
    return [
        path.name
        for path in nb.folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def test_no_name_typed_lies_in_clear_in_any_file(nb: Notebook) -> None:
    typed_everywhere(nb)
    assert len(people.search(nb, CANARY)) == 1
    assert {p.name for p in nb.folder.iterdir()} >= {"cahier.db", "cahier.db-wal", "cles.json"}
    assert found_in(nb) == []
    nb.close()
    assert found_in(nb) == []
    # The search does find what lies in clear.
    (nb.folder / "notes.txt").write_text(f"… {canary(3)}", encoding="utf-8")
    assert found_in(nb) == ["notes.txt"]


def test_no_name_stands_in_an_exception_or_in_the_log(
    nb: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    typed_everywhere(nb)
    workshop = make_workshop(nb)
    caplog.set_level(logging.DEBUG)
    failures: list[Callable[[], object]] = [
        lambda: broken(nb, Participant(id="p", venue_id="v", first_name=CANARY,
                                       birth_year=1948, band="moins_de_douze")),
        lambda: broken(nb, SessionNote(id="n", workshop_id=CANARY, done=CANARY)),
        lambda: broken(nb, Attendance(id="a", workshop_id=workshop, state=CANARY)),
        lambda: broken(nb, Participant(id="p", venue_id="v", first_name=f"{CANARY}\ud800")),
        lambda: broken(nb, Participant(id="p", venue_id="v", first_name=1.5)),  # type: ignore[arg-type]
        lambda: people.add_to_workshop(nb, workshop, PersonForm(first_name=CANARY * 20)),
        lambda: people.add_to_workshop(nb, workshop, PersonForm(first_name="x", commune=CANARY)),
        lambda: signing.could_not_sign(nb, workshop, "none", CANARY * 100),
        lambda: attendance.set_departure(nb, workshop, CANARY, CANARY),
        lambda: workshops.plan(nb, WorkshopForm(title=CANARY, date=CANARY, start=CANARY)),
        lambda: workshops.plan(nb, WorkshopForm(title=CANARY * 50)),
    ]  # fmt: skip
    for fail in failures:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is
            fail()
        # As a report would print it, but for the lines of the tests themselves.
        lines = traceback.format_exception(raised.value)
        told = "".join(line for line in lines if "/tests/" not in line)
        assert CANARY not in told, type(raised.value)
        assert CANARY.lower() not in told.lower()
    assert CANARY not in caplog.text


def broken(nb: Notebook, record: Record) -> None:
    with nb.store.act(nb.stamp()) as act:
        act.put(record)


def test_the_database_refuses_what_no_rule_allows(nb: Notebook) -> None:
    workshop = make_workshop(nb)
    list_people(nb, workshop, 1)
    for record in (
        Participant(id="p", venue_id="v", birth_year=1948, band="moins_de_douze"),
        Attendance(id="a", workshop_id=workshop, state="asleep"),
        Attendance(id="a", workshop_id=workshop, state="present", mode="thumb"),
        Attendance(id="a", workshop_id="no such workshop", state="present"),
        Alias(id="a", kind="participant", from_id="x", to_id="x"),
        Alias(id="a", kind="dog", from_id="x", to_id="y"),
    ):
        before = rows_count(nb)
        with pytest.raises(IntegrityError):
            broken(nb, record)
        assert rows_count(nb) == before


def test_a_clock_in_the_past_does_not_hide_what_came_last(nb: Notebook, clock: SetClock) -> None:
    workshop = make_workshop(nb)
    notes.keep(nb, NoteText(workshop_id=workshop, done="Premier"))
    clock.at -= 10**10
    notes.keep(nb, NoteText(workshop_id=workshop, done="Second"))
    assert notes.read(nb, workshop).done == "Second"
    assert rows_of(nb) == told_by_the_log(nb)
