"""Scenes of a workshop: the day, the new one, the list, signing, the bilan, the end."""

from __future__ import annotations

import json
import pkgutil
import threading
from typing import Any, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from angrilien.domain.cards import content, make_card
from angrilien.errors import DiskFull, NotebookDamaged
from angrilien.services import attendance, drafts, notes, workshops
from angrilien.settings import TILE_NAMES
from angrilien.ui import attendance_words as words
from helpers.windows import type_text, until, write
from visual.scenes import scene
from visual.stage import Stage

_FORM = {"title": "Écrire à sa famille", "date": "27/11", "start": "14h"}


# --- D1 -------------------------------------------------------------------------------------------


@scene("d1-full")
def today(stage: Stage) -> None:
    stage.show("today")


@scene("d1-nobody-came-asked")
def nobody_asked(stage: Stage) -> None:
    page = stage.show("today")
    page._on_nobody(stage.workshops.ten)


@scene("d1-restored")
def restored_bar(stage: Stage) -> None:
    """What the first screen says after a cut in the middle of a bilan."""
    key = drafts.key_of("search", stage.workshops.ten)
    stage.show("today")
    stage.call(drafts.save, key, "lef")
    restored = pkgutil.resolve_name("angrilien.ui.restored:Restored")(stage.window)
    stage.settle()
    stage.ends.append(lambda: stage.call(drafts.clear, key))
    stage.ends.append(restored.deleteLater)


@scene("d1-clock")
def clock_wrong(stage: Stage) -> None:
    at = stage.clock.at
    stage.clock.at = 2_100_000_000_000
    stage.show("today")

    def back() -> None:
        stage.clock.at = at

    stage.ends.append(back)


@scene("d1-waiting", waits=True)
def today_waits(stage: Stage) -> None:
    _wait(stage, "today")


@scene("d1-unread")
def today_unread(stage: Stage) -> None:
    _fail(stage, "today")


# --- two laptops ----------------------------------------------------------------------------------


@scene("d14-join", same=False)
def join(stage: Stage) -> None:
    stage.show("join")


@scene("doubts-none", same=False)
def doubts(stage: Stage) -> None:
    stage.show("doubts")


# --- D2 -------------------------------------------------------------------------------------------


@scene("d2-list")
def calendar(stage: Stage) -> None:
    stage.show("calendar")


@scene("d2-week")
def calendar_week(stage: Stage) -> None:
    _view(stage, "week")


@scene("d2-month")
def calendar_month(stage: Stage) -> None:
    _view(stage, "month")


def _view(stage: Stage, view: str) -> None:
    page = stage.show("calendar")
    page.views[view].click()
    stage.settle()
    stage.ends.append(page.views["list"].click)


# --- D3 -------------------------------------------------------------------------------------------


@scene("d3-empty")
def new_workshop(stage: Stage) -> None:
    stage.show("workshop_form")


@scene("d3-problems")
def new_workshop_refused(stage: Stage) -> None:
    page = stage.show("workshop_form")
    write(page.fields.date_field.edit, "31/02")
    page.create_button.click()
    stage.settle()
    _forget_form(stage)


@scene("d3-more")
def new_workshop_more(stage: Stage) -> None:
    page = stage.show("workshop_form")
    write(page.fields.title_field.edit, "Écrire à sa famille")
    page.fields.show_more(shown=True)
    page.fields.themes_field.show_more(shown=True)
    page.fields.themes_field.choose(("programme_donnees_personnelles", "programme_messagerie"))
    write(page.fields.expected.search, "mar")
    until(lambda: not stage.window.desk.is_busy)
    stage.settle()
    _forget_form(stage)


@scene("d3-overlap")
def new_workshop_overlaps(stage: Stage) -> None:
    page = stage.show("workshop_form")
    write(page.fields.title_field.edit, "En même temps")
    write(page.fields.date_field.edit, "26/11")
    write(page.fields.start_field.edit, "9 h")
    write(page.fields.end_field.edit, "11 h")
    until(page.fields.overlap.isVisible)
    stage.settle()
    _forget_form(stage)


@scene("d3-restored")
def new_workshop_restored(stage: Stage) -> None:
    stage.call(drafts.save, drafts.WORKSHOP_FORM, json.dumps(_FORM))
    stage.show("workshop_form")
    _forget_form(stage)


def _forget_form(stage: Stage) -> None:
    def forget() -> None:
        page = stage.page
        page._save_pause.stop()
        page._on_start_again()
        page.fields.show_more(shown=False)
        page.fields.themes_field.show_more(shown=False)

    stage.ends.append(forget)


# --- D4 -------------------------------------------------------------------------------------------


@scene("d4-ten")
def ten(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.ten)


@scene("d4-ten-initials")
def initials(stage: Stage) -> None:
    stage.window.settings.set(TILE_NAMES, "short")
    stage.show("roster", workshop_id=stage.workshops.ten)
    stage.ends.append(lambda: stage.window.settings.set(TILE_NAMES, "full"))


@scene("d4-fresh")
def fresh(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.fresh)


@scene("d4-forty")
def forty(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.forty)


