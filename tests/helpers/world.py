"""A small world for random walks: one server that can be rolled back, laptops that can be cloned.

Everything is real but the threads: the server listens on a socket of this machine, laptops speak to
it through the proxy that cuts, their notebooks are encrypted files. A laptop's two lanes run in the
caller's thread, so that a walk is the same each time.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

import uvicorn
from sqlalchemy import text

from angrilien.domain.rows import SendingState
from angrilien.errors import KnownError
from angrilien.server import backups
from angrilien.server.blobs import BLOBS
from angrilien.server.database import Database
from angrilien.server.projections import retry_held
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.services.sending import Sender, state
from angrilien.sync.client import Client, Outcome, Server
from angrilien.sync.jobs import Job
from angrilien.vault.programme import Programme
from helpers.copies import Original, open_again
from helpers.notebooks import SetClock
from helpers.proxy import Proxy
from helpers.servers import LocalServer

T = TypeVar("T")


class InlineLane:
    """A lane that runs what it is given at once, in the caller's thread."""

    def submit(self, fn: Callable[..., T], *args: Any, **named: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **named))
        except Exception as error:  # noqa: BLE001 - as a worker's future keeps it
            done.set_exception(error)
        return done

    def close(self) -> None:
        """Nothing runs."""


class InlineLanes:
    """Both lanes."""

    def __init__(self) -> None:
        self.store = InlineLane()
        self.network = InlineLane()


class Cloud:
    """The programme's server on a socket; its data can be saved, put back and opened again."""

    def __init__(self) -> None:
        self._local: LocalServer | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

        self._busy = 0
        self._quiet = threading.Condition()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            with self._quiet:
                self._busy += 1
            try:
                await self.local.app(scope, receive, send)
            finally:
                with self._quiet:
                    self._busy -= 1
                    self._quiet.notify_all()

        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listening]}, name="cloud"
        )
        self._thread.start()

    @property
    def local(self) -> LocalServer:
        assert self._local is not None
        return self._local

    def begin(self, template: Path, folder: Path) -> None:
        """Serve a fresh copy of a server's folder."""
        self.leave()
        self._local = LocalServer(shutil.copytree(template, folder))
        self.rolled_back = 0
        """How many times it lost what it knew."""

    def wait_until_quiet(self) -> None:
        """Wait for requests whose laptop went away: its end is not theirs."""
        with self._quiet:
            assert self._quiet.wait_for(lambda: not self._busy, timeout=30)

    def leave(self) -> None:
        """Serve nothing."""
        self.wait_until_quiet()
        if self._local is not None:
            self._local.close()
            self._local = None

    def restart(self) -> None:
        """Open the folder again, as another process would."""
        self.wait_until_quiet()
        self.local.close()
        self.local.open()
        local = self.local
        retry_held(local.database, local.keyring, local.clock, everything=True)

    def save(self, folder: Path) -> Path:
        """Make a backup in a new folder; return its path."""
        local = self.local
        return backups.make(local.database, local.folder / BLOBS, folder, local.clock.now())

    def roll_back(self, backup: Path) -> None:
        """Lose what came since a backup."""
        data = self.local.folder
        self.wait_until_quiet()
        self.local.close()
        for path in data.glob("server.db*"):
            path.unlink()
        shutil.rmtree(data / BLOBS, ignore_errors=True)
        empty = Database(data)
        backups.restore(backup, empty, data / BLOBS, self.local.keyring, self.local.clock.now())
        empty.close()
        self.local.open()
        self.rolled_back += 1

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query on its database."""
        with self.local.database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        self.leave()


class CrashingClient(Client):
    """The real client; `image` may take a picture of the disk at a moment of an exchange."""

    image: Callable[[str], None] | None = None

    def exchange(self, server: Server, job: Job) -> Outcome:
        self._tell("before")
        outcome = super().exchange(server, job)
        self._tell("after")
        return outcome

    def _tell(self, moment: str) -> None:
        if self.image is not None:
            self.image(moment)


@dataclass(slots=True)
class Rows:
    """What a laptop's log holds: (inc, seq) → commit, and the incarnation that it writes under."""

    inc: str
    commits: dict[tuple[str, int], bytes]
    ack: int

    @property
    def waiting(self) -> set[bytes]:
        """Commits that are not acknowledged, under the present incarnation."""
        return {
            commit
            for (inc, seq), commit in self.commits.items()
            if inc == self.inc and seq > self.ack
        }


class Laptop:
    """A laptop of the world.

    Attributes:
        known: commits of every act that was acknowledged to its user and is not legitimately gone.
        seen: `Cloud.rolled_back` at its last answered exchange.
    """

    def __init__(self, folder: Path, programme: Programme, clock: SetClock) -> None:
        self.folder, self.clock = folder, clock
        self._programme = programme
        self.known: set[bytes] = set()
        self.seen = 0
        self._open()

    @classmethod
    def make(cls, original: Original, folder: Path, address: str, programme: Programme) -> Laptop:
        """A copy of the original, which speaks to `address`."""
        return cls(original.copy(folder), replace(programme, server=address), SetClock())

    def _open(self) -> None:
        self.notebook: Notebook = open_again(self.folder, self._programme, self.clock)
        self.client = CrashingClient(connect=1.0, stall=1.0, total=5.0)
        self.sender = Sender(
            cast("Lanes", InlineLanes()),
            self.notebook,
            self.notebook.programme,
            clock=self.clock,
            client=self.client,
            chance=lambda: 0.0,
        )

    def round(self) -> KnownError | None:
        """Send what waits, and ask whether there is anything; return why it stopped."""
        self.sender.send_now()
        return self.sender.problem

    def rows(self) -> Rows:
        with self.notebook.store.read() as connection:
            # What came from another laptop of the venue is that one's to answer for.
            found = connection.exec_driver_sql(
                'SELECT inc, seq, "commit" FROM "change" WHERE inc IN (SELECT inc FROM incarnation)'
            ).all()
            ack = connection.exec_driver_sql("SELECT ack FROM sync_mark").scalar_one()
        inc = self.notebook.store.identity.inc
        return Rows(inc, {(row[0], row[1]): bytes(row[2]) for row in found}, ack)

    def sender_state(self) -> SendingState:
        """Return what the line of sending is made from."""
        return state(self.notebook)

    def table(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a table by id, without the revision that wrote each."""
        with self.notebook.store.read() as connection:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all()
        return {
            row["id"]: {k: v for k, v in row.items() if k not in ("inc", "seq")} for row in rows
        }

    def picture(self, folder: Path) -> Path:
        """Copy the disk as it is now: what a power cut or a kill would leave."""
        return Path(shutil.copytree(self.folder, folder))

    def reopen(self, folder: Path | None = None) -> None:
        """Open again, from a picture of the disk if one is given: memory is gone."""
        if folder is None:
            self.close()
        else:
            self._drop()
            self.folder = folder
        self._open()

    def reopen_after_end(self) -> None:
        """Open again what was closed in good order."""
        self._open()

    def close(self) -> None:
        """Close in good order."""
        self.sender.close()
        self.notebook.close()

    def _drop(self) -> None:
        """Let go of a notebook whose process is dead: nothing that its end would write counts."""
        self.sender.close()
        with contextlib.suppress(KnownError):
            self.notebook.close()


def road_to(cloud: Cloud) -> Proxy:
    """Return the road between the laptops and the server."""
    return Proxy(cloud.url)
