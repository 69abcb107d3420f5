"""D0 and D0b with the mouse and the keyboard, on real notebooks."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from angrilien.services import code_secret, opening
from angrilien.services.opening import DATABASE
from angrilien.ui import theme
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from helpers.notebooks import CODE_SECRET, PHRASE, make_notebook
from helpers.windows import click, settle, write


def begin(qtbot: QtBot, window: MainWindow, name: str) -> Any:
    window.navigate(name)
    settle(qtbot, window)
    return window.page


def words_shown(page: Any) -> str:
    return str(page.words.phrase)


def to_the_code(qtbot: QtBot, window: MainWindow) -> Any:
    page = begin(qtbot, window, "first_start")
    write(page.name_field.edit, "Claire Martin")
    click(page.name_next)
    phrase = words_shown(page)
    click(page.noted)
    write(page.typed_field.edit, phrase.upper())
    click(page.typed_next)
    settle(qtbot, window)
    write(page.secret.code.edit, CODE_SECRET)
    write(page.secret.again.edit, CODE_SECRET)
    click(page.secret_next)
    return page


@pytest.fixture
def in_mayotte(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer is set to the hours of Mayotte."""
    monkeypatch.setattr(Desk, "zone", "Indian/Mayotte")


def test_five_steps_make_a_notebook_and_lead_to_today(
    qtbot: QtBot, closed_window: MainWindow, desk: Desk, in_mayotte: None
) -> None:
    page = begin(qtbot, closed_window, "first_start")
    assert "1 sur 5" in page.head._subtitle.text()
    write(page.name_field.edit, "Claire Martin")
    QTest.keyClick(page.name_field.edit, Qt.Key.Key_Return)
    phrase = words_shown(page)
    assert len(phrase.split()) == 6
    click(page.noted)
    assert not page.words.isVisible()
    write(page.typed_field.edit, phrase)
    QTest.keyClick(page.typed_field.edit, Qt.Key.Key_Return)
    settle(qtbot, closed_window)
    write(page.secret.code.edit, CODE_SECRET)
    QTest.keyClick(page.secret.code.edit, Qt.Key.Key_Return)
    write(page.secret.again.edit, CODE_SECRET)
    QTest.keyClick(page.secret.again.edit, Qt.Key.Key_Return)
    click(page.without)
    assert page.head._title.text() == "Création du cahier…"
    qtbot.waitUntil(lambda: desk.is_open, timeout=20_000)
    settle(qtbot, closed_window)
    assert closed_window.page is not None
    assert closed_window.page.name == "today"
    assert opening.exists(desk.folder)
    assert desk.notebook.zone == "Indian/Mayotte", "hours are those of this computer's place"
    # Nothing of the phrase stays in the window.
    assert page.typed_field.text() == ""
    assert words_shown(page).strip() == ""
    assert page.secret.code.text() == page.secret.again.text() == ""
    future = desk.lanes.store.submit(code_secret.check, desk.notebook, CODE_SECRET)
    assert future.result(30), "and the code secret is the one that was chosen"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Cette case est vide. Écrivez quelque chose."),
        ("   ", "Cette case est vide. Écrivez quelque chose."),
        ("x" * 101, "C’est trop long\u00a0: 100 caractères au plus."),
    ],
)
def test_a_name_that_cannot_be_taken_stays_in_its_field(
    qtbot: QtBot, closed_window: MainWindow, name: str, sentence: str
) -> None:
    page = begin(qtbot, closed_window, "first_start")
    write(page.name_field.edit, name)
    click(page.name_next)
    assert page.name_field.sentence.text() == sentence
    assert page.name_field.text() == name
    assert page.name_field.isVisible()


