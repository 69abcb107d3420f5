"""What the server answers: small, signed, about this very request (F20, F37)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from angrilien.domain.entities import Attendance, Facilitator, SessionNote
from angrilien.domain.ids import venue_id
from angrilien.server.base import table
from angrilien.server.figures import read_figures
from angrilien.server.tables import ChangeRow, Device
from angrilien.vault.signing import Signer, verify
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, receipt_payload
from angrilien.wire.canonical import b64
from angrilien.wire.ids import new_id
from angrilien.wire.push import PushHeader, encode_push
from helpers.laptops import Laptop, Story, seal, write_workshop
from helpers.servers import ANGRIE, LocalServer

pytestmark = pytest.mark.postgres

GOLDEN = Path(__file__).with_name("golden")


def check_receipts(server: LocalServer, laptop: Laptop, story: Story, answer: Answer) -> None:
    assert story.sheet is not None
    (receipt,) = answer.receipts
    assert receipt.sheet_id == story.sheet.id
    payload = receipt_payload(
        aud=laptop.aud, dev=laptop.dev, inc=laptop.inc, sheet_id=receipt.sheet_id,
        digest=story.sheet.digest, date=receipt.date, key=answer.key,
    )  # fmt: skip
    key = server.programme.keys.find(answer.key, "sign")
    assert key is not None
    verify(key.public, dsse.RECEIPT, payload, receipt.signature)


@pytest.mark.postgres(by_default=False)
def test_f37_answers_stay_small(server: LocalServer) -> None:
    laptop = server.laptop()
    stories = [write_workshop(laptop, venue_id(ANGRIE), people=1) for _ in range(12)]
    sents = [laptop.push(), laptop.push()]
    # As many gaps as one likes: the answer names the lowest ranges only.
    for seq in range(len(laptop.changes) + 100_000_000, len(laptop.changes) + 100_000_060, 2):
        laptop_at = Laptop(signer=laptop.signer, dev=laptop.dev, inc=laptop.inc)
        laptop_at.write(Facilitator(id=laptop.author, name="Camille"))
        change = laptop_at.changes[0]
        laptop_at.changes[0] = replace(change, head=replace(change.head, seq=seq))
        sents.append(laptop_at.sign_push(_envelope_of_one(laptop_at)))
    for sent in sents:
        response = server.raw("POST", "/v1/push", content=sent.body, headers=sent.headers)
        receipts = len(json.loads(response.content).get("receipts", []))
        assert len(response.content) <= 400 + 160 * receipts
    answer = server.push(laptop.push())
    assert len(answer.receipts) == len(stories)
    assert 0 < len(answer.have) <= 6


def _envelope_of_one(laptop: Laptop) -> bytes:
    change = laptop.changes[0]
    header = PushHeader(
        aud=laptop.aud, dev=laptop.dev, inc=laptop.inc, app="0.1.0", first=change.head.seq,
        count=1, prev=bytes(32), order=0,
    )  # fmt: skip
    return encode_push(header, [change], {})


def test_the_receipt_comes_with_the_push_that_completes_the_sheet(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=2)
    last_line = max(c.head.seq for c in laptop.changes if c.head.entity == "sheet_line")
    assert server.push(laptop.push(1, last_line - 1)).receipts == ()
    check_receipts(server, laptop, story, server.push(laptop.push(last_line)))
    # Sent again, the same receipt comes again; a push without the sheet brings none.
    again = server.push(laptop.push())
    check_receipts(server, laptop, story, again)
    assert server.push(laptop.push(1, 3)).receipts == ()
    assert server.contact(laptop).receipts == ()


def test_a_sheet_that_comes_after_its_lines_has_its_receipt_too(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1)
    (sheet,) = [c.head.seq for c in laptop.changes if c.head.entity == "sheet"]
    server.push(laptop.push(1, sheet - 1))
    assert server.push(laptop.push(sheet + 1)).receipts == ()
    check_receipts(server, laptop, story, server.push(laptop.push(sheet, sheet)))


def test_the_workshop_may_change_after_its_sheet(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    seal(laptop, story)
    laptop.write(replace(story.workshop, ends_at=story.workshop.ends_at + 60_000, state="closed"))
    check_receipts(server, laptop, story, server.push(laptop.push()))


def test_a_sheet_says_its_times_itself(server: LocalServer) -> None:
    """Also one whose workshop is another now: a device before the third schema could not."""
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    laptop.write(replace(story.workshop, date="2026-11-24", starts_at=1, ends_at=2))
    seal(laptop, story)
    check_receipts(server, laptop, story, server.push(laptop.push()))


def test_a_sheet_of_the_second_schema_has_the_times_of_its_workshop(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    seal(laptop, story, heading=False)
    check_receipts(server, laptop, story, server.push(laptop.push()))


@pytest.mark.parametrize("wrong", ["programme", "line", "head", "numbers", "key", "signature"])
def test_a_sheet_whose_seal_is_not_right_is_held(server: LocalServer, wrong: str) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    if wrong == "programme":
        seal(laptop, story, aud="un-autre")
    else:
        sealing = Laptop(aud=laptop.aud, signer=laptop.signer, dev=laptop.dev, inc=laptop.inc)
        sealing.author = laptop.author
        sheet = seal(sealing, story)
        lines = list(story.lines)
        if wrong == "line":
            lines[0] = replace(lines[0], last_name="Quelqu’un d’autre")
        elif wrong == "head":
            (place,) = [n for n, line in enumerate(lines) if line.kind == "heading"]
            lines[place] = replace(lines[place], title="Autre atelier")
        elif wrong == "numbers":
            lines[0] = replace(lines[0], number=7)
        elif wrong == "key":
            other = Signer.generate()
            sheet = replace(sheet, key=other.id)
        else:
            sheet = replace(sheet, signature=b64(bytes(64)))
        laptop.write(sheet)
        for line in lines:
            laptop.write(line)
    answer = server.push(laptop.push())
    assert (answer.ack, answer.held, answer.receipts) == (len(laptop.changes), 1, ())
    changes = table(ChangeRow)
    with server.database.reading() as session:
        rows = session.connection().execute(
            select(changes.c.entity, changes.c.held).where(changes.c.held.is_not(None))
        )
        assert [tuple(row) for row in rows] == [("sheet", "bad_seal")]
        figures = read_figures(session)
    assert figures is not None
    assert (figures.sheets, figures.participations) == (0, 2)


def test_a_sealed_sheet_does_not_change(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1)
    assert story.sheet is not None
    laptop.write(replace(story.sheet, present=9))
    laptop.write(replace(story.lines[0], last_name="Autre"))
    answer = server.push(laptop.push())
    assert (answer.ack, answer.held) == (len(laptop.changes), 2)
    check_receipts(server, laptop, story, answer)


def test_erased_and_pseudonymous_lines_are_acknowledged_and_chained(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=2)
    note = next(c.head.seq for c in laptop.changes if c.head.entity == "session_note")
    laptop.erase(note)
    answer = server.push(laptop.push(names_stay=True))
    assert (answer.ack, answer.held) == (len(laptop.changes), 0)
    assert answer.chain == laptop.changes[-1].chain
    check_receipts(server, laptop, story, answer)
    changes = table(ChangeRow)
    with server.database.reading() as session:
        rows = session.connection().execute(select(changes.c.private, changes.c.salt)).all()
        assert {tuple(row) for row in rows} == {(None, None)}
        figures = read_figures(session, story.workshop.id)
    assert figures is not None
    assert (figures.participations, figures.people, figures.notes) == (3, 2, 0)
    server.database.close()
    found = b"".join(path.read_bytes() for path in server.folder.rglob("*") if path.is_file())
    assert b"Odette" not in found
    assert b"Durand-0" not in found


def test_contact_tells_the_same_and_counts(server: LocalServer) -> None:
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    pushed = server.push(laptop.push())
    server.clock.instant += 5_000
    answer = server.contact(laptop)
    assert (answer.ack, answer.chain, answer.epoch) == (1, pushed.chain, pushed.epoch)
    assert answer.date == pushed.date + 5_000
    with server.database.reading() as session:
        device = session.get_one(Device, laptop.dev)
        assert (device.last_push, device.last_contact) == (pushed.date, answer.date)


def test_a_revoked_laptop_loses_nothing_and_changes_nothing(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, venue_id(ANGRIE), people=1)
    server.push(laptop.push(1, 5))
    with server.database.writing() as session:
        session.connection().execute(update(table(Device)).values(revoked_at=1))
    answer = server.push(laptop.push(6))
    assert (answer.ack, answer.revoked) == (len(laptop.changes), True)
    assert answer.held == len(laptop.changes) - 5
    assert server.contact(laptop).revoked


def test_what_cannot_be_read_is_kept_and_held(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=0, close=False)
    before = len(laptop.changes)
    note = SessionNote(id=new_id(), workshop_id=story.workshop.id)
    laptop.write(note, entity="photo_album")
    laptop.write(note, op="drop")
    laptop.write(Attendance(id=new_id(), workshop_id=story.workshop.id, state="x"), shared="{}")
    laptop.write(note, shared='{"workshop_id":7}')
    laptop.write(note)
    answer = server.push(laptop.push())
    assert (answer.ack, answer.held) == (before + 5, 4)
    changes = table(ChangeRow)
    with server.database.reading() as session:
        rows = session.connection().execute(
            select(changes.c.held).where(changes.c.seq > before).order_by(changes.c.seq)
        )
        codes = [code for (code,) in rows]
    assert codes == ["unknown_entity", "unknown_op", "unreadable", "unreadable", None]


@pytest.mark.parametrize("name", ["v1", "v1-head", "v1-pseudonyme"])
def test_f20_the_golden_envelopes_of_version_1_are_accepted(server: LocalServer, name: str) -> None:
    """Written by 0.1.0 and never rewritten: tests/contract/golden/README.md."""
    about = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    laptop = Laptop(signer=Signer(bytes.fromhex(about["seed"])), dev=about["dev"], inc=about["inc"])
    assert server.register(laptop).refused == ""
    body = (GOLDEN / f"{name}-push.bin").read_bytes()
    sent = laptop.sign_push(body)
    assert sent.headers[dsse.HEADER] == about["signature"]
    answer = server.push(sent)
    assert (answer.ack, answer.held) == (about["lines"], 0)
    assert answer.chain.hex() == about["chain"]
    assert [receipt.sheet_id for receipt in answer.receipts] == [about["sheet"]]
    with server.database.reading() as session:
        figures = read_figures(session, about["workshop"])
    assert figures is not None
    assert figures.as_dict() == about["figures"]
