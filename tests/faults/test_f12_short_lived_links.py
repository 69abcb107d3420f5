"""F12: no way to go on, each cut began at zero. F26: a 413 was taken for final.

Must show, F12: a link that dies every 10 kB still makes progress: total sent ≤ 1.5 × the data. F26:
a proxy with an 8 kB limit: batches halve until they fit, and that is remembered.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from angrilien.domain.entities import Participant
from angrilien.services import opening
from angrilien.services.notebook import Notebook
from angrilien.sync.policy import FIRST_BATCH
from angrilien.wire.ids import new_id
from helpers.notebooks import PHRASE
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once

DIES_AFTER = 10_000
LIMIT = 8_000


def write_people(nb: Notebook, count: int) -> None:
    """Write people as changes that compress badly: each about 150 bytes."""
    chance, home = random.Random(12), nb.home().id
    for _ in range(count // 100):
        with nb.store.act(nb.stamp()) as act:
            act.put(
                *(
                    Participant(
                        id=new_id(),
                        venue_id=home,
                        first_name="Odette",
                        last_name="".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=40)),
                    )
                    for _ in range(100)
                )
            )


def test_f12_a_link_that_dies_every_10_kb(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    desk = new_desk()
    assert desk.round() is None
    desk.do(write_people, 1_500)
    inc = desk.notebook.store.identity.inc
    before, held = proxy.uploaded, hub.held(inc).rows
    proxy.fault = Fault(carries=DIES_AFTER)
    tries = 0
    while desk.state.waiting:
        waiting = desk.state.waiting
        desk.next_try()
        tries += 1
        assert desk.state.waiting < waiting or tries < 4, "no progress"
        assert tries < 40
    sent = proxy.uploaded - before
    proxy.fault = CLEAR
    assert assert_sent_once(desk, hub) == held + 1_500
    data = sum(len(one.request) for one in proxy.pushes()[1:])  # each of these arrived whole
    assert data > 8 * DIES_AFTER
    assert sent <= 1.5 * data, (sent, data)
    print(f"\nF12: {tries} rounds, {sent} bytes for {data} of data")


def test_f26_a_proxy_that_takes_8_kb(new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy) -> None:
    desk = new_desk()
    assert desk.round() is None
    desk.do(write_people, 300)
    proxy.fault = Fault(most=LIMIT)
    assert desk.round() is None, "halved at once: the refusal says all there is to know"
    assert desk.state.waiting == 0
    assert_sent_once(desk, hub)
    refused = [one for one in proxy.pushes() if b" 413 " in one.answer[:20]]
    assert 1 <= len(refused) <= 3
    size = desk.sender._memory.size.now
    assert size <= LIMIT < FIRST_BATCH
    desk.close()

    nb = opening.open_notebook(desk.notebook.folder, PHRASE, desk.notebook.programme)
    again = Desk(nb)
    try:
        again.do(write_people, 300)
        pushes = len(proxy.pushes())
        assert again.round() is None
        assert_sent_once(again, hub)
        later = proxy.pushes()[pushes:]
        assert len(later) > 2
        assert not [one for one in later if b" 413 " in one.answer[:20]], "it did not remember"
    finally:
        again.close()


def test_f26_one_line_too_large_for_the_road_keeps_nothing_behind(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """On this road it never passes; on another one it does, by itself."""
    desk = new_desk()
    assert desk.round() is None
    before = desk.do(lambda nb: nb.store.count())

    def write(nb: Notebook) -> None:
        home = nb.home().id
        name = "".join(random.Random(26).choices("abcdefghijklmnopqrstuvwxyz", k=20_000))
        with nb.store.act(nb.stamp()) as act:
            act.put(Participant(id=new_id(), venue_id=home, last_name=name))

    desk.do(write)
    desk.do(write_people, 100)
    proxy.fault = Fault(most=LIMIT)
    assert desk.round() is None
    held = hub.held(desk.notebook.store.identity.inc)
    assert set(held.commits) == {*range(1, before + 1), *range(before + 2, before + 102)}
    assert (desk.state.waiting, desk.state.to_fix) == (0, 1)
