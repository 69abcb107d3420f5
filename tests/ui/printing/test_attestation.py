"""The attestation on paper, read back."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from angrilien.domain.rows import Attestation, VenueRow, Visit
from angrilien.ui.printing.attestation import of_person, rows_per_page
from angrilien.ui.printing.document import pdf
from helpers.notebooks import NOON

HOUR = 3_600_000
VISIT = Visit(
    title="Écrire à ses petits-enfants",
    date="2026-11-25",
    starts_at=NOON,
    ends_at=NOON + HOUR + HOUR // 2,
    tz="Europe/Paris",
    venue="L’Angri’lien",
)
TOLD = Attestation(
    name="Odette Lefèvre",
    visits=(VISIT,) * 2,
    facilitator="Claire Martin",
    date="2026-11-25",
    venue=VenueRow(id="v", name="L’Angri’lien"),
)


@pytest.fixture(autouse=True)
def _qt(qapp: object) -> None:
    """Fonts need an application."""


def texts(told: Attestation) -> list[str]:
    document = pypdfium2.PdfDocument(pdf(of_person(told)))
    found = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return found


def test_it_says_who_when_where_and_for_how_long() -> None:
    (text,) = texts(TOLD)
    for said in (
        "Attestation de participation", "Claire Martin", "Odette Lefèvre", "à 2 ateliers, soit 3 h",
        "Mercredi 25 novembre 2026", "de 12 h 00 à 13 h 30", "Écrire à ses petits-enfants",
        "Fait le mercredi 25 novembre 2026, L’Angri’lien.",
    ):  # fmt: skip
        assert said in text


def test_many_workshops_go_on_over_pages_and_are_signed_once() -> None:
    many = replace(TOLD, visits=(VISIT,) * (rows_per_page() + 1))
    first, second = texts(many)
    assert "Odette Lefèvre" in first
    assert "Odette Lefèvre" in second
    assert ("Signature" in first, "Signature" in second) == (False, True)


def test_neither_the_file_nor_the_job_names_the_person() -> None:
    document = of_person(TOLD)
    assert "Odette" not in document.title + document.file_name
    data = pypdfium2.PdfDocument(pdf(document))
    assert "Odette" not in str(data.get_metadata_dict())
    data.close()
