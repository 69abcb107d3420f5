"""D2 in the real window: three views, one acts where the workshop stands, paper and file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from angrilien.domain.forms import WorkshopForm
from angrilien.domain.rows import VenueRow
from angrilien.services import calendar, workshops
from angrilien.services.notebook import Notebook
from angrilien.settings import CALENDAR_VIEW
from angrilien.ui.main_window import MainWindow
from angrilien.ui.printing.document import pdf as document_pdf
from angrilien.ui.printing.month import of_month
from angrilien.ui.widgets import Text
from helpers.windows import click, press, settle, write

InLane = Callable[..., Any]
THEME = "programme_messagerie"
TITLE = "Écrire à ses petits-enfants"


def plan(nb: Notebook, date: str, title: str = TITLE, also: tuple[str, ...] = ()) -> str:
    return workshops.plan(
        nb,
        WorkshopForm(
            title=title,
            themes=("securite_numerique",),
            date=date,
            start="10h",
            end="12h",
            venue_id=nb.home().id,
            also=also,
        ),
    ).workshop_id


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, in_lane: InLane) -> Any:
    """The calendar, with two workshops of December and one cancelled in January."""
    in_lane(plan, "2026-12-02", also=("2026-12-09",))
    in_lane(workshops.cancel, in_lane(plan, "2027-01-06", "Trier ses photos"))
    return shown(qtbot, window)


def shown(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("calendar")
    settle(qtbot, window)
    return window.page


def titles(page: Any) -> list[tuple[str, str]]:
    return [(line.row.date, line.row.title) for line in page.list.lines()]


def act(line: Any, word: str) -> None:
    """Choose a word of the menu of what is seldom needed."""
    [found] = [action for action in line.findChildren(QAction) if action.text() == word]
    found.trigger()


def test_the_list_shows_what_is_coming(page: Any) -> None:
    assert titles(page) == [
        ("2026-12-02", TITLE), ("2026-12-09", TITLE), ("2027-01-06", "Trier ses photos"),
    ]  # fmt: skip
    assert page.when.text() == "Du mercredi 25\u00a0novembre 2026 au samedi 23\u00a0janvier 2027"
    assert page.list.lines()[0].open_button.hasFocus()
    assert not page.list.lines()[2].open_button.isVisible()
    assert not page.now.isVisible()


def test_an_empty_calendar_says_how_to_plan(qtbot: QtBot, window: MainWindow) -> None:
    page = shown(qtbot, window)
    assert page.empty.isVisible()
    assert page.empty_words.text() == "Aucun atelier dans ces jours."
    assert page.new.hasFocus()
    assert not page.ics_button.isVisible()
    click(page.new)
    assert window.page is not None
    assert window.page.name == "workshop_form"


def test_the_form_of_the_calendar_is_remembered(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    click(page.views["week"])
    settle(qtbot, window)
    assert window.settings.get(CALENDAR_VIEW) == "week"
    assert page.when.text() == "Du lundi 23\u00a0novembre au dimanche 29\u00a0novembre 2026"
    click(page.after)
    settle(qtbot, window)
    assert titles(page) == [("2026-12-02", TITLE)]
    click(page.now)
    settle(qtbot, window)
    assert titles(page) == []


def test_the_month_goes_from_day_to_day_with_the_arrows(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    click(page.views["month"])
    settle(qtbot, window)
    cell = page.grid.current()
    assert cell.day == dt.date(2026, 11, 25)
    assert "aujourd’hui" in cell.accessibleName()
    cell.setFocus()
    QTest.keyClick(cell, Qt.Key.Key_Down)
    settle(qtbot, window)
    there = page.grid.current()
    assert there.day == dt.date(2026, 12, 2)
    assert there.hasFocus()
    assert titles(page) == [("2026-12-02", TITLE)]
    QTest.keyClick(there, Qt.Key.Key_Down)
    settle(qtbot, window)
    assert page.grid.current().day == dt.date(2026, 12, 9)
    assert page.when.text() == "Décembre 2026"
    noel = next(cell for cell in page.grid.cells if cell.day == dt.date(2026, 12, 25))
    assert noel.accessibleName() == "vendredi 25\u00a0décembre 2026, férié, Noël, aucun atelier"
    # One stop of the Tab key for the whole grid.
    stops = [c for c in page.grid.cells if c.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) == 1
    click(noel)
    assert page.empty_words.text() == "Aucun atelier ce jour-là."


def test_a_workshop_is_cancelled_and_comes_back(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    act(page.list.lines()[0], "Annuler cet atelier")
    settle(qtbot, window)
    assert window.messages.sentence == "L’atelier est annulé. Il reste dans le calendrier."
    assert page.list.lines()[0].row.state == "cancelled"
    click(window.messages.action)
    settle(qtbot, window)
    assert page.list.lines()[0].row.state == "planned"
    act(page.list.lines()[2], "Rétablir cet atelier")
    settle(qtbot, window)
    assert page.list.lines()[2].row.state == "planned"


def test_the_same_is_planned_once_more(
    qtbot: QtBot, window: MainWindow, page: Any, in_lane: InLane
) -> None:
    act(page.list.lines()[1], "Prévoir le même")
    settle(qtbot, window)
    form: Any = window.page
    assert form.fields.title_field.text() == TITLE
    assert form.fields.date_field.text() == "16/12/2026"
    click(form.create_button)
    settle(qtbot, window)
    view = in_lane(calendar.between, "2026-12-16", "2026-12-16")
    assert [(row.title, row.themes) for row in view.workshops] == [(TITLE, ("securite_numerique",))]


def test_a_repeat_leaves_the_holidays_out_until_they_are_chosen(
    qtbot: QtBot, window: MainWindow, in_lane: InLane
) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    fields = form.fields
    write(fields.title_field.edit, TITLE)
    fields.themes_field.choose([THEME])
    write(fields.date_field.edit, "vendredi 11 décembre")
    click(fields.more)
    fields.repeat.every_field.choose("week")
    write(fields.repeat.until_field.edit, "8 janvier")
    words = {iso: fields.repeat.chips.button(iso).text() for iso in fields.repeat.chips.values()}
    assert words["2026-12-25"] == "vendredi 25\u00a0décembre 2026 (férié)"
    assert fields.repeat.also() == ("2026-12-18", "2027-01-08")
    settle(qtbot, window)
    form.area.show_field(fields.repeat.chips)
    click(fields.repeat.chips.button("2026-12-25"))
    click(fields.repeat.chips.button("2026-12-18"))
    click(form.create_button)
    settle(qtbot, window)
    view = in_lane(calendar.between, "2026-12-01", "2027-02-01")
    assert [row.date for row in view.workshops] == ["2026-12-11", "2026-12-25", "2027-01-08"]
    assert window.messages.sentence.startswith("3 ateliers enregistrés")


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Il manque"),
        ("1 janvier 2046", "C’est trop de fois"),
        ("1 décembre 2026", "La dernière date est avant la première."),
        ("trente février", "Cette date n’existe pas."),
    ],
)
def test_a_repeat_that_cannot_be_is_said_and_nothing_is_written(
    qtbot: QtBot, window: MainWindow, in_lane: InLane, until: str, sentence: str
) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    write(form.fields.title_field.edit, TITLE)
    form.fields.themes_field.choose([THEME])
    write(form.fields.date_field.edit, "11/12/2026")
    form.fields.show_more(shown=True)
    form.fields.repeat.every_field.choose("week")
    write(form.fields.repeat.until_field.edit, until)
    click(form.create_button)
    settle(qtbot, window)
    assert window.page is form
    until_field = form.fields.repeat.until_field
    assert until_field.has_problem
    assert until_field.sentence.text()
    if until:
        assert until_field.sentence.text().startswith(sentence)
    assert in_lane(calendar.between, "2026-12-01", "2027-02-01").workshops == ()
    assert form.create_button.isEnabled()


def test_what_was_left_out_is_still_so_after_a_cut(
    qtbot: QtBot, window: MainWindow, in_lane: InLane
) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    write(form.fields.date_field.edit, "11/12/2026")
    form.fields.show_more(shown=True)
    form.fields.repeat.every_field.choose("week")
    write(form.fields.repeat.until_field.edit, "8 janvier")
    settle(qtbot, window)
    form.area.show_field(form.fields.repeat.chips)
    click(form.fields.repeat.chips.button("2026-12-18"))
    window.navigate("today")
    settle(qtbot, window)
    window.navigate("workshop_form")
    settle(qtbot, window)
    assert form.fields.repeat.also() == ("2027-01-08",)


def test_what_was_left_out_stays_so_while_the_last_date_is_typed_anew(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    write(form.fields.date_field.edit, "11/12/2026")
    form.fields.show_more(shown=True)
    form.fields.repeat.every_field.choose("week")
    until = form.fields.repeat.until_field
    write(until.edit, "8 janvier")
    form.fields.repeat.chips.button("2026-12-18").click()
    form.fields.repeat.chips.button("2026-12-25").click()
    write(until.edit, "8 jan")
    write(until.edit, "8 ja")
    assert form.fields.repeat.chips.values() == ()
    write(until.edit, "8 janvier")
    assert form.fields.repeat.also() == ("2026-12-25", "2027-01-08")


def test_planning_the_same_leaves_what_was_being_typed(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    write(form.fields.title_field.edit, "À finir")
    window.navigate("calendar")
    settle(qtbot, window)
    act(page.list.lines()[0], "Prévoir le même")
    settle(qtbot, window)
    assert form.fields.title_field.text() == TITLE
    click(form.create_button)
    settle(qtbot, window)
    window.navigate("workshop_form")
    settle(qtbot, window)
    assert form.fields.title_field.text() == "À finir"


def test_a_first_date_that_is_a_holiday_is_said(qtbot: QtBot, window: MainWindow) -> None:
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    write(form.fields.date_field.edit, "25/12/2026")
    said = form.fields.date_field.sentence.text()
    assert said == "Vendredi 25\u00a0décembre 2026, férié (Noël)"


def test_the_door_shows_its_own_venue_s_workshops(in_lane: InLane, page: Any) -> None:
    view = page._view
    other = replace(view.workshops[0], venue=VenueRow(id="x", name="Café de Sada"))
    document = pypdfium2.PdfDocument(
        document_pdf(of_month(replace(view, workshops=(other, view.workshops[1]))))
    )
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert text.count(TITLE) == 1


def test_nothing_is_printed_over_another_screen(
    qtbot: QtBot, window: MainWindow, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (asked.append(1), ("", ""))[1])
    page._on_print()
    window.navigate("today")
    settle(qtbot, window)
    assert asked == []


def test_the_month_is_saved_without_a_printer_and_names_nobody(
    qtbot: QtBot, window: MainWindow, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mois.pdf"
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(file), ""))
    click(page.views["month"])
    settle(qtbot, window)
    click(page.after)
    settle(qtbot, window)
    press(window, Qt.Key.Key_P, control=True)
    settle(qtbot, window)
    document = pypdfium2.PdfDocument(file)
    text = " ".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    for word in ("Ateliers de décembre 2026", "Mercredi 2 décembre", "de 10 h 00 à 12 h 00", TITLE):
        assert word in text
    assert "Claire" not in text
    assert window.messages.sentence == "Le mois est enregistré\u00a0: mois.pdf"
    file.unlink()
    file.mkdir()
    press(window, Qt.Key.Key_P, control=True)
    settle(qtbot, window)
    assert "mois.pdf" not in window.messages.sentence


@pytest.mark.usefixtures("window")
def test_many_workshops_go_on_over_pages(in_lane: InLane) -> None:
    days = tuple(f"2026-12-{day:02d}" for day in range(2, 31))
    in_lane(plan, "2026-12-01", "Une grand-mère, ses photos et son téléphone " * 3, days)
    view = in_lane(calendar.between, "2026-12-01", "2026-12-31")
    document = pypdfium2.PdfDocument(document_pdf(of_month(view)))
    texts = [" ".join(p.get_textpage().get_text_bounded().split()) for p in document]
    document.close()
    assert len(texts) == 3
    assert all("Ateliers de décembre 2026" in text for text in texts)
    assert sum(text.count("de 10 h 00") for text in texts) == 30


@pytest.mark.usefixtures("window")
def test_a_month_begins_with_its_own_letter(in_lane: InLane) -> None:
    view = in_lane(calendar.between, "2026-08-01", "2026-08-31")
    document = pypdfium2.PdfDocument(document_pdf(of_month(view)))
    text = " ".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    assert "Ateliers d’août 2026" in text
    assert "Pas d’atelier ce mois-ci." in text


def test_the_file_for_another_calendar(
    qtbot: QtBot, window: MainWindow, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ateliers"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(file), ""))
    click(page.ics_button)
    settle(qtbot, window)
    assert (tmp_path / "ateliers.ics").read_bytes().count(b"BEGIN:VEVENT") == 3
    assert window.messages.sentence == "Le fichier est enregistré. Ouvrez-le avec votre agenda."


def test_venues_are_named_where_there_are_several(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    view = page._view
    other = replace(view.workshops[0], venue=VenueRow(id="x", name="Café de Sada"))
    page._show(replace(view, workshops=(other, *view.workshops[1:])))
    labels = page.list.lines()[0].findChildren(Text)
    assert any("Café de Sada" in label.text() for label in labels)
