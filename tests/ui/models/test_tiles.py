"""The models keep Qt's contract, and tell the view only what has changed."""

from __future__ import annotations

import dataclasses

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from angrilien.domain.rows import (
    PersonRow,
    Roster,
    RosterRow,
    SheetLineRow,
    SheetView,
    VenueRow,
    WorkshopRow,
)
from angrilien.ui.models.sheet_lines import SheetLinesModel
from angrilien.ui.models.tiles import Kind, TileModel
from helpers.notebooks import NOON

NAMES = (("Colette", "Dupont"), ("Henri", "Vidal"), ("Jean-Paul", "Moreau"), ("Odette", "Lefèvre"))


def row(number: int, state: str = "expected") -> RosterRow:
    first, last = NAMES[number]
    return RosterRow(
        attendance_id=f"a{number}",
        participant_id=f"p{number}",
        first_name=first,
        last_name=last,
        state=state,
        mode=None,
        arrival=NOON if state == "present" else None,
        departure=None,
        first_time=None,
    )


def workshop() -> WorkshopRow:
    return WorkshopRow(
        id="w",
        title="Essai",
        date="2026-11-25",
        starts_at=NOON,
        ends_at=NOON + 7_200_000,
        tz="Europe/Paris",
        state="open",
        themes=(),
        level=None,
        venue=VenueRow(id="v", name="L’Angri’lien"),
        facilitators=("Claire Martin",),
        after_the_fact=False,
    )


def roster(*rows: RosterRow) -> Roster:
    return Roster(workshop=workshop(), rows=rows)


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> TileModel:
    made = TileModel()
    qtmodeltester.check(made)
    made.set_roster(roster(*(row(i) for i in range(4))))
    return made


def names(model: TileModel) -> list[object]:
    return [model.index(i).data() for i in range(model.rowCount())]


def test_one_change_is_one_tile(qtbot: QtBot, model: TileModel) -> None:
    rows = [row(i) for i in range(4)]
    rows[2] = row(2, "present")
    with (
        qtbot.assertNotEmitted(model.modelReset),
        qtbot.waitSignal(model.dataChanged) as changed,
    ):
        model.set_roster(roster(*rows))
    first, last = changed.args[:2]
    assert (first.row(), last.row()) == (2, 2)


def test_the_same_list_again_changes_nothing(qtbot: QtBot, model: TileModel) -> None:
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.set_roster(roster(*(row(i) for i in range(4))))


def test_coming_and_going_keep_the_others(qtbot: QtBot, model: TileModel) -> None:
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_roster(roster(row(0), row(3)))
        assert names(model) == ["Colette Dupont", "Odette Lefèvre"]
        model.set_roster(roster(row(0), row(1), row(2, "present"), row(3)))
    assert len(names(model)) == 4


def test_another_order_is_told(qtbot: QtBot, model: TileModel) -> None:
    with qtbot.waitSignal(model.modelReset):
        model.set_roster(roster(row(3), row(0)))
    assert names(model) == ["Odette Lefèvre", "Colette Dupont"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("le", ["Odette Lefèvre"]),
        ("LEFÈ", ["Odette Lefèvre"]),
        ("o lef", ["Odette Lefèvre"]),
        ("paul", ["Jean-Paul Moreau"]),
        ("jean-p", ["Jean-Paul Moreau"]),
        ("xyz", []),
        ("!?", []),
        ("", ["Colette Dupont", "Henri Vidal", "Jean-Paul Moreau", "Odette Lefèvre"]),
    ],
)
def test_two_letters_find(model: TileModel, typed: str, found: list[str]) -> None:
    model.set_search(typed)
    assert names(model) == found


def test_who_else_is_known_comes_after(model: TileModel) -> None:
    known = (
        PersonRow(participant_id="p3", first_name="Odette", last_name="Lefèvre"),
        PersonRow(
            participant_id="p9", first_name="Odile", last_name="Noir", last_visit="2026-10-07"
        ),
    )
    model.set_search("od", known, offers_new=True)
    kinds = [tile.kind for i in range(3) if (tile := model.tile(i)) is not None]
    assert kinds == [Kind.PERSON, Kind.KNOWN, Kind.NEW]
    tile = model.tile(1)
    assert tile is not None
    assert tile.words == "ajouter · dernier atelier le 07/10/2026"
    assert "pas sur la liste" in tile.spoken
    assert model.target_row() == 0
    # A name the search finds by its sound stays in sight, though its letters do not fit.
    model.set_search("lefebvre", known[:1])
    assert names(model) == ["Odette Lefèvre"]


def test_an_act_on_its_way_shows_on_its_tile(qtbot: QtBot, model: TileModel) -> None:
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.set_pending({"a1"})
    assert changed.args[0].row() == 1
    tile = model.tile(1)
    assert tile is not None
    assert tile.pending
    model.set_pending(())
    tile = model.tile(1)
    assert tile is not None
    assert not tile.pending


def test_a_closed_sheet_offers_nothing_more(model: TileModel) -> None:
    tile = model.tile(0)
    assert tile is not None
    assert tile.has_more
    model.set_roster(roster(*(row(i) for i in range(4))), editable=False)
    tile = model.tile(0)
    assert tile is not None
    assert not tile.has_more


def test_the_lines_of_a_sheet(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = SheetLinesModel()
    qtmodeltester.check(model)
    line = SheetLineRow(
        number=1,
        last_name="Lefèvre",
        first_name="Odette",
        state="present",
        mode="screen",
        arrival=NOON,
        departure=NOON + 3_600_000,
        first_time=True,
    )
    blank = dataclasses.replace(line, number=2, last_name="", first_name="", anonymous=True)
    model.set_view(
        SheetView(
            workshop=workshop(),
            lines=(line, dataclasses.replace(blank, mode=None)),
            present=2,
            first_timers=1,
            anonymous=1,
        )
    )
    said = [str(model.index(0, c).data()).replace("\u00a0", " ") for c in range(7)]
    assert said == ["1", "Lefèvre", "Odette", "oui", "12 h 00", "13 h 00", "a signé"]
    assert model.index(1, 1).data() == "Présence sans nom"
