"""Holidays against published calendars, and where they differ."""

from __future__ import annotations

import datetime as dt

import pytest

from angrilien.domain.holidays import departement_of, easter, holiday, holidays


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28),
     (2038, 4, 25), (1961, 4, 2), (2049, 4, 18)],
)  # fmt: skip
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == dt.date(year, month, day)


def test_the_eleven_days_of_2026() -> None:
    assert [f"{day:%m-%d}" for day in holidays(2026)] == [
        "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11",
        "12-25",
    ]  # fmt: skip
    assert holiday(dt.date(2026, 5, 14)) == "Ascension"
    assert holiday(dt.date(2026, 5, 15)) == ""


def test_the_east_and_overseas_have_days_of_their_own() -> None:
    assert holiday(dt.date(2026, 4, 3), "67") == "Vendredi saint"
    assert holiday(dt.date(2026, 12, 26), "57") == "Saint-Étienne"
    assert holiday(dt.date(2026, 4, 3), "49") == ""
    assert holiday(dt.date(2026, 4, 27), departement_of("97640")) == "abolition de l’esclavage"
    assert holiday(dt.date(2026, 4, 27), departement_of("49000")) == ""


@pytest.mark.parametrize(("postcode", "code"), [("49320", "49"), ("97640", "976"), ("", ""),
                                                ("97133", "977"), ("97150", "978"),
                                                ("4932", ""), ("abcde", "")])  # fmt: skip
def test_the_departement_of_a_postal_code(postcode: str, code: str) -> None:
    assert departement_of(postcode) == code


def test_years_of_a_century_have_their_eleven_days_or_ten() -> None:
    # Ascension may fall on the first or the eighth of May.
    for year in range(2000, 2100):
        assert len(holidays(year)) in (10, 11)
        assert easter(year).weekday() == 6
