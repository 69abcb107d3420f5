"""A network that is not to be trusted: nothing is told to it, nothing is lost, all leaves later."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from angrilien.services import sending_details
from angrilien.sync.client import Client
from angrilien.sync.trust import AuthorityUnknown, CertificateElsewhere, CertificateOutOfDate
from helpers.notebooks import add_people, make_workshop
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import LiveServer
from helpers.tls import DAY, Authority, SafeRoad

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere no file says whom the system trusts"
)


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path / "ours")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nothing"))
    return made


@pytest.fixture
def road(live: LiveServer, ours: Authority) -> Iterator[SafeRoad]:
    with SafeRoad(live.url, ours.issue("localhost")) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, live: LiveServer, hub: Hub, road: SafeRoad) -> Iterator[Desk]:
    made = Desk.create(
        tmp_path / "laptop",
        live.programme,
        address=road.url,
        code=hub.code(),
        client=Client(connect=2.0, stall=2.0, total=5.0),
    )
    yield made
    made.close()


def test_what_waits_leaves_once_the_way_is_safe_again(
    desk: Desk, hub: Hub, road: SafeRoad, ours: Authority, tmp_path: Path
) -> None:
    good, stranger = road.context, Authority(tmp_path / "other")
    # Before registration too: a code du lieu is not told to whoever is in between.
    road.context = stranger.issue("localhost")
    assert type(desk.round()) is AuthorityUnknown
    assert road.uploaded == 0
    road.context = good
    assert desk.round() is None

    workshop = desk.do(make_workshop)
    desk.do(add_people, workshop, 3)
    waiting, size = desk.state.waiting, desk.sender._memory.size.to_text()
    for context, wanted in (
        (stranger.issue("localhost"), AuthorityUnknown),
        (ours.issue("hotel.invalid"), CertificateElsewhere),
        (ours.issue("localhost", begins=-9 * DAY, ends=-DAY), CertificateOutOfDate),
    ):
        road.context = context
        desk.sender._client._session.close()
        before = road.uploaded
        assert type(desk.round()) is wanted
        assert road.uploaded == before
        assert (desk.state.waiting, desk.state.last_try_failed) == (waiting, True)
        # A road that nobody may take says nothing about the size of a batch.
        assert desk.sender._memory.size.to_text() == size
    tried = [one.outcome for one in desk.do(sending_details.read).attempts]
    assert tried[:3] == ["certificate_out_of_date", "certificate_elsewhere", "authority_unknown"]
    road.context = good
    assert desk.next_try() is None
    assert_sent_once(desk, hub)
