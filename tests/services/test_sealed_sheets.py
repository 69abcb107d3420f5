"""Ended sheets: corrected in the open, exported, verified with the root key alone (A05, A06)."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from angrilien.domain.amendment import ADD, CORRECT, WITHDRAW
from angrilien.domain.codes import code_of, show_code
from angrilien.domain.forms import AnonymousForm
from angrilien.domain.verification import Fault
from angrilien.errors import (
    EmptySignature,
    LineErased,
    Missing,
    NameMissing,
    NoSheet,
    NotAnHour,
    NothingToCorrect,
    WorkshopGone,
)
from angrilien.reports import verification
from angrilien.services import amending, attendance, closing, exporting, people
from angrilien.services.amending import Correction
from angrilien.services.notebook import Notebook
from angrilien.store import erasure, marks, sheets
from angrilien.store.store import ERASURE
from angrilien.vault import verifying
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.vault.verifying import verify_export
from angrilien.wire import dsse
from angrilien.wire.answer import receipt_payload
from angrilien.wire.canonical import b64, dumps
from angrilien.wire.keys import Certificate, KeyList, ListedKey
from helpers.copies import Original, list_people
from helpers.notebooks import NOON, SetClock, make_notebook, make_workshop

STROKES = [[(float(x), float(x % 7)) for x in range(40)]]


@pytest.fixture(scope="module")
def server_key() -> Signer:
    return Signer.generate()


@pytest.fixture(scope="module")
def programme(server_key: Signer) -> Programme:
    root = Signer.generate()
    keys = KeyList(
        aud="essai",
        number=1,
        issued=NOON,
        keys=(ListedKey(public=server_key.public, use="sign", since=0, until=NOON * 2),),
    )
    said = keys.canonical()
    return Programme(
        aud="essai",
        server="",
        root=root.public,
        keys=keys,
        keys_text=said.decode("utf-8"),
        keys_signature=root.header(dsse.KEYS, said),
    )


def certify(nb: Notebook, server_key: Signer) -> None:
    """Have the programme certify the laptop, as registration does."""
    identity = nb.store.identity
    said = Certificate(
        aud="essai",
        dev=identity.dev,
        key=identity.public,
        inc=identity.inc,
        since=NOON,
        issued=NOON,
        venues=((nb.own_venues()[0].id, "CAF-49008", NOON),),
    ).canonical()
    with nb.store.write() as connection:
        marks.put(
            connection,
            cert=said.decode("utf-8"),
            cert_sig=server_key.header(dsse.DEVICE, said),
        )


def end_sheet(nb: Notebook, title: str) -> str:
    workshop = make_workshop(nb, title=title)
    for line in list_people(nb, workshop, 4):
        attendance.toggle(nb, workshop, line)
    attendance.add_anonymous(nb, workshop, AnonymousForm())
    closing.close(nb, workshop, STROKES, 300.0, 100.0)
    return workshop


def receive(nb: Notebook, server_key: Signer, workshop: str) -> None:
    """Have the programme give its receipt."""
    identity = nb.store.identity
    with nb.store.write() as connection:
        sealed = sheets.of_workshop(connection, workshop)
        assert sealed is not None
        payload = receipt_payload(
            aud="essai",
            dev=identity.dev,
            inc=identity.inc,
            sheet_id=sealed.id,
            digest=sealed.digest,
            date=NOON + 9_000_000,
            key=server_key.id,
        )
        sheets.keep_receipt(
            connection,
            sheet_id=sealed.id,
            inc=identity.inc,
            date=NOON + 9_000_000,
            key=server_key.id,
            signature=server_key.sign(dsse.RECEIPT, payload),
        )


LATER = NOON + 2 * 3_600_000


@pytest.fixture(scope="module")
def certified(
    tmp_path_factory: pytest.TempPathFactory, programme: Programme, server_key: Signer
) -> Original:
    notebook = make_notebook(
        tmp_path_factory.mktemp("certified"), programme=programme, clock=SetClock(LATER)
    )
    certify(notebook, server_key)
    notebook.close()
    return Original(notebook.folder, programme)


@pytest.fixture(scope="module")
def with_three(
    tmp_path_factory: pytest.TempPathFactory, certified: Original, server_key: Signer
) -> tuple[Original, list[str]]:
    """Three ended sheets; the first has its receipt, the second a correction."""
    nb = certified.open_copy(tmp_path_factory.mktemp("three"), SetClock(LATER))
    found = [end_sheet(nb, f"Atelier {n}") for n in range(3)]
    receive(nb, server_key, found[0])
    fix(nb, found[1], number=1, last_name="Corrigé", first_name="Anne", reason="Faute de frappe")
    nb.close()
    return Original(nb.folder, nb.programme), found


@pytest.fixture
def nb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notebook]:
    """A certified laptop; with its three sheets, for a test that asks for them."""
    if "three" in request.fixturenames:
        original, _ = request.getfixturevalue("with_three")
    else:
        original = request.getfixturevalue("certified")
    notebook = original.open_copy(tmp_path, SetClock(LATER))
    yield notebook
    notebook.close()


@pytest.fixture
def three(with_three: tuple[Original, list[str]]) -> list[str]:
    return with_three[1]


def fix(nb: Notebook, workshop: str, **fields: object) -> closing.SheetView:
    line = next(
        (one for one in closing.sheet(nb, workshop).lines if one.number == fields["number"]), None
    )
    said: dict[str, object] = {"reason": "Faute de frappe"}
    if line is not None:
        said |= {"last_name": line.last_name, "first_name": line.first_name, "arrival": "14 h"}
    wanted = Correction(**(said | fields))  # type: ignore[arg-type]
    return amending.amend(nb, workshop, wanted, STROKES, 300.0, 100.0)


# --- corrections ---------------------------------------------------------------------------------


def test_a_correction_stands_beside_the_sealed_line(nb: Notebook) -> None:
    workshop = end_sheet(nb, "Atelier")
    before = closing.sheet(nb, workshop)
    after = fix(nb, workshop, number=1, last_name="Lefèvre", first_name="Odile")
    assert after.lines == before.lines
    assert after.fingerprint == before.fingerprint
    (made,) = after.amendments
    assert made.number == 1
    assert (made.facilitator, made.reason) == ("Claire Martin", "Faute de frappe")
    assert made.drawing
    assert made.statement is not None
    assert made.statement.kind == CORRECT
    changed = {name: (old, new) for name, old, new in made.statement.changes}
    assert changed["first_name"][1] == "Odile"
    # What the notebook says of the person follows.
    assert people.search(nb, "Odile")[0].last_name == "Lefèvre"
    nb.store.verify()


def test_the_minute_that_stood_there_stays_exact(nb: Notebook) -> None:
    workshop = end_sheet(nb, "Atelier")
    line = closing.sheet(nb, workshop).lines[0]
    with pytest.raises(NothingToCorrect):
        amending.check(
            nb,
            workshop,
            Correction(
                number=1,
                last_name=line.last_name,
                first_name=line.first_name,
                arrival="14 h 00",
                reason="Rien",
            ),
        )


def test_somebody_who_was_not_there(nb: Notebook) -> None:
    workshop = end_sheet(nb, "Atelier")
    before = attendance.roster(nb, workshop).workshop.present
    after = fix(nb, workshop, number=2, withdraw=True, reason="Confondue avec sa sœur")
    assert after.amendments[0].statement is not None
    assert after.amendments[0].statement.kind == WITHDRAW
    assert after.present == 5, "the sealed sheet says what it said"
    assert attendance.roster(nb, workshop).workshop.present == before - 1


def test_somebody_who_was_forgotten(nb: Notebook) -> None:
    workshop = end_sheet(nb, "Atelier")
    after = fix(
        nb, workshop, number=0, last_name="Oubliée", first_name="Ida", arrival="14 h 15",
        reason="Arrivée pendant la clôture",
    )  # fmt: skip
    said = after.amendments[0].statement
    assert said is not None
    assert said.kind == ADD
    assert said.line["last_name"] == "Oubliée"
    rows = attendance.roster(nb, workshop).rows
    there = next(row for row in rows if row.last_name == "Oubliée")
    assert (there.state, there.mode, there.first_time) == ("present", "paper", True)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"reason": "  "}, Missing),
        ({"reason": "x" * 201}, Exception),
        ({"last_name": "", "first_name": " "}, NameMissing),
        ({"last_name": "x" * 101}, Exception),
        ({"arrival": "25 h"}, NotAnHour),
    ],
)
def test_what_cannot_be_taken_says_which_field(
    nb: Notebook, wrong: dict[str, str], problem: type[Exception]
) -> None:
    workshop = end_sheet(nb, "Atelier")
    changes = nb.store.verify()
    with pytest.raises(problem):
        fix(nb, workshop, **({"number": 1, "last_name": "Autre"} | wrong))
    wanted = Correction(number=1, last_name="Autre", reason="Faute")
    with pytest.raises(EmptySignature):
        amending.amend(nb, workshop, wanted, [], 300.0, 100.0)
    assert nb.store.verify() == changes


def test_only_an_ended_sheet_is_corrected(nb: Notebook) -> None:
    workshop = make_workshop(nb)
    with pytest.raises(WorkshopGone):
        amending.check(nb, workshop, Correction(number=0, last_name="A", reason="b"))
    with pytest.raises(NoSheet):
        exporting.export(nb)


# --- the file ------------------------------------------------------------------------------------


def test_a_file_of_three_sheets_verifies(nb: Notebook, three: list[str]) -> None:
    made = exporting.export(nb)
    assert made.name == "feuilles-2026-11-25.angrilien-feuilles"
    assert (made.sheets, made.certified) == (3, True)
    report = verify_export(made.data, nb.programme)
    assert report.is_right, verification.lines(report)
    assert [sheet.present for sheet in report.sheets] == [5, 5, 5]
    assert [sheet.amendments for sheet in report.sheets] == [0, 1, 0]
    assert [sheet.received_at is not None for sheet in report.sheets] == [True, False, False]
    said = verification.lines(report)
    assert said[-1] == "Tout est juste : 3 feuilles, rien n’a été changé depuis leur fin."
    assert "lieu CAF-49008, 5 présences dont 1 sans nom" in said[0]
    assert closing.sheet(nb, three[0]).fingerprint in said[0].replace("-", "")
    assert said[1].strip().startswith("« Atelier 0 », de 14 h 00 à 16 h 00, ")
    assert said[1].endswith("animation : Claire Martin.")
    assert "reçue par le programme le 25/11/2026" in said[0]
    one = verify_export(exporting.export(nb, three[1]).data, nb.programme)
    assert one.is_right
    assert len(one.sheets) == 1


def test_before_registration_nobody_else_can_verify(tmp_path: Path, programme: Programme) -> None:
    clock = SetClock(NOON + 2 * 3_600_000)
    nb = make_notebook(tmp_path, programme=programme, clock=clock)
    end_sheet(nb, "Atelier")
    made = exporting.export(nb)
    assert not made.certified
    report = verify_export(made.data, programme)
    assert report.sheets[0].problems[0].fault is Fault.NO_CERTIFICATE
    nb.close()


Lines = list[dict[str, object]]


def as_lines(data: bytes) -> Lines:
    return [json.loads(line) for line in data.splitlines()]


def as_data(lines: Lines) -> bytes:
    return b"".join(dumps(line) + b"\n" for line in lines)


def places(lines: Lines, kind: str) -> list[int]:
    return [i for i, line in enumerate(lines) if line["kind"] == kind]


def change_a_line(lines: Lines) -> Lines:
    lines[places(lines, "line")[2]]["last_name"] = "Autre"
    return lines


def add_a_line(lines: Lines) -> Lines:
    place = places(lines, "line")[1]
    lines.insert(place, dict(lines[place]))
    return lines


def remove_a_line(lines: Lines) -> Lines:
    del lines[places(lines, "line")[1]]
    return lines


def swap_two_lines(lines: Lines) -> Lines:
    one, two = places(lines, "line")[:2]
    lines[one], lines[two] = lines[two], lines[one]
    return lines


def heading(lines: Lines) -> dict[str, object]:
    return next(line for line in lines if line.get("of") == "heading")


def change_the_title(lines: Lines) -> Lines:
    heading(lines)["title"] = "Autre atelier"
    return lines


def change_the_venue(lines: Lines) -> Lines:
    heading(lines)["venue"] = "Autre café"
    return lines


def hide_that_it_was_typed_later(lines: Lines) -> Lines:
    heading(lines)["after_the_fact"] = not heading(lines)["after_the_fact"]
    return lines


def change_the_number_of_sans_nom(lines: Lines) -> Lines:
    lines[places(lines, "sheet")[0]]["seal"]["anonymous"] = 0  # type: ignore[index]
    return lines


def remove_a_sheet(lines: Lines) -> Lines:
    first, second = places(lines, "sheet")[1:3]
    return lines[:first] + lines[second:]


def reorder_the_sheets(lines: Lines) -> Lines:
    one, two, three = places(lines, "sheet")
    end = places(lines, "end")[0]
    return lines[:one] + lines[two:three] + lines[one:two] + lines[three:end] + lines[end:]


def cut_the_tail(lines: Lines) -> Lines:
    return lines[: places(lines, "sheet")[2]]


def forge_a_sheet(lines: Lines) -> Lines:
    """Somebody with a key of their own signs a sheet that says what they like."""
    from angrilien.wire.export import read_sealed

    forger = Signer.generate()
    line = lines[places(lines, "sheet")[0]]
    seal = dict(line["seal"]) | {"present": 9}  # type: ignore[call-overload]
    line["seal"] = seal
    line["key"] = forger.id
    line["signature"] = b64(forger.sign(dsse.SHEET, read_sealed(seal).canonical()))
    line.pop("receipt", None)
    return lines


FORGERIES = [
    change_a_line,
    add_a_line,
    remove_a_line,
    swap_two_lines,
    remove_a_sheet,
    reorder_the_sheets,
    forge_a_sheet,
    cut_the_tail,
    change_the_title,
    change_the_venue,
    hide_that_it_was_typed_later,
    change_the_number_of_sans_nom,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a05_each_forgery_is_found(
    nb: Notebook, three: list[str], forge: Callable[[Lines], Lines]
) -> None:
    """A05: the 8 that the page of failures names, and 4 on the head of the sheet."""
    forged = as_data(forge(as_lines(exporting.export(nb).data)))
    report = verify_export(forged, nb.programme)
    assert not report.is_right
    assert "n’est pas juste" in verification.lines(report)[-1]


def test_a05_a_verifier_that_trusts_the_lines_finds_less(
    nb: Notebook, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A05†: without the commitments, a changed line passes."""
    forged = as_data(change_a_line(as_lines(exporting.export(nb).data)))
    monkeypatch.setattr(verifying, "line_commitment", lambda line: line.commitment)
    assert verify_export(forged, nb.programme).is_right