@scene("d4-signed")
def signed(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.signed)


@scene("d4-closed")
def closed(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.closed)


@scene("d4-cancelled")
def cancelled(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.cancelled)


@scene("d4-nobody")
def nobody(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.nobody)


@scene("d4-search")
def search(stage: Stage) -> None:
    page = stage.show("roster", workshop_id=stage.workshops.ten)
    type_text(page.head.search, "m")
    until(lambda: page.model.rowCount() < 11)
    stage.settle()
    stage.ends.append(page.head.search.clear)


@scene("d4-person")
def person(stage: Stage) -> None:
    page = stage.show("roster", workshop_id=stage.workshops.ten)
    page._on_more(_tile(page, words.PRESENT))
    stage.ends.append(page.panels.person.shut)


@scene("d4-reason")
def reason(stage: Stage) -> None:
    page = stage.show("roster", workshop_id=stage.workshops.ten)
    page.panels.reason.ask("Odette Lefèvre")
    page.panels.reason.note_button.click()
    stage.ends.append(page.panels.reason.shut)


@scene("d4-anonymous")
def anonymous(stage: Stage) -> None:
    page = stage.show("roster", workshop_id=stage.workshops.ten)
    page.head.anonymous.click()
    stage.ends.append(page.panels.anonymous.shut)


@scene("d4-card-of-nobody")
def card_of_nobody(stage: Stage) -> None:
    page = stage.show("roster", workshop_id=stage.workshops.ten)
    page.on_read(content(make_card(stage.window.desk.programme.aud, lambda letters: letters[3])))
    until(page.cards.panel.isVisible)
    write(page.cards.panel.search, "mar")
    until(page.cards.panel.choices[0].isVisible)
    stage.settle()
    stage.ends.append(page.cards.panel.shut)


@scene("d4b-card")
def new_person_with_card(stage: Stage) -> None:
    number = make_card(stage.window.desk.programme.aud, lambda letters: letters[3])
    stage.show("person_form", workshop_id=stage.workshops.ten, card=number)


@scene("d4-refused")
def refused(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.ten)
    stage.window.say_problem(DiskFull(), again=stage.page.undo)


@scene("d4-waiting", waits=True)
def roster_waits(stage: Stage) -> None:
    _wait(stage, "roster")


@scene("d4-unread")
def roster_unread(stage: Stage) -> None:
    _fail(stage, "roster")


def _tile(page: Any, state: str) -> Any:
    tiles = (page.model.tile(row) for row in range(page.model.rowCount()))
    return next(t for t in tiles if t.row.state == state and t.row.mode is None and t.row.name)


# --- D4a ------------------------------------------------------------------------------------------


@scene("d4a-frame", participant=True)
def signing(stage: Stage) -> None:
    _to_sign(stage)


@scene("d4a-drawn", participant=True)
def drawn(stage: Stage) -> None:
    page = _to_sign(stage)
    _draw(page.pad)


@scene("d4a-empty", participant=True)
def drawn_nothing(stage: Stage) -> None:
    page = _to_sign(stage)
    page.buttons.good.click()


@scene("d4a-notice", participant=True)
def notice(stage: Stage) -> None:
    page = _to_sign(stage)
    page.why.click()
    stage.ends.append(page.notice_panel.shut)


@scene("d4a-unable")
def unable(stage: Stage) -> None:
    page = _to_sign(stage)
    page.unable.click()
    stage.ends.append(page.reason_panel.shut)


@scene("d4a-back-asked")
def back_asked(stage: Stage) -> None:
    page = _to_sign(stage)
    _draw(page.pad)
    page.go_back()
    stage.ends.append(page.return_panel.shut)


@scene("d4a-next", participant=True)
def next_person(stage: Stage) -> None:
    page = _to_sign(stage)
    page.hand_over.show_next("Odette L.")
    page.stack.setCurrentWidget(page.hand_over)


@scene("d4a-thanks", participant=True)
def thanks(stage: Stage) -> None:
    page = _to_sign(stage)
    page.hand_over.show_next("")
    page.stack.setCurrentWidget(page.hand_over)


def _to_sign(stage: Stage) -> Any:
    roster = stage.call(attendance.roster, stage.workshops.ten)
    ids = tuple(row.attendance_id for row in roster.rows if words.can_sign(row))
    return stage.show("signing", workshop_id=stage.workshops.ten, attendance_ids=ids)


