"""The window in a process of its own: somebody types in it until the process is killed.

Arguments: the data folder, the programme's file, what is typed in, the workshop's id. It prints
each letter once it is typed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from angrilien.services import attendance
from angrilien.services.lanes import Lanes
from angrilien.settings import Settings
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.vault.programme import load_programme
from helpers.copies import open_again
from helpers.notebooks import NOON, SetClock
from helpers.windows import type_text

TWO = NOON + 2 * 3_600_000 + 120_000
LETTERS = "Ce que l’on écrit pendant longtemps sans s’arrêter ne se perd pas non plus. "
EACH_MILLISECONDS = 40


def wait(window: MainWindow) -> None:
    QTest.qWait(50)
    while window.desk.is_busy:
        QTest.qWait(10)


def field(window: MainWindow, kind: str, workshop_id: str) -> QWidget:
    """Go where it is typed, as a person does."""
    page: Any
    if kind == "workshop_form":
        window.navigate(kind)
        wait(window)
        page = window.page
        return page.fields.title_field.edit
    window.navigate("roster", workshop_id=workshop_id)
    wait(window)
    page = window.page
    if kind == "search":
        return page.head.search
    window.navigate(kind, workshop_id=workshop_id)
    wait(window)
    page = window.page
    return page.first_name.edit if kind == "person_form" else page.boxes["done"].edit


def type_on(window: MainWindow, widget: QWidget) -> None:
    typed = ""

    def more() -> None:
        nonlocal typed
        letter = LETTERS[len(typed) % len(LETTERS)]
        type_text(widget, letter)
        typed += letter
        print(typed, flush=True)

    timer = QTimer(window)
    timer.timeout.connect(more)
    timer.start(EACH_MILLISECONDS)


def sign_half(window: MainWindow, workshop_id: str) -> None:
    roster = window.desk.lanes.store.submit(
        attendance.everyone_present, window.desk.notebook, workshop_id
    ).result(20)
    ids = tuple(row.attendance_id for row in roster.rows)
    window.navigate("signing", workshop_id=workshop_id, attendance_ids=ids)
    wait(window)
    page: Any = window.page
    for left in (100, 240):
        QTest.mousePress(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(left, 100))
        QTest.mouseMove(page.pad, QPoint(left + 90, 160))
        QTest.mouseRelease(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(left + 90, 160))
    wait(window)
    print("half signed", flush=True)


def main(folder: Path, programme: Path, kind: str, workshop_id: str) -> None:
    app = QApplication([])
    desk = Desk(Lanes(), load_programme(programme), folder, clock=SetClock(TWO))
    window = MainWindow(desk, Settings(folder.parent))
    window.resize(1366, 768)
    window.show()
    notebook = desk.lanes.store.submit(open_again, folder, desk.programme, desk.clock).result(30)
    window.open_notebook(notebook)
    wait(window)
    if kind == "signing":
        sign_half(window, workshop_id)
    else:
        type_on(window, field(window, kind, workshop_id))
    app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
