"""D6: a pause saves, leaving makes it a change, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from angrilien.domain.entities import SessionNote
from angrilien.domain.forms import TEXT_LIMIT
from angrilien.domain.ids import note_id
from angrilien.domain.rows import NoteText
from angrilien.services import attendance, follow_ups, notes
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.note import NotePage
from angrilien.ui.widgets import Button, Text
from helpers.notebooks import make_workshop
from helpers.windows import click, press, settle, type_text


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, workshop_id: str) -> NotePage:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    window.navigate("note", workshop_id=workshop_id)
    settle(qtbot, window)
    assert isinstance(window.page, NotePage)
    return window.page


def written(nb: Notebook, workshop_id: str) -> SessionNote | None:
    """What is a change, not a draft."""
    with nb.store.read() as connection:
        return log.read(connection, SessionNote, note_id(workshop_id))


def pause(qtbot: QtBot, page: NotePage) -> None:
    qtbot.waitUntil(lambda: not page._draft_pause.isActive(), timeout=3_000)
    qtbot.waitUntil(lambda: not page._say_pause.isActive(), timeout=3_000)
    settle(qtbot, page.main)


def test_a_pause_saves_a_draft_and_says_when(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    assert page.boxes["done"].edit.hasFocus()
    assert page.saved.text() == ""
    type_text(page.boxes["done"].edit, "Mots de passe 🌻")
    pause(qtbot, page)
    assert page.saved.text().replace("\u00a0", " ") == "Enregistré à 14 h 02"
    assert in_lane(notes.read, workshop_id).done == "Mots de passe 🌻"
    assert in_lane(written, workshop_id) is None, "each pause is not a change"
    type_text(page.boxes["hard"].edit, "Le clavier")
    assert page.saved.text() == "", "what was just typed is not saved yet"
    pause(qtbot, page)
    assert page.saved.text() != ""


@pytest.mark.parametrize("way", ["esc", "button", "window"])
def test_leaving_makes_it_a_change(
    qtbot: QtBot,
    page: NotePage,
    in_lane: Callable[..., Any],
    workshop_id: str,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    window = page.main
    type_text(page.boxes["next_time"].edit, "Revoir le nuage")
    if way == "window":
        kept: list[str] = []
        keep = notes.keep
        monkeypatch.setattr(
            notes, "keep", lambda nb, note: (kept.append(note.next_time), keep(nb, note))[1]
        )
        window.close()
        assert kept == ["Revoir le nuage"]
        return
    if way == "esc":
        press(window, Qt.Key.Key_Escape)
    else:
        click(page.finish)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    assert in_lane(written, workshop_id).next_time == "Revoir le nuage"


def test_a_minute_without_typing_makes_it_a_change(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    assert page._keep_pause.interval() == 60_000
    page._keep_pause.setInterval(30)
    type_text(page.boxes["done"].edit, "Fait")
    qtbot.waitUntil(lambda: not page._keep_pause.isActive())
    settle(qtbot, page.main)
    assert in_lane(written, workshop_id).done == "Fait"


def test_what_was_typed_before_a_crash_is_there(
    qtbot: QtBot, page: NotePage, workshop_id: str
) -> None:
    type_text(page.boxes["done"].edit, "Avant")
    pause(qtbot, page)
    fresh = NotePage(page.desk, page.main)
    qtbot.addWidget(fresh)
    fresh.show_for(workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert fresh.boxes["done"].text() == "Avant"
    assert fresh.saved.text() != ""


def test_reading_writes_nothing(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    press(page.main, Qt.Key.Key_Escape)
    settle(qtbot, page.main)
    assert in_lane(written, workshop_id) is None


def test_a_long_number_gets_a_soft_warning(page: NotePage) -> None:
    assert "santé" in page.reminder.text()
    type_text(page.boxes["hard"].edit, "le 14/11, 12 personnes, 02 41 00 00 00")
    assert not page.warning.isVisible()
    type_text(page.boxes["hard"].edit, " et 2 48 05 49 007 123 45")
    assert page.warning.isVisible()
    assert page.warning.text() == "Un long numéro\u202f? Mieux vaut l’effacer."
    type_text(page.boxes["done"].edit, "Mot de passe : soleil")
    assert page.warning.text() == "Un mot de passe\u202f? Mieux vaut l’effacer."
    page.boxes["done"].edit.clear()
    page.boxes["hard"].edit.setPlainText("Sa maladie")
    assert page.warning.text() == "Une information de santé\u202f? Mieux vaut l’effacer."


def test_the_equipment_is_part_of_the_bilan(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    page.equipment.button("tablette").click()
    pause(qtbot, page)
    assert in_lane(notes.read, workshop_id).equipment == ("tablette",)
    press(page.main, Qt.Key.Key_Escape)
    settle(qtbot, page.main)
    kept = in_lane(written, workshop_id)
    assert kept is not None
    assert kept.equipment == ("tablette",)


def test_the_themes_are_those_of_the_workshop_and_one_stays(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    before = in_lane(attendance.roster, workshop_id).workshop.themes
    assert set(page.themes.chosen()) == set(before)
    page.themes.button("programme_messagerie").click()
    settle(qtbot, page.main)
    after = in_lane(attendance.roster, workshop_id).workshop.themes
    assert set(after) == {*before, "programme_messagerie"}
    for code in after:
        page.themes.button(code).click()
        settle(qtbot, page.main)
    assert len(page.themes.chosen()) == 1
    assert page.themes.has_problem
    assert len(in_lane(attendance.roster, workshop_id).workshop.themes) == 1


def test_what_is_to_do_is_noted_done_and_done_again(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    ups = page.follow_ups
    type_text(ups.text_field.edit, "Rappeler Odette")
    type_text(ups.due_field.edit, "trente février")
    ups.add_button.click()
    settle(qtbot, page.main)
    assert ups.due_field.has_problem
    assert ups.text_field.text() == "Rappeler Odette"
    ups.due_field.edit.clear()
    type_text(ups.due_field.edit, "demain")
    press(page.main, Qt.Key.Key_Return)
    settle(qtbot, page.main)
    assert ups.text_field.text() == ""
    assert ups.text_field.edit.hasFocus()
    (row,) = in_lane(follow_ups.of_workshop, workshop_id)
    assert (row.text, row.due) == ("Rappeler Odette", "2026-11-26")
    (done,) = [b for b in ups.findChildren(Button) if b.property("follow_up") and b.isVisible()]
    assert done.accessibleName() == "C’est fait, Rappeler Odette"
    done.click()
    settle(qtbot, page.main)
    assert in_lane(follow_ups.of_workshop, workshop_id)[0].finished


def test_the_bilans_of_before_are_one_press_away(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    assert not page.earlier.isVisible()
    before = in_lane(make_workshop, title="Premiers pas", date="2026-11-18")
    person = in_lane(attendance.roster, workshop_id).rows[0].participant_id
    in_lane(attendance.add_present, before, person)
    in_lane(notes.keep, NoteText(workshop_id=before, done="La souris", next_time="Le clavier"))
    page.main.navigate("note", workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert page.earlier.isVisible()
    page.earlier.button.click()
    said = " | ".join(label.text() for label in page.earlier.findChildren(Text))
    assert "Premiers pas" in said
    assert "Fait\u00a0: La souris" in said
    assert "La prochaine fois\u00a0: Le clavier" in said


def test_too_long_says_so_and_is_kept(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    text = "x" * (TEXT_LIMIT + 1)
    page.boxes["done"].edit.setPlainText(text)
    assert page.boxes["done"].has_problem
    press(page.main, Qt.Key.Key_Escape)
    settle(qtbot, page.main)
    assert "gardé" in page.main.messages.sentence
    assert in_lane(notes.read, workshop_id).done == text


def test_what_was_typed_and_not_added_stays_with_its_workshop(
    qtbot: QtBot, page: NotePage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    other = in_lane(make_workshop, title="Premiers pas", date="2026-11-18")
    type_text(page.follow_ups.text_field.edit, "Rappeler Odette")
    press(page.main, Qt.Key.Key_Escape)
    settle(qtbot, page.main)
    page.main.navigate("note", workshop_id=other)
    settle(qtbot, page.main)
    assert page.follow_ups.typed() == ("", "")
    assert set(page.themes.chosen()) == set(in_lane(attendance.roster, other).workshop.themes)
    page.main.navigate("note", workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert page.follow_ups.typed() == ("Rappeler Odette", "")
    page.follow_ups.add_button.click()
    settle(qtbot, page.main)
    page.main.navigate("note", workshop_id=other)
    settle(qtbot, page.main)
    page.main.navigate("note", workshop_id=workshop_id)
    settle(qtbot, page.main)
    assert page.follow_ups.typed() == ("", "")
    assert [row.text for row in in_lane(follow_ups.of_workshop, workshop_id)] == ["Rappeler Odette"]
