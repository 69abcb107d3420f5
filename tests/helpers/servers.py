"""Real servers for tests: one in another process over a socket, one called without a network."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
import pytest

from angrilien.domain.clock import SystemClock
from angrilien.domain.codes import show_code
from angrilien.paths import resource
from angrilien.server.api import make_app
from angrilien.server.cli import main
from angrilien.server.database import Database
from angrilien.server.figures import read_figures
from angrilien.server.folder import DATABASE_VARIABLE
from angrilien.server.keyring import KEYRING, load_keyring, make_keyring, save_keyring
from angrilien.server.schema import prepare
from angrilien.server.service import Service
from angrilien.server.venues import import_venues, new_code, read_venues
from angrilien.vault.programme import Programme, load_programme
from angrilien.wire import dsse
from angrilien.wire.answer import MEDIA_TYPE, Answer, read_answer
from helpers.laptops import START, Laptop, Sent
from helpers.postgres import Postgres

ANGRIE = "CAF-49008"
"""Code of L'Angri'lien in Angrie."""
AUD = "essai"
LISTEN_SECONDS = 30


def checked(programme: Programme, sent: Sent, response: httpx.Response) -> Answer:
    """Read a signed answer as a client must: type, signature, programme and request."""
    assert response.status_code == 200, (response.status_code, response.text)
    assert response.headers["content-type"] == MEDIA_TYPE
    programme.check_signed(dsse.ANSWER, response.content, response.headers[dsse.HEADER])
    answer = read_answer(response.content)
    assert answer.aud == programme.aud
    assert answer.req == sent.req
    return answer


@dataclass
class SetClock:
    """A clock that a test sets: an hour after the laptops' own acts begin."""

    instant: int = START + 3_600_000

    def now(self) -> int:
        return self.instant


class LocalServer:
    """The server's application called in this process, without a socket.

    Args:
        folder: for its keys and its database; made here if they are not there.
        aud: the programme's name.
        database_url: an SQLite file of the folder where it is empty.
    """

    def __init__(self, folder: Path, *, aud: str = AUD, database_url: str = "") -> None:
        self.folder = folder
        self.database_url = database_url
        self.clock = SetClock()
        if (folder / KEYRING).exists():
            self.open()
            return
        keyring, root = make_keyring(aud, "http://127.0.0.1:9", self.clock.now())
        save_keyring(folder, keyring, root)
        self.open()
        import_venues(self.database, read_venues(resource("data/venues.csv")))

    def open(self) -> None:
        """Open the folder again, as after a restart."""
        self.keyring = load_keyring(self.folder)
        self.database = Database(self.folder, self.database_url)
        epoch = prepare(self.database, self.keyring.aud, self.clock.now()).epoch
        self.service = Service(self.keyring, self.database, epoch, self.clock)
        self.app = make_app(self.service)

    def close(self) -> None:
        self.database.close()

    @property
    def programme(self) -> Programme:
        return self.keyring.programme

    def code(self, venue_code: str = ANGRIE, days: int = 30) -> str:
        return new_code(self.database, self.keyring, venue_code, days, self.clock.now())

    def raw(
        self,
        method: str,
        path: str,
        *,
        content: object = b"",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=("192.0.2.7", 4242))
            async with httpx.AsyncClient(transport=transport, base_url="http://s") as client:
                return await client.request(method, path, content=content, headers=headers)

        return asyncio.run(call())

    def push(self, sent: Sent) -> Answer:
        response = self.raw("POST", "/v1/push", content=sent.body, headers=sent.headers)
        return checked(self.programme, sent, response)

    def register(self, laptop: Laptop, venue_code: str = ANGRIE, *, code: str = "") -> Answer:
        sent = laptop.registration(code or self.code(venue_code))
        response = self.raw("POST", "/v1/register", content=sent.body, headers=sent.headers)
        return checked(self.programme, sent, response)

    def contact(self, laptop: Laptop) -> Answer:
        sent = laptop.contact()
        return checked(self.programme, sent, self.raw("GET", "/v1/contact", headers=sent.headers))

    def laptop(self, venue_code: str = ANGRIE) -> Laptop:
        """Return a registered laptop."""
        laptop = Laptop(aud=self.keyring.aud)
        assert self.register(laptop, venue_code).refused == ""
        return laptop


