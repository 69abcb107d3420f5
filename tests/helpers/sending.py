"""A laptop without a window that sends for real, and what its server then holds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import text as sql
from sqlmodel import select

from angrilien.domain.clock import Clock, SystemClock
from angrilien.domain.ids import venue_id
from angrilien.domain.rows import FirstStart, SendingState
from angrilien.errors import KnownError
from angrilien.server.keyring import load_keyring
from angrilien.server.tables import VenueRow
from angrilien.server.venues import new_code
from angrilien.services import opening, sending
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.services.sending import Sender
from angrilien.sync.client import Client
from angrilien.vault.programme import Programme
from angrilien.wire.ids import new_id
from helpers.notebooks import CHEAP_KDF, PHRASE
from helpers.servers import ANGRIE, LiveServer

ROUND_SECONDS = 60.0

T = TypeVar("T")


class Desk:
    """An opened notebook with its two lanes and its sender, as the application holds them."""

    def __init__(
        self,
        notebook: Notebook,
        *,
        client: Client | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.notebook = notebook
        self.lanes = Lanes()
        self.events = 0
        self.sender = Sender(
            self.lanes,
            notebook,
            notebook.programme,
            on_event=self._count,
            client=client or Client(connect=2.0, stall=5.0, total=10.0),
            chance=chance,
        )

    @classmethod
    def create(
        cls,
        folder: Path,
        programme: Programme,
        *,
        address: str,
        code: str = "",
        clock: Clock | None = None,
        client: Client | None = None,
        chance: Callable[[], float] = random.random,
    ) -> Desk:
        """Make a new notebook that speaks to the server at `address`."""
        notebook = opening.create(
            folder,
            FirstStart(name="Claire Martin", passphrase=PHRASE, venue_code=code),
            replace(programme, server=address),
            clock=clock or SystemClock(),
            kdf=CHEAP_KDF,
        )
        return cls(notebook, client=client, chance=chance)

    def do(self, verb: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run a service in the store lane, the notebook first."""
        return self.lanes.store.submit(verb, self.notebook, *args, **named).result()

    def round(self) -> KnownError | None:
        """Send what is waiting, as the button does, and ask whether there is anything for us.

        Returns:
            Why it stopped, None where all went well.
        """
        self.sender.send_now()
        self.wait()
        return self.sender.problem

    def next_try(self) -> KnownError | None:
        """Send what is waiting, as the timer does once the delay is over; as `round` returns."""
        self.sender._due = 0.0
        self.sender.tick()
        self.wait()
        return self.sender.problem

    def wait(self) -> None:
        """Wait until no exchange is under way."""
        until = time.monotonic() + ROUND_SECONDS
        while self.sender.busy:
            assert time.monotonic() < until, "a round does not end"
            time.sleep(0.001)

    @property
    def state(self) -> SendingState:
        return self.do(sending.state)

    def dump(self, *, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
        """Return every row of every table of the notebook, as text."""
        return self.do(_dump, without)

    def close(self) -> None:
        """Close it in good order; closing again does nothing."""
        self.sender.close()
        self.lanes.close()
        self.notebook.close()

    def _count(self) -> None:
        self.events += 1


def _dump(notebook: Notebook, without: tuple[str, ...]) -> dict[str, list[Any]]:
    with notebook.store.read() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).scalars()
        found: dict[str, list[Any]] = {}
        for name in set(names) - {"attempt"}:  # a diary of the attempts, whatever came of them
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()
            found[name] = sorted(
                repr({key: value for key, value in row.items() if key not in without})
                for row in rows
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the server holds of one incarnation.

    Attributes:
        commits: of each change, by seq.
        rows: number of rows stored under these (inc, seq).
        ack: highest contiguous seq.
        held: changes that could not be applied.
    """

    commits: dict[int, bytes]
    rows: int
    ack: int
    held: int


class Hub:
    """A server's database read beside it, and codes made in it."""

    def __init__(self, server: LiveServer) -> None:
        self.keyring = load_keyring(server.data)
        self.database = server.open()

    def venue(self) -> str:
        """Make a café like that of Angrie, where there is no laptop yet; return its code."""
        code = f"ESSAI-{new_id()}"
        with self.database.writing() as session:
            like = session.exec(select(VenueRow).where(VenueRow.code == ANGRIE)).one()
            session.add(VenueRow(**like.model_dump() | {"id": venue_id(code), "code": code}))
        return code

    def code(self, venue: str = "", *, days: int = 30) -> str:
        """Return a new code du lieu; `days` below zero makes one that is over.

        Of a café of its own where none is named: laptops of one café take each other's changes.
        """
        now = SystemClock().now()
        return new_code(self.database, self.keyring, venue or self.venue(), days, now)

    def query(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the server's database, `?` for each value."""
        names = [f"v{number}" for number in range(len(values))]
        for name in names:
            text = text.replace("?", f":{name}", 1)
        with self.database.engine.connect() as connection:
            rows = connection.execute(sql(text), dict(zip(names, values, strict=True)))
            return [tuple(row) for row in rows]

    def held(self, inc: str) -> Held:
        rows = self.query('SELECT seq, "commit", held FROM change WHERE inc = ?', inc)
        ack = self.query("SELECT ack FROM incarnation WHERE id = ?", inc)
        return Held(
            commits={seq: commit for seq, commit, _ in rows},
            rows=len(rows),
            ack=ack[0][0] if ack else 0,
            held=sum(code is not None for _, _, code in rows),
        )

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def written(notebook: Notebook) -> dict[int, bytes]:
    """Return the commit of each change of a notebook, by seq (in the store lane)."""
    with notebook.store.read() as connection:
        rows = connection.exec_driver_sql(
            'SELECT seq, "commit" FROM "change" WHERE inc = ?', (notebook.store.identity.inc,)
        )
        return dict(map(tuple, rows))


def assert_sent_once(desk: Desk, hub: Hub) -> int:
    """Check that the server holds each change of a laptop, and each act of it, exactly once.

    Returns:
        The number of changes.
    """
    mine = desk.do(written)
    theirs = hub.held(desk.notebook.store.identity.inc)
    assert theirs.commits == mine
    assert theirs.rows == len(mine) == theirs.ack
    assert theirs.held == 0
    # A commit is salted: the same one twice, under whatever number, would be one act twice.
    assert len(set(mine.values())) == len(mine)
    inc = desk.notebook.store.identity.inc
    elsewhere = hub.query(
        'SELECT count(*) FROM change a JOIN change b ON a."commit" = b."commit"'
        " WHERE a.inc = ? AND (b.inc, b.seq) <> (a.inc, a.seq)",
        inc,
    )
    assert elsewhere == [(0,)]
    state = desk.state
    assert (state.waiting, state.last_try_failed) == (0, False)
    return len(mine)
