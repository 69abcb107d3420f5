"""How many acts each task of a workshop takes, with the mouse and with the keyboard alone.

An act is a click, or one group of keys: what is typed in one field without looking up, with the
Enter or the Tab that ends it; or one shortcut. Nothing is reached but through the window.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import PersonForm
from angrilien.domain.rows import Roster, SheetView, TodayView
from angrilien.services import attendance, calendar, people, workshops
from angrilien.services.notebook import Notebook
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.roster import RosterPage
from angrilien.ui.printing import dialog as printing
from angrilien.ui.printing import document
from angrilien.ui.printing.dialog import new_printer
from helpers.copies import Original, make_original, open_again
from helpers.notebooks import NOON, SetClock, add_people, make_workshop
from helpers.windows import click, settle, type_text, until

KEYBOARD = 1.3
"""At most so many times what the mouse takes."""

_PRESSED = 150
"""Milliseconds for which Qt shows a button pressed before it acts."""

TITLE = "Rester proche de sa famille"
THEME = "programme_messagerie"


class Hand:
    """Acts on the window as a person does, and counts."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot, self.window = qtbot, window
        self.acts: list[str] = []

    @property
    def count(self) -> int:
        return len(self.acts)

    @property
    def page(self) -> Any:
        return self.window.page

    def click(self, widget: QWidget) -> None:
        """One click in the middle of a widget that is in sight."""
        self._act("click")
        click(widget)
        self.settle()

    def tap(self, name: str) -> None:
        """One click on a person's tile."""
        self._act(f"click {name}")
        page: RosterPage = self.page
        rows = range(page.model.rowCount())
        index = next(page.model.index(i) for i in rows if page.model.index(i).data() == name)
        rect = page.view.visualRect(index)
        assert page.view.viewport().rect().contains(rect.center()), "the tile is out of sight"
        spot = QPoint(rect.left() + 80, rect.center().y())
        QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        self.settle()

    def type(self, text: str, *, end: Qt.Key | None = None) -> None:
        """One group of keys, wherever the focus is."""
        self._act(f"type {text}")
        # A person's keys are never as close to the ones before as a card reader's.
        QTest.qWait(60)
        target = self.window.focusWidget()
        assert target is not None, "the keys go nowhere"
        type_text(target, text)
        if end is not None:
            QTest.keyClick(target, end)
        self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """One key, or one shortcut."""
        self._act(f"key {key.name}")
        target = self.window.focusWidget() or self.window
        QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)
        self.settle()

    def press_in(self, dialog: QDialog, key: Qt.Key) -> None:
        """One key in a dialog."""
        self._act(f"key {key.name}")
        QTest.keyClick(dialog.focusWidget() or dialog, key)

    def choose(self, combo: QComboBox, word: str) -> None:
        """One click on a word of a list that is open."""
        self._act(f"choose {word}")
        view = combo.view()
        # A list that has just opened takes the end of the same click for nothing.
        QTest.qWait(QApplication.doubleClickInterval() + 50)
        rect = view.visualRect(combo.model().index(combo.findText(word), 0))
        QTest.mouseMove(view.viewport(), rect.center())
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
        self.settle()

    def control(self, key: Qt.Key) -> None:
        self.key(key, Qt.KeyboardModifier.ControlModifier)

    def alt(self, key: Qt.Key) -> None:
        """A letter underlined on a button, through the system's window: only there Qt heeds it."""
        self._act(f"alt {key.name}")
        QTest.keyClick(self.window.windowHandle(), key, Qt.KeyboardModifier.AltModifier)
        QTest.qWait(_PRESSED)
        self.settle()

    def settle(self) -> None:
        """Wait for what the act asked; a person who waits does nothing."""
        settle(self._qtbot, self.window)

    def wait_for(self, reached: Callable[[], object]) -> None:
        until(reached, seconds=10)
        self.settle()

    def _act(self, what: str) -> None:
        self.acts.append(what)


