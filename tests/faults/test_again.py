"""What the server lost of incarnations before: offered again, and in nobody's way.

A server that was put back lacks changes of an incarnation that went before the present one. Must
show: the line counts them; a line of them over which the server stumbles, or that is too large for
the road, keeps nothing else waiting. The broken variant (†) offers the same again and again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from angrilien.domain.clock import SystemClock
from angrilien.domain.entities import Participant
from angrilien.errors import Refused, ServerStumbled
from angrilien.server import backups
from angrilien.services import forks, offering, sending_details
from angrilien.services.notebook import Notebook
from angrilien.services.poison import Next
from angrilien.store import queue
from angrilien.wire.ids import new_id
from helpers.notebooks import SetClock, make_workshop
from helpers.proxy import Fault, Proxy
from helpers.sending import Desk, Hub
from helpers.servers import LiveServer

CHILD = Path(__file__).with_name("f08_child.py")
LOST = 40
"""Changes of the incarnation before, which the server lost."""
LIMIT = 4_000
"""Bytes of a request's body that a narrow road takes."""
TITLE = "Sous les nouveaux numéros"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANGRILIEN_TEST_POISON", str(tmp_path / "poison"))
        with LiveServer(tmp_path / "own", entry=(str(CHILD),)) as server:
            yield server


@pytest.fixture
def clock() -> SetClock:
    return SetClock(SystemClock().now())


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


def write(nb: Notebook, count: int, *, long: int = 0) -> list[str]:
    """Write people, each a change; return their ids. `long`: letters of the first one's name."""
    home, ids = nb.home().id, [new_id() for _ in range(count)]
    chance = random.Random(4)
    name = "".join(chance.choices(LETTERS, k=long or 30))
    with nb.store.act(nb.stamp()) as act:
        for number, one in enumerate(ids):
            last = name if number == 0 else "".join(chance.choices(LETTERS, k=30))
            act.put(Participant(id=one, venue_id=home, first_name="Odette", last_name=last))
    return ids


def lose(
    desk: Desk, live: LiveServer, folder: Path, *, count: int = LOST, long: int = 0
) -> list[str]:
    """Have the server lose changes of an incarnation that is over; return the rows' ids."""
    live.run("backup", "--out", str(folder))
    ids = desk.do(write, count, long=long)
    assert desk.round() is None
    desk.do(forks.begin_anew)
    desk.do(make_workshop, title=TITLE)
    assert desk.round() is None
    live.stop()
    for path in live.data.glob("server.db*"):
        path.unlink()
    live.run("restore", "--from", str(backups.listed(folder)[0]))
    live.start()
    return ids


def people_there(live: LiveServer) -> list[str]:
    with Hub(live) as hub:
        return [row[0] for row in hub.query("SELECT id FROM participant ORDER BY id")]


def titles_there(live: LiveServer) -> list[str]:
    with Hub(live) as hub:
        return [row[0] for row in hub.query("SELECT title FROM workshop")]


def incarnations(nb: Notebook) -> list[str]:
    with nb.store.read() as connection:
        return [one.inc for one in nb.store.identities(connection)]


def set_aside(nb: Notebook) -> list[int]:
    with nb.store.read() as connection:
        return list(queue.set_aside(connection))


def tries(desk: Desk, most: int = 12) -> int:
    """Have it try until nothing waits; return how many tries it took."""
    for number in range(most):
        if desk.round() is None and not desk.state.waiting:
            return number + 1
    raise AssertionError("a laptop does not come home")


def test_one_line_of_it_keeps_nothing_waiting_and_all_of_it_is_counted(
    new_desk: Callable[..., Desk], live: LiveServer, tmp_path: Path, clock: SetClock
) -> None:
    desk = new_desk(clock=clock)
    assert desk.round() is None
    ids = lose(desk, live, tmp_path / "saved")
    bad_row = tmp_path / "poison"
    bad_row.write_text(ids[17])
    assert isinstance(desk.round(), Refused)  # it does not know the new key: we say who we are
    assert isinstance(desk.round(), ServerStumbled)
    # The server has said what it lacks: the line counts it, D9's parts are the line's number.
    state, view = desk.state, desk.do(sending_details.read)
    assert state.again == LOST
    assert state.waiting > LOST
    assert sum(group.waiting for group in view.groups) == state.waiting
    assert people_there(live) == []
    tries(desk)
    assert desk.state.again == 0
    assert people_there(live) == sorted(ids[:17] + ids[18:])
    assert titles_there(live) == [TITLE]
    assert len(desk.do(set_aside)) == desk.state.to_fix == 1
    # The server is mended, and an hour later it has that line too; each has one effect.
    bad_row.unlink()
    clock.at += 3_600_000
    assert desk.next_try() is None
    assert people_there(live) == sorted(ids)
    assert (desk.state.waiting, desk.state.to_fix) == (0, 0)


@pytest.mark.long
def test_without_new_numbers_nothing_leaves_any_more(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """†: the same offer, again and again, before all else."""
    monkeypatch.setattr(offering, "after_nothing", lambda *_: Next.WAIT)
    desk = new_desk()
    assert desk.round() is None
    ids = lose(desk, live, tmp_path / "saved")
    (tmp_path / "poison").write_text(ids[17])
    with pytest.raises(AssertionError, match="come home"):
        tries(desk)
    assert (people_there(live), titles_there(live)) == ([], [])


def test_a_road_that_takes_little_at_once_takes_it_in_pieces(
    new_desk: Callable[..., Desk], live: LiveServer, proxy: Proxy, tmp_path: Path
) -> None:
    desk = new_desk()
    assert desk.round() is None
    ids = lose(desk, live, tmp_path / "saved", count=200)
    proxy.fault = Fault(most=LIMIT)
    begun = len(proxy.exchanges)
    assert tries(desk) <= 3, "halved at once: the refusal says all there is to know"
    assert people_there(live) == sorted(ids)
    refused = [one for one in proxy.exchanges[begun:] if b" 413 " in one.answer[:20]]
    assert 1 <= len(refused) <= 3
    assert desk.sender._memory.size.now <= LIMIT
    # As nothing went wrong, they have the numbers that they had.
    assert len(desk.do(incarnations)) == 2


@pytest.mark.long
def test_one_line_of_it_that_is_too_large_for_the_road_keeps_nothing_waiting(
    new_desk: Callable[..., Desk], live: LiveServer, proxy: Proxy, tmp_path: Path
) -> None:
    desk = new_desk()
    assert desk.round() is None
    ids = lose(desk, live, tmp_path / "saved", long=20_000)
    proxy.fault = Fault(most=LIMIT)
    tries(desk)
    assert people_there(live) == sorted(ids[1:])
    assert titles_there(live) == [TITLE]
    assert (desk.state.to_fix, len(desk.do(set_aside))) == (1, 1)
