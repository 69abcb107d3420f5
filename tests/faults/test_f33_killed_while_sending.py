"""F33: after a crash, what was being sent stayed "uploading" for ever.

Must show: no "in flight" state is persisted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from angrilien.services import opening
from helpers.kills import Lives, Victim, check_notebook
from helpers.notebooks import PHRASE, add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork, no kill -9")


@pytest.mark.postgres
def test_killed_in_the_middle_of_a_push(
    given: Lives, new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, tmp_path: Path
) -> None:
    """F33: the server has the batch, its answer is on the way, the laptop dies: nothing is stuck.

    What stands in the file is, row for row, what stood there before the push.
    """
    desk = new_desk()
    workshop = desk.do(make_workshop)
    assert desk.round() is None
    desk.do(add_people, workshop, 8)
    waiting, before = desk.state.waiting, desk.dump()
    victim = Victim.of(desk, tmp_path / "programme.json")
    for _ in range(2):
        proxy.rearm()
        proxy.fault = Fault(hold=True)
        life = given.take(victim, only_send=True, when=proxy.held.is_set)
        proxy.release()
        check_notebook(victim, [life], rows=True)
    proxy.fault = CLEAR
    held = hub.held(desk.notebook.store.identity.inc)
    again = Desk(opening.open_notebook(victim.folder, PHRASE, desk.notebook.programme))
    try:
        assert again.dump() == before
        assert again.state.waiting == waiting
        assert held.ack == held.rows > waiting  # it has all, and the laptop does not know
        pushes = len(proxy.pushes())
        assert again.round() is None
        assert len(proxy.pushes()) == pushes + 1
        assert_sent_once(again, hub)
    finally:
        again.close()
