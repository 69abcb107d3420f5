"""F38: closed lid, home Wi-Fi, nobody unlocks: nothing leaves for weeks.

Must show: close while offline, restore the network, never unlock: the server has everything;
receipts are read at the next opening. The broken variant (†) leaves nothing in the outbox folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from angrilien.errors import NoConnection
from angrilien.file_lock import is_taken
from angrilien.services import attendance, closing, leaving, outbox_folder, parcels
from angrilien.sync import outbox_files
from angrilien.sync.outbox_files import OutboxFiles
from helpers.carriers import ended, once, start, until, waiting
from helpers.copies import open_again
from helpers.disks import disk, fill
from helpers.notebooks import add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer

CROSS = [[(10.0, 10.0), (90.0, 40.0)]]
CUT = Fault(request_bytes=0)
NAMES = (b"Odette", b"Lef\xc3\xa8vre", b"Claire", b"prot")
MOST_MEMORY = 40 << 20


def works(desk: Desk, *, people: int = 2) -> str:
    """Hold a workshop and end its sheet."""
    workshop = desk.do(make_workshop)
    for line in desk.do(add_people, workshop, people):
        desk.do(attendance.toggle, workshop, line)
    desk.do(closing.close, workshop, CROSS, 100.0, 50.0)
    return workshop


def shut(desk: Desk) -> Path:
    """Close the notebook, as quitting and the full lock do; return its folder."""
    desk.sender.close()
    desk.do(leaving.leave)
    desk.lanes.close()
    return desk.notebook.folder


def opened(desk: Desk) -> Desk:
    """Open the notebook again, as another process does."""
    return Desk(open_again(desk.notebook.folder, desk.notebook.programme))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """A notebook that was closed with something unsent: its workshop, and its changes."""

    workshop: str
    changes: int
    inc: str

    def has_arrived(self, hub: Hub) -> bool:
        """Tell whether the server has every change."""
        held = hub.held(self.inc)
        return held.ack == held.rows == self.changes


def close_offline(desk: Desk, proxy: Proxy) -> Shut:
    """Work and close the lid without a network."""
    assert desk.round() is None
    proxy.fault = CUT
    workshop = works(desk)
    assert isinstance(desk.round(), NoConnection)
    changes = desk.do(lambda nb: nb.store.count())
    shut(desk)
    proxy.fault = CLEAR
    return Shut(workshop=workshop, changes=changes, inc=desk.notebook.store.identity.inc)


def never_unlocked(desk: Desk, hub: Hub, proxy: Proxy, *, seconds: float = 30.0) -> None:
    """F38: everything arrives although nobody opens; the receipts are read at the next opening."""
    left = close_offline(desk, proxy)
    folder = desk.notebook.folder
    files = OutboxFiles(folder)
    with waiting(folder):
        until(lambda: left.has_arrived(hub), seconds=seconds)
        until(lambda: not files.waiting.exists())
    for path in files.folder.iterdir():
        assert not any(name in path.read_bytes() for name in NAMES), path.name
    # No network at the next opening: it is the receipts that tell.
    proxy.fault = CUT
    again = opened(desk)
    try:
        again.round()
        state = again.state
        assert (state.waiting, state.last_order) == (0, 0)
        assert state.last_sent is not None
        assert again.do(closing.sheet, left.workshop).received_at is not None
        assert not files.receipts.exists(), "they are in the notebook now"
        proxy.fault = CLEAR
        assert again.round() is None
        assert_sent_once(again, hub)
    finally:
        again.close()


@pytest.mark.postgres
def test_f38_everything_arrives_and_nobody_unlocks(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    never_unlocked(new_desk(), hub, proxy)


def test_f38_a_lid_that_leaves_nothing_is_found(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F38†: what is unsent stays in the notebook alone."""
    monkeypatch.setattr(outbox_folder, "leave", lambda _nb: None)
    with pytest.raises(AssertionError, match="it does not come"):
        never_unlocked(new_desk(), hub, proxy, seconds=1.0)


