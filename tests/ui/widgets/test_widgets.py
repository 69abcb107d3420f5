"""The parts that screens are made of: named, large enough, never wider than their place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from angrilien.ui import a11y, theme
from angrilien.ui.sending_text import SendingWords
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Chips,
    Choice,
    Field,
    MessageBar,
    ScrollPage,
    SearchEdit,
    Text,
    TextField,
)
from angrilien.ui.widgets.sending_line import SendingLine


@pytest.fixture
def place(qtbot: QtBot, looks: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    QVBoxLayout(made)
    made.resize(600, 400)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def add(place: QWidget, widget: QWidget) -> None:
    layout = place.layout()
    assert layout is not None
    layout.addWidget(widget)
    QApplication.processEvents()


def heard(widget: QWidget) -> tuple[str, str]:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found.text(QAccessible.Text.Name), found.text(QAccessible.Text.Description)


def test_a_button_says_its_word_without_the_alt_mark(place: QWidget) -> None:
    button = Button("&Créer l’atelier", "primary", "check")
    add(place, button)
    assert heard(button)[0] == "Créer l’atelier"
    button.set_text("Pain && beurre")
    assert heard(button)[0] == "Pain & beurre"


@pytest.mark.parametrize("percent", theme.TEXT_PERCENTS)
@pytest.mark.parametrize("kind", ["primary", "secondary", "quiet", "danger", "chip", "nav", "row"])
def test_every_button_is_large_enough_for_a_finger(
    place: QWidget, looks: QApplication, kind: str, percent: int
) -> None:
    theme.apply(looks, text_percent=percent)
    button = Button("Là", kind)  # type: ignore[arg-type]
    add(place, button)
    assert button.height() >= 48
    assert button.width() >= 48


def test_a_button_grows_when_the_text_does(place: QWidget, looks: QApplication) -> None:
    button = Button("Aujourd’hui", "nav", "today")
    add(place, button)
    before = button.sizeHint()
    theme.apply(looks, text_percent=160)
    QApplication.processEvents()
    assert button.sizeHint().width() > before.width() * 1.3
    assert button.minimumHeight() > 48


def test_a_chip_keeps_its_width_when_it_turns_bold(place: QWidget) -> None:
    chips = Chips("Thèmes", [("a", "Garder le lien par messagerie"), ("b", "Parentalité")])
    add(place, chips)
    QTest.mouseClick(chips.button("a"), Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    chip = chips.button("a")
    bold = chip.fontMetrics().horizontalAdvance(chip.text())
    assert chip.isChecked()
    assert chip.width() >= bold + chip.iconSize().width() + 2 * 16
    assert chips.chosen() == ("a",)


def test_a_field_tells_its_problem_and_keeps_what_was_typed(place: QWidget) -> None:
    field = Field("&Titre", "Tel qu’il sera sur la feuille.")
    add(place, field)
    assert heard(field.edit) == ("Titre", "Tel qu’il sera sur la feuille.")
    QTest.keyClicks(field.edit, "Bonjour")
    field.show_problem("C’est trop long\u00a0: 3 caractères au plus.")
    assert field.text() == "Bonjour"
    assert field.sentence.isVisible()
    assert heard(field.edit)[1] == "C’est trop long\u00a0: 3 caractères au plus."
    QTest.keyClick(field.edit, Qt.Key.Key_Backspace)
    assert not field.has_problem
    assert field.sentence.text() == "Tel qu’il sera sur la feuille."


def test_a_field_echoes_how_it_is_read_unless_it_has_a_problem(place: QWidget) -> None:
    field = Field("Jour")
    add(place, field)
    assert not field.sentence.isVisible()
    field.show_echo("Mercredi 25 novembre 2026")
    assert field.sentence.text() == "Mercredi 25 novembre 2026"
    field.show_problem("Cette date n’existe pas.")
    field.show_echo("Jeudi")
    assert field.sentence.text() == "Cette date n’existe pas."
    field.clear_problem()
    field.show_echo("")
    assert not field.sentence.isVisible()


def test_tab_leaves_a_field_of_several_lines(place: QWidget) -> None:
    first, second = TextField("Notes"), Field("Après")
    add(place, first)
    add(place, second)
    place.activateWindow()
    first.edit.setFocus()
    QTest.keyClick(first.edit, Qt.Key.Key_Tab)
    assert second.edit.hasFocus()
    assert first.text() == ""


def test_a_choice_gives_values_and_shows_words(place: QWidget) -> None:
    choice = Choice("&Niveau", [("", "Sans précision"), ("debutant", "Débutant")])
    add(place, choice)
    got: list[str] = []
    choice.chosen_changed.connect(got.append)
    choice.choose("debutant")
    choice.choose("unheard of")
    choice.set_options([("avance", "Avancé"), ("debutant", "Débutant")])
    assert (choice.value(), got) == ("debutant", ["debutant"])
    # On Linux Qt says the chosen word in the place of a list’s name.
    assert choice.combo.accessibleName() == "Niveau"


def test_a_placeholder_is_as_dark_as_a_hint(place: QWidget) -> None:
    search = SearchEdit("Chercher", "Un prénom ou un nom")
    add(place, search)
    assert search.palette().placeholderText().color().name().upper() == theme.LIGHT.hint


def test_undo_belongs_to_the_page_while_the_search_is_empty(place: QWidget) -> None:
    search = SearchEdit("Chercher", "Un nom")
    add(place, search)
    place.activateWindow()
    search.setFocus()
    undone: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+Z"), place)
    shortcut.activated.connect(lambda: undone.append("page"))
    QTest.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["page"]
    QTest.keyClicks(search, "ab")
    QTest.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["page"]
    assert search.text() == ""


def test_a_row_turns_into_a_column_where_there_is_no_room(place: QWidget, qtbot: QtBot) -> None:
    row = AdaptiveRow()
    one, two = Text("Un texte assez long pour une ligne"), Button("Un bouton")
    row.add(one)
    row.add(two)
    add(place, row)
    assert two.x() > one.x()
    place.resize(240, 400)
    qtbot.waitUntil(lambda: two.y() > one.y())
    assert two.geometry().right() <= row.width()
    place.resize(600, 400)
    qtbot.waitUntil(lambda: two.x() > one.x())


def test_a_page_never_scrolls_sideways(place: QWidget, qtbot: QtBot) -> None:
    page = ScrollPage()
    page.body.addWidget(Text("Un texte long " * 40))
    page.body.addWidget(Chips("Thèmes", [(str(i), f"Un thème {i}") for i in range(30)]))
    add(place, page)
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() > 0)
    assert page.horizontalScrollBar().maximum() == 0


def test_the_message_bar_says_once_and_its_button_acts(place: QWidget) -> None:
    bar = MessageBar()
    add(place, bar)
    assert not bar.isVisible()
    bar.say("Le disque est plein.", action="Réessayer", do=place.close)
    assert bar.isVisible()
    assert bar.sentence == "Le disque est plein."
    QTest.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert not place.isVisible()
    bar.say("Autre chose.")
    assert not bar.action.isVisibleTo(bar)


def test_the_line_of_sending_is_a_button_that_says_all(place: QWidget, qtbot: QtBot) -> None:
    line = SendingLine()
    add(place, line)
    line.say(SendingWords(tone="calm", lead="12 éléments à envoyer.", rest="Ils <b>partiront</b>."))
    line.show()
    QApplication.processEvents()
    assert heard(line)[0] == "12 éléments à envoyer. Ils <b>partiront</b>."
    assert line.height() >= 48
    with qtbot.waitSignal(line.clicked):
        QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    found = QAccessible.queryAccessibleInterface(line)
    assert found.role() == QAccessible.Role.Button


def test_plain_takes_away_the_alt_mark_only() -> None:
    assert a11y.plain("&Plus") == "Plus"
    assert a11y.plain("Pain && beurre") == "Pain & beurre"


def test_enter_presses_a_button_but_the_end_of_a_card_does_not(
    qtbot: QtBot, looks: QApplication
) -> None:
    button = Button("Créer")
    qtbot.addWidget(button)
    button.show()
    pressed: list[str] = []
    button.clicked.connect(lambda: pressed.append("once"))
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 1
    for letter in (Qt.Key.Key_A, Qt.Key.Key_N, Qt.Key.Key_G, Qt.Key.Key_1):
        QTest.keyClick(button, letter)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 1, "a card reader ends with Enter"
    qtbot.wait(600)
    QTest.keyClick(button, Qt.Key.Key_Enter)
    assert len(pressed) == 2