def test_a05_an_erased_line_still_verifies(nb: Notebook, three: list[str]) -> None:
    with nb.store.write(ERASURE) as connection:
        sealed = sheets.of_workshop(connection, three[1])
        assert sealed is not None
        line = sheets.lines(connection, sealed.id)[0]
        erasure.erase(connection, [("sheet_line", line.id)], number=1, at=NOON)
    made = exporting.export(nb)
    report = verify_export(made.data, nb.programme)
    assert report.is_right, verification.lines(report)
    assert [sheet.erased for sheet in report.sheets] == [[], [1], []]
    # Its correction said the name too: it went, and the signature over it stays.
    assert b"Corrig" not in made.data
    assert closing.sheet(nb, three[1]).amendments[0].statement is None
    with pytest.raises(LineErased):
        amending.check(nb, three[1], Correction(number=1, last_name="A", reason="b"))


def test_a05_a_person_may_be_taken_out_of_the_file_itself(nb: Notebook, three: list[str]) -> None:
    lines = as_lines(exporting.export(nb).data)
    place = places(lines, "line")[0]
    lines[place] = {k: lines[place][k] for k in ("kind", "number", "commitment")}
    assert verify_export(as_data(lines), nb.programme).is_right


def edits(data: bytes, count: int, seed: int = 20261126) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        place, changed = chance.randrange(len(data)), bytearray(data)
        what = chance.randrange(3)
        if what == 0:
            changed[place] ^= 1 << chance.randrange(8)
        elif what == 1:
            del changed[place]
        else:
            changed.insert(place, chance.choice(b'0a"{},x \n'))
        if bytes(changed) != data:
            yield bytes(changed)


