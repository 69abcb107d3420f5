"""The one button of an error does what it says, each way by a real click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from angrilien import errors
from angrilien.errors import KnownError, Mistake, Way
from angrilien.services import attendance
from angrilien.settings import TEXT_PERCENT
from angrilien.ui import theme
from angrilien.ui.main_window import MINIMUM, MainWindow
from angrilien.ui.words import button_text
from helpers.notebooks import add_people, make_workshop
from helpers.windows import click, settle


def of(window: MainWindow) -> str:
    assert window.page is not None
    return window.page.name


def press_way_out(qtbot: QtBot, window: MainWindow, error: KnownError) -> None:
    window.say_problem(error)
    assert window.messages.action.text() == button_text(error)
    click(window.messages.action)
    settle(qtbot, window)
    assert window.messages.sentence == ""


LEADS = {
    Way.HELP: (errors.Refused, "sending", "help"),
    Way.TODAY: (errors.WorkshopGone, "sending", "today"),
    Way.COPIES: (errors.NotebookDamaged, "today", "copies"),
    Way.VENUE_CODE: (errors.CodeExpired, "today", "sending"),
    Way.TECHNICAL: (Mistake, "today", "technical"),
}


@pytest.mark.parametrize("way", LEADS, ids=lambda way: way.value)
def test_a_button_leads_to_its_screen(qtbot: QtBot, window: MainWindow, way: Way) -> None:
    kind, start, end = LEADS[way]
    assert kind.way is way
    window.navigate(start)
    settle(qtbot, window)
    press_way_out(qtbot, window, kind())
    assert of(window) == end


@pytest.mark.parametrize(
    ("kind", "end"),
    [(errors.NotebookMissing, "first_start"), (errors.NotebookExists, "unlock")],
)
def test_without_a_notebook_a_button_leads_to_the_screen_that_has_one(
    qtbot: QtBot, closed_window: MainWindow, kind: type[KnownError], end: str
) -> None:
    closed_window.navigate("unlock" if end == "first_start" else "first_start")
    press_way_out(qtbot, closed_window, kind())
    assert of(closed_window) == end


def test_a_damaged_notebook_leads_to_its_copies_while_it_is_closed(
    qtbot: QtBot, closed_window: MainWindow
) -> None:
    closed_window.navigate("unlock")
    press_way_out(qtbot, closed_window, errors.NotebookDamaged())
    assert of(closed_window) == "rescue"


def test_every_way_is_walked_by_a_test() -> None:
    walked = {*LEADS, Way.START, Way.OPEN, Way.RETRY, Way.SEND, Way.ELSEWHERE, Way.NONE}
    assert walked == set(Way)


def test_retrying_asks_again_for_what_was_refused(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    workshop_id = in_lane(make_workshop)
    (line,) = in_lane(add_people, workshop_id, 1)
    disk = {"full": True}

    def mark(notebook: Any, *args: str) -> Any:
        if disk["full"]:
            raise errors.DiskFull
        return attendance.toggle(notebook, *args)

    class Screen(QObject):
        got: Any = None

        def take(self, roster: Any) -> None:
            self.got = roster

        def refused(self, error: KnownError) -> None:
            window.say_problem(error)

    screen = Screen()
    window.desk.ask(mark, workshop_id, line, then=screen.take, failed=screen.refused)
    settle(qtbot, window)
    click(window.messages.action)
    settle(qtbot, window)
    assert window.messages.sentence == errors.DiskFull.sentence, "it is still full"
    disk["full"] = False
    click(window.messages.action)
    settle(qtbot, window)
    assert screen.got.rows[0].state == "present"
    assert window.messages.sentence == ""


def test_what_nobody_asked_of_the_desk_is_not_retried(window: MainWindow) -> None:
    window.say_problem(errors.DiskFull())
    assert not window.messages.action.isVisible()


def test_sending_again_is_one_try_at_once(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bool] = []
    assert window.watch is not None
    monkeypatch.setattr(window.watch, "send_now", lambda: tries.append(True))
    press_way_out(qtbot, window, errors.NoConnection())
    assert tries == [True]


def test_a_closed_notebook_offers_nothing_that_needs_one(closed_window: MainWindow) -> None:
    closed_window.navigate("unlock")
    closed_window.say_problem(errors.WorkshopGone())
    assert not closed_window.messages.action.isVisible()


def test_in_front_of_a_participant_no_button_leads_to_the_list(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    workshop_id = in_lane(make_workshop)
    (line,) = in_lane(add_people, workshop_id, 1)
    window.navigate("signing", workshop_id=workshop_id, attendance_ids=(line,))
    settle(qtbot, window)
    for error in (Mistake(), errors.SheetAlreadyClosed(), errors.NoConnection()):
        window.say_problem(error)
        assert window.messages.sentence
        assert not window.messages.action.isVisible()


def is_whole(window: MainWindow) -> bool:
    """Tell whether nothing of the message bar is cut, and the screen below still in sight."""
    bar = window.messages
    parts = (bar.action, bar._close, bar._text)
    return (
        all(bar.rect().contains(part.mapTo(bar, part.rect().bottomRight())) for part in parts)
        and bar.action.width() >= bar.action.sizeHint().width()
        and bar._text.height() >= bar._text.heightForWidth(bar._text.width())
        and bar.height() < window.height() / 2
    )


@pytest.mark.parametrize("percent", theme.TEXT_PERCENTS)
def test_a_long_sentence_leaves_its_button_whole_in_the_smallest_window(
    qtbot: QtBot, window: MainWindow, percent: int
) -> None:
    window.settings.set(TEXT_PERCENT, percent)
    window.looks.apply()
    window.resize(*MINIMUM)
    window.navigate("sending")
    settle(qtbot, window)
    for error in (errors.NotebookDamaged(), errors.CodeExpired()):
        window.say_problem(error)
        # A layout that turns takes some rounds.
        qtbot.waitUntil(lambda: is_whole(window))
