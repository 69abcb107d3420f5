"""The PDF file: its words read back, its code scanned, its description, its saving."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from angrilien.domain.rows import SheetLineRow, SheetView
from angrilien.errors import CannotSaveFile
from angrilien.ui.printing import geometry, notice
from angrilien.ui.printing.notice import Brand
from angrilien.ui.printing.paint import notice_height
from angrilien.ui.printing.sheet import page_count, pdf_bytes, sheet_pdf
from angrilien.ui.printing.text import Ink
from angrilien.ui.printing.words import Blank, Printable

Make = Callable[..., Any]
POINTS_PER_MM = 72 / 25.4
ODD = (
    ("Chauvin-Lefèvre-de-la-Roche-Guyon-et-de-Montmorency-Beaumont-sur-Sarthe", "Marie " * 16),
    ("W" * 100, "M" * 100),
    ("Достоевская-Преображенская", "Александра"),
    ("عبد الرحمن بن عبد العزيز آل سعود", "محمد"),
    ("😀 Dupont", "Zoé 🎉"),
    ("", "Lulu"),
)


@pytest.fixture(autouse=True)
def _qt(qapp: object) -> None:
    """Fonts need an application."""


def texts(view: Printable, size: geometry.Size = geometry.NORMAL) -> list[str]:
    document = pypdfium2.PdfDocument(bytes(pdf_bytes(view, size).data()))
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def picture(data: bytes, dpi: int, page: int = 0) -> memoryview:
    document = pypdfium2.PdfDocument(data)
    try:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        dots, across = bytes(bitmap.buffer), bitmap.width
        rows = [
            dots[start : start + across]
            for start in range(0, bitmap.height * bitmap.stride, bitmap.stride)
        ]
        return memoryview(b"".join(rows)).cast("B", shape=[bitmap.height, bitmap.width])
    finally:
        document.close()


def plain(text: str) -> str:
    return " ".join(text.split())


def odd_sheet(make_sheet: Make) -> SheetView:
    rows = (
        SheetLineRow(number=i + 1, last_name=last[:100], first_name=first[:100])
        for i, (last, first) in enumerate(ODD)
    )
    view: SheetView = make_sheet(tuple(rows))
    return view


def test_text_is_text_with_its_french_letters(closed_sheet: SheetView) -> None:
    (text,) = texts(closed_sheet)
    for sentence in (
        "Feuille d’émargement",
        closed_sheet.workshop.title,
        "Mercredi 25 novembre 2026, de 14 h 00 à 16 h 00 (2 h)",
        "L’Angri’lien, 3 place de l’Église, Angrie",
        "Animation Nadia Bensaïd, Paul Mercier",
        "Groupe SOS · Orange",
        "7Q2K-M4XR-9T",
        "1 Bénard Odette non 14 h 00",
        "3 Dœuff Marie-Françoise",
        "a signé sur papier",
        "n’a pas pu signer",
        "main dans le plâtre, en présence de Nadia",
        "9 sans nom 14 h 20",
        "Présences 9 dont 1re fois 2 dont sans nom 1",
        "Feuille terminée le mercredi 25 novembre 2026 à 16 h 04.",
        "Empreinte : 7Q2K-M4XR-9T3F-8ABC",
        "Arrivée",
        "TSA 80715",
        "n° 1/1",
    ):
        assert plain(sentence) in plain(text), sentence


def test_each_page_has_the_header_the_notice_and_its_number(
    make_sheet: Make, make_expected: Make
) -> None:
    pages = [plain(text) for text in texts(make_sheet(make_expected(40)))]
    assert len(pages) == 4
    for number, text in enumerate(pages, 1):
        assert "Feuille d’émargement" in text
        assert "mots de passe et arnaques" in text
        assert "Mercredi 25 novembre 2026" in text
        assert "7Q2K-M4XR-9T" in text
        assert "Nom Prénom" in text
        assert "Signature" in text
        assert "Quels sont vos droits" in text
        assert f"n° {number}/4" in text
    assert ["dont 1re fois" in text for text in pages] == [False, False, False, True]


def test_other_scripts_are_read_back(make_sheet: Make) -> None:
    (text,) = texts(odd_sheet(make_sheet))
    assert "Достоевская" in text
    assert "محمد" in text or "محمد"[::-1] in text
    assert "Lulu" in text
    assert "W" * 20 in text


@pytest.mark.parametrize("size", [geometry.NORMAL, geometry.LARGE])
def test_no_letter_leaves_its_cell(make_sheet: Make, size: geometry.Size) -> None:
    view = odd_sheet(make_sheet)
    document = pypdfium2.PdfDocument(bytes(pdf_bytes(view, size).data()))
    page = document[0]
    height = page.get_height()
    text = page.get_textpage()
    boxes = [text.get_charbox(i) for i in range(text.count_chars())]
    document.close()
    # Every page of this module has the same header, so the rows stand where a plain sheet has them.
    rows = geometry.lay_out(len(ODD), closed=False, notice_height=25, size=size)[0].rows
    names = [cell for row in rows for cell in (row.cells.last_name, row.cells.first_name)]
    seen = 0
    for left, bottom, right, top in boxes:
        box = geometry.Rect(
            left / POINTS_PER_MM,
            (height - top) / POINTS_PER_MM,
            (right - left) / POINTS_PER_MM,
            (top - bottom) / POINTS_PER_MM,
        )
        if box.width == 0 or box.height == 0:
            continue
        assert geometry.WITHIN.contains(box)
        middle = geometry.Rect(box.x + box.width / 2, box.y + box.height / 2, 0, 0)
        for cell in names:
            if cell.contains(middle):
                seen += 1
                assert cell.contains(box)
    assert seen > 300


@pytest.mark.parametrize("size", [geometry.NORMAL, geometry.LARGE])
def test_the_signers_name_keeps_off_its_frame(
    make_sheet: Make, make_expected: Make, size: geometry.Size
) -> None:
    """At 300 dots an inch there is white between the name's lowest letter and the frame."""
    view = make_sheet(make_expected(3), facilitator="Philippe Quergy-Gauguin")
    grey = picture(bytes(pdf_bytes(view, size).data()), 300)
    dots = 300 / 25.4
    high = notice_height(Ink(1200), notice.load().paragraphs, size)
    (page,) = geometry.lay_out(3, closed=False, notice_height=high, size=size)
    assert page.foot is not None
    frame = geometry.foot_parts(page.foot).signature
    across = range(round((frame.x + 1) * dots), round((frame.right - 1) * dots))

    def has_ink(y: int) -> bool:
        return any(grey[y, x] < 128 for x in across)

    top = round((frame.y - 0.4) * dots)  # the frame's line is 0.4 mm thick
    assert any(has_ink(y) for y in range(round(page.foot.y * dots), top)), "the name is above"
    assert not any(has_ink(y) for y in range(round((frame.y - 1) * dots), top))


