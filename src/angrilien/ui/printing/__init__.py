"""The paper sheet: its words, its places, its painting, its print dialog."""

from angrilien.ui.printing.dialog import print_sheet, save_sheet
from angrilien.ui.printing.sheet import paint_sheet, sheet_pdf

__all__ = ["paint_sheet", "print_sheet", "save_sheet", "sheet_pdf"]