@dataclass
class LiveServer:
    """`angrilien-server serve` in another process, on a free port of this machine.

    Attributes:
        folder: its data, kept by `restart`.
        entry: what Python runs: the server, or one that a test has spoilt.
        database_url: of its database, an SQLite file of the folder where it is empty.
    """

    folder: Path
    aud: str = AUD
    entry: tuple[str, ...] = ("-m", "angrilien.server.cli")
    database_url: str = ""

    def __post_init__(self) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.programme_path = self.folder / "for-laptops.json"
        self._data = self.folder / "server"
        self._process: subprocess.Popen[str] | None = None
        self.run(
            "programme", "new", "--aud", self.aud, "--server", self.url,
            "--out", str(self.programme_path),
        )  # fmt: skip
        self.run("venue", "import", str(resource("data/venues.csv")))
        self.start()

    def run(self, *words: str) -> None:
        """Run a command of the server on its data, in this process; it must succeed."""
        assert self.attempt(*words) == 0

    def attempt(self, *words: str) -> int:
        """Run a command of the server on its data, in this process; return its exit code."""
        with pytest.MonkeyPatch.context() as patch:
            if self.database_url:
                patch.setenv(DATABASE_VARIABLE, self.database_url)
            return main([*words, "--data", str(self._data)])

    def open(self) -> Database:
        """Open its database beside it."""
        return Database(self._data, self.database_url)

    @property
    def data(self) -> Path:
        """The server's own folder."""
        return self._data

    @property
    def programme(self) -> Programme:
        return load_programme(self.programme_path)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *self.entry, "serve",
             "--data", str(self._data), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | ({DATABASE_VARIABLE: self.database_url} if self.database_url else {}),
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert re.fullmatch(r"prêt : http://127\.0\.0\.1:\d+\n", line), line

    def code(self, venue_code: str = ANGRIE) -> str:
        """Return a new code du lieu, as it is shown."""
        database = self.open()
        try:
            now = SystemClock().now()
            return show_code(new_code(database, load_keyring(self._data), venue_code, 30, now))
        finally:
            database.close()

    def figures(self, workshop_id: str = "") -> dict[str, int]:
        """Return the figures read back from its database."""
        database = self.open()
        try:
            with database.reading() as session:
                figures = read_figures(session, workshop_id or None)
        finally:
            database.close()
        assert figures is not None
        return figures.as_dict()

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it at once, as a power cut would."""
        return self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same port and the same data."""
        if self._process is not None:
            self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(how)
        code = process.wait(timeout=20)
        assert process.stdout is not None
        process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder that knows the venues and no laptop, to be copied."""
    folder = tmp_path_factory.mktemp("template") / "server"
    LocalServer(folder).close()
    return folder


class Databases:
    """Gives databases of one kind, which know the venues and no laptop, or nothing at all."""

    def __init__(self, postgres: Postgres | None) -> None:
        self._postgres = postgres
        self._lent: list[str] = []
        self._made: list[str] = []

    def url(self) -> str:
        """Return the address of a database, empty where the folder's own file is one."""
        if self._postgres is None:
            return ""
        self._lent.append(self._postgres.lend(AUD))
        return self._postgres.url(self._lent[-1])

    def empty_url(self) -> str:
        """Return the address of a new database without anything, as `url` does."""
        if self._postgres is None:
            return ""
        self._made.append(self._postgres.new())
        return self._postgres.url(self._made[-1])

    def close(self) -> None:
        """Give back those that were lent, and drop those that were made."""
        if self._postgres is not None:
            for name in self._lent:
                self._postgres.take_back(name)
            for name in self._made:
                self._postgres.drop(name)


def _databases(kind: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    given = Databases(None if kind == "sqlite" else request.getfixturevalue("postgres"))
    yield given
    given.close()


@pytest.fixture
def databases(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Of one kind and then the other, for one test."""
    yield from _databases(database_kind, request)


@pytest.fixture(scope="session")
def shared_databases(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The same for all the tests that do not mind each other's laptops."""
    yield from _databases(database_kind, request)


@pytest.fixture
def server(
    server_template: Path,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[LocalServer]:
    """A server called in this process; commands on its folder find its database."""
    folder = shutil.copytree(server_template, tmp_path / "server")
    local = LocalServer(folder, database_url=databases.url())
    if local.database_url:
        monkeypatch.setenv(DATABASE_VARIABLE, local.database_url)
    yield local
    local.close()


@pytest.fixture
def live_server(databases: Databases, tmp_path: Path) -> Iterator[LiveServer]:
    """A server in another process, over a socket."""
    with LiveServer(tmp_path / "live", database_url=databases.url()) as live:
        yield live
