"""The PDF file: its words read back, its code scanned, its description, its saving."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from angrilien.domain.rows import SheetLineRow, SheetView
from angrilien.errors import CannotSaveFile
from angrilien.ui.printing import geometry
from angrilien.ui.printing.sheet import page_count, pdf_bytes, sheet_pdf

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


def texts(view: SheetView) -> list[str]:
    document = pypdfium2.PdfDocument(bytes(pdf_bytes(view).data()))
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def picture(data: bytes, dpi: int, page: int = 0) -> memoryview:
    document = pypdfium2.PdfDocument(data)
    try:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        rows = [
            bytes(bitmap.buffer)[y * bitmap.stride : y * bitmap.stride + bitmap.width]
            for y in range(bitmap.height)
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


def test_no_letter_leaves_its_cell(make_sheet: Make) -> None:
    view = odd_sheet(make_sheet)
    document = pypdfium2.PdfDocument(bytes(pdf_bytes(view).data()))
    page = document[0]
    height = page.get_height()
    text = page.get_textpage()
    boxes = [text.get_charbox(i) for i in range(text.count_chars())]
    document.close()
    # Every page of this module has the same header, so the rows stand where a plain sheet has them.
    rows = geometry.lay_out(len(ODD), closed=False, notice_height=25)[0].rows
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