def test_numbers_of_the_lines_are_printed_and_go_on_in_the_blank_ones(make_sheet: Make) -> None:
    """Somebody between them was taken off the list after the first print."""
    lines = tuple(
        SheetLineRow(number=number, last_name=last, first_name=first)
        for number, last, first in ((1, "Bénard", "Odette"), (4, "Poirier", "Simone"))
    )
    (text,) = texts(make_sheet(lines))
    assert "1 Bénard Odette" in plain(text)
    assert "4 Poirier Simone" in plain(text)
    numbers = [word for word in plain(text).split() if word.isdecimal()]
    assert {"5", "6", "13"} <= set(numbers)


def test_large_print_is_larger(make_sheet: Make, make_expected: Make) -> None:
    view = make_sheet(make_expected(5))
    assert page_count(view, geometry.LARGE) == 1
    assert page_count(make_sheet(make_expected(40)), geometry.LARGE) == 6

    def heights(size: geometry.Size) -> float:
        document = pypdfium2.PdfDocument(bytes(pdf_bytes(view, size).data()))
        text = document[0].get_textpage()
        at = text.get_text_range().index("Odette")
        _, bottom, _, top = text.get_charbox(at)
        document.close()
        return float(top - bottom)

    assert heights(geometry.LARGE) == pytest.approx(1.5 * heights(geometry.NORMAL), rel=0.05)
    (text,) = texts(view, geometry.LARGE)
    assert "Quels sont vos droits" in text


