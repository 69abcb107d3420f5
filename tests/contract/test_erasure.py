"""A14 on the server: a person is erased here at once, and nothing of them comes in later.

Must show: 0 hits of the names in any file, the seals verify, the receipts and the figures stay. The
broken variant (†) stores what arrives later as it comes: the names are back.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from angrilien.domain.entities import Alias, Attendance, FollowUp, Participant
from angrilien.domain.ids import alias_id, venue_id
from angrilien.server import backups, drills, ingest
from angrilien.server.base import server_registry, table
from angrilien.server.blobs import BLOBS
from angrilien.server.cli import main
from angrilien.server.figures import Figures, read_figures
from angrilien.server.folder import DATABASE_VARIABLE
from angrilien.server.keyring import KEYRING, PROGRAMME
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow
from angrilien.wire.canonical import unb64
from angrilien.wire.ids import new_id
from angrilien.wire.order import ERASE, read_order
from angrilien.wire.push import decode_push
from helpers.laptops import Laptop, Story, name_provisional, write_workshop
from helpers.servers import ANGRIE, Databases, LocalServer, checked

pytestmark = pytest.mark.postgres
OTHER = "CAF-03019"
CANARY = b"Durand-0"
"""The first person of every workshop that a laptop writes here."""
CONTROL = b"Durand-1"
CHANGES = table(ChangeRow)


def erase(server: LocalServer, person: str) -> None:
    assert main(["erase", "--person", person, "--data", str(server.folder)]) == 0


def hits(server: LocalServer, name: bytes) -> int:
    """Count the files and the tables of the server that hold a name."""
    files = [path.read_bytes() for path in server.folder.rglob("*") if path.is_file()]
    with server.database.reading() as session:
        for one in server_registry.metadata.sorted_tables:
            rows = session.connection().execute(select(one))
            files.append("\n".join(repr(tuple(row)) for row in rows).encode())
    return sum(name in file for file in files)


def figures(server: LocalServer) -> Figures:
    with server.database.reading() as session:
        found = read_figures(session)
    assert found is not None
    return found


def orders(server: LocalServer, laptop: Laptop) -> list[tuple[str, str]]:
    """Return the rows that the erasures name which a laptop is ordered."""
    found = [read_order(payload.encode()) for payload, _ in server.contact(laptop).orders]
    assert all(order.kind == ERASE and order.dev == laptop.dev for order in found)
    return [row for order in found for row in order.rows]


@pytest.fixture
def laptop(server: LocalServer) -> Laptop:
    return server.laptop()


def test_what_is_there_loses_what_it_said(server: LocalServer, laptop: Laptop) -> None:
    story = write_workshop(laptop, venue_id(ANGRIE), people=3)
    person = story.people[0]
    task = FollowUp(id=new_id(), participant_id=person.id, text="Rappeler Durand-0")
    laptop.write(replace(task))
    laptop.write(replace(person, phone="0241000000"))
    before = server.push(laptop.push())
    counted = figures(server)
    erase(server, person.id)
    assert hits(server, CANARY) == hits(server, b"0241000000") == 0
    assert hits(server, CONTROL) > 0
    assert figures(server) == counted
    again = server.push(laptop.push())  # the same lines, names and all: nothing comes back
    assert (again.ack, again.chain, again.fork) == (before.ack, before.chain, None)
    assert again.receipts == before.receipts
    assert again.held == 0
    assert hits(server, CANARY) == 0
    with server.database.reading() as session:
        gone = session.connection().execute(
            select(CHANGES.c.entity).where(CHANGES.c.shared.is_(None)).distinct()
        )
        assert set(gone.scalars()) == {
            "participant", "attendance", "signature", "sheet_line", "follow_up",
        }  # fmt: skip


def test_each_laptop_that_may_hold_them_is_told(server: LocalServer, laptop: Laptop) -> None:
    neighbour, stranger = server.laptop(), server.laptop(OTHER)
    story = write_workshop(laptop, venue_id(ANGRIE), people=2)
    server.push(laptop.push())
    erase(server, story.people[0].id)
    named = [("participant", story.people[0].id)]
    assert orders(server, laptop) == orders(server, neighbour) == named
    assert orders(server, stranger) == []


def test_nobody_of_that_number(
    server: LocalServer, laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["erase", "--person", new_id(), "--data", str(server.folder)]) == 1
    assert capsys.readouterr().err == "Aucune personne n’a ce numéro ici.\n"
    assert orders(server, laptop) == []


def arrive(
    server: LocalServer, laptop: Laptop, story: Story, order: Callable[[list[int]], list[int]]
) -> None:
    """Have the person come first, be erased, and then all the rest come in some order."""
    seq = next(c.head.seq for c in laptop.changes if c.head.entity_id == story.people[0].id)
    laptop.write(replace(story.people[0], last_name="Durand-0, née Petit"))
    server.push(laptop.push(1, seq))
    erase(server, story.people[0].id)
    last = len(laptop.changes)
    for first in order(list(range(seq + 1, last + 1, 3))):
        server.push(laptop.push(first, min(first + 2, last)))


ORDERS = {
    "in their order": lambda firsts: firsts,
    "the last first": lambda firsts: firsts[::-1],
    "mixed": lambda firsts: firsts[::2] + firsts[1::2],
}


@pytest.mark.parametrize("order", ORDERS)
def test_what_comes_later_comes_without_its_names(
    server: LocalServer, laptop: Laptop, order: str
) -> None:
    story = write_workshop(laptop, venue_id(ANGRIE), people=3)
    arrive(server, laptop, story, ORDERS[order])
    server.service.retry()  # as each hour: rows that came before what they hang on were erased
    assert hits(server, CANARY) == 0
    assert hits(server, CONTROL) > 0
    answer = server.push(laptop.push())
    assert (answer.ack, answer.chain) == (len(laptop.changes), laptop.changes[-1].chain)
    assert (answer.held, len(answer.receipts)) == (0, 1)
    assert story.sheet is not None
    counted = figures(server)
    assert (counted.participations, counted.people, counted.on_screen) == (4, 3, 3)
    line = PROJECTED["sheet_line"]
    with server.database.reading() as session:
        shown = session.connection().execute(
            select(line.c.last_name, line.c.commitment).where(line.c.id == story.lines[0].id)
        )
        assert shown.one() == (None, story.lines[0].commitment)


def test_without_this_the_names_are_back(
    server: LocalServer, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A14†: what arrives later is stored as it comes."""
    monkeypatch.setattr(ingest, "without_names", lambda _session, lines, _now: lines)
    arrive(server, laptop, write_workshop(laptop, venue_id(ANGRIE), people=3), lambda some: some)
    assert hits(server, CANARY) > 0


