"""D5 in the real window: a key for each line, free lines, the total, undo, drafts, refusals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QMessageBox,
)
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import PersonForm
from angrilien.services import attendance, closing, paper_numbers, people, photos, signing
from angrilien.ui import theme
from angrilien.ui.main_window import MainWindow
from angrilien.ui.models.paper_lines import Mark
from angrilien.ui.restored import Restored
from helpers.notebooks import make_workshop
from helpers.readers import Hand, scrambled
from helpers.windows import click, press, settle, type_text, until

InLane = Callable[..., Any]
SQUARE = [[(10.0, 10.0), (40.0, 40.0)]]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, workshop_id: str) -> Any:
    """D5 on a workshop of ten people, nobody noted yet."""
    window.navigate("paper", workshop_id=workshop_id)
    settle(qtbot, window)
    found: Any = window.page
    assert found.name == "paper"
    return found


@pytest.fixture
def keys(qtbot: QtBot, window: MainWindow) -> Callable[..., None]:
    """Press keys, wherever the focus is, and wait for what they do."""

    def do(*pressed: Qt.Key) -> None:
        for key in pressed:
            QTest.keyClick(window.focusWidget() or window, key)
        settle(qtbot, window)

    return do


@pytest.fixture
def write(qtbot: QtBot, window: MainWindow) -> Callable[[str], None]:
    """Type a text, wherever the focus is."""

    def do(text: str) -> None:
        target = window.focusWidget()
        assert target is not None
        type_text(target, text)
        settle(qtbot, window)

    return do


def marks(page: Any) -> dict[int, str]:
    items = [page.model.item(row) for row in range(page.model.rowCount())]
    return {item.number: item.mark.name for item in items if item.mark is not Mark.FREE}


def modes(in_lane: InLane, workshop_id: str) -> dict[str, tuple[str, str | None]]:
    rows = in_lane(attendance.roster, workshop_id).rows
    return {row.name: (row.state, row.mode) for row in rows}


def test_a_key_for_each_line(
    page: Any, keys: Callable[..., None], in_lane: InLane, workshop_id: str
) -> None:
    lines = in_lane(closing.sheet, workshop_id).lines
    assert page.list.hasFocus()
    assert page.list.number == 1
    keys(Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_Return)
    assert page.list.number == 4
    assert marks(page) == {1: "SIGNED", 2: "ABSENT", 3: "SIGNED"} | dict.fromkeys(
        range(4, 11), "TO_TYPE"
    )
    noted = modes(in_lane, workshop_id)
    for line, wanted in zip(lines, [("present", "paper"), ("expected", None)], strict=False):
        assert noted[f"{line.first_name} {line.last_name}"] == wanted
    assert page.body.count.text() == "2 présences saisies"


def test_the_mouse_does_the_same(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: InLane, workshop_id: str
) -> None:
    click(page.body.sign_button)
    settle(qtbot, window)
    click(page.body.absent_button)
    settle(qtbot, window)
    assert marks(page)[1] == "SIGNED"
    assert marks(page)[2] == "ABSENT"
    assert page.list.number == 3
    click(page.body.undo_button)
    settle(qtbot, window)
    assert marks(page)[2] == "TO_TYPE"
    click(page.body.undo_button)
    settle(qtbot, window)
    assert marks(page)[1] == "TO_TYPE"
    assert not page.body.undo_button.isEnabled()
    assert all(state == "expected" for state, _ in modes(in_lane, workshop_id).values())


def test_a_key_that_is_held_down_is_one_line(page: Any, window: MainWindow, qtbot: QtBot) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    for again in (False, True, True):
        event = QKeyEvent(
            QEvent.Type.KeyPress,
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.NoModifier,
            "\r",
            again,
        )
        QApplication.sendEvent(page.list, event)
    settle(qtbot, window)
    assert page.list.number == 2


def test_free_lines_then_the_total_then_the_end(
    window: MainWindow,
    page: Any,
    keys: Callable[..., None],
    write: Callable[[str], None],
    in_lane: InLane,
    workshop_id: str,
) -> None:
    other = in_lane(make_workshop, title="Avant", date="2026-11-18")
    in_lane(people.add_to_workshop, other, PersonForm(first_name="Raymond", last_name="Caillaud"))
    keys(*[Qt.Key.Key_Return] * 10)
    assert page.names.edit.hasFocus(), "the free line after the list"
    assert page.names.label.text() == "Ligne libre n°\u00a011"
    write("cail")
    keys(Qt.Key.Key_Return)
    until(lambda: page.body.count.text() == "11 présences saisies")
    assert page.names.label.text() == "Ligne libre n°\u00a012"
    assert page.names.edit.hasFocus()
    write("Gisèle Ravary")
    keys(Qt.Key.Key_Return)
    until(lambda: window.page is not None and window.page.name == "person_form")
    keys(Qt.Key.Key_Return)
    until(lambda: window.page is page)
    keys()
    assert page.body.count.text() == "12 présences saisies"
    assert page.names.edit.hasFocus()
    assert page.names.typed == ""
    keys(Qt.Key.Key_Return)
    assert page.total.edit.hasFocus()
    write("12")
    keys(Qt.Key.Key_Return)
    until(lambda: window.page is not None and window.page.name == "roster")
    assert window.messages.sentence == "La feuille est saisie\u00a0: 12 présences."
    noted = modes(in_lane, workshop_id)
    assert noted["Gisèle Ravary"] == noted["Raymond Caillaud"] == ("present", "paper")
    assert len(noted) == 12


def test_a_number_is_nobodys_name(
    window: MainWindow, page: Any, keys: Callable[..., None], write: Callable[[str], None]
) -> None:
    keys(*[Qt.Key.Key_Return] * 10)
    write("ANG1:7Q2KM4XR9R")
    keys(Qt.Key.Key_Return)
    until(lambda: page.names.hint.text() == "Rien de tel ici.")
    keys(Qt.Key.Key_Return)
    assert window.page is page
    assert page.names.buttons() == []


def test_another_name_on_a_line(
    window: MainWindow,
    page: Any,
    keys: Callable[..., None],
    write: Callable[[str], None],
    in_lane: InLane,
    workshop_id: str,
) -> None:
    other = in_lane(make_workshop, title="Avant", date="2026-11-18")
    in_lane(people.add_to_workshop, other, PersonForm(first_name="Raymond", last_name="Caillaud"))
    keys(Qt.Key.Key_Down, Qt.Key.Key_N)
    assert page.names.label.text() == "Un autre nom à la ligne 2"
    press(window, Qt.Key.Key_Escape)
    assert page.list.hasFocus(), "the printed name stays"
    assert page.list.number == 2
    keys(Qt.Key.Key_N)
    write("raymond")
    keys(Qt.Key.Key_Return)
    until(lambda: page.body.count.text() == "1 présence saisie")
    assert page.model.item(1).name == "Raymond Caillaud"
    assert "à la place de" in page.model.item(1).words
    assert page.list.number == 3


def test_a_total_that_does_not_match_is_said_and_nothing_is_lost(
    window: MainWindow,
    page: Any,
    keys: Callable[..., None],
    write: Callable[[str], None],
) -> None:
    keys(*[Qt.Key.Key_Return] * 9, Qt.Key.Key_Delete, Qt.Key.Key_Return)
    assert page.total.edit.hasFocus()
    write("dix")
    keys(Qt.Key.Key_Return)
    assert page.total.sentence.text() == "Écrivez un nombre, par exemple 8."
    page.total.edit.selectAll()
    write("10")
    keys(Qt.Key.Key_Return)
    assert window.page is page
    assert page.total.sentence.text() == (
        "La feuille dit 10, et 9 lignes ont une présence. Vérifiez, ou Entrée encore une fois."
    )
    assert page.total.edit.hasFocus()
    assert page.total.text() == "10"
    keys(Qt.Key.Key_Return)
    until(lambda: window.page is not None and window.page.name == "roster")


def test_a_line_signed_on_the_screen_cannot_be_absent(
    qtbot: QtBot, window: MainWindow, workshop_id: str, in_lane: InLane
) -> None:
    first = in_lane(closing.sheet, workshop_id).lines[0].attendance_id
    in_lane(signing.sign, workshop_id, first, SQUARE, 100.0, 50.0)
    window.navigate("paper", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    assert page.list.number == 2, "it begins with the first line to type"
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert window.messages.sentence.startswith("Cette personne a émargé pendant l’atelier.")
    assert marks(page)[1] == "SIGNED"
    assert page.list.number == 1


def test_a_signed_line_is_taken_away_by_two_keys(
    window: MainWindow, page: Any, keys: Callable[..., None]
) -> None:
    keys(Qt.Key.Key_Return)
    keys(Qt.Key.Key_Up, Qt.Key.Key_Delete)
    assert marks(page)[1] == "SIGNED"
    assert "Suppr encore une fois" in window.messages.sentence
    keys(Qt.Key.Key_Delete)
    assert marks(page)[1] == "ABSENT"


def test_keys_faster_than_the_disk_are_written_in_their_order(
    page: Any, keys: Callable[..., None], in_lane: InLane, workshop_id: str
) -> None:
    keys(Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Delete, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert marks(page)[1] == "SIGNED"
    assert [state for state, _ in modes(in_lane, workshop_id).values()].count("present") == 1


def test_undo_takes_lines_back_one_by_one(
    qtbot: QtBot, window: MainWindow, page: Any, keys: Callable[..., None]
) -> None:
    keys(Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_Return)
    for left in ({1: "SIGNED", 2: "ABSENT"}, {1: "SIGNED"}, {}):
        press(window, Qt.Key.Key_Z, control=True)
        settle(qtbot, window)
        assert {n: m for n, m in marks(page).items() if m != "TO_TYPE"} == left
    press(window, Qt.Key.Key_Z, control=True)
    settle(qtbot, window)
    for again in ({1: "SIGNED"}, {1: "SIGNED", 2: "ABSENT"}):
        press(window, Qt.Key.Key_Y, control=True)
        settle(qtbot, window)
        assert {n: m for n, m in marks(page).items() if m != "TO_TYPE"} == again


def test_what_is_typed_comes_back(
    qtbot: QtBot,
    window: MainWindow,
    page: Any,
    keys: Callable[..., None],
    write: Callable[[str], None],
) -> None:
    keys(Qt.Key.Key_Return, Qt.Key.Key_Delete)
    page.total.edit.setFocus()
    write("7")
    window.navigate("today")
    settle(qtbot, window)
    page.typing.begin("")  # as a new window begins
    restored = Restored(window)
    settle(qtbot, window)
    assert window.messages.sentence == (
        "Une feuille papier n’est pas toute saisie. Rien n’est perdu."
    )
    click(window.messages.action)
    settle(qtbot, window)
    assert window.page is page
    restored.deleteLater()
    assert page.body.restored.isVisible()
    assert marks(page)[1] == "SIGNED"
    assert marks(page)[2] == "ABSENT"
    assert page.total.text() == "7"
    assert page.list.number == 3


def test_an_ended_sheet_leads_to_its_correction(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str
) -> None:
    row = in_lane(attendance.roster, workshop_id).rows[0]
    in_lane(attendance.toggle, workshop_id, row.attendance_id)
    in_lane(closing.close, workshop_id, SQUARE, 100.0, 50.0)
    window.navigate("paper", workshop_id=workshop_id)
    settle(qtbot, window)
    found: Any = window.page
    assert found.name == "closing"
    assert found.amend_button.isVisible()
    assert window.messages.sentence == "Cette feuille est terminée. Ce qui manque s’y corrige."


def test_a_screen_reader_hears_each_line(page: Any, keys: Callable[..., None]) -> None:
    keys(Qt.Key.Key_Return)
    view = QAccessible.queryAccessibleInterface(page.list)
    assert view.text(QAccessible.Text.Name) == "Les lignes de la feuille"
    line = view.child(0)
    assert line.text(QAccessible.Text.Name).startswith("Ligne 1, ")
    assert line.text(QAccessible.Text.Name).endswith("a signé sur papier")


# --- the way in ----------------------------------------------------------------------------------


@pytest.fixture
def code_page(qtbot: QtBot, window: MainWindow, workshop_id: str) -> Any:
    settle(qtbot, window)
    today: Any = window.page
    click(today.paper)
    settle(qtbot, window)
    return window.page


def test_the_code_opens_the_sheet(
    qtbot: QtBot, window: MainWindow, code_page: Any, in_lane: InLane, workshop_id: str
) -> None:
    code = in_lane(closing.sheet, workshop_id).workshop.code
    assert code_page.code.edit.hasFocus()
    type_text(code_page.code.edit, f"ANGF:{code}")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "paper"
    assert page.list.hasFocus()


@pytest.mark.parametrize("where", ["today", "roster", "note", "paper_code"])
def test_a_reader_opens_the_sheet_wherever_the_focus_is(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str, where: str
) -> None:
    code = in_lane(closing.sheet, workshop_id).workshop.code
    args = {} if where in ("today", "paper_code") else {"workshop_id": workshop_id}
    window.navigate(where, **args)
    settle(qtbot, window)
    reader = Hand(window)
    reader.read(scrambled(f"ANGF:{code}"))
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "paper"
    assert marks(page)[1] == "TO_TYPE", "its Enter is no key of the first line"
    reader.read(f"ANGF:{code}")
    settle(qtbot, window)
    assert window.page is page


def test_a_name_that_begins_as_a_seal_does_is_a_name(
    qtbot: QtBot, window: MainWindow, workshop_id: str
) -> None:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    dictated = Hand(window)
    dictated.read("Ange", end=None)
    until(lambda: page.head.search.text() == "Ange")
    settle(qtbot, window)
    assert window.page is page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Cette case est vide."),
        ("7Q2KM4XR9X", "Ce code n’est pas juste."),
        ("7Q2KM4XR9R", "Aucun atelier de cet ordinateur n’a cette feuille."),
    ],
)
def test_a_code_that_leads_nowhere_is_said_at_its_field(
    qtbot: QtBot, window: MainWindow, code_page: Any, typed: str, sentence: str
) -> None:
    type_text(code_page.code.edit, typed)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.page is code_page
    assert code_page.code.sentence.text().startswith(sentence)
    assert code_page.code.text() == typed
    assert code_page.code.edit.hasFocus()


def test_a_printed_sheet_stands_in_a_faire_and_in_the_list(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str, clock: Any
) -> None:
    in_lane(paper_numbers.printed, workshop_id, in_lane(closing.sheet, workshop_id).lines)
    clock.at += 3 * 3_600_000
    window.navigate("today")
    settle(qtbot, window)
    today: Any = window.page
    from angrilien.ui.widgets import Button

    [button] = [b for b in today.findChildren(Button) if b.text() == "Saisir"]
    assert "papier à saisir" in button.accessibleDescription()
    click(button)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "paper"
    window.navigate("paper_code")
    settle(qtbot, window)
    page: Any = window.page
    assert page.waiting.isVisible()


def test_an_ended_sheets_code_leads_to_its_correction(
    qtbot: QtBot, window: MainWindow, code_page: Any, in_lane: InLane, workshop_id: str
) -> None:
    row = in_lane(attendance.roster, workshop_id).rows[0]
    in_lane(attendance.toggle, workshop_id, row.attendance_id)
    ended = in_lane(closing.close, workshop_id, SQUARE, 100.0, 50.0)
    type_text(code_page.code.edit, f"ANGF:{ended.workshop.code}")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "closing"
    assert page.amend_button.isVisible()


def test_a_photo_is_joined_to_an_ended_sheet_too(
    qtbot: QtBot,
    window: MainWindow,
    in_lane: InLane,
    workshop_id: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    row = in_lane(attendance.roster, workshop_id).rows[0]
    in_lane(attendance.toggle, workshop_id, row.attendance_id)
    in_lane(closing.close, workshop_id, SQUARE, 100.0, 50.0)
    file = tmp_path / "feuille.png"
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    assert image.save(str(file))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(file)], ""))
    window.navigate("closing", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    click(page.photo_button)
    until(lambda: page.photo_words.text() == "1 photo jointe. Elle partira en dernier.")
    assert in_lane(photos.count, workshop_id) == 1


def test_a_blank_sheet_is_printed_and_a_workshop_entered_afterwards_is_typed(
    qtbot: QtBot,
    window: MainWindow,
    code_page: Any,
    in_lane: InLane,
    keys: Callable[..., None],
    write: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The laptop was broken: the sheet on paper is all there is."""
    file = tmp_path / "vierge.pdf"
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.defaultButton().click())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    click(code_page.blank)
    settle(qtbot, window)
    assert file.read_bytes().startswith(b"%PDF")
    click(code_page.afterwards)
    settle(qtbot, window)
    form: Any = window.page
    assert form.name == "workshop_form"
    form.fields.title_field.set_text("Ordinateur en panne")
    form.fields.themes_field.button("programme_messagerie").click()
    form.fields.date_field.set_text("20/11/2026")
    click(form.create_button)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "paper"
    assert page.names.edit.hasFocus(), "all its lines are free"
    assert page.names.label.text() == "Ligne libre n°\u00a01"
    assert "saisi après coup" in page.body.head.findChildren(QLabel)[1].text()
    write("Lucette")
    keys(Qt.Key.Key_Return)
    until(lambda: window.page is not None and window.page.name == "person_form")
    keys(Qt.Key.Key_Return)
    until(lambda: window.page is page)
    keys()
    assert page.body.count.text() == "1 présence saisie"