def test_away_is_said_and_nothing_of_it_is_lost(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """A portal, a cut, a 503 that says when: the file stays, the next delivery brings all of it."""
    desk = new_desk()
    left = close_offline(desk, proxy)
    folder = desk.notebook.folder
    portal = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>"
    full = (
        b"HTTP/1.1 503 Busy\r\nRetry-After: 77\r\nContent-Type: application/json\r\n"
        b'Content-Length: 16\r\n\r\n{"error":"busy"}'
    )
    for fault, retry_after in (
        (CUT, None),
        (Fault(instead=portal), None),
        (Fault(answer_bytes=90), None),
        (Fault(instead=full), 77),
    ):
        proxy.fault = fault
        said = once(folder)
        assert (said["end"], said["answered"], said["retry_after"]) == ("away", 0, retry_after)
        assert not OutboxFiles(folder).receipts.exists()
    proxy.fault = CLEAR
    assert once(folder)["end"] == "done"
    assert left.has_arrived(hub)
    assert once(folder)["end"] == "nothing"


def test_it_keeps_still_while_the_application_is_at_work(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    desk = new_desk()
    assert desk.round() is None
    proxy.fault = CUT
    works(desk)
    desk.round()
    desk.do(outbox_folder.leave)
    folder, files = desk.notebook.folder, OutboxFiles(desk.notebook.folder)
    proxy.fault = CLEAR
    before = len(proxy.exchanges)
    assert files.waiting.exists()
    assert once(folder) == {"end": "busy", "answered": 0, "retry_after": None}
    assert len(proxy.exchanges) == before
    # The application sends by itself; then nothing is left for the other.
    assert desk.round() is None
    desk.do(leaving.settle)
    assert not files.waiting.exists()
    assert_sent_once(desk, hub)


def test_killed_in_the_middle_again_and_again(
    new_desk: Callable[..., Desk],
    hub: Hub,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """kill -9 with an answer on its way: at most that part is brought again."""
    monkeypatch.setattr(parcels, "PART", 900)
    desk = new_desk()
    left = close_offline(desk, proxy)
    folder, kills = desk.notebook.folder, 3
    before = len(proxy.exchanges)
    for _ in range(kills):
        proxy.rearm()
        proxy.fault = Fault(hold=True)
        process = start(folder, "--once")
        assert proxy.held.wait(20)
        process.kill()
        process.communicate()
        proxy.release()
        proxy.fault = CLEAR
        # One part passes in between.
        proxy.rearm()
    first = once(folder)
    assert first["end"] == "done"
    assert first["answered"] >= 3
    sealed = [one for one in proxy.exchanges[before:] if one.path == "/v1/sealed"]
    assert len(sealed) <= first["answered"] + kills
    assert left.has_arrived(hub)
    again = opened(desk)
    try:
        assert again.round() is None
        assert_sent_once(again, hub)
    finally:
        again.close()


def test_an_answer_that_was_cut_on_the_disk_is_asked_for_again(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a power cut leaves of the receipts: what is whole counts, the rest comes again."""
    monkeypatch.setattr(parcels, "PART", 900)
    desk = new_desk()
    close_offline(desk, proxy)
    folder, files = desk.notebook.folder, OutboxFiles(desk.notebook.folder)
    kept = files.waiting.read_bytes()
    assert once(folder)["end"] == "done"
    receipts = files.receipts.read_bytes()
    total = len(files.answered())
    for size in (10, len(receipts) // 2, len(receipts) - 2):
        files.waiting.write_bytes(kept)
        files.receipts.write_bytes(receipts[:size])
        known = len(files.answered())
        said = once(folder)
        assert (said["end"], said["answered"]) == ("done", total - known)
        assert len(files.answered()) == total
    again = opened(desk)
    try:
        again.round()
        assert_sent_once(again, hub)
    finally:
        again.close()


def test_two_senders_and_a_copied_folder_are_harmless(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, tmp_path: Path
) -> None:
    desk, other = new_desk(), new_desk()
    assert other.round() is None
    works(other)
    before = other.do(lambda nb: nb.store.count())
    left = close_offline(desk, proxy)
    folder, copied = desk.notebook.folder, tmp_path / "copied"
    shutil.copytree(folder / outbox_files.FOLDER, copied / outbox_files.FOLDER)
    # The other laptop's own folder has it too.
    theirs = other.notebook.folder / outbox_files.FOLDER
    theirs.mkdir(exist_ok=True)
    for name in ("a-envoyer.angrilien-envoi", "programme.json"):
        shutil.copy(folder / outbox_files.FOLDER / name, theirs / name)
    shut(other)
    with waiting(folder):
        until(lambda: is_taken(folder / outbox_files.FOLDER / "attente.lock"))
        assert ended(start(folder)) == 0, "one waits already"
        processes = [start(where, "--once") for where in (folder, folder, copied)]
        assert [ended(process) for process in processes] == [0, 0, 0]
        until(lambda: left.has_arrived(hub))
    assert once(other.notebook.folder)["end"] == "done"
    again = opened(desk)
    try:
        assert again.round() is None
        assert_sent_once(again, hub)
    finally:
        again.close()
    again = opened(other)
    try:
        # Receipts of somebody else's changed nothing there.
        assert again.round() is None
        assert again.do(lambda nb: nb.store.count()) == before
        assert_sent_once(again, hub)
    finally:
        again.close()


def test_once_revoked_it_delivers_what_is_left_and_ends(
    new_desk: Callable[..., Desk], hub: Hub, live: LiveServer, proxy: Proxy
) -> None:
    desk = new_desk()
    left = close_offline(desk, proxy)
    live.run("device", "revoke", desk.notebook.store.identity.dev)
    assert ended(start(desk.notebook.folder)) == 0
    assert left.has_arrived(hub)
    assert hub.held(left.inc).held > 0, "stored, and held"
    # At the next login it ends at once.
    assert ended(start(desk.notebook.folder)) == 0


def test_a_part_that_is_refused_keeps_no_other_waiting(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "PART", 900)
    real, made = parcels.seal, []

    def seal(public: bytes, data: bytes) -> bytes:
        made.append(data)
        return b"spoilt" * 20 if len(made) == 2 else real(public, data)

    monkeypatch.setattr(parcels, "seal", seal)
    desk = new_desk()
    left = close_offline(desk, proxy)
    said = once(desk.notebook.folder)
    assert (said["end"], said["answered"]) == ("away", len(made) - 1)
    held = hub.held(left.inc)
    assert held.rows > held.ack, "what stands behind the gap arrived"
    monkeypatch.setattr(parcels, "seal", real)
    again = opened(desk)
    try:
        assert again.round() is None
        assert_sent_once(again, hub)
    finally:
        again.close()


def test_the_disk_is_never_filled(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder takes its share and no more; what does not fit comes with the next one."""
    monkeypatch.setattr(parcels, "PART", 900)
    monkeypatch.setattr(outbox_files, "MOST", 4_000)
    desk = new_desk()
    left = close_offline(desk, proxy)
    folder, files = desk.notebook.folder, OutboxFiles(desk.notebook.folder)
    assert 2_000 < files.waiting.stat().st_size <= 4_000
    for _ in range(20):
        assert once(folder)["end"] == "done"
        if left.has_arrived(hub):
            break
        proxy.fault = CUT
        again = opened(desk)
        again.round()
        shut(again)
        proxy.fault = CLEAR
        assert sum(path.stat().st_size for path in files.folder.iterdir()) < 8_000
    else:
        pytest.fail("it never arrived")
    again = opened(desk)
    try:
        assert again.round() is None
        assert_sent_once(again, hub)
    finally:
        again.close()


def test_a_full_disk_stops_nobody(
    new_desk: Callable[..., Desk],
    hub: Hub,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is left there, or no answer can be kept: nothing is raised, lost or doubled."""
    monkeypatch.setattr(outbox_files, "SPARED", 0)
    desk = new_desk()
    assert desk.round() is None
    proxy.fault = CUT
    works(desk)
    count = desk.do(lambda nb: nb.store.count())
    with disk(tmp_path / "small", "96k") as small:
        (desk.notebook.folder / outbox_files.FOLDER).rename(tmp_path / "former")
        (desk.notebook.folder / outbox_files.FOLDER).symlink_to(small)
        filler = fill(small)
        desk.do(outbox_folder.leave)
        files = OutboxFiles(desk.notebook.folder)
        assert not files.waiting.exists()
        filler.unlink()
        desk.do(outbox_folder.leave)
        assert files.waiting.exists()
        shut(desk)
        proxy.fault = CLEAR
        filler = fill(small)
        assert once(desk.notebook.folder)["end"] == "away"
        assert files.waiting.exists()
        filler.unlink()
        assert once(desk.notebook.folder)["end"] == "done"
        assert hub.held(desk.notebook.store.identity.inc).rows == count
        again = opened(desk)
        try:
            assert again.round() is None
            assert_sent_once(again, hub)
        finally:
            again.close()


def test_with_nothing_to_bring_it_speaks_to_nobody_and_stays_small(
    new_desk: Callable[..., Desk], proxy: Proxy
) -> None:
    """No contact without a file; at most 40 MB of memory; neither Qt nor SQL nor the network."""
    desk = new_desk()
    assert desk.round() is None
    shut(desk)
    before = proxy.connections
    with waiting(desk.notebook.folder, look=0.05) as process:
        lock = OutboxFiles(desk.notebook.folder).folder / "attente.lock"
        until(lock.exists)
        until(lambda: psutil.Process(process.pid).num_ctx_switches().voluntary > 40)
        assert psutil.Process(process.pid).memory_info().rss < MOST_MEMORY
        assert psutil.Process(process.pid).children() == []
    assert proxy.connections == before


@pytest.mark.parametrize(
    ("words", "foreign"),
    [
        ((), ("PySide6", "sqlmodel", "sqlalchemy", "sqlcipher3", "requests", "nacl", "ssl")),
        (("--once", "--data-dir", "nowhere"), ("PySide6", "sqlmodel", "sqlalchemy", "sqlcipher3")),
    ],
)
def test_it_imports_neither_qt_nor_sql(words: tuple[str, ...], foreign: tuple[str, ...]) -> None:
    call = f"sender.main({list(words)!r})" if words else ""
    program = f"import sys; from angrilien import sender; {call}\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, cwd=os.sep
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "angrilien" in loaded
    assert loaded.isdisjoint(foreign)
