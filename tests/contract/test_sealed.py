"""Parts and files that come without a connection of their own, as others may make them (A07, A09).

A laptop made of `wire` alone seals its requests; whatever else comes changes nothing.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from angrilien.domain.ids import venue_id
from angrilien.server.access import new_key
from angrilien.server.devices import revoke
from angrilien.server.tables import ChangeRow
from angrilien.vault.sealing import box_of, seal
from angrilien.wire import dsse
from angrilien.wire.answer import Answer, read_answer
from angrilien.wire.canonical import b64, sha256
from angrilien.wire.request import REQUEST_HEADER
from angrilien.wire.sealed import FileHead, Sealable, SendingFile, read_receipt
from helpers.laptops import Laptop, Sent, write_workshop
from helpers.races import RACERS, race
from helpers.servers import ANGRIE, LiveServer, LocalServer, checked

VENUE = venue_id(ANGRIE)


def sealable(path: str, sent: Sent) -> Sealable:
    return Sealable(
        path=path,
        signature=sent.headers[dsse.HEADER],
        said=sent.headers.get(REQUEST_HEADER, ""),
        body=sent.body,
    )


def sealed(server: LocalServer, said: Sealable | bytes) -> bytes:
    """Seal a request to a server, as a laptop does that knows its list of keys only."""
    box = box_of(server.programme.keys, server.clock.now())
    assert box is not None
    return seal(box.public, said if isinstance(said, bytes) else said.to_bytes())


def bring(server: LocalServer, part: bytes) -> Answer:
    """Deliver a part, and check the answer as the sender does: by the part's digest alone."""
    response = server.raw("POST", "/v1/sealed", content=part)
    return checked(server.programme, Sent(part, {}, sha256(part)), response)


def file_of(server: LocalServer, *parts: bytes, aud: str = "", box: str = "") -> bytes:
    stream = io.BytesIO()
    file = SendingFile(
        stream,
        FileHead(aud=aud or server.programme.aud, box=box or server.keyring.box_id),
    )
    for part in parts:
        file.add(part)
    file.end()
    return stream.getvalue()


def stored(server: LocalServer) -> int:
    with server.database.reading() as session:
        return session.exec(select(func.count()).select_from(ChangeRow)).one()


@pytest.mark.postgres
def test_a_part_counts_as_the_push_that_it_holds(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, VENUE, people=2)
    part = sealed(server, sealable("/v1/push", laptop.push()))
    answer = bring(server, part)
    count = len(laptop.changes)
    assert (answer.ack, answer.chain, answer.held) == (count, laptop.chain_at(count), 0)
    assert len(answer.receipts) == 1
    assert stored(server) == count
    again = server.push(laptop.push())
    assert (again.ack, stored(server)) == (count, count)
    assert bring(server, part).ack == count
    assert bring(server, sealed(server, sealable("/v1/push", laptop.push(3, 9)))).ack == count
    assert stored(server) == count


@pytest.mark.postgres
def test_both_roads_at_the_same_moment(shared_server: LiveServer) -> None:
    """F05, F31: eight at once, by the network and sealed: one row each, all answers alike."""
    with httpx.Client(base_url=shared_server.url, timeout=60) as client:
        laptop = Laptop(aud=shared_server.aud)
        asked = laptop.registration(shared_server.code())
        client.post("/v1/register", content=asked.body, headers=asked.headers)
        write_workshop(laptop, VENUE, people=2)
        push = laptop.push()
        box = box_of(shared_server.programme.keys, laptop.now)
        assert box is not None
        part = seal(box.public, sealable("/v1/push", push).to_bytes())
        turns = itertools.count()

        def send() -> Answer:
            if next(turns) % 2:
                response = client.post("/v1/push", content=push.body, headers=push.headers)
                return checked(shared_server.programme, push, response)
            response = client.post("/v1/sealed", content=part)
            return checked(shared_server.programme, Sent(part, {}, sha256(part)), response)

        answers = race(RACERS, send)
    count = len(laptop.changes)
    assert [one.ack for one in answers] == [count] * RACERS
    assert {one.chain for one in answers} == {laptop.chain_at(count)}
    database = shared_server.open()
    try:
        with database.reading() as session:
            query = select(func.count()).select_from(ChangeRow).where(ChangeRow.inc == laptop.inc)
            assert session.exec(query).one() == count
    finally:
        database.close()


def test_registration_boxes_and_photos_go_the_same_way(server: LocalServer) -> None:
    laptop = Laptop(aud=server.programme.aud)
    asked = sealable("/v1/register", laptop.registration(server.code()))
    answer = bring(server, sealed(server, asked))
    assert answer.cert
    assert bring(server, sealed(server, asked)).cert == answer.cert
    boxes = laptop.request("POST", "/v1/boxes", b'{"boxes":[],"generation":1,"v":1}')
    assert bring(server, sealed(server, sealable("/v1/boxes", boxes))).refused == ""
    path = f"/v1/blob/{b64(b'd' * 32)}?offset=0&size=3"
    piece = sealable(path, laptop.request("PUT", path, b"123"))
    assert bring(server, sealed(server, piece)).refused == "blob_unknown"


def test_a_revoked_laptops_part_is_stored_and_held(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, VENUE, people=1)
    revoke(server.database, server.keyring, laptop.dev, server.clock.now())
    answer = bring(server, sealed(server, sealable("/v1/push", laptop.push())))
    assert answer.revoked
    assert answer.held == answer.ack == len(laptop.changes)


