"""F16: a wrong clock made the laptop refuse to send.

Must show: 1970, 2036, ±1 h, DST, a jump in mid-session: capture and send work, order intact.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from angrilien.domain.clock import SystemClock
from angrilien.domain.notices import NoticeKind
from angrilien.services import attendance, notices
from helpers.notebooks import SetClock, add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once

HOUR = 3_600_000
IN_1970 = 5 * 24 * HOUR
IN_2036 = 2_100_000_000_000
TURN = 1_792_890_000_000
"""Sunday 25 October 2026, 3 h summer time in Paris: the hour that comes twice."""


@pytest.mark.parametrize(
    "at",
    [
        IN_1970,
        IN_2036,
        TURN - 60_000,
        pytest.param("-1 h", marks=pytest.mark.long),
        pytest.param("+1 h", marks=pytest.mark.long),
    ],
)
def test_any_clock_sends(new_desk: Callable[..., Desk], hub: Hub, at: int | str) -> None:
    """F16: registered, sent and acknowledged under that clock; then the clock jumps, and again."""
    shift = {"-1 h": -HOUR, "+1 h": HOUR}.get(str(at))
    clock = SetClock(SystemClock().now() + shift if shift is not None else int(at))
    desk = new_desk(clock=clock)
    workshop = desk.do(make_workshop)
    lines = desk.do(add_people, workshop, 2)
    assert desk.round() is None
    clock.at += 10 * HOUR  # somebody puts it right, or wrong
    desk.do(attendance.toggle, workshop, lines[0])
    clock.at -= 30 * HOUR
    desk.do(attendance.toggle, workshop, lines[1])
    assert desk.round() is None
    count = assert_sent_once(desk, hub)
    # The contact has measured it: it is said, calmly, and nothing else.
    assert NoticeKind.CLOCK in kinds(desk)

    inc = desk.notebook.store.identity.inc
    order = hub.query("SELECT seq, hlc, clock FROM change WHERE inc = ? ORDER BY seq", inc)
    assert [seq for seq, _, _ in order] == list(range(1, count + 1))
    assert all(before[1] < after[1] for before, after in itertools.pairwise(order))
    assert {clock for _, _, clock in order} == {"unchecked", "jumped"}
    shown = dict(hub.query("SELECT id, state FROM attendance WHERE rev_inc = ?", inc))
    assert [shown[line] for line in lines] == ["present", "present"]
    roster = desk.do(attendance.roster, workshop)
    assert {row.attendance_id: row.state for row in roster.rows} == shown


@pytest.mark.postgres
@pytest.mark.parametrize("jump", [-400 * 24 * HOUR, 9 * 365 * 24 * HOUR])
def test_a_jump_while_a_push_is_under_way(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, jump: int
) -> None:
    """F16: somebody sets the clock between the question and the answer: no try is put off."""
    clock = SetClock(SystemClock().now())
    desk = new_desk(clock=clock)
    workshop = desk.do(make_workshop)
    lines = desk.do(add_people, workshop, 2)
    assert desk.round() is None

    def jumped(answer: bytes) -> bytes:
        clock.at += jump
        return answer

    desk.do(attendance.toggle, workshop, lines[0])
    proxy.fault = Fault(change=jumped)
    assert desk.next_try() is None
    proxy.fault = CLEAR
    desk.do(attendance.toggle, workshop, lines[1])
    desk.sender.tick()  # by its own steady clock: nothing waits for 400 days
    desk.wait()
    assert desk.state.waiting == 0
    count = assert_sent_once(desk, hub)
    inc = desk.notebook.store.identity.inc
    order = hub.query("SELECT hlc FROM change WHERE inc = ? ORDER BY seq", inc)
    assert len(order) == count
    assert all(before < after for before, after in itertools.pairwise(order))


def kinds(desk: Desk) -> list[NoticeKind]:
    return [notice.kind for notice in desk.do(notices.current)]


def test_a_right_clock_is_not_doubted_after_a_contact(
    new_desk: Callable[..., Desk], hub: Hub
) -> None:
    desk = new_desk(clock=SetClock(SystemClock().now()))
    desk.do(make_workshop)
    assert desk.round() is None
    assert NoticeKind.CLOCK not in kinds(desk)
