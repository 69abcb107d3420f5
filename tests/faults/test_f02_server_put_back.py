"""F02: the server was restored from a backup; clients never send again.

Must show: the server is rolled back 50 batches; after the next contact it holds everything, and
nobody did anything. The broken variant (†) is a laptop that believes its own marks.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.server import backups
from angrilien.server.blobs import BLOBS
from angrilien.server.database import Database
from angrilien.server.keyring import load_keyring
from angrilien.services import answers, attendance, closing, photos
from angrilien.services.notebook import Notebook
from angrilien.store import photos as photo_files
from angrilien.wire.answer import Answer
from helpers.copies import list_people
from helpers.keys import import_key, read_receipt, write_key
from helpers.notebooks import make_workshop
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import ANGRIE, Databases, LiveServer

pytestmark = pytest.mark.postgres

BATCHES = 50
CROSS = [[(float(x), float(x % 7)) for x in range(30)]]
NOW = 1_795_700_000_000
PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 100


@pytest.fixture
def live(tmp_path: Path, databases: Databases) -> Iterator[LiveServer]:
    """A server of its own, which is stopped and put back."""
    with LiveServer(tmp_path / "own", database_url=databases.url()) as server:
        yield server


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


def save(live: LiveServer, out: Path) -> Path:
    live.run("backup", "--out", str(out))
    return backups.listed(out)[0]


def roll_back(live: LiveServer, backup: Path, databases: Databases) -> None:
    """Stop it, lose its database, put the backup into an empty one, start again."""
    live.stop()
    for path in live.data.glob("server.db*"):
        path.unlink()
    live.database_url = databases.empty_url()
    live.run("restore", "--from", str(backup))
    live.start()


def batches(desk: Desk, count: int) -> None:
    for number in range(count):
        desk.do(make_workshop, title=f"Lot {number}")
        assert desk.round() is None


def test_f02_everything_is_there_again_after_the_next_contact(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    hub: Hub,
    databases: Databases,
    tmp_path: Path,
) -> None:
    desk = new_desk()
    workshop = desk.do(make_workshop, title="Avant")
    desk.do(list_people, workshop, 4)
    desk.do(attendance.everyone_present, workshop)
    assert desk.round() is None
    backup = save(live, tmp_path / "saved")
    desk.do(closing.close, workshop, CROSS, 300.0, 100.0)
    batches(desk, BATCHES)
    assert desk.state.waiting == 0
    count = assert_sent_once(desk, hub)
    hub.close()
    roll_back(live, backup, databases)
    # Nobody does anything: the timer makes the next contact.
    assert desk.next_try() is None or desk.next_try() is None
    desk.round()
    with Hub(live) as again:
        assert assert_sent_once(desk, again) == count
    assert desk.do(closing.sheet, workshop).received_at is not None


@pytest.mark.postgres(by_default=False)
def test_f02_also_a_server_that_forgot_the_laptop(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    hub: Hub,
    databases: Databases,
    tmp_path: Path,
) -> None:
    """The backup is from before the registration, and the code du lieu is spent on the laptop."""
    backup = save(live, tmp_path / "saved")
    desk = new_desk(code=hub.code(ANGRIE))  # the programme's list is in the backup
    batches(desk, 3)
    count = assert_sent_once(desk, hub)
    hub.close()
    roll_back(live, backup, databases)
    for _ in range(3):
        desk.round()
    with Hub(live) as again:
        assert assert_sent_once(desk, again) == count


@pytest.mark.postgres(by_default=False)
def test_f02_a_laptop_that_believes_its_own_marks_never_sends_again(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    hub: Hub,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F02†: it takes no lower mark, and no new epoch, from anybody."""
    real = answers.record_answer

    def stubborn(nb: Notebook, job: object, answer: Answer, *rest: object) -> bool:
        with nb.store.read() as connection:
            row = connection.exec_driver_sql("SELECT ack, epoch FROM sync_mark").one()
            chain = nb.store.chain_at(connection, answer.inc, row.ack) or answer.chain
        if row.epoch:
            answer = replace(answer, ack=max(answer.ack, row.ack), epoch=row.epoch, chain=chain)
        return real(nb, job, answer, *rest)  # type: ignore[arg-type]

    desk = new_desk()
    batches(desk, 1)
    backup = save(live, tmp_path / "saved")
    batches(desk, 3)
    monkeypatch.setattr("angrilien.services.sending.record_answer", stubborn)
    hub.close()
    roll_back(live, backup, databases)
    for _ in range(3):
        desk.round()
    with Hub(live) as again, pytest.raises(AssertionError):
        assert_sent_once(desk, again)


