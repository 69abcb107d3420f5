"""A key typed in the search of 25,000 people, and a card: how soon painted, how soon answered.

The real window and a real notebook. The person types "Lefèvre Od" again and again, a letter every
tenth of a second, on the workshop's screen (D4), then in the form of a new person (D4b). What is
measured: the key until its letter is painted, beside the same key in a bare line edit; the answer
of the store; and the longest silence of the window meanwhile.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from angrilien.domain.cards import content
from angrilien.domain.codes import code_of
from angrilien.domain.entities import Participant
from angrilien.services import attendance
from angrilien.services import people as services
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.settings import Settings
from angrilien.store import people
from angrilien.ui import icons, theme
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.wire.ids import new_id
from helpers.bench import Heartbeat, Times, say
from helpers.laptops import FIRST_NAMES
from helpers.notebooks import add_people, make_notebook, make_programme, make_workshop
from helpers.readers import Hand, scrambled

pytestmark = pytest.mark.long

PEOPLE = 25_000
TYPED = "lefevre od"
ROUNDS = 8
BESIDE = 12.0
"""How many times the key in a bare line edit the key in the search may take."""
CARD = 4.0
"""How many times an act on a tile a card may take, from its first key on."""
SYLLABLES = ("be", "nar", "lo", "mi", "du", "cha", "ri", "tel", "vo", "gue", "pon", "sa")


def make_people(folder: Path, programme: Any) -> tuple[Notebook, str]:
    """A notebook of 25,000 people, and a workshop to which ten are expected."""
    nb = make_notebook(folder, programme=programme)
    workshop = make_workshop(nb)
    add_people(nb, workshop, 10)
    lasts = itertools.cycle(itertools.product(SYLLABLES, repeat=4))
    somebody = [
        Participant(
            id=new_id(),
            venue_id=nb.home().id,
            first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
            last_name="".join(next(lasts)).title() if number % 100 else "Lefèbvre",
            card=code_of(number),
        )
        for number in range(PEOPLE)
    ]
    for at in range(0, PEOPLE, 1_000):
        with nb.store.act(nb.stamp()) as act:
            act.put(*somebody[at : at + 1_000])
            people.index(act.connection, somebody[at : at + 1_000])
    return nb, workshop


@pytest.fixture
def typist(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[MainWindow, Notebook, str]]:
    theme.apply(qapp)
    programme = make_programme()
    lanes = Lanes()
    notebook, workshop = lanes.store.submit(make_people, tmp_path, programme).result()
    window = MainWindow(Desk(lanes, programme, tmp_path), Settings(tmp_path))
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.open_notebook(notebook)
    window.navigate("roster", workshop_id=workshop)
    yield window, notebook, workshop
    window.close()
    window.desk.deleteLater()
    window.deleteLater()
    icons.forget()


class Painted(QObject):
    """Knows when a widget was painted last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


def until(reached: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.perf_counter() + seconds
    while not reached():
        assert time.perf_counter() < end
        QApplication.processEvents()
        time.sleep(0.0005)


def type_into(name: str, edit: QLineEdit, beat: Heartbeat | None = None) -> Times:
    """Type the name again and again; the milliseconds of each key until it is painted."""
    painted = Painted(edit)
    each: list[float] = []
    for _ in range(ROUNDS):
        for letter in TYPED:
            began = time.perf_counter()
            QTest.keyClicks(edit, letter)
            until(lambda began=began: painted.at > began)  # type: ignore[misc]
            each.append((painted.at - began) * 1000)
            pause = time.perf_counter() + 0.1
            until(lambda pause=pause: time.perf_counter() > pause)  # type: ignore[misc]
        began = time.perf_counter()
        edit.clear()
        until(lambda began=began: painted.at > began)  # type: ignore[misc]
    found = Times(name=name, each=tuple(each), work=tuple(each))
    silence = "" if beat is None else f", longest silence {beat.longest() * 1000:.0f} ms"
    say(f"{name}: p50 {found.p50:.1f} ms, p95 {found.p95:.1f} ms, most {max(each):.1f}{silence}")
    return found


def test_a_key_typed_among_25_000_people(typist: tuple[MainWindow, Notebook, str]) -> None:
    window, notebook, workshop = typist
    page: Any = window.page
    until(lambda: page.model.rowCount() >= 10 and not window.desk.is_busy)
    bare = QLineEdit()
    bare.resize(600, 52)
    bare.show()
    floor = type_into("a bare line edit", bare)
    bare.deleteLater()
    beat = Heartbeat()
    search = page.head.search
    search.setFocus()
    beat.longest()
    took = type_into("D4's search, 25,000 people", search, beat)
    for typed in ("l", "le", "lef", "lefevre od", "d"):
        began = time.perf_counter()
        window.desk.lanes.store.submit(
            services.search, notebook, typed, workshop_id=workshop
        ).result()
        say(f"search {typed!r}: answered in {(time.perf_counter() - began) * 1000:.0f} ms")
    window.navigate("person_form", workshop_id=workshop)
    until(lambda: not window.desk.is_busy)
    form: Any = window.page
    beat.longest()
    formed = type_into("D4b's name, 25,000 people", form.last_name.edit, beat)
    beat.stop()
    say(f"{took.p50 / floor.p50:.1f} and {formed.p50 / floor.p50:.1f} × a bare line edit")
    assert took.p50 <= BESIDE * floor.p50
    assert formed.p50 <= BESIDE * floor.p50


def test_a_card_read_among_25_000_people(typist: tuple[MainWindow, Notebook, str]) -> None:
    """From the Enter of the reader to the count on the screen, beside the click on a tile."""
    window, _notebook, _workshop = typist
    page: Any = window.page
    until(lambda: page.model.rowCount() >= 10 and not window.desk.is_busy)
    hand = Hand(window)
    there = 0

    def noted(begin: Callable[[], object]) -> float:
        nonlocal there
        there += 1
        began = time.perf_counter()
        begin()
        until(lambda: page.head.number.text() == str(there) and not window.desk.is_busy)
        return (time.perf_counter() - began) * 1000

    clicks = [
        noted(lambda row=row: page.act(row.attendance_id, attendance.toggle, row.attendance_id))  # type: ignore[misc]
        for row in page.roster.rows
    ]
    reads = [
        noted(lambda number=number: hand.read(scrambled(content(code_of(number)))))  # type: ignore[misc]
        for number in range(0, PEOPLE, 1_000)
    ]
    click, read = statistics.median(clicks), statistics.median(reads)
    say(f"a card read, 25,000 people: p50 {read:.1f} ms; a tile's act {click:.1f} ms")
    assert read <= CARD * click
