"""The longest tests begin first, so that none is left alone at the end of a run in parallel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

FIRST: Final = ("e2e", "faults", "ui", "contract", "services")
_TESTS: Final = Path(__file__).resolve().parents[1]


def _rank(item: pytest.Item) -> int:
    folders = item.path.relative_to(_TESTS).parts if item.path.is_relative_to(_TESTS) else ()
    return next((n for n, name in enumerate(FIRST) if name in folders[:1]), len(FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders that take long in front; each keeps its own order."""
    items.sort(key=_rank)
