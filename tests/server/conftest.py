"""Servers for the tests of the protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.servers import LiveServer, LocalServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    """A server called in this process."""
    local = LocalServer(tmp_path / "server")
    yield local
    local.close()


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server in another process, over a socket."""
    with LiveServer(tmp_path / "live") as live:
        yield live
