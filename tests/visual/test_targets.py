"""A participant's targets are 14 mm on the eight laptops, and nothing of theirs is out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from angrilien.ui import theme
from angrilien.ui.widgets import Button
from visual import room
from visual.corners import Corner
from visual.scenes import every
from visual.sight import in_sight, place, text_of
from visual.stage import Originals, play

LAPTOPS = (
    *((15.6, 1366, 768, 100), (15.6, 1366, 768, 125), (13.3, 1280, 800, 125)),
    *((14.0, 1920, 1080, 125), (14.0, 1920, 1080, 150), (15.6, 1920, 1080, 125)),
    *((13.3, 1920, 1080, 150), (10.5, 1920, 1280, 150)),
)
"""Diagonal in inches, pixels, the system's scale in percent."""
NOT_THEIRS = ("N’a pas pu signer",)
"""The animateur's, on the participant's screen."""
LEAST_POINTS = 20


class Laptop:
    """A screen of so many millimetres, in logical pixels."""

    def __init__(self, inches: float, width: int, height: int, scale: int) -> None:
        mm = inches * 25.4 / (width**2 + height**2) ** 0.5
        self.physical = QSizeF(width * mm, height * mm)
        self.logical = QSizeF(width * 100 / scale, height * 100 / scale)

    def mm(self, _widget: QWidget, millimetres: float) -> int:
        return theme.px_of_mm(millimetres, self.logical, self.physical)

    def millimetres(self, pixels: int) -> float:
        return pixels * self.physical.height() / self.logical.height()


def too_small(window: QWidget, laptop: Laptop) -> Iterator[str]:
    """Give the buttons of a participant's that are lower or narrower than 14 mm, or cut off."""
    for button in in_sight(window, Button):
        if text_of(button) in NOT_THEIRS:
            continue
        high, wide = (laptop.millimetres(side) for side in (button.height(), button.width()))
        if min(high, wide) < theme.PARTICIPANT_TARGET_MM - 0.2:
            yield f"{high:.1f} mm: {text_of(button)!r}"
        if button.font().pointSize() < LEAST_POINTS:
            yield f"{button.font().pointSize()} points: {text_of(button)!r}"
        if not window.rect().contains(place(button)):
            yield f"out of the window: {text_of(button)!r}"


@pytest.mark.parametrize("percent", [100, 160])
def test_a_participant_hits_and_reads_everything_on_the_eight_laptops(
    qtbot: QtBot,
    app: QApplication,
    originals: Originals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    percent: int,
) -> None:
    found = []
    laptops = [Laptop(*one) for one in LAPTOPS]
    corner = Corner("light", percent, 900, 520)
    with play(qtbot, app, "full", corner, originals, tmp_path) as stage:
        window = stage.window
        for scene in (one for one in every() if one.participant):
            scene.way(stage)
            for laptop in laptops:
                monkeypatch.setattr(theme, "mm", laptop.mm)
                size = laptop.logical.toSize()
                window.resize(size.width(), size.height() - 1)
                stage.lay_out()
                window.resize(size)
                stage.lay_out()
                said = f"{scene.name} {size.width()} × {size.height()}"
                found += (f"{said}: {one}" for one in too_small(window, laptop))
                found += (f"{said}: {one}" for one in room.cut(window))
            stage.strike()
    assert found == []


def test_what_is_too_small_is_found(qtbot: QtBot, app: QApplication) -> None:
    theme.apply(app)
    small = Button("C’est bon", "participant_primary")
    qtbot.addWidget(small)
    window = QWidget()
    qtbot.addWidget(window)
    small.setParent(window)
    small.setGeometry(300, 10, 200, 48)
    window.resize(400, 100)
    window.show()
    found = list(too_small(window, Laptop(*LAPTOPS[3])))
    assert any(one.endswith("mm: 'C’est bon'") for one in found)
    assert "out of the window: 'C’est bon'" in found
