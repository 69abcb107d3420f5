"""Where everything stands on the printed sheet, in millimetres. No Qt, no text, no person.

The page is an A4 held upright, its origin the upper left corner of the paper. Nothing is placed
outside the margins, so that a printer's own blank border never cuts anything.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from angrilien.domain.drawing import Strokes

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
DRAWING_UNIT: Final = 0.1
INK_MARGIN: Final = 0.9
"""Between a drawn signature and the lines of its cell."""
MOST_ZOOM: Final = 2.5

FIRST_HEADER: Final = 42.0
NEXT_HEADER: Final = 18.5
TABLE_HEAD: Final = 9.0
FOOT: Final = 20.5
SEALED_FOOT: Final = 28.0
"""Of a closed sheet: the square of its seal stands in it."""
SEAL_SIDE: Final = 18.0
_SIGNER_GAP: Final = 1.0
"""Between the signer's name and the frame under it: letters hang below their line."""
FOLIO: Final = 4.0
GAP: Final = 2.0
NOTICE: Final = 22.0
"""Height of the information notice, where nobody measured it."""
_BETWEEN: Final = 4.0
"""Millimetres between two columns of the notice."""
QR_SIDE: Final = 24.0
NEXT_QR_SIDE: Final = 18.0
CODE_WIDTH: Final = 34.0
CORRECTION: Final = 19.0
"""Height of a correction, with the animateur's signature beside it."""
SPARE_ROWS: Final = 3
"""Blank rows that an open sheet has at least, for who comes without being expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A sheet of a size of print.

    Attributes:
        row: height of a row.
        widths: of the columns before the signature's, which takes the rest.
        table_head: height of the table's head.
        first_header: height of the first page's header.
        most_rows: on a page, 0 for as many as there is room for.
        zoom: how many times larger the table's texts are.
        lesser_zoom: the same for the header's and the notice's.
    """

    row: float = ROW_HEIGHT
    widths: tuple[float, ...] = (
        NUMBER_WIDTH,
        LAST_NAME_WIDTH,
        FIRST_NAME_WIDTH,
        FIRST_TIME_WIDTH,
        ARRIVAL_WIDTH,
    )
    table_head: float = TABLE_HEAD
    first_header: float = FIRST_HEADER
    most_rows: int = 0
    zoom: float = 1.0
    lesser_zoom: float = 1.0


NORMAL: Final = Size()
LARGE: Final = Size(
    row=19.4,
    widths=(11.0, 44.0, 37.0, 17.0, 20.0),
    table_head=11.5,
    first_header=46.5,
    most_rows=8,
    zoom=1.5,
    lesser_zoom=1.15,
)
"""Large print: eight rows on a page."""


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
    corrections: tuple[Rect, ...] = ()
    """Places of the corrections, under the foot or on pages of their own, which have no rows."""

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
    seal: Rect | None
    """The square of the seal; an open sheet has none."""
    signer: Rect
    signature: Rect


def columns(row: Rect, size: Size = NORMAL) -> Columns:
    """Return the cells of a row."""
    cells = []
    x = row.x
    for width in size.widths:
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


@dataclass(frozen=True, slots=True)
class Fit:
    """How a drawing is laid on the page: millimetres for each of its units, and of its origin."""

    scale: float
    x: float
    y: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the drawing stands on the page."""
        return self.x + x * self.scale, self.y + y * self.scale


def fit_ink(strokes: Strokes, cell: Rect) -> Fit:
    """Return how a drawn signature fills its cell: its ink, not the frame it was drawn in.

    The aspect is kept, the ink stands in the middle. A small cross or a dot is not blown up beyond
    `MOST_ZOOM` times the size that `domain.drawing` codes, a tenth of a millimetre for a unit.
    """
    inner = cell.inset(INK_MARGIN, INK_MARGIN)
    xs = [x for stroke in strokes for x, _ in stroke]
    ys = [y for stroke in strokes for _, y in stroke]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(
        inner.width / max(width, 1), inner.height / max(height, 1), MOST_ZOOM * DRAWING_UNIT
    )
    return Fit(
        scale,
        inner.x + inner.width / 2 - scale * (min(xs) + width / 2),
        inner.y + inner.height / 2 - scale * (min(ys) + height / 2),
    )


def foot_parts(foot: Rect) -> Foot:
    """Return the parts of the foot; the square of the seal is where the closing's words begin."""
    signature = Rect(
        foot.right - DRAWING_WIDTH - 2, foot.bottom - ROW_HEIGHT, DRAWING_WIDTH + 2, ROW_HEIGHT
    )
    left = foot.width - signature.width - 4
    under = 10.0
    seal = Rect(foot.x, foot.bottom - SEAL_SIDE, SEAL_SIDE, SEAL_SIDE)
    x = seal.right + 1 if foot.height >= SEALED_FOOT else foot.x
    return Foot(
        counts=Rect(foot.x, foot.y, left, 9.0),
        closing=Rect(x, foot.y + under, foot.x + left - x, foot.height - under),
        seal=seal if foot.height >= SEALED_FOOT else None,
        signer=Rect(signature.x, foot.y, signature.width, foot.height - ROW_HEIGHT - _SIGNER_GAP),
        signature=signature,
    )


def correction_parts(place: Rect) -> tuple[Rect, Rect]:
    """Return where a correction's words stand, and the signature beside them."""
    height = CORRECTION - GAP
    width = DRAWING_WIDTH + 2
    signature = Rect(place.right - width, place.y, width, height)
    return Rect(place.x, place.y, signature.x - place.x - 4, height), signature


