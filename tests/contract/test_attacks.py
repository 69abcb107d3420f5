"""What others, or broken machines, may send (A07, A08, A09, F36)."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from angrilien.domain.entities import Attendance, Facilitator, Workshop
from angrilien.domain.ids import venue_id
from angrilien.server.base import table
from angrilien.server.limits import TRIES_BY_ADDRESS, TRY_WINDOW
from angrilien.server.tables import ChangeRow
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import b64
from angrilien.wire.ids import new_id
from angrilien.wire.push import MAX_BODY
from helpers.laptops import START, Laptop, Sent, raw_envelope, write_workshop
from helpers.servers import ANGRIE, LiveServer, LocalServer, checked

pytestmark = pytest.mark.postgres

OTHER = "CAF-03019"
ID = "0" * 16
CHANGES = table(ChangeRow)


def stored(server: LocalServer) -> list[tuple[object, ...]]:
    with server.database.reading() as session:
        rows = session.connection().execute(select(CHANGES).order_by(CHANGES.c.server_seq))
        return [tuple(row) for row in rows]


def held(server: LocalServer) -> dict[int, str | None]:
    with server.database.reading() as session:
        rows = session.connection().execute(select(CHANGES.c.seq, CHANGES.c.held))
        return dict(map(tuple, rows))


def error(server: LocalServer, sent: Sent, status: int) -> str:
    response = server.raw("POST", "/v1/push", content=sent.body, headers=sent.headers)
    assert response.status_code == status, response.text
    return str(response.json()["error"])


# --- A07 ----------------------------------------------------------------------------------------


@pytest.mark.postgres(by_default=False)
def test_a07_a_thousand_replays_change_nothing(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, venue_id(ANGRIE), people=2)
    sent = laptop.push()
    first = server.push(sent)
    before = stored(server)
    header = sent.headers[dsse.HEADER]
    for _ in range(1_000 // len(laptop.changes) + 1):  # each replays every change
        again = server.service.push(sent.body, header, server.service.find_key(header))
        assert b'"ack":%d' % first.ack in again.body
    assert stored(server) == before


def test_a07_the_same_id_with_other_bytes_is_a_fork(server: LocalServer) -> None:
    laptop = server.laptop()
    for name in ("un", "deux", "trois", "quatre"):
        laptop.write(Facilitator(id=laptop.author, name=name))
    server.push(laptop.push())
    before = stored(server)
    # The same machine from a copy of the day before: seq 3 and on are other acts.
    copy = replace(laptop, changes=laptop.changes[:2], own_previous={2: 1}, _last={})
    copy._last[("facilitator", laptop.author)] = (laptop.inc, 2)
    for name in ("cinq", "six", "sept"):
        copy.write(Facilitator(id=laptop.author, name=name))
    answer = server.push(copy.push())
    assert (answer.fork, answer.ack) == (3, 4)
    assert answer.chain == laptop.changes[-1].chain
    assert stored(server) == before
    # A push that starts above the common point is told by the chain it starts from.
    answer = server.push(copy.push(5))
    assert (answer.fork, answer.ack) == (4, 4)
    assert stored(server) == before


def test_a07_any_other_head_is_a_fork(server: LocalServer) -> None:
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    server.push(laptop.push())
    before = stored(server)
    change = laptop.changes[0]
    others: list[dict[str, object]] = [
        {"at": 5}, {"tz": "Indian/Mayotte"}, {"op": "cut"}, {"schema": 2}, {"clock": "jumped"},
        {"hlc": 7}, {"author": new_id()}, {"entity": "alias"}, {"entity_id": new_id()},
        {"base": (new_id(), 1)},
    ]  # fmt: skip
    for changed in others:
        laptop.changes[0] = replace(change, head=replace(change.head, **changed))
        assert server.push(laptop.push()).fork == 1, changed
    assert stored(server) == before


def test_a07_another_devices_signature_is_refused(server: LocalServer) -> None:
    mine, theirs = server.laptop(), server.laptop()
    mine.write(Facilitator(id=mine.author, name="Camille"))
    body = mine.envelope()
    for signer in (theirs.signer, Signer.generate()):
        sent = Sent(body, {dsse.HEADER: signer.header(dsse.PUSH, body)}, mine.sign_push(body).req)
        if signer is theirs.signer:  # a known key, of another device: a signed refusal
            answer = server.push(sent)
            assert (answer.refused, answer.ack) == ("not_yours", 0)
        else:
            assert error(server, sent, 401) == "unknown_key"
    # Their key's id with my signature, and a signature of another payload type.
    lie = f"{theirs.signer.id}, {b64(mine.signer.sign(dsse.PUSH, body))}"
    assert error(server, Sent(body, {dsse.HEADER: lie}, b""), 401) == "bad_signature"
    other_type = mine.signer.header(dsse.REQUEST, body)
    assert error(server, Sent(body, {dsse.HEADER: other_type}, b""), 401) == "bad_signature"
    assert error(server, Sent(body, {}, b""), 400) == "no_signature"
    assert stored(server) == []


def test_a07_another_devices_incarnation_is_refused(server: LocalServer) -> None:
    mine, theirs = server.laptop(), server.laptop()
    mine.write(Facilitator(id=mine.author, name="Camille"))
    for fields in ({"inc": theirs.inc}, {"dev": theirs.dev}, {"inc": new_id()}):
        assert server.push(mine.push(**fields)).refused == "not_yours"
    assert stored(server) == []


def test_a07_one_changed_byte_is_refused(server: LocalServer) -> None:
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    sent = laptop.push()
    for place in range(0, len(sent.body), 17):
        body = bytearray(sent.body)
        body[place] ^= 1
        assert error(server, Sent(bytes(body), sent.headers, b""), 401) == "bad_signature"
    assert stored(server) == []


def test_a07_another_venue_is_held(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(OTHER), people=1, close=False)
    answer = server.push(laptop.push())
    assert answer.ack == len(laptop.changes)
    assert answer.held == len(laptop.changes) - 1
    codes = held(server)
    assert codes.pop(1) is None  # the facilitator belongs to no venue
    assert codes[2] == "venue_not_yours"
    assert set(codes.values()) == {"venue_not_yours", "workshop_unknown"}
    with server.database.reading() as session:
        from angrilien.server.figures import read_figures

        assert read_figures(session, story.workshop.id) is None


def test_a07_a_row_of_another_venue_cannot_be_taken_over(server: LocalServer) -> None:
    theirs, mine = server.laptop(OTHER), server.laptop(ANGRIE)
    story = write_workshop(theirs, venue_id(OTHER), people=1)
    server.push(theirs.push())
    there = story.attendances[0]
    mine.write(replace(story.workshop, venue_id=venue_id(ANGRIE), title="À moi"))
    own = Workshop(
        id=new_id(), venue_id=venue_id(ANGRIE), date="2026-11-25", starts_at=START,
        ends_at=START + 1, tz="Europe/Paris", state="open", title="Le mien",
    )  # fmt: skip
    mine.write(own)
    mine.write(replace(there, state="removed"))
    mine.write(Attendance(id=there.id, workshop_id=own.id, state="present"))
    before = {c.head.seq for c in mine.changes}
    answer = server.push(mine.push())
    assert answer.ack == len(before)
    with server.database.reading() as session:
        rows = session.connection().execute(
            select(CHANGES.c.seq, CHANGES.c.held).where(CHANGES.c.inc == mine.inc)
        )
        codes = dict(map(tuple, rows))
    assert codes == {1: "venue_not_yours", 2: None, 3: "venue_not_yours", 4: "venue_not_yours"}


def test_a07_another_programmes_envelope_is_refused(server: LocalServer) -> None:
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    assert error(server, laptop.push(aud="un-autre"), 400) == "wrong_aud"
    sent = laptop.contact(aud="un-autre")
    response = server.raw("GET", "/v1/contact", headers=sent.headers)
    assert (response.status_code, response.json()) == (401, {"error": "bad_signature"})
    assert stored(server) == []


# --- A08 ----------------------------------------------------------------------------------------


def test_a08_ten_racers_with_one_code(shared_server: LiveServer) -> None:
    code = shared_server.code()
    laptops = [Laptop() for _ in range(10)]
    sents = [laptop.registration(code) for laptop in laptops]
    with (
        httpx.Client(base_url=shared_server.url, timeout=30) as client,
        ThreadPoolExecutor(10) as pool,
    ):

        def send(sent: Sent) -> httpx.Response:
            return client.post("/v1/register", content=sent.body, headers=sent.headers)

        programme = shared_server.programme
        answers = [
            checked(programme, sent, response)
            for sent, response in zip(sents, pool.map(send, sents), strict=True)
        ]
        assert sorted(answer.refused for answer in answers) == ["", *["code_used"] * 9]
        winner = next(i for i, answer in enumerate(answers) if not answer.refused)
        won = answers[winner]
        certificate = programme.check_certificate(won.cert, won.cert_sig)
        assert certificate.key == laptops[winner].signer.public
        # The answer was lost: the winner asks again and has the same certificate.
        sent = laptops[winner].registration(code)
        again = checked(programme, sent, send(sent))
        assert (again.refused, again.cert, again.cert_sig) == ("", won.cert, won.cert_sig)


def test_a08_refusals_are_clear(server: LocalServer) -> None:
    assert server.register(Laptop(), code="2222222222").refused == "code_unknown"
    assert server.register(Laptop(), code="pas un code").refused == "code_unknown"
    used = server.code()
    laptop = Laptop()
    assert server.register(laptop, code=used).refused == ""
    assert server.register(Laptop(), code=used).refused == "code_used"
    old = server.code(days=1)
    server.clock.instant += 86_400_001
    assert server.register(Laptop(), code=old).refused == "code_expired"
    # A code is not spent on a laptop that is known already.
    more = server.code()
    assert server.register(laptop, code=more).refused == ""
    assert server.register(Laptop(signer=laptop.signer), code=more).refused == "device_known"
    assert server.register(Laptop(dev=laptop.dev), code=more).refused == "device_known"
    assert server.register(Laptop(inc=laptop.inc), code=more).refused == "device_known"
    assert server.register(Laptop(), code=more).refused == ""


def test_a08_the_certificate_names_the_venue_from_the_vaults_making(server: LocalServer) -> None:
    laptop = Laptop()
    answer = server.register(laptop, OTHER)
    certificate = server.programme.check_certificate(answer.cert, answer.cert_sig)
    assert certificate.venues == ((venue_id(OTHER), OTHER, START - 1_000),)
    assert (certificate.dev, certificate.inc) == (laptop.dev, laptop.inc)
    assert certificate.since == START - 1_000
    assert (answer.ack, answer.chain) == (0, laptop.chain_at(0))


def test_a08_brute_force_is_stopped_and_let_go_later(server: LocalServer) -> None:
    now = [1_000.0]
    server.service.tries._monotonic = lambda: now[0]
    code = server.code()
    for _ in range(TRIES_BY_ADDRESS):
        assert server.register(Laptop(), code="2222222222").refused == "code_unknown"
    sent = Laptop().registration(code)
    response = server.raw("POST", "/v1/register", content=sent.body, headers=sent.headers)
    assert (response.status_code, response.json()) == (429, {"error": "too_many_tries"})
    assert 0 < int(response.headers["retry-after"]) <= TRY_WINDOW
    now[0] += TRY_WINDOW + 1
    assert server.register(Laptop(), code=code).refused == ""


def test_a_code_is_not_kept(server: LocalServer) -> None:
    code = server.code()
    server.database.close()
    found = b"".join(path.read_bytes() for path in server.folder.rglob("*") if path.is_file())
    assert code.encode() not in found


# --- A09 ----------------------------------------------------------------------------------------


def _bad_lines() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "not JSON", b"\xff\xfe"
    yield "a list", b"[1,2]"
    yield "a number", b"7"
    yield "a depth of 100,000", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    yield "a depth of 9", b'{"a":' * 9 + b"1" + b"}" * 9
    yield "lists in lists", b"[" * 20_000
    yield "NUL", b'{"a":"\\u0000"}'
    yield "a lone surrogate", b'{"a":"\\ud800"}'
    yield "a raw surrogate", b'{"a":"\xed\xa0\x80"}'
    thousand = b",".join(b'"%d":1' % i for i in range(1_000))
    yield "10^6 keys", b"{" + b",".join([thousand] * 1_000) + b"}"
    yield "20,000 keys", b"{" + b",".join(b'"%d":1' % i for i in range(20_000)) + b"}"
    yield "a key twice", b'{"at":1,"at":2}'
    yield "a float", b'{"at":1.5}'
    yield "NaN", b'{"at":NaN}'
    yield "a number of 5,000 digits", b'{"at":' + b"9" * 5_000 + b"}"
    yield "null", b'{"at":null}'
    yield "no fields", b"{}"


BAD_LINES = list(_bad_lines())


@pytest.mark.postgres(by_default=False)
def test_a09_a_malformed_line_is_refused_whole(server: LocalServer) -> None:
    laptop = server.laptop()
    found = {}
    for name, line in BAD_LINES:
        sent = raw_envelope(laptop, line)
        response = server.raw("POST", "/v1/push", content=sent.body, headers=sent.headers)
        found[name] = (response.status_code, response.json()["error"])
    assert found == {name: (400, "bad_envelope") for name, _ in BAD_LINES}
    assert stored(server) == []


def test_a09_a_bad_line_behind_good_ones_leaves_nothing(server: LocalServer) -> None:
    laptop = server.laptop()
    for _ in range(1_200):  # more than one step of storing
        laptop.write(Facilitator(id=laptop.author, name="Camille"))
    plain = gzip.decompress(laptop.envelope())
    broken = plain[: plain.rindex(b'"private"')] + b'"private":7}\n'
    assert error(server, laptop.sign_push(gzip.compress(broken)), 400) == "bad_envelope"
    assert stored(server) == []
    assert server.push(laptop.push()).ack == 1_200


@pytest.mark.postgres(by_default=False)
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
def test_a09_bombs_take_no_memory(shared_server: LiveServer) -> None:
    laptop = Laptop()
    with httpx.Client(base_url=shared_server.url, timeout=60) as client:

        def post(path: str, sent: Sent) -> httpx.Response:
            return client.post(path, content=sent.body, headers=sent.headers)

        sent = laptop.registration(shared_server.code())
        assert checked(shared_server.programme, sent, post("/v1/register", sent)).refused == ""
        bomb = gzip.compress(b"\0" * (64 << 20), 6)
        assert len(bomb) <= MAX_BODY
        many = [b'{"a":"' + b"x" * 200_000 + b'"}'] * 80
        bombs = [
            laptop.sign_push(bomb),
            raw_envelope(laptop, *many),
            *(raw_envelope(laptop, line) for _, line in BAD_LINES),
        ]
        before = _reset_peak(shared_server.pid)
        for sent in bombs:
            assert post("/v1/push", sent).status_code == 400
        # A gigabyte announced, and one that is not: neither is read.
        headers = {dsse.HEADER: laptop.signer.header(dsse.PUSH, b"")}
        assert _endless(shared_server.url, headers) < 64 << 20
        assert _announced(shared_server.port, headers).startswith(b"HTTP/1.1 413 ")
        assert _peak(shared_server.pid) - before <= 32 << 20
        # It still works.
        laptop.write(Facilitator(id=laptop.author, name="Camille"))
        sent = laptop.push()
        assert checked(shared_server.programme, sent, post("/v1/push", sent)).ack == 1


def _announced(port: int, headers: dict[str, str]) -> bytes:
    """Announce a gigabyte, send nothing of it; return what is answered."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            b"POST /v1/push HTTP/1.1\r\nHost: s\r\nContent-Length: 1073741824\r\n"
            + "".join(lines).encode()
            + b"\r\n"
        )
        return connection.recv(4096)


