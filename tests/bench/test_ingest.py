"""Ingest: facts a second from eight laptops at once, stored and applied, signatures checked.

A fact is one attendance change, in real envelopes over HTTP to the real server process; they are
made beforehand, so that the clients cost next to nothing. Printed beside what is asked for, and for
PostgreSQL beside COPY of the same rows. What is asserted is how many times the work of a bare floor
ingest takes: unpacking the same envelopes, parsing their lines, inserting as many rows.
"""

from __future__ import annotations

import gzip
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import select

from angrilien.domain.entities import Attendance, Participant, Workshop
from angrilien.domain.ids import venue_id
from angrilien.server.base import table
from angrilien.server.figures import read_figures
from angrilien.server.tables import ChangeRow
from angrilien.wire import dsse
from angrilien.wire.ids import new_id
from helpers.bench import dearer, say
from helpers.laptops import Laptop, Sent, write_workshop
from helpers.servers import ANGRIE, Databases, LiveServer, LocalServer, checked

pytestmark = pytest.mark.long

LAPTOPS = 8
FACTS = 4_000
"""Of each laptop."""
PEOPLE = 1_000
"""Of each laptop: an attendance is noted, marked, corrected, signed."""
SIZES = (200, 400, 800, 1_600)
"""Lines of a laptop's first batches, as 16 kB doubles; then the last size goes on."""


@pytest.fixture
def live(databases: Databases, tmp_path: Path) -> Iterator[LiveServer]:
    with LiveServer(tmp_path / "live", database_url=databases.url()) as server:
        yield server


def facts(laptop: Laptop, sizes: tuple[int, ...] = SIZES) -> list[Sent]:
    """So many attendance changes of one laptop, as the envelopes that it sends."""
    story = write_workshop(laptop, venue_id(ANGRIE), people=2, close=False)
    workshop: Workshop = story.workshop
    people = [Participant(id=new_id(), venue_id=venue_id(ANGRIE)) for _ in range(PEOPLE)]
    for person in people:
        laptop.write(person)
    lines = [
        Attendance(id=new_id(), workshop_id=workshop.id, participant_id=person.id, state="expected")
        for person in people
    ]
    first = len(laptop.changes) + 1
    for number in range(FACTS):
        line = lines[number % len(lines)]
        state = "present" if (number // len(lines)) % 2 else "expected"
        laptop.write(
            Attendance(
                id=line.id,
                workshop_id=line.workshop_id,
                participant_id=line.participant_id,
                state=state,
            )
        )
    sent = [laptop.push(1, first - 1)]
    following = iter(sizes)
    size = next(following)
    while first <= len(laptop.changes):
        last = min(first + size - 1, len(laptop.changes))
        sent.append(laptop.push(first, last))
        first, size = last + 1, next(following, size)
    return sent


def send_all(url: str, sent: list[Sent]) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        for one in sent:
            answer = client.post("/v1/push", content=one.body, headers=one.headers)
            assert answer.status_code == 200, answer.text


def test_eight_laptops_at_once(live: LiveServer, database_kind: str) -> None:
    laptops = [Laptop(aud=live.aud) for _ in range(LAPTOPS)]
    with httpx.Client(base_url=live.url, timeout=60) as client:
        for laptop in laptops:
            asked = laptop.registration(live.code())
            answer = client.post("/v1/register", content=asked.body, headers=asked.headers)
            assert checked(live.programme, asked, answer).refused == ""
        sent = [facts(laptop) for laptop in laptops]
        for some in sent:
            begin = some.pop(0)
            assert client.post("/v1/push", content=begin.body, headers=begin.headers)
    threads = [threading.Thread(target=send_all, args=(live.url, some)) for some in sent]
    family = psutil.Process(live.pid)
    before = sum(family.cpu_times()[:2])
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    worked = sum(family.cpu_times()[:2]) - before
    count = LAPTOPS * FACTS
    figures = live.figures()
    assert figures["changes"] >= count
    assert figures["held"] == 0
    said = f"asked ≥ 5,000 on SQLite; {worked / count * 1e6:.0f} µs of the server's work a fact"
    if database_kind == "postgresql":
        said += f"; COPY of the same rows: {copied(live):,.0f} a second"
    say(f"ingest, {database_kind}, {LAPTOPS} laptops: {count / took:,.0f} facts a second, {said}")


def copied(live: LiveServer) -> float:
    """Return rows a second of COPY into a table without keys or indexes."""
    database = live.open()
    try:
        with database.engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(select(table(ChangeRow)))]
        address = live.database_url.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE copied AS SELECT * FROM change WHERE false")
            begun = time.perf_counter()
            with connection.cursor().copy("COPY copied FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            connection.commit()
            return len(rows) / (time.perf_counter() - begun)
    finally:
        database.close()


MOST = 18.0
"""Times the work of the floor: 21.5 before what decision 015 tells, 15.5 since."""


class Floor:
    """The least that anybody could do with an envelope, in a durable file of its own."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite.connect(str(path), isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.execute(
            "CREATE TABLE line (inc TEXT, seq INTEGER, entity_id TEXT, at INTEGER, text TEXT,"
            " PRIMARY KEY (inc, seq))"
        )
        self._file.execute("CREATE INDEX by_row ON line (entity_id)")

    def take(self, sent: Sent) -> None:
        """Unpack it, parse its lines, and insert a row for each."""
        head, *lines = gzip.decompress(sent.body).splitlines()
        header = json.loads(head)
        rows = []
        for seq, text in enumerate(lines, start=header["from"]):
            line = json.loads(text)
            rows.append((header["inc"], seq, line["entity_id"], line["at"], text.decode()))
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", rows)
        self._file.execute("COMMIT")

    def close(self) -> None:
        self._file.close()


def test_ingest_takes_some_times_the_work_of_its_floor(
    server_template: Path, tmp_path: Path
) -> None:
    server = LocalServer(shutil.copytree(server_template, tmp_path / "server"))
    floor = Floor(tmp_path / "floor.db")
    laptops = [server.laptop() for _ in range(4)]
    each = [facts(laptop, sizes=(500,)) for laptop in laptops]
    sent = [one for turn in zip(*each, strict=True) for one in turn]
    # No push is one that came before; the first of each laptop makes its people known.
    waiting, again = iter(sent), iter(sent[len(each) :])

    def ingest() -> None:
        push = next(waiting)
        header = push.headers[dsse.HEADER]
        server.service.push(push.body, header, server.service.find_key(header))

    for _ in each:
        ingest()
    ratio = dearer(
        {"ingest of 500 facts": ingest, "its floor": lambda: floor.take(next(again))},
        4,
        at_most=MOST,
    )
    say(f"ingest takes {ratio:.1f} times the work of its floor, at most {MOST:g} asked")
    figures = read(server)
    floor.close()
    server.close()
    assert figures["held"] == 0
    assert ratio <= MOST


def read(server: LocalServer) -> dict[str, int]:
    with server.database.reading() as session:
        found = read_figures(session, None)
    assert found is not None
    return found.as_dict()
