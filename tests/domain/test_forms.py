"""What cannot be accepted says which field and why; every name is kept as typed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain import vocab
from angrilien.domain.forms import (
    NAME_LIMIT,
    PersonForm,
    WorkshopForm,
    band_at,
    clean,
    person_problems,
    vocabulary,
    workshop_problems,
)

TODAY = dt.date(2026, 11, 25)
GOOD = {
    "title": "Protéger ses données",
    "themes": ("securite_numerique",),
    "date": "25/11",
    "start": "14h",
    "end": "16h",
    "venue_id": "a venue",
}


def problems(**changed: object) -> list[tuple[str, str]]:
    form = WorkshopForm(**{**GOOD, **changed})
    return [(type(p).__name__, p.field) for p in workshop_problems(form, TODAY, "Europe/Paris")]


def person(**typed: str) -> list[tuple[str, str]]:
    form = PersonForm(**{"first_name": "Odette", **typed})
    return [(type(p).__name__, p.field) for p in person_problems(form, TODAY)]


def test_a_good_workshop_has_no_problem() -> None:
    assert problems() == []
    assert problems(title="x" * 150, notes="x" * 10_000, places=" 12 ") == []


def test_an_empty_form_names_every_field_once_in_the_order_of_the_screen() -> None:
    found = workshop_problems(WorkshopForm(), TODAY, "Europe/Paris")
    assert [p.field for p in found] == ["title", "themes", "date", "start", "end", "venue_id"]
    assert all(p.text().endswith(".") for p in found)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"title": " \t\n"}, ("Missing", "title")),
        ({"title": "x" * 151}, ("TooLong", "title")),
        ({"themes": ()}, ("NoTheme", "themes")),
        ({"date": "29/02"}, ("NotADate", "date")),
        ({"start": "25h"}, ("NotAnHour", "start")),
        ({"end": "25h"}, ("NotAnHour", "end")),
        ({"end": "13h"}, ("EndBeforeStart", "end")),
        ({"venue_id": ""}, ("Missing", "venue_id")),
        ({"places": "0"}, ("NotANumber", "places")),
        ({"places": "1000"}, ("NotANumber", "places")),
        ({"places": "dix"}, ("NotANumber", "places")),
        ({"places": "9" * 5_000}, ("NotANumber", "places")),
        ({"notes": "x" * 10_001}, ("TooLong", "notes")),
    ],
)
def test_each_field_of_a_workshop_says_what_is_wrong(
    changed: dict[str, object], problem: tuple[str, str]
) -> None:
    assert problems(**changed) == [problem]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"first_name": "", "last_name": " "}, ("NameMissing", "first_name")),
        ({"first_name": "x" * (NAME_LIMIT + 1)}, ("TooLong", "first_name")),
        ({"last_name": "x" * (NAME_LIMIT + 1)}, ("TooLong", "last_name")),
        ({"birth_year": "48"}, ("NotAYear", "birth_year")),
        ({"birth_year": "2027"}, ("NotAYear", "birth_year")),
        ({"birth_year": "1905"}, ("NotAYear", "birth_year")),
        ({"birth_year": "19²8"}, ("NotAYear", "birth_year")),
        ({"phone": "0" * 31}, ("TooLong", "phone")),
    ],
)
def test_each_field_of_a_person_says_what_is_wrong(
    typed: dict[str, str], problem: tuple[str, str]
) -> None:
    assert person(**typed) == [problem]


def test_first_name_or_last_name_is_enough() -> None:
    assert person() == person(first_name="", last_name="Lefèvre") == []
    assert person(first_name="x" * NAME_LIMIT, last_name="y" * NAME_LIMIT) == []
    assert (
        person(birth_year=" 1948 ") == person(birth_year="2026") == person(birth_year="1906") == []
    )


@pytest.mark.parametrize(
    "name",
    [
        "Zoé 🌻",
        "👩‍👩‍👧",  # three people held together by zero-width joiners
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # a flag of seven signs
        "\U0001fae9 Lina",  # an emoji younger than some Python versions
        "فاطمة الزهراء",
        "נועה",
        "\u200f\u05e0\u05d5\u05e2\u05d4\u200e",  # a name between direction marks
        "می\u200cروم",  # a Persian name with its zero-width non-joiner
        "Ольга Ивановна",
        "Ngọc Ánh",
        "O’Neil-D’Arc",
        "李小龍",
        "क्षिप्रा",
    ],
)
def test_names_of_every_script_stay_as_typed(name: str) -> None:
    assert clean(f"  {name} ") == name
    assert person(first_name=name) == []


def test_what_no_name_holds_becomes_a_space_at_most() -> None:
    assert clean("Odette\x00\tLefèvre\n") == "Odette Lefèvre"
    assert clean("Odette\u00a0\u202f Lefèvre\u2028") == "Odette Lefèvre"
    assert clean("\ud83d Odette") == "Odette"


@given(st.text())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_cleaned_name_is_one_line_that_every_file_can_hold(typed: str) -> None:
    name = clean(typed)
    assert clean(name) == name
    assert name == name.strip()
    assert not set(name) & set("\x00\n\r\t")
    name.encode("utf-8")


def test_only_words_of_the_vocabulary_are_taken() -> None:
    assert vocabulary("feminin", vocab.GENDERS) == "feminin"
    assert vocabulary("", vocab.GENDERS) is None
    with pytest.raises(ValueError, match="not a word"):
        vocabulary("autre", vocab.GENDERS)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (2026, "moins_de_douze"),
        (2015, "moins_de_douze"),
        (2014, "douze_dix_huit"),
        (2009, "douze_dix_huit"),
        (2008, "dix_huit_vingt_quatre"),
        (2002, "dix_huit_vingt_quatre"),
        (2001, "vingt_cinq_trente_neuf"),
        (1986, "quarante_cinquante_neuf"),
        (1966, "soixante_soixante_neuf"),
        (1957, "soixante_soixante_neuf"),
        (1956, "soixante_dix_plus"),
        (1906, "soixante_dix_plus"),
        (2027, "non_communique"),
        (None, "non_communique"),
    ],
)
def test_the_age_band_is_that_of_the_year(born: int | None, band: str) -> None:
    assert vocab.age_band(born, 2026) == band


def test_the_band_to_freeze_comes_from_the_year_else_from_the_band() -> None:
    assert band_at(1957, None, 2026) == "soixante_soixante_neuf"
    assert band_at(1957, None, 2027) == "soixante_dix_plus"
    assert band_at(None, "moins_de_douze", 2026) == "moins_de_douze"
    assert band_at(None, None, 2026) is None
