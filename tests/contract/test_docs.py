"""Every example of docs/protocol.md and docs/keys.md is read by the code that runs."""

from __future__ import annotations

import gzip
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from angrilien.domain import ids
from angrilien.domain.entities import BY_ENTITY, SheetLine
from angrilien.domain.merging import groups_of
from angrilien.domain.record import join, split
from angrilien.server import permits, projections, registration, seals, service
from angrilien.server.limits import (
    MAX_SEALED,
    MAX_STATEMENT,
    STALL_SECONDS,
    TRIES_BY_ADDRESS,
    TRIES_BY_ALL,
    TRY_WINDOW,
)
from angrilien.vault.custody import fingerprint
from angrilien.vault.programme import load_programme
from angrilien.vault.sealing import open_sealed
from angrilien.vault.signing import Signer, verify
from angrilien.wire import dsse, push, sealed
from angrilien.wire.amendment import amendment_commitment, amendment_text
from angrilien.wire.answer import MEDIA_TYPE, read_answer
from angrilien.wire.bundle import MAX_BYTES, read_bundle
from angrilien.wire.canonical import b64, dumps, loads, sha256, unb64
from angrilien.wire.change import Body, Change, Head, genesis, next_chain
from angrilien.wire.export import content_of, read_amendment, read_end
from angrilien.wire.introduction import read_introduction
from angrilien.wire.keys import key_id, read_certificate, read_key_list
from angrilien.wire.order import read_file, read_order, write_file
from angrilien.wire.profile import MOST_CHARACTERS, open_text, read_profile
from angrilien.wire.pull import decode_given, encode_given
from angrilien.wire.recovery import read_recovery_answer, read_recovery_request
from angrilien.wire.request import NONCE_SIZE, read_boxes, read_registration, read_request
from angrilien.wire.sheet import fingerprint as fingerprint_of
from angrilien.wire.sheet import line_commitment
from angrilien.wire.vouch import read_vouch
from helpers.laptops import raw_envelope
from helpers.servers import LocalServer

pytestmark = pytest.mark.postgres

DOCS = Path(__file__).resolve().parents[2] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text(encoding="utf-8")
KEYS = (DOCS / "keys.md").read_text(encoding="utf-8")
BLOCKS = dict(
    re.findall(r"^```(\w+ [\w -]+)\n(.*?)\n```$", PROTOCOL + KEYS, re.MULTILINE | re.DOTALL)
)
DEVICE = Signer(bytes([5]) * 32)
SIGNING = Signer(bytes([2]) * 32)
ROOT = Signer(bytes([1]) * 32)


def example(name: str) -> bytes:
    return str(BLOCKS[f"json {name}"]).encode()


def table(name: str) -> dict[str, str]:
    lines = str(BLOCKS[f"text {name}"]).splitlines()
    return dict(re.split(r"\s{2,}", line, maxsplit=1) for line in lines)


def check(signer: Signer, name: str, payload_type: str, payload: bytes) -> None:
    wanted, signature = dsse.read_header(BLOCKS[f"text signature {name}"])
    assert wanted == signer.id
    verify(signer.public, payload_type, payload, signature)


def worked_head() -> Head:
    value = loads(example("head"))
    return Head(**value, base=None)


def test_every_json_example_is_canonical() -> None:
    names = [name for name in BLOCKS if name.startswith("json ") and name != "json programme"]
    assert len(names) >= 20
    for name in names:
        text = BLOCKS[name].encode()
        assert dumps(loads(text)) == text, name


def test_the_worked_example() -> None:
    head, worked = worked_head(), table("worked")
    shared, private = (BLOCKS[f"json {half}"] for half in ("shared", "private"))
    body = Body(salt=bytes.fromhex(worked["salt"]), shared=shared, private=private)
    begins = genesis(head.inc, DEVICE.public)
    assert worked["inc"] == head.inc
    assert worked["device public key"] == DEVICE.public.hex()
    assert worked["SHA-256(shared)"] == sha256(shared.encode()).hex()
    assert worked["SHA-256(salt ‖ private)"] == body.private_digest().hex()
    assert worked["commit of (inc, 1)"] == body.commit().hex()
    assert worked["SHA-256(head)"] == sha256(head.canonical()).hex()
    assert head.canonical() == example("head")
    assert worked["chain before (inc, 1)"] == begins.hex()
    assert worked["chain at (inc, 1)"] == next_chain(begins, head, body.commit()).hex()
    record = join(
        BY_ENTITY[head.entity], head.entity_id, loads(shared.encode()), loads(private.encode())
    )
    assert tuple(dumps(half).decode() for half in split(record)) == (shared, private)


