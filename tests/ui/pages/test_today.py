"""D1: cards, the one to open now, an unplanned workshop, cancelling, an empty day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import WorkshopForm
from angrilien.services import attendance, follow_ups, workshops
from angrilien.services.notebook import Notebook
from angrilien.ui.main_window import MainWindow
from angrilien.ui.widgets import Button
from helpers.notebooks import NOON, SetClock, make_workshop
from helpers.windows import click, settle

HOUR = 3_600_000


def evening(nb: Notebook) -> str:
    form = WorkshopForm(
        title="Garder le lien",
        themes=("programme_messagerie",),
        date="aujourd’hui",
        start="17h30",
        end="18h45",
        venue_id=nb.home().id,
    )
    return workshops.plan(nb, form).workshop_id


def again(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("today")
    settle(qtbot, window)
    return window.page


def texts(page: Any) -> str:
    said = " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    return said.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_empty_day_says_what_can_be_done(qtbot: QtBot, window: MainWindow) -> None:
    page: Any = window.page
    assert "Bonjour Claire" in texts(page)
    assert "Mercredi 25 novembre 2026" in texts(page)
    assert "Pas d’atelier prévu aujourd’hui." in texts(page)
    assert "Lieu à préciser" in window.nav.venue


def test_the_workshop_of_the_moment_has_the_primary_button(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], clock: SetClock
) -> None:
    in_lane(make_workshop)
    in_lane(evening)
    page = again(qtbot, window)
    assert [card.open_button.kind for card in page.cards()] == ["primary", "secondary"]
    assert "14 h 00" in texts(page)
    assert "à 18 h 45" in texts(page)
    clock.at = NOON + 5 * HOUR
    page = again(qtbot, window)
    assert [card.open_button.kind for card in page.cards()] == ["secondary", "primary"]


def test_open_opens_the_workshop_and_shows_its_list(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    workshop_id = in_lane(make_workshop)
    page = again(qtbot, window)
    click(page.cards()[0].open_button)
    qtbot.waitUntil(lambda: window.page is not None and window.page.name == "roster")
    settle(qtbot, window)
    assert in_lane(attendance.roster, workshop_id).workshop.state == "open"


def test_an_unplanned_workshop_is_one_click_away(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    page: Any = window.page
    click(page.unplanned)
    qtbot.waitUntil(lambda: window.page is not None and window.page.name == "roster")
    settle(qtbot, window)
    made = in_lane(workshops.today).workshops
    assert [(w.title, w.state) for w in made] == [("Atelier imprévu", "open")]


def choose(card: Any, word: str) -> None:
    """Open the menu of a card and click on one of its words."""
    more = next(b for b in card.findChildren(Button) if b.menu() is not None)
    menu = more.menu()
    assert isinstance(menu, QMenu)
    menu.popup(more.mapToGlobal(QPoint(0, 0)))
    action = next(a for a in menu.actions() if a.text() == word)
    assert action.isEnabled()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_a_workshop_is_cancelled_and_reopened(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    in_lane(make_workshop)
    page = again(qtbot, window)
    choose(page.cards()[0], "Annuler cet atelier")
    qtbot.waitUntil(lambda: "annulé" in texts(page))
    assert page.cards()[0].open_button.text() == "Rouvrir"
    assert in_lane(workshops.today).workshops[0].state == "cancelled"
    click(page.cards()[0].open_button)
    qtbot.waitUntil(lambda: window.page is not None and window.page.name == "roster")
    settle(qtbot, window)
    assert in_lane(workshops.today).workshops[0].state == "open"


def test_that_nobody_came_is_asked_twice(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    in_lane(make_workshop)
    page = again(qtbot, window)
    choose(page.cards()[0], "Personne n’est venu")
    assert "Personne n’est venu à" in window.messages.sentence
    assert in_lane(workshops.today).workshops[0].state == "planned"
    click(window.messages.action)
    qtbot.waitUntil(lambda: "personne n’est venu" in texts(page))
    assert in_lane(workshops.today).workshops[0].state == "nobody"
    assert not page.cards()[0].open_button.isVisible()


def test_the_coming_days_are_told(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    in_lane(make_workshop, title="Contrôle parental", date="1er décembre")
    page = again(qtbot, window)
    assert "Contrôle parental | Mardi 1er décembre 2026, de 14 h 00 à 16 h 00" in texts(page)


def test_a_title_is_never_read_as_markup(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    in_lane(make_workshop, title="<b>Gras</b> & <img src=x>")
    page = again(qtbot, window)
    assert "<b>Gras</b> & <img src=x>" in texts(page)
    titles = [label for label in page.findChildren(QLabel) if "Gras" in label.text()]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in titles)


def test_what_is_to_do_is_done_in_one_click_and_comes_back(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    made = in_lane(make_workshop)
    in_lane(follow_ups.add, made, "Rappeler Odette", "aujourd’hui")
    page = again(qtbot, window)
    assert "Rappeler Odette, aujourd’hui" in texts(page)
    (done,) = [b for b in page.findChildren(Button) if b.property("follow_up") and b.isVisible()]
    click(done)
    settle(qtbot, window)
    assert "Rappeler Odette" not in texts(page)
    click(window.messages.action)
    settle(qtbot, window)
    assert "Rappeler Odette, aujourd’hui" in texts(page)
