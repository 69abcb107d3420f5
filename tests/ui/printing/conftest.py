"""Sheets on invented people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from angrilien.domain.rows import SheetLineRow, SheetView, WorkshopRow
from helpers.sheets import attended, expected, sheet, workshop


@pytest.fixture
def open_sheet() -> SheetView:
    return sheet(expected(8))


@pytest.fixture
def closed_sheet() -> SheetView:
    return sheet(attended(), closed=True)


@pytest.fixture
def make_sheet() -> Callable[..., SheetView]:
    return sheet


@pytest.fixture
def make_expected() -> Callable[[int], tuple[SheetLineRow, ...]]:
    return expected


@pytest.fixture
def make_workshop() -> Callable[..., WorkshopRow]:
    return workshop
