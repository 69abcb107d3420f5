"""D4: one presence is one click, or two letters and Enter; what is shown is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import PersonForm
from angrilien.domain.rows import Roster, RosterRow
from angrilien.errors import DiskFull
from angrilien.services import attendance, closing, people, signing
from angrilien.ui import theme
from angrilien.ui.dialogs.person_panel import Act
from angrilien.ui.main_window import MainWindow
from angrilien.ui.models.tiles import Look
from angrilien.ui.pages.roster import RosterPage
from helpers.notebooks import make_workshop
from helpers.windows import click, press, settle, type_text, write

CROSS = [[(10.0, 10.0), (60.0, 40.0)], [(60.0, 10.0), (10.0, 40.0)]]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, workshop_id: str) -> RosterPage:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    assert isinstance(window.page, RosterPage)
    return window.page


def place(page: RosterPage, name: str) -> QPoint:
    """Where a person would click on a tile, in the viewport."""
    rows = range(page.model.rowCount())
    found = [i for i in rows if page.model.index(i).data() == name]
    assert found, f"no tile of {name}"
    index = page.model.index(found[0])
    page.view.scrollTo(index)
    rect = page.view.visualRect(index)
    return QPoint(rect.left() + 80, rect.center().y())


def tap(page: RosterPage, name: str) -> None:
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=place(page, name))


def more(page: RosterPage, name: str) -> None:
    spot = place(page, name)
    rect = page.view.more_rect(page.view.indexAt(spot))
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def row(page: RosterPage, name: str) -> RosterRow:
    assert page._roster is not None
    return next(r for r in page._roster.rows if r.name == name)


def tile_words(page: RosterPage, name: str) -> str:
    rows = range(page.model.rowCount())
    tiles = [page.model.tile(i) for i in rows]
    return next(t.spoken for t in tiles if t is not None and t.name == name).replace("\u00a0", " ")


def test_one_click_is_one_presence(
    qtbot: QtBot,
    page: RosterPage,
    in_lane: Callable[..., Any],
    workshop_id: str,
    said: list[str],
) -> None:
    assert page.head.number.text() == "0"
    assert page.head.details.text() == "10 attendues"
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    kept: Roster = in_lane(attendance.roster, workshop_id)
    assert [r.name for r in kept.rows if r.state == "present"] == ["Odette Lefèvre"]
    assert tile_words(page, "Odette Lefèvre") == "Odette Lefèvre, est là, 14 h 02, première fois"
    assert page.head.number.text() == "1"
    assert page.head.people.text() == "personne présente"
    assert "Odette Lefèvre, présence notée, 1 sur 10" in said
    assert page.bar.sign.text() == "&Faire signer (1)"


def test_nothing_is_shown_before_it_is_written(
    qtbot: QtBot, page: RosterPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Look] = []
    toggle = attendance.toggle

    def watched(*args: Any) -> Roster:
        tile = page.model.tile(page.model.row_of(row(page, "Henri Vidal").attendance_id))
        assert tile is not None
        assert tile.pending
        seen.append(tile.look)
        return toggle(*args)

    monkeypatch.setattr(attendance, "toggle", watched)
    tap(page, "Henri Vidal")
    settle(qtbot, page.main)
    assert seen == [Look.WAITING]
    tile = page.model.tile(page.model.row_of(row(page, "Henri Vidal").attendance_id))
    assert tile is not None
    assert (tile.look, tile.pending) == (Look.HERE, False)


def test_a_second_click_takes_it_back_and_undo_brings_it_again(
    qtbot: QtBot, page: RosterPage, said: list[str]
) -> None:
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    arrival = row(page, "Odette Lefèvre").arrival
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "expected"
    assert "Odette Lefèvre, présence retirée, 0 sur 10" in said
    click(page.bar.undo)
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").arrival == arrival
    press(page.main, Qt.Key.Key_Z, control=True)
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "expected"
    press(page.main, Qt.Key.Key_Y, control=True)
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "present"


def test_a_double_click_is_one_act(qtbot: QtBot, page: RosterPage) -> None:
    spot = place(page, "Simone Fabre")
    viewport = page.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    settle(qtbot, page.main)
    assert row(page, "Simone Fabre").state == "present"


def test_a_press_while_its_act_is_on_its_way_does_nothing(qtbot: QtBot, page: RosterPage) -> None:
    key = row(page, "Simone Fabre").attendance_id
    tile = page.model.tile(page.model.row_of(key))
    for _ in range(5):
        page.view.acted.emit(tile)
    settle(qtbot, page.main)
    assert row(page, "Simone Fabre").state == "present"


def test_two_quick_clicks_on_two_tiles_are_two_acts(qtbot: QtBot, page: RosterPage) -> None:
    tap(page, "Simone Fabre")
    tap(page, "Georges Blanc")
    settle(qtbot, page.main)
    assert {row(page, n).state for n in ("Simone Fabre", "Georges Blanc")} == {"present"}


def test_two_letters_and_enter(qtbot: QtBot, page: RosterPage, said: list[str]) -> None:
    assert page.head.search.hasFocus()
    type_text(page.head.search, "le")
    assert page.model.rowCount() >= 2
    assert page.model.index(page.model.target_row()).data() == "Monique Le Goff"
    QTest.keyClick(page.head.search, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    assert row(page, "Monique Le Goff").state == "present"
    assert page.head.search.text() == ""
    assert page.head.search.hasFocus()
    # The same letters now mean the next one who is expected.
    type_text(page.head.search, "LÉ")
    QTest.keyClick(page.head.search, Qt.Key.Key_Enter)
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "present"


def test_enter_never_takes_a_presence_back(qtbot: QtBot, page: RosterPage) -> None:
    for _ in range(2):
        type_text(page.head.search, "od")
        QTest.keyClick(page.head.search, Qt.Key.Key_Return)
        settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "present"
    assert page.main.messages.sentence == "Odette Lefèvre est déjà là."


def test_somebody_known_who_is_not_expected(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any]
) -> None:
    other = in_lane(make_workshop, title="Un autre")
    in_lane(people.add_to_workshop, other, PersonForm(first_name="Zoé", last_name="Quentin"))
    type_text(page.head.search, "zo")
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    known, new = page.model.tile(0), page.model.tile(1)
    assert known is not None
    assert new is not None
    assert known.name == "Zoé Quentin"
    assert known.words.startswith("ajouter")
    assert new.name == "Nouvelle personne"
    QTest.keyClick(page.head.search, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    assert row(page, "Zoé Quentin").state == "present"
    assert page.head.details.text().startswith("11 attendues")


def test_enter_before_the_answer_holds_where_there_is_one_person_only(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any]
) -> None:
    other = in_lane(make_workshop, title="Un autre")
    in_lane(people.add_to_workshop, other, PersonForm(first_name="Zoé", last_name="Quentin"))
    type_text(page.head.search, "zo")
    QTest.keyClick(page.head.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(r.name == "Zoé Quentin" for r in page._roster.rows))  # type: ignore[union-attr]
    settle(qtbot, page.main)


def test_nobody_of_that_name_opens_the_form_with_it(qtbot: QtBot, page: RosterPage) -> None:
    type_text(page.head.search, "Eugénie Walter")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    QTest.keyClick(page.head.search, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    form: Any = page.main.page
    assert form.name == "person_form"
    assert (form.first_name.text(), form.last_name.text()) == ("Eugénie", "Walter")


def test_a_number_is_no_name(qtbot: QtBot, page: RosterPage, said: list[str]) -> None:
    type_text(page.head.search, "7Q2K-M4XR-9T")
    qtbot.waitUntil(lambda: "Rien de tel ici." in said)
    QTest.keyClick(page.head.search, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    assert page.main.page is page
    assert page.model.rowCount() == 0


def test_by_keyboard_alone(qtbot: QtBot, page: RosterPage) -> None:
    QTest.keyClick(page.head.search, Qt.Key.Key_Down)
    assert page.view.hasFocus()
    assert page.view.currentIndex().data() == "Colette Dupont"
    QTest.keyClick(page.view, Qt.Key.Key_Right)
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert page.view.columns() == 3
    assert page.view.currentIndex().data() == "Jean-Paul Moreau"
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    settle(qtbot, page.main)
    assert row(page, "Jean-Paul Moreau").state == "present"
    assert page.view.currentIndex().data() == "Jean-Paul Moreau"
    QTest.keyClick(page.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.person_panel.is_open
    assert page.person_panel.title == "Jean-Paul Moreau"
    press(page.main, Qt.Key.Key_Escape)
    assert not page.person_panel.is_open
    assert page.view.hasFocus()
    QTest.keyClick(page.view, Qt.Key.Key_End)
    assert page.view.currentIndex().data() == "Yvette Garcia"
    QTest.keyClick(page.view, Qt.Key.Key_Home)
    QTest.keyClick(page.view, Qt.Key.Key_Up)
    assert page.head.search.hasFocus()
    QTest.keyClick(page.head.search, Qt.Key.Key_Down)
    type_text(page.view, "g")
    assert page.head.search.hasFocus()
    assert page.head.search.text() == "g"
    press(page.main, Qt.Key.Key_Escape)
    assert page.head.search.text() == ""
    press(page.main, Qt.Key.Key_Escape)
    assert page.main.page is not page


def test_everyone_is_here(qtbot: QtBot, page: RosterPage, said: list[str]) -> None:
    click(page.head.everyone)
    settle(qtbot, page.main)
    assert page.head.number.text() == "10"
    assert "10 personnes présentes" in said
    assert not page.head.everyone.isEnabled()
    click(page.bar.undo)
    settle(qtbot, page.main)
    assert page.head.number.text() == "0"


def test_a_presence_without_a_name(qtbot: QtBot, page: RosterPage) -> None:
    click(page.head.anonymous)
    panel = page.anonymous_panel
    assert panel.is_open
    assert panel.add_button.hasFocus()
    click(panel.band.button("soixante_dix_plus"))
    click(panel.gender.button("feminin"))
    click(panel.gender.button("feminin"))
    click(panel.before.button("yes"))
    click(panel.add_button)
    settle(qtbot, page.main)
    assert page._roster is not None
    last = page._roster.rows[-1]
    assert last.participant_id is None
    assert (last.band, last.gender, last.been_before) == ("soixante_dix_plus", None, True)
    assert page.head.details.text() == "10 attendues · 1 sans nom"
    assert not page.bar.sign.isEnabled(), "nobody with a name is here"
    # One stray press does not take it away.
    tap(page, "Présence sans nom")
    settle(qtbot, page.main)
    assert page.person_panel.is_open
    click(page.person_panel.acts[Act.REMOVE])
    settle(qtbot, page.main)
    assert page.head.number.text() == "0"


def test_what_is_offered_for_one_person(qtbot: QtBot, page: RosterPage) -> None:
    more(page, "Odette Lefèvre")
    panel = page.person_panel
    assert panel.is_open
    shown = [act for act, button in panel.acts.items() if button.isVisible()]
    assert shown == [Act.TOGGLE, Act.EXCUSE, Act.REMOVE]
    click(panel.acts[Act.EXCUSE])
    settle(qtbot, page.main)
    assert tile_words(page, "Odette Lefèvre") == "Odette Lefèvre, ne viendra pas"
    assert page.head.details.text() == "9 attendues"
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    more(page, "Odette Lefèvre")
    shown = [act for act, button in panel.acts.items() if button.isVisible()]
    assert shown == [Act.SIGN, Act.TOGGLE, Act.PAPER, Act.UNABLE, Act.ATTEST, Act.REMOVE]
    click(panel.acts[Act.PAPER])
    settle(qtbot, page.main)
    assert "a signé sur papier" in tile_words(page, "Odette Lefèvre")
    more(page, "Henri Vidal")
    click(panel.acts[Act.REMOVE])
    settle(qtbot, page.main)
    assert all(r.name != "Henri Vidal" for r in page._roster.rows)  # type: ignore[union-attr]


def test_who_could_not_sign_and_why(qtbot: QtBot, page: RosterPage) -> None:
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    more(page, "Odette Lefèvre")
    click(page.person_panel.acts[Act.UNABLE])
    panel = page.reason_panel
    click(panel.note_button)
    assert panel.other.has_problem
    type_text(panel.other.edit, "Une autre fois")
    click(panel.note_button)
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").mode == "unable"
    assert row(page, "Odette Lefèvre").unable_reason == "Une autre fois"


def test_the_hour_of_leaving(qtbot: QtBot, page: RosterPage) -> None:
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    more(page, "Odette Lefèvre")
    panel = page.person_panel
    write(panel.departure.edit, "25 h")
    click(panel.keep_departure)
    settle(qtbot, page.main)
    assert panel.is_open
    assert panel.departure.has_problem
    assert panel.departure.text() == "25 h", "what was typed is kept"
    write(panel.departure.edit, "15h30")
    QTest.keyClick(panel.departure.edit, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    assert not panel.is_open
    assert "part à 15 h 30" in tile_words(page, "Odette Lefèvre")


def test_a_signature_does_not_go_by_one_stray_press(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    key = row(page, "Odette Lefèvre").attendance_id
    in_lane(signing.sign, workshop_id, key, CROSS, 400.0, 200.0)
    page.main.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, page.main)
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").mode == "screen"
    assert page.person_panel.is_open
    click(page.person_panel.acts[Act.TOGGLE])
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "expected"
    page.undo()
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").mode == "screen"


def test_a_refusal_says_why_and_shows_what_is_written(
    qtbot: QtBot, page: RosterPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> Roster:
        raise DiskFull

    monkeypatch.setattr(attendance, "toggle", full)
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    assert page.main.messages.sentence == DiskFull.sentence
    tile = page.model.tile(page.model.row_of(row(page, "Odette Lefèvre").attendance_id))
    assert tile is not None
    assert (tile.look, tile.pending) == (Look.WAITING, False)


def test_the_panel_keeps_keys_and_focus_to_itself(qtbot: QtBot, page: RosterPage) -> None:
    more(page, "Odette Lefèvre")
    before = row(page, "Odette Lefèvre").state
    # Through the system's window: sent to a widget, Qt heeds no underlined letter.
    QTest.keyClick(page.main.windowHandle(), Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    qtbot.wait(150)
    settle(qtbot, page.main)
    assert page.head.number.text() == "0", "Alt+T is the button behind"
    for _ in range(12):
        focused = QApplication.focusWidget()
        assert page.person_panel.isAncestorOf(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert row(page, "Odette Lefèvre").state == before


def test_a_closed_sheet_is_read_only(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(attendance.toggle, workshop_id, row(page, "Odette Lefèvre").attendance_id)
    in_lane(closing.close, workshop_id, CROSS, 400.0, 200.0)
    page.main.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert page.body.band_text.text() == "Feuille terminée. Elle ne change plus."
    assert page.body.band.isVisible()
    for hidden in (page.head.search, page.bar.sign, page.bar.undo, page.bar.finish):
        assert not hidden.isVisible()
    tap(page, "Henri Vidal")
    settle(qtbot, page.main)
    assert row(page, "Henri Vidal").state == "expected"
    assert page.bar.print.isVisible()


def test_an_empty_list_says_what_to_do(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    window.navigate("roster", workshop_id=in_lane(make_workshop))
    settle(qtbot, window)
    page: Any = window.page
    assert page.body.empty.isVisible()
    assert page.body.empty.text() == "La liste est vide. Cherchez un nom, ou ajoutez une personne."


@pytest.mark.parametrize(
    "name",
    ["Zoé 🌻", "Ольга Иванова", "שרה לוי", "محمد علي", "Nguyễn Thị Hồng", "L’Hôte-d’Aubigné"],
)
def test_names_of_every_script_are_shown_as_typed(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any], workshop_id: str, name: str
) -> None:
    first, _, last = name.partition(" ")
    in_lane(people.add_to_workshop, workshop_id, PersonForm(first_name=first, last_name=last))
    page.main.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert tile_words(page, name).startswith(f"{name}, est là")
    page.grab()
    type_text(page.head.search, first[:2])
    assert any(page.model.index(i).data() == name for i in range(page.model.rowCount()))


def test_a_long_name_is_cut_on_the_tile_and_whole_in_the_panel(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    name = "X" * 100
    in_lane(people.add_to_workshop, workshop_id, PersonForm(first_name=name))
    page.main.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, page.main)
    more(page, name)
    assert page.person_panel.title == name
    assert page.main.width() == 1366


@pytest.mark.parametrize("percent", [100, 160])
@pytest.mark.parametrize("size", [(1366, 768), (900, 520)])
def test_nothing_is_out_of_reach(
    qtbot: QtBot, page: RosterPage, looks: QApplication, percent: int, size: tuple[int, int]
) -> None:
    theme.apply(looks, text_percent=percent)
    page.main.resize(*size)
    settle(qtbot, page.main)
    qtbot.wait(20)
    assert (page.main.width(), page.main.height()) == size
    for button in (
        page.head.everyone,
        page.head.new_person,
        page.head.anonymous,
        page.bar.sign,
        page.bar.print,
        page.bar.note,
        page.bar.undo,
        page.bar.finish,
    ):
        page.body.area.ensureWidgetVisible(button)
        QApplication.processEvents()
        corner = button.mapTo(page.main, QPoint(0, 0))
        assert page.main.rect().contains(button.rect().translated(corner)), button.text()
        assert button.width() >= button.sizeHint().width(), button.text()
    last = page.model.index(page.model.rowCount() - 1)
    page.view.setCurrentIndex(last)
    QApplication.processEvents()
    corner = page.view.viewport().mapTo(page.main, page.view.visualRect(last).center())
    assert page.body.geometry().contains(page.body.mapFrom(page.main, corner))
    rect = page.view.visualRect(last)
    assert rect.height() >= 64
    assert page.view.more_rect(last).width() >= 48


def test_a_screen_reader_finds_every_tile(qtbot: QtBot, page: RosterPage) -> None:
    interface = QAccessible.queryAccessibleInterface(page.view)
    assert interface.text(QAccessible.Text.Name) == "Les personnes de cet atelier"
    assert interface.childCount() >= 10
    names = [interface.child(i).text(QAccessible.Text.Name) for i in range(10)]
    assert "Odette Lefèvre, pas encore là" in names


def test_a_tile_is_painted_with_its_state(qtbot: QtBot, page: RosterPage) -> None:
    def ground() -> str:
        picture = page.view.viewport().grab().toImage()
        rect = page.view.visualRect(page.model.index(0))
        return picture.pixelColor(rect.left() + 8, rect.center().y()).name().upper()

    page.view.clearFocus()
    assert ground() == theme.LIGHT.surface
    tap(page, "Colette Dupont")
    settle(qtbot, page.main)
    page.head.search.setFocus()
    assert ground() == QColor(theme.LIGHT.here_ground).name().upper()


@pytest.mark.parametrize("size", [(1366, 520), (900, 520)])
def test_a_drag_scrolls_and_notes_nobody(
    qtbot: QtBot, page: RosterPage, size: tuple[int, int]
) -> None:
    page.main.resize(*size)
    settle(qtbot, page.main)
    view = page.view
    bar = page.body.area.verticalScrollBar() if view.is_whole else view.verticalScrollBar()
    assert bar.maximum() > 0
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 160))
    for _ in range(20):
        # The place is told within the list, which may move with the drag.
        QTest.mouseMove(view.viewport(), QPoint(60, 130))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 130))
    settle(qtbot, page.main)
    assert bar.value() > 0
    assert page.head.number.text() == "0"


def crowd_of(page: RosterPage, count: int) -> Roster:
    """The list of the page with that many people on it."""
    assert page._roster is not None
    one = page._roster.rows[0]
    rows = tuple(
        dataclasses.replace(one, attendance_id=str(i), participant_id=str(i)) for i in range(count)
    )
    return dataclasses.replace(page._roster, rows=rows)


def test_a_far_tile_comes_into_sight_by_key(qtbot: QtBot, page: RosterPage) -> None:
    page._on_roster(crowd_of(page, 60))
    assert page.view.verticalScrollBar().maximum() > 0
    page.view.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_End):
        QTest.keyClick(page.view, key)
        rect = page.view.visualRect(page.view.currentIndex())
        assert page.view.viewport().rect().contains(rect)
    assert page.view.currentIndex().row() == 59


def test_of_two_thousand_tiles_only_those_in_sight_are_painted(
    qtbot: QtBot, page: RosterPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page._on_roster(crowd_of(page, 2000))
    painted: list[int] = []
    paint = page.view.tiles.paint

    def counted(painter: Any, option: Any, index: Any) -> None:
        painted.append(index.row())
        paint(painter, option, index)

    monkeypatch.setattr(page.view.tiles, "paint", counted)
    page.view.viewport().grab()
    assert 0 < len(painted) < 40
    page.view.setCurrentIndex(page.model.index(1999))
    painted.clear()
    page.view.viewport().grab()
    assert 1999 in painted
    assert len(painted) < 40


def test_leaving_in_the_middle_of_an_act_loses_nothing(
    qtbot: QtBot, page: RosterPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    tap(page, "Odette Lefèvre")
    page.main.navigate("today")
    settle(qtbot, page.main)
    page.main.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "present"
    tap(page, "Odette Lefèvre")
    settle(qtbot, page.main)
    assert row(page, "Odette Lefèvre").state == "expected", "the tile takes presses again"


def test_a_list_that_is_gone_leads_back(qtbot: QtBot, window: MainWindow) -> None:
    window.navigate("roster", workshop_id="0" * 36)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "today"
    assert window.messages.sentence == "Cet atelier n’est plus dans la liste."


def test_printing_asks_for_the_sheet_as_it_is(
    qtbot: QtBot, page: RosterPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[Any] = []

    def fake(view: Any, parent: Any) -> str:
        printed.append(view)
        return "La feuille part à l’imprimante."

    monkeypatch.setattr("angrilien.ui.pages.roster.print_sheet", fake)
    click(page.bar.print)
    settle(qtbot, page.main)
    press(page.main, Qt.Key.Key_P, control=True)
    settle(qtbot, page.main)
    assert len(printed) == 2
    assert len(printed[0].lines) == 10
    assert page.main.messages.sentence == "La feuille part à l’imprimante."


def test_the_buttons_lead_where_they_say(qtbot: QtBot, page: RosterPage, workshop_id: str) -> None:
    window = page.main
    for button, name in ((page.bar.note, "note"), (page.bar.finish, "closing")):
        click(button)
        settle(qtbot, window)
        assert window.page is not None
        assert window.page.name == name
        press(window, Qt.Key.Key_Escape)
        settle(qtbot, window)
        assert window.page is page
    click(page.head.new_person)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "person_form"
