"""Scenes before the notebook is open, of an empty notebook, and of the training."""

from __future__ import annotations

from PySide6.QtTest import QTest

from angrilien.errors import NotebookDamaged, WrongPassphrase
from angrilien.services import workshops
from angrilien.ui.words import problem_text
from helpers.notebooks import PHRASE, make_workshop
from helpers.windows import until, write
from visual.scenes import scene
from visual.stage import Stage


@scene("d0-1-name", "closed")
def name(stage: Stage) -> None:
    page = stage.show("first_start")
    page._go(0)


@scene("d0-1-name-refused", "closed")
def name_refused(stage: Stage) -> None:
    page = stage.show("first_start")
    page._go(0)
    write(page.name_field.edit, "")
    page.name_next.click()
    stage.ends.append(page.name_field.clear_problem)


@scene("d0-2-phrase", "closed")
def phrase(stage: Stage) -> None:
    page = stage.show("first_start")
    page._go(0)
    write(page.name_field.edit, "Claire Martin")
    page.name_next.click()
    # The phrase is drawn by chance: the picture has that of the tests.
    page.words.show_phrase(PHRASE)
    # A Tab right upon what was typed would be taken for the end of a card that a reader read.
    QTest.qWait(60)


@scene("d0-3-typed-wrong", "closed")
def typed_wrong(stage: Stage) -> None:
    page = stage.show("first_start")
    page.noted.click()
    write(page.typed_field.edit, "abandon bambin cadeau dauphin écarter faune")
    page.typed_next.click()
    stage.settle()


@scene("d0-4-code-secret", "closed")
def code_secret(stage: Stage) -> None:
    page = stage.show("first_start")
    write(page.typed_field.edit, PHRASE)
    page.typed_next.click()
    stage.settle()
    write(page.secret.code.edit, "9374")


@scene("d0-5-venue-code", "closed")
def venue_code(stage: Stage) -> None:
    page = stage.show("first_start")
    page._go(4)


@scene("d0-6-busy", "closed")
def making(stage: Stage) -> None:
    page = stage.show("first_start")
    page._go(5)
    stage.ends.append(lambda: page._go(0))


@scene("d0b-unlock", "closed")
def unlock(stage: Stage) -> None:
    page = stage.show("unlock")
    page.field.set_text("")


@scene("d0b-wrong", "closed")
def unlock_wrong(stage: Stage) -> None:
    page = stage.show("unlock")
    write(page.field.edit, "abandon bambin cadeau")
    page.seen.click()
    page.field.show_problem(problem_text(WrongPassphrase()))
    stage.ends.append(page.seen.click)
    stage.ends.append(lambda: page.field.set_text(""))


@scene("d0b-damaged", "closed")
def damaged(stage: Stage) -> None:
    stage.show("unlock")
    stage.window.say_problem(NotebookDamaged())


@scene("forgotten-ways", "closed")
def forgotten(stage: Stage) -> None:
    stage.show("forgotten")


@scene("forgotten-phrase", "closed")
def forgotten_phrase(stage: Stage) -> None:
    page = stage.show("forgotten")
    page.ask_button.click()
    stage.settle()
    page.words.show_phrase(PHRASE)


@scene("forgotten-typed", "closed")
def forgotten_typed(stage: Stage) -> None:
    page = stage.page
    assert page.name == "forgotten"
    page.noted.click()
    stage.settle()


@scene("forgotten-request", "closed")
def forgotten_request(stage: Stage) -> None:
    page = stage.show("forgotten")
    page.mark.show_phrase(PHRASE)
    page._go(3)


@scene("forgotten-answer", "closed")
def forgotten_answer(stage: Stage) -> None:
    page = stage.page
    page.have_button.click()


@scene("rescue", "closed")
def rescue(stage: Stage) -> None:
    stage.show("rescue")


@scene("rescue-copies", "closed")
def rescue_copies(stage: Stage) -> None:
    page = stage.show("rescue")
    write(page.field.edit, PHRASE)
    page.look_button.click()
    until(lambda: page.choice.isVisible() or stage.window.messages.isVisible(), seconds=20)
    stage.settle()


@scene("training-asked", "closed")
def training_asked(stage: Stage) -> None:
    stage.show("unlock")
    stage.show("training")


@scene("help-closed", "closed")
def help_closed(stage: Stage) -> None:
    stage.show("unlock")
    stage.show("help", screen="unlock")


@scene("d10-settings-closed", "closed")
def settings_closed(stage: Stage) -> None:
    stage.show("settings")


# --- an empty notebook ----------------------------------------------------------------------------


@scene("d1-empty", "empty")
def today_empty(stage: Stage) -> None:
    stage.show("today")


@scene("d2-empty", "empty")
def calendar_empty(stage: Stage) -> None:
    stage.show("calendar")


@scene("d9-no-code", "empty")
def no_code(stage: Stage) -> None:
    stage.show("sending")


@scene("d9-code-refused", "empty")
def code_refused(stage: Stage) -> None:
    page = stage.show("sending")
    write(page.code.edit, "7Q2K-M4XR-9Z")
    page.keep_code.click()
    stage.settle()
    stage.ends.append(lambda: page.code.set_text(""))


@scene("d4-empty", "empty")
def roster_empty(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.call(_workshop))


@scene("d4-empty-search", "empty")
def roster_nobody_found(stage: Stage) -> None:
    page = stage.page
    assert page.name == "roster"
    write(page.head.search, "Zoé")
    stage.settle()
    until(lambda: page.model.rowCount() == 1)
    stage.ends.append(page.head.search.clear)


@scene("closing-nobody", "empty")
def closing_nobody(stage: Stage) -> None:
    stage.show("closing", workshop_id=stage.call(_workshop))


@scene("copies-none", "empty")
def copies_none(stage: Stage) -> None:
    stage.show("copies")


def _workshop(nb: object) -> str:
    """The workshop of today, made where there is none yet."""
    there = workshops.today(nb).workshops  # type: ignore[arg-type]
    return there[0].id if there else make_workshop(nb)  # type: ignore[arg-type]


# --- the training ---------------------------------------------------------------------------------


@scene("training-today", "training")
def training_today(stage: Stage) -> None:
    assert stage.page.name == "today"
    assert stage.window.messages.isVisible()


@scene("training-roster", "training")
def training_roster(stage: Stage) -> None:
    page = stage.show("today")
    page.cards()[0].open_button.click()
    until(lambda: stage.page.name == "roster")
    stage.settle()


@scene("training-again", "training")
def training_again(stage: Stage) -> None:
    stage.show("training")


@scene("training-help", "training")
def training_help(stage: Stage) -> None:
    stage.show("help", screen="today")
