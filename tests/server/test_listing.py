"""`angrilien-server device list`: laptops, and the logs that go on elsewhere (F23)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from angrilien.domain.entities import Facilitator
from angrilien.domain.ids import venue_id
from angrilien.server.cli import main
from angrilien.wire.introduction import Introduction
from helpers.laptops import Laptop, write_workshop
from helpers.lives import fresh_of, vouched
from helpers.servers import ANGRIE, LocalServer, checked

pytestmark = pytest.mark.postgres


def introduced(server: LocalServer, former: Laptop, common: int) -> Laptop:
    """Return what goes on from a laptop's log under a new incarnation, made known."""
    fresh = fresh_of(former)
    one = vouched(former, fresh, common=common)
    body = Introduction(vouches=(one,)).canonical()
    sent = fresh.request("POST", "/v1/incarnations", body)
    response = server.raw("POST", "/v1/incarnations", content=body, headers=sent.headers)
    assert checked(server.programme, sent, response).refused == ""
    return fresh


def listed(server: LocalServer, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["device", "list", "--json", "--data", str(server.folder)]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_the_most_silent_laptop_comes_first(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = server.laptop()
    server.clock.instant += 1_000
    writer = server.laptop("CAF-03019")
    write_workshop(writer, venue_id(ANGRIE), people=1)
    server.push(writer.push())
    first, second = listed(server, capsys)
    now = server.clock.instant
    assert first == {
        "id": silent.dev, "venues": [ANGRIE], "app": "0.1.0", "registered_at": now - 1_000,
        "last_contact": now - 1_000, "last_push": None, "stored": 0, "backed_up": 0, "held": 0,
        "incarnations": 1, "forks": [], "revoked": False,
    }  # fmt: skip
    assert second["venues"] == ["CAF-03019"]
    assert second["stored"] == len(writer.changes)
    assert 0 < second["held"] < len(writer.changes)  # Angrie is not its venue
    assert second["last_push"] == now


def test_a_log_that_goes_on_elsewhere_is_to_be_checked(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    former = server.laptop()
    for number in range(3):
        former.write(Facilitator(id=former.author, name=f"Camille {number}"))
    server.push(former.push(1, 2))
    server.clock.instant += 60_000
    fresh = introduced(server, former, common=2)
    (one,) = listed(server, capsys)
    fork = {
        "inc": fresh.inc, "former": former.inc, "common": 2,
        "known_at": server.clock.instant, "both_write": False,
    }  # fmt: skip
    assert (one["incarnations"], one["forks"]) == (2, [fork])
    # What both have may arrive late; what is above was written by another laptop.
    server.clock.instant += 60_000
    server.push(former.push(3))
    (one,) = listed(server, capsys)
    assert one["forks"] == [fork | {"both_write": True}]
    assert main(["device", "list", "--data", str(server.folder)]) == 0
    line, check = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{former.dev}\t{ANGRIE}\t0.1.0\t")
    assert check == (
        f"\tà vérifier : {fresh.inc} suit {former.inc} depuis le changement 2, "
        "su le 25/11/2026 11:47 (les deux écrivent, disque copié ?)"
    )
