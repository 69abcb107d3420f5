"""One server in another process, the bad road to it, and laptops that send through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.kills import Lives
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub
from helpers.servers import Databases, LiveServer, databases, server_template, shared_databases

__all__ = ["databases", "server_template", "shared_databases"]


@pytest.fixture(scope="session")
def live(
    shared_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """One server for all the tests that do not end it; each laptop has a code of its own."""
    folder = tmp_path_factory.mktemp("live")
    with LiveServer(folder, database_url=shared_databases.url()) as server:
        yield server


@pytest.fixture(scope="session")
def hub(live: LiveServer) -> Iterator[Hub]:
    """What stands in the server's database, and its codes."""
    with Hub(live) as opened:
        yield opened


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    """Processes to kill; at the end, none of them may have complained."""
    with Lives(tmp_path_factory.mktemp("lives") / "stderr") as lives:
        yield lives


@pytest.fixture
def proxy(live: LiveServer) -> Iterator[Proxy]:
    """The road to the server."""
    with Proxy(live.url) as road:
        yield road


@pytest.fixture
def new_desk(
    tmp_path: Path, live: LiveServer, hub: Hub, proxy: Proxy
) -> Iterator[Callable[..., Desk]]:
    """Make laptops that send through the proxy; the first one is registered unless told not to."""
    made: list[Desk] = []

    def make(*, code: str | None = None, **options: object) -> Desk:
        desk = Desk.create(
            tmp_path / f"laptop-{len(made)}",
            live.programme,
            address=proxy.url,
            code=hub.code() if code is None else code,
            **options,  # type: ignore[arg-type]
        )
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()
