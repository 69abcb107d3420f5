"""A card is read whatever has the focus: one act, or a sentence; nothing else is touched."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from angrilien.domain.cards import content, make_card
from angrilien.domain.codes import show_code
from angrilien.domain.entities import Participant
from angrilien.domain.forms import PersonForm
from angrilien.domain.rows import RosterRow
from angrilien.services import attendance, cards, closing, drafts, people
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.person_form import PersonFormPage
from angrilien.ui.pages.roster import RosterPage
from helpers.notebooks import CODE_SECRET, make_workshop
from helpers.readers import FR, US, Hand, scrambled
from helpers.windows import click, press, settle, until

CROSS = [[(10.0, 10.0), (60.0, 40.0)], [(60.0, 10.0), (10.0, 40.0)]]
EAN = "9782070360024"


def a_card(seed: int, programme: str = "essai") -> str:
    return make_card(programme, random.Random(seed).choice)


CARD = a_card(1)
"""Odette's."""


def give(nb: Notebook, workshop_id: str, number: str, first: str, last: str = "") -> str:
    """Give a card to somebody; who is not in the notebook yet comes to another workshop."""
    found = people.search(nb, f"{first} {last}")
    if not found:
        other = make_workshop(nb, title="Un autre")
        people.add_to_workshop(nb, other, PersonForm(first_name=first, last_name=last))
        found = people.search(nb, f"{first} {last}")
    with nb.store.read() as connection:
        person = log.read(connection, Participant, found[0].participant_id)
    assert person is not None
    with nb.store.act(nb.stamp()) as act:
        act.put(replace(person, card=number))
    return person.id


@pytest.fixture
def page(
    qtbot: QtBot, window: MainWindow, workshop_id: str, in_lane: Callable[..., Any]
) -> RosterPage:
    in_lane(give, workshop_id, CARD, "Odette", "Lefèvre")
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    assert isinstance(window.page, RosterPage)
    return window.page


@pytest.fixture
def hand(page: RosterPage) -> Hand:
    return Hand(page.main)


def present(page: RosterPage) -> set[str]:
    assert page.roster is not None
    return {row.name for row in page.roster.rows if row.state == "present"}


def row(page: RosterPage, name: str) -> RosterRow:
    assert page.roster is not None
    return next(r for r in page.roster.rows if r.name == name)


def said_in_bar(page: RosterPage) -> str:
    return page.main.messages.sentence


def calm(page: RosterPage) -> None:
    """Wait until nothing asked of the store lane is under way."""
    until(lambda: not page.desk.is_busy)
    QApplication.processEvents()


def reading(page: RosterPage, hand: Hand, text: str, **how: Any) -> None:
    hand.read(text, **how)
    calm(page)


FOCUS: dict[str, Callable[[RosterPage], QWidget]] = {
    "the search": lambda page: page.head.search,
    "a tile": lambda page: page.view,
    "a button of the head": lambda page: page.head.everyone,
    "a button of the bar": lambda page: page.bar.finish,
    "the left column": lambda page: page.main.nav.findChildren(QWidget)[-1],
}


def test_a_card_is_read_whatever_has_the_focus(
    page: RosterPage, hand: Hand, said: list[str]
) -> None:
    for focus, text in itertools.product(FOCUS, (content(CARD), scrambled(content(CARD)))):
        said.clear()
        FOCUS[focus](page).setFocus()
        focused = page.main.focusWidget()
        reading(page, hand, text)
        assert present(page) == {"Odette Lefèvre"}, focus
        assert page.main.page is page
        assert page.head.search.text() == ""
        assert page.main.focusWidget() is focused
        assert "Odette Lefèvre, présence notée, 1 sur 10" in said
        assert said_in_bar(page) == ""
        assert page.view.currentIndex().data() == "Odette Lefèvre"
        press(page.main, Qt.Key.Key_Z, control=True)
        calm(page)
        assert present(page) == set()
        assert not page.bar.undo.isEnabled(), "it was one act"


def test_any_pair_of_layouts_with_and_without_dashes(page: RosterPage, hand: Hand) -> None:
    for reader, laptop in ((US, FR), (FR, US), (FR, FR)):
        for text in (content(CARD), f"ANG1:{show_code(CARD)}"):
            reading(page, hand, scrambled(text, reader, laptop))
            assert present(page) == {"Odette Lefèvre"}
            press(page.main, Qt.Key.Key_Z, control=True)
            calm(page)
            assert present(page) == set()


