"""Terminer l’atelier: what the sheet will say, the animateur's signature, then it never changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import AnonymousForm
from angrilien.domain.rows import SheetView
from angrilien.services import attendance, closing, signing, workshops
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.closing import ClosingPage
from helpers.windows import click, press, settle

CROSS = [[(10.0, 10.0), (60.0, 40.0)], [(60.0, 10.0), (10.0, 40.0)]]


@pytest.fixture
def here(in_lane: Callable[..., Any], workshop_id: str) -> dict[str, str]:
    """Four people are here, each in a way of their own, and one presence without a name."""
    rows = in_lane(attendance.roster, workshop_id).rows
    ids = {row.first_name: row.attendance_id for row in rows}
    for name in ("Odette", "Henri", "Ginette", "Simone"):
        in_lane(attendance.toggle, workshop_id, ids[name])
    in_lane(signing.sign, workshop_id, ids["Odette"], CROSS, 400.0, 200.0)
    in_lane(signing.sign_on_paper, workshop_id, ids["Henri"])
    in_lane(signing.could_not_sign, workshop_id, ids["Ginette"], "A dû partir")
    in_lane(attendance.add_anonymous, workshop_id, AnonymousForm())
    return ids


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, workshop_id: str, here: dict[str, str]) -> ClosingPage:
    return opened(qtbot, window, workshop_id)


def opened(qtbot: QtBot, window: MainWindow, workshop_id: str) -> ClosingPage:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    roster: Any = window.page
    click(roster.bar.finish)
    settle(qtbot, window)
    assert isinstance(window.page, ClosingPage)
    return window.page


def draw(page: ClosingPage) -> None:
    page.area.ensureWidgetVisible(page.pad)
    QTest.mousePress(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    QTest.mouseMove(page.pad, QPoint(120, 90))
    QTest.mouseRelease(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(160, 40))


def cells(page: ClosingPage) -> list[list[str]]:
    model = page.table.lines
    return [
        [str(model.index(r, c).data()).replace("\u00a0", " ") for c in range(model.columnCount())]
        for r in range(model.rowCount())
    ]


def test_what_the_sheet_will_say(page: ClosingPage) -> None:
    assert page.numbers.text() == "5 personnes présentes"
    assert page.details.text() == (
        "4 pour la 1re fois · 1 sans nom · 3 émargements, dont 1 n’a pas pu signer"
    )
    assert page.unsigned.text().startswith("Pas encore d’émargement\u00a0: Simone Fabre.")
    table = cells(page)
    assert [line[1] for line in table] == [
        "Fabre",
        "Lefèvre",
        "Martin",
        "Vidal",
        "Présence sans nom",
    ]
    assert [line[6] for line in table] == [
        "sans émargement",
        "a signé",
        "n’a pas pu signer (A dû partir · vu par Claire Martin)",
        "a signé sur papier",
        "",
    ]
    assert page.signer.text() == "Votre signature, Claire Martin"


def test_nobody_closes_without_signing(
    qtbot: QtBot, page: ClosingPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    click(page.finish)
    settle(qtbot, page.main)
    assert page.pad.problem == "Le cadre est vide. Une croix suffit."
    assert in_lane(closing.sheet, workshop_id).closed_at is None


def test_closed_it_says_so_and_leads_on(
    qtbot: QtBot,
    page: ClosingPage,
    in_lane: Callable[..., Any],
    workshop_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = page.main
    draw(page)
    click(page.finish)
    settle(qtbot, window)
    view: SheetView = in_lane(closing.sheet, workshop_id)
    assert view.closed_at is not None
    assert view.facilitator_drawing is not None
    assert page.title() == "Feuille terminée"
    assert page.done.text().replace("\u00a0", " ").startswith("Terminée le 25/11/2026 à 14 h 02")
    assert not page.sign_card.isVisible()
    assert not page.foot.isVisible()
    assert page.pad.is_empty, "no signature stays on the screen"
    printed: list[SheetView] = []

    def fake(sheet: SheetView, parent: Any) -> str:
        printed.append(sheet)
        return ""

    monkeypatch.setattr("angrilien.ui.pages.closing.print_sheet", fake)
    click(page.print_button)
    settle(qtbot, window)
    assert printed == [view]
    click(page.note_button)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "note"
    window.navigate("closing", workshop_id=workshop_id)
    settle(qtbot, window)
    assert page.title() == "Feuille terminée", "it stays so"
    click(page.today_button)
    settle(qtbot, window)
    assert window.page.name == "today"


def test_pressing_twice_closes_once(
    qtbot: QtBot, page: ClosingPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    draw(page)
    page.finish.click()
    page.finish.click()
    settle(qtbot, page.main)
    assert page.main.messages.sentence == ""
    assert page.title() == "Feuille terminée"


def test_who_has_not_signed_can_still(qtbot: QtBot, page: ClosingPage) -> None:
    click(page.have_sign)
    settle(qtbot, page.main)
    signing_page: Any = page.main.page
    assert signing_page.name == "signing"
    assert signing_page.person.text() == "Simone F."


def test_nobody_came(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    page = opened(qtbot, window, workshop_id)
    assert page.empty_card.isVisible()
    assert not page.finish.isVisible()
    click(page.nobody)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "today"
    assert in_lane(workshops.today).workshops[0].state == "nobody"


def test_esc_goes_back_to_the_list(
    qtbot: QtBot, page: ClosingPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    draw(page)
    press(page.main, Qt.Key.Key_Escape)
    settle(qtbot, page.main)
    assert page.main.page is not None
    assert page.main.page.name == "roster"
    assert in_lane(closing.sheet, workshop_id).closed_at is None


@pytest.mark.parametrize("size", [(1280, 720), (900, 520)])
def test_nothing_in_the_table_is_cut(
    qtbot: QtBot,
    page: ClosingPage,
    in_lane: Callable[..., Any],
    here: dict[str, str],
    workshop_id: str,
    size: tuple[int, int],
) -> None:
    reason = "A dû partir plus tôt que prévu pour prendre le dernier car"
    in_lane(signing.could_not_sign, workshop_id, here["Simone"], reason)
    page.main.resize(*size)
    page.main.navigate("closing", workshop_id=workshop_id)
    settle(qtbot, page.main)
    table = page.table
    assert any(reason in line[6] for line in cells(page))
    for row in range(table.lines.rowCount()):
        for column in range(table.lines.columnCount()):
            index = table.lines.index(row, column)
            if table.isColumnHidden(column):
                continue
            words = str(index.data()).split(" ")
            widest = max(table.fontMetrics().horizontalAdvance(word) for word in words)
            assert widest < table.columnWidth(column), words
        assert table.rowHeight(row) >= table.sizeHintForRow(row)
    qtbot.waitUntil(lambda: page.says.rect().contains(table.geometry()))
    grown = [row for row in range(table.lines.rowCount()) if table.rowHeight(row) > 60]
    assert len(grown) == 2, "the two reasons go on below"


def test_a_long_sheet_scrolls_with_its_page_and_the_arrows_follow(
    qtbot: QtBot, window: MainWindow, workshop_id: str, in_lane: Callable[..., Any]
) -> None:
    for _ in range(15):
        in_lane(attendance.add_anonymous, workshop_id, AnonymousForm())
    page = opened(qtbot, window, workshop_id)
    table = page.table
    assert table.lines.rowCount() >= 15
    # Nothing scrolls inside what scrolls, once the page is laid out.
    qtbot.waitUntil(lambda: table.verticalScrollBar().maximum() == 0)
    table.setFocus()
    table.setCurrentIndex(table.lines.index(0, 0))
    for _ in range(table.lines.rowCount() - 1):
        press(table, Qt.Key.Key_Down)
    last = table.visualRect(table.currentIndex())
    assert table.currentIndex().row() == table.lines.rowCount() - 1
    seen = table.viewport().mapTo(page, last.center())
    assert page.area.geometry().contains(page.area.parentWidget().mapFrom(page, seen))
