"""What is asked of the store lane comes back in the window’s thread, to those still there."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QObject, QTimeZone, Slot
from pytestqt.qtbot import QtBot

from angrilien.errors import BugError, KnownError, TooLong
from angrilien.services import leaving
from angrilien.services.lanes import Lanes
from angrilien.ui.desk import Desk


class Book:
    """What the lane is given in the place of a notebook."""

    def __init__(self) -> None:
        self.closed_in = ""

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


class Screen(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []

    def take(self, result: object) -> None:
        self.got.append((result, threading.current_thread() is threading.main_thread()))

    def take_for(self, name: str, result: object, *, mark: str = "") -> None:
        self.got.append((name, result, mark))

    @Slot(object)
    def on_problem(self, error: KnownError) -> None:
        self.got.append(error.text())


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, book: Book) -> Iterator[Desk]:
    made = Desk(Lanes(), None, tmp_path)
    made.attach(book)
    yield made
    made.close()
    made.deleteLater()


def test_the_work_is_done_in_the_lane_and_the_result_comes_to_the_window(
    desk: Desk, book: Book, qtbot: QtBot
) -> None:
    screen = Screen()
    seen: list[object] = []

    def read(notebook: object, number: int) -> int:
        seen.append((notebook, threading.current_thread() is threading.main_thread()))
        return number * 2

    desk.ask(read, 21, then=screen.take)
    assert desk.is_busy
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert seen == [(book, False)]
    assert screen.got == [(42, True)]


def test_results_come_in_the_order_of_the_questions(desk: Desk, qtbot: QtBot) -> None:
    screen = Screen()
    for number in range(50):
        desk.ask(lambda _nb, n: n, number, then=functools.partial(screen.take_for, "n", mark="m"))
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert screen.got == [("n", number, "m") for number in range(50)]


def _refuse(_notebook: object) -> None:
    raise TooLong("title", limit=150)


def test_what_cannot_be_done_is_told_to_who_asked(desk: Desk, qtbot: QtBot) -> None:
    errors: list[KnownError] = []

    class Asking(Screen):
        def refused(self, error: KnownError) -> None:
            errors.append(error)

    asking = Asking()
    desk.ask(_refuse, failed=asking.refused)
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert [type(error) for error in errors] == [TooLong]


def test_without_who_asked_the_sentence_goes_to_the_message_bar(desk: Desk, qtbot: QtBot) -> None:
    screen = Screen()
    desk.problem_met.connect(screen.on_problem)
    desk.ask(_refuse)
    qtbot.waitUntil(lambda: bool(screen.got))
    assert screen.got == ["C’est trop long\u00a0: 150 caractères au plus."]


def test_our_own_mistake_is_logged_and_the_lane_goes_on(
    desk: Desk, qtbot: QtBot, expect_log: object
) -> None:
    screen = Screen()
    desk.problem_met.connect(screen.on_problem)

    def break_down(_notebook: object) -> None:
        raise RuntimeError("Odette Lefèvre")

    with expect_log("angrilien.ui.desk"):  # type: ignore[operator]
        desk.ask(break_down)
        qtbot.waitUntil(lambda: bool(screen.got))
    assert screen.got == [KnownError().text()]
    desk.ask(lambda _nb: 1, then=screen.take)
    qtbot.waitUntil(lambda: len(screen.got) == 2)


def test_a_screen_that_is_gone_is_told_nothing(desk: Desk, qtbot: QtBot) -> None:
    gate, screen = threading.Event(), Screen()
    got = screen.got
    shown: list[str] = []
    desk.problem_met.connect(shown.append)
    desk.ask(lambda _nb: gate.wait(5), then=screen.take)
    del screen
    gate.set()
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert got == []
    assert shown == []


def test_only_a_method_of_a_qobject_gets_a_result(desk: Desk) -> None:
    with pytest.raises(BugError):
        desk.ask(lambda _nb: 1, then=print)


def test_a_notebook_is_used_only_once_it_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    closed = Desk(Lanes(), None, tmp_path)
    with pytest.raises(BugError):
        closed.ask(lambda _nb: 1)
    assert not closed.is_open
    closed.close()
    closed.deleteLater()


def test_closing_finishes_what_was_asked_then_closes_the_notebook_in_its_lane(
    qtbot: QtBot, tmp_path: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "leave", lambda notebook, **_: notebook.close())
    desk, screen = Desk(Lanes(), None, tmp_path), Screen()
    desk.attach(book)
    done: list[int] = []
    for number in range(5):
        desk.ask(lambda _nb, n: done.append(n), number, then=screen.take)
    desk.close()
    assert done == [0, 1, 2, 3, 4]
    assert book.closed_in.startswith("angrilien-store")
    qtbot.wait(20)
    assert screen.got == []
    desk.close()
    desk.ask(lambda _nb, n: done.append(n), 5, then=screen.take)
    assert done == [0, 1, 2, 3, 4]
    desk.deleteLater()


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        (b"Indian/Mayotte", "Indian/Mayotte"),
        (b"", "Europe/Paris"),
        (b"Nowhere/AtAll", "Europe/Paris"),
    ],
)
def test_the_zone_is_that_of_the_computer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, told: bytes, zone: str
) -> None:
    monkeypatch.setattr(QTimeZone, "systemTimeZoneId", lambda: QByteArray(told))
    assert desk.zone == zone
