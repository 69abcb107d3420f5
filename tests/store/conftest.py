"""An opened notebook for each test, copied from one that is made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.services.notebook import Notebook
from helpers.copies import Original, make_original
from helpers.notebooks import SetClock, make_workshop


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("original"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def nb(original: Original, tmp_path: Path, clock: SetClock) -> Iterator[Notebook]:
    notebook = original.open_copy(tmp_path, clock)
    yield notebook
    notebook.close()


@pytest.fixture
def workshop(nb: Notebook) -> str:
    return make_workshop(nb)
