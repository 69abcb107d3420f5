"""A phrase de passe on paper, if somebody wishes it. Nothing says which computer it opens."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPaintDevice, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from angrilien.ui import theme


def print_phrase(phrase: str, parent: QWidget) -> str:
    """Print a phrase with the system's print dialog; it is never saved in a file.

    Returns:
        A sentence that says what was done, empty when nothing was.
    """
    if not QPrinterInfo.availablePrinterNames():
        return _tr("Aucune imprimante n’a été trouvée. Recopiez les six mots.")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("Angrilien")
    printer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(20, 20, 20, 20),
            QPageLayout.Unit.Millimeter,
        )
    )
    dialog = QPrintDialog(printer, parent)
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not chosen:
        return ""
    if paint_phrase(phrase, printer):
        return _tr("La phrase part à l’imprimante.")
    return _tr("La phrase n’a pas été imprimée. Recopiez les six mots.")


def paint_phrase(phrase: str, device: QPaintDevice) -> bool:
    """Paint a phrase at the head of a page; return whether the device took it."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    millimetre = device.logicalDpiY() / 25.4
    place = QRectF(0, 0, device.width(), 14 * millimetre)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    lines = (
        (13, _tr("Phrase de passe d’Angrilien, à garder loin de l’ordinateur.")),
        *((20, f"{number}. {word}") for number, word in enumerate(phrase.split(), start=1)),
    )
    for points, line in lines:
        painter.setFont(QFont(theme.FAMILY, points))
        painter.drawText(place, flags, line)
        place.translate(0, 14 * millimetre)
    return painter.end()


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
