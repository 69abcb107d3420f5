"""The locked screen over a real window and notebook; the clock and the system are the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from angrilien.services import attendance, code_secret, notes, workshops
from angrilien.services.notebook import Notebook
from angrilien.ui.guard import Guard
from angrilien.ui.main_window import MainWindow
from angrilien.ui.session_watch import SessionWatch
from helpers.notebooks import CODE_SECRET, make_workshop
from helpers.windows import click, press, settle, until, write

MINUTE = 60.0


class System(SessionWatch):
    """A system that the test plays, and what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.held = True

    def hold_sleep(self) -> None:
        self.held = True

    def let_sleep(self) -> None:
        self.held = False


class Steady:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def system() -> Iterator[System]:
    made = System()
    yield made
    made.deleteLater()


@pytest.fixture
def guard(qtbot: QtBot, window: MainWindow, steady: Steady, system: System) -> Guard:
    """The window's guard, on the clock and the system of the test."""
    assert window.guard is not None
    window.guard.close()
    window.guard.policy.touched()
    window.page_shown.disconnect(window.guard._on_page_shown)
    made = Guard(window, steady=steady, session=system)
    window._guard = made
    settle(qtbot, window)
    return made


def idle(guard: Guard, steady: Steady, seconds: float) -> None:
    """Let time pass with the beats that look at it."""
    while seconds > 0:
        steady.at += min(30.0, seconds)
        seconds -= 30.0
        guard.look()


def dial(window: MainWindow, code: str) -> None:
    for digit in code:
        QTest.keyClick(window.windowHandle(), digit)
    QApplication.processEvents()


def words_in_sight(window: QWidget) -> str:
    """All that eyes or a screen reader get."""
    said = [window.windowTitle()]
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
            if isinstance(widget, QLabel):
                said.append(widget.text())
            elif hasattr(widget, "text"):
                said.append(str(widget.text()))
    return " ".join(said)


def test_the_code_on_the_keyboard_gives_the_screen_back_as_it_was(
    qtbot: QtBot, window: MainWindow, guard: Guard, steady: Steady
) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    page: Any = window.page
    write(page.fields.title_field.edit, "Un titre commencé")
    focused = window.focusWidget()
    title = window.windowTitle()
    idle(guard, steady, 5 * MINUTE)
    settle(qtbot, window)
    assert guard.screen.isVisible()
    assert not page.isVisible()
    assert window.windowTitle() == "Angrilien"
    assert "Bonjour Claire" in words_in_sight(window)
    dial(window, CODE_SECRET)
    settle(qtbot, window)
    assert window.page is page
    assert page.isVisible()
    assert page.fields.title_field.text() == "Un titre commencé"
    assert window.focusWidget() is focused
    assert window.windowTitle() == title


def test_keys_of_a_french_keyboard_without_shift_and_the_mouse_type_it_too(
    qtbot: QtBot, window: MainWindow, guard: Guard
) -> None:
    for typed in (None, "ç\"è'à-"):
        guard.lock()
        QApplication.processEvents()
        if typed is None:
            for digit in CODE_SECRET:
                click(guard.screen.keypad.keys[digit])
        else:
            for letter in typed:
                QTest.sendKeyEvent(  # type: ignore[attr-defined]
                    QTest.KeyAction.Click, guard.screen.keypad, Qt.Key.Key_unknown, letter,
                    Qt.KeyboardModifier.NoModifier,
                )  # fmt: skip
        settle(qtbot, window)
        assert not guard.screen.isVisible()


def test_a_wrong_digit_is_taken_back(qtbot: QtBot, window: MainWindow, guard: Guard) -> None:
    guard.lock()
    dial(window, "93")
    dial(window, "1")
    assert "3 chiffres sur 6" in words_in_sight(window)
    click(guard.screen.keypad.erase)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backspace)
    dial(window, CODE_SECRET[1:])
    settle(qtbot, window)
    assert not guard.screen.isVisible()


