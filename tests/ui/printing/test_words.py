"""What the sheet says, cell by cell."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from angrilien.domain import clock
from angrilien.domain.rows import SheetLineRow, SheetView, VenueRow, WorkshopRow
from angrilien.ui.printing import notice
from angrilien.ui.printing.words import LineWords, clean, file_name, say

Make = Callable[..., Any]


def line(**changes: Any) -> SheetLineRow:
    row = SheetLineRow(number=1, last_name="Bénard", first_name="Odette", state="present")
    return dataclasses.replace(row, **changes)


def said(make_sheet: Make, row: SheetLineRow, *, closed: bool) -> LineWords:
    return say(make_sheet((row,), closed=closed)).lines[0]


def test_header(open_sheet: SheetView) -> None:
    words = say(open_sheet)
    assert words.title == "Feuille d’émargement"
    assert words.workshop == open_sheet.workshop.title
    assert {fact.label: fact.text for fact in words.facts} == {
        "Date": (
            "Mercredi 25\u00a0novembre 2026, de 14\u00a0h\u00a000 à 16\u00a0h\u00a000 (2\u00a0h)"
        ),
        "Lieu": "L’Angri’lien, 3 place de l’Église, Angrie",
        "Animation": "Nadia Bensaïd, Paul Mercier",
        "Organisation": "Groupe SOS, avec Orange",
    }
    assert [brand.name for brand in words.brands] == ["Groupe SOS", "Orange"]
    assert (words.code, words.code_shown) == ("7Q2KM4XR9T", "7Q2K-M4XR-9T")
    assert words.folio.format(number=1, count=2) == "n° 1/2"


def test_workshop_past_midnight_says_so(make_sheet: Make, make_workshop: Make) -> None:
    day = dt.date(2026, 11, 25)
    late = make_workshop(
        starts_at=clock.at_local(day, dt.time(22), "Europe/Paris"),
        ends_at=clock.at_local(day + dt.timedelta(1), dt.time(0, 30), "Europe/Paris"),
        after_the_fact=True,
    )
    text = say(make_sheet(workshop=late)).facts[0].text.replace("\u00a0", " ")
    assert text == (
        "Mercredi 25 novembre 2026, de 22 h 00 à 0 h 30 le lendemain (2 h 30), saisi après coup"
    )


def test_hours_are_those_of_the_venue(make_sheet: Make, make_workshop: Make) -> None:
    mayotte: WorkshopRow = make_workshop(
        tz="Indian/Mayotte",
        starts_at=clock.at_local(dt.date(2026, 11, 25), dt.time(9), "Indian/Mayotte"),
        ends_at=clock.at_local(dt.date(2026, 11, 25), dt.time(10), "Indian/Mayotte"),
    )
    view = make_sheet((line(arrival=mayotte.starts_at),), workshop=mayotte)
    assert say(view).lines[0].arrival == "9\u00a0h\u00a000"


@pytest.mark.parametrize(
    ("venue", "place"),
    [
        (VenueRow(id="v", name="Café de Beaulon", commune="Beaulon"), "Café de Beaulon"),
        (VenueRow(id="v", name="Le Bu", commune="Bu"), "Le Bu"),
        (VenueRow(id="v", name="Le Bureau", commune="Bu"), "Le Bureau, Bu"),
        (VenueRow(id="v", name="L’Angri’lien", commune="Angrie"), "L’Angri’lien, Angrie"),
    ],
)
def test_place_names_its_commune_once(
    make_sheet: Make, make_workshop: Make, venue: VenueRow, place: str
) -> None:
    facts = say(make_sheet(workshop=make_workshop(venue=venue))).facts
    assert next(fact.text for fact in facts if fact.label == "Lieu") == place


@pytest.mark.parametrize(
    ("row", "closed", "mark"),
    [
        (line(mode="paper"), True, "a signé sur papier"),
        (line(mode="paper"), False, "a signé sur papier"),
        (line(mode="unable"), True, "n’a pas pu signer"),
        (line(mode="screen"), True, "a signé à l’écran"),
        (line(mode="screen", drawing=b"\x09nonsense"), True, "a signé à l’écran"),
        (line(mode=None), True, "sans émargement"),
        (line(mode=None), False, ""),
        (line(state="expected"), True, "absence"),
        (line(state="expected"), False, ""),
        (line(state="excused"), True, "absence excusée"),
    ],
)
def test_signature_cell(make_sheet: Make, row: SheetLineRow, closed: bool, mark: str) -> None:
    assert said(make_sheet, row, closed=closed).mark == mark


def test_who_could_not_sign_has_the_reason_and_the_witness(make_sheet: Make) -> None:
    row = line(mode="unable", note="main dans le plâtre, en présence de Nadia")
    assert said(make_sheet, row, closed=True).remark == row.note


def test_words_leave_room_for_a_hand_on_an_open_sheet_only(make_sheet: Make) -> None:
    assert said(make_sheet, line(mode="paper"), closed=False).aside
    assert not said(make_sheet, line(mode="paper"), closed=True).aside


def test_first_time_is_ticked_by_hand_where_nobody_knows_it(make_sheet: Make) -> None:
    assert said(make_sheet, line(first_time=True), closed=True).first_time == "oui"
    assert said(make_sheet, line(first_time=False), closed=False).first_time == "non"
    assert said(make_sheet, line(), closed=False).first_time is None
    assert said(make_sheet, line(), closed=True).first_time == ""


def test_sans_nom(make_sheet: Make) -> None:
    words = said(make_sheet, line(anonymous=True, last_name="", first_name=""), closed=True)
    assert (words.last_name, words.first_name) == ("sans nom", "")


def test_open_sheet_is_counted_by_hand_and_says_nothing_of_closing(open_sheet: SheetView) -> None:
    words = say(open_sheet)
    assert [(count.label, count.value) for count in words.counts] == [
        ("Présences", ""),
        ("dont 1re fois", ""),
    ]
    assert (words.closing, words.fingerprint, words.signer) == ("", "", ())


def test_closed_sheet_says_its_counts_its_date_and_its_fingerprint(
    closed_sheet: SheetView,
) -> None:
    words = say(closed_sheet)
    assert [(count.label, count.value) for count in words.counts] == [
        ("Présences", "9"),
        ("dont 1re fois", "2"),
        ("dont sans nom", "1"),
    ]
    assert words.closing.replace("\u00a0", " ").splitlines() == [
        "Feuille terminée le mercredi 25 novembre 2026 à 16 h 04.",
        "Empreinte : 7Q2K-M4XR-9T3F-8ABC",
    ]
    assert words.signer


def test_names_stay_on_one_line_and_cannot_turn_their_neighbours_round() -> None:
    assert clean("Jean\n\tPaul\u2029") == "Jean Paul"
    assert clean("\u202eettedO") == "ettedO"
    assert clean("\ud800Zoé") == "Zoé"
    family = "👩\u200d👩\u200d👧"
    assert clean(family) == family


def test_file_is_named_after_the_workshop_and_nobody(closed_sheet: SheetView) -> None:
    name = file_name(closed_sheet)
    assert name == "feuille-2026-11-25-proteger-ses-donnees-personnelles-mots-d.pdf"


def test_notice_says_all_that_it_must() -> None:
    told = notice.load()
    text = " ".join(f"{part.title} {part.text}" for part in told.paragraphs)
    for word in ("compter", "trois ans", "corriger", "effacer", "coordination", "CNIL", "cnil.fr"):
        assert word in text
    assert "{" not in text
    sentences = text.replace("?", ".").replace("!", ".").split(". ")
    assert max(len(sentence.split()) for sentence in sentences) <= 16
