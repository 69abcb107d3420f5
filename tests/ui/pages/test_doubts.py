"""What two laptops wrote differently is shown to a person; a person noted twice is offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pytestqt.qtbot import QtBot

from angrilien.domain.entities import Participant, SessionNote
from angrilien.domain.ids import note_id
from angrilien.services import doubts
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.ui.main_window import MainWindow
from angrilien.wire.ids import new_id
from helpers.notebooks import make_workshop
from helpers.others import OTHER, comes
from helpers.windows import click, settle


def two_notes(nb: Notebook) -> str:
    """A bilan that was written here and there."""
    workshop = make_workshop(nb)
    note = SessionNote(id=note_id(workshop), workshop_id=workshop, done="Trier")
    with nb.store.act(nb.stamp()) as act:
        act.put(note)
    with nb.store.read() as connection:
        at = nb.store.position(connection)
    with nb.store.act(nb.stamp()) as act:
        act.put(replace(note, done="Trier ses photos"))
    comes(nb, replace(note, done="Ranger son bureau"), base=(at.inc, at.seq))
    return note.id


def done(nb: Notebook, note: str) -> str:
    with nb.store.read() as connection:
        found = log.read(connection, SessionNote, note)
    assert found is not None
    return found.done


def open_page(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("today")
    settle(qtbot, window)
    today: Any = window.page
    (button,) = [
        one for one in today.findChildren(type(today.new)) if one.property("page") == "doubts"
    ]
    click(button)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "doubts"
    return window.page


def test_somebody_chooses_and_both_stay_in_the_log(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    for wanted in ("Trier ses photos", "Ranger son bureau"):
        OTHER["inc"] = new_id()
        note = in_lane(two_notes)
        page = open_page(qtbot, window)
        (button,) = [one for one in page.buttons if wanted in one.accessibleDescription()]
        before = in_lane(changes)
        click(button)
        settle(qtbot, window)
        assert in_lane(done, note) == wanted
        assert in_lane(doubts.read).choices == ()
        assert in_lane(changes) > before
        assert "Tout est clair" in " ".join(text_of(page))
    in_lane(verify)


def changes(nb: Notebook) -> int:
    return nb.store.count()


def verify(nb: Notebook) -> None:
    nb.store.verify()


def text_of(page: Any) -> list[str]:
    from angrilien.ui.widgets import Text

    return [text.text() for text in page.findChildren(Text) if text.isVisible()]


def one_person_twice(nb: Notebook) -> tuple[str, str]:
    here, there = [
        Participant(id=new_id(), venue_id=nb.home().id, first_name="Odette", last_name=name)
        for name in ("Lefèvre", "Lefebvre")
    ]
    with nb.store.act(nb.stamp()) as act:
        act.put(here)
        from angrilien.store import people

        people.index(act.connection, [here])
    comes(nb, there)
    return here.id, there.id


def test_a_person_noted_twice_is_merged_and_taken_apart_again(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    OTHER["inc"] = new_id()
    here, there = in_lane(one_person_twice)
    page = open_page(qtbot, window)
    assert [button.text() for button in page.buttons] == ["Oui, la même", "Non, deux personnes"]
    click(page.buttons[0])
    settle(qtbot, window)
    found = in_lane(doubts.read)
    assert found.doubles == ()
    assert [(one.keep.id, one.other.id) for one in found.merged] == [(here, there)]
    # It can be undone, and is not asked again.
    (apart,) = page.buttons
    click(apart)
    settle(qtbot, window)
    found = in_lane(doubts.read)
    assert (found.doubles, found.merged) == ((), ())
    assert in_lane(doubts.count) == 0


def test_years_far_apart_are_two_people(window: MainWindow, in_lane: Callable[..., Any]) -> None:
    OTHER["inc"] = new_id()

    def note(nb: Notebook) -> None:
        here, there = [
            Participant(
                id=new_id(),
                venue_id=nb.home().id,
                first_name="Odette",
                last_name="Lefèvre",
                birth_year=year,
            )
            for year in (1948, 1990)
        ]
        with nb.store.act(nb.stamp()) as act:
            from angrilien.store import people

            act.put(here)
            people.index(act.connection, [here])
        comes(nb, there)

    in_lane(note)
    assert in_lane(doubts.count) == 0
