"""Printing with and without a printer, and saving where the person chooses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QAbstractButton, QDialog, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from angrilien.domain.rows import SheetView
from angrilien.errors import PrinterRefused
from angrilien.settings import PDF_FOLDER, Settings
from angrilien.ui.printing import print_sheet, save_sheet
from angrilien.ui.printing.dialog import new_printer, send

Make = Callable[..., Any]


class Window(QWidget):
    """What a screen stands in."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.settings = Settings(folder)


class People:
    """Answers the message boxes and the file dialogs, and keeps what they were asked."""

    def __init__(self) -> None:
        self.buttons: list[str] = []
        self.files: list[str] = []
        self.sentences: list[str] = []
        self.offered: list[str] = []
        self.starts: list[str] = []

    def click(self, box: QMessageBox) -> int:
        self.sentences.append(box.text())
        buttons = {button.text(): button for button in box.buttons()}
        self.offered += buttons
        chosen: QAbstractButton = buttons[self.buttons.pop(0)]
        box.show()
        chosen.click()
        return 0

    def choose(self, parent: QWidget, title: str, start: str, kinds: str) -> tuple[str, str]:
        self.starts.append(start)
        return self.files.pop(0), kinds


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> People:
    answers = People()

    def answer(box: QMessageBox) -> int:
        return answers.click(box)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answers.choose)
    return answers


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Window:
    made = Window(tmp_path / "settings")
    qtbot.addWidget(made)
    return made


@pytest.fixture
def no_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)


def pages_of(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_without_a_printer_the_sheet_is_saved(
    open_sheet: SheetView, window: Window, people: People, no_printer: None, tmp_path: Path
) -> None:
    people.buttons = ["Enregistrer en PDF"]
    people.files = [str(tmp_path / "feuille")]
    assert print_sheet(open_sheet, window) == "La feuille est enregistrée\u00a0: feuille.pdf"
    assert people.sentences == [
        "Aucune imprimante n’a été trouvée. La feuille peut être enregistrée en PDF."
    ]
    assert people.offered == ["Enregistrer en PDF", "Fermer"]
    assert "Feuille d’émargement" in pages_of(tmp_path / "feuille.pdf")[0]


def test_closing_the_question_saves_nothing(
    open_sheet: SheetView, window: Window, people: People, no_printer: None, tmp_path: Path
) -> None:
    people.buttons = ["Fermer"]
    assert print_sheet(open_sheet, window) == ""
    assert people.starts == []


def test_folder_is_remembered_over_a_restart(
    open_sheet: SheetView, window: Window, people: People, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "Feuilles d’été"
    folder.mkdir()
    people.files = [str(folder / "une.pdf"), ""]
    assert save_sheet(open_sheet, window)
    later = Window(tmp_path / "settings")
    qtbot.addWidget(later)
    assert save_sheet(open_sheet, later) == ""
    assert Path(people.starts[1]).parent == folder
    assert Path(people.starts[1]).name.startswith("feuille-2026-11-25-proteger")


def test_folder_that_is_gone_is_forgotten(
    open_sheet: SheetView, window: Window, people: People, tmp_path: Path
) -> None:
    window.settings.set(PDF_FOLDER, str(tmp_path / "usb"))
    people.files = [""]
    save_sheet(open_sheet, window)
    assert (tmp_path / "usb") not in Path(people.starts[0]).parents


def test_window_without_settings_saves_all_the_same(
    open_sheet: SheetView, qtbot: QtBot, people: People, tmp_path: Path
) -> None:
    bare = QWidget()
    qtbot.addWidget(bare)
    people.files = [str(tmp_path / "f.PDF")]
    assert save_sheet(open_sheet, bare).endswith("f.PDF")


def test_refusing_folder_asks_for_another(
    open_sheet: SheetView, window: Window, people: People, tmp_path: Path
) -> None:
    people.files = [str(tmp_path / "nowhere" / "f.pdf"), str(tmp_path / "f.pdf")]
    people.buttons = ["Choisir un autre dossier"]
    assert save_sheet(open_sheet, window)
    assert people.sentences == [
        "Le fichier n’a pas pu être enregistré. Choisissez un autre dossier."
    ]
    assert (tmp_path / "f.pdf").exists()
    assert not (tmp_path / "nowhere").exists()


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A printer that prints to a file, chosen in the dialog."""
    out = tmp_path / "printed.pdf"

    def accept(dialog: QPrintDialog) -> int:
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Canon du café"])
    monkeypatch.setattr(QPrintDialog, "exec", accept)
    return out


def test_sheet_is_printed_as_it_is_saved(
    closed_sheet: SheetView, window: Window, people: People, printer: Path, tmp_path: Path
) -> None:
    assert print_sheet(closed_sheet, window) == "La feuille part à l’imprimante."
    people.files = [str(tmp_path / "saved.pdf")]
    save_sheet(closed_sheet, window)
    printed, saved = pages_of(printer), pages_of(tmp_path / "saved.pdf")
    assert [page.split() for page in printed] == [page.split() for page in saved]


def test_cancelled_dialog_prints_nothing(
    open_sheet: SheetView, window: Window, printer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrintDialog, "exec", lambda dialog: 0)
    assert print_sheet(open_sheet, window) == ""
    assert not printer.exists()


def test_chosen_pages_alone_are_printed(
    make_sheet: Make, make_expected: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    view = make_sheet(make_expected(40))
    printer = new_printer(view)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "some.pdf"))
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 3)
    send(view, printer)
    pages = pages_of(tmp_path / "some.pdf")
    assert ["n° 2/4" in pages[0], "n° 3/4" in pages[1], len(pages)] == [True, True, 2]


def test_printer_that_refuses_is_said_so(
    open_sheet: SheetView,
    window: Window,
    people: People,
    printer: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("angrilien.ui.printing.dialog.paint_sheet", lambda *a, **k: False)
    with pytest.raises(PrinterRefused):
        send(open_sheet, new_printer(open_sheet))
    people.buttons = ["Fermer"]
    assert print_sheet(open_sheet, window) == ""
    assert people.sentences == ["La feuille n’a pas été imprimée. Vérifiez l’imprimante."]


def test_print_job_names_nobody(closed_sheet: SheetView, qtbot: QtBot) -> None:
    printer = new_printer(closed_sheet)
    assert printer.docName() == "Feuille d’émargement"
    assert (printer.width(), printer.height()) == (
        pytest.approx(210 / 25.4 * printer.resolution(), abs=10),
        pytest.approx(297 / 25.4 * printer.resolution(), abs=10),
    )
