"""The pages of the printed sheet, each with its approved picture: what no assertion says in words.

They hold for the Qt and the font that set the letters, and for the reader of PDF that draws them.
"""

from __future__ import annotations

import dataclasses
import json
from importlib.metadata import version
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QImage

from angrilien.domain.amendment import ADD, WITHDRAW, Statement
from angrilien.domain.rows import AmendmentRow, SheetLineRow
from angrilien.ui.printing.geometry import LARGE, NORMAL, Size
from angrilien.ui.printing.sheet import pdf_bytes
from angrilien.ui.printing.words import Blank, Printable
from helpers.sheets import at, attended, expected, scribble, sheet, workshop
from visual import approved

FOLDER = Path(__file__).with_name("sheets")
MADE_ON = FOLDER / "made_on.json"
DPI = 80


def corrected() -> Printable:
    """An ended sheet with two corrections under it."""
    made = (
        AmendmentRow(
            number=3,
            made_at=at(18, 5),
            facilitator="Nadia Bensaïd",
            statement=Statement(kind=WITHDRAW),
            reason="Une homonyme est venue à sa place",
            drawing=scribble(2),
        ),
        AmendmentRow(
            number=None,
            made_at=at(18, 12),
            facilitator="Nadia Bensaïd",
            statement=Statement(
                kind=ADD, line={"last_name": "Dœuff", "first_name": "Jeanne", "mode": "paper"}
            ),
            reason="Elle avait signé sur papier",
            drawing=scribble(3),
        ),
    )
    return sheet(attended(), closed=True, amendments=made)


def longest() -> Printable:
    """Forty people with the longest names."""
    names = ("Chauvin-Lefèvre-de-la-Roche-Guyon-de-Montmorency", "Marie-Françoise Bernadette")
    return sheet(
        tuple(SheetLineRow(number=n, last_name=names[0], first_name=names[1]) for n in range(1, 41))
    )


SHEETS: dict[str, tuple[Printable, Size, int]] = {
    "open": (sheet(expected(8)), NORMAL, 0),
    "open-second-page": (longest(), NORMAL, 1),
    "closed": (sheet(attended(), closed=True), NORMAL, 0),
    "corrected": (corrected(), NORMAL, 0),
    "afterwards": (
        dataclasses.replace(
            sheet(expected(3)), workshop=workshop(after_the_fact=True, facilitators=("Nadia",))
        ),
        NORMAL,
        0,
    ),
    "large": (sheet(expected(5)), LARGE, 0),
    "blank": (Blank(workshop().venue), NORMAL, 0),
}
"""By the name of the picture: what is printed, its size of print, and which page."""


def drawn(view: Printable, size: Size, page: int) -> QImage:
    """A page as a reader of PDF shows it."""
    document = pypdfium2.PdfDocument(bytes(pdf_bytes(view, size).data()))
    bitmap = document[page].render(scale=DPI / 72)
    picture = QImage(
        bytes(bitmap.buffer),
        bitmap.width,
        bitmap.height,
        bitmap.stride,
        QImage.Format.Format_BGR888,
    ).copy()
    document.close()
    return picture


def here() -> dict[str, str]:
    """What the pictures depend on."""
    return {**approved.platform(), "pypdfium2": version("pypdfium2")}


@pytest.mark.parametrize("name", SHEETS)
def test_a_page_is_as_it_was_approved(qapp: object, name: str, approving: bool) -> None:
    picture = drawn(*SHEETS[name])
    path = FOLDER / f"{name}.png"
    if approving:
        approved.keep(picture, path)
        MADE_ON.write_text(json.dumps(here(), indent=1) + "\n", encoding="utf-8")
        return
    made = json.loads(MADE_ON.read_text(encoding="utf-8"))
    if made != here():
        pytest.skip(f"these pictures are not compared here: made on {made}")
    difference = approved.compare(picture, QImage(str(path)))
    if difference.pixels:
        folder = approved.DIFFERENCES / "sheets"
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(str(folder / path.name))
        if difference.picture is not None:
            difference.picture.save(str(folder / f"{name}-difference.png"))
    assert not difference.pixels, f"see visual-out/sheets/{name}.png"


def test_a_page_that_differs_is_seen(qapp: object) -> None:
    """One letter of a name is enough."""
    lines = expected(8)
    other = dataclasses.replace(lines[3], last_name="Étiennes")
    there = drawn(sheet((*lines[:3], other, *lines[4:])), NORMAL, 0)
    assert approved.compare(there, drawn(sheet(lines), NORMAL, 0)).pixels