def _endless(url: str, headers: dict[str, str]) -> int:
    """Send a gigabyte in pieces, without saying how much; return how much was taken."""
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(1 << 14):
            yield b"x" * (1 << 16)
            taken += 1 << 16

    with httpx.Client(timeout=60) as client:
        try:
            response = client.post(f"{url}/v1/push", content=pieces(), headers=headers)
        except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
            return taken  # the server closed while we were still writing
        assert response.status_code == 413
    return taken


def _reset_peak(pid: int) -> int:
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _peak(pid)


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) << 10


def test_an_unknown_key_is_refused_before_its_body_is_read(server: LocalServer) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 65_536

    headers = {dsse.HEADER: Signer.generate().header(dsse.PUSH, b"")}
    response = server.raw("POST", "/v1/push", content=body(), headers=headers)
    assert (response.status_code, read) == (401, 0)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/", 404, "no_such_page"), ("GET", "/v1/push", 405, "no_such_method"),
     ("GET", "/openapi.json", 404, "no_such_page"), ("POST", "/v1/push", 400, "no_signature"),
     ("GET", "/v1/contact", 400, "bad_request"), ("POST", "/v1/register", 400, "bad_request")],
)  # fmt: skip
def test_what_is_no_request_of_ours_is_refused(
    server: LocalServer, method: str, path: str, status: int, code: str
) -> None:
    response = server.raw(method, path)
    assert (response.status_code, response.json()) == (status, {"error": code})


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        "0" * 16,
        "0" * 16 + ", ",
        "0" * 16 + ", é",
        "zz, AA",
        "0" * 16 + ", " + "A" * 10_000,
    ],
)
def test_a_malformed_signature_header_is_refused(server: LocalServer, header: str) -> None:
    response = server.raw(
        "POST", "/v1/push", content=b"x", headers=[(b"Angrilien-Signature", header.encode())]
    )
    assert (response.status_code, response.json()) == (400, {"error": "no_signature"})


