"""What is left in the outbox folder, and when it goes, seen without a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.domain.codes import make_code
from angrilien.services import erasure, outbox_folder, registration, usb
from angrilien.services.key_errors import NoCarrier, NothingToSend, NoVenueCode
from angrilien.services.notebook import Notebook
from angrilien.services.usb import KeyWriting
from angrilien.store import marks
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.wire.order import ERASE, Order
from angrilien.wire.sealed import parts_of
from helpers.copies import Original, list_people
from helpers.notebooks import NOON, make_workshop

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
