"""Where a scene is played: the real window on a real notebook, at one corner."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from angrilien.services.lanes import Lanes
from angrilien.settings import SCHEME, TEXT_PERCENT, Settings
from angrilien.ui import looks
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from helpers.copies import Original, open_again
from helpers.notebooks import SetClock
from helpers.windows import settle, until
from visual.corners import Corner
from visual.notebooks import TWO, Workshops

Kind = Literal["closed", "empty", "full", "training"]
"""What notebook is behind the window: one that is not open, one without anything, one with a day
of workshops, the training's."""
KINDS: Final[tuple[Kind, ...]] = ("closed", "empty", "full", "training")


@dataclass(frozen=True, slots=True)
class Originals:
    """Notebooks made once, and copied for each stage."""

    empty: Original
    full: Original
    workshops: Workshops


@dataclass(slots=True)
class Stage:
    """One window, in which scenes are played one after another."""

    qtbot: QtBot
    window: MainWindow
    corner: Corner
    clock: SetClock
    workshops: Workshops
    notebook: Any = None
    ends: list[Callable[[], object]] = field(default_factory=list)
    """What a scene undoes once it was looked at."""

    @property
    def page(self) -> Any:
        """The screen in sight."""
        return self.window.page

    def show(self, page: str, **args: Any) -> Any:
        """Go to a screen; return it once it shows what it has to."""
        self.window.navigate(page, **args)
        self.settle()
        return self.window.page

    def call(self, service: Callable[..., Any], *args: Any) -> Any:
        """Call a service in the store lane, and wait."""
        store = self.window.desk.lanes.store
        return store.submit(service, self.notebook, *args).result(30)

    def settle(self) -> None:
        """Wait until nothing is under way, and the layout is done."""
        settle(self.qtbot, self.window)
        watch = self.window.watch
        if watch is not None:
            # What was written is counted a moment later, and said in the line of sending.
            until(lambda: not watch._gather.isActive())
            settle(self.qtbot, self.window)
        self.lay_out()

    def lay_out(self) -> None:
        """Let the layout come to rest: a scroll bar that comes changes all the widths."""
        for _ in range(4):
            QApplication.sendPostedEvents()
            QApplication.processEvents()

    def strike(self) -> None:
        """Undo what the scene left, for the next one."""
        for end in reversed(self.ends):
            end()
        self.ends.clear()
        for area in self.window.findChildren(QScrollArea):
            area.verticalScrollBar().setValue(0)
        if self.window.guard is not None:
            # On a busy machine a walk takes longer than the lock waits for a gesture.
            self.window.guard.policy.touched()
        self.settle()


@contextmanager
def play(
    qtbot: QtBot, app: QApplication, kind: Kind, corner: Corner, originals: Originals, folder: Path
) -> Iterator[Stage]:
    """Open the window of a stage; it is gone at the end, its notebook too."""
    folder = folder / f"{corner.name}-{kind}"
    settings = Settings(folder)
    settings.set(SCHEME, corner.scheme)
    settings.set(TEXT_PERCENT, corner.percent)
    looks.apply(app, settings)
    original = originals.empty if kind == "empty" else originals.full
    clock = SetClock(TWO)
    training = kind == "training"
    desk = Desk(Lanes(), original.programme, folder / "data", clock=clock, training=training)
    if not training:
        original.copy(folder)
    window = MainWindow(desk, settings)
    window.resize(corner.width, corner.height)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    stage = Stage(qtbot, window, corner, clock, originals.workshops)
    if kind in ("empty", "full"):
        made = desk.lanes.store.submit(open_again, desk.folder, original.programme, clock)
        stage.notebook = made.result(30)
        window.open_notebook(stage.notebook)
        assert window.watch is not None
        # The day's safety copy comes in the middle of a walk on one machine, after it on another.
        window.watch._look_after = math.inf
    if training:
        from angrilien.ui.pages.training import begin_training

        begin_training(window)
    stage.settle()
    try:
        yield stage
    finally:
        window.close()
        window.deleteLater()
        desk.deleteLater()
        shutil.rmtree(folder, ignore_errors=True)
