"""With another language in the place of the words, nothing of French is left on the screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import AnonymousForm
from angrilien.services import attendance, signing, workshops
from angrilien.ui.main_window import MainWindow
from helpers.windows import settle

LEFT = (
    r"Angrilien",
    r"Claire Martin|Claire",
    r"(Odette|Henri|Ginette|Simone|Jean-Paul|Thérèse|Colette|Georges|Yvette|Monique)( .*)?",
    r"Protéger ses données",
    r"Lieu à préciser",
    r"[\d\s\u00a0\u202f/%–h]*",
    r"(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)?(\s\d+\s\w+\s\d{4})?",
    r"[·,. &()●○\u2009]*",
    *(re.escape(theme.title) for theme in workshops.themes()),
)
"""What no translator says: names, what was typed, numbers, days, the catalogue of themes."""


class Brackets(QTranslator):
    """Says each text between brackets."""

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803 - Qt's own name
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        return f"⟦{sourceText}⟧"

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's own name
        return False


@pytest.fixture(autouse=True)
def brackets(qapp: QApplication) -> Iterator[None]:
    translator = Brackets(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
    translator.deleteLater()


def texts(root: QWidget) -> Iterator[str]:
    """Give what is written on everything in sight."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(row) for row in range(widget.count()))
        elif isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget.placeholderText()


def untranslated(root: QWidget) -> list[str]:
    """Return what is neither between brackets nor one of what no translator says."""
    found = []
    for text in texts(root):
        rest = re.sub(r"</?[bu]>", "", text)
        while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)) != rest:
            rest = shorter
        parts = [part.strip() for part in re.split(r" · |, |\n", rest)]
        if not all(any(re.fullmatch(one, part, re.IGNORECASE) for one in LEFT) for part in parts):
            found.append(text)
    return found


@pytest.mark.parametrize("name", ["first_start", "unlock", "forgotten"])
def test_before_the_notebook_is_open(qtbot: QtBot, closed_window: MainWindow, name: str) -> None:
    closed_window.navigate(name)
    settle(qtbot, closed_window)
    assert sum("⟦" in text for text in texts(closed_window)) > 2
    assert untranslated(closed_window) == []


@pytest.mark.parametrize(
    "name",
    [
        "today",
        "workshop_form",
        "roster",
        "signing",
        "person_form",
        "note",
        "closing",
        "paper",
        "paper_code",
        "sending",
        "help",
        "technical",
        "animateurs",
        "code_secret",
    ],
)
def test_every_screen(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], workshop_id: str, name: str
) -> None:
    rows = in_lane(attendance.roster, workshop_id).rows
    ids = [row.attendance_id for row in rows]
    for attendance_id in ids[:4]:
        in_lane(attendance.toggle, workshop_id, attendance_id)
    in_lane(signing.sign_on_paper, workshop_id, ids[0])
    in_lane(signing.could_not_sign, workshop_id, ids[1], "Odette")
    in_lane(attendance.add_anonymous, workshop_id, AnonymousForm())
    args: dict[str, Any] = {"workshop_id": workshop_id} if name in _OF_A_WORKSHOP else {}
    if name == "signing":
        args["attendance_ids"] = (ids[2],)
    window.navigate(name, **args)
    settle(qtbot, window)
    assert sum("⟦" in text for text in texts(window)) > 2
    assert untranslated(window) == []


def test_the_locked_screen(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    assert window.guard is not None
    window.guard.lock()
    for left in (4, 1):
        window.guard.screen.say_wrong(left)
        assert sum("⟦" in text for text in texts(window)) > 2
        assert untranslated(window) == []


_OF_A_WORKSHOP = ("roster", "signing", "person_form", "note", "closing", "paper")
