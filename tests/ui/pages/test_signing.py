"""D4a: alone with one's own first name; a cross is enough; the list comes back when allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from angrilien.domain import drawing
from angrilien.domain.entities import Attendance
from angrilien.domain.forms import PersonForm
from angrilien.domain.rows import RosterRow
from angrilien.errors import DiskFull
from angrilien.services import attendance, closing, people, signing
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.ui import theme
from angrilien.ui.main_window import MainWindow
from angrilien.ui.pages.signing import SigningPage
from helpers.windows import click, press, settle, type_text

HERE = ("Henri Vidal", "Odette Lefèvre", "Simone Fabre")


@pytest.fixture
def ids(in_lane: Callable[..., Any], workshop_id: str) -> tuple[str, ...]:
    """Three people who are here."""
    rows = in_lane(attendance.roster, workshop_id).rows
    found = tuple(row.attendance_id for row in rows if row.name in HERE)
    for one in found:
        in_lane(attendance.toggle, workshop_id, one)
    return found


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, workshop_id: str, ids: tuple[str, ...]) -> SigningPage:
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    roster: Any = window.page
    click(roster.bar.sign)
    settle(qtbot, window)
    assert isinstance(window.page, SigningPage)
    return window.page


def draw(page: SigningPage, *strokes: Sequence[tuple[int, int]]) -> None:
    for first, *others in strokes:
        QTest.mousePress(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(*first))
        for place in others:
            QTest.mouseMove(page.pad, QPoint(*place))
        QTest.mouseRelease(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(*others[-1]))


def row(in_lane: Callable[..., Any], workshop_id: str, name: str) -> RosterRow:
    found: RosterRow = next(
        row for row in in_lane(attendance.roster, workshop_id).rows if row.name == name
    )
    return found


def rest(qtbot: QtBot, page: SigningPage) -> None:
    settle(qtbot, page.main)
    qtbot.waitUntil(lambda: not page._rest.isActive())


def seen(page: SigningPage) -> str:
    return " | ".join(
        part.text()
        for kind in (QLabel, QAbstractButton)
        for part in page.main.findChildren(kind)
        if part.isVisible()
    )


def test_nobody_elses_name_is_in_sight(page: SigningPage) -> None:
    assert page.person.text() == "Henri V."
    for hidden in (page.main.nav, page.main.line):
        assert not hidden.isVisible()
    words = seen(page)
    for other in ("Vidal", "Odette", "Lefèvre", "Simone", "Colette", "Protéger"):
        assert other not in words
        assert other not in page.main.windowTitle()
    assert page.sentence.text() == "Signez avec le doigt ou la souris, dans le cadre."


def test_one_after_another_then_the_list(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    window = page.main
    draw(page, [(100, 100), (200, 160)], [(200, 100), (100, 160)])
    click(page.buttons.good)
    rest(qtbot, page)
    assert page.hand_over.isVisible()
    assert page.hand_over.turn.text() == "Passez l’ordinateur à Odette L."
    assert not page.pad.isVisible()
    click(page.hand_over.button)
    assert page.person.text() == "Odette L."
    assert page.pad.is_empty
    click(page.buttons.paper)
    rest(qtbot, page)
    click(page.hand_over.button)
    assert page.person.text() == "Simone F."
    draw(page, [(100, 200), (300, 210)])
    click(page.buttons.good)
    rest(qtbot, page)
    assert page.hand_over.turn.text() == "Rendez l’ordinateur à la personne qui anime."
    click(page.hand_over.button)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    modes = {name: row(in_lane, workshop_id, name).mode for name in HERE}
    assert modes == {
        "Henri Vidal": "screen",
        "Odette Lefèvre": "paper",
        "Simone Fabre": "screen",
    }
    assert window.nav.isVisible()
    roster: Any = window.page
    assert not roster.bar.sign.isEnabled()


def test_an_empty_frame_says_what_is_enough(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    click(page.buttons.good)
    settle(qtbot, page.main)
    assert page.pad.problem == "Le cadre est vide. Une croix suffit."
    assert row(in_lane, workshop_id, "Henri Vidal").mode is None
    draw(page, [(50, 50), (60, 50)])
    assert page.pad.problem == ""
    click(page.buttons.again)
    assert page.pad.is_empty


def test_a_second_press_on_good_is_not_one_on_what_comes_next(
    qtbot: QtBot, page: SigningPage
) -> None:
    draw(page, [(100, 100), (200, 160)])
    click(page.buttons.good)
    settle(qtbot, page.main)
    click(page.hand_over.button)
    assert page.hand_over.isVisible()
    rest(qtbot, page)


def test_esc_asks_the_animateur_first(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    window = page.main
    draw(page, [(100, 100), (200, 160)])
    press(window, Qt.Key.Key_Escape)
    panel = page.return_panel
    assert panel.is_open
    assert panel.title == "Revenir à la liste\u202f?"
    assert panel.lost.isVisible()
    assert panel.stay.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert not panel.is_open
    assert not page.pad.is_empty, "the signature goes on"
    press(window, Qt.Key.Key_Escape)
    click(panel.stay)
    assert window.page is page
    press(window, Qt.Key.Key_Escape)
    click(panel.go)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"
    assert row(in_lane, workshop_id, "Henri Vidal").mode is None


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_F2])
def test_no_key_leads_a_participant_to_the_list(
    qtbot: QtBot, page: SigningPage, key: Qt.Key
) -> None:
    press(page.main, key)
    press(page.main, Qt.Key.Key_N, control=True)
    press(page.main, Qt.Key.Key_P, control=True)
    press(page.main, Qt.Key.Key_Z, control=True)
    settle(qtbot, page.main)
    assert page.main.page is page


def test_who_could_not_sign(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    click(page.unable)
    panel = page.reason_panel
    assert panel.title == "Henri V. n’a pas pu signer"
    first = panel.reasons.first()
    click(first)
    type_text(panel.other.edit, "Écran sale")
    assert panel.reasons.value() == "", "one reason only"
    click(first)
    assert panel.other.text() == ""
    click(panel.note_button)
    rest(qtbot, page)
    found = row(in_lane, workshop_id, "Henri Vidal")
    assert (found.mode, found.unable_reason) == ("unable", "n’y arrive pas")
    assert page.hand_over.turn.text() == "Passez l’ordinateur à Odette L."


def test_why_sign(qtbot: QtBot, page: SigningPage) -> None:
    click(page.why)
    assert page.notice_panel.is_open
    texts = page.notice_panel.findChildren(QLabel)
    assert any("Signer prouve votre venue" in text.text() for text in texts)
    shown = [text for text in texts if text.isVisible() and text.text()]
    assert all(text.font().pointSize() >= 20 for text in shown)
    press(page.main, Qt.Key.Key_Escape)
    assert not page.notice_panel.is_open


def test_a_refusal_keeps_what_was_drawn(
    qtbot: QtBot, page: SigningPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise DiskFull

    monkeypatch.setattr(signing, "sign", full)
    draw(page, [(100, 100), (200, 160)])
    click(page.buttons.good)
    settle(qtbot, page.main)
    assert page.main.messages.sentence == DiskFull.sentence
    assert page.pad.isVisible()
    assert not page.pad.is_empty
    assert page.buttons.good.isEnabled()


def test_a_first_name_of_any_script(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    form = PersonForm(first_name="Ольга", last_name="Иванова")
    roster = in_lane(people.add_to_workshop, workshop_id, form)
    ids = tuple(r.attendance_id for r in roster.rows if r.first_name == "Ольга")
    window.navigate("signing", workshop_id=workshop_id, attendance_ids=ids)
    settle(qtbot, window)
    page: Any = window.page
    assert page.person.text() == "Ольга И."


def test_people_who_are_gone_lead_back_to_the_list(
    qtbot: QtBot, window: MainWindow, workshop_id: str
) -> None:
    window.navigate("signing", workshop_id=workshop_id, attendance_ids=("0" * 36,))
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "roster"


@pytest.mark.parametrize("percent", [100, 160])
@pytest.mark.parametrize("size", [(1366, 768), (900, 520)])
def test_the_three_buttons_are_in_sight_and_large(
    qtbot: QtBot, page: SigningPage, looks: QApplication, percent: int, size: tuple[int, int]
) -> None:
    theme.apply(looks, text_percent=percent)
    page.main.resize(*size)
    settle(qtbot, page.main)
    qtbot.wait(20)
    fourteen = theme.mm(page, 14)
    for button in page.buttons.all():
        corner = button.mapTo(page.main, QPoint(0, 0))
        assert page.main.rect().contains(button.rect().translated(corner))
        assert button.height() >= fourteen
        assert button.fontMetrics().horizontalAdvance(button.text()) < button.width()
        assert button.font().pointSize() >= 20
    assert page.why.font().pointSize() >= 20
    assert page.why.height() >= fourteen
    for text in (page.sentence, page.person):
        assert text.font().pointSize() >= 20
        corner = text.mapTo(page.main, QPoint(0, 0))
        assert page.main.rect().contains(text.rect().translated(corner))
    assert page.pad.height() >= 120
    assert page.pad.words_points() >= 20
    assert page.pad.height() > size[1] / 3
    assert page.sentence.font().pointSize() >= 20


def test_esc_in_the_middle_of_a_stroke_and_the_signature_goes_on(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(page.pad, left, pos=QPoint(100, 100))
    QTest.mouseMove(page.pad, QPoint(150, 120))
    press(page.main, Qt.Key.Key_Escape)
    assert page.return_panel.is_open
    QTest.mouseMove(page.pad, QPoint(200, 140))
    QTest.mouseRelease(page.pad, left, pos=QPoint(200, 140))
    press(page.main, Qt.Key.Key_Escape)
    assert not page.return_panel.is_open
    before = len(page.pad.strokes())
    QTest.mouseMove(page.pad, QPoint(400, 140))
    assert len(page.pad.strokes()) == before == 1
    draw(page, [(200, 100), (100, 160)])
    click(page.buttons.good)
    rest(qtbot, page)
    assert row(in_lane, workshop_id, "Henri Vidal").mode == "screen"


def test_no_underlined_letter_and_no_other_key_leads_to_the_list(
    qtbot: QtBot, page: SigningPage
) -> None:
    window = page.main
    keys = Qt.Key
    for key in (keys.Key_A, keys.Key_D, keys.Key_T, keys.Key_B, keys.Key_L, keys.Key_Left):
        QTest.keyClick(window.windowHandle(), key, Qt.KeyboardModifier.AltModifier)
    for key in (keys.Key_F5, keys.Key_Menu, keys.Key_Return, keys.Key_Space, keys.Key_Backspace):
        QTest.keyClick(window.windowHandle(), key)
    for key in (keys.Key_Tab, keys.Key_F, keys.Key_Y):
        QTest.keyClick(window.windowHandle(), key, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(150)
    settle(qtbot, window)
    assert window.page is page
    assert page.sheet.isVisible()
    for _ in range(12):
        QTest.keyClick(window.windowHandle(), keys.Key_Tab)
        focused = window.focusWidget()
        assert focused is page or page.isAncestorOf(focused), "Tab stays on this screen"


def test_the_witness_stands_beside_the_reason(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    click(page.unable)
    page.reason_panel.other.edit.setFocus()
    type_text(page.reason_panel.other.edit, "l’écran ne répond pas")
    press(page.main, Qt.Key.Key_Return)
    rest(qtbot, page)
    key = row(in_lane, workshop_id, "Henri Vidal").attendance_id

    def kept(nb: Notebook) -> tuple[str | None, str | None]:
        with nb.store.read() as connection:
            line = log.read(connection, Attendance, key)
        assert line is not None
        return line.witness_id, line.unable_reason

    witness, reason = in_lane(kept)
    assert (witness, reason) == (page.desk.notebook.facilitator_id, "l’écran ne répond pas")


def test_a_cross_of_two_short_lines_is_kept_and_printed(
    qtbot: QtBot, page: SigningPage, in_lane: Callable[..., Any], workshop_id: str
) -> None:
    draw(page, [(300, 100), (320, 120)], [(320, 100), (300, 120)])
    click(page.buttons.good)
    rest(qtbot, page)
    view = in_lane(closing.sheet, workshop_id)
    line = next(line for line in view.lines if line.last_name == "Vidal")
    assert line.drawing is not None
    strokes = drawing.decode(line.drawing)
    assert [len(stroke) for stroke in strokes] == [2, 2]
