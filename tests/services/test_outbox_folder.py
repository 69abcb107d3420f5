"""What is left in the outbox folder, and when it goes, seen without a server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from angrilien.domain.codes import make_code
from angrilien.server.sealed import take_file
from angrilien.services import (
    answers,
    erasure,
    outbox,
    outbox_folder,
    parcels,
    photos,
    receipts,
    registration,
    usb,
)
from angrilien.services.key_errors import NoCarrier, NothingToSend, NoVenueCode
from angrilien.services.notebook import Notebook
from angrilien.services.usb import KeyWriting
from angrilien.store import facts, marks
from angrilien.store import photos as photo_files
from angrilien.sync import outbox_files
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.vault.sealing import open_sealed
from angrilien.wire.answer import read_answer
from angrilien.wire.order import ERASE, Order
from angrilien.wire.sealed import parts_of, read_sealable
from helpers.copies import Original, list_people
from helpers.notebooks import NOON, make_notebook, make_workshop
from helpers.servers import LocalServer

CODE = make_code(lambda alphabet: alphabet[3])


@pytest.fixture
def own(original: Original, tmp_path: Path) -> Iterator[Notebook]:
    """A notebook that has a code and somebody in it, of a programme that no network reaches."""
    notebook = original.open_copy(tmp_path)
    notebook.programme = replace(notebook.programme, server="http://127.0.0.1:9")
    registration.set_code(notebook, CODE)
    list_people(notebook, make_workshop(notebook), 1)
    yield notebook
    notebook.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    local = LocalServer(tmp_path / "server")
    yield local
    local.close()


@pytest.fixture
def known(tmp_path: Path, server: LocalServer) -> Iterator[Notebook]:
    """A notebook whose laptop is registered, and that no network reaches from then on."""
    programme = replace(server.programme, server="http://127.0.0.1:9")
    made = make_notebook(tmp_path, programme=programme, venue_code=server.code())
    while (job := outbox.take_job(made, 1 << 20)) is not None:
        told = server.raw(job.method, job.path, content=job.body, headers=job.headers)
        answers.record_answer(made, job, read_answer(told.content))
    yield made
    made.close()


def whole_key(nb: Notebook, place: Path) -> Path:
    """Write what is unsent to a key."""
    place.mkdir(exist_ok=True)
    writing = KeyWriting(nb, place)
    while not (told := writing.step(nb)).name:
        pass
    return place / told.name


def room(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Have the disk offer so many bytes."""
    free = 2 * size + outbox_files.SPARED
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))


