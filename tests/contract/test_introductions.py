"""A laptop says who it is: what proves it, and what does not.

A server that was put back to a backup learns from its own signatures whom it had registered; nobody
else's key or incarnation can be taken over on the way.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from angrilien.domain.ids import venue_id
from angrilien.server import backups
from angrilien.server.blobs import BLOBS
from angrilien.server.database import Database
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.answer import Answer
from angrilien.wire.canonical import sha256
from angrilien.wire.introduction import Introduction
from angrilien.wire.keys import read_certificate
from helpers.laptops import Laptop, Sent, write_workshop
from helpers.lives import fresh_of, vouched
from helpers.servers import ANGRIE, Databases, LocalServer, checked

pytestmark = pytest.mark.postgres


def ask(server: LocalServer, laptop: Laptop, said: Introduction) -> Answer:
    sent = laptop.request("POST", "/v1/incarnations", said.canonical())
    return checked(server.programme, sent, raw(server, sent))


def raw(server: LocalServer, sent: Sent):  # type: ignore[no-untyped-def]
    return server.raw("POST", "/v1/incarnations", content=sent.body, headers=sent.headers)


def registered(server: LocalServer) -> tuple[Laptop, tuple[str, str]]:
    """A registered laptop, and its certificate with its signature."""
    laptop = Laptop(aud=server.keyring.aud)
    answer = server.register(laptop)
    return laptop, (answer.cert, answer.cert_sig)


def put_back(server: LocalServer, before: Path, databases: Databases) -> None:
    """Put the server's database back to what it was."""
    server.close()
    server.database_url = databases.empty_url()
    for path in server.folder.glob("server.db*"):
        path.unlink()
    empty = Database(server.folder, server.database_url)
    backups.restore(before, empty, server.folder / BLOBS, server.keyring, server.clock.now())
    empty.close()
    server.open()


@pytest.fixture
def before(server: LocalServer, tmp_path: Path) -> Path:
    """A backup from before any registration."""
    return backups.make(
        server.database, server.folder / BLOBS, tmp_path / "before", server.clock.now()
    )


def test_a_server_that_forgot_a_registration_knows_the_laptop_by_its_certificate(
    server: LocalServer, before: Path, databases: Databases
) -> None:
    laptop, certificate = registered(server)
    write_workshop(laptop, venue_id(ANGRIE))
    assert server.push(laptop.push()).ack == len(laptop.changes)
    put_back(server, before, databases)
    sent = laptop.push()
    refused = server.raw("POST", "/v1/push", content=sent.body, headers=sent.headers)
    assert (refused.status_code, refused.json()) == (401, {"error": "unknown_key"})
    answer = ask(server, laptop, Introduction(certificates=(certificate,)))
    assert (answer.ack, answer.refused) == (0, "")
    assert (
        read_certificate(answer.cert.encode()).venues
        == read_certificate(certificate[0].encode()).venues
    )
    told = server.push(laptop.push())
    assert (told.ack, told.held) == (len(laptop.changes), 0)


def test_a_chain_of_vouches_is_followed_from_the_first_known_key(server: LocalServer) -> None:
    """Two new incarnations began before there was a connection."""
    first, _ = registered(server)
    second = fresh_of(first)
    third = fresh_of(second)
    said = Introduction(vouches=(vouched(first, second), vouched(second, third)))
    answer = ask(server, third, said)
    assert (answer.refused, answer.inc) == ("", third.inc)
    named = {read_certificate(text.encode()).inc for text, _ in answer.certs}
    assert named == {first.inc, second.inc}
    again = ask(server, third, said)
    assert replace(again, req=answer.req, date=answer.date) == answer


@pytest.mark.parametrize("how", ["another key", "another laptop", "another programme", "no proof"])
def test_what_proves_nothing_makes_nobody_known(server: LocalServer, how: str) -> None:
    mine, _ = registered(server)
    other, _ = registered(server)
    fresh = fresh_of(mine, dev=other.dev if how == "another laptop" else "")
    one = vouched(mine, fresh, by=other.signer if how == "another key" else None)
    if how == "another programme":
        one = vouched(replace(mine, aud="autre"), fresh)
    if how == "no proof":
        one = replace(one, proof=bytes(64))
    assert ask(server, fresh, Introduction(vouches=(one,))).refused == "not_vouched"


def test_a_certificate_that_the_programme_did_not_sign_is_none(
    server: LocalServer, before: Path, databases: Databases
) -> None:
    laptop, (text, _) = registered(server)
    put_back(server, before, databases)
    forged = laptop.signer.header(dsse.DEVICE, text.encode())
    said = Introduction(certificates=((text, forged),))
    assert ask(server, laptop, said).refused == "not_vouched"


def test_another_laptops_certificate_opens_nothing(
    server: LocalServer, before: Path, databases: Databases
) -> None:
    laptop, certificate = registered(server)
    put_back(server, before, databases)
    thief = replace(laptop, signer=Signer.generate())
    sent = thief.request(
        "POST", "/v1/incarnations", Introduction(certificates=(certificate,)).canonical()
    )
    assert raw(server, sent).status_code == 401


def test_a_known_key_or_incarnation_is_never_taken_over(server: LocalServer) -> None:
    mine, _ = registered(server)
    other, _ = registered(server)
    fresh = replace(fresh_of(mine), inc=other.inc)
    assert (
        ask(server, fresh, Introduction(vouches=(vouched(mine, fresh),))).refused == "not_vouched"
    )
    fresh = replace(fresh_of(mine), signer=other.signer)
    assert (
        ask(server, fresh, Introduction(vouches=(vouched(mine, fresh),))).refused == "not_vouched"
    )
    assert server.contact(other).refused == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"v":1}',
        b'{"certs":[],"v":1,"vouches":[]}',
        b'{"certs":[["a"]],"v":1,"vouches":[]}',
        b'{"certs":[["{}","a, b"]],"v":1,"vouches":[]}',
        b'{"certs":[],"v":1,"vouches":[{}]}',
        b'{"certs":[],"v":2,"vouches":[]}',
    ],
)
def test_what_is_no_introduction_is_refused(server: LocalServer, body: bytes) -> None:
    laptop, _ = registered(server)
    assert raw(server, laptop.request("POST", "/v1/incarnations", body)).status_code == 400


def test_the_bodys_digest_is_signed(server: LocalServer) -> None:
    laptop, certificate = registered(server)
    body = Introduction(certificates=(certificate,)).canonical()
    sent = laptop.request("POST", "/v1/incarnations", body, body=sha256(b"other"))
    assert raw(server, sent).status_code in (400, 401)
