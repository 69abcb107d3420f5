"""A04: 100 guesses at the screen that opens the notebook, and at the locked screen.

Must show: wrong phrase: no delay for two, then 1 s doubling to 60 s, kept over a restart; the fifth
wrong code secret ends the process. The screens are the real ones, their clock is the test's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from angrilien.services.lanes import Lanes
from angrilien.services.throttle import Throttle
from angrilien.settings import Settings
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from helpers.copies import Original, make_original
from helpers.notebooks import PHRASE
from helpers.windows import settle, until, write

GUESSES = 100
WAITS = [0, 0, 1, 2, 4, 8, 16, 32] + [60] * (GUESSES - 8)
"""Seconds after each wrong phrase."""
RESTARTS = {3, 6, 50}
"""After these guesses Angrilien is started again."""


class Steady:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = 5_000.0

    def __call__(self) -> float:
        return self.at


class Forgetful(Throttle):
    """Broken on purpose: it counts in memory only."""

    def _save(self) -> None:
        pass


class Patient(Throttle):
    """Broken on purpose: its wait never grows."""

    def left(self) -> float:
        return min(super().left(), 1.0)


class Late(Throttle):
    """Broken on purpose: it counts a guess only once it is known to be wrong, and loses some."""

    def try_one(self) -> bool:
        return self.left() <= 0

    def was_wrong(self) -> None:
        self._wrong = min(self._wrong + 1, 2)
        self._save()
        super().was_wrong()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("a04"))


@pytest.fixture
def window(qtbot: QtBot, original: Original, tmp_path: Path) -> Iterator[MainWindow]:
    desk = Desk(Lanes(), original.programme, original.copy(tmp_path))
    made = MainWindow(desk, Settings(tmp_path))
    made.resize(1366, 768)
    made.navigate("unlock")
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    made.close()
    made.deleteLater()
    desk.deleteLater()


def guess(qtbot: QtBot, window: MainWindow, phrase: str) -> bool:
    """Type a phrase and press Return; return whether it was tried."""
    page: Any = window.page
    write(page.field.edit, phrase)
    before = page.throttle.wrong
    QTest.keyClick(page.field.edit, Qt.Key.Key_Return)
    tried: bool = page._opening
    settle(qtbot, window)
    assert page.field.text() == phrase, "what was typed stays"
    assert tried or page.throttle.wrong == before
    return tried


def attack(qtbot: QtBot, window: MainWindow, kind: type[Throttle], guesses: int) -> None:
    """Guess as fast as the screen lets one, and check every wait.

    Raises:
        AssertionError: the screen let one guess too early, or too late.
    """
    steady = Steady()
    page: Any = window.page
    page.throttle = kind(window.desk.folder, steady=steady)
    for number in range(guesses):
        assert guess(qtbot, window, f"abandon bambin cadeau dauphin ecarter {number}")
        if number in RESTARTS:
            page._look.stop()
            page.throttle = kind(window.desk.folder, steady=steady)
            page.show_for()
        if WAITS[number]:
            assert not page.open_button.isEnabled()
            assert f"{WAITS[number]} s" in page.open_button.text()
            steady.at += WAITS[number] - 0.01
            assert not guess(qtbot, window, "abandon bambin cadeau dauphin ecarter tot")
            steady.at += 0.02
            page._on_look()
        assert page.open_button.isEnabled()


def test_a_hundred_phrases_wait_as_they_must_and_the_right_one_opens(
    qtbot: QtBot, window: MainWindow
) -> None:
    attack(qtbot, window, Throttle, GUESSES)
    page: Any = window.page
    assert page.throttle.wrong == GUESSES
    write(page.field.edit, PHRASE)
    QTest.keyClick(page.field.edit, Qt.Key.Key_Return)
    until(lambda: window.desk.is_open, seconds=20)
    settle(qtbot, window)
    assert Throttle(window.desk.folder).wrong == 0


@pytest.mark.parametrize("kind", [Forgetful, Patient, Late])
def test_a_throttle_that_is_broken_is_found(
    qtbot: QtBot, window: MainWindow, kind: type[Throttle]
) -> None:
    with pytest.raises(AssertionError):
        attack(qtbot, window, kind, 6)
    window.page._look.stop()  # type: ignore[union-attr]
