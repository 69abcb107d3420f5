"""French typography and French order."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from angrilien.domain.clock import at_local, local, to_instant
from angrilien.domain.french import (
    day_words,
    duration,
    fold,
    hour,
    long_date,
    number,
    short_date,
    sort_key,
)
from angrilien.domain.rows import RosterRow
from angrilien.domain.sheet import sheet_order, tile_order

DAY = dt.date(2026, 11, 25)


def test_dates_are_written_in_words() -> None:
    assert long_date(DAY) == "mercredi 25\u00a0novembre 2026"
    assert long_date(dt.date(2027, 1, 1)) == "vendredi 1er\u00a0janvier 2027"
    assert short_date(dt.date(2026, 2, 3)) == "03/02/2026"


def test_near_days_have_their_own_words() -> None:
    said = {n: day_words(DAY + dt.timedelta(days=n), DAY) for n in (-1, 0, 1, 2, 60)}
    assert said == {
        -1: "hier",
        0: "aujourd’hui",
        1: "demain",
        2: "vendredi 27\u00a0novembre",
        60: "dimanche 24\u00a0janvier 2027",
    }


def test_hours_durations_and_numbers_have_their_no_break_spaces() -> None:
    assert hour(dt.time(14, 5)) == "14\u00a0h\u00a005"
    assert [duration(n) for n in (45, 60, 90, 605)] == [
        "45\u00a0min", "1\u00a0h", "1\u00a0h\u00a030", "10\u00a0h\u00a005",
    ]  # fmt: skip
    assert [number(n) for n in (0, 999, 25_000, 1_234_567)] == [
        "0", "999", "25\u202f000", "1\u202f234\u202f567",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Thérèse", "therese"),
        ("Jean-Paul", "jean paul"),
        ("D’Arc", "d arc"),
        ("L'Hœuillet", "l hoeuillet"),
        ("ÆGIDIUS", "aegidius"),
        ("Straße", "strasse"),
        ("  Le   Goff ", "le goff"),
        ("Ольга", "ольга"),
        ("👩‍🌾", ""),
    ],
)
def test_search_keys_lose_accents_hyphens_and_case(typed: str, key: str) -> None:
    assert fold(typed) == key


def test_words_stand_in_the_order_of_a_french_dictionary() -> None:
    ordered = [
        "Abel",
        "cote",
        "côte",
        "coté",
        "côté",
        "de Gaulle",
        "Éluard",
        "Emma",
        "Le Goff",
        "Zoé",
    ]
    shuffled = ordered[:]
    random.Random(3).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == ordered


def row(first: str, last: str, *, anonymous: bool = False, id_: str = "") -> RosterRow:
    return RosterRow(
        attendance_id=id_ or f"{first} {last}",
        participant_id=None if anonymous else "somebody",
        first_name=first,
        last_name=last,
        state="present",
        mode=None,
        arrival=None,
        departure=None,
        first_time=None,
    )


PEOPLE = [
    row("", "", anonymous=True, id_="sans nom"),
    row("Zoé", "Abel"),
    row("Alain", "Éluard"),
    row("Colette", ""),
    row("", "Dupont"),
]


def test_the_sheet_stands_by_last_name_and_the_tiles_by_first_name() -> None:
    ids = [r.attendance_id for r in sheet_order(PEOPLE)]
    assert ids == ["Zoé Abel", "Colette ", " Dupont", "Alain Éluard", "sans nom"]
    ids = [r.attendance_id for r in tile_order(PEOPLE)]
    assert ids == ["Alain Éluard", "Colette ", " Dupont", "Zoé Abel", "sans nom"]


def test_equal_names_are_numbered_alike_at_each_print() -> None:
    twins = [row("Odette", "Martin", id_=i) for i in ("b", "a", "c")]
    assert [r.attendance_id for r in sheet_order(twins)] == ["a", "b", "c"]
    assert sheet_order(reversed(twins)) == sheet_order(twins)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("Odette", "Lefèvre", "Odette L."),
        ("Odette", "", "Odette"),
        ("", "Roux", "R."),
        ("", "", ""),
    ],
)
def test_a_participant_s_screen_shows_a_first_name_and_an_initial(
    first: str, last: str, shown: str
) -> None:
    assert row(first, last).short_name == shown


def test_an_instant_is_shown_in_its_zone() -> None:
    noon = at_local(DAY, dt.time(12), "Europe/Paris")
    assert local(noon, "Europe/Paris").hour == 12
    assert local(noon, "Indian/Mayotte").hour == 14
    assert to_instant(local(noon, "Indian/Mayotte")) == noon
    with pytest.raises(ValueError, match="naive"):
        to_instant(dt.datetime(2026, 11, 25, 12))  # noqa: DTZ001 - on purpose


def test_the_hour_that_the_clocks_show_twice_is_the_first() -> None:
    night = dt.date(2026, 10, 25)
    first = at_local(night, dt.time(2, 30), "Europe/Paris")
    assert at_local(night, dt.time(3, 30), "Europe/Paris") - first == 2 * 3_600_000
