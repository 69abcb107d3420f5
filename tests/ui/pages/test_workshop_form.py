"""D3: few gestures, every problem in its place, what was typed is kept, drafts come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from angrilien.domain.rows import TodayView
from angrilien.services import attendance, drafts, workshops
from angrilien.services.notebook import Notebook
from angrilien.ui.main_window import MainWindow
from helpers.notebooks import add_people, make_workshop
from helpers.windows import click, settle, type_text, write

DRAFT = "workshop_form"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("workshop_form")
    settle(qtbot, window)
    return window.page


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def finish(qtbot: QtBot, window: MainWindow, name: str = "today") -> None:
    qtbot.waitUntil(lambda: window.page is not None and window.page.name == name)
    settle(qtbot, window)


def test_the_form_proposes_the_next_full_hour_for_two_hours(page: Any) -> None:
    fields = page.fields
    assert plain(fields.date_field.text()) == "25/11/2026"
    assert plain(fields.start_field.text()) == "13 h 00"
    assert plain(fields.end_field.text()) == "15 h 00"
    assert plain(fields.date_field.sentence.text()) == "Mercredi 25 novembre 2026"
    assert plain(fields.end_field.sentence.text()) == "2 h"
    assert fields.venue_field.combo.currentText() == "Lieu à préciser"
    assert fields.title_field.edit.hasFocus()


def test_a_workshop_takes_a_title_a_theme_and_a_click(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    type_text(page.fields.title_field.edit, "Protéger ses données")
    click(page.fields.themes_field.button("programme_donnees_personnelles"))
    click(page.create_button)
    finish(qtbot, window)
    view: TodayView = in_lane(workshops.today)
    assert [(w.title, w.themes) for w in view.workshops] == [
        ("Protéger ses données", ("programme_donnees_personnelles",))
    ]
    assert plain(window.messages.sentence) == "Atelier enregistré : « Protéger ses données »."
    assert in_lane(drafts.load, DRAFT) == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("demain", "Jeudi 26 novembre 2026"),
        ("25 nov", "Mercredi 25 novembre 2026"),
        ("lundi", "Lundi 30 novembre 2026"),
        ("24/11", "Mardi 24 novembre 2026, saisi après coup"),
        ("mardi 25 novembre", "Attention : mercredi 25 novembre 2026, et pas mardi"),
        ("mercredi 25 novembre", "Mercredi 25 novembre 2026"),
        ("29/02/2027", ""),
        ("bientôt", ""),
    ],
)
def test_the_date_is_read_back_in_words_while_it_is_typed(page: Any, typed: str, said: str) -> None:
    write(page.fields.date_field.edit, typed)
    assert plain(page.fields.date_field.sentence.text()) == said


def test_an_end_after_midnight_is_read_back(page: Any) -> None:
    write(page.fields.start_field.edit, "22h30")
    write(page.fields.end_field.edit, "1h")
    assert plain(page.fields.end_field.sentence.text()) == "2 h 30, jusqu’au lendemain"


def test_each_problem_stands_under_its_field_and_nothing_typed_is_lost(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    fields = page.fields
    write(fields.date_field.edit, "29/02/2027")
    write(fields.start_field.edit, "25h")
    click(fields.more)
    write(fields.places_field.edit, "beaucoup")
    write(fields.notes_field.edit, "Apporter les câbles")
    page.area.ensureWidgetVisible(fields.title_field)
    click(page.create_button)
    settle(qtbot, window)
    wrong = {name for name, field in fields.by_name().items() if field.has_problem}
    assert wrong == {"title", "themes", "date", "start", "places"}
    assert fields.date_field.sentence.text() == (
        "Cette date n’existe pas. Écrivez par exemple 25/11."
    )
    assert fields.title_field.edit.hasFocus()
    assert fields.form().notes == "Apporter les câbles"
    assert fields.form().places == "beaucoup"
    assert in_lane(workshops.today).workshops == ()
    type_text(fields.title_field.edit, "x")
    assert not fields.title_field.has_problem


def test_another_workshop_at_the_same_time_is_told_and_never_refused(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    in_lane(make_workshop, title="Le premier")
    fields = page.fields
    write(fields.start_field.edit, "15h")
    write(fields.end_field.edit, "17h")
    qtbot.waitUntil(fields.overlap.isVisible)
    told = "Un autre atelier a lieu en même temps : « Le premier »."
    assert plain(fields.overlap.text()) == told
    write(fields.start_field.edit, "16h")
    qtbot.waitUntil(lambda: not fields.overlap.isVisible())
    write(fields.start_field.edit, "15h")
    write(fields.title_field.edit, "Le second")
    fields.themes_field.choose(["programme_messagerie"])
    click(page.create_button)
    finish(qtbot, window)
    assert plain(window.messages.sentence) == told
    assert len(in_lane(workshops.today).workshops) == 2


def test_a_past_date_leads_to_the_list_of_people(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    write(page.fields.title_field.edit, "Lundi dernier")
    write(page.fields.date_field.edit, "23/11")
    page.fields.themes_field.choose(["programme_messagerie"])
    click(page.create_button)
    finish(qtbot, window, "roster")


def test_what_is_typed_comes_back_after_a_crash(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    write(page.fields.title_field.edit, "Un titre à moitié")
    page.fields.themes_field.choose(["programme_messagerie"])
    qtbot.waitUntil(lambda: "Un titre à moitié" in in_lane(drafts.load, DRAFT), timeout=4_000)
    # What a new start would find: the draft, and a form that knows nothing of it.
    page._dirty = False
    page.show_for()
    settle(qtbot, window)
    assert page.fields.title_field.text() == "Un titre à moitié"
    assert page.fields.form().themes == ("programme_messagerie",)
    assert page.restored.isVisible()
    click(page.start_again)
    settle(qtbot, window)
    assert page.fields.title_field.text() == ""
    assert in_lane(drafts.load, DRAFT) == ""


def test_leaving_keeps_what_was_just_typed(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any]
) -> None:
    write(page.fields.title_field.edit, "Presque")
    click(page.cancel)
    finish(qtbot, window)
    assert "Presque" in in_lane(drafts.load, DRAFT)


def test_people_are_expected_by_two_letters_and_enter(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: Callable[..., Any], notebook: Notebook
) -> None:
    in_lane(lambda nb: add_people(nb, make_workshop(nb, date="20/11"), 4))
    fields = page.fields
    write(fields.title_field.edit, "Avec du monde")
    fields.themes_field.choose(["programme_messagerie"])
    QTest.keyClick(fields.title_field.edit, Qt.Key.Key_F2)
    assert fields.expected.search.hasFocus()
    type_text(fields.expected.search, "ode")
    qtbot.waitUntil(lambda: bool(fields.expected._found))
    QTest.keyClick(fields.expected.search, Qt.Key.Key_Return)
    assert list(fields.expected.chosen().values()) == ["Odette Lefèvre"]
    type_text(fields.expected.search, "zzz")
    qtbot.waitUntil(fields.expected.nothing.isVisible)
    click(page.create_button)
    finish(qtbot, window)
    made = in_lane(workshops.today).workshops[0]
    assert [row.name for row in in_lane(attendance.roster, made.id).rows] == ["Odette Lefèvre"]
