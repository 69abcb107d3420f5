"""F02 where there is no network at all: the server was restored from a backup.

Must show: the next keys bring everything again, and nobody did anything but carry them. The broken
variant (†) is a laptop that believes a receipt's mark whatever the server's life it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.server.sealed import take_file
from angrilien.services import receipts, registration
from angrilien.services.usb import KeyWriting
from angrilien.store import marks
from helpers.copies import list_people, make_original
from helpers.notebooks import make_workshop
from helpers.world import Cloud, Laptop

NOWHERE = "http://127.0.0.1:9"


class Errand:
    """A laptop, a server, and somebody who carries a key between them."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.folder, self.keys = folder, 0
        self.cloud = Cloud()
        self.cloud.begin(template, folder / "server")
        programme = self.cloud.local.programme
        original = make_original(folder / "original")
        self.laptop = Laptop.make(original, folder / "laptop", NOWHERE, programme)
        registration.set_code(self.laptop.notebook, self.cloud.local.code())

    def carry(self) -> bytes:
        """Write a key, have it imported, read its receipt; return that."""
        self.keys += 1
        place = self.folder / f"key-{self.keys}"
        place.mkdir()
        writing = KeyWriting(self.laptop.notebook, place)
        while not (told := writing.step(self.laptop.notebook)).name:
            pass
        # A minute later, by the server's clock.
        self.cloud.local.clock.instant += 60_000
        with (place / told.name).open("rb") as stream:
            receipt = take_file(self.cloud.local.service, stream).receipt
        receipts.read_file(self.laptop.notebook, receipt)
        return receipt

    def work(self, title: str) -> None:
        list_people(self.laptop.notebook, make_workshop(self.laptop.notebook, title=title), count=2)

    def waiting(self) -> int:
        return self.laptop.sender_state().waiting

    def lacks(self) -> set[bytes]:
        """Commits that the laptop holds and the server does not."""
        there = {bytes(row[0]) for row in self.cloud.rows('SELECT "commit" FROM change')}
        return set(self.laptop.rows().commits.values()) - there

    def close(self) -> None:
        self.laptop.close()
        self.cloud.close()


@pytest.fixture
def errand(server_template: Path, tmp_path: Path) -> Iterator[Errand]:
    made = Errand(server_template, tmp_path)
    yield made
    made.close()


def put_back_and_carried(errand: Errand) -> None:
    before_all = errand.cloud.save(errand.folder / "backup")
    errand.work("Avant")
    errand.carry()  # the registration
    old = errand.carry()
    assert (errand.waiting(), errand.lacks()) == (0, set())
    # It forgets even the registration.
    errand.cloud.roll_back(before_all)
    errand.work("Après")
    errand.carry()
    assert errand.waiting() > 0, "what is missing counts as to send"
    errand.carry()
    assert (errand.waiting(), errand.lacks()) == (0, set())
    # A receipt from the life before says nothing any more.
    before = errand.laptop.rows().ack
    receipts.read_file(errand.laptop.notebook, old)
    assert (errand.laptop.rows().ack, errand.waiting()) == (before, 0)
    held = errand.cloud.rows("SELECT count(*) FROM change WHERE held IS NOT NULL")
    assert held == [(0,)]


def test_f02_by_keys_alone(errand: Errand) -> None:
    put_back_and_carried(errand)


def test_f02_marks_that_only_rise_are_found(
    errand: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F02†: whatever the epoch, the highest mark ever read is believed."""

    def believe(nb: object, answer: receipts.Answer, _latest: int, *, is_other: bool) -> None:
        with nb.store.write() as connection:  # type: ignore[attr-defined]
            kept = marks.read(connection)
            marks.put(connection, epoch=answer.epoch, ack=max(kept.ack, answer.ack))

    monkeypatch.setattr(receipts, "_raise_marks", believe)
    with pytest.raises(AssertionError):
        put_back_and_carried(errand)
