"""Sizes and times of pushes, against a server in another process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.domain.rows import NoteText
from angrilien.services import attendance, closing, notes, outbox, signing
from angrilien.wire.push import open_push
from helpers.bench import measure, say
from helpers.notebooks import NAMES, add_people, make_workshop
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

pytestmark = pytest.mark.long

LINE = [[(x * 3.0, 20.0 + 15.0 * (x % 5) + x % 3) for x in range(40)]]
"""A signature of forty points."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with LiveServer(tmp_path / "live") as live, Hub(live) as opened:
        opened.live = live  # type: ignore[attr-defined]
        yield opened


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    live: LiveServer = hub.live  # type: ignore[attr-defined]
    made = Desk.create(tmp_path / "laptop", live.programme, address=live.url, code=hub.code())
    assert made.round() is None
    yield made
    made.close()


def size(desk: Desk) -> tuple[int, int]:
    """Return the changes and the bytes of the next push."""
    job = desk.do(outbox.take_job, 256 << 10)
    assert job is not None
    header, _ = open_push(job.body)
    return header.count, len(job.body)


def test_thirteen_attendances(desk: Desk, hub: Hub) -> None:
    """13 present: what one afternoon's clicks weigh, and how long they take to be acknowledged."""
    workshop = desk.do(make_workshop)
    lines = desk.do(add_people, workshop, len(NAMES))
    other = desk.do(make_workshop)
    lines_of = {workshop: lines, other: desk.do(add_people, other, 3)}
    assert desk.round() is None

    def click() -> None:
        for place, some in lines_of.items():
            for line in some:
                desk.do(attendance.toggle, place, line)

    click()
    count, weight = size(desk)
    say(f"push of {count} attendances: {weight} bytes")
    assert count == 13
    assert weight <= 2_500

    def push() -> None:
        assert desk.next_try() is None

    measure("push of 13 attendances, acknowledged", push, 1, warm=0)
    for _ in range(4):
        click()
        measure("again", push, 1, warm=0)
    assert_sent_once(desk, hub)


def test_whole_workshop(desk: Desk, hub: Hub) -> None:
    """Eight people, six signatures, one on paper, one who could not, a bilan, the closed sheet."""
    workshop = desk.do(make_workshop)
    lines = desk.do(add_people, workshop)
    for line in lines:
        desk.do(attendance.toggle, workshop, line)
    for line in lines[:6]:
        desk.do(signing.sign, workshop, line, LINE, 120.0, 100.0)
    desk.do(signing.sign_on_paper, workshop, lines[6])
    desk.do(signing.could_not_sign, workshop, lines[7], "Bras cassé")
    bilan = NoteText(workshop_id=workshop, done="Trier ses photos.", hard="Le nuage.")
    desk.do(notes.keep, bilan)
    desk.do(closing.close, workshop, LINE, 120.0, 100.0)
    count, weight = size(desk)
    say(f"push of a whole workshop, {count} changes: {weight} bytes")
    assert weight <= 260 * count
    measure("push of a whole workshop, acknowledged", desk.next_try, 1, warm=0)
    assert_sent_once(desk, hub)
