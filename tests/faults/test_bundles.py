"""What the programme publishes: signed, numbered, taken whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from angrilien.domain.ids import planned_id, venue_id
from angrilien.server.cli import main
from angrilien.services import attendance, bundles, calendar, workshops
from angrilien.services.notebook import Notebook
from angrilien.store import bundles as kept
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.answer import Answer
from angrilien.wire.bundle import Bundle, BundleTheme, BundleVenue
from helpers.logfail import ExpectLog
from helpers.proxy import CLEAR, Fault, Proxy
from helpers.sending import Desk, Hub
from helpers.servers import Databases, LiveServer

pytestmark = pytest.mark.postgres(by_default=False)
HEAD = "lieu,cle,date,debut,fin,titre,themes,niveau,places\n"


@pytest.fixture(scope="module")
def live(
    shared_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A server of these tests alone: what it publishes for everybody reaches every laptop."""
    folder = tmp_path_factory.mktemp("publishing")
    with LiveServer(folder, database_url=shared_databases.url()) as server:
        yield server


@pytest.fixture(scope="module")
def hub(live: LiveServer) -> Iterator[Hub]:
    with Hub(live) as opened:
        yield opened


@pytest.fixture
def cafe(hub: Hub) -> str:
    return hub.venue()


@pytest.fixture
def desk(new_desk: Callable[..., Desk], hub: Hub, cafe: str) -> Desk:
    made = new_desk(code=hub.code(cafe))
    assert made.round() is None
    return made


@pytest.fixture
def publish(live: LiveServer, tmp_path: Path) -> Callable[..., None]:
    """Publish lines of planned workshops by the command."""

    def run(*lines: str) -> None:
        path = tmp_path / "ateliers.csv"
        path.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        live.run("bundle", "publish", "--workshops", str(path))

    return run


def line(cafe: str, key: str = "photos", *, day: int = 0, title: str = "Mes photos") -> str:
    date = dt.datetime.now().date() + dt.timedelta(days=day)  # noqa: DTZ005 - the machine's own day
    return f"{cafe},{key},{date},14:00,16:00,{title},programme_donnees_personnelles,debutant,8"


def titles(desk: Desk) -> list[str]:
    view = desk.do(workshops.today)
    return [row.title for row in (*view.workshops, *view.next)]


def numbers(desk: Desk, cafe: str) -> tuple[int, int]:
    """Number of the present bundle for everybody, and of the café's."""

    def read(nb: Notebook) -> tuple[int, int]:
        with nb.store.read() as connection:
            return kept.number(connection, ""), kept.number(connection, venue_id(cafe))

    return desk.do(read)


def test_what_the_programme_planned_appears_today(
    desk: Desk, cafe: str, publish: Callable[..., None], hub: Hub
) -> None:
    publish(line(cafe), line(cafe, "suite", day=2, title="La suite"))
    assert desk.round() is None
    view = desk.do(workshops.today)
    assert [row.title for row in view.workshops] == ["Mes photos"]
    assert [row.title for row in view.next] == ["La suite"]
    (row,) = view.workshops
    assert (row.state, row.places, row.level) == ("planned", 8, "debutant")
    assert row.id == planned_id(cafe, "photos")
    today = desk.do(calendar.between, row.date, row.date)
    assert [one.id for one in today.workshops] == [row.id]
    # Nothing of it was written: nobody did anything yet.
    assert desk.state.waiting == 0
    desk.do(workshops.open_workshop, row.id)
    assert desk.round() is None
    assert hub.query("SELECT title, state FROM workshop WHERE id = ?", row.id) == [
        ("Mes photos", "open")
    ]
    assert titles(desk) == ["Mes photos", "La suite"]
    # To look at its list takes it up as well.
    desk.do(attendance.roster, view.next[0].id)
    # It stays what it is here, whatever is published later; what nobody took up goes.
    publish(line(cafe, "autre", title="Autre"))
    assert desk.round() is None
    assert sorted(titles(desk)) == ["Autre", "La suite", "Mes photos"]


def test_two_laptops_that_open_it_open_the_same(
    new_desk: Callable[..., Desk], hub: Hub, cafe: str, publish: Callable[..., None]
) -> None:
    pair = [new_desk(code=hub.code(cafe)) for _ in range(2)]
    publish(line(cafe))
    for desk in pair:
        assert desk.round() is None
        (row,) = desk.do(workshops.today).workshops
        desk.do(workshops.open_workshop, row.id)
    for desk in (*pair, *pair):
        assert desk.round() is None
    for desk in pair:
        (row,) = desk.do(workshops.today).workshops
        assert (row.state, len(row.facilitators)) == ("open", 2)
        assert desk.do(workshops.today).todos == ()


def test_the_one_before_stays_and_nothing_new_has_no_number(
    desk: Desk, cafe: str, publish: Callable[..., None]
) -> None:
    for title in ("Un", "Deux", "Trois", "Trois"):
        publish(line(cafe, title=title))
        assert desk.round() is None
        assert titles(desk) == [title]

    def all_kept(nb: Notebook) -> list[int]:
        with nb.store.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT number FROM bundle WHERE scope = ? ORDER BY number", (venue_id(cafe),)
            )
            return [row[0] for row in rows]

    found = desk.do(all_kept)
    assert len(found) == 2
    assert numbers(desk, cafe)[1] == found[-1]


