"""The last fifty acts of a workshop, of every kind, taken back and done again one by one."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import AnonymousForm, PersonForm
from angrilien.domain.rows import Roster, RosterRow
from angrilien.services import attendance, people, signing
from angrilien.services.acts import DEPTH
from angrilien.ui.main_window import MainWindow
from helpers.windows import click, press, settle

CROSS = [[(10.0, 10.0), (60.0, 40.0)], [(60.0, 10.0), (10.0, 40.0)]]
ACTS = 62
KINDS = (
    *("toggle", "sign", "paper", "unable", "excuse", "remove", "leave"),
    *("everyone", "walk-in", "nameless"),
)

InLane = Callable[..., Any]
Rows = tuple[RosterRow, ...]


class Somebody:
    """Does acts of every kind, drawn at random and the same each time."""

    def __init__(self, in_lane: InLane, workshop_id: str) -> None:
        self._in_lane, self._workshop_id = in_lane, workshop_id
        self._random = random.Random(50)
        self.kinds: set[str] = set()
        self._known = 0

    def act(self, rows: Rows) -> Rows:
        """Do one act that changes something; return the list after it."""
        while True:
            kind = self._random.choice(
                [
                    "toggle",
                    "toggle",
                    "sign",
                    "paper",
                    "unable",
                    "excuse",
                    "remove",
                    "leave",
                    "everyone",
                    "walk-in",
                    "nameless",
                ]
            )
            after = self._do(kind, rows)
            if after != rows:
                self.kinds.add(kind)
                return after

    def _do(self, kind: str, rows: Rows) -> Rows:
        wid = self._workshop_id
        one = self._random.choice(rows)
        key = one.attendance_id
        if one.participant_id is None and kind in ("toggle", "excuse"):
            return rows
        self._known += 1
        verbs: dict[str, tuple[Any, ...]] = {
            "toggle": (attendance.toggle, wid, key),
            "sign": (signing.sign, wid, key, CROSS, 600.0, 300.0),
            "paper": (signing.sign_on_paper, wid, key),
            "unable": (signing.could_not_sign, wid, key, "ne voit pas bien"),
            "excuse": (attendance.excuse, wid, key),
            "remove": (attendance.remove, wid, key),
            "leave": (attendance.set_departure, wid, key, "15 h 30"),
            "everyone": (attendance.everyone_present, wid),
            "nameless": (attendance.add_anonymous, wid, AnonymousForm()),
            "walk-in": (
                people.add_to_workshop,
                wid,
                PersonForm(first_name="Nouvelle", last_name=f"Venue {chr(65 + self._known % 26)}"),
            ),
        }
        verb, *args = verbs[kind]
        roster: Roster = self._in_lane(verb, *args)
        return roster.rows


def test_fifty_acts_of_every_kind_are_taken_back_and_done_again(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str
) -> None:
    somebody = Somebody(in_lane, workshop_id)
    lists: list[Rows] = [in_lane(attendance.roster, workshop_id).rows]
    for _ in range(ACTS):
        lists.append(somebody.act(lists[-1]))
    assert somebody.kinds == set(KINDS)
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    assert page._roster.rows == lists[-1]
    for back in range(1, DEPTH + 1):
        press(window, Qt.Key.Key_Z, control=True)
        settle(qtbot, window)
        assert page._roster.rows == lists[-1 - back], f"act {back} from the end"
        assert in_lane(attendance.roster, workshop_id).rows == lists[-1 - back]
    assert not page.bar.undo.isEnabled()
    press(window, Qt.Key.Key_Z, control=True)
    settle(qtbot, window)
    assert page._roster.rows == lists[-1 - DEPTH], "the fifty-first is there to stay"
    for forth in range(DEPTH - 1, -1, -1):
        press(window, Qt.Key.Key_Y, control=True)
        settle(qtbot, window)
        assert page._roster.rows == lists[-1 - forth]
    press(window, Qt.Key.Key_Y, control=True)
    settle(qtbot, window)
    assert page._roster.rows == lists[-1]


def test_everyone_at_once_is_taken_back_at_once(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str, said: list[str]
) -> None:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    assert not page.bar.undo.isEnabled()
    click(page.head.everyone)
    settle(qtbot, window)
    click(page.bar.undo)
    settle(qtbot, window)
    assert page.head.number.text() == "0"
    assert said[-1] == "0 personne présente"


def test_a_signature_taken_back_by_undo_is_on_the_sheet_no_more_and_comes_back_by_redo(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str
) -> None:
    rows = in_lane(attendance.roster, workshop_id).rows
    in_lane(signing.sign, workshop_id, rows[0].attendance_id, CROSS, 600.0, 300.0)
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    press(window, Qt.Key.Key_Z, control=True)
    settle(qtbot, window)
    assert page._roster.rows == rows
    press(window, Qt.Key.Key_Y, control=True)
    settle(qtbot, window)
    [signed] = [row for row in page._roster.rows if row.mode is not None]
    assert (signed.attendance_id, signed.mode) == (rows[0].attendance_id, "screen")
