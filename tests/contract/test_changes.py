"""A laptop's own changes come back in answers that a laptop takes, however large they are."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from angrilien.domain.entities import SessionNote, Signature, Workshop
from angrilien.domain.ids import venue_id
from angrilien.server import incarnations
from angrilien.sync.client import MAX_ANSWER, MAX_LARGE_ANSWER
from angrilien.wire.canonical import unb64
from angrilien.wire.ids import new_id
from angrilien.wire.push import PushLine, decode_push
from helpers.laptops import START, ZONE, Laptop
from helpers.servers import ANGRIE, LocalServer, checked

pytestmark = pytest.mark.postgres


def ask(server: LocalServer, laptop: Laptop, after: int) -> tuple[int, list[PushLine]]:
    """Return the size of the answer, and the changes that it brings."""
    path = f"/v1/changes?inc={laptop.inc}&after={after}"
    sent = laptop.request("GET", path)
    response = server.raw("GET", path, headers=sent.headers)
    answer = checked(server.programme, sent, response)
    if not answer.changes:
        return len(response.content), []
    push = decode_push(unb64(answer.changes))
    assert (push.header.first, push.header.prev) == (after + 1, laptop.chain_at(after))
    return len(response.content), list(push.lines)


def come_back(server: LocalServer, laptop: Laptop) -> tuple[list[int], list[PushLine]]:
    """Ask until nothing comes any more; return the answers' sizes and all that they brought."""
    sizes: list[int] = []
    found: list[PushLine] = []
    while True:
        size, lines = ask(server, laptop, len(found))
        sizes.append(size)
        if not lines:
            return sizes, found
        found += lines


@pytest.fixture
def laptop(server: LocalServer) -> Laptop:
    """A laptop with 600 drawn signatures, which do not compress, as large as they may be."""
    laptop = server.laptop()
    workshop = Workshop(
        id=new_id(), venue_id=venue_id(ANGRIE), date="2026-11-25", starts_at=START,
        ends_at=START + 1, tz=ZONE, state="open", title="Mes photos",
    )  # fmt: skip
    laptop.write(workshop)
    for _ in range(599):
        laptop.write(Signature(id=new_id(), workshop_id=workshop.id, drawing=os.urandom(300)))
    assert server.push(laptop.push()).ack == 600
    return laptop


def test_600_large_changes_come_back_in_several_answers(
    server: LocalServer, laptop: Laptop
) -> None:
    sizes, lines = come_back(server, laptop)
    assert [line.commit for line in lines] == [change.commit for change in laptop.changes]
    assert all(line.body == change.body for line, change in zip(lines, laptop.changes, strict=True))
    assert max(sizes) <= MAX_ANSWER
    assert 5 <= len(sizes) <= 12


def test_unbounded_they_would_not_be_taken(
    server: LocalServer, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the bound is for: 500 of them at once are no answer to a small client, for ever."""
    monkeypatch.setattr(incarnations, "AT_ONCE_BYTES", 1 << 30)
    assert ask(server, laptop, 0)[0] > 3 * MAX_ANSWER


def test_one_change_that_is_larger_comes_alone(server: LocalServer) -> None:
    laptop = server.laptop()
    note = SessionNote(id=new_id(), workshop_id=new_id(), done=os.urandom(50_000).hex())
    for _ in range(3):
        laptop.write(replace(note, hard=os.urandom(50_000).hex()))
    laptop.write(replace(note, done="", hard=""))
    for seq in range(1, 5):
        assert server.push(laptop.push(seq, seq)).ack == seq
    sizes, lines = come_back(server, laptop)
    assert len(lines) == 4
    assert MAX_ANSWER < max(sizes) < MAX_LARGE_ANSWER


@pytest.mark.parametrize(
    "query",
    ["", "inc=x&after=0", "inc=INC", "inc=INC&after=x", "inc=INC&after=1.5", "after=0",
     f"inc=INC&after={'9' * 400}"],
)  # fmt: skip
def test_a_malformed_question_is_refused(server: LocalServer, query: str) -> None:
    laptop = server.laptop()
    path = f"/v1/changes?{query.replace('INC', laptop.inc)}"
    sent = laptop.request("GET", path)
    response = server.raw("GET", path, headers=sent.headers)
    if response.status_code == 200:  # nobody's incarnation
        assert checked(server.programme, sent, response).refused == "not_yours"
    else:
        assert (response.status_code, response.json()) == (400, {"error": "bad_request"})


@pytest.mark.parametrize("after", [7, 10**12, 2**53])
def test_above_the_last_seq_nothing_comes(server: LocalServer, after: int) -> None:
    assert ask(server, server.laptop(), after)[1] == []


@pytest.mark.parametrize("after", [-5, 2**53 + 1, 2**63, 2**70])
def test_what_is_no_seq_is_refused(server: LocalServer, after: int) -> None:
    laptop = server.laptop()
    path = f"/v1/changes?inc={laptop.inc}&after={after}"
    response = server.raw("GET", path, headers=laptop.request("GET", path).headers)
    assert (response.status_code, response.json()) == (400, {"error": "bad_request"})