def test_a_file_edited_by_hand_anywhere_is_not_right(nb: Notebook, three: list[str]) -> None:
    data = exporting.export(nb).data
    passed = [
        n for n, one in enumerate(edits(data, 400)) if verify_export(one, nb.programme).is_right
    ]
    assert passed == []


@pytest.mark.long
def test_20000_edits_by_hand(nb: Notebook, three: list[str]) -> None:
    data = exporting.export(nb).data
    passed = sum(verify_export(one, nb.programme).is_right for one in edits(data, 20_000))
    print(f"\nA05: {passed} of 20,000 edits by hand pass")
    assert passed == 0


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"rien", b"\xff\xfe", b'{"kind":"export"}\n']
)
def test_what_is_no_such_file_is_said(programme: Programme, data: bytes) -> None:
    report = verify_export(data, programme)
    assert not report.is_right
    assert verification.lines(report)


def test_another_programme_s_file_is_said(nb: Notebook, three: list[str]) -> None:
    data = exporting.export(nb).data
    report = verify_export(data, replace(nb.programme, aud="autre"))
    assert report.problems[0].fault is Fault.OTHER_PROGRAMME


def test_verify_on_the_command_line(nb: Notebook, three: list[str], tmp_path: Path) -> None:
    (tmp_path / "programme.json").write_text(nb.programme.to_json(), encoding="utf-8")
    made = exporting.export(nb)
    path = tmp_path / made.name
    exporting.save(path, made)

    def run(*args: object) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "angrilien", *map(str, args),
             "--programme", str(tmp_path / "programme.json")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    code, said = run("verify", path)
    assert code == 0, said
    assert "Tout est juste : 3 feuilles" in said
    printed = closing.sheet(nb, three[1]).fingerprint
    for shown in (show_code(printed), f"ANGE:{printed}", printed.lower()):
        code, said = run("verify", path, shown)
        assert code == 0, said
        assert "✔ L’empreinte imprimée est celle de la feuille 2 : rien n’y a changé." in said
    code, said = run("verify", path, code_of(12_345, 16))
    assert code == 1
    assert "✘ Aucune feuille de ce fichier n’a l’empreinte imprimée." in said
    assert run("verify", path, printed[:-1])[0] == 2, "it is no fingerprint"
    path.write_bytes(as_data(change_a_line(as_lines(made.data))))
    code, said = run("verify", path)
    assert code == 1
    assert "la ligne 3 a été modifiée" in said
    assert run("verify", tmp_path / "absent")[0] == 2
    assert run("verify")[0] == 2


