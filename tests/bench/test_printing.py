"""What a page of the sheet costs, beside a bare page of the same text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPdfWriter

from angrilien.domain.rows import SheetLineRow, SheetView, VenueRow, WorkshopRow
from angrilien.ui import theme
from angrilien.ui.printing.geometry import LARGE, NORMAL, Size
from angrilien.ui.printing.sheet import a4, page_count, pdf_bytes
from helpers.bench import dearer, say
from helpers.notebooks import NAMES, NOON

PEOPLE = 40
RATIO = 14
"""A page has its frame, its code as squares, and texts that are fitted into their cells."""


def make_sheet() -> SheetView:
    lines = tuple(
        SheetLineRow(number=n + 1, last_name=NAMES[n % 10][1], first_name=NAMES[n % 10][0])
        for n in range(PEOPLE)
    )
    workshop = WorkshopRow(
        id="w",
        title="Protéger ses données",
        date="2026-11-25",
        starts_at=NOON + 2 * 3_600_000,
        ends_at=NOON + 4 * 3_600_000,
        tz="Europe/Paris",
        state="open",
        themes=(),
        level=None,
        venue=VenueRow(id="v", name="L’Angri’lien", commune="Angrie"),
        facilitators=("Claire Martin",),
        after_the_fact=False,
        code="7Q2KM4XR9R",
    )
    return SheetView(workshop=workshop, lines=lines, present=0, first_timers=0, anonymous=0)


def bare_pages(view: SheetView, pages: int) -> None:
    """As many pages with nothing but the names."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(a4())
    painter = QPainter(writer)
    painter.setFont(QFont(theme.FAMILY, 12))
    for page in range(pages):
        if page:
            writer.newPage()
        for n, line in enumerate(view.lines):
            place = QRectF(500, 200 * n, 4_000, 200)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, line.last_name)
    painter.end()


@pytest.mark.parametrize("size", [NORMAL, LARGE])
def test_a_page_of_the_sheet(qapp: object, size: Size) -> None:
    theme.load_fonts()
    view = make_sheet()
    pages = page_count(view, size)
    ratio = dearer(
        {
            f"{pages} pages of the sheet": lambda: pdf_bytes(view, size),
            f"{pages} bare pages": lambda: bare_pages(view, pages),
        },
        6,
        at_most=RATIO,
    )
    say(f"a page of the sheet costs {ratio:.1f} bare pages")
    assert ratio <= RATIO
