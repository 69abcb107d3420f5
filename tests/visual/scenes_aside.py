"""Scenes beside the workshop: sending, settings, help, who opens, copies, the lock."""

from __future__ import annotations

from typing import Any

from angrilien.domain.rows import Progress
from angrilien.domain.sending import Attempt
from angrilien.errors import NoConnection
from angrilien.services.notebook import Notebook
from angrilien.store import attempts, held, log, marks
from angrilien.store.held import Run
from helpers.notebooks import NOON, PHRASE
from helpers.windows import until, write
from visual.scenes import scene
from visual.stage import Stage

# --- D10, D12, help -------------------------------------------------------------------------------


@scene("d10-settings")
def settings(stage: Stage) -> None:
    stage.show("settings")


@scene("help-roster")
def help_roster(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.ten)
    stage.show("help", screen="roster")


@scene("help-computer")
def help_computer(stage: Stage) -> None:
    stage.show("today")
    page = stage.show("help", screen="today")
    page.computer_button.click()


@scene("technical", same=False)
def technical(stage: Stage) -> None:
    stage.show("technical")


@scene("d12-list", same=False)
def animateurs(stage: Stage) -> None:
    stage.show("animateurs")


@scene("d12-name")
def animateurs_name(stage: Stage) -> None:
    page = stage.show("animateurs")
    page.add_button.click()
    stage.settle()


@scene("d12-phrase")
def animateurs_phrase(stage: Stage) -> None:
    page = stage.page
    assert page.name == "animateurs"
    write(page.name_field.edit, "Bruno Petit")
    page.name_next.click()
    page.words.show_phrase(PHRASE)


@scene("d12-typed")
def animateurs_typed(stage: Stage) -> None:
    stage.page.noted.click()


@scene("d12-secret")
def animateurs_secret(stage: Stage) -> None:
    page = stage.page
    write(page.typed_field.edit, PHRASE)
    page.typed_next.click()
    stage.settle()


@scene("d12-code")
def animateurs_code(stage: Stage) -> None:
    page = stage.show("animateurs")
    _push(page, "code")


@scene("d12-remove")
def animateurs_remove(stage: Stage) -> None:
    page = stage.show("animateurs")
    _push(page, "remove")


def _push(page: Any, what: str) -> None:
    next(button for (_, asks), button in page.card.buttons.items() if asks == what).click()


@scene("code-secret")
def code_secret(stage: Stage) -> None:
    stage.show("code_secret")


@scene("copies")
def copies_list(stage: Stage) -> None:
    stage.show("copies")


@scene("copies-back-asked")
def copies_back(stage: Stage) -> None:
    page = stage.show("copies")
    next(iter(page.back_buttons.values())).click()
    stage.ends.append(page.panel.shut)


# --- the lock -------------------------------------------------------------------------------------


@scene("lock")
def lock(stage: Stage) -> None:
    stage.show("roster", workshop_id=stage.workshops.ten)
    _lock(stage)


@scene("lock-wrong")
def lock_wrong(stage: Stage) -> None:
    _lock(stage)
    assert stage.window.guard is not None
    stage.window.guard.screen.say_wrong(1)


def _lock(stage: Stage) -> None:
    guard = stage.window.guard
    assert guard is not None
    guard.lock()
    stage.settle()

    def unlock() -> None:
        guard.policy.code_was_right()
        guard._uncover()

    stage.ends.append(unlock)


# --- D9 -------------------------------------------------------------------------------------------


@scene("d9-waiting")
def waiting(stage: Stage) -> None:
    stage.call(_code)
    _look(stage)


@scene("d9-progress")
def progress(stage: Stage) -> None:
    page = _look(stage)
    watch = stage.window.watch
    assert watch is not None
    watch._sender.progress = Progress(done=5, total=12)
    stage.window.desk.changed.sending_changed.emit()
    until(page.bar.isVisible)

    def end() -> None:
        watch._sender.progress = None
        stage.window.desk.changed.sending_changed.emit()

    stage.ends.append(end)


@scene("d9-no-connection")
def no_connection(stage: Stage) -> None:
    watch = stage.window.watch
    assert watch is not None
    watch._sender.problem = NoConnection()
    _look(stage)

    def end() -> None:
        watch._sender.problem = None

    stage.ends.append(end)


@scene("d9-all-sent")
def all_sent(stage: Stage) -> None:
    stage.call(_sent)
    page = _look(stage)
    page.details.unfold()


@scene("d9-to-correct")
def to_correct(stage: Stage) -> None:
    stage.call(_hold)
    page = _look(stage)
    until(lambda: any(card.buttons for card in page.list.cards()))
    stage.settle()


def _look(stage: Stage) -> Any:
    stage.window.desk.changed.workshops_changed.emit()
    stage.settle()
    page = stage.show("sending")
    until(page.list.cards)
    until(lambda: not page.list._left)
    stage.settle()
    return page


def _code(nb: Notebook) -> None:
    """The laptop has its code, and was never heard."""
    with nb.store.write() as connection:
        marks.put(connection, venue_code="7Q2KM4XR9R")


def _sent(nb: Notebook) -> None:
    """The programme has everything."""
    with nb.store.read() as connection:
        end = log.last_seq(connection, nb.store.identity.inc)
    made = Attempt(
        at=NOON, kind="push", lines=13, size=1400, outcome="answered", status=200, milliseconds=900
    )
    with nb.store.write() as connection:
        marks.put(connection, ack=end, last_sent=NOON)
        attempts.note(connection, [made])


def _hold(nb: Notebook) -> None:
    """The programme holds a bilan apart."""
    with nb.store.write() as connection:
        found = connection.exec_driver_sql("SELECT seq FROM change WHERE entity = 'session_note'")
        seqs = list(found.scalars())
        marks.put(connection, held=len(seqs))
        inc = nb.store.identity.inc
        held.put(connection, [Run(inc=inc, first=s, last=s, code="frozen") for s in seqs])
