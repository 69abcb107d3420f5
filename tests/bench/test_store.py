"""What encryption costs, what a year of sheets takes to verify; each beside its floor."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from nacl.signing import SigningKey
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from angrilien.domain.entities import Participant, SheetLine
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE
from angrilien.store import engine as engines
from angrilien.store import roster as rosters
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.vault.slots import DEFAULT_KDF
from angrilien.vault.verifying import verify_export
from angrilien.wire import dsse
from angrilien.wire.canonical import b64, dumps, sha256
from angrilien.wire.export import End, Seal, content_of, end_line, head_line, line_line, seal_line
from angrilien.wire.ids import new_id
from angrilien.wire.keys import Certificate, KeyList, ListedKey
from angrilien.wire.sheet import SealedSheet, line_commitment
from helpers.bench import compare, dearer, say
from helpers.crowd import PEOPLE
from helpers.notebooks import make_notebook

ENCRYPTED = 1.15
"""How many times what plain SQLite takes an encrypted file may take."""
SHEETS, LINES = 250, 10
VERIFYING = 20.0
"""How many times its floor a file may take to verify: reading each line strictly, beside the bare
signatures and hashes."""


@pytest.fixture
def notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Notebook, Notebook]]:
    """Two notebooks, of which the second is not encrypted; all else is the application's own."""
    encrypted = make_notebook(tmp_path / "encrypted")
    with monkeypatch.context() as patched:
        patched.setattr(engines, "_key", lambda *_: None)
        patched.setattr(engines, "check_pages", lambda _connection: None)
        plain = make_notebook(tmp_path / "plain")
    yield encrypted, plain
    encrypted.close()
    plain.close()


def write_people(notebook: Notebook, rows: int) -> None:
    """People as the application writes them: changes, bodies and rows, 100 at a time."""
    venue = notebook.home().id
    for _ in range(rows // 100):
        with notebook.store.act(notebook.stamp()) as act:
            act.put(
                *(
                    Participant(
                        id=new_id(),
                        venue_id=venue,
                        first_name="Prénom",
                        last_name="Nom de famille",
                    )
                    for _ in range(100)
                )
            )


@pytest.mark.parametrize(
    ("rows", "times"), [(200, 41), pytest.param(10_000, 3, marks=pytest.mark.long)]
)
def test_encryption_on_inserts(notebooks: tuple[Notebook, Notebook], rows: int, times: int) -> None:
    encrypted, plain = notebooks
    ratio = dearer(
        {
            f"{rows} inserts, encrypted": lambda: write_people(encrypted, rows),
            f"{rows} inserts, plain SQLite": lambda: write_people(plain, rows),
        },
        times,
        at_most=ENCRYPTED,
    )
    say(f"encryption on {rows} inserts: × {ratio:.2f} (at most {ENCRYPTED})")
    assert ratio <= ENCRYPTED


@pytest.fixture
def plain_copy(crowded: tuple[Notebook, str], tmp_path: Path) -> Iterator[Engine]:
    """The crowded notebook without its encryption."""
    notebook, _ = crowded
    path = tmp_path / "plain.db"
    with engines.outside(notebook.store._engine) as connection:
        connection.exec_driver_sql("ATTACH DATABASE ? AS plain KEY ''", (str(path),))
        connection.exec_driver_sql("SELECT sqlcipher_export('plain')")
        connection.exec_driver_sql("DETACH DATABASE plain")
    assert (notebook.folder / DATABASE).exists()
    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=lambda: sqlcipher.connect(str(path), check_same_thread=False),
        poolclass=StaticPool,
    )
    yield engine
    engine.dispose()


def test_encryption_on_the_roster_query(crowded: tuple[Notebook, str], plain_copy: Engine) -> None:
    notebook, workshop = crowded

    def encrypted() -> None:
        with notebook.store.read() as connection:
            assert len(rosters.rows(connection, workshop)) == PEOPLE

    def plain() -> None:
        with plain_copy.connect() as connection:
            assert len(rosters.rows(connection, workshop)) == PEOPLE

    ratio = dearer(
        {"the roster of 2,000, encrypted": encrypted, "the roster of 2,000, plain": plain},
        15,
        at_most=ENCRYPTED,
    )
    say(f"encryption on the roster: × {ratio:.2f} (at most {ENCRYPTED})")
    assert ratio <= ENCRYPTED


# --- a year of sheets -----------------------------------------------------------------------------


