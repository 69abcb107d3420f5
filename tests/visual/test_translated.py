"""With another language in the place of the words, nothing of French is left on any scene."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from angrilien.services import workshops
from angrilien.ui.printing import notice
from helpers.notebooks import NAMES, PHRASE
from visual.corners import USUAL
from visual.notebooks import FIRST_NAMES, LAST_NAMES, TITLES
from visual.scenes import every
from visual.sight import all_texts
from visual.stage import KINDS, Originals, play

PEOPLE = "|".join(
    re.escape(name)
    for name in (
        *(name for pair in NAMES for name in pair),
        *FIRST_NAMES, *LAST_NAMES, "Claire", "Bruno Petit", "Martin", "Camille", "Entraînement",
        "Georges Blanche", "Zoé", "Suzanne",
    )
)  # fmt: skip
PLACES = r"Bouillé-Ménard|Bourg-l’Évêque|Ombrée d’Anjou|Segré-en-Anjou Bleu|Aviré"
MONTH = "janvier|juillet|octobre|novembre|décembre"
LEFT = (
    r"Angrilien",
    rf"(({PEOPLE}|[A-ZÉ]\.)[ \u00a0]?)+",
    rf"«?\u00a0?({'|'.join(map(re.escape, TITLES))})\u00a0?»?",
    rf"({PLACES})( \(49\))?",
    r"Lieu à préciser|Café d’entraînement",
    r"[\d\s\u00a0\u202f/%–h:…-]*",
    rf"(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)?\s?(\d+(er)?\s({MONTH})(\s\d{{4}})?)?",
    rf"hier|aujourd’hui|demain|(lun|mar|mer|jeu|ven|sam|dim)\.|({MONTH}) \d{{4}}",
    r"[·,. &()●○\u2009«»\u00a0]*",
    *(re.escape(theme.title) for theme in workshops.themes()),
    *PHRASE.split(), re.escape(PHRASE),
)  # fmt: skip
"""What no translator says: names, what was typed, numbers, days, the catalogue of themes."""
_KNOWN = re.compile("|".join(f"(?:{one})" for one in LEFT), re.IGNORECASE)


class Brackets(QTranslator):
    """Says each text between brackets."""

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803 - Qt's own name
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        return f"⟦{sourceText}⟧"

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's own name
        return False


@pytest.fixture(autouse=True)
def brackets(qapp: QApplication) -> Iterator[None]:
    translator = Brackets(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
    translator.deleteLater()


def escaped(text: str) -> bool:
    """Tell whether a text holds more than what is between brackets and what no translator says."""
    rest = text
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)) != rest:
        rest = shorter
    parts = re.split(r" · |, |\. |\n|\. ", rest)
    return not all(_KNOWN.fullmatch(part.strip()) for part in parts)


NOTICE = {part for one in notice.load().paragraphs for part in (one.title, one.text)}
"""The information notice: a text of its own for each language, as on the sheet."""


def untranslated(window: QWidget) -> list[str]:
    """Return the texts of a window, seen or heard, that escaped the translator."""
    return [
        text
        for widget, text in all_texts(window)
        if not _typed(widget, text) and text not in NOTICE and escaped(text)
    ]


def _typed(widget: QWidget, text: str) -> bool:
    if isinstance(widget, QTextBrowser):
        return True  # a page of help is a file of its own for each language
    if isinstance(widget, QLineEdit):
        return text == widget.text()
    return isinstance(widget, QPlainTextEdit) and text == widget.toPlainText()


def test_no_text_of_any_scene_escapes_the_translator(
    qtbot: QtBot, app: QApplication, originals: Originals, tmp_path: Path
) -> None:
    found: dict[str, str] = {}
    seen = 0
    for kind in KINDS:
        with play(qtbot, app, kind, USUAL, originals, tmp_path) as stage:
            for scene in every():
                if scene.kind == kind:
                    scene.way(stage)
                    for text in untranslated(stage.window):
                        found.setdefault(text, scene.name)
                    seen += sum("⟦" in text for _, text in all_texts(stage.window))
                    stage.strike()
    assert seen > 1_000
    assert not found, "\n".join(f"{scene}: {text!r}" for text, scene in found.items())


@pytest.mark.parametrize(
    ("text", "escapes"),
    [
        ("⟦Bonjour⟧ Claire", False),
        ("⟦Étape {step} sur {steps}⟧", False),
        ("⟦Feuille : ⟦terminée⟧⟧", False),
        ("Odette Lefèvre · ⟦est là⟧", False),
        ("Bonjour", True),
        ("⟦Bonjour⟧ et bienvenue", True),
        ("12 présences", True),
    ],
)
def test_what_escapes_is_found(qtbot: QtBot, text: str, escapes: bool) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label = QLabel(text)
    QVBoxLayout(window).addWidget(label)
    window.show()
    assert untranslated(window) == ([text] if escapes else [])
