"""Whom the laptop takes for the programme's server: real TLS over loopback, a private authority."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from angrilien.errors import KnownError, NoConnection, NotOurServer
from angrilien.services import attempts
from angrilien.sync.client import Client, Outcome, Server
from angrilien.sync.jobs import PUSH, Job
from angrilien.sync.trust import (
    AuthorityUnknown,
    CertificateElsewhere,
    CertificateOutOfDate,
    distrust,
)
from angrilien.ui.widgets.sending_help import attempt_words
from helpers.proxy import Fault
from helpers.tls import DAY, Authority, SafeRoad

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere no file says whom the system trusts"
)

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nAllez"
A_PUSH = Job(
    kind=PUSH, method="POST", path="/v1/push", body=b"x" * 900, headers={}, req=b"", first=1, last=5
)


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority that this system trusts, and the only one."""
    made = Authority(tmp_path / "ours")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nothing"))
    return made


@pytest.fixture
def road(ours: Authority) -> Iterator[SafeRoad]:
    """It answers by itself: what it says is nobody's answer, and proves that TLS was agreed on."""
    with SafeRoad("http://127.0.0.1:9", ours.issue("localhost")) as made:
        made.fault = Fault(instead=PAGE)
        yield made


@pytest.fixture
def push(road: SafeRoad) -> Iterator[Callable[..., Outcome]]:
    client = Client(connect=2.0, stall=1.0, total=3.0)

    def exchange(address: str = "") -> Outcome:
        server = Server(address=address or road.url, aud="essai", check=_refuse, renew=_refuse)
        return client.exchange(server, A_PUSH)

    yield exchange
    client.close()


def _refuse(*_args: object) -> str:
    raise NotOurServer


def word(outcome: Outcome) -> str:
    return attempts.of(A_PUSH, outcome, at=0, milliseconds=0).outcome


def test_a_server_of_a_trusted_authority_is_heard(
    push: Callable[..., Outcome], road: SafeRoad
) -> None:
    outcome = push()
    assert isinstance(outcome.problem, NotOurServer)  # the page: TLS let it through
    assert outcome.status == 200
    assert [one.path for one in road.exchanges] == ["/v1/push"]


def test_an_address_of_numbers_is_checked_as_a_name_is(
    push: Callable[..., Outcome], road: SafeRoad, ours: Authority
) -> None:
    address = road.url.replace("localhost", "127.0.0.1")
    assert isinstance(push(address).problem, CertificateElsewhere)
    road.context = ours.issue("127.0.0.1")
    assert push(address).status == 200


STRANGERS: dict[str, tuple[Callable[[Authority, Authority], ssl.SSLContext], type[KnownError]]] = {
    "authority_unknown": (lambda _ours, other: other.issue("localhost"), AuthorityUnknown),
    "certificate_elsewhere": (lambda ours, _: ours.issue("hotel.invalid"), CertificateElsewhere),
    "certificate_out_of_date": (
        lambda ours, _: ours.issue("localhost", begins=-9 * DAY, ends=-DAY),
        CertificateOutOfDate,
    ),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_told_nothing_and_said_in_its_own_words(
    push: Callable[..., Outcome], road: SafeRoad, ours: Authority, tmp_path: Path, name: str
) -> None:
    make, wanted = STRANGERS[name]
    road.context = make(ours, Authority(tmp_path / "other"))
    outcome = push()
    assert type(outcome.problem) is wanted
    assert road.uploaded == 0, "not a byte of what people wrote"
    assert outcome == Outcome(problem=outcome.problem)
    assert word(outcome) == name
    line = attempt_words(attempts.of(A_PUSH, outcome, at=0, milliseconds=9), "Europe/Paris")
    assert "TLS" in line
    # Then it is the programme again, for the same client.
    road.context = ours.issue("localhost")
    assert push().status == 200


def test_a_certificate_of_tomorrow_is_a_matter_of_dates_too(
    push: Callable[..., Outcome], road: SafeRoad, ours: Authority
) -> None:
    """A laptop whose battery of the clock is empty stands in the past."""
    road.context = ours.issue("localhost", begins=DAY, ends=2 * DAY)
    assert isinstance(push().problem, CertificateOutOfDate)


def test_a_page_in_clear_on_the_port_of_tls_is_somebody_else(
    push: Callable[..., Outcome], road: SafeRoad
) -> None:
    road.context = None
    outcome = push()
    assert isinstance(outcome.problem, NotOurServer)
    assert not outcome.shrink
    assert word(outcome) == "not_ours"


@pytest.mark.parametrize("reset", [False, True])
def test_a_handshake_that_is_cut_is_no_matter_of_trust(
    push: Callable[..., Outcome], road: SafeRoad, reset: bool
) -> None:
    """Nor does it say anything about the size of a batch, of which no byte had left."""
    road.context = None
    road.fault = Fault(instead=b"", reset=reset)
    outcome = push()
    assert isinstance(outcome.problem, NoConnection)
    assert not outcome.shrink


def test_an_answer_cut_under_tls_asks_for_a_smaller_batch(
    push: Callable[..., Outcome], road: SafeRoad
) -> None:
    road.fault = Fault(instead=b"")
    assert push().shrink


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (0x800B0101, CertificateOutOfDate),
        (0x800B010F, CertificateElsewhere),
        (0x800B0109, AuthorityUnknown),
        (-67818, CertificateOutOfDate),
        (-67602, CertificateElsewhere),
        (-67843, AuthorityUnknown),
        (None, AuthorityUnknown),
    ],
)
def test_what_windows_and_macos_say_reads_the_same(
    code: int | None, wanted: type[KnownError]
) -> None:
    told = ssl.SSLCertVerificationError("the system's own words")
    if code is not None:
        told.verify_code = code
    around = requests.exceptions.SSLError(told)
    assert type(distrust(around)) is wanted


def test_an_error_that_carries_itself_is_read_once() -> None:
    around = requests.ConnectionError()
    around.args = (around,)
    around.__context__ = around
    assert distrust(around) is None