def test_nothing_of_what_is_behind_can_be_seen_heard_or_reached(
    qtbot: QtBot, window: MainWindow, guard: Guard, workshop_id: str, in_lane: Callable[..., Any]
) -> None:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    names = {row.name for row in in_lane(attendance.roster, workshop_id).rows}
    guard.lock()
    settle(qtbot, window)
    said = words_in_sight(window)
    assert not [name for name in names if name.split()[0] in said]
    tree = QAccessible.queryAccessibleInterface(window)
    assert "Protéger" not in " ".join(
        tree.child(i).text(QAccessible.Text.Name) for i in range(tree.childCount())
    )
    before = window.page
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F5, Qt.Key.Key_Escape):
        press(window, key)
    press(window, Qt.Key.Key_N, control=True)
    assert window.page is before
    assert guard.screen.isVisible()
    image = window.grab().toImage()
    window.navigate("today")  # what comes late from the lane may still turn the page behind
    settle(qtbot, window)
    assert window.windowTitle() == "Angrilien"
    assert window.grab().toImage() == image


def test_tries_are_told_and_the_fifth_closes_the_notebook(
    qtbot: QtBot, window: MainWindow, guard: Guard
) -> None:
    ended: list[bool] = []
    window.ended.connect(lambda: ended.append(True))
    guard.lock()
    for left in ("4 essais", "3 essais", "2 essais", "un essai"):
        dial(window, "000000")
        settle(qtbot, window)
        assert "Ce n’est pas le bon code." in guard.screen.told.text()
        assert left in guard.screen.told.text()
        assert not ended
    dial(window, "000000")
    until(lambda: ended)
    assert window.desk.is_closed
    assert not window.isVisible()


def test_a_draft_is_in_the_file_before_the_screen_is_hidden(
    qtbot: QtBot, window: MainWindow, guard: Guard, workshop_id: str, in_lane: Callable[..., Any]
) -> None:
    in_lane(workshops.open_workshop, workshop_id)
    window.navigate("note", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    write(page.boxes["done"].edit, "Deux personnes ont envoyé une photo.")
    guard.lock()
    settle(qtbot, window)
    assert in_lane(notes.read, workshop_id).done == "Deux personnes ont envoyé une photo."
    dial(window, CODE_SECRET)
    settle(qtbot, window)
    write(page.boxes["hard"].edit, "Le mot de passe")
    guard.end()
    assert window.desk.is_closed


def test_lists_and_dialogs_are_closed(qtbot: QtBot, window: MainWindow, guard: Guard) -> None:
    menu = QMenu(window)
    menu.addAction("Odette Lefèvre")
    menu.popup(window.mapToGlobal(window.rect().center()))
    dialog = QDialog(window)
    dialog.show()
    guard.lock()
    assert not menu.isVisible()
    assert not dialog.isVisible()
    assert guard.screen.isVisible()


def test_a_gesture_puts_the_lock_off_and_counts_for_nothing_behind_it(
    qtbot: QtBot, window: MainWindow, guard: Guard, steady: Steady
) -> None:
    ended: list[bool] = []
    window.ended.connect(lambda: ended.append(True))
    for way in (
        lambda: QTest.mouseMove(window.windowHandle()),
        lambda: QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift),
        lambda: QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton),
    ):
        idle(guard, steady, 4 * MINUTE)
        way()
        QApplication.processEvents()
        assert not guard.policy.is_covered
    idle(guard, steady, 5 * MINUTE)
    assert guard.policy.is_covered
    for _ in range(24):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
        idle(guard, steady, MINUTE)
    assert not ended
    idle(guard, steady, MINUTE)
    assert ended


def test_in_an_opened_workshop_half_an_hour_keeps_the_key(
    qtbot: QtBot,
    window: MainWindow,
    guard: Guard,
    steady: Steady,
    workshop_id: str,
    in_lane: Callable[..., Any],
) -> None:
    in_lane(workshops.open_workshop, workshop_id)
    window.desk.changed.workshops_changed.emit()
    settle(qtbot, window)
    idle(guard, steady, 40 * MINUTE)
    assert guard.policy.is_covered
    assert not window.desk.is_closed


