"""F03: a client deleted after "send" although it had failed.

Must show: no code path deletes a change that the server has not backed up. Any sequence of what
people and the machinery do, on a good road or a bad one: every change that was ever written is
there, with its body, and in the end on the server. Short sequences by default, longer and more of
them with ``pytest -m long``.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from angrilien.domain.forms import AnonymousForm, PersonForm
from angrilien.domain.rows import NoteText
from angrilien.errors import BugError, KnownError
from angrilien.services import (
    attendance,
    closing,
    copies,
    drafts,
    forks,
    heads,
    leaving,
    notes,
    opening,
    people,
    signing,
    workshops,
)
from angrilien.services.notebook import Notebook
from helpers.notebooks import NAMES, PHRASE, add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub

CROSS = [[(10.0, 10.0), (90.0, 40.0)]]
Log = dict[tuple[str, int], tuple[str, str]]


def log_of(nb: Notebook) -> Log:
    """Each change that is there with its body: its commit, its body's digest in effect."""
    with nb.store.read() as connection:
        rows = connection.exec_driver_sql(
            'SELECT c.inc, c.seq, hex(c."commit"), hex(b.salt) || b.shared || b.private'
            ' FROM "change" c JOIN change_body b USING (inc, seq)'
        )
        return {(inc, seq): (commit, body) for inc, seq, commit, body in rows}


class Story:
    """A laptop on which anything happens."""

    def __init__(self, desk: Desk, proxy: Proxy) -> None:
        self.desk = desk
        self.proxy = proxy
        self.workshop = desk.do(make_workshop)
        desk.do(add_people, self.workshop, 2)
        self.number = itertools.count()
        assert desk.round() is None

    def line(self, nb: Notebook) -> str:
        return attendance.roster(nb, self.workshop).rows[0].attendance_id

    def send(self, fault: Fault) -> None:
        self.proxy.fault = fault
        self.desk.round()
        self.proxy.fault = CLEAR

    def reopen(self) -> None:
        nb = self.desk.notebook
        self.desk.do(leaving.leave)
        self.desk.close()
        self.desk = Desk(opening.open_notebook(nb.folder, PHRASE, nb.programme))


def act(verb: Callable[[Story, Notebook], Any]) -> Callable[[Story], None]:
    return lambda story: story.desk.do(lambda nb: verb(story, nb))


PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nOK"
ACTIONS: dict[str, Callable[[Story], None]] = {
    "toggle": act(lambda s, nb: attendance.toggle(nb, s.workshop, s.line(nb))),
    "everyone": act(lambda s, nb: attendance.everyone_present(nb, s.workshop)),
    "excuse": act(lambda s, nb: attendance.excuse(nb, s.workshop, s.line(nb))),
    "remove": act(lambda s, nb: attendance.remove(nb, s.workshop, s.line(nb))),
    "undo": act(lambda s, nb: attendance.undo(nb, s.workshop)),
    "redo": act(lambda s, nb: attendance.redo(nb, s.workshop)),
    "somebody": act(
        lambda s, nb: people.add_to_workshop(
            nb, s.workshop, PersonForm(first_name=NAMES[4][0], last_name=f"Roux {next(s.number)}")
        )
    ),
    "nameless": act(lambda s, nb: attendance.add_anonymous(nb, s.workshop, AnonymousForm())),
    "sign": act(lambda s, nb: signing.sign(nb, s.workshop, s.line(nb), CROSS, 100.0, 50.0)),
    "note": act(
        lambda s, nb: notes.keep(nb, NoteText(workshop_id=s.workshop, done=f"{next(s.number)}"))
    ),
    "draft": act(lambda s, nb: drafts.save(nb, "workshop_form", "{}")),
    "close the sheet": act(lambda s, nb: closing.close(nb, s.workshop, CROSS, 100.0, 50.0)),
    "cancel": act(lambda s, nb: workshops.cancel(nb, s.workshop)),
    "nobody came": act(lambda s, nb: workshops.nobody_came(nb, s.workshop)),
    "a copy": act(lambda s, nb: copies.make(nb)),
    "look after": act(lambda s, nb: leaving.look_after(nb)),
    "the head": act(lambda s, nb: heads.keep(nb)),
    "a new incarnation": act(lambda s, nb: forks.begin_anew(nb)),
    "send": lambda s: s.send(CLEAR),
    "send to a portal": lambda s: s.send(Fault(instead=PAGE)),
    "send, the answer is lost": lambda s: s.send(Fault(answer_bytes=0)),
    "send, the answer is cut": lambda s: s.send(Fault(answer_bytes=300)),
    "send, refused": lambda s: s.send(Fault(instead=PAGE.replace(b"200 OK", b"401 No"))),
    "send, it stumbles": lambda s: s.send(Fault(instead=PAGE.replace(b"200 OK", b"500 Oh"))),
    "close and open": lambda s: s.reopen(),
}


def check(names: list[str], new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy) -> None:
    """Do all of it; after each, what was written is there. In the end it is on the server."""
    story = Story(new_desk(), proxy)
    before = story.desk.do(log_of)
    for name in names:
        with contextlib.suppress(KnownError, BugError):  # a closed sheet, a sheet of nobody
            ACTIONS[name](story)
        now = story.desk.do(log_of)
        assert before.items() <= now.items(), name
        before = now
    try:
        for _ in range(3):
            story.send(CLEAR)
        assert story.desk.state.waiting == 0
        commits = {commit for (commit, _) in before.values()}
        theirs = hub.query(
            'SELECT "commit" FROM change c JOIN incarnation i ON i.id = c.inc'
            " WHERE i.device_id = ?",
            story.desk.notebook.store.identity.dev,
        )
        assert commits <= {commit.hex().upper() for (commit,) in theirs}
    finally:
        nb = story.desk.notebook
        story.desk.close()
        shutil.rmtree(nb.folder, ignore_errors=True)


SETTINGS = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    "phases": (Phase.generate,),
    "database": None,
}


def test_every_action_once(new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy) -> None:
    check([*ACTIONS], new_desk, hub, proxy)


@settings(max_examples=4, derandomize=True, **SETTINGS)  # type: ignore[arg-type]
@given(names=st.lists(st.sampled_from(sorted(ACTIONS)), min_size=4, max_size=10))
def test_any_sequence(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, names: list[str]
) -> None:
    check(names, new_desk, hub, proxy)


@pytest.mark.long
@settings(max_examples=200, **SETTINGS)  # type: ignore[arg-type]
@given(names=st.lists(st.sampled_from(sorted(ACTIONS)), min_size=5, max_size=40))
def test_any_long_sequence(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, names: list[str]
) -> None:
    check(names, new_desk, hub, proxy)


def test_nothing_in_the_code_deletes_a_change() -> None:
    """The one place that takes a body away is an erasure that the programme signed."""
    source = Path(opening.__file__).parents[1]
    found = [
        path.relative_to(source).as_posix()
        for folder in ("store", "services", "sync")
        for path in sorted((source / folder).rglob("*.py"))
        if "delete(change" in path.read_text(encoding="utf-8")
    ]
    assert found == ["store/erasure.py"]