def test_what_is_held_is_erased_and_still_held(server: LocalServer, laptop: Laptop) -> None:
    story = write_workshop(laptop, laptop.provisional_venue, people=2)
    waiting = server.push(laptop.push()).held
    assert waiting > 5
    erase(server, story.people[0].id)
    assert hits(server, CANARY) == 0
    assert server.contact(laptop).held == waiting
    name_provisional(laptop, ANGRIE)
    answer = server.push(laptop.push())
    assert (answer.held, len(answer.receipts)) == (0, 1)
    counted = figures(server)
    assert (counted.participations, counted.people) == (3, 2)


def test_a_backup_of_what_was_erased_passes_the_drill(
    server: LocalServer, laptop: Laptop, tmp_path: Path
) -> None:
    """Rows that are applied and rows that are held; the chains are recomputed from what is left."""
    for venue in (venue_id(ANGRIE), laptop.provisional_venue):
        story = write_workshop(laptop, venue, people=2)
        server.push(laptop.push())
        erase(server, story.people[0].id)
    now = server.clock.now()
    backup = backups.make(server.database, server.folder / BLOBS, tmp_path / "saved", now)
    assert CANARY not in backup.read_bytes()
    drilled = drills.drill(server.database, server.keyring, backup, now)
    assert (drilled.changes, drilled.receipts) == (len(laptop.changes), 1)
    assert server.contact(laptop).backed_up == len(laptop.changes)


def put_back(
    server: LocalServer, backup: Path, folder: Path, address: str, patch: pytest.MonkeyPatch
) -> LocalServer:
    """Put a backup into an empty database, by the command, and open it as a server."""
    folder.mkdir()
    for name in (KEYRING, PROGRAMME):
        shutil.copy(server.folder / name, folder / name)
    patch.setenv(DATABASE_VARIABLE, address)
    assert main(["restore", "--data", str(folder), "--from", str(backup)]) == 0
    return LocalServer(folder, database_url=address)


