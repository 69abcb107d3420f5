"""Sending is quiet in the background: whoever notes people waits for a few lines, not for a batch.

Counted, not timed: what is asked meanwhile runs between two steps of the reading, and the encoding
runs in another lane. 25,000 changes, with the waits measured, by ``pytest -m long``.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

import pytest

from angrilien.domain.entities import Participant
from angrilien.services import batches, sending
from angrilien.services.batches import Gathering
from angrilien.services.notebook import Notebook
from angrilien.sync.jobs import Batch, Job, push_job
from angrilien.wire.ids import new_id
from helpers.bench import say
from helpers.sending import Desk, Hub, assert_sent_once


def write_people(nb: Notebook, count: int) -> None:
    home = nb.home().id
    for start in range(0, count, 500):
        with nb.store.act(nb.stamp()) as act:
            act.put(
                *(
                    Participant(id=new_id(), venue_id=home, last_name=f"Durand {number}")
                    for number in range(start, min(start + 500, count))
                )
            )


def test_a_click_goes_before_the_next_lines(
    new_desk: Callable[..., Desk], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = new_desk()
    assert desk.round() is None
    desk.do(write_people, batches.STEP * 4)
    told: list[str] = []
    step = Gathering.step

    def slow_step(self: Gathering, nb: Notebook) -> bool:
        told.append("lines")
        desk.lanes.store.submit(told.append, "click")
        return step(self, nb)

    def encode(batch: Batch) -> Job:
        assert threading.current_thread().name.startswith("angrilien-network")
        assert len(batch.changes) >= batches.STEP * 3
        told.append("encoded")
        return push_job(batch)

    monkeypatch.setattr(Gathering, "step", slow_step)
    monkeypatch.setattr(sending, "push_job", encode)
    desk.sender._memory.size.now = 64 << 10
    assert desk.next_try() is None
    first = told[: told.index("encoded")]
    assert first.count("lines") >= 3
    assert all(one != other for one, other in itertools.pairwise(first)), first
    assert_sent_once(desk, hub)


@pytest.mark.long
def test_25000_changes_leave_while_somebody_clicks(new_desk: Callable[..., Desk], hub: Hub) -> None:
    desk = new_desk()
    assert desk.round() is None
    desk.do(write_people, 25_000)
    started, waits = time.perf_counter(), []
    desk.sender.send_now()
    while desk.sender.busy:
        asked = time.perf_counter()
        desk.do(lambda _nb: None)
        waits.append(time.perf_counter() - asked)
        time.sleep(0.005)
    took = time.perf_counter() - started
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    say(
        f"25,000 changes left in {took:.1f} s; {len(waits)} clicks waited"
        f" {p95 * 1e3:.1f} ms at p95, {waits[-1] * 1e3:.1f} ms at most"
    )
    assert waits[-1] * 20 < took
    held = hub.held(desk.notebook.store.identity.inc)
    assert held.rows == held.ack == desk.do(lambda nb: nb.store.count()) > 25_000
