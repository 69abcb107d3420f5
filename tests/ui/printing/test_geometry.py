"""Where everything stands on the sheet: PRODUCT's measures, and nothing beyond the margins."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angrilien.domain import drawing
from angrilien.ui.printing import geometry
from angrilien.ui.printing.geometry import Page, Rect

PAPER = Rect(0, 0, 210, 297)
COUNTS = (0, 1, 8, 9, 11, 12, 40, 400)


def rects(page: Page) -> list[Rect]:
    parts = [page.header, page.heading, page.qr, page.code, page.table_head, page.notice]
    parts += [page.folio, *geometry.columns(page.table_head).all()]
    for row in page.rows:
        parts += [row.rect, *row.cells.all()]
    if page.foot:
        of_foot = (getattr(geometry.foot_parts(page.foot), f.name) for f in FOOT)
        parts += [page.foot, *(part for part in of_foot if part is not None)]
    return parts


FOOT = dataclasses.fields(geometry.Foot)


@pytest.mark.parametrize("size", [geometry.NORMAL, geometry.LARGE])
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("lines", COUNTS)
def test_nothing_stands_beyond_the_margins(lines: int, closed: bool, size: geometry.Size) -> None:
    assert PAPER.inset(8, 8).contains(geometry.WITHIN)
    for page in geometry.lay_out(lines, closed=closed, size=size):
        assert [rect for rect in rects(page) if not geometry.WITHIN.contains(rect)] == []


@pytest.mark.parametrize("size", [geometry.NORMAL, geometry.LARGE])
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("lines", COUNTS)
def test_parts_of_a_page_do_not_overlap(lines: int, closed: bool, size: geometry.Size) -> None:
    for page in geometry.lay_out(lines, closed=closed, size=size):
        stack = [page.header, page.table_head, *(row.rect for row in page.rows)]
        stack += [part for part in (page.foot, page.notice, page.folio) if part]
        assert all(upper.bottom <= lower.y + 0.001 for upper, lower in pairwise(stack))
        assert page.heading.right <= page.code.x
        assert page.heading.right <= page.qr.x


def test_rows_and_columns_have_the_products_measures() -> None:
    (page,) = geometry.lay_out(8, closed=False)
    for row in page.rows:
        assert row.rect.height >= 15.5
        cells = row.cells
        widths = [cell.width for cell in cells.all()]
        assert widths[:5] == [9, 42, 36, 13, 17]
        assert widths[5] >= 55
        assert sum(widths) == pytest.approx(row.rect.width)
        assert all(a.right == pytest.approx(b.x) for a, b in pairwise(cells.all()))


@pytest.mark.parametrize("lines", [1, 5, 40])
def test_large_print_has_eight_rows_on_a_page_and_room_to_sign(lines: int) -> None:
    pages = geometry.lay_out(lines, closed=False, notice_height=33, size=geometry.LARGE)
    assert len(pages) == -(-(lines + geometry.SPARE_ROWS) // 8)
    for page in pages:
        assert len(page.rows) == 8
        for row in page.rows:
            assert row.rect.height > geometry.ROW_HEIGHT * 1.2
            assert row.cells.signature.width >= 55
            assert row.cells.last_name.width > geometry.LAST_NAME_WIDTH


@pytest.mark.parametrize("closed", [False, True])
def test_the_parts_of_the_foot_keep_apart(closed: bool) -> None:
    (page,) = geometry.lay_out(5, closed=closed)
    assert page.foot is not None
    parts = geometry.foot_parts(page.foot)
    assert parts.signature.y - parts.signer.bottom >= 1, "letters hang below their line"
    assert parts.signature.x - max(parts.counts.right, parts.closing.right) >= 2
    assert (parts.seal is not None) == closed
    if parts.seal is not None:
        assert parts.seal.y >= parts.counts.bottom
        assert parts.closing.x >= parts.seal.right


POINTS = st.tuples(st.integers(0, drawing.BOX_WIDTH), st.integers(0, drawing.BOX_HEIGHT))


@given(st.lists(POINTS, min_size=1, max_size=12))
def test_drawn_signature_fills_its_cell_and_keeps_its_shape(ink: list[tuple[int, int]]) -> None:
    """Its ink does, wherever in the frame and however small it was drawn."""
    (page,) = geometry.lay_out(1, closed=True)
    assert page.foot is not None
    for cell in (page.rows[0].cells.signature, geometry.foot_parts(page.foot).signature):
        fit = geometry.fit_ink((tuple(ink),), cell)
        placed = [fit.place(x, y) for x, y in ink]
        (left, right), (top, bottom) = (
            (min(side), max(side)) for side in zip(*placed, strict=True)
        )
        inner = cell.inset(geometry.INK_MARGIN, geometry.INK_MARGIN)
        assert left + right == pytest.approx(2 * inner.x + inner.width)
        assert top + bottom == pytest.approx(2 * inner.y + inner.height)
        spare = min(inner.width - (right - left), inner.height - (bottom - top))
        assert spare > -1e-6, "nothing is cut"
        zoom = fit.scale / geometry.DRAWING_UNIT
        assert zoom <= geometry.MOST_ZOOM
        assert spare < 1e-6 or zoom == geometry.MOST_ZOOM, "it is as large as it can be"


@given(lines=st.integers(0, 500), notice=st.floats(10, 40))
def test_open_sheet_has_every_line_once_then_three_blank_rows_or_more(
    lines: int, notice: float
) -> None:
    pages = geometry.lay_out(lines, closed=False, notice_height=notice)
    rows = [row for page in pages for row in page.rows]
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.line for row in rows if row.line is not None] == list(range(lines))
    assert sum(row.line is None for row in rows) >= 3
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert [page.foot is not None for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all(page.rows for page in pages)


@given(lines=st.integers(0, 500), notice=st.floats(10, 40))
def test_closed_sheet_has_its_lines_and_no_blank_row(lines: int, notice: float) -> None:
    pages = geometry.lay_out(lines, closed=True, notice_height=notice)
    rows = [row for page in pages for row in page.rows]
    assert [row.line for row in rows] == list(range(lines))
    assert len(pages) == 1 or all(page.rows for page in pages)


def test_forty_people_take_pages_with_a_header_on_each() -> None:
    pages = geometry.lay_out(40, closed=False)
    assert len(pages) == 4
    assert all(page.header.height >= 18 and page.table_head.height >= 8 for page in pages)
    assert pages[0].header.height > pages[1].header.height


def test_foot_of_a_closed_sheet_leaves_no_room_for_one_more_line() -> None:
    for lines in range(40):
        page = geometry.lay_out(lines, closed=True)[-1]
        assert page.foot is not None
        assert page.foot.y - page.table.bottom < geometry.ROW_HEIGHT / 2
