"""Where everything stands on the printed sheet, in millimetres. No Qt, no text, no person.

The page is an A4 held upright, its origin the upper left corner of the paper. Nothing is placed
outside the margins, so that a printer's own blank border never cuts anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
SIDE: Final = 12.0
"""Left and right margin."""
TOP: Final = 9.0
BOTTOM: Final = 8.0

NUMBER_WIDTH: Final = 9.0
LAST_NAME_WIDTH: Final = 42.0
FIRST_NAME_WIDTH: Final = 36.0
FIRST_TIME_WIDTH: Final = 13.0
ARRIVAL_WIDTH: Final = 17.0
ROW_HEIGHT: Final = 15.5
DRAWING_WIDTH: Final = 55.0
"""Of the box that `domain.drawing` codes; its height is a row's."""

FIRST_HEADER: Final = 43.0
NEXT_HEADER: Final = 20.0
TABLE_HEAD: Final = 9.0
FOOT: Final = 21.0
FOLIO: Final = 4.5
GAP: Final = 2.0
NOTICE: Final = 22.0
"""Height of the information notice, where nobody measured it."""
QR_SIDE: Final = 24.0
NEXT_QR_SIDE: Final = 18.0
CODE_WIDTH: Final = 34.0
SPARE_ROWS: Final = 3
"""Blank rows that an open sheet has at least, for who comes without being expected."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the y of its lower side."""
        return self.y + self.height

    def inset(self, across: float, down: float = 0.0) -> Rect:
        """Return the rectangle without `across` on both sides, `down` above and below."""
        return Rect(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def contains(self, other: Rect) -> bool:
        """Tell whether `other` is inside, to a thousandth of a millimetre."""
        return (
            other.x >= self.x - 0.001
            and other.y >= self.y - 0.001
            and other.right <= self.right + 0.001
            and other.bottom <= self.bottom + 0.001
        )


WITHIN: Final = Rect(SIDE, TOP, PAGE_WIDTH - 2 * SIDE, PAGE_HEIGHT - TOP - BOTTOM)
"""What the margins leave of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The cells of one row, or of the table's head."""

    number: Rect
    last_name: Rect
    first_name: Rect
    first_time: Rect
    arrival: Rect
    signature: Rect

    @property
    def names(self) -> Rect:
        """Return the two cells of the name as one."""
        return Rect(
            self.last_name.x,
            self.last_name.y,
            self.first_name.right - self.last_name.x,
            self.last_name.height,
        )

    def all(self) -> tuple[Rect, ...]:
        """Return the six cells, from left to right."""
        return (
            self.number,
            self.last_name,
            self.first_name,
            self.first_time,
            self.arrival,
            self.signature,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; the signature takes all that the other columns leave.

    Attributes:
        number: printed at its start, on from page to page.
        line: index of its line in the sheet, None for a blank row.
    """

    number: int
    line: int | None
    rect: Rect
    cells: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `foot` is on the last one only; the notice is on each, for who signs there."""

    number: int
    header: Rect
    heading: Rect
    """Of the header, the part for words."""
    qr: Rect
    code: Rect
    table_head: Rect
    rows: tuple[Row, ...]
    foot: Rect | None
    notice: Rect
    folio: Rect

    @property
    def table(self) -> Rect:
        """Return the table's head and its rows."""
        bottom = self.rows[-1].rect.bottom if self.rows else self.table_head.bottom
        return Rect(
            self.table_head.x, self.table_head.y, self.table_head.width, bottom - self.table_head.y
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """The foot: counts on the left, the animateur's signature on the right."""

    counts: Rect
    closing: Rect
    """When it was closed, with its fingerprint."""
    signer: Rect
    signature: Rect


def columns(row: Rect) -> Columns:
    """Return the cells of a row."""
    cells = []
    x = row.x
    for width in (
        NUMBER_WIDTH,
        LAST_NAME_WIDTH,
        FIRST_NAME_WIDTH,
        FIRST_TIME_WIDTH,
        ARRIVAL_WIDTH,
    ):
        cells.append(Rect(x, row.y, width, row.height))
        x += width
    return Columns(
        number=cells[0],
        last_name=cells[1],
        first_name=cells[2],
        first_time=cells[3],
        arrival=cells[4],
        signature=Rect(x, row.y, row.right - x, row.height),
    )


def drawing_box(cell: Rect) -> Rect:
    """Return where a drawn signature goes: at the size it was fitted to, in the middle."""
    return Rect(
        cell.x + (cell.width - DRAWING_WIDTH) / 2,
        cell.y + (cell.height - ROW_HEIGHT) / 2,
        DRAWING_WIDTH,
        ROW_HEIGHT,
    )


def foot_parts(foot: Rect) -> Foot:
    """Return the parts of the foot."""
    signature = Rect(
        foot.right - DRAWING_WIDTH - 2, foot.bottom - ROW_HEIGHT, DRAWING_WIDTH + 2, ROW_HEIGHT
    )
    left = foot.width - signature.width - 4
    return Foot(
        counts=Rect(foot.x, foot.y, left, 11.0),
        closing=Rect(foot.x, foot.y + 11.5, left, foot.height - 11.5),
        signer=Rect(signature.x, foot.y, signature.width, foot.height - ROW_HEIGHT),
        signature=signature,
    )


def notice_columns(notice: Rect, count: int) -> tuple[Rect, ...]:
    """Return the notice's columns, side by side."""
    between = 4.0
    width = (notice.width - between * (count - 1)) / count
    return tuple(
        Rect(notice.x + i * (width + between), notice.y, width, notice.height) for i in range(count)
    )


def lay_out(lines: int, *, closed: bool, notice_height: float = NOTICE) -> tuple[Page, ...]:
    """Place a sheet of `lines` lines on as many pages as it takes.

    An open sheet has `SPARE_ROWS` blank rows at least, and goes on with blank rows to the end of
    its last page: paper that is there anyway. A closed one has none.

    Args:
        lines: the sheet's lines, people and présences sans nom.
        closed: whether the sheet is closed.
        notice_height: of the information notice, in millimetres.
    """
    rows = lines if closed else lines + SPARE_ROWS
    counts = _share(rows, notice_height)
    if not closed:
        counts[-1] = _room(len(counts) == 1, True, notice_height)
    pages = []
    placed = 0
    for index, count in enumerate(counts):
        numbers = range(placed, placed + count)
        pages.append(_page(index, len(counts), numbers, lines, notice_height))
        placed += count
    return tuple(pages)


def _room(first: bool, last: bool, notice: float) -> int:
    """Return how many rows a page takes."""
    taken = (FIRST_HEADER if first else NEXT_HEADER) + GAP + TABLE_HEAD
    taken += GAP + notice + GAP + FOLIO
    if last:
        taken += GAP + FOOT
    return int((WITHIN.height - taken) / ROW_HEIGHT + 1e-9)


def _share(rows: int, notice: float) -> list[int]:
    """Share rows among pages: each full but the last, which has the foot and one row or more."""
    counts: list[int] = []
    while True:
        first = not counts
        if rows <= _room(first, True, notice):
            return [*counts, rows]
        # The last page never has a foot alone: a row goes over with it.
        taken = min(_room(first, False, notice), rows - 1)
        counts.append(taken)
        rows -= taken


def _page(index: int, count: int, numbers: range, lines: int, notice_height: float) -> Page:
    within = WITHIN
    header_height = FIRST_HEADER if index == 0 else NEXT_HEADER
    header = Rect(within.x, within.y, within.width, header_height)
    side = QR_SIDE if index == 0 else NEXT_QR_SIDE
    table_head = Rect(within.x, header.bottom + GAP, within.width, TABLE_HEAD)
    folio = Rect(within.x, within.bottom - FOLIO, within.width, FOLIO)
    notice = Rect(within.x, folio.y - GAP - notice_height, within.width, notice_height)
    foot = Rect(within.x, notice.y - GAP - FOOT, within.width, FOOT)
    rows = []
    for place, number in enumerate(numbers):
        y = table_head.bottom + place * ROW_HEIGHT
        rect = Rect(within.x, y, within.width, ROW_HEIGHT)
        line = number if number < lines else None
        rows.append(Row(number=number + 1, line=line, rect=rect, cells=columns(rect)))
    return Page(
        number=index + 1,
        header=header,
        heading=Rect(header.x, header.y, header.width - CODE_WIDTH - 4, header.height),
        qr=Rect(header.right - (CODE_WIDTH + side) / 2, header.y, side, side)
        if index == 0
        else Rect(header.right - side, header.y, side, side),
        code=Rect(header.right - CODE_WIDTH, header.y + side, CODE_WIDTH, 11.0)
        if index == 0
        else Rect(header.right - CODE_WIDTH - side, header.y + 3, CODE_WIDTH - 1, 11.0),
        table_head=table_head,
        rows=tuple(rows),
        foot=foot if index == count - 1 else None,
        notice=notice,
        folio=folio,
    )
