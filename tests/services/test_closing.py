"""Closing: the sheet says what its preview said, is sealed, signed, and never changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.domain import drawing
from angrilien.domain.codes import read_code
from angrilien.domain.entities import Facilitator, Participant, Sheet, SheetLine, Workshop
from angrilien.domain.forms import AnonymousForm, PersonForm
from angrilien.domain.rows import SheetView
from angrilien.errors import BugError, EmptySignature, WorkshopGone
from angrilien.services import attendance, closing, people, signing
from angrilien.services.notebook import Notebook
from angrilien.store import log, sheets
from angrilien.vault.signing import BadSignature, verify
from angrilien.wire import dsse
from angrilien.wire.canonical import b64, sha256, unb64
from angrilien.wire.keys import key_id
from angrilien.wire.sheet import SealedSheet, fingerprint, line_commitment, signature_digest
from helpers.copies import Original, list_people, open_again
from helpers.notebooks import make_workshop

OWN = [[(5.0, 5.0), (95.0, 50.0), (5.0, 95.0)]]


def hand(n: int) -> list[list[tuple[float, float]]]:
    return [[(5.0 + n, 10.0), (60.0, 60.0 + n)], [(60.0, 10.0), (10.0, 60.0)]]


@pytest.fixture(scope="module")
def held_once(original: Original, tmp_path_factory: pytest.TempPathFactory) -> tuple[Original, str]:
    """Six sign on the screen, one on paper, one could not, one has no name, two did not come."""
    folder = original.copy(tmp_path_factory.mktemp("held"))
    nb = open_again(folder, original.programme)
    workshop = make_workshop(nb)
    rows = list_people(nb, workshop, 10)
    for n, row in enumerate(rows[:6]):
        signing.sign(nb, workshop, row, hand(n), 100, 100)
    signing.sign_on_paper(nb, workshop, rows[6])
    signing.could_not_sign(nb, workshop, rows[7], "Main bandée")
    attendance.set_departure(nb, workshop, rows[0], "15h30")
    attendance.excuse(nb, workshop, rows[8])
    attendance.add_anonymous(nb, workshop, AnonymousForm())
    nb.close()
    return Original(folder, original.programme), workshop


@pytest.fixture
def nb(held_once: tuple[Original, str], tmp_path: Path) -> Iterator[Notebook]:
    notebook = held_once[0].open_copy(tmp_path)
    yield notebook
    notebook.close()


@pytest.fixture
def held(held_once: tuple[Original, str]) -> str:
    return held_once[1]


def sealed(nb: Notebook, workshop: str) -> tuple[Sheet, list[SheetLine]]:
    with nb.store.read() as connection:
        sheet = sheets.of_workshop(connection, workshop)
        assert sheet is not None
        return sheet, sheets.lines(connection, sheet.id)


def signed(nb: Notebook, workshop: str) -> SealedSheet:
    """What the laptop signed, put together again from what stands in the notebook."""
    sheet, lines = sealed(nb, workshop)
    with nb.store.read() as connection:
        record = log.read(connection, Workshop, workshop)
    assert record is not None
    return SealedSheet(
        aud=nb.programme.aud, dev=nb.store.identity.dev, inc=nb.store.identity.inc,
        sheet_id=sheet.id, workshop_id=workshop, venue_id=sheet.venue_id,
        facilitator_id=sheet.facilitator_id, date=record.date, starts_at=record.starts_at,
        ends_at=record.ends_at, tz=record.tz, closed_at=sheet.closed_at, present=sheet.present,
        first_timers=sheet.first_timers, anonymous=sheet.anonymous, prev=sheet.prev or "",
        commitments=[line.commitment for line in lines],
    )  # fmt: skip


def said(view: SheetView) -> SheetView:
    """A view without what only closing can say."""
    return replace(
        view,
        workshop=replace(view.workshop, state=""),
        closed_at=None,
        facilitator_drawing=None,
        fingerprint="",
    )


def test_the_closed_sheet_says_what_its_preview_said(nb: Notebook, held: str) -> None:
    preview = closing.preview(nb, held)
    closed = closing.close(nb, held, OWN, 100, 100)
    assert said(closed) == said(preview)
    assert said(closing.preview(nb, held)) == said(closing.sheet(nb, held)) == said(preview)
    assert (preview.closed_at, preview.fingerprint, preview.facilitator_drawing) == (None, "", None)
    assert closed.workshop.state == "closed"
    assert closed.facilitator_drawing == drawing.encode(OWN, 100, 100)


def test_the_sheet_says_who_was_there_and_how_they_signed(nb: Notebook, held: str) -> None:
    view = closing.close(nb, held, OWN, 100, 100)
    assert (view.present, view.first_timers, view.anonymous) == (9, 8, 1)
    assert view.facilitator == "Claire Martin"
    assert [line.number for line in view.lines] == list(range(1, 10))
    names = [line.last_name for line in view.lines]
    assert names == [*sorted(names[:-1], key=str.casefold), ""]
    modes = [line.mode for line in view.lines]
    assert {mode: modes.count(mode) for mode in modes} == {
        "screen": 6, "paper": 1, "unable": 1, None: 1,
    }  # fmt: skip
    unable = [line for line in view.lines if line.mode == "unable"]
    assert [(n.note, n.witness) for n in unable] == [("Main bandée", "Claire Martin")]
    assert len({line.drawing for line in view.lines if line.mode == "screen"}) == 6
    assert all((line.drawing is None) == (line.mode != "screen") for line in view.lines)
    assert [line.anonymous for line in view.lines].count(True) == 1
    assert sum(line.departure is not None for line in view.lines) == 1


def test_the_printed_sheet_of_an_open_workshop_has_those_expected_too(
    nb: Notebook, held: str
) -> None:
    view = closing.sheet(nb, held)
    states = [line.state for line in view.lines]
    assert (states.count("present"), states.count("expected"), len(states)) == (9, 1, 10)
    assert [line.number for line in view.lines] == list(range(1, 11))
    assert len(closing.preview(nb, held).lines) == 9


def test_each_line_is_committed_and_the_laptop_signed_all_of_them(nb: Notebook, held: str) -> None:
    view = closing.close(nb, held, OWN, 100, 100)
    sheet, lines = sealed(nb, held)
    assert [line.number for line in lines] == list(range(1, 12))
    assert [line.kind for line in lines] == ["attendance"] * 9 + ["heading", "facilitator"]
    assert all(line.commitment == line_commitment(line) for line in lines)
    assert len({line.salt for line in lines}) == len(lines)
    for line, shown in zip(lines, view.lines, strict=False):
        digest = signature_digest(shown.drawing) if shown.drawing else None
        assert line.signature_digest == digest
    assert lines[-1].signature_digest == signature_digest(drawing.encode(OWN, 100, 100))
    says = signed(nb, held)
    assert sheet.digest == says.digest() == b64(sha256(says.canonical()))
    assert view.fingerprint == read_code(view.fingerprint, 16) == fingerprint(sheet.digest)
    public = nb.store.identity.public
    assert sheet.key == key_id(public)
    verify(public, dsse.SHEET, says.canonical(), unb64(sheet.signature, 64))
    assert (sheet.lines, sheet.present, sheet.first_timers, sheet.anonymous) == (11, 9, 8, 1)


def test_the_head_of_the_sheet_is_sealed_too(nb: Notebook, held: str) -> None:
    """What it says of the workshop and the venue stays, whatever is changed afterwards."""
    before = closing.close(nb, held, OWN, 100, 100)
    sheet, lines = sealed(nb, held)
    (heading,) = [line for line in lines if line.kind == "heading"]
    said = before.workshop
    assert (heading.title, heading.venue, heading.address, heading.commune) == (
        said.title, said.venue.name, said.venue.address or None, said.venue.commune or None,
    )  # fmt: skip
    assert (heading.facilitators, heading.code) == (", ".join(said.facilitators), said.code)
    assert heading.after_the_fact is False
    assert (sheet.date, sheet.starts_at, sheet.ends_at, sheet.tz) == (
        said.date, said.starts_at, said.ends_at, said.tz,
    )  # fmt: skip
    with nb.store.read() as connection:
        workshop = log.read(connection, Workshop, held)
        person = log.read(connection, Facilitator, nb.facilitator_id)
    assert workshop is not None
    assert person is not None
    with nb.store.act(nb.stamp()) as act:
        act.put(
            replace(
                workshop, title="Autre chose", starts_at=workshop.starts_at - 60_000,
                after_the_fact=True, code="Z", date="2026-11-24",
            ),
            replace(person, name="Quelqu’un d’autre"),
        )  # fmt: skip
    with nb.store.write() as connection:
        connection.exec_driver_sql("UPDATE venue SET name = 'Ailleurs', address = 'Plus loin'")
    assert closing.sheet(nb, held) == before


def test_a_line_changed_added_removed_or_swapped_breaks_the_seal(nb: Notebook, held: str) -> None:
    closing.close(nb, held, OWN, 100, 100)
    sheet, lines = sealed(nb, held)
    says, signature = signed(nb, held), unb64(sheet.signature, 64)
    commitments = list(says.commitments)
    changed = line_commitment(replace(lines[0], last_name="Autre"))
    for forged in (
        replace(says, commitments=[changed, *commitments[1:]]),
        replace(says, commitments=[*commitments, commitments[0]]),
        replace(says, commitments=commitments[:-1]),
        replace(says, commitments=[commitments[1], commitments[0], *commitments[2:]]),
        replace(says, present=says.present + 1),
        replace(says, anonymous=0),
        replace(says, starts_at=says.starts_at + 1),
        replace(says, closed_at=says.closed_at + 1),
        replace(says, aud="autre"),
        replace(says, prev="x"),
    ):
        with pytest.raises(BadSignature):
            verify(nb.store.identity.public, dsse.SHEET, forged.canonical(), signature)


def test_each_sheet_quotes_the_one_before(nb: Notebook) -> None:
    seals = []
    for title in ("Un", "Deux", "Trois"):
        workshop = make_workshop(nb, title=title)
        people.add_to_workshop(nb, workshop, PersonForm(first_name=title))
        closing.close(nb, workshop, OWN, 100, 100)
        seals.append(sealed(nb, workshop)[0])
        verify(
            nb.store.identity.public,
            dsse.SHEET,
            signed(nb, workshop).canonical(),
            unb64(seals[-1].signature, 64),
        )
    assert [s.prev for s in seals] == [None, seals[0].digest, seals[1].digest]


def test_what_is_corrected_afterwards_does_not_touch_the_sheet(nb: Notebook, held: str) -> None:
    before = closing.close(nb, held, OWN, 100, 100)
    (found,) = people.search(nb, "odette")
    with nb.store.read() as connection:
        person = log.read(connection, Participant, found.participant_id)
    assert person is not None
    with nb.store.act(nb.stamp()) as act:
        act.put(replace(person, last_name="Corrigée"))
    assert closing.sheet(nb, held) == before
    assert attendance.roster(nb, held).rows != ()
    verify(
        nb.store.identity.public,
        dsse.SHEET,
        signed(nb, held).canonical(),
        unb64(sealed(nb, held)[0].signature, 64),
    )


def test_closing_is_one_act(nb: Notebook, held: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from angrilien.errors import DiskFull

    attendance.toggle(nb, held, attendance.roster(nb, held).rows[0].attendance_id)
    before, count = attendance.roster(nb, held), nb.store.verify()
    put_rows = log._put_rows

    def full(connection: object, entity: str, rows: list[dict[str, object]]) -> None:
        if entity == "workshop":
            raise DiskFull
        put_rows(connection, entity, rows)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(log, "_put_rows", full)
        with pytest.raises(DiskFull):
            closing.close(nb, held, OWN, 100, 100)
    assert (attendance.roster(nb, held), nb.store.verify()) == (before, count)
    assert closing.sheet(nb, held).closed_at is None
    assert closing.close(nb, held, OWN, 100, 100).closed_at is not None


def test_a_sheet_needs_somebody_and_the_animateur_s_signature(nb: Notebook, workshop: str) -> None:
    list_people(nb, workshop, 2)
    with pytest.raises(BugError, match="nobody came"):
        closing.close(nb, workshop, OWN, 100, 100)
    attendance.everyone_present(nb, workshop)
    before = nb.store.verify()
    with pytest.raises(EmptySignature):
        closing.close(nb, workshop, [], 100, 100)
    for verb in (closing.preview, closing.sheet):
        with pytest.raises(WorkshopGone):
            verb(nb, "no such workshop")
    with pytest.raises(WorkshopGone):
        closing.close(nb, "no such workshop", OWN, 100, 100)
    assert nb.store.verify() == before