# --- A06 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["sheet", "sheet_line"])
@pytest.mark.parametrize("intent", [None, "user", "pull", "migration", "fork", "erasure"])
def test_a06_a_closed_sheet_refuses_sql(
    nb: Notebook, three: list[str], table: str, intent: str | None
) -> None:
    """A06: UPDATE and DELETE refused, whatever intent is declared, of every column."""
    with nb.store.read() as connection:
        columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    statements = [f'UPDATE {table} SET "{name}" = "{name}"' for name in columns]
    for statement in [*statements, f"DELETE FROM {table}"]:
        with pytest.raises(IntegrityError), nb.store.write(intent) as connection:
            connection.execute(text(statement))


def test_a06_only_what_an_order_names_is_erased(nb: Notebook) -> None:
    workshop = end_sheet(nb, "Atelier")
    with nb.store.read() as connection:
        sealed = sheets.of_workshop(connection, workshop)
        assert sealed is not None
        named, other = sheets.lines(connection, sealed.id)[:2]
    with nb.store.write(ERASURE) as connection:
        erasure.erase(connection, [("sheet_line", named.id)], number=1, at=NOON)
    with pytest.raises(IntegrityError), nb.store.write(ERASURE) as connection:
        connection.execute(
            text("UPDATE sheet_line SET last_name = '' WHERE id = :id"), {"id": other.id}
        )
    after = closing.sheet(nb, workshop)
    assert [line.erased for line in after.lines] == [True, False, False, False, False]
    assert nb.store.verify() > 0
