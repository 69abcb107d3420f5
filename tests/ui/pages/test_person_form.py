"""D4b: a first name or a name, who looks alike, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from angrilien.domain.entities import Participant
from angrilien.domain.rows import RosterRow
from angrilien.services import attendance, drafts, people
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.person_form import PersonFormPage
from helpers.windows import click, press, settle, type_text, write


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, workshop_id: str) -> PersonFormPage:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    window.navigate("person_form", workshop_id=workshop_id)
    settle(qtbot, window)
    assert isinstance(window.page, PersonFormPage)
    return window.page


def present(in_lane: Callable[..., Any], workshop_id: str) -> list[RosterRow]:
    rows = in_lane(attendance.roster, workshop_id).rows
    return [row for row in rows if row.state == "present"]


def participant(nb: Notebook, participant_id: str) -> Participant | None:
    with nb.store.read() as connection:
        return log.read(connection, Participant, participant_id)


def test_a_new_person_is_noted_present(
    qtbot: QtBot, page: PersonFormPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    window = page.main
    assert page.first_name.edit.hasFocus()
    type_text(page.first_name.edit, "Paulette")
    type_text(page.last_name.edit, "Hervé")
    type_text(page.birth_year.edit, "1948")
    write(page.commune.field.edit, "49440")
    qtbot.waitUntil(page.commune.choices[0].isVisible)
    chosen = next(b for b in page.commune.choices if b.text().startswith("Angrie "))
    settle(qtbot, window)  # the choices have their places
    page.area.ensureWidgetVisible(chosen)
    click(chosen)
    assert page.commune.insee() == "49008"
    assert page.commune.postcode() == "49440"
    type_text(page.phone.edit, "02 41 00 00 00")
    click(page.save_button)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    assert window.messages.sentence == "C’est noté."
    [row] = present(in_lane, workshop_id)
    assert row.name == "Paulette Hervé"
    assert row.participant_id is not None
    kept = in_lane(participant, row.participant_id)
    assert (kept.birth_year, kept.band, kept.insee) == (1948, None, "49008")
    assert (kept.postcode, kept.phone) == ("49440", "02 41 00 00 00")
    assert in_lane(drafts.load, page._draft_key()) == ""


@pytest.mark.parametrize(("first", "last"), [("Zoé", ""), ("", "Quentin"), ("محمد", "🌻")])
def test_one_of_the_two_names_is_enough(
    qtbot: QtBot,
    page: PersonFormPage,
    in_lane: Callable[..., Any],
    workshop_id: str,
    first: str,
    last: str,
) -> None:
    type_text(page.first_name.edit, first)
    type_text(page.last_name.edit, last)
    QTest.keyClick(page.last_name.edit, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    [row] = present(in_lane, workshop_id)
    assert (row.first_name, row.last_name) == (first, last)


def test_bad_fields_say_which_and_why_and_keep_what_was_typed(
    qtbot: QtBot, page: PersonFormPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    click(page.save_button)
    settle(qtbot, page.main)
    assert page.first_name.sentence.text() == "Écrivez un prénom ou un nom. L’un des deux suffit."
    page.first_name.set_text("x" * 101)
    type_text(page.birth_year.edit, "2050")
    type_text(page.commune.field.edit, "Xyzville")
    click(page.save_button)
    settle(qtbot, page.main)
    assert page.main.page is page
    assert page.first_name.sentence.text() == "C’est trop long\u00a0: 100 caractères au plus." or (
        page.first_name.sentence.text() == "C’est trop long\u00a0: 100 caractères au plus."
    )
    assert page.birth_year.has_problem
    assert page.commune.field.sentence.text() == (
        "Cette commune n’est pas dans la liste. Choisissez-la dans la liste."
    )
    assert page.first_name.text() == "x" * 101
    assert page.birth_year.text() == "2050"
    assert page.commune.text() == "Xyzville"
    assert page.first_name.edit.hasFocus()
    assert present(in_lane, workshop_id) == []


def test_a_year_or_a_band(page: PersonFormPage) -> None:
    type_text(page.birth_year.edit, "1948")
    page.band.button("soixante_dix_plus").click()
    assert page.birth_year.text() == ""
    assert page.form().band == "soixante_dix_plus"
    type_text(page.birth_year.edit, "1950")
    assert page.form().band == ""
    assert page.form().birth_year == "1950"


def test_a_former_commune_is_kept_under_todays_code(qtbot: QtBot, page: PersonFormPage) -> None:
    write(page.commune.field.edit, "Segré")
    qtbot.waitUntil(page.commune.choices[0].isVisible)
    chosen = next(b for b in page.commune.choices if b.text().startswith("Segré ("))
    assert chosen.text() == "Segré (49) · aujourd’hui Segré-en-Anjou Bleu · 49500, 49520"
    chosen.setFocus()
    QTest.keyClick(chosen, Qt.Key.Key_Space)
    assert page.commune.insee() == "49331"
    # Two postal codes: which one is not known, and none is made up.
    assert page.commune.postcode() == ""


def test_who_looks_alike_is_one_press_away(
    qtbot: QtBot, page: PersonFormPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    type_text(page.first_name.edit, "Odett")
    qtbot.waitUntil(page.alike_card.isVisible)
    assert page.alike_buttons[0].text() == "Odette Lefèvre"
    assert not page.alike_buttons[1].isVisible()
    click(page.alike_buttons[0])
    settle(qtbot, page.main)
    assert [row.name for row in present(in_lane, workshop_id)] == ["Odette Lefèvre"]
    assert in_lane(people.search, "Odette", workshop_id=workshop_id)[0].state == "present"
    assert page.main.page is not page


def test_who_is_said_alike_is_reached_and_taken_by_the_keyboard(
    qtbot: QtBot, page: PersonFormPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    type_text(page.first_name.edit, "Lefaivre")
    type_text(page.last_name.edit, "O.")
    qtbot.waitUntil(page.alike_card.isVisible)
    assert page.alike_buttons[0].text() == "Odette Lefèvre"
    assert page.alike_buttons[0].height() >= 48
    page.last_name.edit.setFocus()
    QTest.keyClick(page.last_name.edit, Qt.Key.Key_Tab)
    qtbot.waitUntil(page.alike_buttons[0].hasFocus)
    QTest.keyClick(page.alike_buttons[0], Qt.Key.Key_Space)
    settle(qtbot, page.main)
    assert [row.name for row in present(in_lane, workshop_id)] == ["Odette Lefèvre"]


def test_nobody_looks_like_an_unknown_name(qtbot: QtBot, page: PersonFormPage) -> None:
    type_text(page.first_name.edit, "Odett")
    qtbot.waitUntil(page.alike_card.isVisible)
    type_text(page.first_name.edit, "ax")
    qtbot.waitUntil(lambda: not page.alike_card.isVisible())


def test_what_was_typed_is_kept_across_a_crash(
    qtbot: QtBot, page: PersonFormPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    window = page.main
    type_text(page.first_name.edit, "Paulette")
    page.band.button("soixante_soixante_neuf").click()
    qtbot.waitUntil(lambda: not page._save_pause.isActive(), timeout=3_000)
    settle(qtbot, window)
    assert "Paulette" in in_lane(drafts.load, page._draft_key())
    # Another page, as after a start: nothing is left but the draft.
    fresh = PersonFormPage(page.desk, window)
    qtbot.addWidget(fresh)
    fresh.show_for(workshop_id=workshop_id)
    settle(qtbot, window)
    assert fresh.first_name.text() == "Paulette"
    assert fresh.band.value() == "soixante_soixante_neuf"
    assert not fresh.restored.isHidden()
    fresh.start_again.click()
    settle(qtbot, window)
    assert fresh.first_name.text() == ""
    assert in_lane(drafts.load, page._draft_key()) == ""
    fresh.leave()


def test_esc_goes_back_and_keeps_what_was_typed(
    qtbot: QtBot, page: PersonFormPage, workshop_id: str
) -> None:
    window = page.main
    type_text(page.last_name.edit, "Hervé")
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    window.navigate("person_form", workshop_id=workshop_id)
    settle(qtbot, window)
    assert page.last_name.text() == "Hervé"


def test_a_draft_that_cannot_be_read_is_none(
    qtbot: QtBot, page: PersonFormPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    for text in ("{", "[]", '{"first_name": 3}'):
        in_lane(drafts.save, page._draft_key(), text)
        page.show_for(workshop_id=workshop_id)
        settle(qtbot, page.main)
        assert page.first_name.text() == ""