def test_what_is_printed_keeps_its_numbers_and_is_offered_after_its_hour(
    qtbot: QtBot,
    window: MainWindow,
    in_lane: InLane,
    workshop_id: str,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "feuille.pdf"
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.defaultButton().click())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    roster: Any = window.page
    before = [(n.number, n.last_name) for n in in_lane(closing.sheet, workshop_id).lines]
    click(roster.bar.print)
    settle(qtbot, window)
    assert file.is_file()
    assert not roster.body.paper.isVisible(), "its hour has not passed"
    person = PersonForm(first_name="Anne", last_name="Arnaud")
    in_lane(people.add_to_workshop, workshop_id, person)
    after = [(n.number, n.last_name) for n in in_lane(closing.sheet, workshop_id).lines]
    assert after == [*before, (11, "Arnaud")]
    clock.at += 3 * 3_600_000
    window.navigate("today")
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    click(roster.body.type_paper)
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "paper"
    assert [b.text() for b in page.names.buttons()] == ["Anne Arnaud"], "she may be on line 11"


def test_terminer_latelier_leads_to_the_paper(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, workshop_id: str
) -> None:
    row = in_lane(attendance.roster, workshop_id).rows[0]
    in_lane(attendance.toggle, workshop_id, row.attendance_id)
    window.navigate("closing", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    click(page.type_paper)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "paper"


# --- for every hand and ear ----------------------------------------------------------------------


def test_letters_targets_names_and_tab_order(qtbot: QtBot, window: MainWindow, page: Any) -> None:
    buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
    labels = [n for n in window.findChildren(QLabel) if n.isVisible() and n.buddy() is not None]
    marked = [re.sub("&&", "", part.text()).split("&") for part in (*buttons, *labels)]
    letters = Counter(parts[1][0].lower() for parts in marked if len(parts) > 1)
    assert [letter for letter, count in letters.items() if count > 1] == []
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.height() >= 48
            assert button.accessibleName()
    assert page.list.visualRect(page.model.index(0)).height() >= 48
    page.list.setFocus()
    ring = []
    for _ in range(10):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        ring.append(window.focusWidget())
    wanted = [page.names.edit, page.total.edit, page.body.photo_button, page.body.back_button]
    assert [one for one in ring if one in wanted] == wanted


@pytest.mark.parametrize("percent", [100, 160])
def test_at_the_smallest_window_the_line_and_every_button_are_reached(
    qtbot: QtBot, window: MainWindow, page: Any, percent: int, looks: QApplication
) -> None:
    theme.apply(looks, text_percent=percent)
    window.resize(900, 520)
    settle(qtbot, window)
    page.list.go_to(9)
    settle(qtbot, window)
    line = page.list.visualRect(page.list.currentIndex())
    top = page.list.viewport().mapTo(window, line.topLeft()).y()
    assert top >= 0
    assert top + line.height() <= window.height(), "the line is whole in sight"
    for button in (page.body.back_button, page.body.finish, page.body.photo_button):
        page.body.area.ensureWidgetVisible(button)
        settle(qtbot, window)
        place = button.mapTo(window, button.rect().center())
        assert window.rect().contains(place)
        assert button.width() >= button.sizeHint().width(), "no word is cut"