def test_a_phrase_typed_otherwise_names_the_word(qtbot: QtBot, closed_window: MainWindow) -> None:
    page = begin(qtbot, closed_window, "first_start")
    write(page.name_field.edit, "Claire")
    click(page.name_next)
    words = words_shown(page).split()
    click(page.noted)
    typed = " ".join([*words[:3], "autre", *words[4:]])
    write(page.typed_field.edit, typed)
    click(page.typed_next)
    settle(qtbot, closed_window)
    assert page.typed_field.sentence.text().endswith("Regardez le mot 4.")
    assert page.typed_field.text() == typed
    click(page.typed_back)
    assert words_shown(page).split() == words


def test_another_phrase_is_another(qtbot: QtBot, closed_window: MainWindow) -> None:
    page = begin(qtbot, closed_window, "first_start")
    write(page.name_field.edit, "Claire")
    click(page.name_next)
    before = words_shown(page)
    click(page.words.another)
    settle(qtbot, closed_window)
    assert words_shown(page) != before


@pytest.mark.parametrize("percent", [100, 160])
def test_all_six_words_can_be_read_in_the_smallest_window(
    qtbot: QtBot, closed_window: MainWindow, looks: QApplication, percent: int
) -> None:
    theme.apply(looks, text_percent=percent)
    closed_window.resize(900, 520)
    page = begin(qtbot, closed_window, "first_start")
    page.words.show_phrase("gourmand douter nuisible ecureuil gymnaste chausson")
    page._go(1)
    settle(qtbot, closed_window)
    QApplication.processEvents()
    card = page.words.card
    for label in page.words._labels:
        assert label.isVisible()
        assert label.width() >= label.sizeHint().width()
        assert card.rect().contains(label.geometry()), label.text()
    places = [label.geometry() for label in page.words._labels]
    assert not any(a.intersects(b) for a, b in itertools.combinations(places, 2))


