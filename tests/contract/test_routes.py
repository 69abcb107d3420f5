"""Requests other than a push, as others or broken machines make them (A07, A09, A11).

Whatever comes: no status of 500 and above, nothing of another laptop's told, nothing written down.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select

from angrilien.domain.entities import Facilitator
from angrilien.domain.ids import venue_id
from angrilien.server.base import server_registry
from angrilien.server.devices import revoke
from angrilien.server.limits import MAX_STATEMENT
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.answer import MEDIA_TYPE, read_answer
from angrilien.wire.canonical import b64
from angrilien.wire.ids import new_id
from angrilien.wire.request import KEYS_HEADER, REQUEST_HEADER
from helpers.laptops import Laptop, write_workshop
from helpers.servers import LocalServer, checked

DIGEST = b64(b"d" * 32)
ROUTES = {
    "contact": ("GET", "/v1/contact", b""),
    "held": ("GET", "/v1/held", b""),
    "changes": ("GET", "/v1/changes?inc=INC&after=0", b""),
    "blob": ("PUT", f"/v1/blob/{DIGEST}?offset=0&size=9", b"123"),
    "boxes": ("POST", "/v1/boxes", b'{"boxes":["a"],"generation":2,"v":1}'),
}
each = pytest.mark.parametrize("route", ROUTES)


def asked(route: str, laptop: Laptop) -> tuple[str, str, bytes]:
    method, path, body = ROUTES[route]
    return method, path.replace("INC", laptop.inc), body


def everything(server: LocalServer) -> dict[str, list[str]]:
    """Return every row of the server's, but for the instants of contact."""
    with server.database.reading() as session:
        connection = session.connection()
        return {
            one.name: sorted(
                repr([v for k, v in row._mapping.items() if k != "last_contact"])
                for row in connection.execute(select(one))
            )
            for one in server_registry.metadata.sorted_tables
        }


def refused(response: httpx.Response, *statuses: int) -> None:
    """Check that an answer is a small unsigned refusal, and tells nothing else."""
    assert response.status_code in statuses, (response.status_code, response.text)
    assert set(response.json()) == {"error"}
    assert dsse.HEADER not in response.headers


@pytest.fixture
def victim(server: LocalServer) -> Laptop:
    """A laptop that has changes, held ones, and an order."""
    laptop = server.laptop()
    write_workshop(laptop, venue_id("CAF-03019"), people=1)
    server.push(laptop.push())
    revoke(server.database, server.keyring, laptop.dev, server.clock.now())
    return laptop


@each
def test_another_laptop_is_told_nothing(server: LocalServer, victim: Laptop, route: str) -> None:
    method, path, body = asked(route, victim)
    before = everything(server)
    other = server.laptop()
    mine = everything(server)
    for claim in (
        {"dev": victim.dev, "inc": victim.inc},
        {"inc": victim.inc},
        {"dev": victim.dev},
        {"dev": new_id(), "inc": new_id()},
    ):
        sent = other.request(method, path, body, **claim)
        answer = checked(
            server.programme, sent, server.raw(method, path, content=body, headers=sent.headers)
        )
        assert answer.refused == "not_yours"
        assert (answer.ack, answer.order, answer.orders, answer.items) == (0, 0, (), ())
        assert (answer.changes, answer.held, answer.revoked) == ("", 0, False)
    assert everything(server) == mine
    assert before != mine


@each
def test_forged_and_foreign_requests_are_refused(
    server: LocalServer, victim: Laptop, route: str
) -> None:
    method, path, body = asked(route, victim)
    before = everything(server)
    good = victim.request(method, path, body).headers
    nobody = Signer.generate()
    dev, inc, nonce = good[REQUEST_HEADER].split(" ")
    fresh = b64(bytes(16))
    for changed, status in (
        ({dsse.HEADER: nobody.header(dsse.REQUEST, b"")}, 401),
        ({dsse.HEADER: f"{victim.signer.id}, {b64(bytes(64))}"}, 401),
        ({dsse.HEADER: "x"}, 400),
        ({REQUEST_HEADER: f"{dev} {inc} {fresh}"}, 401),  # another nonce than the one signed
        ({REQUEST_HEADER: f"{inc} {dev} {nonce}"}, 401),
        ({REQUEST_HEADER: good[REQUEST_HEADER] + "A"}, 400),
    ):
        headers = good | changed
        refused(server.raw(method, path, content=body, headers=headers), status)
    for field, value in (("aud", "un-autre"), ("method", "DELETE"), ("path", "/v1/push")):
        headers = victim.request(method, path, body, **{field: value}).headers
        refused(server.raw(method, path, content=body, headers=headers), 401)
    pushed = victim.sign_push(body).headers[dsse.HEADER]  # a signature of another payload type
    refused(server.raw(method, path, content=body, headers=good | {dsse.HEADER: pushed}), 401)
    for missing in (REQUEST_HEADER, dsse.HEADER):
        headers = {name: value for name, value in good.items() if name != missing}
        refused(server.raw(method, path, content=body, headers=headers), 400)
    for other in (path + "&x=1" if "?" in path else path + "?x=1", path.replace("v1", "v2")):
        refused(server.raw(method, other, content=body, headers=good), 401, 404)
    assert everything(server) == before


