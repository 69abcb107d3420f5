"""F15: a captive portal's 200 HTML was taken for a success.

Must show: 200 HTML, 302, 511, 204, truncated JSON, unsigned answer: no state change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from angrilien.errors import KnownError, NoConnection, NotOurServer, Refused
from angrilien.server.keyring import make_keyring
from angrilien.services import attendance
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.answer import MEDIA_TYPE, Answer, read_answer
from angrilien.wire.canonical import sha256
from angrilien.wire.change import genesis
from angrilien.wire.ids import new_id
from helpers.notebooks import NOON, add_people, make_workshop
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub, assert_sent_once

PORTAL = b"<!doctype html><title>Bienvenue</title><p>Acceptez pour continuer.</p>"


def http(status: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def signature_of(answer: bytes) -> str:
    head = answer.partition(b"\r\n\r\n")[0].decode()
    fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
    return fields[dsse.HEADER.lower()]


def signed(body: bytes, signature: str, kind: str = MEDIA_TYPE, status: str = "200 OK") -> bytes:
    return http(status, body, Content_Type=kind, **{dsse.HEADER: signature})


PAGES = {
    "200 HTML": http("200 OK", PORTAL, Content_Type="text/html"),
    "200 HTML said to be an answer": http("200 OK", PORTAL, Content_Type=MEDIA_TYPE),
    "200 and nothing": http("200 OK"),
    "302": http("302 Found", PORTAL, Location="http://127.0.0.1:9/login"),
    "511": http("511 Network Authentication Required", PORTAL, Content_Type="text/html"),
    "204": http("204 No Content"),
    "304": http("304 Not Modified"),
    "404 of a proxy": http("404 Not Found", PORTAL, Content_Type="text/html"),
    "502": http("502 Bad Gateway", PORTAL, Retry_After="30"),
    "403 of a filter": http("403 Forbidden", PORTAL, Content_Type="text/html"),
    "400 of another programme": http("400 Bad Request", b'{"error":"wrong_aud"}'),
    "401": http("401 Unauthorized", b'{"error":"unknown_key"}', Content_Type="application/json"),
}
"""Answers of somebody who stands in the way: the server is not asked."""


def truncated(answer: bytes) -> bytes:
    return signed(body_of(answer)[:-20], signature_of(answer))


def unsigned(answer: bytes) -> bytes:
    return http("200 OK", body_of(answer), Content_Type=MEDIA_TYPE)


def altered(answer: bytes) -> bytes:
    """A digit of the acknowledgement is another one."""
    body = body_of(answer)
    place = body.index(b'"ack":') + 6
    other = b"1" if body[place : place + 1] != b"1" else b"2"
    return signed(body[:place] + other + body[place + 1 :], signature_of(answer))


def as_json(answer: bytes) -> bytes:
    return signed(body_of(answer), signature_of(answer), kind="application/json")


def in_a_204(answer: bytes) -> bytes:
    return signed(b"", signature_of(answer), status="204 No Content")


CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "truncated JSON": truncated,
    "unsigned": unsigned,
    "one digit altered": altered,
    "another media type": as_json,
    "204 with a signature": in_a_204,
}
"""The server's own answers, damaged on the way: it holds the changes, and nobody may believe it."""


def by_another_programme(_hub: Hub, answer: Answer) -> bytes:
    keyring, _root = make_keyring("essai", "http://127.0.0.1:9", NOON)
    other = replace(answer, key=keyring.signer.id).canonical()
    return signed(other, keyring.signer.header(dsse.ANSWER, other))


def by_nobody_known(_hub: Hub, answer: Answer) -> bytes:
    """It claims the programme's key, and signs with one of its own."""
    body = answer.canonical()
    _, signature = dsse.read_header(Signer.generate().header(dsse.ANSWER, body))
    return signed(body, dsse.write_header(answer.key, signature))


def told(hub: Hub, answer: Answer, kind: str = dsse.ANSWER) -> bytes:
    """What the programme's own key says."""
    body = answer.canonical()
    return signed(body, hub.keyring.signer.header(kind, body))


def refusal(hub: Hub, answer: Answer) -> bytes:
    """The programme's own "not yours", which knows of no change."""
    rows = hub.query(
        "SELECT k.public FROM device_key k JOIN incarnation i ON i.key_id = k.id WHERE i.id = ?",
        answer.inc,
    )
    chain = genesis(answer.inc, rows[0][0])
    return told(hub, replace(answer, ack=0, chain=chain, refused="not_yours"))


