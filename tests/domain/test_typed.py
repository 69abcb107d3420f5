"""Dates and hours are read as people mean them."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain.clock import local
from angrilien.domain.forms import LONGEST_MINUTES, WorkshopForm, planned_times
from angrilien.domain.french import long_date, short_date
from angrilien.domain.typed import other_weekday, read_date, read_hour
from angrilien.errors import EndBeforeStart, NotADate, NotAnHour

WEDNESDAY = dt.date(2026, 11, 25)
PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("25/11", dt.date(2026, 11, 25)),
        ("25/11/2026", dt.date(2026, 11, 25)),
        ("25/11/26", dt.date(2026, 11, 25)),
        ("25.11.26", dt.date(2026, 11, 25)),
        ("25-11-2026", dt.date(2026, 11, 25)),
        ("2026-11-25", dt.date(2026, 11, 25)),
        ("25 nov", dt.date(2026, 11, 25)),
        ("25 nov.", dt.date(2026, 11, 25)),
        ("le 25 novembre", dt.date(2026, 11, 25)),
        ("mercredi 25 novembre 2026", dt.date(2026, 11, 25)),
        ("1er décembre", dt.date(2026, 12, 1)),
        ("1 DECEMBRE", dt.date(2026, 12, 1)),
        ("12 août", dt.date(2026, 8, 12)),
        ("aujourd’hui", dt.date(2026, 11, 25)),
        ("Demain", dt.date(2026, 11, 26)),
        ("après-demain", dt.date(2026, 11, 27)),
        ("hier", dt.date(2026, 11, 24)),
        ("mercredi", dt.date(2026, 11, 25)),
        ("jeudi", dt.date(2026, 11, 26)),
        ("mardi", dt.date(2026, 12, 1)),
        ("7/1", dt.date(2027, 1, 7)),
        ("10/6", dt.date(2026, 6, 10)),
        ("29/02/2028", dt.date(2028, 2, 29)),
    ],
)
def test_a_date_is_read_as_it_is_meant(typed: str, meant: dt.date) -> None:
    assert read_date(typed, WEDNESDAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", "29/02", "29/2/2027", "29 février 2026", "31/04", "31/11/2026", "0/11", "25/13",
        "25", "novembre", "25 novembre 2026 14 h", "32 nov", "5 jui", "5 ma", "bientôt", "🎄",
        "25/11/126", "\u0662\u0665/\u0661\u0661",
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(NotADate) as refused:
        read_date(typed, WEDNESDAY)
    assert refused.value.field == "date"
    assert "25/11" in refused.value.text()


def test_29_february_is_read_in_a_leap_year() -> None:
    assert read_date("29/02", dt.date(2028, 1, 5)) == dt.date(2028, 2, 29)


@given(
    day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    today=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_date_that_we_write_is_read_back(day: dt.date, today: dt.date) -> None:
    for written in (long_date(day), short_date(day), day.isoformat()):
        assert read_date(written, today) == day


@given(today=st.dates(dt.date(2001, 1, 1), dt.date(2098, 12, 31)), away=st.integers(-150, 150))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_date_without_its_year_is_the_nearest_one(today: dt.date, away: int) -> None:
    day = today + dt.timedelta(days=away)
    if (day.month, day.day) != (2, 29):
        assert read_date(f"{day.day}/{day.month}", today) == day


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14h30", dt.time(14, 30)),
        ("14 h 30", dt.time(14, 30)),
        ("14\u00a0h\u202f30", dt.time(14, 30)),
        ("14:30", dt.time(14, 30)),
        ("14.30", dt.time(14, 30)),
        ("1430", dt.time(14, 30)),
        ("930", dt.time(9, 30)),
        ("14", dt.time(14)),
        ("9H", dt.time(9)),
        ("14 heures", dt.time(14)),
        ("1 heure 05", dt.time(1, 5)),
        ("14h30min", dt.time(14, 30)),
        ("midi", dt.time(12)),
        (" Minuit ", dt.time(0)),
        ("24h", dt.time(0)),
        ("0h", dt.time(0)),
    ],
)
def test_an_hour_is_read_as_it_is_meant(typed: str, meant: dt.time) -> None:
    assert read_hour(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "h", "25h", "24h30", "14h60", "14h5", "-1", "deux heures", "14h30h", "143000"]
)
def test_an_hour_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(NotAnHour) as refused:
        read_hour(typed, field="end")
    assert refused.value.field == "end"


@given(typed=st.text(max_size=20))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_nothing_typed_gives_anything_but_a_reading_or_a_sentence(typed: str) -> None:
    for read, refusal in ((lambda t: read_date(t, WEDNESDAY), NotADate), (read_hour, NotAnHour)):
        # Anything but the refusal of that field would be a crash.
        with contextlib.suppress(refusal):
            read(typed)


def times(start: str, end: str, *, date: str = "25/11", zone: str = PARIS) -> tuple[str, str, int]:
    read = planned_times(WorkshopForm(date=date, start=start, end=end), WEDNESDAY, zone)
    shown = [f"{local(at, zone):%d %H:%M}" for at in (read.starts_at, read.ends_at)]
    return shown[0], shown[1], read.minutes


def test_an_end_on_the_next_day_is_accepted_up_to_12_hours() -> None:
    assert times("22h", "1h30") == ("25 22:00", "26 01:30", 210)
    assert times("22h", "10h") == ("25 22:00", "26 10:00", LONGEST_MINUTES)
    assert times("20h", "minuit") == ("25 20:00", "26 00:00", 240)
    with pytest.raises(EndBeforeStart):
        times("22h", "10h01")


@pytest.mark.parametrize(("start", "end"), [("16h", "14h"), ("14h", "14h"), ("9h", "8h59")])
def test_an_end_that_is_not_after_the_start_is_refused_at_its_field(start: str, end: str) -> None:
    with pytest.raises(EndBeforeStart) as refused:
        times(start, end)
    assert refused.value.field == "end"


def test_hours_are_those_of_the_venue_not_of_paris() -> None:
    form = WorkshopForm(date="25/11", start="9h", end="11h")
    paris = planned_times(form, WEDNESDAY, PARIS)
    mayotte = planned_times(form, WEDNESDAY, "Indian/Mayotte")
    assert paris.starts_at - mayotte.starts_at == 2 * 3_600_000  # UTC+3 against UTC+1 in winter
    assert mayotte.minutes == paris.minutes == 120


def test_a_night_when_the_clocks_change_lasts_as_long_as_it_lasts() -> None:
    autumn = dt.date(2026, 10, 24)
    assert times("22h", "6h", date=autumn.isoformat())[2] == 9 * 60
    spring = dt.date(2026, 3, 28)
    assert times("22h", "6h", date=spring.isoformat())[2] == 7 * 60
    # The hour that the clocks show twice is the first of the two; the one they skip is read on.
    assert times("1h", "2h30", date="2026-10-25")[2] == 90
    assert times("1h", "2h30", date="2026-03-29") == ("29 01:00", "29 03:30", 90)


@pytest.mark.parametrize("typed", ["31/12/9999", "25/11/0100", "1/1/1800", "25/11/2101"])
def test_a_year_that_no_workshop_can_be_of_is_a_slip(typed: str) -> None:
    with pytest.raises(NotADate):
        read_date(typed, dt.date(2026, 11, 25))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mardi 25 novembre", "mardi"),
        ("dimanche 25/11/2026", "dimanche"),
        ("mercredi 25 novembre", ""),
        ("25/11", ""),
        ("mercredi", ""),
        ("demain", ""),
    ],
)
def test_a_weekday_that_is_not_the_date_s_is_told(typed: str, told: str) -> None:
    assert other_weekday(typed, WEDNESDAY) == told


@pytest.mark.parametrize("month", range(1, 13))
def test_a_last_date_is_the_first_one_that_comes(month: int) -> None:
    first = dt.date(2026, month, 28)
    last = read_date("30 juin", first, after=first)
    assert last == dt.date(2026 if month <= 6 else 2027, 6, 30)
    assert read_date("30/06/2026", first, after=first) == dt.date(2026, 6, 30)
    assert read_date("28/" + str(month), first, after=first) == first


def test_a_leap_day_to_come_is_asked_with_its_year() -> None:
    with pytest.raises(NotADate):
        read_date("29/02", dt.date(2026, 11, 25), after=dt.date(2026, 11, 25))
    assert read_date("29 février", dt.date(2028, 1, 5), after=dt.date(2028, 1, 5)) == dt.date(
        2028, 2, 29
    )
