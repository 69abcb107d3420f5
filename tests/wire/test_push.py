"""The envelope of changes: what comes out is what went in, and nothing else is read."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.wire.canonical import BadMessage, b64, dumps
from angrilien.wire.change import Body, Change, Head, Revision, genesis, next_chain
from angrilien.wire.ids import new_id
from angrilien.wire.push import (
    MAX_AT,
    MAX_LINES,
    PushHeader,
    PushLine,
    decode_push,
    encode_push,
)

INC = "0199d3c2-0000-7000-8000-000000000001"
OTHER = "0199d3c2-0000-7000-8000-000000000002"
DEV = "0199d3c2-0000-7000-8000-000000000003"
AUTHOR = "0199d3c2-0000-7000-8000-000000000004"
ROWS = [f"0199d3c2-0000-7000-8000-0000000001{n:02d}" for n in range(4)]
KEY = b"k" * 32

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)
halves = st.dictionaries(texts, texts | st.integers(-9, 9) | st.booleans(), max_size=3)
drafts = st.lists(
    st.fixed_dictionaries(
        {
            "entity": st.sampled_from(["attendance", "workshop"]),
            "row": st.integers(0, 3),
            "at": st.integers(-MAX_AT, MAX_AT),
            "ahead": st.sampled_from([0, 0, 0, 1, 250]),
            "tz": st.sampled_from(["Europe/Paris", "Indian/Mayotte"]),
            "clock": st.sampled_from(["ok", "unchecked", "jumped"]),
            "elsewhere": st.booleans(),
            "body": st.booleans(),
            "shared": halves,
            "private": halves,
        }
    ),
    min_size=1,
    max_size=8,
)


def made(described: list[dict[str, Any]], before: int = 0) -> tuple[list[Change], dict[int, int]]:
    """Changes as a laptop would write them, and which own revision each replaces."""
    last: dict[tuple[str, str], Revision] = {}
    own: dict[tuple[str, str], int] = {}
    chain, changes, previous = genesis(INC, KEY), [], {}
    for seq, item in enumerate(described, start=before + 1):
        key = (item["entity"], ROWS[item["row"]])
        base = last.get(key)
        if item["elsewhere"]:
            base = (OTHER, seq)  # another laptop's revision came in between
        if key in own:
            previous[seq] = own[key]
        head = Head(
            inc=INC, seq=seq, schema=1, entity=key[0], entity_id=key[1], op="put", base=base,
            at=item["at"], tz=item["tz"], clock=item["clock"],
            hlc=item["at"] * 1000 + item["ahead"], author=AUTHOR,
        )  # fmt: skip
        body = Body(
            salt=bytes([seq]) * 16,
            shared=dumps(item["shared"]).decode(),
            private=dumps(item["private"]).decode(),
        )
        chain = next_chain(chain, head, body.commit())
        changes.append(
            Change(
                head=head, commit=body.commit(), chain=chain, body=body if item["body"] else None
            )
        )
        last[key], own[key] = (INC, seq), seq
    return changes, previous


def header_of(changes: list[Change], prev: bytes = genesis(INC, KEY)) -> PushHeader:
    return PushHeader(
        aud="essai", dev=DEV, inc=INC, app="0.1.0", first=changes[0].head.seq,
        count=len(changes), prev=prev, order=3,
    )  # fmt: skip


@given(drafts, st.booleans())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_every_change_arrives_with_its_head_its_commit_and_its_place_in_the_chain(
    described: list[dict[str, Any]], names_stay: bool
) -> None:
    changes, previous = made(described)
    header = header_of(changes)
    data = encode_push(header, changes, previous, names_stay=names_stay)
    assert data == encode_push(header, changes, previous, names_stay=names_stay)
    read = decode_push(data)
    assert read.header == header
    chain = header.prev
    for change, line in zip(changes, read.lines, strict=True):
        head = line.head(INC, previous.get(change.head.seq))
        chain = next_chain(chain, head, line.commit)
        assert (head, line.commit, chain) == (change.head, change.commit, change.chain)
        check_body(change, line, names_stay=names_stay)


def check_body(change: Change, line: PushLine, *, names_stay: bool) -> None:
    if change.body is None:  # erased before sending: the commit alone travels
        assert (line.body, line.shared, line.private_digest) == (None, None, None)
    elif names_stay:
        assert line.body is None
        assert line.shared == change.body.shared
        assert line.private_digest == change.body.private_digest()
    else:
        assert line.body == change.body


def test_no_private_word_leaves_a_pseudonymous_venue() -> None:
    described = {
        "entity": "attendance", "row": 0, "at": 5, "ahead": 0, "tz": "Europe/Paris", "clock": "ok",
        "elsewhere": False, "body": True, "shared": {"state": "present"},
        "private": {"first_name": "Ondine-Secrète"},
    }  # fmt: skip
    changes, previous = made([described])
    for names_stay in (True, False):
        data = encode_push(header_of(changes), changes, previous, names_stay=names_stay)
        plain = gzip.decompress(data).decode()
        assert ("Ondine" in plain) is not names_stay
        assert ("salt" in plain) is not names_stay


def test_what_can_be_computed_does_not_travel() -> None:
    item = {
        "entity": "attendance", "row": 0, "at": 5, "ahead": 0, "tz": "Europe/Paris", "clock": "ok",
        "elsewhere": False, "body": True, "shared": {"state": "present"}, "private": {},
    }  # fmt: skip
    changes, previous = made([item, {**item, "at": 6}])
    first, second = lines_of(encode_push(header_of(changes), changes, previous))[1:]
    assert set(first) - {"salt", "shared", "private"} == {
        "schema", "entity", "op", "tz", "clock", "author", "entity_id", "at",
    }  # fmt: skip
    assert set(second) - {"salt", "shared", "private"} == {"entity_id", "at"}


def test_the_header_must_announce_the_changes_that_follow() -> None:
    changes, previous = made([BLAND] * 3)
    for wrong in (changes[:2], changes[1:], changes[::-1]):
        with pytest.raises(ValueError, match="announces"):
            encode_push(header_of(changes), wrong, previous)


BLAND: dict[str, Any] = {
    "entity": "attendance", "row": 0, "at": 5, "ahead": 0, "tz": "Europe/Paris", "clock": "ok",
    "elsewhere": False, "body": True, "shared": {}, "private": {},
}  # fmt: skip


def lines_of(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(data).splitlines()]


def envelope(*lines: dict[str, Any] | bytes) -> bytes:
    texts_ = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return gzip.compress(b"\n".join(texts_) + b"\n", mtime=0)


def good_lines() -> list[dict[str, Any]]:
    changes, previous = made([BLAND, {**BLAND, "at": 6, "row": 1}])
    return lines_of(encode_push(header_of(changes), changes, previous))


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        (0, {"v": 2}), (0, {"v": None}), (0, {"aud": ""}), (0, {"aud": "a" * 101}),
        (0, {"dev": "x"}), (0, {"inc": INC.upper()}), (0, {"from": 0}), (0, {"from": True}),
        (0, {"n": 0}), (0, {"n": 1}), (0, {"n": 3}), (0, {"n": MAX_LINES + 1}),
        (0, {"prev": "AA"}), (0, {"ord": -1}), (0, {"ord": "0"}), (0, {"extra": 1}),
        (1, {"schema": 0}), (1, {"entity": 7}), (1, {"entity_id": "x"}), (1, {"op": ""}),
        (1, {"at": 1.5}), (1, {"at": MAX_AT + 1}), (1, {"at": -MAX_AT - 1}), (1, {"at": True}),
        (1, {"hlc": 5_000}), (1, {"hlc": "5000"}), (1, {"author": "Claire"}),
        (1, {"base": []}), (1, {"base": [INC]}), (1, {"base": [INC, 0]}), (1, {"base": "a"}),
        (1, {"salt": "AA"}), (1, {"shared": []}), (1, {"private": "x"}), (1, {"commit": b64(KEY)}),
        (1, {"digest": b64(KEY)}), (1, {"seq": 1}), (2, {"salt": None}),
    ],
    ids=repr,
)  # fmt: skip
def test_what_we_would_not_write_is_refused(line: int, changed: dict[str, Any]) -> None:
    lines = good_lines()
    assert len(decode_push(envelope(*lines)).lines) == 2
    lines[line] = {**lines[line], **changed}
    with pytest.raises(BadMessage):
        decode_push(envelope(*lines))


@pytest.mark.parametrize("gone", ["schema", "entity", "op", "tz", "clock", "author"])
def test_the_first_line_repeats_nothing(gone: str) -> None:
    lines = good_lines()
    del lines[1][gone]
    with pytest.raises(BadMessage):
        decode_push(envelope(*lines))


def test_a_cut_or_longer_envelope_is_refused() -> None:
    data = envelope(*good_lines())
    plain = gzip.decompress(data)
    for cut in range(len(data)):
        with pytest.raises(BadMessage):
            decode_push(data[:cut])
    for other in (
        data + b"\x00", data + data, gzip.compress(plain[:-1]), gzip.compress(plain + b"\n"),
        gzip.compress(b""), gzip.compress(plain + plain), b"not gzip", plain,
    ):  # fmt: skip
        with pytest.raises(BadMessage):
            decode_push(other)


def test_a_small_file_that_unpacks_into_a_huge_one_is_refused() -> None:
    for bomb in (b"\x00" * (20 << 20), b"{}\n" * (6 << 20), b" " * (1 << 19) + b"\n"):
        packed = gzip.compress(bomb, compresslevel=9)
        assert len(packed) < 64 << 10
        with pytest.raises(BadMessage):
            decode_push(packed)
    with pytest.raises(BadMessage):
        decode_push(b"\x00" * ((1 << 20) + 1))


@given(st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_altered_bytes_are_read_or_refused_and_never_crash(data: st.DataObject) -> None:
    whole = envelope(*good_lines())
    plain = bytearray(gzip.decompress(whole))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(plain) - 1))
        kind = data.draw(st.sampled_from(["replace", "drop", "add"]))
        if kind == "drop":
            del plain[place]
        elif kind == "add":
            plain.insert(place, data.draw(st.integers(0, 255)))
        else:
            plain[place] = data.draw(st.integers(0, 255))
    packed = bytearray(whole)
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    for altered in (gzip.compress(bytes(plain)), bytes(packed)):
        try:
            read = decode_push(altered)
        except BadMessage:
            continue
        assert len(read.lines) == read.header.count


# --- how many bytes ------------------------------------------------------------------------------


def scrawl(hand: random.Random) -> list[tuple[float, float]]:
    return [(20.0 + 8 * i, hand.uniform(20, 130)) for i in range(60)]


def naive_bytes(changes: list[Change]) -> int:
    """Bytes of the same changes with all their fields and digests on the lines, gzip too."""
    lines = [
        json.dumps(
            {
                **json.loads(c.head.canonical()),
                "salt": b64(c.body.salt),
                "shared": json.loads(c.body.shared),
                "private": json.loads(c.body.private),
                "commit": b64(c.commit),
                "chain": b64(c.chain),
            }
        )
        for c in changes
        if c.body is not None
    ]
    return len(gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0))


def attendances(count: int) -> list[Change]:
    workshop, chain, changes = new_id(), genesis(INC, KEY), []
    for seq in range(1, count + 1):
        at = 1_795_604_400_000 + seq * 2_345
        body = Body(
            salt=seq.to_bytes(2) * 8,
            shared=dumps(
                {
                    "workshop_id": workshop, "participant_id": new_id(), "state": "present",
                    "arrival": at, "first_time": seq % 3 == 0, "band": "soixante_dix_plus",
                }
            ).decode(),
            private="{}",
        )  # fmt: skip
        # A salt does not compress: one that repeats would flatter us.
        body = replace(body, salt=body.private_digest()[:16])
        head = Head(
            inc=INC, seq=seq, schema=1, entity="attendance", entity_id=new_id(), op="put",
            base=None, at=at, tz="Europe/Paris", clock="ok", hlc=at * 1000, author=AUTHOR,
        )  # fmt: skip
        chain = next_chain(chain, head, body.commit())
        changes.append(Change(head=head, commit=body.commit(), chain=chain, body=body))
    return changes


@pytest.mark.parametrize("count", [13, 1_000])
def test_attendances_take_few_bytes(count: int) -> None:
    changes = attendances(count)
    ours, naive = len(encode_push(header_of(changes), changes, {})), naive_bytes(changes)
    print(f"{count} attendances: {ours} bytes, {naive} with digests on the lines")
    assert ours < 0.65 * naive


def test_a_whole_workshop_takes_few_bytes(tmp_path: Path) -> None:
    from angrilien.domain.forms import AnonymousForm
    from angrilien.domain.rows import NoteText
    from angrilien.services import attendance, closing, notes, signing
    from angrilien.store import log
    from helpers.copies import list_people
    from helpers.notebooks import make_notebook, make_workshop

    nb = make_notebook(tmp_path)
    workshop = make_workshop(nb)
    rows = list_people(nb, workshop, 8)
    attendance.everyone_present(nb, workshop)
    # Each signs in their own hand: equal drawings would compress and flatter us.
    hand = random.Random(7)
    for row in rows[:6]:
        signing.sign(nb, workshop, row, [scrawl(hand)], 550, 155)
    signing.sign_on_paper(nb, workshop, rows[6])
    signing.could_not_sign(nb, workshop, rows[7], "Main bandée")
    attendance.add_anonymous(nb, workshop, AnonymousForm())
    notes.keep(nb, NoteText(workshop_id=workshop, done="Mots de passe, phrases longues."))
    closing.close(nb, workshop, [scrawl(hand)], 550, 155)
    with nb.store.read() as connection:
        changes = log.changes_after(connection, nb.store.identity.inc, 0, 1_000)
        previous = log.own_previous(connection, changes)
    inc, public = nb.store.identity.inc, nb.store.identity.public
    nb.close()
    header = replace(header_of(changes, genesis(inc, public)), inc=inc)
    ours = len(encode_push(header, changes, previous))
    naive = naive_bytes(changes)
    print(f"a whole workshop: {len(changes)} changes, {ours} bytes, {naive} naive")
    assert ours < 0.65 * naive