def test_blank_sheet_is_written_by_hand(make_workshop: Make) -> None:
    blank = Blank(make_workshop().venue)
    (text,) = texts(blank)
    for words in (
        "Feuille d’émargement", "Atelier", "Date, heures", "Animation", "Groupe SOS, avec Orange",
        "Lieu L’Angri’lien, 3 place de l’Église, Angrie", "Signature de l’animation", "TSA 80715",
        "n° 1/1",
    ):  # fmt: skip
        assert words in plain(text)
    assert "novembre" not in text
    assert list(zxingcpp.read_barcodes(picture(bytes(pdf_bytes(blank).data()), 150))) == []
    numbers = [word for word in plain(text).split() if word.isdecimal()]
    assert {"1", "11"} <= set(numbers)


def test_the_seal_is_scanned_beside_its_fingerprint(closed_sheet: SheetView) -> None:
    data = bytes(pdf_bytes(closed_sheet).data())
    found = {one.text for one in zxingcpp.read_barcodes(picture(data, 150))}
    assert found == {"ANGF:7Q2KM4XR9T", "ANGE:7Q2KM4XR9T3F8ABC"}


def logo(colour: str, side: int = 40) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * side}" height="{side}">'
        f'<rect width="{2 * side}" height="{side}" fill="{colour}"/></svg>'
    )


