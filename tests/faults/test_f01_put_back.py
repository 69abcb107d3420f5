"""F01: a laptop restored from its own copy. F23: a disk that was cloned.

Must show, F01: yesterday's file is put back, 10 rows are added, two rounds are sent: the server has
everything, and the laptop gets back what it lacks. F23: two copies of one folder both write 20
rows: 40 rows on the server, and a mark for the coordinator. The broken variant (†) goes on under
the former incarnation: nothing leaves any more.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from angrilien.errors import KnownError
from angrilien.server.tables import Incarnation
from angrilien.services import attendance, closing, copies, exporting, forks, heads, opening
from angrilien.services.notebook import Notebook
from angrilien.vault.verifying import verify_export
from angrilien.wire import dsse
from angrilien.wire.answer import MEDIA_TYPE, read_answer
from angrilien.wire.canonical import sha256
from helpers.copies import list_people
from helpers.notebooks import PHRASE, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub
from helpers.servers import Databases, LiveServer

pytestmark = pytest.mark.postgres


CROSS = [[(float(x), float(x % 7)) for x in range(30)]]


@pytest.fixture
def live(tmp_path: Path, databases: Databases) -> Iterator[LiveServer]:
    """A server of its own: what it holds is counted."""
    with LiveServer(tmp_path / "own", database_url=databases.url()) as server:
        yield server


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


def reopened(desk: Desk) -> Desk:
    desk.close()
    nb = desk.notebook
    return Desk(opening.open_notebook(nb.folder, PHRASE, nb.programme))


def put_back(desk: Desk, name: str) -> Desk:
    desk.do(copies.go_back, name)
    return reopened(desk)


def titles_here(nb: Notebook) -> list[str]:
    with nb.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT title FROM workshop ORDER BY title")
        return [row[0] for row in rows]


def titles_there(hub: Hub) -> list[str]:
    with hub.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT title FROM workshop ORDER BY title")
        return [row[0] for row in rows]


def rounds(desk: Desk) -> None:
    assert desk.round() is None
    assert desk.round() is None


def test_f01_everything_is_there_and_comes_back(new_desk: Callable[..., Desk], hub: Hub) -> None:
    desk = new_desk()
    before = desk.do(make_workshop, title="Avant la copie")
    desk.do(list_people, before, 4)
    rounds(desk)
    name = desk.do(copies.make).name
    for number in range(10):
        desk.do(make_workshop, title=f"Après la copie {number}")
    rounds(desk)
    former = desk.notebook.store.identity.inc
    desk = put_back(desk, name)
    assert desk.do(titles_here) == ["Avant la copie"]
    for number in range(10):
        desk.do(make_workshop, title=f"Après le retour {number}")
    rounds(desk)
    assert desk.notebook.store.identity.inc != former
    assert len(titles_there(hub)) == 21
    assert desk.do(titles_here) == titles_there(hub)
    assert desk.state.waiting == 0
    desk.notebook.store.verify()
    assert desk.do(heads.check) is heads.Found.FINE
    # And it goes on as any other.
    desk.do(make_workshop, title="Plus tard")
    rounds(desk)
    assert "Plus tard" in titles_there(hub)
    desk.close()


@pytest.mark.postgres(by_default=False)
def test_f01_what_was_never_sent_comes_again_under_new_numbers(
    new_desk: Callable[..., Desk], hub: Hub
) -> None:
    """A sheet that was ended and not sent is in the copy: its seal verifies after the return."""
    desk = new_desk()
    rounds(desk)
    workshop = desk.do(make_workshop, title="Jamais envoyé")
    desk.do(list_people, workshop, 4)
    desk.do(attendance.everyone_present, workshop)
    desk.do(closing.close, workshop, CROSS, 300.0, 100.0)
    name = desk.do(copies.make).name
    desk = put_back(desk, name)
    rounds(desk)
    assert titles_there(hub) == ["Jamais envoyé"]
    assert desk.state.waiting == 0
    view = desk.do(closing.sheet, workshop)
    assert view.received_at is not None
    report = verify_export(desk.do(exporting.export).data, desk.notebook.programme)
    assert report.is_right
    desk.notebook.store.verify()
    desk.close()


@pytest.mark.postgres(by_default=False)
def test_f01_without_a_new_incarnation_nothing_leaves(
    new_desk: Callable[..., Desk], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F01†: the laptop goes on under its former numbers, as many engines do."""
    desk = new_desk()
    desk.do(make_workshop, title="Avant")
    rounds(desk)
    name = desk.do(copies.make).name
    desk.do(make_workshop, title="Après")
    rounds(desk)
    monkeypatch.setattr(forks, "begin_if_put_back", lambda _nb: None)
    monkeypatch.setattr(forks, "begin_at_opening", lambda _nb: None)

    def refuse(_nb: Notebook, **_how: object) -> None:
        raise KnownError

    monkeypatch.setattr(forks, "begin_anew", refuse)
    desk = put_back(desk, name)
    for number in range(10):
        desk.do(make_workshop, title=f"Après le retour {number}")
    desk.round()
    desk.round()
    assert len(titles_there(hub)) < 12
    assert desk.state.waiting > 0
    desk.close()


def test_f23_two_copies_of_one_folder(
    new_desk: Callable[..., Desk], hub: Hub, tmp_path: Path
) -> None:
    desk = new_desk()
    desk.do(make_workshop, title="Avant le clonage")
    rounds(desk)
    desk.close()
    nb = desk.notebook
    other = Path(shutil.copytree(nb.folder, tmp_path / "clone"))
    twins = [
        Desk(opening.open_notebook(folder, PHRASE, nb.programme)) for folder in (nb.folder, other)
    ]
    for number in range(20):
        for name, twin in zip("AB", twins, strict=True):
            twin.do(make_workshop, title=f"{name} {number:02}")
    for twin in (*twins, *twins):
        twin.round()
    for twin in twins:
        rounds(twin)
        assert twin.state.waiting == 0
        twin.notebook.store.verify()
        twin.close()
    assert len(titles_there(hub)) == len(set(titles_there(hub))) == 41
    with hub.database.reading() as session:
        lives = session.exec(select(Incarnation)).all()
    assert [life.former is not None for life in lives].count(True) == 1


@pytest.mark.postgres(by_default=False)
@pytest.mark.parametrize("said", ["another chain", "more than was ever written"])
def test_a_server_that_holds_another_log_of_ours(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, said: str
) -> None:
    """Its signed answer speaks of changes that we never made: a new incarnation, nothing twice."""

    def change(answer: bytes) -> bytes:
        told = read_answer(answer.partition(b"\r\n\r\n")[2])
        told = (
            replace(told, chain=sha256(b"other"))
            if said == "another chain"
            else replace(told, ack=told.ack + 1)
        )
        body = told.canonical()
        lines = (
            "HTTP/1.1 200 OK",
            f"Content-Type: {MEDIA_TYPE}",
            f"{dsse.HEADER}: {hub.keyring.signer.header(dsse.ANSWER, body)}",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body

    desk = new_desk()
    desk.do(make_workshop, title="Avant")
    rounds(desk)
    former = desk.notebook.store.identity.inc
    desk.do(make_workshop, title="Pendant")
    proxy.fault = Fault(change=change)
    desk.next_try()
    proxy.fault = CLEAR
    rounds(desk)
    assert desk.notebook.store.identity.inc != former
    assert titles_there(hub) == ["Avant", "Pendant"]
    assert desk.state.waiting == 0
    desk.notebook.store.verify()
    desk.close()
