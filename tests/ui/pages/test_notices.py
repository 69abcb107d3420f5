"""A wrong clock is said once, calmly, and nothing is refused (F16 on the screens)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from angrilien.domain.notices import Notice, NoticeKind
from angrilien.services import notices
from angrilien.services.notebook import Notebook
from angrilien.ui.main_window import MainWindow
from helpers.notebooks import NOON, SetClock
from helpers.windows import click, press, settle, write

DAY = 24 * 3_600_000
IN_1970 = 5 * DAY
IN_2036 = 2_100_000_000_000


def look(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("today")
    settle(qtbot, window)
    page: Any = window.page
    assert page.name == "today"
    return page


@pytest.mark.parametrize(
    ("at", "said"), [(IN_1970, "6\u00a0janvier 1970"), (IN_2036, "18\u00a0juillet 2036")]
)
def test_a_workshop_is_made_and_opened_under_an_absurd_clock(
    qtbot: QtBot, window: MainWindow, clock: SetClock, at: int, said: str
) -> None:
    clock.at = at
    page = look(qtbot, window)
    (box,) = page.notices.boxes().values()
    assert box.isVisible()
    assert box.lead.text() == "L’horloge de cet ordinateur est peut-être fausse."
    assert said in box.rest.text()
    # A date typed with its year is one of that year, whatever the clock says.
    press(window, Qt.Key.Key_N, control=True)
    settle(qtbot, window)
    form: Any = window.page
    write(form.fields.title_field.edit, "Garder le lien")
    form.fields.themes_field.choose(("programme_messagerie",))
    write(form.fields.date_field.edit, "25/11/2026")
    write(form.fields.start_field.edit, "14h")
    write(form.fields.end_field.edit, "16h")
    click(form.create_button)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name in ("today", "roster")
    page = look(qtbot, window)
    click(page.unplanned)
    settle(qtbot, window)
    assert window.page.name == "roster"


def test_the_button_puts_the_notice_away_for_this_time(
    qtbot: QtBot, window: MainWindow, clock: SetClock, said: list[str]
) -> None:
    page = look(qtbot, window)
    assert page.notices.boxes() == {}
    assert not page.notices.isVisible()
    clock.at = IN_2036
    page = look(qtbot, window)
    assert "L’horloge de cet ordinateur est peut-être fausse." in said
    (box,) = page.notices.boxes().values()
    click(box.button)
    assert not page.notices.isVisible()
    page = look(qtbot, window)
    assert page.notices.boxes() == {}
    assert not page.notices.isVisible()


def test_a_clock_put_right_takes_the_notice_away(
    qtbot: QtBot, window: MainWindow, clock: SetClock
) -> None:
    clock.at = IN_1970
    page = look(qtbot, window)
    assert list(page.notices.boxes()) == [NoticeKind.CLOCK]
    clock.at = NOON + DAY
    page = look(qtbot, window)
    assert page.notices.boxes() == {}


def test_each_kind_of_notice_has_its_words(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = tuple(Notice(kind=kind, at=NOON, name="Nextcloud") for kind in NoticeKind)

    def all_of_them(_nb: Notebook) -> tuple[Notice, ...]:
        return every

    monkeypatch.setattr(notices, "current", all_of_them)
    page = look(qtbot, window)
    boxes = page.notices.boxes()
    assert list(boxes) == list(NoticeKind)
    assert len({box.lead.text() for box in boxes.values()}) == len(boxes)
    assert "Nextcloud" in boxes[NoticeKind.CLOUD].lead.text()
