"""Scenes of the paper sheet: its code, its lines, a free one, the total; the list offers it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from angrilien.services import closing, drafts, paper_numbers
from angrilien.services.notebook import Notebook
from helpers.windows import type_text, until
from visual.scenes import scene
from visual.stage import Stage

HOUR = 3_600_000


def _printed(stage: Stage, workshop_id: str) -> None:
    """A sheet was printed, and its workshop is over."""
    at, view = stage.clock.at, stage.call(closing.sheet, workshop_id)
    stage.clock.at = view.workshop.ends_at + HOUR
    stage.call(paper_numbers.printed, workshop_id, view.lines)

    def forget(nb: Notebook) -> None:
        with nb.store.write() as connection:
            paper_numbers.forget(connection, workshop_id)

    def back() -> None:
        stage.clock.at = at

    stage.ends.append(lambda: stage.call(forget))
    stage.ends.append(back)


def _typing(stage: Stage, workshop_id: str) -> Any:
    """Go to a sheet; nothing of what is typed in it stays."""
    page = stage.show("paper", workshop_id=workshop_id)

    def forget() -> None:
        page.typing.begin("")
        page.names.clear()
        page.total.set_text("")
        stage.call(drafts.clear, drafts.key_of("paper", workshop_id))

    stage.ends.append(forget)
    return page


@scene("d5-code")
def code(stage: Stage) -> None:
    stage.show("paper_code")


@scene("d5-code-waiting")
def code_waiting(stage: Stage) -> None:
    _printed(stage, stage.workshops.fresh)
    stage.show("paper_code")


@scene("d5-code-unknown")
def code_unknown(stage: Stage) -> None:
    page = stage.show("paper_code")
    page.code.set_text("7Q2K-M4XR-9R")
    QTest.keyClick(page.code.edit, Qt.Key.Key_Return)
    stage.settle()
    stage.ends.append(lambda: page.code.set_text(""))


@scene("d5-lines")
def lines(stage: Stage) -> None:
    """In every state that a line can have."""
    _typing(stage, stage.workshops.ten)


@scene("d5-absent")
def absent(stage: Stage) -> None:
    page = _typing(stage, stage.workshops.fresh)
    for _ in range(2):
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
    stage.settle()


@scene("d5-other")
def other(stage: Stage) -> None:
    page = _typing(stage, stage.workshops.fresh)
    QTest.keyClick(page.list, Qt.Key.Key_N)
    stage.settle()


@scene("d5-free")
def free(stage: Stage) -> None:
    """A sheet that was blank, and a name that several people may have."""
    page = _typing(stage, stage.workshops.empty)
    type_text(page.names.edit, "odette")
    until(lambda: len(page.names.buttons()) > 1)
    stage.settle()


@scene("d5-total")
def total(stage: Stage) -> None:
    page = _typing(stage, stage.workshops.ten)
    page.total.set_text("99")
    page._on_finish()
    stage.settle()


@scene("d4-paper")
def roster_paper(stage: Stage) -> None:
    """Its hour has passed, and its sheet was printed."""
    _printed(stage, stage.workshops.fresh)
    stage.show("roster", workshop_id=stage.workshops.fresh)
