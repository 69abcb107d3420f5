"""When the sender without a window tries (F27, F28)."""

from __future__ import annotations

import itertools
import random
from collections import Counter

from angrilien.sync.policy import LONGEST_DELAY
from angrilien.sync.waiting import LOOK, Waiting

FILE = (1, 100, 5)
HOME, CAFE = "192.168.1.7", "10.0.0.4"


def tries(
    waiting: Waiting, seconds: float, *, at: float = 0.0, road: str = HOME, away: bool = True
) -> list[float]:
    """Return when it tries within some time, each look in its turn, if nothing answers."""
    found, now = [], at
    while now < at + seconds:
        if waiting.is_due(now, mark=FILE, road=road):
            found.append(now)
            if away:
                waiting.was_away(now, None)
            else:
                waiting.was_done()
        now += LOOK
    return found


def test_nothing_waits_and_it_never_tries() -> None:
    waiting = Waiting(lambda: 0.0)
    assert not any(
        waiting.is_due(now * LOOK, mark=None, road=road)
        for now, road in enumerate([HOME, CAFE, "", HOME] * 100)
    )


def test_a_new_file_is_tried_soon_and_what_was_brought_is_not_again() -> None:
    waiting = Waiting(lambda: 0.9)
    assert tries(waiting, 24 * 3600, away=False) == [LOOK]
    assert waiting.is_due(90_000, mark=(1, 100, 6), road=HOME) is False
    assert waiting.is_due(90_000 + LOOK, mark=(1, 100, 6), road=HOME)


def test_without_an_answer_it_tries_at_ever_longer_delays() -> None:
    found = tries(Waiting(lambda: 0.999), 3 * 24 * 3600)
    gaps = [b - a for a, b in itertools.pairwise(found)]
    assert gaps[0] <= 2 * LOOK
    assert gaps == sorted(gaps)
    assert LONGEST_DELAY - LOOK <= gaps[-1] <= LONGEST_DELAY + LOOK
    assert len(found) < 25


def test_another_road_and_a_wake_are_tried_soon() -> None:
    waiting = Waiting(lambda: 0.999)
    last = tries(waiting, 24 * 3600)[-1]
    now = 24 * 3600.0
    assert now - last > 2 * LOOK
    # No road at all is no reason; another one is.
    assert tries(waiting, 120, at=now, road="") == []
    assert tries(waiting, 120, at=now + 120, road=CAFE)
    last = tries(waiting, 24 * 3600, at=now + 240, road=CAFE)[-1]
    woke = now + 240 + 24 * 3600 + 8 * 3600
    assert tries(waiting, 120, at=woke, road=CAFE), "it slept for eight hours"


def test_what_the_server_asks_to_wait_is_waited() -> None:
    waiting = Waiting(lambda: 0.0)
    assert waiting.is_due(0.0, mark=FILE, road=HOME)
    waiting.was_away(0.0, 600)
    assert not any(waiting.is_due(at, mark=FILE, road=HOME) for at in range(30, 600, 30))
    assert waiting.is_due(600.0, mark=FILE, road=HOME)


def test_four_thousand_that_lost_the_network_together_come_back_spread() -> None:
    """F27: after an outage of an hour, no two minutes see more than a few times the mean."""
    chance = random.Random(27)
    at: Counter[int] = Counter()
    for _ in range(4_000):
        waiting = Waiting(chance.random)
        outage = tries(waiting, 3_600)
        assert outage
        came = next(
            now
            for now in (3_600 + LOOK * step for step in range(2_000))
            if waiting.is_due(now, mark=FILE, road=HOME)
        )
        at[int(came // 120)] += 1
    assert sum(at.values()) == 4_000
    assert max(at.values()) < 400, at.most_common(3)