@pytest.mark.parametrize(
    "fields",
    [{"method": "POST"}, {"path": "/v1/push"}, {"body": b"\1" * 32}],
)
def test_a_statement_over_another_request_is_refused(
    server: LocalServer, fields: dict[str, object]
) -> None:
    sent = server.laptop().contact(**fields)
    response = server.raw("GET", "/v1/contact", headers=sent.headers)
    assert (response.status_code, response.json()) == (401, {"error": "bad_signature"})


def test_a_registration_whose_body_was_changed_is_refused(server: LocalServer) -> None:
    sent = Laptop().registration(server.code())
    body = sent.body.replace(b"0.1.0", b"9.9.9")
    response = server.raw("POST", "/v1/register", content=body, headers=sent.headers)
    assert (response.status_code, response.json()) == (401, {"error": "bad_signature"})
    other = Laptop().registration(server.code())
    response = server.raw("POST", "/v1/register", content=other.body, headers=sent.headers)
    assert (response.status_code, response.json()) == (401, {"error": "unknown_key"})


def test_f36_cut_uploads_are_counted_and_nothing_more(server: LocalServer) -> None:
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    sent = laptop.push()
    header = sent.headers[dsse.HEADER].encode()
    answered: list[int] = []

    async def cut() -> None:
        messages = [{"type": "http.request", "body": sent.body[:40], "more_body": True}]

        async def receive() -> dict[str, object]:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                answered.append(int(str(message["status"])))

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
            "path": "/v1/push", "raw_path": b"/v1/push", "query_string": b"", "scheme": "http",
            "headers": [(dsse.HEADER.lower().encode(), header)],
        }  # fmt: skip
        await server.app(scope, receive, send)

    for _ in range(5):
        asyncio.run(cut())
    assert server.service.cut_uploads == 5
    assert all(status < 500 for status in answered)
    assert stored(server) == []
    assert server.push(sent).ack == 1
