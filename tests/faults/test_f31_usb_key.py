"""F31: a venue with no network at all.

Must show: a stick pushed, then the same by network, then the receipt: no duplicate, queue empty.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from angrilien.errors import CodeRefused, NoConnection, Retired
from angrilien.server.cli import main
from angrilien.server.sealed import receipt_beside
from angrilien.services import (
    attendance,
    closing,
    opening,
    parcels,
    photos,
    registration,
    revocation,
    usb,
)
from angrilien.services.key_errors import (
    KeyFull,
    KeyGone,
    KeyReadOnly,
    NotAReceipt,
    NothingToSend,
    NoVenueCode,
    ReceiptElsewhere,
    ReceiptNewer,
)
from angrilien.services.notebook import Notebook
from angrilien.services.usb import KeyWriting
from angrilien.store import marks
from angrilien.store import photos as photo_files
from angrilien.wire.sealed import parts_of
from helpers.disks import disk, fill, make_read_only
from helpers.keys import import_key, write_key, write_on
from helpers.keys import read_receipt as read_from
from helpers.notebooks import PHRASE, add_people, make_workshop
from helpers.proxy import Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import ANGRIE, LiveServer

CROSS = [[(10.0, 10.0), (90.0, 40.0)]]
NAMES = (b"Odette", b"Lef\xc3\xa8vre", b"Ginette", b"Claire")
CUT = Fault(request_bytes=0)
"""A road on which nothing passes."""


def works(desk: Desk, *, people: int = 2) -> str:
    """Hold a workshop and end its sheet."""
    workshop = desk.do(make_workshop)
    for line in desk.do(add_people, workshop, people):
        desk.do(attendance.toggle, workshop, line)
    desk.do(closing.close, workshop, CROSS, 100.0, 50.0)
    return workshop


@pytest.mark.postgres
def test_a_key_then_the_network_then_the_receipt(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, tmp_path: Path
) -> None:
    """F31: what came by both roads counts once."""
    desk = new_desk()
    assert desk.round() is None
    workshop = works(desk)
    file = write_key(desk, tmp_path / "key")
    assert not any(name in file.read_bytes() for name in NAMES)
    waiting = desk.state.waiting
    assert waiting > 0, "only a receipt tells that it has arrived"
    import_key(live, file)
    before = live.figures()
    assert desk.round() is None
    assert live.figures() == before
    assert_sent_once(desk, hub)
    said = read_from(desk, tmp_path / "key")
    assert (said.sent, said.problem) == (0, None)
    assert_sent_once(desk, hub)
    assert desk.do(closing.sheet, workshop).received_at is not None
    with pytest.raises(NothingToSend):
        write_key(desk, tmp_path / "key")


@pytest.mark.postgres
def test_a_venue_without_any_network(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, proxy: Proxy, tmp_path: Path
) -> None:
    """F31: registered, sent and acknowledged by a key alone."""
    proxy.fault = CUT
    desk, key = new_desk(), tmp_path / "key"
    workshop = works(desk)
    assert isinstance(desk.round(), NoConnection)
    waiting = desk.state.waiting
    first = write_key(desk, key)
    import_key(live, first)
    assert desk.state.waiting == waiting
    said = read_from(desk, key)
    assert said.is_registered
    assert desk.state.has_venue
    # Whether names may leave is known from now on: they leave with the second one.
    second = write_key(desk, key)
    assert second == first, "a laptop has one file on a key"
    import_key(live, second)
    said = read_from(desk, key)
    assert said.sent == waiting + 1, "the alias of the venue came with the registration"
    assert desk.state.waiting == 0
    assert desk.do(closing.sheet, workshop).received_at is not None
    assert proxy.exchanges == []
    assert desk.state.last_sent is not None
    proxy.fault = Fault()
    assert desk.round() is None
    assert_sent_once(desk, hub)


def test_orders_come_home_with_the_receipt(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, proxy: Proxy, tmp_path: Path
) -> None:
    """A14, F30, F32 by a key alone: erased, other venues, revoked; nothing is held for the move."""
    desk, key = new_desk(), tmp_path / "key"
    assert desk.round() is None
    proxy.fault = CUT
    works(desk)
    device, inc = desk.notebook.store.identity.dev, desk.notebook.store.identity.inc
    live.run("device", "venues", device, "CAF-03019")
    file = write_key(desk, key)
    import_key(live, file)
    assert hub.held(inc).held == 0, "F32: what was noted before the move is the former venue's"
    person = hub.query("SELECT id FROM participant WHERE rev_inc = ?", inc)[0][0]
    live.run("erase", "--person", person)
    import_key(live, file)
    read_from(desk, key)
    assert desk.state.last_order == 2
    assert desk.do(_people) == 1
    live.run("device", "revoke", device)
    import_key(live, file)
    read_from(desk, key)
    state = desk.state
    assert (state.revoked, state.waiting, state.last_order) == (True, 0, 3)
    assert desk.do(revocation.carry_on)
    with pytest.raises(Retired):
        opening.open_notebook(desk.notebook.folder, PHRASE, desk.notebook.programme)


def test_an_order_is_never_passed_over(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, tmp_path: Path
) -> None:
    """A receipt whose orders do not follow the last one applied brings none of them."""
    desk, key = new_desk(), tmp_path / "key"
    assert desk.round() is None
    works(desk)
    device = desk.notebook.store.identity.dev
    live.run("device", "venues", device, "CAF-03019")
    desk.do(_say_last_order, 1)
    live.run("device", "venues", device, ANGRIE)
    import_key(live, write_key(desk, key))
    desk.do(_say_last_order, 0)
    read_from(desk, key)
    assert desk.state.last_order == 0
    assert desk.round() is None
    assert desk.state.last_order == 2


def test_twice_and_older_are_harmless(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    hub: Hub,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk, key = new_desk(), tmp_path / "key"
    assert desk.round() is None
    works(desk)
    older = Path(shutil.copy(write_key(desk, key), tmp_path / "older.angrilien-envoi"))
    works(desk)
    newer = write_key(desk, key)
    import_key(live, newer)
    held = live.figures()
    capsys.readouterr()
    import_key(live, older, newer, newer)
    assert capsys.readouterr().out.count("rien de nouveau, tout était déjà là.") == 3
    assert live.figures() == held
    # An older receipt after a newer one lowers nothing.
    newest, oldest = receipt_beside(newer), receipt_beside(older)
    desk.do(usb.read_receipt, newest)
    assert desk.state.waiting == 0
    said = desk.do(usb.read_receipt, oldest)
    assert said.sent == 0
    assert_sent_once(desk, hub)


def test_a_file_that_is_not_whole_is_refused_in_words(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    hub: Hub,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Cut anywhere, a byte changed anywhere, something added: nothing is taken, which is said."""
    desk = new_desk()
    assert desk.round() is None
    works(desk)
    whole = write_key(desk, tmp_path / "key").read_bytes()
    before = hub.query("SELECT count(*) FROM change")
    spoilt = [whole[:at] for at in (0, 1, 40, len(whole) // 2, len(whole) - 1)]
    spoilt += [
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        for at in (0, 5, len(whole) // 3, len(whole) - 33, len(whole) - 1)
    ]
    spoilt.append(whole + b"\0")
    for number, data in enumerate(spoilt):
        file = tmp_path / f"{number}.angrilien-envoi"
        file.write_bytes(data)
        assert live.attempt("usb", "import", str(file)) == 1, number
        said = capsys.readouterr().err
        assert re.search(r"Rien n’a été pris\.", said), (number, said)
        assert not receipt_beside(file).exists()
    assert hub.query("SELECT count(*) FROM change") == before


def test_a_bad_file_keeps_no_good_one_from_being_taken(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, tmp_path: Path
) -> None:
    desk, other = new_desk(), new_desk()
    assert desk.round() is None
    assert other.round() is None
    for one in (desk, other):
        works(one)
    key = tmp_path / "key"
    mine, theirs = write_key(desk, key), write_key(other, key)
    assert mine != theirs, "two laptops on one key keep apart"
    (key / "notes.angrilien-envoi").write_bytes(b"bonjour")
    files = [str(file) for file in sorted(key.glob("*.angrilien-envoi"))]
    assert live.attempt("usb", "import", *files) == 1
    for one in (desk, other):
        assert read_from(one, key).sent > 0
        assert one.round() is None
        assert_sent_once(one, hub)


def test_another_programmes_file_is_refused(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = new_desk()
    assert desk.round() is None
    works(desk)
    file = write_key(desk, tmp_path / "key")
    data = tmp_path / "other"
    assert main(["programme", "new", "--aud", "autre", "--data", str(data)]) == 0
    assert main(["usb", "import", str(file), "--data", str(data)]) == 1
    assert "pour un autre programme" in capsys.readouterr().err
    # The same name, and other keys.
    data = tmp_path / "namesake"
    assert main(["programme", "new", "--aud", live.aud, "--data", str(data)]) == 0
    assert main(["usb", "import", str(file), "--data", str(data)]) == 1
    assert "fermé pour un autre serveur" in capsys.readouterr().err
    file.write_bytes(file.read_bytes().replace(b'"v":1}', b'"v":2}', 1))
    assert live.attempt("usb", "import", str(file)) == 1
    assert "version plus récente" in capsys.readouterr().err


def test_a_receipt_that_is_not_ours_changes_nothing(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of another laptop, changed, cut, of a later version, or no receipt at all."""
    desk, other, key = new_desk(), new_desk(), tmp_path / "key"
    for one in (desk, other):
        assert one.round() is None
        works(one)
    works(desk)
    monkeypatch.setattr(parcels, "PART", 1_500)
    mine, theirs = write_key(desk, key), write_key(other, key)
    import_key(live, mine, theirs)
    before = desk.dump()
    with pytest.raises(ReceiptElsewhere):
        desk.do(usb.read_receipt, receipt_beside(theirs))
    receipt = receipt_beside(mine).read_bytes()
    spoilt = tmp_path / "spoilt"
    for data, error in (
        (b"", NotAReceipt),
        (b"bonjour\n", NotAReceipt),
        (receipt[:60], NotAReceipt),
        (receipt.replace(b'\\"ack\\":', b'\\"ack\\":9'), NotAReceipt),
        (receipt.replace(b'"aud":"essai"', b'"aud":"autre"', 1), NotAReceipt),
        (receipt.replace(b'"v":1}', b'"v":2}', 1), ReceiptNewer),
        (mine.read_bytes(), NotAReceipt),
    ):
        spoilt.write_bytes(data)
        with pytest.raises(error):
            desk.do(usb.read_receipt, spoilt)
    assert desk.dump() == before
    # What is cut in the middle says what it still says, and no more.
    spoilt.write_bytes(receipt[: receipt.rindex(b'{"answer"') + 100])
    desk.do(usb.read_receipt, spoilt)
    assert desk.do(usb.read_receipt, receipt_beside(mine)).problem is None
    assert desk.state.waiting == 0


def test_a_code_that_is_not_taken_comes_home_with_the_receipt(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, proxy: Proxy, tmp_path: Path
) -> None:
    proxy.fault = CUT
    code = hub.code()
    first, second, key = new_desk(code=code), new_desk(code=code), tmp_path / "key"
    for one in (first, second):
        works(one, people=2)
        import_key(live, write_key(one, key))
    assert read_from(first, key).is_registered
    said = read_from(second, key)
    assert isinstance(said.problem, CodeRefused)
    assert not second.state.has_code
    with pytest.raises(NoVenueCode):
        write_key(second, key)
    second.do(registration.set_code, hub.code())
    import_key(live, write_key(second, key))
    assert read_from(second, key).is_registered


def test_photos_go_on_the_key(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, tmp_path: Path
) -> None:
    desk, key = new_desk(), tmp_path / "key"
    assert desk.round() is None
    workshop = works(desk, people=2)
    desk.do(photos.attach_photo, workshop, b"\xff\xd8\xff" + bytes(range(256)) * 200)
    file = write_key(desk, key)
    with file.open("rb") as stream:
        assert max(len(part) for part in parts_of(stream)) < 17_000
    import_key(live, file)
    read_from(desk, key)
    assert desk.state.waiting == 0
    assert desk.do(_photo_states) == {photo_files.HELD}
    assert desk.round() is None
    assert_sent_once(desk, hub)


def _say_last_order(nb: Notebook, number: int) -> None:
    with nb.store.write() as connection:
        marks.put(connection, last_order=number)


def _people(nb: Notebook) -> int:
    with nb.store.read() as connection:
        query = "SELECT count(*) FROM participant WHERE last_name <> ''"
        return int(connection.exec_driver_sql(query).scalar_one())


def _photo_states(nb: Notebook) -> set[str]:
    with nb.store.read() as connection:
        return set(connection.exec_driver_sql("SELECT state FROM photo_copy").scalars())


def test_parts_are_small_and_sealed(new_desk: Callable[..., Desk], tmp_path: Path) -> None:
    """Each at most 6 kB: whoever carries one cannot cut it again."""
    desk = new_desk()
    assert desk.round() is None
    works(desk, people=10)
    works(desk, people=10)
    with write_key(desk, tmp_path / "key").open("rb") as stream:
        sizes = [len(part) for part in parts_of(stream)]
    assert len(sizes) >= 2
    assert max(sizes) <= 6_144


def test_a_full_key_a_read_only_one_and_one_that_is_gone(
    new_desk: Callable[..., Desk], live: LiveServer, tmp_path: Path
) -> None:
    """Each is said in its own words; what was on the key stays, nothing of ours is lost."""
    desk = new_desk()
    assert desk.round() is None
    works(desk)
    with disk(tmp_path / "mounted", "64k") as key:
        former = write_key(desk, key).read_bytes()
        before = desk.dump()
        filler = fill(key)
        with pytest.raises(KeyFull):
            write_key(desk, key)
        assert sorted(path.name for path in key.iterdir()) == [
            desk.do(usb.file_name), filler.name,
        ]  # fmt: skip
        assert (key / desk.do(usb.file_name)).read_bytes() == former
        filler.unlink()
        make_read_only(key)
        with pytest.raises(KeyReadOnly):
            write_key(desk, key)
    gone = tmp_path / "gone"
    gone.mkdir()
    gone.rmdir()
    with pytest.raises(KeyGone):
        desk.do(lambda nb: KeyWriting(nb, gone))
    assert desk.dump() == before
    assert write_key(desk, tmp_path / "other").is_file()


def test_a_key_pulled_out_while_it_is_written(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    hub: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, key = new_desk(), tmp_path / "key"
    assert desk.round() is None
    works(desk)
    monkeypatch.setattr(parcels, "PART", 1_000)
    monkeypatch.setattr(usb, "AT_ONCE", 1)
    key.mkdir()
    writing = desk.do(lambda nb: KeyWriting(nb, key))
    assert not desk.do(writing.step).name
    shutil.rmtree(key)
    with pytest.raises(KeyGone):
        write_on(desk, writing)
    import_key(live, write_key(desk, key))
    assert [path.suffix for path in sorted(key.iterdir())] == [
        ".angrilien-envoi", ".angrilien-recu",
    ]  # fmt: skip
    read_from(desk, key)
    assert desk.state.waiting == 0
    assert_sent_once(desk, hub)


def test_a_read_only_key_at_the_server_is_taken_and_said(
    new_desk: Callable[..., Desk],
    live: LiveServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = new_desk()
    assert desk.round() is None
    works(desk)
    with disk(tmp_path / "mounted", "1m") as key:
        file = write_key(desk, key)
        make_read_only(key)
        assert live.attempt("usb", "import", str(file)) == 1
    said = capsys.readouterr()
    assert "éléments pris" in said.out
    assert "ne peut pas écrire" in said.err
    assert desk.round() is None
