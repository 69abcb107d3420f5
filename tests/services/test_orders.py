"""Orders of the programme, from a signed file: erase, be revoked, other venues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from angrilien.domain.forms import PersonForm
from angrilien.errors import FileUnreadable, OrderRefused
from angrilien.services import attendance, closing, copies, opening, orders, people, revocation
from angrilien.services.notebook import Notebook
from angrilien.store import facts, marks, queue, workshops
from angrilien.store.copies import paths
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.vault.slots import SlotFile
from angrilien.wire import dsse
from angrilien.wire.ids import new_id
from angrilien.wire.keys import KeyList, ListedKey
from angrilien.wire.order import (
    ERASE,
    REVOKE,
    VENUES,
    Order,
    OrderVenue,
    read_order,
    write_file,
)
from helpers.copies import list_people, open_again
from helpers.notebooks import NOON, PHRASE, SetClock, make_notebook, make_workshop

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
    text = keys.canonical()
    return Programme(
        aud="essai",
        server="",
        root=root.public,
        keys=keys,
        keys_text=text.decode("utf-8"),
        keys_signature=root.header(dsse.KEYS, text),
    )


@pytest.fixture
def nb(tmp_path: Path, programme: Programme) -> Any:
    notebook = make_notebook(tmp_path, programme=programme, clock=SetClock(NOON + 90 * 60_000))
    yield notebook
    notebook.close()


@pytest.fixture
def give(nb: Notebook, server_key: Signer) -> Callable[..., tuple[bytes, str]]:
    """Make a signed order for this laptop; what is named stands in the place of what is right."""

    def make(signer: Signer = server_key, **values: Any) -> tuple[bytes, str]:
        fields: dict[str, Any] = {
            "aud": "essai",
            "dev": nb.store.identity.dev,
            "number": 1,
            "date": NOON,
            "kind": REVOKE,
        }
        payload = Order(**(fields | values)).canonical()
        return payload, signer.header(dsse.ORDER, payload)

    return make


Give = Callable[..., tuple[bytes, str]]


def last_order(nb: Notebook) -> int:
    with nb.store.read() as connection:
        return marks.read(connection).last_order


def test_an_order_is_read_back() -> None:
    order = Order(
        aud="essai",
        dev=new_id(),
        number=3,
        date=NOON,
        kind=VENUES,
        venues=(
            OrderVenue(id=new_id(), code="CAF-49008", since=5),
            OrderVenue(id=new_id(), code="CAF-49009", since=5, until=9),
        ),
    )
    assert read_order(order.canonical()) == order
    erased = replace(order, kind=ERASE, venues=(), rows=(("participant", new_id()),))
    assert read_order(erased.canonical()) == erased


@pytest.mark.parametrize(
    "wrong",
    [
        {"signer": Signer(b"\x09" * 32)},
        {"aud": "autre"},
        {"dev": "01990000-0000-7000-8000-0000000000d1"},
    ],
)
def test_an_order_that_is_not_for_us_changes_nothing(
    nb: Notebook, give: Give, wrong: dict[str, Any]
) -> None:
    with pytest.raises(OrderRefused):
        orders.apply(nb, *give(**wrong))
    assert last_order(nb) == 0


def test_a_former_order_has_no_second_effect(nb: Notebook, give: Give) -> None:
    orders.apply(
        nb, *give(kind=VENUES, number=4, venues=(OrderVenue(id=new_id(), code="A", since=1),))
    )
    assert orders.apply(nb, *give(number=4)).kind == REVOKE
    orders.apply(nb, *give(number=3))
    with nb.store.read() as connection:
        kept = marks.read(connection)
    assert (kept.last_order, kept.revoked) == (4, False)


def test_the_order_of_a_file(nb: Notebook, give: Give, tmp_path: Path) -> None:
    path = tmp_path / "ordre.angrilien-ordre"
    path.write_bytes(write_file(*give(number=2)))
    assert orders.apply_file(nb, path).number == 2
    assert last_order(nb) == 2
    for wrong in (b"", b"rien", b"\xff\n{}"):
        path.write_bytes(wrong)
        with pytest.raises((FileUnreadable, OrderRefused)):
            orders.apply_file(nb, path)


def test_a_revoked_laptop_keeps_its_keys_until_everything_has_left(
    nb: Notebook, give: Give
) -> None:
    copies.make(nb)
    orders.apply(nb, *give())
    assert not revocation.is_ready(nb)
    assert opening.exists(nb.folder)
    with nb.store.write() as connection:
        marks.put(connection, ack=nb.store.position(connection).seq)
    assert not revocation.carry_on(nb), "the programme has no recovery boxes yet"
    with nb.store.write() as connection:
        facts.put(connection, revocation.BOXES_SENT, revocation.boxes_mark((), 1))
        queue.put_aside(connection, 2, NOON)
    assert not revocation.carry_on(nb), "a line that the server does not take is here only"
    with nb.store.write() as connection:
        queue.let_through(connection, [2])
    assert revocation.carry_on(nb)
    assert revocation.is_retired(nb.folder)
    left = {path.name for path in nb.folder.rglob("*") if path.suffix == ".json"}
    assert left <= {"settings.json"}
    with pytest.raises(Exception, match="Retired"):
        open_again(nb.folder, nb.programme)


# --- erasure --------------------------------------------------------------------------------------

CANARY = "Zéphyrine", "Kanarigaud"


def closed_with_a_canary(nb: Notebook) -> tuple[str, str]:
    """A closed sheet on which somebody stands whom nobody else is called; (workshop, person)."""
    workshop = make_workshop(nb)
    lines = list_people(nb, workshop, 4)
    roster = people.add_to_workshop(
        nb, workshop, PersonForm(first_name=CANARY[0], last_name=CANARY[1], phone="0699887766")
    )
    there = next(row for row in roster.rows if row.first_name == CANARY[0])
    attendance.toggle(nb, workshop, lines[0])
    assert there.participant_id is not None
    closing.close(nb, workshop, STROKES, 300.0, 100.0)
    return workshop, there.participant_id


def hits(folder: Path, key: bytes) -> int:
    """How often the canary stands in the files of a folder: as they are, and decrypted."""
    found = 0
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if path.suffix == ".db":
            data += decrypted(path, key)
        found += sum(data.count(word.encode()) for word in (*CANARY, "0699887766", "kanarigaud"))
    return found


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of a database without its encryption, free pages and all."""
    plain = path.with_name("plain-for-the-test")
    plain.unlink(missing_ok=True)
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    texts: list[bytes] = []
    for (sql,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall():
        for row in connection.execute(f'SELECT * FROM "{sql}"'):
            texts += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    connection.close()
    assert pages > 0
    assert free == 0, "free pages may keep what was erased"
    return b"\n".join(texts)


def test_a14_an_erasure_leaves_no_trace_and_the_seals_verify(nb: Notebook, give: Give) -> None:
    """A14, here: 0 canary hits in the notebook and its copies; chain and seal verify."""
    workshop, person = closed_with_a_canary(nb)
    copies.make(nb)
    key = nb.opened.database_key
    before = nb.store.verify()
    sealed = closing.sheet(nb, workshop)
    assert hits(nb.folder, key) > 5
    orders.apply(nb, *give(kind=ERASE, rows=(("participant", person),)))
    nb.store.close()
    assert hits(nb.folder, key) == 0
    again = open_again(nb.folder, nb.programme)
    assert again.store.verify() == before
    after = closing.sheet(again, workshop)
    assert (after.fingerprint, after.present, after.anonymous) == (
        sealed.fingerprint,
        sealed.present,
        sealed.anonymous,
    )
    gone = [line for line in after.lines if line.erased]
    assert len(gone) == 1
    assert [line.number for line in after.lines] == [line.number for line in sealed.lines]
    assert [row.sound for row in copies.listed(again)] == [True]
    assert last_order(again) == 1
    again.close()


def test_only_what_an_order_names_is_erased(nb: Notebook, give: Give) -> None:
    workshop, person = closed_with_a_canary(nb)
    others = [p for p in people.search(nb, "o") if p.participant_id != person]
    orders.apply(nb, *give(kind=ERASE, rows=(("participant", person), ("workshop", new_id()))))
    assert people.search(nb, CANARY[1]) == ()
    assert [p for p in people.search(nb, "o") if p.participant_id != person] == others
    with nb.store.read() as connection:
        assert workshops.find(connection, workshop) is not None


def test_a_copy_that_a_cut_left_is_done_at_the_next_opening(
    nb: Notebook, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    from angrilien.services import erasure

    _, person = closed_with_a_canary(nb)
    copies.make(nb)
    key = nb.opened.database_key
    monkeypatch.setattr(erasure, "finish", lambda _nb: 0)
    orders.apply(nb, *give(kind=ERASE, rows=(("participant", person),)))
    monkeypatch.undo()
    nb.store.close()
    assert hits(nb.folder / "copies", key) > 0
    again = open_again(nb.folder, nb.programme)
    assert hits(nb.folder / "copies", key) == 0
    again.close()
    assert len(paths(nb.folder)) == 1
    assert SlotFile.parse((nb.folder / opening.SLOTS).read_bytes()).open(PHRASE)


def test_a_damaged_copy_stops_no_erasure_and_goes(nb: Notebook, give: Give) -> None:
    _, person = closed_with_a_canary(nb)
    copies.make(nb)
    (copy,) = paths(nb.folder)
    copy.write_bytes(bytes(copy.stat().st_size))
    orders.apply(nb, *give(kind=ERASE, rows=(("participant", person),)))
    assert not copy.exists()
    nb.store.close()
    open_again(nb.folder, nb.programme).close()