def test_f02_also_where_a_file_was_copied_back_by_hand(
    tmp_path: Path,
) -> None:
    """Nobody told the server: its epoch is the same. The lower mark alone heals it."""
    with LiveServer(tmp_path / "by-hand") as live:
        desk = Desk.create(
            tmp_path / "notebook", live.programme, address=live.url, code=live.code()
        )
        batches(desk, 1)
        live.stop()
        kept = (live.data / "server.db").read_bytes()
        live.start()
        batches(desk, 2)
        live.stop()
        for path in live.data.glob("server.db*"):
            path.unlink()
        (live.data / "server.db").write_bytes(kept)
        live.start()
        desk.round()
        assert desk.round() is None
        with Hub(live) as again:
            assert_sent_once(desk, again)
        desk.close()


@pytest.mark.postgres(by_default=False)
def test_f02_photos_that_the_server_lost_are_sent_again(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that it held, or had backed up; what it said before it was put back is over."""
    desk, key = new_desk(), tmp_path / "key"
    workshop = desk.do(make_workshop)
    assert desk.round() is None
    backup = save(live, tmp_path / "saved")
    desk.do(photos.attach_photo, workshop, PICTURE)
    assert desk.round() is None
    desk.do(_note_backup)
    desk.do(photos.attach_photo, workshop, PICTURE)
    import_key(live, write_key(desk, key))
    assert desk.do(_copies) == [(photo_files.HELD, NOW), (photo_files.HERE, None)]
    shutil.rmtree(live.data / BLOBS)
    roll_back(live, backup, databases)
    with monkeypatch.context() as cut:  # the road ends before the photos
        cut.setattr(photos, "next_piece", lambda *_: None)
        desk.round()
    read_receipt(desk, key)
    assert {state for state, _ in desk.do(_copies)} == {photo_files.HERE}
    assert {at for _, at in desk.do(_copies)} == {None}
    assert desk.do(photos.look_after) == 0
    assert desk.round() is None
    assert desk.do(_copies) == [(photo_files.HELD, None)] * 2
    assert len([path for path in (live.data / BLOBS).glob("??/*") if not path.suffix]) == 2
    with Hub(live) as again:
        assert_sent_once(desk, again)


def _note_backup(nb: Notebook) -> None:
    with nb.store.write() as connection:
        photo_files.backed_up(connection, nb.store.position(connection).seq + 1, NOW)


def _copies(nb: Notebook) -> list[tuple[str, int | None]]:
    with nb.store.read() as connection:
        query = "SELECT state, backed_up_at FROM photo_copy ORDER BY state, backed_up_at IS NULL"
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.postgres(by_default=False)
def test_f02_photos_come_back_with_the_backup(
    live: LiveServer, databases: Databases, tmp_path: Path
) -> None:
    place = live.data / BLOBS / "ab"
    place.mkdir(parents=True)
    (place / "abcd").write_bytes(b"picture")
    backup = save(live, tmp_path / "saved")
    (place / "abcd").unlink()
    roll_back(live, backup, databases)
    assert (place / "abcd").read_bytes() == b"picture"
    assert load_keyring(live.data).aud
    assert isinstance(live.open(), Database)
