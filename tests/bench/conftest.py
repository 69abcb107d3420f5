"""What the benchmarks measure on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from angrilien.services.notebook import Notebook
from helpers.crowd import make_crowd
from helpers.servers import databases, server_template

__all__ = ["databases", "server_template"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Notebook, str]]:
    """A notebook whose workshop expects 2,000 people."""
    notebook, workshop = make_crowd(tmp_path_factory.mktemp("crowd"))
    yield notebook, workshop
    notebook.close()