def test_the_keys_of_a_window_of_the_system(page: RosterPage) -> None:
    """With the moments that the system gives its keys, and no clock of a test."""
    handle = page.main.windowHandle()
    for sign in content(CARD):
        QTest.keyClick(handle, sign)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    calm(page)
    assert present(page) == {"Odette Lefèvre"}
    assert page.head.search.text() == ""


def test_a_reader_ends_with_another_key_or_none(page: RosterPage, hand: Hand) -> None:
    for end in (Qt.Key.Key_Tab, Qt.Key.Key_Enter, None):
        hand.read(scrambled(content(CARD)), end=end)
        until(lambda: present(page) == {"Odette Lefèvre"})
        assert page.head.search.text() == ""
        assert page.head.search.hasFocus()
        press(page.main, Qt.Key.Key_Z, control=True)
        until(lambda: present(page) == set())


def test_somebody_known_is_added(
    page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(give, workshop_id, a_card(2), "Zoé", "Quentin")
    reading(page, hand, content(a_card(2)))
    assert present(page) == {"Zoé Quentin"}
    assert page.head.details.text().startswith("11 attendues")
    assert page.view.currentIndex().data() == "Zoé Quentin"
    press(page.main, Qt.Key.Key_Z, control=True)
    calm(page)
    assert len(page.roster.rows) == 10  # type: ignore[union-attr]


def test_a_card_read_twice_says_so_and_never_takes_the_presence_back(
    page: RosterPage, hand: Hand, said: list[str]
) -> None:
    reading(page, hand, content(CARD))
    for _ in range(2):
        reading(page, hand, content(CARD))
        assert said_in_bar(page) == "Odette Lefèvre est déjà là."
        assert present(page) == {"Odette Lefèvre"}
    assert said.count("Odette Lefèvre, présence notée, 1 sur 10") == 1


def test_two_cards_one_right_after_the_other(
    page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(give, workshop_id, a_card(3), "Henri", "Vidal")
    hand.read(content(CARD))
    hand.read(content(a_card(3)))
    calm(page)
    assert present(page) == {"Odette Lefèvre", "Henri Vidal"}
    assert page.view.currentIndex().data() == "Henri Vidal"


NOBODYS = {
    content(a_card(4, "autre")): "C’est la carte d’un autre programme. Rien n’a changé.",
    scrambled(EAN): "Ce code n’est pas une carte. Rien n’a changé.",
    EAN: "Ce code n’est pas une carte. Rien n’a changé.",
    "https://angrie.fr/cafe": "Ce code n’est pas une carte. Rien n’a changé.",
    content(CARD)[:-2]: "La carte a été mal lue. Passez-la de nouveau.",
    scrambled(content(CARD)[:-1] + "22"): "La carte a été mal lue. Passez-la de nouveau.",
}


def test_what_leads_to_nobody_is_said_and_changes_nothing(page: RosterPage, hand: Hand) -> None:
    places = ("the search", "a tile", "a button of the head")
    for focus, (text, sentence) in itertools.product(places, NOBODYS.items()):
        page.main.messages.clear()
        FOCUS[focus](page).setFocus()
        reading(page, hand, text)
        assert said_in_bar(page) == sentence, focus
        assert (present(page), page.head.search.text()) == (set(), "")
        assert page.main.page is page
        assert not page.bar.undo.isEnabled()
        assert page.model.rowCount() == 10


def test_a_word_is_a_name_in_the_search_and_nothing_on_a_button(
    page: RosterPage, hand: Hand
) -> None:
    page.head.search.setFocus()
    reading(page, hand, "lefevre")
    assert present(page) == {"Odette Lefèvre"}
    for focus in ("a tile", "a button of the bar"):
        page.main.messages.clear()
        FOCUS[focus](page).setFocus()
        reading(page, hand, "BONJOUR")
        assert said_in_bar(page) == "Ce code n’est pas une carte. Rien n’a changé."
        assert page.head.search.text() == ""
        assert present(page) == {"Odette Lefèvre"}
        assert page.main.page is page


def test_a_text_of_several_lines_is_one_reading(page: RosterPage, hand: Hand) -> None:
    page.head.everyone.setFocus()
    hand.wait()
    for line in ("BEGIN:VCARD", "FN:Odette Lefevre", "a b", "END:VCARD"):
        hand.type(line)
        hand.at += hand.each
        hand.key(Qt.Key.Key_Return, "\r")
    calm(page)
    assert said_in_bar(page) == "Ce code n’est pas une carte. Rien n’a changé."
    assert present(page) == set()
    reading(page, hand, content(CARD))
    assert present(page) == {"Odette Lefèvre"}


def test_the_search_is_left_as_it_was(page: RosterPage, hand: Hand) -> None:
    hand.each = 90
    hand.type("mar")
    hand.each = 8
    page.head.search.setSelection(1, 2)
    reading(page, hand, scrambled(content(CARD)))
    assert page.head.search.text() == "mar"
    assert page.head.search.selectedText() == "ar"
    assert present(page) == {"Odette Lefèvre"}
    assert said_in_bar(page) == "Odette Lefèvre est là.", "her tile is not in sight"
    hand.wait()
    hand.each = 90
    hand.type("a")
    assert page.head.search.text() == "ma", "a person goes on where they were"


def test_a_person_who_types_is_no_reader(page: RosterPage, hand: Hand) -> None:
    hand.each = 90
    for typed in (EAN, "lefevre"):
        page.head.search.clear()
        hand.type(typed)
        assert page.head.search.text() == typed
        hand.at += hand.each
        hand.key(Qt.Key.Key_Return, "\r")
        calm(page)
        assert said_in_bar(page) == ""
    assert present(page) == {"Odette Lefèvre"}


def test_a_key_that_is_held_down_is_no_reader(page: RosterPage, hand: Hand) -> None:
    hand.type("1")
    for _ in range(7):
        hand.at += 30
        hand.key(Qt.Key.Key_1, "1", again=True)
    assert page.head.search.text() == "1" * 8


def test_a_word_that_comes_at_once_without_an_enter_is_written(
    page: RosterPage, hand: Hand
) -> None:
    """A touch keyboard proposes it, or it was said aloud."""
    for typed in ("Marguerite", "12345678"):
        page.head.search.clear()
        hand.wait()
        hand.type(typed)
        until(lambda typed=typed: page.head.search.text() == typed)  # type: ignore[misc]
        hand.wait()
        hand.type("s")
        assert page.head.search.text() == f"{typed}s"


def test_a_window_that_was_busy_does_not_cut_a_card_in_two(
    page: RosterPage, hand: Hand, qtbot: QtBot
) -> None:
    text = scrambled(content(CARD))
    hand.wait()
    hand.type(text[:9])
    qtbot.wait(150)  # the pause of the window's own clock is over, the keys' is not
    hand.type(text[9:])
    hand.at += hand.each
    hand.key(Qt.Key.Key_Return, "\r")
    settle(qtbot, page.main)
    assert present(page) == {"Odette Lefèvre"}
    assert page.head.search.text() == ""


def test_a_number_is_typed_by_hand(page: RosterPage, hand: Hand) -> None:
    hand.each = 90
    hand.type(show_code(CARD).lower())
    hand.at += hand.each
    hand.key(Qt.Key.Key_Return, "\r")
    calm(page)
    assert present(page) == {"Odette Lefèvre"}
    assert page.head.search.text() == ""
    wrong = CARD[:-1] + ("2" if CARD[-1] != "2" else "3")
    hand.type(wrong)
    hand.at += hand.each
    hand.key(Qt.Key.Key_Return, "\r")
    calm(page)
    assert said_in_bar(page) == "La carte a été mal lue. Passez-la de nouveau."
    assert page.head.search.text() == wrong, "so that one sign can be mended"


# --- a card of nobody ----------------------------------------------------------------------------


def asked(page: RosterPage, hand: Hand, number: str) -> Any:
    reading(page, hand, scrambled(content(number)))
    panel = page.panels.card
    assert panel.is_open
    assert panel.title == "À qui est cette carte\u202f?"
    return panel


def test_an_unknown_card_is_kept_for_a_new_person(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    window, number = page.main, a_card(5)
    click(asked(page, hand, number).new_person)
    settle(qtbot, window)
    form = window.page
    assert isinstance(form, PersonFormPage)
    sentence = f"La carte {show_code(number)} sera donnée à cette personne."
    assert form.card.isVisible()
    assert form.card.sentence.text() == sentence
    form.keep()
    settle(qtbot, window)
    assert number in in_lane(drafts.load, f"person_form:{workshop_id}")
    # The list, the lock and a crash leave it where it is.
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.page is page
    window.navigate("person_form", workshop_id=workshop_id)
    settle(qtbot, window)
    assert form.card.sentence.text() == sentence
    assert window.guard is not None
    window.guard.lock()
    settle(qtbot, window)
    assert not form.isVisible()
    hand.wait()
    for digit in CODE_SECRET:
        QTest.keyClick(window.windowHandle(), digit)
    settle(qtbot, window)
    assert form.isVisible()
    assert form.card.number == number
    form.first_name.set_text("Paulette")
    click(form.save_button)
    settle(qtbot, window)
    assert window.page is page
    assert present(page) == {"Paulette"}
    reading(page, hand, content(number))
    assert said_in_bar(page) == "Paulette est déjà là."


def test_the_card_is_left_where_it_is_not_theirs(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any]
) -> None:
    number = a_card(6)
    click(asked(page, hand, number).new_person)
    settle(qtbot, page.main)
    form: Any = page.main.page
    form.first_name.set_text("Lucie")
    click(form.card.edit)
    assert not form.card.isVisible()
    click(form.save_button)
    settle(qtbot, page.main)
    assert in_lane(cards.look, content(number)).people == ()


def test_a_card_is_read_while_the_new_person_is_written(
    qtbot: QtBot, page: RosterPage, hand: Hand, workshop_id: str
) -> None:
    page.main.navigate("person_form", workshop_id=workshop_id)
    settle(qtbot, page.main)
    form: Any = page.main.page
    hand.each = 90
    hand.type("Lu")
    hand.each = 8
    reading(page, hand, scrambled(content(CARD)))
    assert page.main.messages.sentence == "Cette carte est déjà à Odette Lefèvre."
    assert not form.card.isVisible()
    reading(page, hand, scrambled(content(a_card(7))))
    assert form.card.number == a_card(7)
    assert form.first_name.text() == "Lu"
    assert form.first_name.edit.hasFocus()
    assert page.main.messages.sentence == ""


def test_a_card_given_meanwhile_is_said_at_its_place(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    number = a_card(8)
    click(asked(page, hand, number).new_person)
    settle(qtbot, page.main)
    in_lane(give, workshop_id, number, "Simone", "Fabre")
    form: Any = page.main.page
    form.first_name.set_text("Lucie")
    click(form.save_button)
    settle(qtbot, page.main)
    assert page.main.page is form
    assert form.card.problem.isVisible()
    assert form.card.edit.hasFocus()
    assert form.first_name.text() == "Lucie"


def test_a_card_goes_to_somebody_known_in_the_place_of_the_old_one(
    qtbot: QtBot, page: RosterPage, hand: Hand
) -> None:
    number = a_card(9)
    panel = asked(page, hand, number)
    panel.search.setFocus()
    hand.wait()
    hand.each = 90
    hand.type("lef")
    until(panel.choices[0].isVisible)
    assert panel.choices[0].text() == "Odette Lefèvre · a déjà une carte"
    click(panel.choices[0])
    settle(qtbot, page.main)
    assert not panel.is_open
    assert present(page) == {"Odette Lefèvre"}
    assert said_in_bar(page) == "Odette Lefèvre a une nouvelle carte. L’ancienne ne sert plus."
    hand.each = 8
    reading(page, hand, content(number))
    assert said_in_bar(page) == "Odette Lefèvre est déjà là."
    asked(page, hand, CARD)
    press(page.main, Qt.Key.Key_Escape)
    click(page.bar.undo)
    settle(qtbot, page.main)
    assert present(page) == set()
    reading(page, hand, content(CARD))
    assert present(page) == {"Odette Lefèvre"}, "she has the old card again"


def test_the_alike_of_the_form_gets_the_card(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any]
) -> None:
    number = a_card(10)
    click(asked(page, hand, number).new_person)
    settle(qtbot, page.main)
    form: Any = page.main.page
    hand.wait()
    hand.each = 90
    hand.type("Henri")
    until(form.alike_buttons[0].isVisible)
    click(form.alike_buttons[0])
    settle(qtbot, page.main)
    assert page.main.page is page
    assert said_in_bar(page) == "Cette carte est maintenant à Henri Vidal."
    assert in_lane(cards.look, content(number)).people[0].name == "Henri Vidal"


def test_the_same_card_of_two_people_is_asked_about(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(give, workshop_id, CARD, "Henri", "Vidal")
    panel = asked(page, hand, CARD)
    shown = [button.text() for button in panel.choices if button.isVisible()]
    assert shown == ["Henri Vidal", "Odette Lefèvre"]
    assert not panel.new_person.isVisible()
    assert present(page) == set()
    click(panel.choices[1])
    settle(qtbot, page.main)
    assert present(page) == {"Odette Lefèvre"}
    reading(page, hand, content(CARD))
    assert said_in_bar(page) == "Odette Lefèvre est déjà là."


def test_a_card_while_something_covers_the_list(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(attendance.toggle, workshop_id, row(page, "Henri Vidal").attendance_id)
    page.read_again()
    settle(qtbot, page.main)
    page.person_panel.ask(row(page, "Henri Vidal"), "Europe/Paris", "Henri Vidal")
    field = page.person_panel.departure.edit
    field.setFocus()
    hand.each = 90
    hand.type("15 h")
    hand.each = 8
    reading(page, hand, scrambled(content(CARD)))
    assert present(page) == {"Henri Vidal", "Odette Lefèvre"}
    assert page.person_panel.is_open
    assert (field.text(), field.hasFocus()) == ("15 h", True)
    reading(page, hand, content(a_card(11)))
    assert page.person_panel.is_open, "what is being written there is not taken away"
    assert said_in_bar(page) == f"Carte {show_code(a_card(11))}."
    click(page.main.messages.action)
    assert page.panels.card.is_open
    assert not page.person_panel.is_open


# --- where a card does nothing -------------------------------------------------------------------


def test_an_ended_sheet_takes_no_card(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(attendance.toggle, workshop_id, row(page, "Henri Vidal").attendance_id)
    in_lane(closing.close, workshop_id, CROSS, 100, 100)
    reading(page, hand, content(CARD))  # the screen does not know yet
    assert said_in_bar(page) == "Cette feuille est terminée. La carte n’a rien changé."
    page.main.messages.clear()
    assert not page.editable
    reading(page, hand, content(CARD))
    assert said_in_bar(page) == "Cette feuille est terminée. La carte n’a rien changé."
    assert present(page) == {"Henri Vidal"}


def test_a_locked_screen_takes_no_digit_of_a_card(
    qtbot: QtBot, page: RosterPage, hand: Hand
) -> None:
    guard = page.main.guard
    assert guard is not None
    guard.lock()
    settle(qtbot, page.main)
    for focus in (guard.screen.keypad, guard.screen.phrase):
        for text in (content(CARD), scrambled(content(CARD)), "ANG1:2345678923"):
            focus.setFocus()
            reading(page, hand, text)
            assert guard.screen.isVisible()
            assert guard.screen.keypad.count == 0
            assert guard.screen.told.text() == ""
    hand.wait()
    for digit in CODE_SECRET:
        QTest.keyClick(page.main.windowHandle(), digit)
    settle(qtbot, page.main)
    assert page.isVisible()
    assert present(page) == set()


def test_a_card_does_nothing_in_front_of_a_participant(
    qtbot: QtBot, page: RosterPage, hand: Hand, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    in_lane(attendance.toggle, workshop_id, row(page, "Henri Vidal").attendance_id)
    page.read_again()
    settle(qtbot, page.main)
    click(page.bar.sign)
    settle(qtbot, page.main)
    signing: Any = page.main.page
    assert signing.name == "signing"
    for button in signing.findChildren(QWidget):
        if button.isVisible() and button.isEnabled() and button.focusPolicy():
            button.setFocus()
            reading(page, hand, scrambled(content(CARD)))
            assert page.main.page is signing
            assert signing.isVisible()
    kept = in_lane(attendance.roster, workshop_id).rows
    assert [r.name for r in kept if r.state == "present"] == ["Henri Vidal"]
    assert [r.mode for r in kept if r.mode] == []


def test_elsewhere_only_a_card_is_taken_out_of_what_is_typed(
    qtbot: QtBot, page: RosterPage, hand: Hand, workshop_id: str
) -> None:
    page.main.navigate("note", workshop_id=workshop_id)
    settle(qtbot, page.main)
    note: Any = page.main.page
    edit = page.main.focusWidget()
    hand.each = 90
    hand.type("Bien. ")
    hand.each = 8
    hand.read(scrambled(content(CARD)))
    assert edit.toPlainText() == "Bien. "  # type: ignore[union-attr]
    hand.read("CAF-49008", end=None)
    assert edit.toPlainText() == "Bien. CAF-49008"  # type: ignore[union-attr]
    assert page.main.page is note
