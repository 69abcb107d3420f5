"""Printing a sheet with the system's own dialog, or saving it as PDF where the person chooses."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from angrilien.errors import CannotSaveFile, KnownError, PrinterMissing, PrinterRefused
from angrilien.settings import SHEET_PRINT, Settings
from angrilien.ui.printing.geometry import LARGE, NORMAL, Size
from angrilien.ui.printing.saving import ask_where, remember_folder
from angrilien.ui.printing.sheet import a4, page_count, paint_sheet, sheet_pdf
from angrilien.ui.printing.words import Printable, file_name, say
from angrilien.ui.widgets import Button
from angrilien.ui.words import button_text, problem_text


def print_sheet(view: Printable, parent: QWidget) -> str:
    """Print a sheet with the system's print dialog; without a printer, offer to save it as PDF.

    Args:
        view: the sheet, open or closed.
        parent: the screen that asks.

    Returns:
        A sentence that says what was done, empty when nothing was.
    """
    if not QPrinterInfo.availablePrinterNames():
        if ask(parent, _tr("Feuille d’émargement"), PrinterMissing()):
            return save_sheet(view, parent)
        return ""
    size = _size(parent)
    printer = new_printer(view)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(_tr("Imprimer la feuille"))
    option = QAbstractPrintDialog.PrintDialogOption
    dialog.setOption(option.PrintSelection, on=False)
    dialog.setOption(option.PrintCurrentPage, on=False)
    dialog.setOption(option.PrintPageRange, on=True)
    dialog.setMinMax(1, page_count(view, size))
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not chosen:
        return ""
    try:
        send(view, printer, size)
    except PrinterRefused as error:
        if ask(parent, _tr("Feuille d’émargement"), error):
            return save_sheet(view, parent)
        return ""
    return _tr("La feuille part à l’imprimante.")


def save_sheet(view: Printable, parent: QWidget) -> str:
    """Save a sheet as PDF where the person chooses; the next one starts in the same folder.

    The folder is remembered in the `settings` of the parent's window, where it has some.

    Returns:
        A sentence that says what was done, empty when nothing was.
    """
    while True:
        path = ask_where(
            parent, _tr("Enregistrer la feuille"), file_name(view), _tr("Fichiers PDF"), ".pdf"
        )
        if path is None:
            return ""
        try:
            sheet_pdf(view, path, _size(parent))
        except CannotSaveFile as error:
            if not ask(parent, _tr("Feuille d’émargement"), error):
                return ""
        else:
            remember_folder(parent, path)
            return _tr("La feuille est enregistrée\u00a0: {name}").format(name=path.name)


def new_printer(view: Printable) -> QPrinter:
    """Return the system's usual printer, set for a sheet. Its job names nobody."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(say(view).title)
    printer.setCreator("Angrilien")
    _set_paper(printer)
    return printer


def send(view: Printable, printer: QPrinter, size: Size = NORMAL) -> None:
    """Print the pages that the dialog chose.

    Raises:
        PrinterRefused: the printer, or the system's print queue, does not take it.
    """
    # The dialog may have left a margin or another paper behind: the sheet is made for A4.
    _set_paper(printer)
    first, last = 1, None
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage() > 0:
        first, last = printer.fromPage(), printer.toPage()
    if not paint_sheet(view, printer, size=size, first=first, last=last):
        raise PrinterRefused


def _set_paper(printer: QPrinter) -> None:
    printer.setPageLayout(a4())
    printer.setFullPage(True)


def _size(parent: QWidget) -> Size:
    """Return the size of print that was chosen on this computer."""
    settings = getattr(parent.window(), "settings", None)
    chosen = settings.get(SHEET_PRINT) if isinstance(settings, Settings) else ""
    return LARGE if chosen == "large" else NORMAL


def ask(parent: QWidget, title: str, problem: KnownError) -> bool:
    """Say a problem in a sentence, and tell whether its button was chosen."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(problem_text(problem))
    go_on = Button(button_text(problem), "primary")
    close = Button(_tr("Fermer"), "secondary")
    box.addButton(go_on, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(close, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(close)
    box.exec()
    chosen = box.clickedButton() is go_on
    box.deleteLater()
    return chosen


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
