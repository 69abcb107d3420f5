"""The other messages: signatures, answers, requests, keys, certificates."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain.entities import SheetLine
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, HeldItem, SheetReceipt, read_answer
from angrilien.wire.canonical import BadMessage, b64, sha256
from angrilien.wire.change import Body, Head, commit_of, genesis, next_chain
from angrilien.wire.ids import id_bytes, new_id, read_id
from angrilien.wire.keys import (
    Certificate,
    KeyList,
    ListedKey,
    key_id,
    read_certificate,
    read_key_list,
)
from angrilien.wire.request import Registration, Request, read_registration, read_request
from angrilien.wire.sheet import line_commitment, line_text

NOW = 1_795_604_400_000
DIGEST = sha256(b"anything")


# --- DSSE ----------------------------------------------------------------------------------------


def test_the_encoding_is_that_of_the_published_example() -> None:
    # DSSE protocol 1.0.2, "Test Vectors".
    signed = dsse.pae("http://example.com/HelloWorld", b"hello world")
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_are_bytes_and_nothing_slides_from_type_to_payload() -> None:
    assert dsse.pae("a", "é".encode()) == b"DSSEv1 1 a 2 \xc3\xa9"
    assert dsse.pae("a", b"") == b"DSSEv1 1 a 0 "
    assert dsse.pae("a 1 b", b"c") != dsse.pae("a", b"b 1 c")


def test_each_kind_of_signature_has_a_payload_type_of_its_own() -> None:
    kinds = "keys device vouch request push sheet amendment export receipt answer order bundle"
    wanted = [f"application/vnd.angrilien.{k}.v1" for k in (*kinds.split(), "profile", "update")]
    assert list(dsse.PAYLOAD_TYPES) == wanted


def test_a_signature_header_is_read_back_and_anything_else_refused() -> None:
    written = dsse.write_header("0123456789abcdef", b"s" * 64)
    assert dsse.read_header(written) == ("0123456789abcdef", b"s" * 64)
    for other in (None, "", "x", written[:-1], written + "A", written.upper(), "a" + written,
                  written.replace(",", ";"), "0123456789abcdef,"):  # fmt: skip
        with pytest.raises(BadMessage):
            dsse.read_header(other)


# --- ids and the chain ---------------------------------------------------------------------------


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(2_000)]
    assert sorted(made) == made
    assert len(set(made)) == len(made)
    assert all(read_id(one) == one and one[14] == "7" for one in made)
    assert id_bytes(made[0]).hex() == made[0].replace("-", "")


AN_ID = "01a20a6d-3c6e-774e-9507-5cd191d4b44d"


@pytest.mark.parametrize("text", ["", "x", None, 3, AN_ID.upper(), AN_ID + "\n", "0" * 36])
def test_an_id_is_a_uuid_in_lower_case(text: object) -> None:
    with pytest.raises(BadMessage):
        read_id(text)


def head(**changed: Any) -> Head:
    values: dict[str, Any] = {
        "inc": "0199d3c2-0000-7000-8000-000000000001", "seq": 2, "schema": 1,
        "entity": "attendance", "entity_id": "0199d3c2-0000-7000-8000-000000000009", "op": "put",
        "base": None, "at": NOW, "tz": "Europe/Paris", "clock": "ok", "hlc": NOW * 1000,
        "author": "0199d3c2-0000-7000-8000-000000000004",
    }  # fmt: skip
    return Head(**{**values, **changed})


def test_the_chain_covers_every_field_of_the_head() -> None:
    first = genesis(head().inc, b"k" * 32)
    links = {next_chain(first, head(), DIGEST)}
    changes: dict[str, Any] = {
        "base": (head().inc, 1), "seq": 3, "schema": 2, "at": NOW + 1, "hlc": 1,
    }  # fmt: skip
    for f in fields(Head):
        changed = replace(head(), **{f.name: changes.get(f.name, "other")})
        links.add(next_chain(first, changed, DIGEST))
    links |= {next_chain(first, head(), sha256(b"")), next_chain(DIGEST, head(), DIGEST)}
    assert len(links) == 1 + len(fields(Head)) + 2


def test_the_commit_is_the_one_of_the_formula_and_hides_the_private_half() -> None:
    import hashlib

    body = Body(salt=b"s" * 16, shared='{"state":"present"}', private='{"first_name":"Odette"}')
    inner = hashlib.sha256(body.salt + body.private.encode()).digest()
    expected = hashlib.sha256(hashlib.sha256(body.shared.encode()).digest() + inner).digest()
    assert body.commit() == expected == commit_of(body.shared, inner)
    salted_otherwise = replace(body, salt=b"t" * 16)
    assert salted_otherwise.commit() != body.commit()


# --- sheet lines ---------------------------------------------------------------------------------


def line(**changed: Any) -> SheetLine:
    values: dict[str, Any] = {
        "id": "l", "sheet_id": "s", "number": 1, "kind": "attendance", "attendance_id": "a",
        "mode": "screen", "arrival": NOW, "departure": None, "first_time": True, "commitment": "",
        "last_name": "Lefèvre", "first_name": "Odette", "note": None, "signature_digest": "d",
        "salt": b"s" * 16,
    }  # fmt: skip
    return SheetLine(**{**values, **changed})


def test_a_line_s_commitment_covers_all_that_the_line_says() -> None:
    said = {
        "number": 2, "kind": "facilitator", "mode": "paper", "arrival": NOW + 1,
        "departure": NOW, "first_time": False, "last_name": "Lefevre", "first_name": "",
        "note": "Main bandée", "signature_digest": "e", "salt": b"t" * 16,
    }  # fmt: skip
    kept = {line_commitment(line(**{name: value})) for name, value in said.items()}
    assert len(kept | {line_commitment(line())}) == len(said) + 1
    # Ids are the laptop's own bookkeeping: the paper does not say them.
    assert line_text(line(id="x", sheet_id="y", attendance_id="z", commitment="c")) == line_text(
        line()
    )


# --- answers -------------------------------------------------------------------------------------


def answer(**changed: Any) -> Answer:
    values: dict[str, Any] = {
        "aud": "angrilien", "req": DIGEST, "epoch": "0199d3c2-0000-7000-8000-000000000001",
        "inc": "0199d3c2-0000-7000-8000-000000000002", "ack": 1_234_567, "chain": DIGEST,
        "held": 99, "backed_up": 1_234_500, "date": NOW, "next": 21_600, "min_v": 1,
        "key": "0123456789abcdef",
    }  # fmt: skip
    return Answer(**{**values, **changed})


def test_an_answer_takes_400_bytes_at_most_and_160_more_for_a_receipt() -> None:
    plain = len(answer().canonical())
    worst = answer(fork=1_234_567, revoked=True, have=((1_234_567, 1_234_999),))
    print(f"an answer: {plain} bytes, {len(worst.canonical())} with a fork and a gap")
    assert plain <= 400
    assert len(worst.canonical()) <= 400
    receipt = SheetReceipt(sheet_id=new_id(), date=NOW, signature=b"s" * 64)
    two = answer(receipts=(receipt, receipt))
    assert len(two.canonical()) - plain <= 2 * 160


ANSWERS = st.builds(
    answer,
    ack=st.integers(0, 2**53),
    held=st.integers(0, 9),
    fork=st.none() | st.integers(1, 2**53),
    revoked=st.booleans(),
    have=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=3).map(tuple),
    receipts=st.lists(
        st.builds(
            SheetReceipt,
            sheet_id=st.uuids().map(str),
            date=st.integers(0, NOW),
            signature=st.binary(min_size=64, max_size=64),
        ),
        max_size=2,
    ).map(tuple),
    refused=st.sampled_from(["", "code_used"]),
    cert=st.sampled_from(["", '{"v":1}']),
)


@given(ANSWERS)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_an_answer_is_read_back(sent: Answer) -> None:
    assert read_answer(sent.canonical()) == sent


def test_an_answer_of_tomorrow_may_say_more_but_never_less() -> None:
    value = json.loads(answer().canonical())
    assert read_answer(json.dumps({**value, "weather": "fair"}).encode()) == answer()
    for name in value:
        with pytest.raises(BadMessage):
            read_answer(json.dumps({k: v for k, v in value.items() if k != name}).encode())


# --- requests, keys, certificates ----------------------------------------------------------------

REGISTRATION = Registration(code="7Q2KM4XR9T", key=b"k" * 32, made=NOW, app="0.1.0", boxes=("b",))
KEYS = KeyList(
    aud="angrilien",
    number=3,
    issued=NOW,
    keys=(
        ListedKey(public=b"a" * 32, use="sign", since=0, until=NOW),
        ListedKey(public=b"b" * 32, use="sign", since=0, until=NOW, withdrawn=True),
        ListedKey(public=b"c" * 32, use="box", since=NOW, until=NOW),
    ),
)
CERTIFICATE = Certificate(
    aud="angrilien", dev=new_id(), key=b"k" * 32, inc=new_id(), since=1, issued=NOW,
    venues=((new_id(), "CAF-49008", NOW), (new_id(), "ETB-97611", 5)), level="pseudonyme",
)  # fmt: skip
MESSAGES = [
    (answer(have=((1, 2),), fork=3, refused="code_used"), read_answer),
    (
        answer(
            order=3,
            orders=(("{}", "a, b"),),
            more=True,
            tag="3",
            items=(HeldItem(inc=new_id(), code="frozen", ranges=((1, 2), (5, 5))),),
            blob=(0, 7),
            certs=(("{}", "a, b"),),
        ),
        read_answer,
    ),
    (REGISTRATION, read_registration),
    (KEYS, read_key_list),
    (CERTIFICATE, read_certificate),
]
named = pytest.mark.parametrize(
    ("message", "read"),
    MESSAGES,
    ids=[f"{type(m).__name__} {n}" for n, (m, _) in enumerate(MESSAGES)],
)


@named
def test_a_message_is_read_back(message: Any, read: Any) -> None:
    assert read(message.canonical()) == message


@named
def test_every_needed_field_is_needed_in_its_own_type(message: Any, read: Any) -> None:
    value = json.loads(message.canonical())
    optional = {"have", "fork", "refused", "ord", "orders", "more", "tag", "items", "blob"}
    optional |= {"certs"}
    for name in value:
        if name not in optional:
            with pytest.raises(BadMessage):
                read(json.dumps({k: v for k, v in value.items() if k != name}).encode())
        for wrong in ([1], {"a": 1}, -7, "\u00e9" * 70_000):
            if type(wrong) is type(value[name]):
                continue
            with pytest.raises(BadMessage):
                read(json.dumps({**value, name: wrong}).encode())


@named
@given(data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_altered_bytes_of_a_message_are_refused_or_read(
    message: Any, read: Any, data: st.DataObject
) -> None:
    raw = bytearray(message.canonical())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(raw))
    except BadMessage:
        return
    json.loads(raw)


def test_a_key_is_found_by_its_id_and_use_unless_withdrawn() -> None:
    sign, withdrawn, box = KEYS.keys
    assert KEYS.find(sign.id, "sign") is sign
    assert KEYS.find(box.id, "box") is box
    assert KEYS.find(box.id, "sign") is None
    assert KEYS.find(withdrawn.id, "sign") is None
    assert sign.id == key_id(b"a" * 32) == sha256(b"a" * 32).hex()[:16]


def test_a_request_is_made_again_from_what_came() -> None:
    made = Request(
        method="POST", path="/v1/boxes?a=b", aud="angrilien", dev=new_id(), inc=new_id(),
        nonce=b"n" * 16, body=sha256(b"body"),
    )  # fmt: skip
    again = {"method": "POST", "path": "/v1/boxes?a=b", "aud": "angrilien", "body": b"body"}
    assert read_request(made.header(), **again) == made
    assert read_request(made.header(), **{**again, "body": b"other"}) != made


ONE: Final = "01990000-0000-7000-8000-0000000000d1"


@pytest.mark.parametrize(
    "header",
    ["", " ", "a b c", f"{ONE} {ONE}", f"{ONE} {ONE} {b64(b'short')}",
     f"{ONE} {ONE} {b64(b'n' * 16)} x", f"{ONE}  {b64(b'n' * 16)}"],
)  # fmt: skip
def test_a_malformed_header_of_a_request_is_refused(header: str) -> None:
    with pytest.raises(BadMessage):
        read_request(header, method="GET", path="/", aud="angrilien", body=b"")