def test_a_contact_brings_the_orders_that_are_lacking(server: LocalServer) -> None:
    laptop = server.laptop()
    asked = sealable("/v1/contact", laptop.contact())
    assert bring(server, sealed(server, asked)).orders == ()
    revoke(server.database, server.keyring, laptop.dev, server.clock.now())
    answer = bring(server, sealed(server, asked))
    assert [len(answer.orders), answer.order, answer.revoked] == [1, 1, True]
    assert bring(server, sealed(server, replace(asked, tag="1"))).orders == ()


def test_what_proves_nothing_is_refused_and_changes_nothing(server: LocalServer) -> None:
    laptop, stranger = server.laptop(), Laptop(aud=server.programme.aud)
    foreigner = Laptop(aud="autre", signer=laptop.signer, dev=laptop.dev, inc=laptop.inc)
    for one in (laptop, stranger, foreigner):
        write_workshop(one, VENUE, people=1)
    good = sealable("/v1/push", laptop.push())
    spoilt = bytearray(sealed(server, good))
    spoilt[60] ^= 1
    held = sealable("/v1/held", laptop.request("GET", "/v1/held"))
    contact = sealable("/v1/contact", replace(laptop.contact(), body=b"x"))
    other = Sealable(path="/v1/push", signature=good.signature, body=laptop.envelope(1, 2))
    said = laptop.request("POST", "/v1/boxes", b'{"boxes":[],"generation":1,"v":1}')
    elsewhere = sealable("/v1/incarnations", said)
    for part, status, code in (
        (b"", 400, "bad_part"),
        (b"x" * 5_000, 400, "bad_part"),
        (bytes(spoilt), 400, "bad_part"),
        (good.to_bytes(), 400, "bad_part"),
        (sealed(server, b"{}\n"), 400, "bad_part"),
        (sealed(server, b'{"keys":0,"path":"/v1/push","sig":"a"}\n'), 400, "bad_part"),
        (sealed(server, held), 400, "bad_part"),
        (sealed(server, contact), 413, "too_large"),
        (sealed(server, elsewhere), 400, "bad_request"),
        (sealed(server, sealable("/v1/push", stranger.push())), 401, "unknown_key"),
        (sealed(server, other), 401, "bad_signature"),
        (sealed(server, sealable("/v1/push", foreigner.push())), 400, "wrong_aud"),
        (b"x" * (256 * 1024 + 1), 413, "too_large"),
    ):
        response = server.raw("POST", "/v1/sealed", content=part)
        assert (response.status_code, response.json()) == (status, {"error": code})
    assert stored(server) == 0


@seed(7)
@settings(max_examples=60, deadline=None)
@given(
    inside=st.binary(max_size=200),
    head=st.sampled_from([b"", b'{"keys":1,"path":"/v1/push","sig":"', b"\0"]),
)
def test_any_bytes_in_a_seal(shared: LocalServer, inside: bytes, head: bytes) -> None:
    response = shared.raw("POST", "/v1/sealed", content=sealed(shared, head + inside))
    assert response.status_code == 400
    assert set(response.json()) == {"error"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    local = LocalServer(tmp_path_factory.mktemp("shared") / "server")
    yield local
    local.close()


@pytest.fixture
def carry(server: LocalServer) -> Callable[..., httpx.Response]:
    """Send a file as a technician's tool does."""
    key = new_key(server.database, server.keyring, "Bureau", days=9, now=server.clock.now())

    def send(data: bytes, shown: str = key) -> httpx.Response:
        headers = {"Authorization": f"Bearer {shown}"}
        return server.raw("POST", "/v1/usb", content=data, headers=headers)

    return send


def test_a_technicians_key_takes_a_file(
    server: LocalServer, carry: Callable[..., httpx.Response]
) -> None:
    laptop = server.laptop()
    write_workshop(laptop, VENUE, people=2)
    parts = [
        sealed(server, sealable("/v1/push", laptop.push(1, 3))),
        sealed(server, sealable("/v1/push", laptop.push(4, 5))),
        b"x" * 100,
        sealed(server, sealable("/v1/push", laptop.push(6))),
        sealed(server, sealable("/v1/contact", laptop.contact())),
    ]
    response = carry(file_of(server, *parts))
    assert response.status_code == 200
    assert response.headers["Angrilien-New"] == str(len(laptop.changes))
    aud, lines = read_receipt(response.content)
    assert aud == server.programme.aud
    answers = [read_answer(line.text) for line in lines]
    # The part in between kept nobody from being taken. The one with the sheet's receipt, the
    # contact's, and of the others the last one: it says all.
    assert [one.req for one in answers] == [sha256(parts[3]), sha256(parts[4]), sha256(parts[1])]
    assert answers[0].ack == len(laptop.changes)
    for line in lines:
        server.programme.check_signed(dsse.ANSWER, line.text, line.signature)
    assert carry(file_of(server, *parts)).headers["Angrilien-New"] == "0"


def test_nobody_else_takes_one_and_a_bad_one_is_named(
    server: LocalServer, carry: Callable[..., httpx.Response]
) -> None:
    laptop = server.laptop()
    write_workshop(laptop, VENUE, people=1)
    part = sealed(server, sealable("/v1/push", laptop.push()))
    good = file_of(server, part)
    assert carry(good, "angk_" + "0" * 40).status_code == 401
    assert server.raw("POST", "/v1/usb", content=good).json() == {"error": "unknown_access_key"}
    newer = good.replace(b'"v":1}', b'"v":9}', 1)
    for data, code in (
        (b"", "not_a_sending"),
        (good[:-1], "sending_damaged"),
        (good + b"\n", "sending_damaged"),
        (newer, "newer_sending"),
        (file_of(server, part, aud="autre"), "wrong_aud"),
        (file_of(server, part, box="0" * 16), "other_box"),
    ):
        response = carry(data)
        assert (response.status_code, response.json()) == (400, {"error": code})
    assert stored(server) == 0
