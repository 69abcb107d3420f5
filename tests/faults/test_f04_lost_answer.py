"""F04: a lost acknowledgement made duplicates (ten copies of each form, in one such system).

Must show: cut the answer at every byte: 0 duplicates, at most one batch re-sent.

A sample of the positions by default; each one with ``pytest -m long``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from angrilien.errors import NoConnection, NotOurServer
from angrilien.services import attendance
from helpers.notebooks import add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once

SAMPLE = 10
"""Positions by default, beside the boundaries of the header."""


def boundaries(answer: bytes) -> list[int]:
    """The places where a reader changes its mind: line ends of the header, its end, the end."""
    head = answer.index(b"\r\n\r\n") + 4
    lines = [at + 2 for at in range(head - 2) if answer[at : at + 2] == b"\r\n"]
    return sorted({0, 1, *lines[:3], head - 4, head - 2, head - 1, head, head + 1,
                   len(answer) - 2, len(answer) - 1})  # fmt: skip


def cut_at(
    positions: list[int], desk: Desk, hub: Hub, proxy: Proxy, fault: Callable[[int], Fault]
) -> None:
    """At each position: one act, a push that is cut there, then a push that is not."""
    workshop = make_workshop_of(desk)
    line = desk.do(attendance.roster, workshop).rows[0].attendance_id
    assert desk.round() is None
    for position in positions:
        desk.do(attendance.toggle, workshop, line)
        before = len(proxy.pushes())
        proxy.fault = fault(position)
        problem = desk.next_try()
        # A header that is cut leaves an answer which nobody signed.
        assert isinstance(problem, NoConnection | NotOurServer), position
        assert desk.state.waiting == 1, position
        proxy.fault = CLEAR
        assert desk.next_try() is None, position
        assert desk.state.waiting == 0, position
        assert len(proxy.pushes()) - before <= 2, position  # the batch, and the same again
    assert_sent_once(desk, hub)


def make_workshop_of(desk: Desk) -> str:
    workshop = desk.do(make_workshop)
    desk.do(add_people, workshop, 1)
    return workshop


def measured_answer(desk: Desk, proxy: Proxy) -> bytes:
    """The answer to a push of one act, whole."""
    workshop = make_workshop_of(desk)
    line = desk.do(attendance.roster, workshop).rows[0].attendance_id
    assert desk.round() is None
    desk.do(attendance.toggle, workshop, line)
    assert desk.round() is None
    return proxy.pushes()[-1].answer


def test_answer_cut_at_a_sample_of_bytes(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """F04 by default: at most 40 positions, the first, the last and the header's among them."""
    desk = new_desk()
    answer = measured_answer(desk, proxy)
    spread = range(0, len(answer) - 2, max(1, len(answer) // SAMPLE))
    positions = sorted({*boundaries(answer), *spread})[:40]
    assert {0, len(answer) - 1} <= {*boundaries(answer)}
    cut_at(positions, desk, hub, proxy, lambda at: Fault(answer_bytes=at))


@pytest.mark.long
@pytest.mark.parametrize("reset", [False, True])
def test_answer_cut_at_every_byte(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, reset: bool
) -> None:
    """F04 in full: each byte of the answer, closed in good order and by a reset."""
    desk = new_desk()
    answer = measured_answer(desk, proxy)
    positions = list(range(len(answer) - 2))  # an answer may be shorter by a digit
    cut_at(positions, desk, hub, proxy, lambda at: Fault(answer_bytes=at, reset=reset))
    print(f"\nF04: {len(positions)} positions, reset={reset}")


@pytest.mark.postgres
def test_answer_reset_and_request_cut(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """F04: the same when the road resets, or when the request itself is cut: 0 duplicates."""
    desk = new_desk()
    answer = measured_answer(desk, proxy)
    cut_at([0, len(answer) // 2], desk, hub, proxy,
           lambda at: Fault(answer_bytes=at, reset=True))  # fmt: skip
    request = len(proxy.pushes()[-1].request)
    places = [1, request // 2, request - 1]
    cut_at(places, desk, hub, proxy, lambda at: Fault(request_bytes=at))


@pytest.mark.postgres
def test_whole_workshop_cut_and_sent_again(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """F04: a batch of many acts whose answer is lost is sent once more, and counts once."""
    desk = new_desk()
    workshop = desk.do(make_workshop)
    assert desk.round() is None
    desk.do(add_people, workshop, 8)
    proxy.fault = Fault(answer_bytes=0)
    assert isinstance(desk.round(), NoConnection)
    proxy.fault = CLEAR
    already = len(proxy.pushes())
    assert desk.round() is None
    assert already == 2
    assert len(proxy.pushes()) == already + 1
    assert assert_sent_once(desk, hub) > 24