@pytest.mark.parametrize(
    "text",
    ["", " ", "  ", "a b", "a b c", "DEV INC", "DEV  NONCE", "DEV INC NONCE NONCE", "DEV INC NON",
     "DEV\tINC\tNONCE", "DEV INC NONCE ", "NONCE INC DEV", "D" * 3_000],
)  # fmt: skip
def test_a_malformed_header_is_refused(server: LocalServer, text: str) -> None:
    laptop = server.laptop()
    good = laptop.contact().headers
    dev, inc, nonce = good[REQUEST_HEADER].split(" ")
    said = text.replace("DEV", dev).replace("INC", inc).replace("NONCE", nonce)
    assert len(text) < 1_000 or len(said) > MAX_STATEMENT
    refused(server.raw("GET", "/v1/contact", headers=good | {REQUEST_HEADER: said}), 400)


@each
def test_replays_change_nothing(server: LocalServer, victim: Laptop, route: str) -> None:
    method, path, body = asked(route, victim)
    sent = victim.request(method, path, body)
    first = server.raw(method, path, content=body, headers=sent.headers)
    assert first.status_code == 200
    before = everything(server)
    for _ in range(20):
        again = server.raw(method, path, content=body, headers=sent.headers)
        assert (again.status_code, again.content) == (200, first.content)
    assert everything(server) == before


@pytest.mark.parametrize("route", ["contact", "held", "changes"])
def test_a_question_has_no_body(server: LocalServer, victim: Laptop, route: str) -> None:
    method, path, _ = asked(route, victim)
    sent = victim.request(method, path, b"x")
    refused(server.raw(method, path, content=b"x", headers=sent.headers), 413)
    large = server.raw(
        method, path, content=b"x", headers=sent.headers | {"Content-Length": "9" * 30}
    )
    refused(large, 413)


@pytest.mark.parametrize("told", ["", "x", "-1", "1.5", "9" * 40, "²"])
def test_a_strange_number_of_keys_is_the_first(server: LocalServer, told: str) -> None:
    laptop = server.laptop()
    sent = laptop.contact()
    headers = [(name.encode(), value.encode()) for name, value in sent.headers.items()]
    headers.append((KEYS_HEADER.encode(), told.encode()))
    response = server.raw("GET", "/v1/contact", headers=headers)  # type: ignore[arg-type]
    assert checked(server.programme, sent, response).keys == ""


# --- A11: generated -----------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=40)
NUMBERS = st.one_of(
    st.integers(-3, 9), st.sampled_from([2**31, 2**53, 2**63, 2**64, 10**400]), TEXTS
)
PATHS = st.one_of(
    st.sampled_from([path for _, path, _ in ROUTES.values()]),
    st.sampled_from(["/v1/incarnations", "/v1/register", "/v1/push"]),
    st.builds(lambda inc, after: f"/v1/changes?inc={quote(str(inc))}&after={quote(str(after))}",
              st.one_of(TEXTS, st.just("INC")), NUMBERS),
    st.builds(lambda digest, offset, size:
              f"/v1/blob/{quote(digest)}?offset={quote(str(offset))}&size={quote(str(size))}",
              st.one_of(st.just(DIGEST), TEXTS), NUMBERS, NUMBERS),
    st.builds(lambda rest: f"/v1/{quote(rest)}", TEXTS),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(TEXTS, some, max_size=3),
    max_leaves=8,
)
BODIES = st.one_of(
    st.binary(max_size=60),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {"v": st.just(1), "boxes": JSON, "generation": NUMBERS}
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({"v": st.just(1), "certs": JSON, "vouches": JSON}).map(
        lambda value: json.dumps(value).encode()
    ),
)  # fmt: skip
METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD"])


def _check(server: LocalServer, response: httpx.Response, method: str) -> None:
    assert response.status_code < 500, response.text
    if response.headers.get("content-type") == MEDIA_TYPE:
        assert response.status_code == 200
        header = response.headers[dsse.HEADER]
        server.programme.check_signed(dsse.ANSWER, response.content, header)
        read_answer(response.content)
    elif response.status_code != 304 and method != "HEAD":
        refused(response, 400, 401, 404, 405, 413)


def _fuzz(server: LocalServer, examples: int, number: int) -> None:
    """Make signed requests of anything; all that is kept, but the instants of contact, stays."""
    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    server.push(laptop.push())
    before = everything(server)
    del before["device"]
    statuses: set[int] = set()

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None)
    @given(method=METHODS, path=PATHS, body=BODIES, tag=TEXTS, told=TEXTS)
    def ask(method: str, path: str, body: bytes, tag: str, told: str) -> None:
        path = path.replace("INC", laptop.inc)
        sent = laptop.request(method, path, body)
        for extra in ({}, {REQUEST_HEADER: told}):
            headers = [
                (name.encode(), value.encode())
                for name, value in (sent.headers | extra | {"If-None-Match": tag}).items()
            ]
            response = server.raw(method, path, content=body, headers=headers)  # type: ignore[arg-type]
            _check(server, response, method)
            statuses.add(response.status_code)
        after = everything(server)
        del after["device"]
        assert after == before

    ask()
    assert statuses >= {200, 400, 404, 405}


def test_a11_anything_signed(server: LocalServer) -> None:
    _fuzz(server, 60, 0)


@pytest.mark.long
@pytest.mark.parametrize("part", range(1, 26))
def test_a11_anything_signed_5000_times(server: LocalServer, part: int) -> None:
    _fuzz(server, 200, part)
