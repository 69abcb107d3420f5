"""Paper that is not the sheet: printed with the system's dialog, or saved as a PDF file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice
from PySide6.QtGui import QPagedPaintDevice, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from angrilien.errors import CannotSaveFile, PrinterRefused
from angrilien.services.saving import save_whole
from angrilien.ui.printing.dialog import ask
from angrilien.ui.printing.saving import ask_where, remember_folder
from angrilien.ui.printing.sheet import a4

_PDF_DPI = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Pages to print.

    Attributes:
        title: of the print job and of the PDF file; it names nobody.
        file_name: proposed where it is saved; it names nobody.
        paint: paints the pages on a device set to `a4()`, and tells whether it took them all.
        printed: what is said once they are on their way to the printer.
        saved: what is said once they are saved, with `{name}`.
    """

    title: str
    file_name: str
    paint: Callable[[QPagedPaintDevice], bool]
    printed: str
    saved: str


def print_document(document: Document, parent: QWidget) -> str:
    """Print with the system's dialog; without a printer, or where it refuses, save as PDF.

    Returns:
        A sentence that says what was done, empty when nothing was.

    Raises:
        CannotSaveFile: the folder or the disk refuses the PDF file.
    """
    window = parent.window()
    if getattr(window, "page", parent) is not parent or getattr(window, "covering", None):
        # The screen was left, or locked, before the answer came: nothing opens over another.
        return ""
    if not QPrinterInfo.availablePrinterNames():
        return _save(document, parent)
    printer = new_printer(document)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(document.title)
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not chosen:
        return ""
    # The dialog may have left a margin or another paper behind.
    _set_paper(printer)
    if document.paint(printer):
        return document.printed
    return _save(document, parent) if ask(parent, document.title, PrinterRefused()) else ""


def new_printer(document: Document) -> QPrinter:
    """Return the system's usual printer, set for the pages. Its job names nobody."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(document.title)
    printer.setCreator("Angrilien")
    _set_paper(printer)
    return printer


def pdf(document: Document) -> bytes:
    """Return the pages as a PDF file; its own description names nobody.

    Raises:
        CannotSaveFile: they could not be painted.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(a4())
    writer.setTitle(document.title)
    writer.setCreator("Angrilien")
    painted = document.paint(writer)
    del writer  # its last bytes are written when it ends
    if not painted:
        raise CannotSaveFile
    return bytes(buffer.data().data())


def _save(document: Document, parent: QWidget) -> str:
    path = ask_where(parent, document.title, document.file_name, _tr("Fichiers PDF"), ".pdf")
    if path is None:
        return ""
    save_whole(path, pdf(document))
    remember_folder(parent, path)
    return document.saved.format(name=path.name)


def _set_paper(printer: QPrinter) -> None:
    printer.setPageLayout(a4())
    printer.setFullPage(True)


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
