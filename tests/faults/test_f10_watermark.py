"""F10: the checkpoint was written before the data.

Must show: kill -9 of the client and of the server between every two statements: what the laptop
believes acknowledged is on the server, without a gap, whenever either of them died; and in the end
everything is there once. A sample of the statements by default, each of them with
``pytest -m long``.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from angrilien.errors import NoConnection
from angrilien.services import opening
from angrilien.store import marks, queue
from helpers.kills import Life, Lives, Victim, check_notebook
from helpers.notebooks import PHRASE, make_workshop
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork, no kill -9")

CHILD = Path(__file__).with_name("f10_child.py")
SEED = 10
MOST = 400
"""Statements of one round, at the very most."""


def check_watermark(victim: Victim, hub: Hub) -> None:
    """What the laptop believes is there."""
    store = victim.open()
    try:
        with store.read() as connection:
            ack, have = marks.read(connection).ack, queue.have(connection)
        held = hub.held(store.identity.inc)
    finally:
        store.close()
    assert ack <= held.ack
    believed = set(range(1, ack + 1)) | {n for a, b in have for n in range(a, b + 1)}
    assert believed <= set(held.commits)


def kill_the_laptop(
    statements: Iterator[int], given: Lives, new_desk: Callable[..., Desk], hub: Hub, tmp_path: Path
) -> int:
    """Kill it before each of some statements; return how many kills there were."""
    desk = new_desk()
    assert desk.round() is None
    victim = Victim.of(desk, tmp_path / "programme.json")
    lives: list[Life] = []
    kills = 0
    for statement in statements:
        life, killed = given.take_to(victim, statement)
        lives.append(life)
        assert life.acks
        check_watermark(victim, hub)
        check_notebook(victim, lives)
        if not killed:
            break
        kills += 1
    again = Desk(opening.open_notebook(victim.folder, PHRASE, desk.notebook.programme))
    try:
        assert again.round() is None
        assert_sent_once(again, hub)
    finally:
        again.close()
    return kills


def test_the_laptop_dies_before_a_sample_of_statements(
    given: Lives, new_desk: Callable[..., Desk], hub: Hub, tmp_path: Path
) -> None:
    chosen = sorted(random.Random(SEED).sample(range(40), 8))
    assert kill_the_laptop(iter(chosen), given, new_desk, hub, tmp_path) >= 6


@pytest.mark.long
def test_the_laptop_dies_before_every_statement(
    given: Lives, new_desk: Callable[..., Desk], hub: Hub, tmp_path: Path
) -> None:
    kills = kill_the_laptop(iter(range(MOST)), given, new_desk, hub, tmp_path)
    assert 20 < kills < MOST - 1
    print(f"\nF10: the laptop killed before each of {kills} statements of a round")


@pytest.fixture
def spoilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    monkeypatch.setenv("ANGRILIEN_TEST_STATEMENT", str(tmp_path / "statement"))
    with LiveServer(tmp_path / "spoilt", entry=(str(CHILD),)) as server:
        yield server


def kill_the_server(statements: Iterator[int], spoilt: LiveServer, tmp_path: Path) -> int:
    kills = 0
    with Hub(spoilt) as hub:
        desk = Desk.create(
            tmp_path / "laptop", spoilt.programme, address=spoilt.url, code=hub.code()
        )
        try:
            assert desk.round() is None
            inc = desk.notebook.store.identity.inc
            for statement in statements:
                desk.do(make_workshop)
                (tmp_path / "statement").write_text(str(statement))
                problem = desk.next_try()
                state, held = desk.state, hub.held(inc)
                written = desk.do(lambda nb: nb.store.count())
                assert written - state.waiting <= held.ack <= held.rows <= written
                assert set(range(1, held.ack + 1)) <= set(held.commits)
                if problem is None:
                    break  # it had fewer statements
                assert isinstance(problem, NoConnection)
                kills += 1
                spoilt.kill()  # it is dead already: this waits for its end
                spoilt.start()
                assert desk.next_try() is None
            assert_sent_once(desk, hub)
        finally:
            desk.close()
    return kills


def test_the_server_dies_before_a_sample_of_statements(spoilt: LiveServer, tmp_path: Path) -> None:
    assert kill_the_server(iter((3, 12)), spoilt, tmp_path) == 2


@pytest.mark.long
def test_the_server_dies_before_every_statement(spoilt: LiveServer, tmp_path: Path) -> None:
    kills = kill_the_server(iter(range(MOST)), spoilt, tmp_path)
    assert 10 < kills < MOST - 1
    print(f"\nF10: the server killed before each of {kills} statements of a push")