def made_by(desk: Desk, hub: Hub, bundle: Bundle, signer: Signer | None = None) -> Answer:
    """An answer that carries a bundle; by default the programme signed it."""
    payload = bundle.canonical()
    header = (signer or hub.keyring.signer).header(dsse.BUNDLE, payload)
    identity = desk.notebook.store.identity
    return Answer(
        aud="essai", req=bytes(32), epoch="", inc=identity.inc, ack=0, chain=bytes(32), held=0,
        backed_up=0, date=0, next=0, min_v=1, key="", bundle=(payload.decode(), header),
    )  # fmt: skip


VENUE = BundleVenue(
    code="X", name="Autre nom", commune="", insee="", postcode="", address="", tz="Europe/Paris"
)
THEME = BundleTheme(code="programme_neuf", title="Un thème neuf", coop=())
FOR_ALL = Bundle(
    aud="essai", scope="", number=4_000_000_100_000, date=1, venues=(VENUE,), themes=(THEME,)
)


def wrong_ones(desk: Desk, hub: Hub, cafe: str) -> Iterator[tuple[str, Answer]]:
    """What may not be applied, each by its name."""
    yield (
        "a lower number",
        made_by(desk, hub, replace(FOR_ALL, number=4_000_000_049_999, venues=())),
    )
    yield "nobody of ours signed", made_by(desk, hub, FOR_ALL, Signer.generate())
    yield "another programme", made_by(desk, hub, replace(FOR_ALL, aud="autre"))
    elsewhere = Bundle(aud="essai", scope=venue_id(cafe), number=4_000_000_100_000, date=1)
    yield "another scope", made_by(desk, hub, elsewhere)
    whole = made_by(desk, hub, FOR_ALL)
    yield "cut", replace(whole, bundle=(whole.bundle[0][:-40], whole.bundle[1]))


def test_what_is_not_right_changes_nothing(
    desk: Desk, hub: Hub, cafe: str, expect_log: ExpectLog
) -> None:
    desk.do(bundles.record, "", made_by(desk, hub, replace(FOR_ALL, number=4_000_000_050_000)))
    before = desk.dump()
    for how, answer in wrong_ones(desk, hub, cafe):
        with expect_log("angrilien.services.bundles", match="not one for this laptop"):
            desk.do(bundles.record, "", answer)
        assert desk.dump() == before, how


def test_venues_and_themes_are_renewed_in_one_transaction(
    desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "programme_neuf" not in {one.code for one in workshops.themes()}
    before = desk.dump()

    def fail(*_args: Any) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(kept, "put_venues", fail)
        with pytest.raises(OSError):  # noqa: PT011 - the disk's own error
            desk.do(bundles.record, "", made_by(desk, hub, FOR_ALL))
    assert desk.dump() == before
    desk.do(bundles.record, "", made_by(desk, hub, FOR_ALL))
    assert [one.code for one in workshops.themes()] == ["programme_neuf"]

    def named(nb: Notebook) -> str:
        with nb.store.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT name FROM venue WHERE id = ?", (venue_id("X"),)
            )
            return str(found.scalar())

    assert desk.do(named) == "Autre nom"


def test_one_half_received_is_asked_for_again(
    desk: Desk, cafe: str, publish: Callable[..., None], proxy: Proxy
) -> None:
    publish(line(cafe))
    proxy.fault = Fault(change=lambda answer: answer[: len(answer) // 2])
    desk.round()
    assert titles(desk) == []
    proxy.fault = CLEAR
    assert desk.round() is None
    assert titles(desk) == ["Mes photos"]


def test_a_revoked_laptop_is_given_none(
    desk: Desk, cafe: str, publish: Callable[..., None], live: LiveServer
) -> None:
    live.run("device", "revoke", desk.notebook.store.identity.dev)
    publish(line(cafe))
    desk.round()
    assert numbers(desk, cafe)[1] == 0


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{cafe},a,2026-13-01,14:00,16:00,Titre,,,", "ligne 2"),
        ("{cafe},a,2026-12-01,14:00,16:00,Titre,inconnu,,", "ligne 2"),
        ("{cafe},a,2026-12-01,14:00,16:00,,,,", "ligne 2"),
        ("{cafe},a,2026-12-01,14:00,16:00,Titre,,expert,", "ligne 2"),
        ("{cafe},a,2026-12-01,14:00,16:00,Titre,,,-3", "ligne 2"),
        ("PERDU,a,2026-12-01,14:00,16:00,Titre,,,", "lieu"),
    ],
)
def test_a_file_that_is_not_right_publishes_nothing(
    live: LiveServer,
    hub: Hub,
    cafe: str,
    bad: str,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "ateliers.csv"
    path.write_text(HEAD + bad.format(cafe=cafe) + "\n", encoding="utf-8")
    before = hub.query("SELECT count(*) FROM bundle")
    assert main(["bundle", "publish", "--workshops", str(path), "--data", str(live.data)]) == 1
    assert said in capsys.readouterr().err
    assert hub.query("SELECT count(*) FROM bundle") == before
