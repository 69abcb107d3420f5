"""An attestation from the list: for who is there, also once the sheet is ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.services import attendance, closing
from angrilien.ui.dialogs.person_panel import Act
from angrilien.ui.main_window import MainWindow
from helpers.windows import click, settle

CROSS = [[(10.0, 10.0), (60.0, 60.0)]]


@pytest.mark.parametrize("ended", [False, True])
def test_an_attestation_is_printed_for_who_is_there(
    qtbot: QtBot,
    window: MainWindow,
    in_lane: Callable[..., Any],
    workshop_id: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ended: bool,
) -> None:
    file = tmp_path / "a.pdf"
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(file), ""))
    rows = in_lane(attendance.roster, workshop_id).rows
    here = next(row for row in rows if row.name == "Odette Lefèvre")
    in_lane(attendance.toggle, workshop_id, here.attendance_id)
    if ended:
        in_lane(closing.close, workshop_id, CROSS, 300.0, 100.0)
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    page: Any = window.page
    tiles = [page.model.tile(i) for i in range(page.model.rowCount())]
    away = next(tile for tile in tiles if tile.name == "Henri Vidal")
    page.view.more_asked.emit(away)
    assert page.panels.person.is_open is not ended
    page.panels.shut()
    page.view.more_asked.emit(next(tile for tile in tiles if tile.name == "Odette Lefèvre"))
    acts = page.panels.person.acts
    assert acts[Act.TOGGLE].isVisible() is not ended
    click(acts[Act.ATTEST])
    settle(qtbot, window)
    document = pypdfium2.PdfDocument(file)
    assert "Odette Lefèvre" in document[0].get_textpage().get_text_bounded()
    document.close()
    assert window.messages.sentence == "L’attestation est enregistrée\u00a0: a.pdf"