def test_a_disk_that_fills_up_leaves_what_is_there(
    known: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_people(known, make_workshop(known), 60)
    waiting = OutboxFiles(known.folder).waiting
    outbox_folder.leave(known)
    good = waiting.read_bytes()
    list_people(known, make_workshop(known), 1)
    for size in (0, 1_500, len(good) - 1):
        room(monkeypatch, size)
        outbox_folder.leave(known)
        assert waiting.read_bytes() == good
        assert not waiting.with_name(waiting.name + ".new").exists()
    room(monkeypatch, 1 << 20)
    outbox_folder.leave(known)
    assert len(waiting.read_bytes()) > len(good), "there is room again, nothing else has changed"


def test_what_was_cut_is_left_whole_once_there_is_room(
    known: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_people(known, make_workshop(known), 60)
    files = OutboxFiles(known.folder)
    room(monkeypatch, 0)
    outbox_folder.leave(known)
    assert files.mark() is None
    found = []
    for size in (1_500, 1 << 20):
        room(monkeypatch, size)
        outbox_folder.leave(known)
        with files.waiting.open("rb") as stream:
            found.append(len(list(parts_of(stream))))
        assert files.waiting.stat().st_size <= size
    assert 0 < found[0] < found[1]
    before = files.mark()
    outbox_folder.leave(known)
    assert files.mark() == before, "all of it is there"


def test_a_key_that_is_away_for_long_is_read_all_the_same(known: Notebook, tmp_path: Path) -> None:
    """A new file comes into the folder after each sheet: its notes take none of the key's away."""
    make_workshop(known)
    whole_key(known, tmp_path / "key")
    noted = parcels.read_notes(known)
    assert len(noted) >= 2
    for _ in range(8):
        make_workshop(known)
        outbox_folder.leave(known)
    then = parcels.read_notes(known)
    with known.store.read() as connection:
        assert json.loads(facts.get(connection, parcels.NOTES)) == noted
    assert noted.items() <= then.items()
    assert len(then) == (1 + parcels.OUTBOX_FILES) * len(noted)


def test_photos_that_are_too_many_for_a_key_go_with_the_next_one(
    known: Notebook, server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a key carries can be brought by the network: whole photos, and the contact last."""
    monkeypatch.setattr(usb, "MAX_FILE", 200_000)
    workshop = make_workshop(known)
    for _ in range(3):
        photos.attach_photo(known, workshop, b"\xff\xd8\xff" + bytes(80_000))
    held = []
    for _ in range(2):
        file = whole_key(known, tmp_path / "key")
        assert file.stat().st_size <= usb.MAX_FILE
        with file.open("rb") as stream:
            last = list(parts_of(stream))[-1]
            receipt = take_file(server.service, stream).receipt
        assert read_sealable(open_sealed(server.keyring.box_seed, last)).path == "/v1/contact"
        receipts.read_file(known, receipt)
        with known.store.read() as connection:
            held.append(len(photo_files.held(connection)))
    assert held == [2, 3]
    with pytest.raises(NothingToSend):
        whole_key(known, tmp_path / "key")


def test_an_erasure_takes_what_was_sealed_before(own: Notebook) -> None:
    files = OutboxFiles(own.folder)
    outbox_folder.leave(own)
    assert files.mark() is not None
    with own.store.read() as connection:
        (person,) = connection.exec_driver_sql("SELECT id FROM participant").scalars().all()
    order = Order(
        aud="essai",
        dev=own.store.identity.dev,
        number=1,
        date=NOON,
        kind=ERASE,
        rows=(("participant", person),),
    )
    erasure.erase(own, order)
    assert files.mark() is None
    outbox_folder.leave(own)
    assert files.mark() is not None, "and it is left anew"


def test_what_is_acknowledged_goes(own: Notebook) -> None:
    files = OutboxFiles(own.folder)
    outbox_folder.leave(own)
    outbox_folder.settle(own)
    assert files.mark() is not None, "it waits"
    with own.store.write() as connection:
        marks.put(connection, ack=own.store.position(connection).seq)
    outbox_folder.settle(own)
    assert files.mark() is None


def test_a_laptop_without_a_certificate_seals_its_registration_alone(own: Notebook) -> None:
    """Whether names may leave is not known yet."""
    outbox_folder.leave(own)
    with OutboxFiles(own.folder).waiting.open("rb") as stream:
        (part,) = parts_of(stream)
    assert len(part) < 1_000


def test_only_one_process_holds_the_folder(own: Notebook, tmp_path: Path) -> None:
    outbox_folder.claim(own)
    assert own.claim.is_mine
    outbox_folder.claim(own)
    own.close()
    assert not own.claim.is_mine


def test_what_keeps_a_key_from_being_written_is_said(own: Notebook, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.mkdir()
    known = own.programme
    keys = tuple(one for one in known.keys.keys if one.use != "box")
    own.programme = replace(known, keys=replace(known.keys, keys=keys))
    with pytest.raises(NoCarrier):
        KeyWriting(own, key)
    outbox_folder.leave(own)
    assert OutboxFiles(own.folder).mark() is None
    own.programme = known
    with own.store.write() as connection:
        marks.put(connection, venue_code="")
    with pytest.raises(NoVenueCode):
        KeyWriting(own, key)
    with own.store.write() as connection:
        marks.put(connection, ack=own.store.position(connection).seq)
    with pytest.raises(NothingToSend):
        KeyWriting(own, key)
    assert list(key.iterdir()) == []
    assert usb.find_receipt(own, key) is None