def test_who_signs_is_not_interrupted_and_the_code_comes_before_the_list(
    qtbot: QtBot,
    window: MainWindow,
    guard: Guard,
    steady: Steady,
    workshop_id: str,
    in_lane: Callable[..., Any],
) -> None:
    in_lane(workshops.open_workshop, workshop_id)
    rows = in_lane(attendance.roster, workshop_id).rows
    window.desk.changed.workshops_changed.emit()
    window.navigate("signing", workshop_id=workshop_id, attendance_ids=(rows[0].attendance_id,))
    settle(qtbot, window)
    idle(guard, steady, 6 * MINUTE)
    guard.lock()
    page: Any = window.page
    assert page.name == "signing"
    assert page.isVisible(), "nothing covers the frame"
    page._on_paper()
    settle(qtbot, window)
    until(lambda: not page._rest.isActive())
    painted: list[str] = []
    window.page_shown.connect(lambda name: painted.append(f"{name} {guard.screen.isVisible()}"))
    page._on_hand_over()
    assert painted == ["roster True"], "covered before the list is ever painted"
    settle(qtbot, window)
    assert not [row for row in rows if row.name.split()[0] in words_in_sight(window)]
    dial(window, CODE_SECRET)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    assert window.page.isVisible()


def test_suspend_waits_for_the_drafts_and_ends_outside_a_workshop(
    window: MainWindow, guard: Guard, system: System, in_lane: Callable[..., Any]
) -> None:
    ended: list[bool] = []
    window.ended.connect(lambda: ended.append(True))
    in_lane(make_workshop)
    system.sleep_coming.emit()
    assert ended
    assert window.desk.is_closed
    assert system.held, "until the process is no more"
    assert not copies_of(window), "a copy may take longer than the system waits"


def copies_of(window: MainWindow) -> list[Path]:
    return list((window.desk.folder / "copies").glob("*.db"))


def test_the_other_ends_make_their_safety_copy(
    window: MainWindow, guard: Guard, in_lane: Callable[..., Any]
) -> None:
    in_lane(make_workshop)
    guard.end()
    assert copies_of(window)


def test_suspend_in_a_workshop_covers_and_lets_sleep_once_all_is_kept(
    qtbot: QtBot,
    window: MainWindow,
    guard: Guard,
    system: System,
    steady: Steady,
    workshop_id: str,
    in_lane: Callable[..., Any],
) -> None:
    in_lane(workshops.open_workshop, workshop_id)
    window.desk.changed.workshops_changed.emit()
    settle(qtbot, window)
    system.sleep_coming.emit()
    assert system.held
    assert guard.screen.isVisible()
    until(lambda: not system.held)
    steady.at += 10 * MINUTE
    system.woke.emit()
    assert system.held, "for the next time"
    assert not window.desk.is_closed
    system.sleep_coming.emit()
    steady.at += 16 * MINUTE
    system.woke.emit()
    assert window.desk.is_closed


def test_another_session_locks(window: MainWindow, guard: Guard, system: System) -> None:
    system.left.emit()
    assert guard.screen.isVisible()


def test_the_phrase_in_the_place_of_the_code_closes_the_notebook(
    window: MainWindow, guard: Guard
) -> None:
    guard.lock()
    click(guard.screen.phrase)
    assert window.desk.is_closed


def test_a_notebook_without_a_code_asks_for_one_first(
    qtbot: QtBot, closed_window: MainWindow, notebook: Notebook
) -> None:
    def forget(nb: Notebook) -> None:
        with nb.store.write() as connection:
            connection.exec_driver_sql("DELETE FROM code_secret")

    closed_window.desk.lanes.store.submit(forget, notebook).result(30)
    closed_window.open_notebook(notebook)
    settle(qtbot, closed_window)
    page: Any = closed_window.page
    assert page.name == "code_secret"
    press(closed_window, Qt.Key.Key_Escape)
    assert closed_window.page is page
    write(page.fields.code.edit, "581903")
    write(page.fields.again.edit, "581904")
    click(page.keep_button)
    assert page.fields.again.has_problem
    write(page.fields.again.edit, "581903")
    click(page.keep_button)
    settle(qtbot, closed_window)
    assert closed_window.page is not None
    assert closed_window.page.name == "today"
    check = closed_window.desk.lanes.store.submit(code_secret.check, notebook, "581903")
    assert check.result(30)
    assert closed_window.guard is not None
    assert closed_window.guard.policy.has_code