def test_the_lines_are_those_of_the_worked_example() -> None:
    worked = table("worked")
    plain = b"\n".join(example(n) for n in ("push-header", "push-line", "push-line-next")) + b"\n"
    decoded = push.decode_push(_gzip(plain))
    first, second = decoded.lines
    assert first.head(decoded.header.inc, None) == worked_head()
    assert decoded.header.prev.hex() == worked["chain before (inc, 1)"]
    assert first.commit.hex() == worked["commit of (inc, 1)"]
    assert second.commit.hex() == worked["commit of (inc, 2)"]
    chain = bytes.fromhex(worked["chain at (inc, 1)"])
    head = second.head(decoded.header.inc, 1)
    assert next_chain(chain, head, second.commit).hex() == worked["chain at (inc, 2)"]
    # And they are what the encoder writes.
    changes = [
        Change(head=one.head(decoded.header.inc, own), commit=one.commit, chain=b"", body=one.body)
        for one, own in ((first, None), (second, 1))
    ]
    assert push.decode_push(push.encode_push(decoded.header, changes, {2: 1})) == decoded


@pytest.mark.parametrize("form", ["push-line-pseudonyme", "push-line-erased"])
def test_the_other_forms_of_a_line_have_the_same_commit(form: str) -> None:
    plain = b"\n".join((example("push-header").replace(b'"n":2', b'"n":1'), example(form))) + b"\n"
    (line,) = push.decode_push(_gzip(plain)).lines
    assert line.commit.hex() == table("worked")["commit of (inc, 1)"]
    assert line.body is None
    assert b"Odette" not in plain


def test_the_lines_that_others_are_given() -> None:
    plain = b"\n".join(example(name) for name in ("pull-line", "pull-line-next")) + b"\n"
    given = decode_given(b64(_gzip(plain)))
    worked = table("worked")
    assert given[0].head == worked_head()
    assert [one.commit.hex() for one in given] == [
        worked[f"commit of (inc, {seq})"] for seq in (1, 2)
    ]
    assert given[1].head.base == (given[0].head.inc, 1)
    assert b"\n".join(encode_given(given)) + b"\n" == plain


@pytest.mark.parametrize("name", ["bundle-all", "bundle-venue"])
def test_the_bundles(name: str) -> None:
    bundle = read_bundle(example(name))
    assert bundle.canonical() == example(name)
    check(SIGNING, name, dsse.BUNDLE, example(name))
    assert f"{MAX_BYTES:,}" in PROTOCOL
    for planned in bundle.workshops:
        assert planned.id == ids.planned_id("CAF-49008", "photos")


def test_how_fields_are_settled_is_told() -> None:
    section = PROTOCOL.partition("| entity | group | settled by |")[2].partition("##")[0]
    for kind in BY_ENTITY.values():
        for names, rule in groups_of(kind):
            if rule is not None or len(names) > 1:
                group = "|;,".join(re.escape(f"`{name}`") for name in names).replace("|;,", ", ")
                assert re.search(rf"{kind.ENTITY}[^|]*\|[^|]*{group}", section), names


def _gzip(plain: bytes) -> bytes:
    import gzip

    return gzip.compress(plain)


def test_identifiers() -> None:
    assert BLOCKS["text namespace"] == str(ids.NAMESPACE)
    rows = dict(re.findall(r"`(\w+:[^`]+)` → `([0-9a-f-]{36})`", PROTOCOL))
    assert len(rows) == 5
    assert rows["planned:CAF-49008:photos"] == ids.planned_id("CAF-49008", "photos")
    from uuid import UUID, uuid5

    assert {name: str(uuid5(UUID(BLOCKS["text namespace"]), name)) for name in rows} == rows
    names = list(rows)
    assert ids.venue_id(names[0].partition(":")[2]) == rows[names[0]]
    assert ids.provisional_venue_id(names[1].partition(":")[2]) == rows[names[1]]
    assert ids.note_id(names[2].partition(":")[2]) == rows[names[2]]
    _, kind, from_id = names[3].split(":")
    assert ids.alias_id(kind, from_id) == rows[names[3]]


