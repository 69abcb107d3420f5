"""The opened notebook: whose it is, where it is, and what its certificate says."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from angrilien.domain.codes import make_code, show_code
from angrilien.domain.entities import Workshop
from angrilien.domain.ids import provisional_venue_id, venue_id
from angrilien.domain.rows import FirstStart
from angrilien.errors import NotACode, UnknownVenue
from angrilien.services import opening, outbox, registration, sending, workshops
from angrilien.services.notebook import Notebook
from angrilien.store import log, marks
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import loads
from angrilien.wire.ids import new_id
from angrilien.wire.keys import Certificate, KeyList, ListedKey
from helpers.copies import open_again
from helpers.notebooks import (
    CHEAP_KDF,
    NOON,
    PHRASE,
    SetClock,
    make_notebook,
    make_programme,
    make_workshop,
)

ROOT, SIGNING, NEXT = (Signer.generate() for _ in range(3))


def listed(number: int, *, withdrawn: bool = False) -> tuple[KeyList, str, str]:
    keys = KeyList(
        aud="essai",
        number=number,
        issued=NOON,
        keys=(
            ListedKey(public=SIGNING.public, use="sign", since=0, until=NOON, withdrawn=withdrawn),
            ListedKey(public=NEXT.public, use="sign", since=0, until=NOON),
        ),
    )
    text = keys.canonical()
    return keys, text.decode(), ROOT.header(dsse.KEYS, text)


def programme() -> Programme:
    keys, text, signature = listed(1)
    return Programme(
        aud="essai", server="", root=ROOT.public, keys=keys, keys_text=text,
        keys_signature=signature,
    )  # fmt: skip


def certify(nb: Notebook, *codes: str, level: str = "complet") -> None:
    """Write down a certificate as a registration does."""
    identity = nb.store.identity
    text = Certificate(
        aud="essai", dev=identity.dev, key=identity.public, inc=identity.inc, since=0, issued=NOON,
        venues=tuple((venue_id(code) if code else new_id(), code, NOON) for code in codes),
        level=level,
    ).canonical()  # fmt: skip
    with nb.store.write() as connection:
        header = SIGNING.header(dsse.DEVICE, text)
        marks.put(connection, cert=text.decode(), cert_sig=header, venue_code="")
    nb.venues_changed()


def test_before_registration_the_venue_is_to_be_told(fresh: Notebook) -> None:
    (home,) = workshops.venues(fresh)
    assert (home.name, home.provisional) == ("Lieu à préciser", True)
    assert home.id == provisional_venue_id(fresh.store.identity.dev)
    assert not registration.has_venue(fresh)
    state = sending.state(fresh)
    assert (state.waiting, state.has_venue, state.last_sent) == (1, False, None)
    assert outbox.take_job(fresh, 16_384) is None
    assert outbox.contact(fresh) is None


def test_the_venue_chosen_here_comes_first_and_gets_the_unplanned_workshop(fresh: Notebook) -> None:
    certify(fresh, "CAF-49008", "CAF-49009")
    first, second = workshops.venues(fresh)
    assert workshops.choose_venue(fresh, second.id) == (second, first)
    assert fresh.home() == second
    unplanned = workshops.start_unplanned(fresh)
    with fresh.store.read() as connection:
        written = log.read(connection, Workshop, unplanned)
    assert written is not None
    assert written.venue_id == second.id
    # It is kept in the file, and counts for nothing once the laptop has other venues.
    fresh.venues_changed()
    assert workshops.venues(fresh) == (second, first)
    certify(fresh, "CAF-49008")
    assert workshops.venues(fresh) == (first,)
    with pytest.raises(UnknownVenue):
        workshops.choose_venue(fresh, second.id)


@pytest.mark.parametrize(
    ("zone", "lived"),
    [("America/Cayenne", "America/Cayenne"), ("Atlantis/Nowhere", "Europe/Paris"),
     ("", "Europe/Paris"), ("../etc", "Europe/Paris")],
)  # fmt: skip
def test_before_registration_hours_are_those_of_the_computer_s_zone(
    tmp_path: Path, zone: str, lived: str
) -> None:
    start = FirstStart(name="Claire Martin", passphrase=PHRASE)
    made = opening.create(tmp_path, start, make_programme(), kdf=CHEAP_KDF, zone=zone)
    assert (made.home().tz, made.zone, made.stamp().tz) == (lived, lived, lived)
    workshop = workshops.open_workshop(made, workshops.start_unplanned(made)).workshop
    assert workshop.tz == lived
    made.close()
    again = opening.open_notebook(tmp_path, PHRASE, made.programme, zone=zone)
    assert (again.home().tz, again.zone) == (lived, lived)
    again.close()


def test_a_code_is_kept_until_it_is_used_and_a_wrong_one_refused(fresh: Notebook) -> None:
    with pytest.raises(NotACode):
        registration.set_code(fresh, "7Q2K-M4XR-9A")
    assert outbox.take_job(fresh, 16_384) is None
    code = make_code(random.Random(1).choice)
    registration.set_code(fresh, f" {show_code(code).lower()} ")
    job = outbox.take_job(fresh, 16_384)
    assert job is not None
    assert (job.kind, loads(job.body)["code"]) == ("register", code)


def test_a_certificate_gives_the_venues_in_its_order(tmp_path: Path) -> None:
    nb = make_notebook(tmp_path, programme=programme())
    certify(nb, "CAF-49008", "ETB-97611", "")
    home, other, unknown = workshops.venues(nb)
    assert (home.name, home.provisional) == ("L’Angri’lien", False)
    assert other.tz == "Indian/Mayotte"
    assert unknown.id not in {home.id, other.id}
    assert nb.home() == home
    nb.clock = SetClock(NOON + 11 * 3_600_000 - 1)
    assert nb.today().isoformat() == "2026-11-25"
    certify(nb, "ETB-97611")
    assert nb.today().isoformat() == "2026-11-26"  # it is past midnight in Mayotte already
    nb.close()


def test_a_key_withdrawn_later_stops_nobody_s_work(tmp_path: Path) -> None:
    nb = make_notebook(tmp_path, programme=programme())
    certify(nb, "CAF-49008")
    _keys, text, signature = listed(2, withdrawn=True)
    with nb.store.write() as connection:
        marks.put(connection, keys=text, keys_sig=signature)
    nb.close()
    again = open_again(nb.folder, programme(), SetClock())
    assert again.programme.keys.number == 2
    assert again.home().name == "L’Angri’lien"
    workshop = make_workshop(again)
    assert workshops.today(again).workshops[0].id == workshop
    job = outbox.take_job(again, 16_384)
    assert job is not None
    assert job.kind == "push"
    again.close()


def test_a_pseudonymous_venue_sends_no_name(tmp_path: Path) -> None:
    for level, names in (("complet", True), ("pseudonyme", False)):
        nb = make_notebook(tmp_path / level, programme=programme())
        certify(nb, "CAF-49008", level=level)
        job = outbox.take_job(nb, 16_384)
        assert job is not None
        assert ("Claire Martin" in gzip.decompress(job.body).decode()) is names
        nb.close()


def test_a_batch_stays_below_its_limit_and_never_below_one_change(tmp_path: Path) -> None:
    nb = make_notebook(tmp_path, programme=programme())
    certify(nb, "CAF-49008")
    for n in range(40):
        make_workshop(nb, title=f"{n} " + "é" * 60)
    whole = outbox.take_job(nb, 1 << 20)
    small = outbox.take_job(nb, 2_048)
    one = outbox.take_job(nb, 1)
    assert whole is not None
    assert small is not None
    assert one is not None
    assert whole.last == nb.store.verify() == sending.state(nb).waiting
    assert 1 < small.last < whole.last
    assert len(small.body) <= 2_048
    assert one.last == 1
    nb.close()


def test_what_waits_is_computed_from_the_log(fresh: Notebook, clock: SetClock) -> None:
    first = sending.state(fresh)
    clock.at += 1_000
    make_workshop(fresh)
    state = sending.state(fresh)
    assert (state.waiting, state.oldest_waiting) == (first.waiting + 2, first.oldest_waiting)
    with fresh.store.write() as connection:
        marks.put(connection, ack=first.waiting)
    state = sending.state(fresh)
    assert state.waiting == 2
    assert state.oldest_waiting is not None
    assert state.oldest_waiting > NOON + 1_000
    with fresh.store.write() as connection:
        marks.put(connection, ack=first.waiting + 2)
    state = sending.state(fresh)
    assert (state.waiting, state.oldest_waiting) == (0, None)
