"""Notebooks made once for all the scenes, and the application in its own looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from angrilien.services import animateurs, copies
from angrilien.ui import icons, theme
from helpers.copies import Original, make_original, open_again
from helpers.notebooks import CHEAP_KDF, NOON, SetClock
from visual import notebooks
from visual.stage import Originals


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make visual` and `make visual-approve` say them."""
    parser.addoption("--compare", action="store_true", help="compare with the approved pictures")
    parser.addoption("--approve", action="store_true", help="make the approved pictures anew")


@pytest.fixture
def comparing(pytestconfig: pytest.Config) -> bool:
    """Whether the pictures are compared with the approved ones."""
    return bool(pytestconfig.getoption("--compare", default=False))


@pytest.fixture
def approving(pytestconfig: pytest.Config) -> bool:
    """Whether the pictures are made, and not compared."""
    return bool(pytestconfig.getoption("--approve", default=False))


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Originals:
    """Notebooks to copy."""
    empty = make_original(tmp_path_factory.mktemp("scenes-empty"))
    full: Original = make_original(tmp_path_factory.mktemp("scenes-full"))
    clock = SetClock(NOON)
    opened = open_again(full.folder, full.programme, clock)
    made = notebooks.fill(opened, clock)
    phrase = "abandon bambin cadeau dauphin ecarter facile"
    animateurs.add(opened, "Bruno Petit", phrase, kdf=CHEAP_KDF)
    copies.make(opened)
    opened.close()
    return Originals(empty, full, made)


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """The application; whatever looks a stage gave it do not outlast the test."""
    flash = qapp.cursorFlashTime()
    # A cursor that blinks is in one picture and not in the next.
    qapp.setCursorFlashTime(0)
    yield qapp
    qapp.setCursorFlashTime(flash)
    theme.apply(qapp)
    icons.forget()