def test_the_signature_example() -> None:
    assert BLOCKS["text pae"].splitlines()[1].encode() == dsse.pae(dsse.PUSH, b"abc")
    check(DEVICE, "push abc", dsse.PUSH, b"abc")
    assert key_id(DEVICE.public) == DEVICE.id


@pytest.mark.parametrize(
    "name",
    ["answer", "answer-gap", "answer-fork", "answer-registered", "answer-refused",
     "answer-orders", "answer-held"],
)  # fmt: skip
def test_answers(name: str) -> None:
    answer = read_answer(example(name))
    assert answer.canonical() == example(name)
    assert answer.key == SIGNING.id
    if name not in ("answer-registered", "answer-orders", "answer-held"):
        assert len(answer.canonical()) <= 400 + 160 * len(answer.receipts)
    if name == "answer":
        check(SIGNING, name, dsse.ANSWER, example(name))
        assert answer.chain.hex() == table("worked")["chain at (inc, 2)"]
        (receipt,) = answer.receipts
        assert receipt.sheet_id == loads(example("receipt"))["sheet"]
        verify(SIGNING.public, dsse.RECEIPT, example("receipt"), receipt.signature)
    if name == "answer-registered":
        assert answer.req == sha256(example("registration-request"))
        assert answer.cert.encode() == example("certificate")
        assert answer.chain.hex() == table("worked")["chain before (inc, 1)"]


def test_requests() -> None:
    header = BLOCKS["text request-header"]
    request = read_request(
        header, method="GET", path="/v1/contact", aud="angrilien-essai", body=b""
    )
    assert request.canonical() == example("request")
    assert request.header() == header
    check(DEVICE, "request", dsse.REQUEST, example("request"))
    body = read_registration(example("registration"))
    assert body.canonical() == example("registration")
    assert body.key == DEVICE.public
    said = loads(example("registration-request"))
    assert said["body"] == b64(sha256(example("registration")))
    assert read_boxes(example("boxes")).canonical() == example("boxes")


def test_the_sheet() -> None:
    for place, name in enumerate(("line", "heading")):
        worked = table(f"worked-{name}")
        says = loads(example(f"sheet-{name}"))
        line = SheetLine(
            id="x", sheet_id="y", commitment="", salt=bytes.fromhex(worked["salt"]), **says
        )
        assert line_commitment(line) == worked["commitment"]
        assert loads(example("sheet"))["lines"][place] == worked["commitment"]
    check(DEVICE, "sheet", dsse.SHEET, example("sheet"))
    digest = b64(sha256(example("sheet")))
    assert f"`{digest}`" in PROTOCOL
    assert f"`{fingerprint_of(digest)}`" in PROTOCOL
    assert loads(example("receipt"))["digest"] == digest


def test_orders() -> None:
    for name, kind in (("order", "erase"), ("order-venues", "venues")):
        order = read_order(example(name))
        assert order.canonical() == example(name)
        assert order.kind == kind
        check(SIGNING, name, dsse.ORDER, example(name))
        assert read_file(write_file(example(name), "a, b")) == (example(name), "a, b")


def test_what_leaves_without_a_connection() -> None:
    stream = io.BytesIO(unb64(str(BLOCKS["text sending"])))
    head = sealed.read_head(stream)
    assert head.to_bytes() == example("sending-head") + b"\n"
    (part,) = sealed.parts_of(stream)
    box = bytes([3]) * 32
    assert head.box == key_id(bytes(PrivateKey(box).public_key))
    opened = open_sealed(box, part)
    said = sealed.read_sealable(opened)
    assert opened == example("part") + b"\n" + said.body
    wanted, signature = dsse.read_header(said.signature)
    assert wanted == DEVICE.id
    verify(DEVICE.public, dsse.PUSH, said.body, signature)
    assert gzip.decompress(said.body).splitlines() == [
        example(name) for name in ("push-header", "push-line", "push-line-next")
    ]
    receipt = example("receipt-head") + b"\n" + example("receipt-line") + b"\n"
    aud, (line,) = sealed.read_receipt(receipt)
    answer = read_answer(line.text)
    assert (aud, answer.req) == (head.aud, sha256(part))
    wanted, signature = dsse.read_header(line.signature)
    assert wanted == SIGNING.id
    verify(SIGNING.public, dsse.ANSWER, line.text, signature)
    assert f"{MAX_SEALED:,}" in PROTOCOL


