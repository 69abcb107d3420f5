"""Photos of paper sheets: encrypted, named by what is stored, let go of in time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.errors import DiskFull, NotAPhoto, PhotoGone, PhotoTooLarge, WorkshopGone
from angrilien.services import copies, erasure, forks, outbox, photos
from angrilien.services.notebook import Notebook
from angrilien.store import marks
from angrilien.store import photos as files
from angrilien.vault.picture import BadPicture, lock, unlock
from angrilien.wire.ids import new_id
from angrilien.wire.order import ERASE, Order
from helpers.copies import Original
from helpers.notebooks import SetClock, make_workshop

DAY = 24 * 3_600_000
JPEG = b"\xff\xd8\xff\xe0" + b"une feuille sur laquelle chacun a mis son nom " * 200


@pytest.fixture
def nb(original: Original, tmp_path: Path) -> Iterator[Notebook]:
    opened = original.open_copy(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def workshop(nb: Notebook) -> str:
    return make_workshop(nb)


def names(nb: Notebook) -> list[str]:
    folder = nb.folder / photos.FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_only_the_key_opens_a_picture() -> None:
    locked = lock(JPEG)
    assert unlock(locked.stored, locked.key) == JPEG
    assert lock(JPEG).digest != locked.digest, "the same picture twice shows nothing of it"
    other = bytearray(locked.stored)
    other[40] ^= 1
    for stored, key in (
        (bytes(other), locked.key), (locked.stored[:-1], locked.key), (b"", locked.key),
        (locked.stored, lock(b"").key), (locked.stored, b""),
    ):  # fmt: skip
        with pytest.raises(BadPicture):
            unlock(stored, key)


def test_a_photo_is_kept_and_read_back(nb: Notebook, workshop: str) -> None:
    before = outbox.state(nb).waiting
    one = photos.attach_photo(nb, workshop, JPEG)
    assert photos.read_photo(nb, one) == JPEG
    assert outbox.state(nb).waiting == before + 2  # its record, and itself
    (name,) = names(nb)
    assert re.fullmatch(r"[\w-]{43}", name)
    stored = (nb.folder / photos.FOLDER / name).read_bytes()
    assert b"feuille" not in stored
    assert not stored.startswith(b"\xff\xd8")
    nb.store.verify()


def test_what_is_no_photo_is_said_and_nothing_is_kept(nb: Notebook, workshop: str) -> None:
    count = nb.store.count()
    for data, refusal in (
        (b"%PDF-1.7", NotAPhoto),
        (b"", NotAPhoto),
        (JPEG[:3] + bytes(photos.MOST), PhotoTooLarge),
    ):
        with pytest.raises(refusal):
            photos.attach_photo(nb, workshop, data)
    with pytest.raises(WorkshopGone):
        photos.attach_photo(nb, new_id(), JPEG)
    assert nb.store.count() == count


def test_no_room_keeps_neither_file_nor_record(
    nb: Notebook, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise DiskFull

    monkeypatch.setattr(photos, "save_atomically", full)
    count = nb.store.count()
    with pytest.raises(DiskFull):
        photos.attach_photo(nb, workshop, JPEG)
    assert (nb.store.count(), names(nb)) == (count, [])


def everything_is_acknowledged(nb: Notebook) -> None:
    end = nb.store.count()
    with nb.store.write() as connection:
        marks.put(connection, ack=end)


def held(nb: Notebook, after: int) -> str:
    (digest,) = names(nb)
    with nb.store.write() as connection:
        files.put(connection, digest, files.HELD, held_after=after)
    return digest


def test_it_stays_until_thirty_days_after_a_backup_that_holds_it(
    nb: Notebook, workshop: str
) -> None:
    clock = nb.clock
    assert isinstance(clock, SetClock)
    one = photos.attach_photo(nb, workshop, JPEG)
    end = nb.store.count()
    held(nb, end)
    with nb.store.write() as connection:
        # A backup that ends there may have been made before the photo came.
        files.backed_up(connection, end, clock.at)
    clock.at += 400 * DAY
    assert photos.look_after(nb) == 0
    with nb.store.write() as connection:
        files.backed_up(connection, end + 1, clock.at)
    clock.at += 29 * DAY
    assert photos.look_after(nb) == 0
    assert photos.read_photo(nb, one) == JPEG
    clock.at += 2 * DAY
    assert photos.look_after(nb) == 1
    assert names(nb) == []
    with pytest.raises(PhotoGone):
        photos.read_photo(nb, one)


def test_a_new_incarnation_forgets_no_backup(nb: Notebook, workshop: str) -> None:
    photos.attach_photo(nb, workshop, JPEG)
    end = nb.store.count()
    held(nb, end)
    forks.begin_anew(nb)
    with nb.store.write() as connection:
        files.backed_up(connection, end, 1)
        assert files.only_here(connection)
        files.backed_up(connection, end + 1, 1)
        assert not files.only_here(connection)


def test_a_file_that_no_record_names_stays(nb: Notebook, workshop: str) -> None:
    """A safety copy may name it; what a cut left half written goes."""
    photos.attach_photo(nb, workshop, JPEG)
    folder = nb.folder / photos.FOLDER
    (folder / ("A" * 43)).write_bytes(b"x")
    (folder / ("B" * 43 + ".new")).write_bytes(b"x")
    assert photos.look_after(nb) == 1
    assert len(names(nb)) == 2


def test_an_erased_photo_leaves_no_file(nb: Notebook, workshop: str) -> None:
    one, other = (photos.attach_photo(nb, workshop, JPEG) for _ in range(2))
    order = Order(
        aud=nb.programme.aud, dev=nb.store.identity.dev, number=1, date=1, kind=ERASE,
        rows=(("photo", one),),
    )  # fmt: skip
    before = outbox.state(nb).waiting
    erasure.erase(nb, order)
    assert len(names(nb)) == 1
    with pytest.raises(PhotoGone):
        photos.read_photo(nb, one)
    assert photos.read_photo(nb, other) == JPEG
    assert outbox.state(nb).waiting == before - 1
    nb.store.verify()


def test_a_copy_on_a_key_takes_along_what_no_backup_holds(
    nb: Notebook, workshop: str, tmp_path: Path
) -> None:
    place = tmp_path / "key"
    place.mkdir()
    photos.attach_photo(nb, workshop, JPEG)
    copies.on_key(nb, place)
    assert [path.name for path in (place / copies.ON_KEY / photos.FOLDER).iterdir()] == names(nb)
    end = nb.store.count()
    held(nb, end)
    with nb.store.write() as connection:
        files.backed_up(connection, end + 1, 1)
    other = tmp_path / "other"
    other.mkdir()
    copies.on_key(nb, other)
    assert not (other / copies.ON_KEY / photos.FOLDER).exists()


def test_a_photo_waits_for_its_record(nb: Notebook, workshop: str) -> None:
    """The server takes only what a change that it has names; then pieces follow each other."""
    photos.attach_photo(nb, workshop, JPEG)
    assert photos.next_piece(nb, {}, 1000) is None
    everything_is_acknowledged(nb)
    (digest,) = names(nb)
    size = (nb.folder / photos.FOLDER / digest).stat().st_size
    job = photos.next_piece(nb, {}, 1000)
    assert job is not None
    assert (job.method, job.path) == ("PUT", f"/v1/blob/{digest}?offset=0&size={size}")
    assert (len(job.body), job.is_batch) == (1000, True)
    last = photos.next_piece(nb, {digest: size - 10}, 1000)
    assert last is not None
    assert len(last.body) == 10
    assert photos.next_piece(nb, {digest: -1}, 1000) is None


def test_a_damaged_file_is_not_sent_and_not_waited_for(
    nb: Notebook, workshop: str, expect_log: object
) -> None:
    photos.attach_photo(nb, workshop, JPEG)
    everything_is_acknowledged(nb)
    (digest,) = names(nb)
    (nb.folder / photos.FOLDER / digest).write_bytes(b"?")
    with expect_log("angrilien.services.photos"):  # type: ignore[operator]
        assert photos.next_piece(nb, {}, 1000) is None
    assert outbox.state(nb).waiting == 0
