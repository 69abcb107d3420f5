"""Servers for the tests of the protocol."""

from collections.abc import Iterator

import pytest

from helpers.servers import LiveServer, live_server, server, server_template

__all__ = ["live_server", "server", "server_template", "shared_server"]


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server in another process for tests that do not mind each other's laptops."""
    with LiveServer(tmp_path_factory.mktemp("shared") / "live") as live:
        yield live