def _draw(pad: Any) -> None:
    places = [(20, 30), (60, 90), (90, 40), (130, 95), (170, 50), (240, 70)]
    start, *others = [QPoint(x * pad.width() // 300, y * pad.height() // 160) for x, y in places]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=start)
    for place in others:
        QTest.mouseMove(pad, place)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=others[-1])


# --- D4b ------------------------------------------------------------------------------------------


@scene("d4b-empty")
def new_person(stage: Stage) -> None:
    stage.show("person_form", workshop_id=stage.workshops.ten)


@scene("d4b-alike")
def alike(stage: Stage) -> None:
    page = stage.show("person_form", workshop_id=stage.workshops.ten)
    write(page.first_name.edit, "Odete")
    write(page.last_name.edit, "Lefevre")
    until(page.alike_card.isVisible)
    stage.settle()
    stage.ends.append(page._on_start_again)


@scene("d4b-refused")
def new_person_refused(stage: Stage) -> None:
    page = stage.show("person_form", workshop_id=stage.workshops.ten)
    write(page.birth_year.edit, "48")
    write(page.phone.edit, "abc")
    page.save_button.click()
    stage.settle()
    stage.ends.append(page._on_start_again)


@scene("d4b-commune")
def commune(stage: Stage) -> None:
    page = stage.show("person_form", workshop_id=stage.workshops.ten)
    write(page.first_name.edit, "Zoé")
    write(page.commune.field.edit, "49520")
    stage.settle()
    QTest.qWait(300)
    stage.settle()
    page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    stage.ends.append(page._on_start_again)


@scene("d4b-restored")
def new_person_restored(stage: Stage) -> None:
    key = drafts.key_of("person_form", stage.workshops.ten)
    stage.call(drafts.save, key, json.dumps({"first_name": "Zoé", "phone": "02 41 00 00 00"}))
    page = stage.show("person_form", workshop_id=stage.workshops.ten)
    until(page.restored.isVisible)
    stage.ends.append(page._on_start_again)


# --- D5 -------------------------------------------------------------------------------------------


@scene("d5-code")
def paper_code(stage: Stage) -> None:
    stage.show("paper_code")


@scene("d5-sheet", same=False)
def paper(stage: Stage) -> None:
    stage.show("paper", workshop_id=stage.workshops.forty)


# --- D6 -------------------------------------------------------------------------------------------


@scene("d6-empty")
def note(stage: Stage) -> None:
    stage.show("note", workshop_id=stage.workshops.signed)


@scene("d6-written")
def note_written(stage: Stage) -> None:
    page = stage.show("note", workshop_id=stage.workshops.closed)
    type_text(page.boxes["next_time"].edit, "Prévoir deux câbles. Numéro : 1 48 05 49 008 123 45")
    until(lambda: "Enregistré" in page.saved.text())


@scene("d6-restored")
def note_restored(stage: Stage) -> None:
    key = drafts.key_of("note", stage.workshops.ten)
    boxes = {"done": "Les mots de passe", "hard": "", "next_time": ""}
    stage.call(drafts.save, key, json.dumps(boxes))
    page = stage.show("note", workshop_id=stage.workshops.ten)
    until(page.restored.isVisible)
    stage.ends.append(lambda: stage.call(drafts.clear, key))


@scene("d6-unread")
def note_unread(stage: Stage) -> None:
    _fail(stage, "note")


# --- the end --------------------------------------------------------------------------------------


@scene("closing-preview")
def preview(stage: Stage) -> None:
    stage.show("closing", workshop_id=stage.workshops.ten)


@scene("closing-unsigned")
def preview_refused(stage: Stage) -> None:
    page = stage.show("closing", workshop_id=stage.workshops.ten)
    page.finish.click()
    stage.settle()
    page.area.ensureWidgetVisible(page.pad)


@scene("closing-ended", same=False)
def ended(stage: Stage) -> None:
    stage.show("closing", workshop_id=stage.workshops.closed)


@scene("d13-amend")
def amend(stage: Stage) -> None:
    page = stage.show("amend", workshop_id=stage.workshops.closed)
    page.reason.edit.setText("Faute de frappe")
    page.fields["first_name"].edit.setText("Georgette")
    until(lambda: "Georgette" in page.mention.text())
    stage.settle()


@scene("d13-empty-frame")
def amend_refused(stage: Stage) -> None:
    page = stage.page
    assert page.name == "amend"
    page.sign_button.click()
    stage.settle()
    page.area.ensureWidgetVisible(page.pad)


# --- while something is read, and when it cannot be -----------------------------------------------

_READS: Final = {
    "today": (workshops, "today"),
    "roster": (attendance, "roster"),
    "note": (notes, "read"),
}


def _wait(stage: Stage, name: str) -> None:
    """Show a screen while what it shows is slow to come."""
    args = _anew(stage, name)
    go = threading.Event()
    stage.window.desk.lanes.store.submit(go.wait, 30)
    stage.ends.append(go.set)
    stage.window.navigate(name, **args)
    until(stage.page.reading.isVisible)


def _fail(stage: Stage, name: str) -> None:
    """Show a screen whose contents cannot be read."""
    args = _anew(stage, name)
    module, verb = _READS[name]
    read = getattr(module, verb)

    def fail(*_args: object) -> None:
        raise NotebookDamaged

    setattr(module, verb, fail)
    try:
        stage.show(name, **args)
    finally:
        setattr(module, verb, read)
    assert stage.page.reading.has_failed


def _anew(stage: Stage, name: str) -> dict[str, str]:
    """Have the window make a screen anew, as at its first showing; return what it is shown for."""
    stage.show("help")
    stage.window._history.clear()
    page = stage.window._pages.pop(name, None)
    if page is not None:
        stage.window.stack.removeWidget(page)
        page.deleteLater()
    return {} if name == "today" else {"workshop_id": stage.workshops.ten}