def test_without_a_printer_the_words_are_to_be_copied(
    qtbot: QtBot, closed_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    page = begin(qtbot, closed_window, "first_start")
    write(page.name_field.edit, "Claire")
    click(page.name_next)
    click(page.words.print_button)
    assert closed_window.messages.sentence == (
        "Aucune imprimante n’a été trouvée. Recopiez les six mots."
    )


@pytest.mark.parametrize("code", ["", "7Q2K-M4XR-9Z", "bonjour"])
def test_a_code_that_is_none_is_refused_before_anything_is_made(
    qtbot: QtBot, closed_window: MainWindow, desk: Desk, code: str
) -> None:
    page = to_the_code(qtbot, closed_window)
    write(page.code_field.edit, code)
    click(page.begin)
    assert page.code_field.has_problem
    assert page.code_field.text() == code
    assert not opening.exists(desk.folder)


def test_a_notebook_that_cannot_be_made_says_so_and_keeps_the_steps(
    qtbot: QtBot, closed_window: MainWindow, desk: Desk
) -> None:
    desk.folder.parent.mkdir(exist_ok=True)
    desk.folder.write_text("a file where the folder should be", encoding="utf-8")
    page = to_the_code(qtbot, closed_window)
    click(page.without)
    qtbot.waitUntil(closed_window.messages.isVisible, timeout=20_000)
    assert closed_window.messages.sentence == (
        "Angrilien ne peut pas écrire dans son dossier. Appelez le programme."
    )
    assert page.code_field.isVisible()
    assert page.name_field.text() == "Claire Martin"


@pytest.mark.parametrize(
    ("code", "again", "sentence"),
    [
        ("", "", "Le code secret a six chiffres."),
        ("12345", "12345", "Le code secret a six chiffres."),
        ("123456", "123456", "Ce code est trop facile à deviner. Choisissez-en un autre."),
        ("250148", "250148", "Ce code ressemble à une date. Choisissez-en un autre."),
        (CODE_SECRET, "937405", "Les deux codes ne sont pas les mêmes."),
    ],
)
def test_a_code_secret_that_cannot_be_taken_says_why_and_stays(
    qtbot: QtBot, closed_window: MainWindow, code: str, again: str, sentence: str
) -> None:
    page = to_the_code(qtbot, closed_window)
    page.go_back()
    write(page.secret.code.edit, code)
    write(page.secret.again.edit, again)
    click(page.secret_next)
    wrong = [field for field in (page.secret.code, page.secret.again) if field.has_problem]
    assert [field.sentence.text() for field in wrong] == [sentence]
    assert (page.secret.code.text(), page.secret.again.text()) == (code, again)
    assert page.secret.isVisible()


# --- D0b ------------------------------------------------------------------------------------------


@pytest.fixture
def unlock(qtbot: QtBot, closed_window: MainWindow, desk: Desk, tmp_path: Path) -> Any:
    made = desk.lanes.store.submit(make_notebook, tmp_path, programme=desk.programme).result(30)
    desk.lanes.store.submit(made.close).result(30)
    return begin(qtbot, closed_window, "unlock")


def test_the_phrase_opens_the_notebook(
    qtbot: QtBot, closed_window: MainWindow, unlock: Any, desk: Desk, in_mayotte: None
) -> None:
    assert unlock.field.edit.echoMode() == QLineEdit.EchoMode.Password
    write(unlock.field.edit, PHRASE.replace(" ", "  ").upper())
    QTest.keyClick(unlock.field.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.is_open, timeout=20_000)
    settle(qtbot, closed_window)
    assert closed_window.page is not None
    assert closed_window.page.name == "today"
    assert unlock.field.text() == ""
    assert desk.notebook.zone == "Indian/Mayotte"


def test_a_file_that_is_not_ours_is_said_before_a_phrase_is_typed(
    qtbot: QtBot, closed_window: MainWindow, desk: Desk
) -> None:
    desk.folder.mkdir(exist_ok=True)
    (desk.folder / DATABASE).write_bytes(b"SQLite format 3\0" + bytes(4080))
    begin(qtbot, closed_window, "unlock")
    assert "n’est pas un cahier de cet ordinateur" in closed_window.messages.sentence


def test_a_wrong_phrase_says_so_and_stays(
    qtbot: QtBot, closed_window: MainWindow, unlock: Any, desk: Desk
) -> None:
    write(unlock.field.edit, "abandon bambin cadeau dauphin ecarter faux")
    click(unlock.open_button)
    qtbot.waitUntil(lambda: unlock.field.has_problem, timeout=20_000)
    assert "Ce n’est pas la bonne phrase de passe." in unlock.field.sentence.text()
    assert unlock.field.text() == "abandon bambin cadeau dauphin ecarter faux"
    assert unlock.open_button.isEnabled()
    assert not desk.is_open


def test_the_words_can_be_shown_and_hidden(unlock: Any) -> None:
    write(unlock.field.edit, "abandon")
    click(unlock.seen)
    assert unlock.field.edit.echoMode() == QLineEdit.EchoMode.Normal
    assert "Cacher" in unlock.seen.text()
    click(unlock.seen)
    assert unlock.field.edit.echoMode() == QLineEdit.EchoMode.Password


@pytest.mark.parametrize("damage", ["cut", "foreign"])
def test_a_damaged_notebook_is_told_in_full_width_and_not_touched(
    qtbot: QtBot, closed_window: MainWindow, unlock: Any, desk: Desk, damage: str
) -> None:
    file = desk.folder / opening.SLOTS
    file.write_bytes(file.read_bytes()[:100] if damage == "cut" else b"{}")
    before = {f.name: f.read_bytes() for f in desk.folder.iterdir() if f.is_file()}
    write(unlock.field.edit, PHRASE)
    click(unlock.open_button)
    qtbot.waitUntil(closed_window.messages.isVisible, timeout=20_000)
    assert closed_window.messages.width() == closed_window.width()
    assert "Rien n’a été modifié." in closed_window.messages.sentence
    assert {f.name: f.read_bytes() for f in desk.folder.iterdir() if f.is_file()} == before
    click(closed_window.messages.action)
    assert closed_window.page is not None
    assert closed_window.page.name == "rescue"