def notice_columns(notice: Rect, shares: tuple[float, ...]) -> tuple[Rect, ...]:
    """Return the notice's columns, side by side, each as wide as its share asks."""
    width = notice.width - _BETWEEN * (len(shares) - 1)
    places = []
    x = notice.x
    for share in shares:
        places.append(Rect(x, notice.y, width * share / sum(shares), notice.height))
        x = places[-1].right + _BETWEEN
    return tuple(places)


def lay_out(
    lines: int,
    *,
    closed: bool,
    notice_height: float = NOTICE,
    corrections: int = 0,
    size: Size = NORMAL,
) -> tuple[Page, ...]:
    """Place a sheet of `lines` lines on as many pages as it takes.

    An open sheet has `SPARE_ROWS` blank rows at least, and goes on with blank rows to the end of
    its last page: paper that is there anyway. A closed one has none.

    Args:
        lines: the sheet's lines, people and présences sans nom.
        closed: whether the sheet is closed.
        notice_height: of the information notice, in millimetres.
        corrections: of an ended sheet, placed under its foot and, from there, on further pages.
        size: of print.
    """
    plan = _Plan(size, notice_height, SEALED_FOOT if closed else FOOT)
    rows = lines if closed else lines + SPARE_ROWS
    counts = plan.share(rows)
    if not closed:
        counts[-1] = plan.room(first=len(counts) == 1, last=True)
    pages = []
    placed = 0
    for index, count in enumerate(counts):
        numbers = range(placed, placed + count)
        page = _page(index, numbers, lines, notice_height, size)
        if index == len(counts) - 1:
            page = dataclasses.replace(page, foot=_foot(page, closed=closed))
        pages.append(page)
        placed += count
    return _with_corrections(pages, corrections, notice_height, size)


def _with_corrections(pages: list[Page], count: int, notice: float, size: Size) -> tuple[Page, ...]:
    """Place corrections under the foot of the last page, and the rest on pages without rows."""
    while count:
        page = pages[-1]
        top = page.foot.bottom + GAP if page.foot else page.header.bottom + GAP
        places = min(count, int((page.notice.y - GAP - top) / CORRECTION + 1e-9))
        if places:
            at = page.header
            blocks = (Rect(at.x, top + i * CORRECTION, at.width, CORRECTION) for i in range(places))
            pages[-1] = dataclasses.replace(page, corrections=tuple(blocks))
            count -= places
        if count:
            pages.append(_page(len(pages), range(0), 0, notice, size))
    return tuple(pages)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How rows are shared among pages.

    Attributes:
        size: of print.
        notice: height of the notice.
        foot: height of the foot.
    """

    size: Size
    notice: float
    foot: float

    def room(self, *, first: bool, last: bool) -> int:
        """Return how many rows a page takes."""
        size = self.size
        taken = (size.first_header if first else NEXT_HEADER) + GAP + size.table_head
        taken += GAP + self.notice + GAP + FOLIO
        if last:
            taken += GAP + self.foot
        rows = int((WITHIN.height - taken) / size.row + 1e-9)
        return min(rows, size.most_rows) if size.most_rows else rows

    def share(self, rows: int) -> list[int]:
        """Share rows: each page full but the last, which has the foot and one row or more."""
        counts: list[int] = []
        while True:
            first = not counts
            if rows <= self.room(first=first, last=True):
                return [*counts, rows]
            # The last page never has a foot alone: a row goes over with it.
            taken = min(self.room(first=first, last=False), rows - 1)
            counts.append(taken)
            rows -= taken


def _page(index: int, numbers: range, lines: int, notice_height: float, size: Size) -> Page:
    within = WITHIN
    header_height = size.first_header if index == 0 else NEXT_HEADER
    header = Rect(within.x, within.y, within.width, header_height)
    table_head = Rect(within.x, header.bottom + GAP, within.width, size.table_head)
    folio = Rect(within.x, within.bottom - FOLIO, within.width, FOLIO)
    notice = Rect(within.x, folio.y - GAP - notice_height, within.width, notice_height)
    rows = []
    for place, number in enumerate(numbers):
        y = table_head.bottom + place * size.row
        rect = Rect(within.x, y, within.width, size.row)
        line = number if number < lines else None
        rows.append(Row(number=number + 1, line=line, rect=rect, cells=columns(rect, size)))
    qr, code = _first_code(header) if index == 0 else _next_code(header)
    return Page(
        number=index + 1,
        header=header,
        heading=Rect(header.x, header.y, code.x - header.x - 4, header.height),
        qr=qr,
        code=code,
        table_head=table_head,
        rows=tuple(rows),
        foot=None,
        notice=notice,
        folio=folio,
    )


def _foot(page: Page, *, closed: bool) -> Rect:
    """Return the foot's place: above the notice, or right under the lines of a closed sheet.

    So no line can be added between the last one and the animateur's signature.
    """
    at, height = page.table_head, SEALED_FOOT if closed else FOOT
    y = page.table.bottom + GAP if closed else page.notice.y - GAP - height
    return Rect(at.x, y, at.width, height)


def _first_code(header: Rect) -> tuple[Rect, Rect]:
    """Return the places of the QR and, under it, of the code."""
    qr = Rect(header.right - (CODE_WIDTH + QR_SIDE) / 2, header.y, QR_SIDE, QR_SIDE)
    return qr, Rect(header.right - CODE_WIDTH, qr.bottom, CODE_WIDTH, 11.0)


def _next_code(header: Rect) -> tuple[Rect, Rect]:
    """Return the places of the QR and, beside it, of the code."""
    qr = Rect(header.right - NEXT_QR_SIDE, header.y, NEXT_QR_SIDE, NEXT_QR_SIDE)
    height = 11.0
    y = qr.y + (qr.height - height) / 2
    return qr, Rect(qr.x - CODE_WIDTH, y, CODE_WIDTH, height)