def test_a_vouch_and_an_introduction() -> None:
    said = read_vouch(loads(example("vouch")))
    assert said.canonical() == example("vouch")
    whole = read_introduction(example("introduction"))
    assert whole.canonical() == example("introduction")
    assert whole.vouches == (said,)
    ((certificate, signature),) = whole.certificates
    told = loads(example("answer-registered"))
    assert (certificate, signature) == (told["cert"], told["cert_sig"])
    payload = said.vouch.canonical()
    verify(DEVICE.public, dsse.VOUCH, payload, said.signature)
    verify(said.vouch.key, dsse.VOUCH, payload, said.proof)
    assert said.vouch.key == Signer(bytes([6]) * 32).public


def test_a_forgotten_phrase() -> None:
    asked = read_recovery_request(example("recovery-request"))
    assert asked.canonical() == example("recovery-request")
    assert fingerprint(asked) == BLOCKS["text recovery-words"]
    answered = read_recovery_answer(example("recovery-answer"))
    assert answered.canonical() == example("recovery-answer")
    assert (answered.vault, answered.slot) == (asked.vault, asked.slot)


def test_a_correction_and_the_end_of_an_export() -> None:
    seal = loads(example("amendment"))
    text = loads(example("amendment-text"))
    line = {
        "kind": "amendment", "seal": seal, "key": DEVICE.id,
        "signature": BLOCKS["text signature amendment"].split(", ")[1],
        "salt": b64(bytes(range(16))), **text,
    }  # fmt: skip
    made, sealed = read_amendment(line)
    assert sealed.canonical() == example("amendment")
    assert amendment_text(made) == example("amendment-text")
    assert amendment_commitment(made) == sealed.commitment
    check(DEVICE, "amendment", dsse.AMENDMENT, example("amendment"))
    says = loads(example("export-end"))
    end, _, _ = read_end({"kind": "end", "says": says, "key": "", "signature": b64(bytes(64))})
    assert end.canonical() == example("export-end")
    assert end.content == content_of([sealed.sheet_digest, sealed.digest()])
    check(DEVICE, "export-end", dsse.EXPORT, example("export-end"))


def test_keys_and_programme(tmp_path: Path) -> None:
    check(ROOT, "keys", dsse.KEYS, example("key-list"))
    keys = read_key_list(example("key-list"))
    assert keys.canonical() == example("key-list")
    assert keys.find(SIGNING.id, "sign") is not None
    certificate = read_certificate(example("certificate"))
    assert certificate.canonical() == example("certificate")
    check(SIGNING, "certificate", dsse.DEVICE, example("certificate"))
    path = tmp_path / "programme.json"
    path.write_text(BLOCKS["json programme"], encoding="utf-8")
    programme = load_programme(path)
    assert (programme.root, programme.keys) == (ROOT.public, keys)
    signature = BLOCKS["text signature certificate"]
    assert programme.check_certificate(BLOCKS["json certificate"], signature) == certificate
    assert programme.to_json() == BLOCKS["json programme"]


def test_a_venue_s_profile() -> None:
    profile = read_profile(example("profile"))
    assert profile.canonical() == example("profile")
    check(Signer(bytes([6]) * 32), "profile", dsse.PROFILE, example("profile"))
    text = str(BLOCKS["text profile-text"])
    assert open_text(text) == (BLOCKS["text signature profile"], example("profile"))
    assert f"{MOST_CHARACTERS} characters" in KEYS


def test_the_default_programme_has_no_server() -> None:
    programme = load_programme()
    assert (programme.aud, programme.server) == ("angrilien", "")
    assert [key.use for key in programme.keys.keys] == ["sign", "box"]