def test_a_programme_sets_its_logos_printed_in_greys(
    open_sheet: SheetView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_notice = notice.load()
    (tmp_path / "one.svg").write_text(logo("#d00000"), encoding="utf-8")
    (tmp_path / "two.svg").write_text(logo("#0000c0"), encoding="utf-8")
    told = {
        "organisation": "Une association",
        "strip": [{"name": "Un", "logo": "one.svg"}, {"name": "Deux", "logo": "two.svg"}],
        "notice": [{"title": part.title, "text": part.text} for part in plain_notice.paragraphs],
        "contact": "ici",
    }
    made = notice.read(json.dumps(told), tmp_path)
    monkeypatch.setattr(notice, "load", lambda: made)
    data = bytes(pdf_bytes(open_sheet).data())
    document = pypdfium2.PdfDocument(data)
    text = document[0].get_textpage().get_text_bounded()
    bitmap = document[0].render(scale=100 / 72)
    document.close()
    assert "Une association" in text
    assert "Groupe SOS · Orange" not in text
    pixels = bytes(bitmap.buffer)
    colours = {pixels[i : i + 3] for i in range(0, len(pixels), bitmap.n_channels)}
    assert all(max(one) - min(one) <= 2 for one in colours), "black, white and greys"
    at = [round(mm / 25.4 * 100) for mm in (150.0, 13.0)]
    here = at[1] * bitmap.stride + at[0] * bitmap.n_channels
    assert 20 < pixels[here] < 200, "the logo stands at the right of the title"


def test_a_logo_that_cannot_be_read_leaves_the_names(
    open_sheet: SheetView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = dataclasses.replace(
        notice.load(), strip=(Brand("Une mairie", b"not a picture"), Brand("Orange"))
    )
    monkeypatch.setattr(notice, "load", lambda: made)
    (text,) = texts(open_sheet)
    assert "Une mairie · Orange" in plain(text)


def test_forty_people_with_the_longest_names(make_sheet: Make) -> None:
    """Every name is there, none is cut, each page has its header and its QR."""
    names = [f"Chauvin-Lefèvre-de-la-Roche-Guyon-de-Montmorency-{n:02}" for n in range(40)]
    lines = tuple(
        SheetLineRow(number=n + 1, last_name=name, first_name="Marie-Françoise Bernadette")
        for n, name in enumerate(names)
    )
    view = make_sheet(lines)
    for size, pages in ((geometry.NORMAL, 4), (geometry.LARGE, 6)):
        data = bytes(pdf_bytes(view, size).data())
        said = [re.sub(r"\W", "", text) for text in texts(view, size)]
        assert len(said) == pages
        for name in names:
            assert sum(name.replace("-", "") in text for text in said) == 1
        for number in (1, pages - 1):
            (found,) = zxingcpp.read_barcodes(picture(data, 150, number))
            assert found.text == "ANGF:7Q2KM4XR9T"


def test_description_holds_no_personal_data(closed_sheet: SheetView) -> None:
    data = bytes(pdf_bytes(closed_sheet).data())
    document = pypdfium2.PdfDocument(data)
    metadata = document.get_metadata_dict()
    document.close()
    assert metadata["Title"] == "Feuille d’émargement"
    assert metadata["Author"] == metadata["Subject"] == metadata["Keywords"] == ""
    for name in ("Odette", "Bénard", "Nadia", closed_sheet.workshop.title):
        for code in ("utf-8", "utf-16-be", "latin-1"):
            assert name.encode(code) not in data


@pytest.mark.parametrize("page", [0, 1])
def test_code_is_scanned_at_150_dpi(make_sheet: Make, make_expected: Make, page: int) -> None:
    data = bytes(pdf_bytes(make_sheet(make_expected(20))).data())
    (found,) = zxingcpp.read_barcodes(picture(data, 150, page))
    assert found.text == "ANGF:7Q2KM4XR9T"
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_sheet_without_a_code_has_no_qr(make_sheet: Make, make_workshop: Make) -> None:
    data = bytes(pdf_bytes(make_sheet(workshop=make_workshop(code=None))).data())
    assert list(zxingcpp.read_barcodes(picture(data, 150))) == []


def test_two_renders_are_identical(closed_sheet: SheetView) -> None:
    first, second = (bytes(pdf_bytes(closed_sheet).data()) for _ in range(2))
    assert picture(first, 100) == picture(second, 100)
    assert len(first) == len(second)


def test_signature_is_drawn_in_its_own_cell(closed_sheet: SheetView) -> None:
    lines = list(closed_sheet.lines)
    lines[0] = dataclasses.replace(lines[0], drawing=lines[1].drawing)
    other = dataclasses.replace(closed_sheet, lines=tuple(lines))
    here, there = (picture(bytes(pdf_bytes(v).data()), 100) for v in (closed_sheet, other))
    height, width = here.shape or (0, 0)
    changed = [(x, y) for y in range(height) for x in range(width) if here[y, x] != there[y, x]]
    cell = geometry.lay_out(9, closed=True)[0].rows[0].cells.signature
    dot = 25.4 / 100
    assert changed
    for x, y in changed:
        assert cell.x - dot <= x * dot <= cell.right + dot
        assert cell.y - dot <= y * dot <= cell.bottom + dot


def test_page_count_is_that_of_the_file(make_sheet: Make, make_expected: Make) -> None:
    for count in (0, 8, 9, 40):
        view = make_sheet(make_expected(count))
        assert page_count(view) == len(texts(view))


def test_eight_people_fit_on_one_page(open_sheet: SheetView) -> None:
    assert page_count(open_sheet) == 1


def test_file_is_saved_whole(open_sheet: SheetView, tmp_path: Path) -> None:
    path = tmp_path / "Émargement du café.pdf"
    path.write_bytes(b"older")
    sheet_pdf(open_sheet, path)
    assert path.read_bytes().startswith(b"%PDF-")
    assert path.read_bytes().rstrip().endswith(b"%%EOF")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("where", ["missing/sheet.pdf", "file/sheet.pdf", "folder"])
def test_file_that_cannot_be_saved_is_said_so(
    open_sheet: SheetView, tmp_path: Path, where: str
) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotSaveFile):
        sheet_pdf(open_sheet, tmp_path / where)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
