"""Opened notebooks: one for each test file, where each test has its own workshop, and fresh ones.

A notebook warms up (SQL is compiled once for each opening), so that sharing it saves most of the
time. Who needs the whole notebook for itself, or another hour, asks for `fresh`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.services.notebook import Notebook
from helpers.copies import Original, make_original
from helpers.notebooks import NOON, SetClock, make_workshop


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="module")
def nb(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    # Half an hour before the workshop begins: who is noted present is arriving.
    clock = SetClock(NOON + 90 * 60_000)
    notebook = original.open_copy(tmp_path_factory.mktemp("shared"), clock)
    yield notebook
    notebook.close()


@pytest.fixture
def workshop(nb: Notebook) -> str:
    return make_workshop(nb)


@pytest.fixture
def clock() -> SetClock:
    """The clock of `fresh`."""
    return SetClock(NOON)


@pytest.fixture
def fresh(original: Original, tmp_path: Path, clock: SetClock) -> Iterator[Notebook]:
    notebook = original.open_copy(tmp_path, clock)
    yield notebook
    notebook.close()
