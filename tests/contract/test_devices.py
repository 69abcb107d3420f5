"""What the programme decides of a laptop: its venues (F32), its end (F30), and who is listed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from angrilien.domain.entities import Attendance, Facilitator, Participant, Workshop
from angrilien.domain.ids import venue_id
from angrilien.server.base import table
from angrilien.server.cli import main
from angrilien.server.projected import PROJECTED
from angrilien.server.tables import ChangeRow
from angrilien.wire.canonical import unb64
from angrilien.wire.ids import new_id
from angrilien.wire.keys import read_certificate
from angrilien.wire.order import REVOKE, VENUES, Order, read_order
from angrilien.wire.push import decode_push
from helpers.laptops import START, ZONE, Laptop, write_workshop
from helpers.servers import ANGRIE, LocalServer, checked

pytestmark = pytest.mark.postgres
OTHER = "CAF-03019"
CHANGES = table(ChangeRow)


def run(server: LocalServer, *args: str) -> int:
    return main([*args, "--data", str(server.folder)])


def orders(server: LocalServer, laptop: Laptop) -> list[Order]:
    return [read_order(payload.encode()) for payload, _ in server.contact(laptop).orders]


def people(laptop: Laptop, venue: str, count: int) -> None:
    for number in range(count):
        laptop.write(Participant(id=new_id(), venue_id=venue_id(venue), last_name=f"P {number}"))


def at_venues(server: LocalServer) -> dict[str, int]:
    """Count the people that are shown, by venue."""
    person = PROJECTED["participant"]
    with server.database.reading() as session:
        rows = session.connection().execute(
            select(person.c.venue_id, func.count()).group_by(person.c.venue_id)
        )
        return dict(map(tuple, rows))


def held(server: LocalServer) -> dict[str | None, int]:
    with server.database.reading() as session:
        rows = session.connection().execute(
            select(CHANGES.c.held, func.count()).group_by(CHANGES.c.held)
        )
        return dict(map(tuple, rows))


@pytest.fixture
def laptop(server: LocalServer) -> Laptop:
    return server.laptop()


def test_f32_unsent_rows_belong_to_the_venue_of_capture(
    server: LocalServer, laptop: Laptop
) -> None:
    people(laptop, ANGRIE, 50)
    assert run(server, "device", "venues", laptop.dev, OTHER) == 0
    (order,) = orders(server, laptop)
    assert (order.kind, order.number) == (VENUES, 1)
    assert [venue.code for venue in order.venues] == [OTHER]
    assert server.push(laptop.push()).held == 0
    assert at_venues(server) == {venue_id(ANGRIE): 50}
    # From the order on it is another venue's; what it still writes for the former one is held.
    people(laptop, OTHER, 3)
    people(laptop, ANGRIE, 2)
    assert server.push(laptop.push(51, order=1)).held == 2
    assert at_venues(server) == {venue_id(ANGRIE): 50, venue_id(OTHER): 3}
    assert held(server) == {None: 53, "venue_not_yours": 2}
    # The venue is given back: what waited for it arrives by itself.
    server.clock.instant += 1_000
    assert run(server, "device", "venues", laptop.dev, OTHER, ANGRIE) == 0
    assert held(server) == {None: 55}
    assert [venue.code for venue in orders(server, laptop)[1].venues] == [OTHER, ANGRIE]


def test_what_was_written_before_a_venue_was_given_arrives_too(
    server: LocalServer, laptop: Laptop
) -> None:
    write_workshop(laptop, venue_id(OTHER), people=2)
    assert server.push(laptop.push()).held > 10
    assert run(server, "device", "venues", laptop.dev, ANGRIE, OTHER) == 0
    answer = server.push(laptop.push())
    assert (answer.held, len(answer.receipts)) == (0, 1)


def test_the_certificate_follows(server: LocalServer, laptop: Laptop) -> None:
    before = read_certificate(server.register(laptop).cert.encode())
    server.clock.instant += 1_000
    assert run(server, "device", "venues", laptop.dev, OTHER, ANGRIE, OTHER) == 0
    answer = server.register(laptop)
    assert answer.refused == ""
    certificate = read_certificate(answer.cert.encode())
    server.programme.check_certificate(answer.cert, answer.cert_sig)
    assert [code for _, code, _ in certificate.venues] == [OTHER, ANGRIE]
    assert certificate.venues[1] == before.venues[0]  # with the date that it had
    assert (certificate.key, certificate.inc, certificate.since) == (
        before.key, before.inc, before.since,
    )  # fmt: skip


def test_a_workshop_that_moves_lets_through_what_was_written_of_it(
    server: LocalServer, laptop: Laptop
) -> None:
    """F07: a later change lets a refused record through."""
    other = server.laptop(OTHER)
    workshop = Workshop(
        id=new_id(), venue_id=venue_id(OTHER), date="2026-11-25", starts_at=START,
        ends_at=START + 1, tz=ZONE, state="open", title="Mes photos",
    )  # fmt: skip
    other.write(workshop)
    server.push(other.push())
    laptop.write(Attendance(id=new_id(), workshop_id=workshop.id, state="present"))
    assert server.push(laptop.push()).held == 1
    assert held(server) == {None: 1, "venue_not_yours": 1}
    other.write(replace(workshop, title="Nos photos"))
    server.push(other.push())
    assert held(server) == {None: 2, "venue_not_yours": 1}
    assert run(server, "device", "venues", other.dev, OTHER, ANGRIE) == 0
    other.write(replace(workshop, venue_id=venue_id(ANGRIE)))
    server.push(other.push(3, order=1))
    assert held(server) == {None: 4}


def test_f30_a_revoked_laptop_is_told_and_pulls_nothing(
    server: LocalServer, laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    write_workshop(laptop, venue_id(ANGRIE), people=1)
    server.push(laptop.push(1, 5))
    assert run(server, "device", "revoke", laptop.dev) == 0
    assert run(server, "device", "revoke", laptop.dev) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Ordinateur retiré.")
    assert said[1] == "Cet ordinateur était déjà retiré."
    assert [order.kind for order in orders(server, laptop)] == [REVOKE]
    answer = server.push(laptop.push(6))
    assert (answer.ack, answer.revoked, answer.order) == (len(laptop.changes), True, 1)
    assert held(server) == {None: 5, "revoked": len(laptop.changes) - 5}
    path = f"/v1/changes?inc={laptop.inc}&after=0"
    sent = laptop.request("GET", path)
    told = checked(server.programme, sent, server.raw("GET", path, headers=sent.headers))
    assert (told.revoked, told.changes) == (True, "")
    # The same question of one that is not revoked brings the changes.
    mine = server.laptop()
    mine.write(Facilitator(id=mine.author, name="Camille"))
    server.push(mine.push())
    path = f"/v1/changes?inc={mine.inc}&after=0"
    sent = mine.request("GET", path)
    told = checked(server.programme, sent, server.raw("GET", path, headers=sent.headers))
    assert len(decode_push(unb64(told.changes)).lines) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("revoke", "x"), "Aucun ordinateur n’a ce numéro."),
        (("venues", "x", ANGRIE), "Aucun ordinateur n’a ce numéro."),
        (("venues", "DEV", ANGRIE, "CAF-00000"), "Aucun lieu n’a ce code."),
    ],
)
def test_refusals_are_sentences_and_change_nothing(
    server: LocalServer,
    laptop: Laptop,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    said: str,
) -> None:
    words = [laptop.dev if word == "DEV" else word for word in args]
    assert run(server, "device", *words) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(said)
    assert captured.out == ""
    assert orders(server, laptop) == []


def test_laptops_are_listed(
    server: LocalServer, laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = server.laptop(OTHER)
    people(laptop, OTHER, 2)
    server.push(laptop.push())
    assert run(server, "device", "revoke", gone.dev) == 0
    capsys.readouterr()
    assert run(server, "device", "list") == 0
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in
             capsys.readouterr().out.splitlines()}  # fmt: skip
    assert set(lines) == {laptop.dev, gone.dev}
    venues, app, _contact, push, *rest = lines[laptop.dev]
    assert (venues, app, rest) == (ANGRIE, "0.1.0", ["2 en attente", "journaux : 1", ""])
    assert re.fullmatch(r"envoi \d\d/\d\d/\d{4} \d\d:\d\d", push)
    assert lines[gone.dev][3:] == ["envoi jamais", "0 en attente", "journaux : 1", "retiré"]
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", lines[gone.dev][2])
