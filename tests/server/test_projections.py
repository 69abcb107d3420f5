"""Which change a row shows, what is held, and when it is tried again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from angrilien.domain.entities import (
    Alias,
    Attendance,
    Facilitator,
    Participant,
    SessionNote,
    Workshop,
)
from angrilien.domain.ids import alias_id, note_id, paper_line_id, paper_person_id, venue_id
from angrilien.paths import resource
from angrilien.server import projections
from angrilien.server.base import table
from angrilien.server.cli import main
from angrilien.server.figures import read_figures
from angrilien.server.permits import Permits
from angrilien.server.projected import PROJECTED
from angrilien.server.projections import retry_held
from angrilien.server.tables import ChangeRow, DeviceKey, Incarnation, VenueRow
from angrilien.wire.ids import new_id
from helpers.laptops import Laptop, name_provisional, seal, write_workshop
from helpers.logfail import ExpectLog
from helpers.servers import ANGRIE, LocalServer

pytestmark = pytest.mark.postgres

CHANGES = table(ChangeRow)
OTHER = "CAF-03019"


def test_a_clock_far_ahead_wins_for_a_day_only(server: LocalServer) -> None:
    first, second = server.laptop(), server.laptop()
    person = Participant(id=new_id(), venue_id=venue_id(ANGRIE), first_name="Odette")
    first.write(person, hlc=2**52)
    server.push(first.push())
    server.clock.instant += 2 * 86_400_000
    second.now = server.clock.instant
    second.write(replace(person, first_name="Odile"))
    server.push(second.push())
    with server.database.reading() as session:
        row = session.connection().execute(select(PROJECTED["participant"])).one()
    assert row.first_name == "Odile"


def test_a_late_earlier_change_does_not_come_back(server: LocalServer) -> None:
    laptop = server.laptop()
    for name in ("un", "deux", "trois"):
        laptop.write(Facilitator(id=laptop.author, name=name))
    for seq in (3, 1, 2):
        server.push(laptop.push(seq, seq))
        with server.database.reading() as session:
            row = session.connection().execute(select(PROJECTED["facilitator"])).one()
        assert (row.name, row.rev_seq) == ("trois", 3)


def test_a_row_whose_last_change_was_erased_shows_nothing(server: LocalServer) -> None:
    laptop = server.laptop()
    for name in ("un", "deux"):
        laptop.write(Facilitator(id=laptop.author, name=name))
    server.push(laptop.push(1, 1))
    laptop.erase(2)
    server.push(laptop.push(2))
    with server.database.reading() as session:
        assert session.connection().execute(select(PROJECTED["facilitator"])).all() == []


def test_what_waits_for_its_venue_is_applied_when_the_venue_is_imported(
    server: LocalServer,
) -> None:
    laptop = server.laptop()
    with server.database.writing() as session:
        session.connection().execute(
            table(VenueRow).delete().where(table(VenueRow).c.code == OTHER)
        )
    write_workshop(laptop, venue_id(OTHER), people=0, close=False)
    server.push(laptop.push())
    assert codes(server) == {"venue_unknown": 1, "workshop_unknown": 2, None: 1}
    venues = str(resource("data/venues.csv"))
    assert main(["venue", "import", venues, "--data", str(server.folder)]) == 0
    assert codes(server) == {"venue_not_yours": 1, "workshop_unknown": 2, None: 1}


def test_a_seal_is_looked_at_again_once_its_key_is_known(server: LocalServer) -> None:
    """Of a former incarnation, which a server that was put back had forgotten."""
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    former = Laptop(aud=laptop.aud, dev=laptop.dev, author=laptop.author)
    laptop.write(seal(former, story))
    for line in story.lines:
        laptop.write(line)
    assert server.push(laptop.push()).held == 1
    assert codes(server)["bad_seal"] == 1
    with server.database.writing() as session:  # as an introduction does
        key = former.signer
        session.add(DeviceKey(id=key.id, device_id=laptop.dev, public=key.public, since=1))
        session.flush()
        session.add(
            Incarnation(id=former.inc, device_id=laptop.dev, key_id=key.id, chain=bytes(32))
        )
    laptop.write(replace(story.workshop, state="closed"))
    server.push(laptop.push())
    answer = server.push(laptop.push())
    assert (answer.held, len(answer.receipts)) == (0, 1)


def test_a_wrong_seal_stays_wrong_however_often_it_is_looked_at(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    seal(laptop, story, aud="un-autre")
    for _ in range(3):
        laptop.write(replace(story.workshop, title="Encore"))
        assert server.push(laptop.push()).held == 1
    retry_held(server.database, server.keyring, server.clock, everything=True)
    assert codes(server)["bad_seal"] == 1


def codes(server: LocalServer) -> dict[str | None, int]:
    with server.database.reading() as session:
        rows = session.connection().execute(
            select(CHANGES.c.held, func.count()).group_by(CHANGES.c.held)
        )
        return dict(map(tuple, rows))


def test_a_provisional_venue_waits_for_its_alias(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, laptop.provisional_venue, people=2)
    assert server.push(laptop.push()).held == len(laptop.changes) - 1 - len(story.lines)
    name_provisional(laptop, ANGRIE)
    answer = server.push(laptop.push(len(laptop.changes)))
    # The sheet came with an earlier push: its receipt comes with the one that let it through.
    assert (answer.held, len(answer.receipts)) == (0, 1)
    # Had that answer been lost, the sheet's line alone brings it again.
    (sheet,) = [c.head.seq for c in laptop.changes if c.head.entity == "sheet"]
    assert len(server.push(laptop.push(sheet, sheet)).receipts) == 1


def test_a_venue_cannot_be_made_anothers(server: LocalServer) -> None:
    laptop, theirs = server.laptop(), Laptop()
    for from_id, to_id in (
        (venue_id(OTHER), venue_id(ANGRIE)),  # another venue is mine
        (venue_id(ANGRIE), venue_id(OTHER)),  # mine is another
        (theirs.provisional_venue, venue_id(ANGRIE)),  # another laptop's is mine
        (laptop.provisional_venue, venue_id(OTHER)),  # my provisional one is another
    ):
        laptop.write(
            Alias(id=alias_id("venue", from_id), kind="venue", from_id=from_id, to_id=to_id)
        )
    assert server.push(laptop.push()).held == 4
    assert codes(server) == {"venue_not_yours": 4}


def test_aliases_in_a_ring_end(server: LocalServer) -> None:
    with server.database.writing() as session:
        permits = Permits(session)
        for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
            permits.learn(Alias(id=one, kind="venue", from_id=one, to_id=other))
        assert permits.canonical_venue("a") in "abc"
        permits.learn(Alias(id="c", kind="venue", from_id="c", to_id="a", active=False))
        assert permits.canonical_venue("a") == "c"


def test_f08_a_line_that_makes_the_server_stumble_is_held_alone(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    laptop = server.laptop()
    ids = [new_id() for _ in range(200)]
    for one in ids:
        laptop.write(Facilitator(id=one, name="Camille"))
    plain = projections.read_record

    def stumble(record_type: object, change: object) -> object:
        if change.seq == 117:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return plain(record_type, change)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, expect_log("angrilien.server.projections"):
        patch.setattr(projections, "read_record", stumble)
        answer = server.push(laptop.push())
    assert (answer.ack, answer.held) == (200, 1)
    assert codes(server) == {None: 199, "server_error": 1}
    # F07: the server is mended, and starts again: it arrives by itself.
    retry_held(server.database, server.keyring, server.clock, everything=True)
    assert codes(server) == {None: 200}
    assert server.contact(laptop).held == 0


def test_a_push_that_cannot_be_applied_now_is_applied_at_the_next(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    with monkeypatch.context() as patch:
        patch.setattr("angrilien.server.service.apply_new", busy)
        answer = server.push(laptop.push())
    assert (answer.ack, answer.held) == (1, 1)
    laptop.write(Facilitator(id=new_id(), name="Dominique"))
    assert server.push(laptop.push(2)).held == 0


def test_a_busy_database_says_when_to_come_back(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    laptop = server.laptop()
    laptop.write(Facilitator(id=laptop.author, name="Camille"))
    sent = laptop.push()
    with monkeypatch.context() as patch, expect_log("angrilien.server.api"):
        patch.setattr("angrilien.server.service.store", busy)
        response = server.raw("POST", "/v1/push", content=sent.body, headers=sent.headers)
    assert (response.status_code, response.json()) == (503, {"error": "busy"})
    assert int(response.headers["retry-after"]) > 0


def test_figures_count_people_by_what_they_are(server: LocalServer) -> None:
    laptop = server.laptop()
    first = write_workshop(laptop, venue_id(ANGRIE), people=3, close=False)
    second = write_workshop(laptop, venue_id(ANGRIE), people=2, close=False)
    one, other = first.people[0].id, second.people[0].id
    alias = Alias(id=alias_id("participant", other), kind="participant", from_id=other, to_id=one)
    laptop.write(alias)
    laptop.write(replace(first.workshop, state="cancelled"))
    laptop.write(replace(second.attendances[1], state="removed"))
    laptop.write(
        SessionNote(id=note_id(second.workshop.id), workshop_id=second.workshop.id, done="Encore.")
    )
    server.push(laptop.push())
    figures = _figures(server)
    assert (figures["workshops"], figures["participations"]) == (1, 4 + 2)
    assert (figures["people"], figures["anonymous"], figures["notes"]) == (3, 2, 2)
    laptop.write(replace(alias, active=False))  # a merge that was wrong is undone
    server.push(laptop.push(len(laptop.changes)))
    assert _figures(server)["people"] == 4


def test_figures_see_an_act_received_twice(server: LocalServer) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE), people=1, close=False)
    server.push(laptop.push())
    assert _figures(server)["received"] == 1
    again = server.laptop()
    change = laptop.changes[-1]
    assert change.body is not None
    again.write(
        SessionNote(
            id=note_id(story.workshop.id), workshop_id=story.workshop.id, done="Trier ses photos."
        ),
        salt=change.body.salt,
    )
    server.push(again.push())
    assert _figures(server)["received"] == 2


def test_a_paper_sheet_typed_on_two_laptops_counts_once(server: LocalServer) -> None:
    """Its free line has a new person: both laptops make the same rows, one writes the name well."""
    first, second = server.laptop(), server.laptop()
    story = write_workshop(first, venue_id(ANGRIE), people=2, close=False)
    printed = [one.id for one in story.attendances]
    person = Participant(
        id=paper_person_id(story.workshop.id, 4, printed),
        venue_id=venue_id(ANGRIE),
        first_name="Gisèle",
    )
    line = Attendance(
        id=paper_line_id(story.workshop.id, person.id),
        workshop_id=story.workshop.id,
        participant_id=person.id,
        state="present",
        mode="paper",
    )
    before = 2 + 1
    for laptop, name in ((first, "Ravary"), (second, "Ravari")):
        laptop.write(replace(person, last_name=name))
        laptop.write(line)
        server.push(laptop.push())
    figures = _figures(server)
    assert figures["participations"] == before + 1
    assert figures["people"] == 2 + 1


def _figures(server: LocalServer) -> dict[str, int]:
    with server.database.reading() as session:
        figures = read_figures(session)
    assert figures is not None
    return figures.as_dict()


def test_applying_everything_again_gives_the_same(server: LocalServer) -> None:
    laptop = server.laptop()
    write_workshop(laptop, venue_id(ANGRIE))
    laptop.write(Workshop(
        id=new_id(), venue_id=venue_id(ANGRIE), date="2026-11-26", starts_at=1, ends_at=2,
        tz="Europe/Paris", state="planned", title="Demain",
    ))  # fmt: skip
    server.push(laptop.push())

    def rows() -> dict[str, list[tuple[object, ...]]]:
        with server.database.reading() as session:
            connection = session.connection()
            return {
                name: [tuple(row) for row in connection.execute(select(one).order_by(one.c.id))]
                for name, one in PROJECTED.items()
            }

    before = rows()
    with server.database.writing() as session:
        for one in PROJECTED.values():
            session.connection().execute(one.delete())
        session.connection().execute(update(CHANGES).values(held="new"))
    retry_held(server.database, server.keyring, server.clock, everything=True)
    assert rows() == before
    assert codes(server) == {None: len(laptop.changes)}
