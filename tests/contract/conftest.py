"""Servers for the tests of the protocol."""

from collections.abc import Iterator

import pytest

from helpers.servers import (
    Databases,
    LiveServer,
    databases,
    live_server,
    server,
    server_template,
    shared_databases,
)

__all__ = [
    "databases",
    "live_server",
    "server",
    "server_template",
    "shared_databases",
    "shared_server",
]


@pytest.fixture(scope="session")
def shared_server(
    shared_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A server in another process for tests that do not mind each other's laptops."""
    folder = tmp_path_factory.mktemp("shared") / "live"
    with LiveServer(folder, database_url=shared_databases.url()) as live:
        yield live
