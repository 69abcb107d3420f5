"""The tiles kept between two clicks are those that a fresh reading gives."""

from __future__ import annotations

import random
from pathlib import Path

from angrilien.domain.forms import AnonymousForm, PersonForm
from angrilien.errors import NothingToUndo
from angrilien.services import attendance, notes, people, signing
from angrilien.services.notebook import Notebook
from angrilien.services.rosters import Rosters
from helpers.notebooks import add_people, make_notebook, make_workshop


def fresh(nb: Notebook, workshop: str) -> tuple[object, object]:
    read = Rosters(nb.store).read(workshop)
    return read.workshop, read.rows


def test_after_each_act_the_tiles_are_those_of_a_fresh_reading(tmp_path: Path) -> None:
    nb = make_notebook(tmp_path)
    try:
        workshop = make_workshop(nb)
        add_people(nb, workshop, 8)
        chance = random.Random(4)
        verbs = (
            lambda i: attendance.toggle(nb, workshop, i),
            lambda i: attendance.toggle(nb, workshop, i),
            lambda i: signing.sign(nb, workshop, i, [[(1, 1), (9, 9)]], 10, 10),
            lambda i: signing.sign_on_paper(nb, workshop, i),
            lambda i: signing.could_not_sign(nb, workshop, i, "bras"),
            lambda i: attendance.excuse(nb, workshop, i),
            lambda i: attendance.remove(nb, workshop, i),
            lambda i: attendance.set_departure(nb, workshop, i, "15 h 30"),
            lambda _: attendance.add_anonymous(nb, workshop, AnonymousForm()),
            lambda _: attendance.everyone_present(nb, workshop),
            lambda _: people.add_to_workshop(nb, workshop, PersonForm(first_name="Zoé")),
            lambda _: attendance.undo(nb, workshop),
            lambda _: attendance.redo(nb, workshop),
            lambda _: notes.keep(nb, notes.read(nb, workshop)),
        )
        followed = 0
        for _ in range(120):
            rows = attendance.roster(nb, workshop).rows
            before = nb.rosters.read(workshop)
            try:
                chance.choice(verbs)(chance.choice(rows).attendance_id)
            except NothingToUndo:
                continue
            now = attendance.roster(nb, workshop)
            followed += now.rows is not before.rows
            assert (now.workshop, now.rows) == fresh(nb, workshop)
        assert followed > 60
    finally:
        nb.close()


def test_a_click_reads_its_own_line_only(tmp_path: Path) -> None:
    nb = make_notebook(tmp_path)
    try:
        workshop = make_workshop(nb)
        lines = add_people(nb, workshop, 8)
        before = attendance.roster(nb, workshop).rows
        after = attendance.toggle(nb, workshop, lines[3]).rows
        same = [a is b for a, b in zip(before, after, strict=True)]
        assert same == [True, True, True, False, True, True, True, True]
    finally:
        nb.close()