def test_payload_types() -> None:
    section = KEYS.partition("## Payload types")[2].partition("##")[0]
    named = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert [f"application/vnd.angrilien.{name}.v1" for name in named] == list(dsse.PAYLOAD_TYPES)
    assert f"`{MEDIA_TYPE}`" in PROTOCOL


def test_limits() -> None:
    def said(number: int) -> bool:
        return f"{number:,}" in PROTOCOL

    assert all(map(said, (push.MAX_BODY, push.MAX_PLAIN, push.MAX_LINE, push.MAX_LINES)))
    assert said(push.MAX_AT)
    assert said(MAX_STATEMENT)
    assert f"{NONCE_SIZE} bytes" in PROTOCOL
    assert f"no byte of the body for {STALL_SECONDS:.0f} s" in PROTOCOL
    assert (
        f"After {TRIES_BY_ADDRESS} refusals for one address or {TRIES_BY_ALL} for all" in PROTOCOL
    )
    assert TRY_WINDOW == 600
    assert "within ten minutes" in PROTOCOL


def test_codes_are_those_of_the_code() -> None:
    held = PROTOCOL.partition("| held with |")[2].partition("## The answer")[0]
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]+)\|", held, re.MULTILINE))))
    assert named == {
        *permits.WAITING, permits.VENUE_NOT_YOURS, permits.REVOKED, seals.BAD_SEAL,
        projections.FROZEN_ROW, projections.UNKNOWN_ENTITY, projections.UNKNOWN_OP,
        projections.UNREADABLE, projections.SERVER_ERROR,
    }  # fmt: skip
    refused = PROTOCOL.partition("| `refused` | |")[2].partition("```json")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", refused, re.MULTILINE)) == {
        registration.CODE_UNKNOWN, registration.CODE_USED, registration.CODE_EXPIRED,
        registration.DEVICE_KNOWN, service.NOT_YOURS,
    }  # fmt: skip
    errors = PROTOCOL.partition("| status | `error` | |")[2].partition("##")[0]
    named = set(
        re.findall(r"`(\w+)`", "".join(re.findall(r"^\|[^|]+\|([^|]+)\|", errors, re.MULTILINE)))
    )
    sources = "".join(
        (Path(service.__file__).parent / name).read_text(encoding="utf-8")
        for name in ("service.py", "asking.py", "api.py", "sealed.py")
    )
    raised = set(re.findall(r'(?:Rejected|_plain)\(\d+, "(\w+)"', sources))
    raised |= {"no_such_page", "no_such_method"}
    assert named == raised - {"cut"}  # nobody is there to read that one


def test_the_documented_lines_reach_a_server(server: LocalServer) -> None:
    """The example's device cannot register twice: its lines are sent under another header."""
    laptop = server.laptop()
    sent = raw_envelope(laptop, example("push-line"), example("push-line-next"))
    answer = server.push(sent)
    assert (answer.ack, answer.fork, answer.held) == (2, None, 0)
    head = replace(worked_head(), inc=laptop.inc)
    first = next_chain(
        laptop.chain_at(0), head, bytes.fromhex(table("worked")["commit of (inc, 1)"])
    )
    second = json.loads(example("push-line-next"))
    head = replace(head, seq=2, at=second["at"], hlc=second["at"] * 1000, base=(laptop.inc, 1))
    commit = bytes.fromhex(table("worked")["commit of (inc, 2)"])
    assert answer.chain == next_chain(first, head, commit)


def test_what_is_signed_here_is_told() -> None:
    """The column "here" of the payload types says "yes" of those that the code signs or checks."""
    rows = re.findall(r"^\| `(\w+)` \|.*\| (yes|not yet) \|$", KEYS, re.MULTILINE)
    told = {name for name, here in rows if here == "yes"}
    assert [f"application/vnd.angrilien.{name}.v1" for name, _ in rows] == list(dsse.PAYLOAD_TYPES)
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (DOCS.parent / "src" / "angrilien").rglob("*.py")
        if path.name != "dsse.py"
    )
    assert {name for name, _ in rows if re.search(rf"\bdsse\.{name.upper()}\b", code)} == told
