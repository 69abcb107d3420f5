"""The programme's signing key is replaced while laptops are away.

Must show: laptops take the newer list of keys under the root, and nothing stops being sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.errors import NotOurServer
from angrilien.server.keyring import KEYRING, PROGRAMME, ROOT
from angrilien.services import closing, opening, registration
from angrilien.services.attendance import everyone_present
from angrilien.services.notebook import Notebook
from angrilien.store import marks, sheets
from angrilien.vault.programme import Programme, load_programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import b64, unb64
from angrilien.wire.keys import ListedKey
from helpers.notebooks import PHRASE, add_people, make_workshop
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import Databases, LiveServer


@pytest.fixture
def live(tmp_path: Path, databases: Databases) -> Iterator[LiveServer]:
    """A server of its own: its keys are replaced."""
    with LiveServer(tmp_path / "mortal", database_url=databases.url()) as server:
        yield server


@pytest.fixture
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


def replace_keys(live: LiveServer, *, root: Signer | None = None) -> None:
    """Give the server a new signing key, the old one being withdrawn, and a list number 2."""
    folder = live.data
    old = load_programme(folder / PROGRAMME)
    root = root or Signer(unb64((folder / ROOT).read_text(encoding="utf-8").strip(), 32))
    signer = Signer.generate()
    first = old.keys.keys[0]
    new = ListedKey(public=signer.public, use="sign", since=first.since, until=first.until)
    kept = [replace(key, withdrawn=key.use == "sign") for key in old.keys.keys]
    keys = replace(old.keys, number=2, keys=(*kept, new))
    payload = keys.canonical()
    programme = replace(
        old,
        root=root.public,
        keys=keys,
        keys_text=payload.decode("utf-8"),
        keys_signature=root.header(dsse.KEYS, payload),
    )
    secret = json.loads((folder / KEYRING).read_text(encoding="utf-8"))
    (folder / KEYRING).write_text(
        json.dumps({**secret, "sign": b64(signer.seed)}), encoding="utf-8"
    )
    (folder / PROGRAMME).write_text(programme.to_json(), encoding="utf-8")
    live.restart()


def close_a_sheet(nb: Notebook) -> str:
    workshop = make_workshop(nb)
    add_people(nb, workshop, 2)
    everyone_present(nb, workshop)
    closing.close(nb, workshop, [[(0, 0), (5, 5)]], 10, 10)
    with nb.store.read() as connection:
        sealed = sheets.of_workshop(connection, workshop)
    assert sealed is not None
    return sealed.id


def forget_certificate(nb: Notebook, code: str) -> None:
    """Put the laptop back to before the answer to its registration."""
    with nb.store.write() as connection:
        marks.put(connection, cert="", cert_sig="", venue_code=code)
    nb.venues_changed()


def receipt_of(nb: Notebook, sheet: str) -> int | None:
    with nb.store.read() as connection:
        return sheets.receipt_date(connection, sheet)


def known_list(programme: Programme) -> int:
    return programme.keys.number


def test_laptops_take_the_newer_list_of_keys(
    new_desk: Callable[..., Desk], live: LiveServer, hub: Hub, proxy: Proxy
) -> None:
    """One that sends, one that registers, and one that lost the answer to its registration."""
    sends, registers, lost = new_desk(), new_desk(), new_desk()
    assert sends.round() is None
    assert lost.round() is None
    before = live.programme
    replace_keys(live)

    sheet = sends.do(close_a_sheet)
    assert sends.round() is None
    assert_sent_once(sends, hub)
    assert known_list(sends.notebook.programme) == 2
    assert sends.do(receipt_of, sheet) is not None

    assert registers.round() is None
    assert registers.do(registration.has_venue)
    assert_sent_once(registers, hub)

    lost.do(forget_certificate, hub.code())
    assert lost.round() is None
    assert lost.do(registration.has_venue)

    folder = sends.notebook.folder
    sends.close()
    again = opening.open_notebook(folder, PHRASE, replace(before, server=proxy.url))
    assert known_list(again.programme) == 2
    again.close()


def test_a_list_that_the_root_did_not_sign_is_no_list(
    new_desk: Callable[..., Desk], live: LiveServer
) -> None:
    desk = new_desk()
    assert desk.round() is None
    replace_keys(live, root=Signer.generate())
    desk.do(make_workshop)
    waiting = desk.state.waiting
    assert type(desk.round()) is NotOurServer
    assert desk.state.waiting == waiting
    assert known_list(desk.notebook.programme) == 1
