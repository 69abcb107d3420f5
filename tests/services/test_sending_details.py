"""D9's view: what is here, sent or to be mended, workshop by workshop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from angrilien.domain.forms import AnonymousForm
from angrilien.domain.rows import NoteText
from angrilien.domain.sending import Attempt, SendingGroup, SendingView
from angrilien.services import attendance, closing, notes, photos, sending_details, signing
from angrilien.services.notebook import Notebook
from angrilien.store import attempts, held, log, marks, queue
from angrilien.store import photos as files
from angrilien.store.held import Run
from helpers.copies import Original, list_people
from helpers.notebooks import make_workshop

OWN = [[(5.0, 5.0), (95.0, 50.0), (5.0, 95.0)]]
JPEG = b"\xff\xd8\xff\xe0" + b"une feuille " * 200


@pytest.fixture
def nb(original: Original, tmp_path: Path) -> Iterator[Notebook]:
    notebook = original.open_copy(tmp_path)
    yield notebook
    notebook.close()


@pytest.fixture
def workshop(nb: Notebook) -> str:
    """A workshop of four people: three there, two of them signed, with its bilan."""
    made = make_workshop(nb)
    list_people(nb, made, 4)
    lines = [row.attendance_id for row in attendance.roster(nb, made).rows]
    for line in lines[:3]:
        attendance.toggle(nb, made, line)
    for line in lines[:2]:
        signing.sign(nb, made, line, OWN, 100, 100)
    notes.keep(nb, NoteText(workshop_id=made, done="Les mots de passe"))
    return made


def told(group: SendingGroup) -> list[tuple[str, int, str]]:
    return [(item.kind, item.count, item.state) for item in group.items]


def of(view: SendingView, workshop_id: str) -> SendingGroup:
    return next(group for group in view.groups if group.workshop_id == workshop_id)


def put(nb: Notebook, **values: Any) -> None:
    with nb.store.write() as connection:
        marks.put(connection, **values)


def end(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return log.last_seq(connection, nb.store.identity.inc)


def read(nb: Notebook, shown: int = sending_details.SHOWN) -> SendingView:
    """Read the view; its groups add up to what the line says."""
    view = sending_details.read(nb, shown)
    whole = sending_details.read(nb, 10_000)
    assert sum(group.waiting for group in whole.groups) == whole.state.waiting
    assert sum(group.to_fix for group in whole.groups) + whole.untold == whole.state.to_fix
    assert view.state == whole.state
    return view


def seqs(nb: Notebook, entity: str) -> list[int]:
    with nb.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT seq FROM change WHERE entity = ? ORDER BY seq", (entity,)
        )
        return list(rows.scalars())


def test_all_of_it_is_here(nb: Notebook, workshop: str) -> None:
    view = read(nb)
    group = of(view, workshop)
    assert told(group) == [
        ("present", 3, "here"),
        ("signature", 2, "here"),
        ("note", 1, "here"),
        ("expected", 1, "here"),
        ("workshop", 1, "here"),
    ]
    assert (group.title, group.ended) == ("Protéger ses données", False)
    assert told(view.groups[-1]) == [("person", 4, "here"), ("facilitator", 1, "here")]
    assert view.groups[-1].workshop_id == ""


def test_what_is_acknowledged_is_sent_and_a_later_change_is_here(
    nb: Notebook, workshop: str
) -> None:
    put(nb, ack=end(nb))
    assert {item.state for group in read(nb).groups for item in group.items} == {"sent"}
    line = attendance.roster(nb, workshop).rows[0].attendance_id
    attendance.set_departure(nb, workshop, line, "15 h 30")
    group = of(read(nb), workshop)
    assert told(group) == [
        ("present", 1, "here"),
        ("present", 2, "sent"),
        ("signature", 2, "sent"),
        ("note", 1, "sent"),
        ("expected", 1, "sent"),
    ]
    assert group.waiting == 1


def test_a_closed_sheet_with_its_receipt(nb: Notebook, workshop: str) -> None:
    closing.close(nb, workshop, OWN, 100, 100)
    group = of(read(nb), workshop)
    assert told(group)[0] == ("sheet", 1, "here")
    assert group.ended
    assert group.received_at is None
    put(nb, ack=end(nb))
    with nb.store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO receipt SELECT id, inc, 1795611000000, 'k', x'00' FROM sheet"
        )
    group = of(read(nb), workshop)
    assert told(group)[0] == ("sheet", 1, "sent")
    assert group.received_at == 1_795_611_000_000


def test_a_photo_waits_until_the_programme_has_its_file(nb: Notebook, workshop: str) -> None:
    photo = photos.attach_photo(nb, workshop, JPEG)
    put(nb, ack=end(nb))
    group = of(read(nb), workshop)
    assert ("photo", 1, "here") in told(group)
    assert group.waiting == 1
    last = end(nb)
    with nb.store.write() as connection:
        for one in files.waiting(connection):
            files.put(connection, one.digest, files.HELD, held_after=last)
    assert photo
    assert ("photo", 1, "sent") in told(of(read(nb), workshop))


def test_what_is_to_be_mended_says_why_and_comes_first(nb: Notebook, workshop: str) -> None:
    inc = nb.store.identity.inc
    first = make_workshop(nb, title="Réseaux sociaux", date="2026-11-20")
    note = seqs(nb, "session_note")[0]
    person, last = seqs(nb, "participant")[0], end(nb)
    with nb.store.write() as connection:
        marks.put(connection, ack=last - 1, held=3)
        held.put(connection, [Run(inc=inc, first=note, last=note, code="venue_not_yours")])
        queue.put_aside(connection, last, 1)
    view = read(nb)
    assert [group.workshop_id for group in view.groups] == [workshop, first, ""] or [
        group.workshop_id for group in view.groups
    ] == [first, workshop, ""]
    assert [(i.kind, i.code) for i in of(view, workshop).items if i.state == "fix"] == [
        ("note", "venue_not_yours")
    ]
    assert [i.code for i in of(view, first).items if i.state == "fix"] == ["stumbled"]
    assert view.state.to_fix == 4
    assert view.untold == 2
    with nb.store.write() as connection:
        held.put(connection, [Run(inc=inc, first=person, last=person, code="unreadable")])
    last = read(nb).groups[-1]
    assert (last.workshop_id, last.to_fix) == ("", 1)


def test_a_hundred_workshops_come_in_portions(nb: Notebook) -> None:
    made = [make_workshop(nb, title=f"Atelier {number}") for number in range(100)]
    put(nb, ack=end(nb))
    view = read(nb)
    shown = [group.workshop_id for group in view.groups if group.workshop_id]
    assert shown == made[: -1 - len(shown) : -1], "the last ones written"
    assert len(shown) == sending_details.SHOWN
    assert view.more == 80
    assert read(nb, 100).more == 0
    attendance.add_anonymous(nb, made[0], AnonymousForm())
    assert read(nb).groups[0].workshop_id == made[0], "what waits comes before"


def test_fifty_attempts_are_kept(nb: Notebook) -> None:
    one = Attempt(
        at=1, kind="push", lines=13, size=1400, outcome="answered", status=200, milliseconds=900
    )
    for start in range(0, 90, 30):
        with nb.store.write() as connection:
            attempts.note(connection, [replace(one, at=start + n) for n in range(30)])
    with nb.store.write() as connection:
        attempts.note(connection, [])
    kept = sending_details.read(nb).attempts
    assert [attempt.at for attempt in kept] == list(range(89, 39, -1))
    assert kept[0] == replace(one, at=89)
