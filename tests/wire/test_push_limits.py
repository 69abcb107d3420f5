"""What an envelope may hold, whoever signed it."""

from __future__ import annotations

import gzip
import os
import random

import pytest

from angrilien.domain.entities import Facilitator, SessionNote
from angrilien.domain.ids import venue_id
from angrilien.wire.canonical import MAX_INT, BadMessage
from angrilien.wire.ids import new_id
from angrilien.wire.push import MAX_AT, MAX_LINE, MAX_PLAIN, decode_push
from helpers.laptops import Laptop, raw_envelope, write_workshop

LINE = (
    '{"at":%s,"author":"01990000-0000-7000-8000-000000000001","clock":"ok","entity":"alias",'
    '"entity_id":"01990000-0000-7000-8000-000000000002","op":"put","schema":1,"tz":"UTC",'
    '"commit":"' + "A" * 43 + '"%s}'
)


def line(at: str = "1", more: str = "") -> bytes:
    return (LINE % (at, more)).encode()


def test_a_whole_workshop_comes_back_as_it_was_written() -> None:
    laptop = Laptop()
    write_workshop(laptop, venue_id("CAF-49008"))
    push = decode_push(laptop.envelope())
    assert [one.head(laptop.inc, laptop.own_previous.get(one.seq)) for one in push.lines] == [
        change.head for change in laptop.changes
    ]
    assert [one.commit for one in push.lines] == [change.commit for change in laptop.changes]


def test_lines_of_all_lengths_come_back() -> None:
    # The envelope is read in pieces: a line may end anywhere in one.
    laptop = Laptop()
    rng = random.Random(20261125)
    for _ in range(15):
        text = "".join(rng.choices("aé€😀 b", k=rng.randrange(20_000)))
        laptop.write(SessionNote(id=new_id(), workshop_id=new_id(), done=text))
    push = decode_push(laptop.envelope())
    assert [one.body for one in push.lines] == [change.body for change in laptop.changes]


@pytest.mark.parametrize("at", ['"' + "9" * 1_000 + '"', "[1]", "{}", "true", "1.5", "null", "1e9"])
def test_an_instant_that_is_no_number_is_refused_at_once(at: str) -> None:
    # A text a thousand times over would have been gigabytes.
    with pytest.raises(BadMessage):
        decode_push(raw_envelope(Laptop(), line(at, ',"hlc":5')).body)


def test_an_instant_whose_hlc_would_not_be_canonical_is_refused() -> None:
    assert decode_push(raw_envelope(Laptop(), line(str(MAX_AT))).body).lines[0].hlc <= MAX_INT
    for at in (MAX_AT + 1, -MAX_AT - 1):
        with pytest.raises(BadMessage):
            decode_push(raw_envelope(Laptop(), line(str(at))).body)


@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_lines_than_announced_is_refused(count: int) -> None:
    with pytest.raises(BadMessage, match="announces"):
        decode_push(raw_envelope(Laptop(), line(), line(), count=count).body)


def test_a_line_that_is_too_long_is_refused() -> None:
    laptop = Laptop()
    laptop.write(Facilitator(id=new_id(), name="é" * (MAX_LINE // 2)))
    with pytest.raises(BadMessage, match=r"line is too long|too large"):
        decode_push(laptop.envelope())


def test_more_than_the_limit_once_decompressed_is_refused() -> None:
    many = [line(more=" " * 200_000)] * (MAX_PLAIN // 200_000 + 1)
    with pytest.raises(BadMessage, match="too large"):
        decode_push(raw_envelope(Laptop(), *many).body)


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 100])
def test_a_cut_envelope_is_refused(cut: int) -> None:
    laptop = Laptop()
    write_workshop(laptop, venue_id("CAF-49008"))
    with pytest.raises(BadMessage):
        decode_push(laptop.envelope()[:-cut])


def test_what_follows_the_envelope_is_refused() -> None:
    laptop = Laptop()
    laptop.write(Facilitator(id=new_id(), name="Camille"))
    whole = laptop.envelope()
    for more in (b"\0", whole, os.urandom(40_000)):
        with pytest.raises(BadMessage):
            decode_push(whole + more)


def test_a_last_line_without_its_end_is_refused() -> None:
    plain = gzip.decompress(raw_envelope(Laptop(), line()).body)
    with pytest.raises(BadMessage):
        decode_push(gzip.compress(plain[:-1]))