@pytest.mark.parametrize("newer", [True, False])
def test_an_older_backup_is_put_back_without_who_was_erased_since(
    server: LocalServer,
    laptop: Laptop,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    newer: bool,
) -> None:
    """As far as a newer backup beside it tells; without one (†) the name is back."""
    story = write_workshop(laptop, venue_id(ANGRIE), people=2, close=False)
    server.push(laptop.push())
    now, saved = server.clock.now(), tmp_path / "saved"
    older = backups.make(server.database, server.folder / BLOBS, saved, now)
    last = len(laptop.changes)
    laptop.write(replace(story.people[0], phone="0601020304"))
    erase(server, story.people[0].id)
    if newer:
        backups.make(server.database, server.folder / BLOBS, saved, now + 60_000)
        (saved / backups.name_of(now + 120_000)).write_bytes(b"no backup at all")
    again = put_back(server, older, tmp_path / "again", databases.empty_url(), monkeypatch)
    try:
        assert (hits(again, CANARY) == 0) is newer
        assert hits(again, CONTROL) > 0
        # What a laptop offers of it that does not know yet comes in without its names.
        again.push(laptop.push(last + 1))
        assert (hits(again, CANARY) == 0) is newer
        assert (len(orders(again, laptop)) == 1) is newer
    finally:
        again.close()


def test_people_that_were_merged_go_together(server: LocalServer, laptop: Laptop) -> None:
    story = write_workshop(laptop, venue_id(ANGRIE), people=2)
    twin = Participant(id=new_id(), venue_id=venue_id(ANGRIE), last_name="Durand-0 bis")
    late = Participant(id=new_id(), venue_id=venue_id(ANGRIE), last_name="Durand-0 ter")
    laptop.write(twin)
    for other in (twin, late):
        if other is late:
            laptop.write(late)
            server.push(laptop.push(1, len(laptop.changes)))
            erase(server, twin.id)
        laptop.write(
            Alias(
                id=alias_id("participant", other.id), kind="participant",
                from_id=other.id, to_id=story.people[0].id,
            )
        )  # fmt: skip
    assert hits(server, b"Durand-0 ter") > 0
    server.push(laptop.push())  # an alias that says: this is the erased person, too
    server.service.retry()
    assert hits(server, CANARY) == 0


def test_the_laptop_is_given_back_commits(server: LocalServer, laptop: Laptop) -> None:
    story = write_workshop(laptop, venue_id(ANGRIE), people=1)
    server.push(laptop.push())
    erase(server, story.people[0].id)
    path = f"/v1/changes?inc={laptop.inc}&after=0"
    sent = laptop.request("GET", path)
    answer = checked(server.programme, sent, server.raw("GET", path, headers=sent.headers))
    lines = decode_push(unb64(answer.changes)).lines
    assert [line.commit for line in lines] == [change.commit for change in laptop.changes]
    gone = {line.entity_id for line in lines if line.body is None}
    assert {story.people[0].id, story.attendances[0].id, story.lines[0].id} <= gone
    assert story.lines[1].id not in gone


def test_what_says_nothing_of_a_person_is_not_touched(server: LocalServer, laptop: Laptop) -> None:
    story = write_workshop(laptop, venue_id(ANGRIE), people=2)
    server.push(laptop.push())
    erase(server, story.people[0].id)
    other = Attendance(
        id=new_id(), workshop_id=story.workshop.id, participant_id=story.people[1].id,
        state="present", unable_reason="Main dans le plâtre",
    )  # fmt: skip
    laptop.write(other)
    laptop.write(Attendance(id=new_id(), workshop_id=story.workshop.id, state="present"))
    odd = replace(other, id=new_id())
    laptop.write(odd, shared='{"participant_id":[],"workshop_id":7}')
    laptop.write(odd, shared="{}")
    answer = server.push(laptop.push())
    assert answer.ack == len(laptop.changes)
    with server.database.reading() as session:
        reason = session.connection().execute(
            select(PROJECTED["attendance"].c.unable_reason).where(
                PROJECTED["attendance"].c.id == other.id
            )
        )
        assert reason.scalar_one() == "Main dans le plâtre"
