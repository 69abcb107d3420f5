"""F07: a refused record vanished from the queue, and the answer was "ok".

Must show: refused, then the rule is mended: it arrives by itself; meanwhile it is visible on both
sides. The server is a real one with a wrong rule. The broken variant (†) is a server that answers
well and drops what it refuses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from angrilien.domain.entities import Participant
from angrilien.server.base import table
from angrilien.server.tables import ChangeRow
from angrilien.services import sending_details
from angrilien.services.notebook import Notebook
from angrilien.store import held, marks
from angrilien.sync.jobs import CONTACT
from angrilien.wire.ids import new_id
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import Databases, LiveServer

pytestmark = pytest.mark.postgres
CHILD = Path(__file__).with_name("f07_child.py")
NAME = "Refusée"
CHANGES = table(ChangeRow)


@pytest.fixture(scope="module")
def live(
    shared_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("wrong")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANGRILIEN_TEST_RULE", str(folder / "rule"))
        spoilt = LiveServer(folder, entry=(str(CHILD),), database_url=shared_databases.url())
        with spoilt as server:
            yield server


@pytest.fixture(scope="module")
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


@pytest.fixture
def rule(live: LiveServer) -> Iterator[Path]:
    """The file that says which mistake the server makes."""
    path = live.folder / "rule"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def desk(tmp_path: Path, live: LiveServer, hub: Hub) -> Iterator[Desk]:
    made = Desk.create(tmp_path / "laptop", live.programme, address=live.url, code=hub.code())
    assert made.round() is None
    yield made
    made.close()


def write(nb: Notebook) -> str:
    """Write one person who is refused between two who are not; return the id of the first."""
    home, ids = nb.home().id, [new_id() for _ in range(3)]
    with nb.store.act(nb.stamp()) as act:
        for one, name in zip(ids, ("Avant", NAME, "Après"), strict=True):
            act.put(Participant(id=one, venue_id=home, last_name=name))
    return ids[1]


def held_here(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return marks.read(connection).held


def is_shown(hub: Hub, person: str) -> bool:
    return hub.query("SELECT count(*) FROM participant WHERE id = ?", person) == [(1,)]


def wait_until_shown(hub: Hub, person: str) -> None:
    until = time.monotonic() + 30
    while not is_shown(hub, person):
        assert time.monotonic() < until, "it does not arrive by itself"
        time.sleep(0.05)


CASES = {
    "a rule, until the next deploy": ("refuse", "venue_not_yours", True),
    "a mistake, until the next hour": ("stumble", "server_error", False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_refused_arrives_once_the_rule_is_mended(
    desk: Desk,
    hub: Hub,
    live: LiveServer,
    rule: Path,
    capsys: pytest.CaptureFixture[str],
    case: str,
) -> None:
    mistake, code, restarted = CASES[case]
    rule.write_text(mistake)
    person = desk.do(write)
    assert desk.round() is None
    inc, dev = desk.notebook.store.identity.inc, desk.notebook.store.identity.dev

    # Meanwhile: the two beside it are there, and it is told on both sides.
    assert hub.held(inc).held == 1
    assert hub.query("SELECT held FROM change WHERE entity_id = ?", person) == [(code,)]
    assert not is_shown(hub, person)
    assert (desk.state.waiting, desk.do(held_here)) == (0, 1)
    capsys.readouterr()
    live.run("device", "list")
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith(dev)]
    assert "1 en attente" in line

    rule.unlink()
    if restarted:
        live.restart()
    else:
        wait_until_shown(hub, person)
    assert is_shown(hub, person)
    assert desk.round() is None
    assert desk.do(held_here) == 0
    assert_sent_once(desk, hub)


def reasons_here(nb: Notebook) -> set[str]:
    with nb.store.read() as connection:
        return {row.code for row in connection.execute(select(held.held))}


def test_another_reason_for_as_many_is_asked_for(desk: Desk, hub: Hub, rule: Path) -> None:
    """What D9 says of it is what the programme found last, not what it found first."""
    rule.write_text("refuse")
    person = desk.do(write)
    assert desk.round() is None
    assert desk.do(reasons_here) == {"venue_not_yours"}
    with hub.database.writing() as session:  # as a deploy does, whose rules are others
        session.connection().execute(
            update(CHANGES).where(CHANGES.c.entity_id == person).values(held="unreadable")
        )
    assert desk.round() is None
    assert (desk.do(held_here), desk.do(reasons_here)) == (1, {"unreadable"})
    # Nothing changed since: the list is not asked for again.
    before = len(desk.do(sending_details.read).attempts)
    assert desk.round() is None
    kinds = [one.kind for one in desk.do(sending_details.read).attempts]
    assert kinds[0] == CONTACT
    assert len(kinds) <= before + 1


def test_a_server_that_drops_what_it_refuses_is_found_out(
    desk: Desk, hub: Hub, live: LiveServer, rule: Path
) -> None:
    """F07†: "ok", and the record is nowhere; what the tests above look at says so."""
    rule.write_text("drop")
    person = desk.do(write)
    assert desk.round() is None
    rule.unlink()
    live.restart()
    assert not is_shown(hub, person)
    with pytest.raises(AssertionError):
        assert_sent_once(desk, hub)
