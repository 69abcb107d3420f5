"""D1 and D4 have one primary button, what to do next; while that is a tile, they have none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from angrilien.services import attendance, signing, workshops
from angrilien.ui.main_window import MainWindow
from angrilien.ui.widgets import Button
from helpers.notebooks import SetClock, make_workshop
from helpers.windows import settle


def primary(qtbot: QtBot, window: MainWindow, name: str, **args: Any) -> list[str]:
    """The words of the primary buttons in sight, without their Alt mark."""
    window.navigate(name, **args)
    settle(qtbot, window)
    page = window.page
    assert page is not None
    return [
        button.text().replace("&", "")
        for button in page.findChildren(Button)
        if button.isVisible() and button.kind == "primary"
    ]


def test_a_day_begins_with_its_workshop_an_empty_one_with_a_new_one(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    assert primary(qtbot, window, "today") == ["Nouvel atelier"]
    workshop = in_lane(make_workshop)
    (only,) = primary(qtbot, window, "today")
    assert only != "Nouvel atelier"
    in_lane(workshops.nobody_came, workshop)
    assert primary(qtbot, window, "today") == ["Nouvel atelier"], "the day is over"


def test_an_empty_list_begins_with_somebody(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    workshop = in_lane(make_workshop)
    assert primary(qtbot, window, "roster", workshop_id=workshop) == ["Nouvelle personne"]
    page: Any = window.page
    assert page.head.details.text() == "", "nobody is expected, and nothing is said of it"
    assert page.head._count.accessibleName().endswith("personne présente")


def test_after_the_last_signature_the_workshop_ends(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == []
    page: Any = window.page
    first, *others = [row.attendance_id for row in page._roster.rows]
    in_lane(attendance.toggle, workshop_id, first)
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == ["Faire signer (1)"]
    in_lane(signing.could_not_sign, workshop_id, first, "Mal à la main")
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == [], "nine are to come"
    in_lane(attendance.everyone_present, workshop_id)
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == ["Faire signer (9)"]
    for line in others:
        in_lane(signing.sign_on_paper, workshop_id, line)
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == ["Terminer l’atelier"]
    in_lane(attendance.undo, workshop_id)
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == ["Faire signer (1)"]


def test_once_its_hour_has_passed_those_who_did_not_come_hold_nothing_up(
    qtbot: QtBot,
    window: MainWindow,
    in_lane: Callable[..., Any],
    workshop_id: str,
    clock: SetClock,
) -> None:
    primary(qtbot, window, "roster", workshop_id=workshop_id)
    page: Any = window.page
    first = page._roster.rows[0].attendance_id
    in_lane(attendance.toggle, workshop_id, first)
    in_lane(signing.sign_on_paper, workshop_id, first)
    assert primary(qtbot, window, "roster", workshop_id=workshop_id) == []
    clock.at = page._roster.workshop.ends_at
    page.bar._minute.timeout.emit()
    assert page.bar.finish.kind == "primary", "without anybody's doing"
    assert page.bar._minute.isActive()