@pytest.fixture(scope="session")
def busy_venue(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """Ten people are expected today; Raymond Caillaud came last week and is not expected."""
    original = make_original(tmp_path_factory.mktemp("venue"))
    notebook = open_again(original.folder, original.programme)
    before = make_workshop(notebook, title="Premiers pas", date="2026-11-18")
    person = PersonForm(first_name="Raymond", last_name="Caillaud")
    people.add_to_workshop(notebook, before, person)
    add_people(notebook, make_workshop(notebook), 10)
    notebook.close()
    return original


@pytest.fixture
def notebook(busy_venue: Original, desk: Any, tmp_path: Path, clock: SetClock) -> Notebook:
    clock.at = NOON + 2 * 3_600_000 + 120_000
    desk.programme = busy_venue.programme
    folder = busy_venue.copy(tmp_path)
    made: Notebook = desk.lanes.store.submit(
        open_again, folder, busy_venue.programme, clock
    ).result(30)
    return made


@pytest.fixture
def hand(qtbot: QtBot, window: MainWindow) -> Hand:
    """A hand on the application as it starts: the notebook is open, today is in sight."""
    made = Hand(qtbot, window)
    made.settle()
    return made


@pytest.fixture
def on_list(hand: Hand) -> Hand:
    """A hand on today's list; how it came there is counted elsewhere."""
    hand.click(hand.page.cards()[0].open_button)
    assert isinstance(hand.page, RosterPage)
    hand.acts.clear()
    return hand


@pytest.fixture
def kept(in_lane: Callable[..., Any]) -> Callable[[], set[str]]:
    """Who is noted present in the file, at today's workshop."""

    def read() -> set[str]:
        view: TodayView = in_lane(workshops.today)
        roster: Roster = in_lane(attendance.roster, view.workshops[0].id)
        return {row.name for row in roster.rows if row.state == "present"}

    return read


def costs(mouse: int, keyboard: int, most: int) -> None:
    """What a task may cost."""
    assert mouse <= most
    assert keyboard <= mouse * KEYBOARD


def test_open_todays_workshop(hand: Hand) -> None:
    hand.click(hand.page.cards()[0].open_button)
    assert hand.page.name == "roster"
    mouse = hand.count
    hand.window.navigate("today")
    hand.settle()
    hand.acts.clear()
    hand.key(Qt.Key.Key_Return)
    assert hand.page.name == "roster"
    costs(mouse, hand.count, 1)


def test_an_expected_person_is_there(on_list: Hand, kept: Callable[[], set[str]]) -> None:
    on_list.tap("Odette Lefèvre")
    assert kept() == {"Odette Lefèvre"}
    mouse = on_list.count
    on_list.acts.clear()
    on_list.type("vid", end=Qt.Key.Key_Return)
    assert kept() == {"Odette Lefèvre", "Henri Vidal"}
    costs(mouse, on_list.count, 1)


def test_a_known_person_whom_nobody_expected(on_list: Hand, kept: Callable[[], set[str]]) -> None:
    on_list.type("cail")
    on_list.wait_for(lambda: "Raymond Caillaud" in names(on_list))
    on_list.tap("Raymond Caillaud")
    assert kept() == {"Raymond Caillaud"}
    mouse = on_list.count
    on_list.control(Qt.Key.Key_Z)
    assert kept() == set()
    on_list.acts.clear()
    on_list.type("caillaud", end=Qt.Key.Key_Return)
    on_list.wait_for(lambda: on_list.page.head.number.text() == "1")
    assert kept() == {"Raymond Caillaud"}
    costs(mouse, on_list.count, 2)


def test_ten_people_one_by_one(on_list: Hand, kept: Callable[[], set[str]]) -> None:
    everyone = names(on_list)
    assert len(everyone) == 10
    for name in everyone:
        on_list.tap(name)
    assert len(kept()) == 10
    mouse = on_list.count
    for _ in everyone:
        on_list.control(Qt.Key.Key_Z)
    assert kept() == set()
    on_list.acts.clear()
    for name in everyone:
        on_list.type(name.rsplit(" ", 1)[-1].lower(), end=Qt.Key.Key_Return)
    assert len(kept()) == 10
    costs(mouse, on_list.count, 10)


def test_ten_people_at_once(on_list: Hand, kept: Callable[[], set[str]]) -> None:
    on_list.click(on_list.page.head.everyone)
    assert len(kept()) == 10
    mouse = on_list.count
    on_list.control(Qt.Key.Key_Z)
    assert kept() == set()
    on_list.acts.clear()
    on_list.alt(Qt.Key.Key_T)
    assert len(kept()) == 10
    costs(mouse, on_list.count, 3)


def test_a_walk_in(on_list: Hand, kept: Callable[[], set[str]]) -> None:
    on_list.click(on_list.page.head.new_person)
    assert on_list.page.name == "person_form"
    on_list.type("Paulette", end=Qt.Key.Key_Tab)
    on_list.type("Hervé")
    on_list.click(on_list.page.save_button)
    on_list.wait_for(lambda: on_list.page.name == "roster")
    assert kept() == {"Paulette Hervé"}
    mouse = on_list.count
    on_list.acts.clear()
    on_list.type("Gisèle Ravary", end=Qt.Key.Key_Return)
    on_list.wait_for(lambda: on_list.page.name == "person_form")
    on_list.key(Qt.Key.Key_Return)
    on_list.wait_for(lambda: on_list.page.name == "roster")
    assert kept() == {"Paulette Hervé", "Gisèle Ravary"}
    costs(mouse, on_list.count, 5)


def test_create_a_workshop_of_another_day(hand: Hand, in_lane: Callable[..., Any]) -> None:
    hand.click(hand.page.new)
    hand.type(TITLE)
    hand.click(hand.page.fields.themes_field.button(THEME))
    hand.click(hand.page.fields.date_field.edit)
    hand.type("demain")
    hand.click(hand.page.create_button)
    hand.wait_for(lambda: hand.page.name == "today")
    mouse = hand.count
    hand.acts.clear()
    hand.control(Qt.Key.Key_N)
    hand.type(f"{TITLE}, suite", end=Qt.Key.Key_Tab)
    go_to_theme(hand)
    hand.alt(Qt.Key.Key_J)
    hand.type("vendredi", end=Qt.Key.Key_Return)
    hand.wait_for(lambda: hand.page.name == "today")
    coming = {row.title: (row.date, row.themes) for row in in_lane(workshops.today).next}
    assert coming[TITLE] == ("2026-11-26", (THEME,))
    assert coming[f"{TITLE}, suite"][0] == "2026-11-27"
    costs(mouse, hand.count, 6)


def test_create_a_repeated_workshop(hand: Hand, in_lane: Callable[..., Any]) -> None:
    hand.click(hand.page.new)
    hand.type(TITLE)
    hand.click(hand.page.fields.themes_field.button(THEME))
    hand.click(hand.page.fields.more)
    repeat = hand.page.fields.repeat
    hand.click(repeat.every_field.combo)
    hand.choose(repeat.every_field.combo, "Chaque semaine")
    hand.type("30 décembre")
    hand.click(hand.page.create_button)
    hand.wait_for(lambda: hand.page.name == "today")
    mouse = hand.count
    hand.acts.clear()
    hand.control(Qt.Key.Key_N)
    hand.type(f"{TITLE}, suite", end=Qt.Key.Key_Tab)
    go_to_theme(hand)
    hand.alt(Qt.Key.Key_P)
    hand.alt(Qt.Key.Key_T)
    hand.type("chaque s")
    hand.alt(Qt.Key.Key_Q)
    hand.type("30 décembre", end=Qt.Key.Key_Return)
    hand.wait_for(lambda: hand.page.name == "today")
    view = in_lane(calendar.between, "2026-11-26", "2026-12-31")
    for title in (TITLE, f"{TITLE}, suite"):
        assert len([row for row in view.workshops if row.title == title]) == 5
    costs(mouse, hand.count, 8)


def test_print_the_month(hand: Hand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "mois.pdf"
    made = document.new_printer

    def printer(pages: document.Document) -> QPrinter:
        found = made(pages)
        found.setOutputFileName(str(file))
        return found

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Imprimante"])
    monkeypatch.setattr(document, "new_printer", printer)
    hand.window.navigate("calendar")
    hand.settle()
    in_dialog(lambda dialog: hand.click(print_button(dialog)))
    hand.click(hand.page.print_button)
    hand.wait_for(file.exists)
    assert "novembre" in text_of(file)
    mouse = hand.count
    file.unlink()
    hand.window.activateWindow()
    assert QTest.qWaitForWindowActive(hand.window)
    hand.acts.clear()
    in_dialog(lambda dialog: hand.press_in(dialog, Qt.Key.Key_Return))
    hand.control(Qt.Key.Key_P)
    hand.wait_for(file.exists)
    costs(mouse, hand.count, 2)


def go_to_theme(hand: Hand) -> None:
    """The first theme with the space bar: Tab has come to it."""
    hand.key(Qt.Key.Key_Space)
    assert hand.page.fields.themes_field.chosen()


def test_print_the_sheet(on_list: Hand, a_printer: Path) -> None:
    """The real dialog, whose usual printer writes a file here."""
    in_dialog(lambda dialog: on_list.click(print_button(dialog)))
    on_list.click(on_list.page.bar.print)
    assert "Lefèvre" in text_of(a_printer)
    mouse = on_list.count
    a_printer.unlink()
    # As a system does when a dialog goes; this one has no windows.
    on_list.window.activateWindow()
    assert QTest.qWaitForWindowActive(on_list.window)
    on_list.acts.clear()
    in_dialog(lambda dialog: on_list.press_in(dialog, Qt.Key.Key_Return))
    on_list.control(Qt.Key.Key_P)
    assert "Lefèvre" in text_of(a_printer)
    costs(mouse, on_list.count, 2)


def test_type_a_paper_sheet_of_ten_lines(
    hand: Hand, in_lane: Callable[..., Any], kept: Callable[[], set[str]]
) -> None:
    """With the keyboard alone: nine signed, one did not come; the paper says 9."""
    workshop_id = in_lane(workshops.today).workshops[0].id
    hand.window.navigate("paper", workshop_id=workshop_id)
    hand.settle()
    for number in range(1, 11):
        hand.key(Qt.Key.Key_Delete if number == 4 else Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Return)
    hand.type("9", end=Qt.Key.Key_Return)
    hand.wait_for(lambda: hand.page.name == "roster")
    assert len(kept()) == 9
    assert hand.count <= 12


def test_a_paper_sheet_with_somebody_on_a_free_line(
    hand: Hand, kept: Callable[[], set[str]]
) -> None:
    """From today's screen, by the sheet's code as a reader types it."""
    hand.click(hand.page.cards()[0].open_button)
    code = hand.page._roster.workshop.code
    hand.key(Qt.Key.Key_Escape)
    hand.acts.clear()
    hand.alt(Qt.Key.Key_F)
    hand.type(f"ANGF:{code}", end=Qt.Key.Key_Return)
    hand.wait_for(lambda: hand.page.name == "paper")
    assert hand.count == 2, "to open it"
    hand.acts.clear()
    for _ in range(10):
        hand.key(Qt.Key.Key_Return)
    hand.type("cail", end=Qt.Key.Key_Return)
    hand.wait_for(lambda: hand.page.body.count.text() == "11 présences saisies")
    hand.key(Qt.Key.Key_Return)
    hand.type("11", end=Qt.Key.Key_Return)
    hand.wait_for(lambda: hand.page.name == "roster")
    assert "Raymond Caillaud" in kept()
    assert hand.count <= 13, "a line more than ten"


def in_dialog(do: Callable[[QDialog], None]) -> None:
    """Do something in the dialog that comes next."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            do(dialog)
        else:
            QTimer.singleShot(50, look)

    QTimer.singleShot(0, look)


def print_button(dialog: QDialog) -> QPushButton:
    """The dialog's default button."""
    [button] = [b for b in dialog.findChildren(QPushButton) if b.isDefault()]
    return button


def text_of(file: Path) -> str:
    read = pypdfium2.PdfDocument(file)
    text: str = read[0].get_textpage().get_text_bounded()
    read.close()
    return text


@pytest.fixture
def a_printer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer with a printer: its paper is a file."""
    file = tmp_path / "papier.pdf"
    made = new_printer

    def printer(view: SheetView) -> QPrinter:
        found = made(view)
        found.setOutputFileName(str(file))
        return found

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Imprimante"])
    monkeypatch.setattr(printing, "new_printer", printer)
    return file


def names(hand: Hand) -> list[str]:
    model = hand.page.model
    tiles = [model.tile(i) for i in range(model.rowCount())]
    return [tile.name for tile in tiles if tile.key != "new"]
