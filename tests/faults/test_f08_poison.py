"""F08: one bad record blocked everything behind it.

Must show: 1 line in 200 makes the server crash: 199 arrive, 1 is named. The server is a real one
that fails over one row; once it is mended, the line arrives by itself. The broken variant (†) is a
client that offers the same batch again and again: nothing behind the line ever arrives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.domain.clock import SystemClock
from angrilien.domain.entities import Participant
from angrilien.errors import ServerStumbled
from angrilien.services import opening, poison
from angrilien.services.notebook import Notebook
from angrilien.services.poison import Next, Suspects
from angrilien.store import queue
from angrilien.wire.ids import new_id
from angrilien.wire.push import open_push
from helpers.notebooks import PHRASE, SetClock
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

CHILD = Path(__file__).with_name("f08_child.py")
LINES = 200
HOUR = 3_600_000


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("spoilt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANGRILIEN_TEST_POISON", str(folder / "poison"))
        with LiveServer(folder, entry=(str(CHILD),)) as server:
            yield server


@pytest.fixture(scope="module")
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


@pytest.fixture
def bad_row(live: LiveServer) -> Iterator[Path]:
    """The file that names the row over which the server fails."""
    path = live.folder / "poison"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(SystemClock().now())


@pytest.fixture
def desk(
    tmp_path: Path, live: LiveServer, hub: Hub, proxy: Proxy, clock: SetClock
) -> Iterator[Desk]:
    made = Desk.create(
        tmp_path / "laptop", live.programme, address=proxy.url, code=hub.code(), clock=clock
    )
    assert made.round() is None
    yield made
    made.close()


def write(nb: Notebook, count: int) -> list[str]:
    """Write people, each a change; return their ids."""
    home, ids = nb.home().id, [new_id() for _ in range(count)]
    with nb.store.act(nb.stamp()) as act:
        for number, one in enumerate(ids):
            act.put(
                Participant(id=one, venue_id=home, first_name="Odette", last_name=f"P {number}")
            )
    return ids


def set_aside(nb: Notebook) -> list[int]:
    with nb.store.read() as connection:
        return list(queue.set_aside(connection))


@pytest.mark.parametrize("place", [0, 117, LINES - 1])
def test_199_arrive_and_one_is_named(
    desk: Desk, hub: Hub, proxy: Proxy, bad_row: Path, clock: SetClock, place: int
) -> None:
    before = desk.do(lambda nb: nb.store.count())
    ids = desk.do(write, LINES)
    bad_row.write_text(ids[place])
    inc = desk.notebook.store.identity.inc
    assert isinstance(desk.next_try(), ServerStumbled)
    assert isinstance(desk.next_try(), ServerStumbled)
    assert hub.held(inc).rows == before
    # The third time it looks for the line, without waiting, and everything else leaves.
    asked = len(proxy.pushes())
    assert desk.next_try() is None
    assert len(proxy.pushes()) - asked <= 12  # the batch, at most nine halves of it, the rest
    seq = before + place + 1
    held = hub.held(inc)
    assert set(range(1, before + LINES + 1)) - set(held.commits) == {seq}
    assert desk.do(set_aside) == [seq]
    state = desk.state
    assert (state.waiting, state.to_fix, state.last_try_failed) == (0, 1, False)

    # Nothing waits for it, and it is not offered again within the hour.
    desk.do(write, 1)
    assert desk.next_try() is None
    assert desk.next_try() is None
    asked = len(proxy.pushes())
    assert hub.held(inc).rows == before + LINES
    assert desk.state.waiting == 0

    # An hour later it is, alone, in vain; then the server is mended.
    clock.at += HOUR
    assert desk.next_try() is None
    assert len(proxy.pushes()) == asked + 1
    assert desk.do(set_aside) == [seq]
    bad_row.unlink()
    clock.at += HOUR
    assert desk.next_try() is None
    assert desk.do(set_aside) == []
    assert assert_sent_once(desk, hub) == before + LINES + 1


def test_without_halves_nothing_behind_the_line_arrives(
    desk: Desk, hub: Hub, bad_row: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F08†: the same batch, again and again."""
    monkeypatch.setattr(Suspects, "stumbled", lambda *_: Next.WAIT)
    before = desk.do(lambda nb: nb.store.count())
    ids = desk.do(write, LINES)
    bad_row.write_text(ids[0])
    for _ in range(poison.TIMES * 4):
        assert isinstance(desk.next_try(), ServerStumbled)
    assert hub.held(desk.notebook.store.identity.inc).rows == before
    assert desk.state.waiting == LINES


def test_one_bad_moment_sets_nothing_aside(desk: Desk, hub: Hub, bad_row: Path) -> None:
    ids = desk.do(write, 5)
    bad_row.write_text(ids[2])
    assert isinstance(desk.next_try(), ServerStumbled)
    assert isinstance(desk.next_try(), ServerStumbled)
    bad_row.unlink()
    assert desk.next_try() is None
    assert desk.do(set_aside) == []
    assert_sent_once(desk, hub)


def test_what_passed_above_the_gap_is_not_sent_again_after_a_restart(
    desk: Desk, bad_row: Path, proxy: Proxy
) -> None:
    ids = desk.do(write, 40)
    bad_row.write_text(ids[7])
    for _ in range(poison.TIMES):
        desk.next_try()
    aside = desk.do(set_aside)
    assert len(aside) == 1
    desk.close()
    nb = desk.notebook
    again = Desk(opening.open_notebook(nb.folder, PHRASE, nb.programme))
    try:
        assert again.do(set_aside) == aside
        assert (again.state.waiting, again.state.to_fix) == (0, 1)
        last = again.do(lambda opened: opened.store.count())
        again.do(write, 3)
        assert again.next_try() is None
        header = open_push(proxy.pushes()[-1].request.partition(b"\r\n\r\n")[2])[0]
        assert (header.first, header.count) == (last + 1, 3)
    finally:
        again.close()
