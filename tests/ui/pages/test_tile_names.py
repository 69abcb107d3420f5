"""Initials on the tiles: nobody's full name in sight, and two people are still told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import PersonForm
from angrilien.domain.rows import PersonRow, RosterRow
from angrilien.services import people
from angrilien.settings import TILE_NAMES
from angrilien.ui.main_window import MainWindow
from angrilien.ui.tile_names import TileNames
from helpers.windows import click, settle, type_text, until


def row(first: str, last: str, participant: str | None = "p") -> RosterRow:
    return RosterRow(
        attendance_id=f"{first}{last}",
        participant_id=participant,
        first_name=first,
        last_name=last,
        state="expected",
        mode=None,
        arrival=None,
        departure=None,
        first_time=None,
    )


@pytest.mark.parametrize(
    ("people_there", "shown"),
    [
        ([("Odette", "Lefèvre")], ["Odette L."]),
        ([("Odette", "Lefèvre"), ("Henri", "Le Goff")], ["Odette L.", "Henri L."]),
        ([("Odette", "Lefèvre"), ("Odette", "Martin")], ["Odette L.", "Odette M."]),
        ([("Odette", "Lefèvre"), ("Odette", "Lemaire")], ["Odette Lef.", "Odette Lem."]),
        ([("Odette", "Lé"), ("Odette", "Lemaire")], ["Odette Lé", "Odette Lem."]),
        ([("odette", "Lefèvre"), ("Odette", "LEFEVRE")], ["odette L.", "Odette L."]),
        ([("", "Quentin")], ["Q."]),
        ([("Zoé", "")], ["Zoé"]),
        ([("Ольга", "Иванова"), ("Ольга", "Ильина")], ["Ольга Ив.", "Ольга Ил."]),
    ],
)
def test_an_initial_or_as_many_letters_as_tell_two_people_apart(
    people_there: list[tuple[str, str]], shown: list[str]
) -> None:
    rows = [row(first, last) for first, last in people_there]
    names = TileNames(rows, short=True)
    assert [names.of(one) for one in rows] == shown
    assert [TileNames(rows).of(one) for one in rows] == [one.name for one in rows]


def test_a_presence_without_a_name_and_somebody_of_the_notebook() -> None:
    names = TileNames([row("Odette", "Lefèvre")], short=True)
    assert names.of(row("", "", None)) == "Présence sans nom"
    known = PersonRow(participant_id="q", first_name="Odette", last_name="Lemaire")
    assert names.of_person(known) == "Odette Lem."
    assert TileNames().of_person(known) == "Odette Lemaire"


def test_the_setting_hides_full_names_from_the_eyes_and_the_ears(
    qtbot: QtBot,
    window: MainWindow,
    in_lane: Callable[..., Any],
    workshop_id: str,
    said: list[str],
) -> None:
    window.settings.set(TILE_NAMES, "short")
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    tiles = [page.model.tile(i) for i in range(page.model.rowCount())]
    assert "Odette L." in [tile.name for tile in tiles]
    for full in ("Lefèvre", "Vidal", "Garcia"):
        assert not [t for t in tiles if full in t.name or full in t.spoken or full in t.words]
    type_text(page.head.search, "lefev")
    until(lambda: page.model.tile(0) is not None and page.model.tile(0).name == "Odette L.")
    page._on_tile(page.model.tile(0))
    settle(qtbot, window)
    assert any(words.startswith("Odette L., présence notée") for words in said)
    assert not any("Lefèvre" in words for words in said)
    in_lane(
        people.add_to_workshop, workshop_id, PersonForm(first_name="Odette", last_name="Lemaire")
    )
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    shown = {page.model.tile(i).name for i in range(page.model.rowCount())}
    assert {"Odette Lef.", "Odette Lem."} <= shown
    window.settings.set(TILE_NAMES, "full")
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    shown = {page.model.tile(i).name for i in range(page.model.rowCount())}
    assert "Odette Lefèvre" in shown
    assert "Odette Lef." not in shown
    click(page.head.everyone)
    settle(qtbot, window)
    assert page.head.number.text() == "11"
