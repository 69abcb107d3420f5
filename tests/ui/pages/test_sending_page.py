"""The page of sending, and the help."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from angrilien.domain.codes import make_code
from angrilien.domain.rows import NoteText, Progress, SendingState, VenueRow
from angrilien.domain.sending import Attempt
from angrilien.errors import CodeRefused, NoConnection
from angrilien.paths import resource
from angrilien.services import attendance, closing, notes, sending, sending_details, workshops
from angrilien.services.notebook import Notebook
from angrilien.store import attempts, held, log, marks
from angrilien.store.held import Run
from angrilien.ui.main_window import MainWindow
from angrilien.ui.page_names import PAGES
from helpers.copies import list_people
from helpers.notebooks import NOON, make_workshop
from helpers.windows import click, press, settle, until, write

OWN = [[(5.0, 5.0), (95.0, 50.0), (5.0, 95.0)]]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> Any:
    qtbot.waitUntil(window.line.isVisible)
    click(window.line)
    settle(qtbot, window)
    return window.page


def test_the_code_of_the_venue_is_asked_for_where_it_is_missing(page: Any) -> None:
    assert page.code_card.isVisible()
    assert not page.send.isVisible()
    assert page.code.edit.hasFocus()


@pytest.mark.parametrize("typed", ["", "bonjour", "7Q2K-M4XR-9Z"])
def test_what_is_no_code_is_refused_and_kept(page: Any, typed: str) -> None:
    write(page.code.edit, typed)
    click(page.keep_code)
    assert page.code.has_problem
    assert page.code.text() == typed


def test_a_code_is_kept_and_the_notebook_says_so(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    write(page.code.edit, make_code(lambda alphabet: alphabet[3]))
    click(page.keep_code)
    qtbot.waitUntil(window.messages.isVisible)
    assert window.messages.sentence == "Le code est enregistré. L’envoi part tout seul."


def test_every_screen_has_its_help(qtbot: QtBot, window: MainWindow) -> None:
    for name in PAGES:
        if name != "help":
            text = resource(f"help/{name}.html").read_text(encoding="utf-8")
            assert "'" not in text
            assert "http" not in text
    press(window, Qt.Key.Key_F1)
    assert window.page is not None
    browser = window.page.findChild(QTextBrowser)
    assert isinstance(browser, QTextBrowser)
    assert browser.toPlainText().startswith("Aujourd’hui")
    assert browser.verticalScrollBar().maximum() == 0
    press(window, Qt.Key.Key_Escape)
    assert window.page.name == "today"


def test_a_code_that_is_kept_is_not_asked_for_again(
    qtbot: QtBot, window: MainWindow, page: Any
) -> None:
    write(page.code.edit, make_code(lambda alphabet: alphabet[3]))
    click(page.keep_code)
    qtbot.waitUntil(lambda: not page.code_card.isVisible())
    assert page.send.isVisible()
    assert "Il manque" not in page.lead.text() + page.rest.text()


def test_a_code_that_was_refused_is_asked_for_with_the_reason(
    qtbot: QtBot, window: MainWindow, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = SendingState(waiting=2, oldest_waiting=None, has_venue=False, has_code=True)
    monkeypatch.setattr(sending, "state", lambda _notebook: state)
    window.desk.changed.sending_changed.emit()
    qtbot.waitUntil(lambda: not page.code_card.isVisible())
    state = dataclasses.replace(state, has_code=False)
    assert window.watch is not None
    window.watch._sender.problem = CodeRefused()
    window.desk.changed.sending_changed.emit()
    qtbot.waitUntil(page.code_card.isVisible)
    assert page.code.has_problem
    assert not page.problem.isVisible(), "said once"
    assert not page.send.isVisible()


# --- workshop by workshop -------------------------------------------------------------------------


def written(nb: Notebook) -> str:
    """Three people there and a bilan, the sheet ended; all of it sent but one person."""
    workshop = make_workshop(nb)
    list_people(nb, workshop, 3)
    for row in attendance.roster(nb, workshop).rows:
        attendance.toggle(nb, workshop, row.attendance_id)
    notes.keep(nb, NoteText(workshop_id=workshop, done="Les mots de passe"))
    closing.close(nb, workshop, OWN, 100, 100)
    other = make_workshop(nb, title="Réseaux sociaux", date="2026-11-27")
    with nb.store.read() as connection:
        end = log.last_seq(connection, nb.store.identity.inc)
    with nb.store.write() as connection:
        marks.put(connection, ack=end, venue_code="7Q2KM4XR9R", last_sent=NOON)
        attempts.note(
            connection,
            [
                Attempt(
                    at=NOON, kind="push", lines=13, size=1400, outcome="answered", status=200,
                    milliseconds=900,
                )
            ],
        )  # fmt: skip
        connection.exec_driver_sql(
            f"INSERT INTO receipt SELECT id, inc, {NOON}, 'k', x'00' FROM sheet"
        )
    list_people(nb, other, 1)
    return workshop


def hold(nb: Notebook, entity: str, code: str) -> None:
    """The programme holds what there is of an entity."""
    with nb.store.write() as connection:
        seqs = list(
            connection.exec_driver_sql(
                "SELECT seq FROM change WHERE entity = ?", (entity,)
            ).scalars()
        )
        marks.put(connection, held=len(seqs))
        inc = nb.store.identity.inc
        held.put(connection, [Run(inc=inc, first=seq, last=seq, code=code) for seq in seqs])


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]) -> Callable[[], Any]:
    """Open D9 on what is written by then."""

    def open_it() -> Any:
        window.desk.changed.workshops_changed.emit()
        settle(qtbot, window)
        window.navigate("sending")
        assert window.page is not None
        until(window.page.list.cards)  # type: ignore[attr-defined]
        until(lambda: not window.page.list._left)  # type: ignore[union-attr]
        settle(qtbot, window)
        return window.page

    in_lane(written)
    return open_it


def push(button: QPushButton) -> None:
    """Push a button with the keyboard, wherever it stands on a long page."""
    assert button.isVisible()
    assert button.isEnabled()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def said(widget: QWidget) -> str:
    text = f"{widget.accessibleName()}. {widget.accessibleDescription()}"
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_each_workshop_says_what_is_here_and_what_is_sent(opened: Callable[[], Any]) -> None:
    first, second, people = opened().list.cards()
    assert said(first).startswith("Réseaux sociaux. Vendredi 27 novembre 2026")
    assert "Ici : 1 personne attendue. Envoyé : " not in said(first)
    assert "Ici : 1 personne attendue" in said(first)
    assert said(second).startswith("Protéger ses données. Mercredi 25 novembre 2026")
    assert "Envoyé : feuille d’émargement, 3 présences, bilan" in said(second)
    assert "Feuille gardée par le programme aujourd’hui à 12 h 00." in said(second)
    assert said(people).startswith("Personnes et équipe. 1 élément ici. Ici : 1 personne")


@pytest.mark.parametrize(
    ("code", "why", "leads"),
    [
        ("frozen", "elle ne change plus", "amend"),
        ("bad_seal", "n’est pas celle qui a été terminée ici", "roster"),
        ("venue_not_yours", "Le programme peut l’arranger. Appelez-le.", "sending"),
        ("a code of tomorrow", "Le programme a mis cela de côté.", "sending"),
    ],
)
def test_what_is_to_be_mended_says_why_and_leads_there(
    qtbot: QtBot,
    window: MainWindow,
    opened: Callable[[], Any],
    in_lane: Callable[..., Any],
    code: str,
    why: str,
    leads: str,
) -> None:
    in_lane(hold, "session_note", code)
    page = opened()
    card = page.list.cards()[0]
    assert card.group.title == "Protéger ses données", "what is to be mended comes first"
    assert "À corriger : bilan" in said(card)
    assert why in said(card)
    assert "1 élément à corriger. Rien n’est perdu." in f"{page.lead.text()} {page.rest.text()}"
    (button,) = card.buttons
    push(button)
    settle(qtbot, window)
    assert window.page is not None
    # The sheet of a workshop that is over is shown by the page of its closing.
    assert window.page.name in (leads, "closing" if leads == "roster" else leads)
    if leads == "sending":
        assert page.details.text.hasFocus()
        assert f"{code} × 1" in page.details.text.toPlainText()


def test_details_are_folded_and_can_be_copied_without_a_name(
    window: MainWindow, opened: Callable[[], Any]
) -> None:
    page = opened()
    assert not page.details.text.isVisible()
    push(page.details.fold)
    assert page.details.text.isVisible()
    push(page.details.copy_button)
    copied = QGuiApplication.clipboard().text()
    assert "envoi · 13 lignes · 1\u202f400 octets · 0,9 s · reçu · 200" in copied
    for name in ("Claire", "Martin", "Odette", "Protéger"):
        assert name not in copied
    assert window.messages.sentence == "Le texte est copié. Collez-le avec Ctrl et V."
    push(page.details.fold)
    assert not page.details.text.isVisible()


def test_progress_is_shown_while_it_goes_on(
    qtbot: QtBot, window: MainWindow, opened: Callable[[], Any]
) -> None:
    page = opened()
    assert not page.bar.isVisible()
    assert page.send.isEnabled()
    assert window.watch is not None
    window.watch._sender.progress = Progress(done=5, total=12)
    window.desk.changed.sending_changed.emit()
    until(page.bar.isVisible)
    assert page.lead.text() == "Envoi en cours… 5 sur 12"
    assert (page.bar.value(), page.bar.maximum()) == (5, 12)
    assert not page.send.isEnabled()
    window.watch._sender.progress = None
    window.desk.changed.sending_changed.emit()
    until(page.send.isEnabled)
    assert not page.bar.isVisible()
    settle(qtbot, window)


@pytest.mark.parametrize(("hours", "role"), [(1, "subtitle"), (72, "warning")])
def test_no_internet_is_neutral_for_48_hours(
    window: MainWindow,
    opened: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    role: str,
) -> None:
    page = opened()
    state = SendingState(
        waiting=2,
        oldest_waiting=window.desk.clock.now() - hours * 3_600_000,
        has_venue=True,
        last_try_failed=True,
    )
    monkeypatch.setattr(sending, "state", lambda _notebook: state)
    assert window.watch is not None
    window.watch._sender.problem = NoConnection()
    window.desk.changed.workshops_changed.emit()
    until(page.problem.isVisible)
    assert page.problem.property("role") == role


def test_a_hundred_workshops_come_in_portions(
    qtbot: QtBot, window: MainWindow, opened: Callable[[], Any], in_lane: Callable[..., Any]
) -> None:
    for number in range(30):
        in_lane(make_workshop, title=f"Atelier {number}")
    page = opened()
    until(page.list.older.isVisible)
    assert len(page.list.cards()) == sending_details.SHOWN + 1
    kept = page.list.cards()[0]
    push(page.list.older)
    until(lambda: len(page.list.cards()) == 33)
    assert not page.list.older.isVisible()
    assert page.list.cards()[0] is kept, "a card that says the same stays as it is"


def test_tab_goes_down_the_page(
    window: MainWindow, opened: Callable[[], Any], in_lane: Callable[..., Any]
) -> None:
    in_lane(hold, "session_note", "frozen")
    window.resize(900, 520)
    page = opened()
    assert page.send.hasFocus()
    seen: list[int] = []
    while not page.details.fold.hasFocus():
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        focused = window.focusWidget()
        assert isinstance(focused, QWidget)
        assert page.isAncestorOf(focused)
        place = focused.mapTo(page.area.viewport(), focused.rect().topLeft())
        assert -1 <= place.y() < page.area.viewport().height(), "what has the focus is in sight"
        seen.append(focused.mapTo(page, focused.rect().topLeft()).y())
        assert len(seen) < 20
    assert len(seen) == len(page.list.cards()) + 4, "the key, the cards, one button, the details"


def test_nothing_is_cut_in_the_smallest_window(
    qtbot: QtBot, window: MainWindow, opened: Callable[[], Any], in_lane: Callable[..., Any]
) -> None:
    in_lane(hold, "attendance", "workshop_unknown")
    window.resize(900, 520)
    page = opened()
    page.details.unfold()
    settle(qtbot, window)
    width = page.area.viewport().width()
    for widget in page.findChildren(QPushButton):
        if widget.isVisible():
            assert widget.width() >= widget.sizeHint().width()
            assert widget.mapTo(page.area.viewport(), widget.rect().topRight()).x() < width


def test_f5_sends_and_the_page_stays(
    window: MainWindow, opened: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    asked: list[bool] = []
    assert window.watch is not None
    monkeypatch.setattr(window.watch._sender, "send_now", lambda: asked.append(True))
    press(window, Qt.Key.Key_F5)
    assert asked == [True]
    assert window.page is page


# --- the line -------------------------------------------------------------------------------------


def test_the_line_is_there_as_soon_as_the_window(window: MainWindow) -> None:
    """The fixture waits for what was asked of the lane, not for any timer."""
    assert window.line.isVisible()
    assert "Il manque le code du lieu." in window.line.words.text


def test_the_line_is_right_beside_a_sheet_that_has_just_ended(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    assert window.watch is not None
    window.watch._gather.setInterval(60_000)
    before = window.line.words.text
    in_lane(make_workshop)
    window.desk.changed.workshops_changed.emit()
    settle(qtbot, window)
    assert window.line.words.text != before


def test_a_registration_before_the_first_look_names_the_venue_and_its_hours(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender may be quicker than the first reading of the state."""
    watch = window.watch
    assert watch is not None
    mayotte = VenueRow(id="v", name="Café de la plage", commune="Sada", tz="Indian/Mayotte")
    monkeypatch.setattr(workshops, "venues", lambda _nb: (mayotte,))
    monkeypatch.setattr(
        sending,
        "state",
        lambda _nb: SendingState(waiting=0, oldest_waiting=None, has_venue=True, last_sent=NOON),
    )
    watch._state, watch._told = None, (False, 0)
    watch.refresh_now()
    settle(qtbot, window)
    assert window.nav.venue == "Café de la plage, Sada"
    assert watch.tz == "Indian/Mayotte"
    assert "14\u00a0h\u00a000" in window.line.words.text