FORGED: dict[str, Callable[[Hub, Answer], bytes]] = {
    "of another programme": by_another_programme,
    "by a key of nobody's": by_nobody_known,
    "for another programme": lambda hub, a: told(hub, replace(a, aud="autre")),
    "to another request": lambda hub, a: told(hub, replace(a, req=sha256(b"another"))),
    "about another laptop": lambda hub, a: told(hub, replace(a, inc=new_id())),
    "another kind of signature": lambda hub, a: told(hub, a, dsse.RECEIPT),
    "a refusal": refusal,
    "a key that did not sign": lambda hub, a: told(hub, replace(a, key="0" * 16)),
}
"""Whole answers that say something else, signed by others or by the programme itself.

One that the programme signed to this very request, and that speaks of another log than ours, is no
lie: a new incarnation begins (`test_f01_put_back.py`).
"""


class Waiting:
    """A registered laptop that has sent a workshop; each act leaves something more to send."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._workshop = desk.do(make_workshop)
        desk.do(add_people, self._workshop, 1)
        assert desk.round() is None
        self._line = desk.do(attendance.roster, self._workshop).rows[0].attendance_id

    def act(self) -> Desk:
        self.desk.do(attendance.toggle, self._workshop, self._line)
        return self.desk


@pytest.fixture
def waiting(new_desk: Callable[..., Desk]) -> Waiting:
    return Waiting(new_desk())


def check_nothing_believed(desk: Desk, hub: Hub, proxy: Proxy, fault: Fault) -> KnownError:
    """Try to send; nothing but "the last try failed" is written. Then the road is clear again."""
    before = desk.dump(without=("last_try_failed",))
    assert desk.state.waiting == 1
    proxy.fault = fault
    problem = desk.next_try()
    assert problem is not None
    assert desk.dump(without=("last_try_failed",)) == before
    assert desk.state.last_try_failed
    assert desk.state.waiting == 1
    assert problem.text().endswith(".")
    assert type(problem).sentence != KnownError.sentence
    proxy.fault = CLEAR
    assert desk.next_try() is None
    assert_sent_once(desk, hub)
    return problem


def test_somebody_in_the_way(
    waiting: Waiting, hub: Hub, proxy: Proxy, subtests: pytest.Subtests
) -> None:
    """F15: pages of a portal or a proxy: no state change."""
    for name, page in PAGES.items():
        with subtests.test(name):
            problem = check_nothing_believed(waiting.act(), hub, proxy, Fault(instead=page))
            wanted = {"502": NoConnection, "401": Refused}.get(name[:3], NotOurServer)
            assert type(problem) is wanted


def test_damaged_on_the_way(
    waiting: Waiting, hub: Hub, proxy: Proxy, subtests: pytest.Subtests
) -> None:
    """F15: truncated JSON, unsigned answer, and others that the server never sent like that."""
    for name, damage in CHANGED.items():
        with subtests.test(name):
            problem = check_nothing_believed(waiting.act(), hub, proxy, Fault(change=damage))
            assert type(problem) is NotOurServer


def test_whole_but_not_for_us(
    waiting: Waiting, hub: Hub, proxy: Proxy, subtests: pytest.Subtests
) -> None:
    """F15: an answer counts only if the programme signed it, to this request, about our log."""
    for name, forge in FORGED.items():

        def change(answer: bytes, forge: Callable[[Hub, Answer], bytes] = forge) -> bytes:
            return forge(hub, read_answer(body_of(answer)))

        with subtests.test(name):
            problem = check_nothing_believed(waiting.act(), hub, proxy, Fault(change=change))
            assert type(problem) in (NotOurServer, Refused)


def test_an_answer_to_an_earlier_request(waiting: Waiting, hub: Hub, proxy: Proxy) -> None:
    """F15: the last good answer, given again, acknowledges nothing more."""
    earlier = proxy.pushes()[-1].answer
    problem = check_nothing_believed(waiting.act(), hub, proxy, Fault(instead=earlier))
    assert type(problem) is NotOurServer


def test_a_portal_before_registration(
    new_desk: Callable[..., Desk], hub: Hub, proxy: Proxy
) -> None:
    """F15: a code typed in a hotel is not used up by the hotel's page."""
    desk = new_desk()
    desk.do(make_workshop)
    before = desk.dump(without=("last_try_failed",))
    for page in PAGES.values():
        proxy.fault = Fault(instead=page)
        assert desk.round() is not None
    assert desk.dump(without=("last_try_failed",)) == before
    proxy.fault = CLEAR
    assert desk.round() is None
    assert_sent_once(desk, hub)