def a_year() -> tuple[bytes, Programme]:
    """The exported file of 250 sheets of 10 lines, and its programme."""
    root, server, device = Signer.generate(), Signer.generate(), Signer.generate()
    keys = KeyList(
        aud="essai",
        number=1,
        issued=1,
        keys=(ListedKey(public=server.public, use="sign", since=0, until=1 << 45),),
    ).canonical()
    dev, inc, venue = new_id(), new_id(), new_id()
    certificate = Certificate(
        aud="essai",
        dev=dev,
        key=device.public,
        inc=inc,
        since=0,
        issued=0,
        venues=((venue, "CAF-49008", 0),),
    ).canonical()
    signature = root.header(dsse.KEYS, keys)
    lines: list[dict[str, Any]] = [
        head_line(aud="essai", dev=dev, inc=inc, made_at=1, keys=keys.decode(), keys_sig=signature),
        {
            "kind": "certificate",
            "text": certificate.decode(),
            "sig": server.header(dsse.DEVICE, certificate),
        },
    ]
    digests: list[str] = []
    for number in range(SHEETS):
        sealed_lines = [a_line(n + 1) for n in range(LINES)]
        sealed = SealedSheet(
            aud="essai",
            dev=dev,
            inc=inc,
            sheet_id=new_id(),
            workshop_id=new_id(),
            venue_id=venue,
            facilitator_id=new_id(),
            date="2026-11-25",
            starts_at=number,
            ends_at=number + 1,
            tz="Europe/Paris",
            closed_at=number + 1,
            present=LINES,
            first_timers=1,
            anonymous=0,
            prev=digests[-1] if digests else "",
            commitments=[line.commitment for line in sealed_lines],
        )
        signed = device.sign(dsse.SHEET, sealed.canonical())
        lines.append(seal_line(Seal(sealed=sealed, key=device.id, signature=signed)))
        lines += [line_line(line) for line in sealed_lines]
        digests.append(sealed.digest())
    end = End(
        aud="essai",
        dev=dev,
        inc=inc,
        made_at=1,
        sheets=SHEETS,
        amendments=0,
        last=digests[-1],
        content=content_of(digests),
    )
    lines.append(end_line(end, device.id, device.sign(dsse.EXPORT, end.canonical())))
    programme = Programme(
        aud="essai",
        server="",
        root=root.public,
        keys=KeyList(aud="essai", number=1, issued=1, keys=()),
        keys_text=keys.decode(),
        keys_signature=signature,
    )
    return b"".join(dumps(line) + b"\n" for line in lines), replace(
        programme, keys=replace(programme.keys, number=0)
    )


def a_line(number: int) -> SheetLine:
    line = SheetLine(
        id="",
        sheet_id="",
        number=number,
        kind="attendance",
        mode="screen",
        arrival=1_795_604_400_000,
        first_time=number == 1,
        commitment="",
        last_name=f"Nom de famille {number}",
        first_name=f"Prénom {number}",
        signature_digest=b64(sha256(bytes([number]))),
        salt=bytes([number]) * 16,
    )
    return replace(line, commitment=line_commitment(line))


def test_a_year_of_sheets_is_verified() -> None:
    data, programme = a_year()
    key = SigningKey.generate()
    signed = key.sign(b"x" * 400)

    def verify() -> None:
        assert verify_export(data, programme).is_right

    def least() -> None:
        for _ in range(SHEETS + 2):
            key.verify_key.verify(signed)
        for line in data.splitlines():
            sha256(line)
            sha256(line)

    took, floor = compare(
        {
            f"{SHEETS} sheets of {LINES} lines verified": verify,
            "floor: their bare signatures and hashes": least,
        },
        5,
    )
    say(f"ratio: {took.p50 / floor.p50:.1f} (at most {VERIFYING})")
    assert took.p50 <= VERIFYING * floor.p50


@pytest.mark.skipif(sys.platform == "win32", reason="the peak is not told")
def test_unlocking_takes_bounded_memory() -> None:
    """argon2id's 128 MiB, and little more; a second derivation takes no more than the first."""
    DEFAULT_KDF.derive("phrase", b"s" * 16)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    DEFAULT_KDF.derive("phrase", b"s" * 16)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(f"peak of the process while deriving: {after / 1024:.0f} MiB")
    assert after - before < DEFAULT_KDF.memory / 1024 / 4
