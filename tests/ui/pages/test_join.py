"""D14: a second laptop types the code of the workshop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from angrilien.domain.codes import show_code
from angrilien.domain.entities import WorkshopFacilitator
from angrilien.services import workshops
from angrilien.services.notebook import Notebook
from angrilien.store import log
from angrilien.store import workshops as rows
from angrilien.ui.main_window import MainWindow
from angrilien.ui.widgets import Text
from angrilien.wire.ids import new_id
from helpers.notebooks import make_workshop
from helpers.windows import click, settle


def open_page(qtbot: QtBot, window: MainWindow) -> Any:
    today: Any = window.page
    click(today.join)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "join"
    return window.page


def led_by_another(nb: Notebook) -> tuple[str, str]:
    """A workshop that somebody else planned; its id and its code."""
    workshop = make_workshop(nb)
    with nb.store.act(nb.stamp()) as act:
        (lead,) = rows.leads(act.connection, workshop)
        act.put(
            WorkshopFacilitator(
                id=lead.id, workshop_id=workshop, facilitator_id=new_id(), role="lead"
            )
        )
        found = rows.find(act.connection, workshop)
    assert found is not None
    return workshop, str(found.code)


def leads(nb: Notebook, workshop: str) -> list[tuple[str, str]]:
    with nb.store.read() as connection:
        return [(one.facilitator_id, one.role) for one in rows.leads(connection, workshop)]


def test_the_code_opens_the_list_and_names_a_second_animateur(
    qtbot: QtBot, window: MainWindow, notebook: Notebook, in_lane: Callable[..., Any]
) -> None:
    workshop, code = in_lane(led_by_another)
    for _ in range(2):  # a second time changes nothing
        window.navigate("today")
        settle(qtbot, window)
        page = open_page(qtbot, window)
        page.code.edit.setText(show_code(code).lower())
        click(page.join_button)
        settle(qtbot, window)
        assert window.page is not None
        assert window.page.name == "roster"
    found = in_lane(leads, workshop)
    assert (notebook.facilitator_id, "second") in found
    assert len(found) == 2


def test_a_code_that_fits_none_or_two_is_said_at_the_field(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    workshop, code = in_lane(led_by_another)
    page = open_page(qtbot, window)
    for typed, said in (
        ("", "vide"),
        (code[:-1] + ("2" if code[-1] != "2" else "3"), "pas juste"),
        ("22222-22222", "Aucun atelier"),
    ):
        page.code.edit.setText(typed)
        click(page.join_button)
        settle(qtbot, window)
        assert window.page is page
        assert said in problem(page)
        assert page.code.text() == typed
    in_lane(twin, workshop)
    before = in_lane(leads, workshop)
    page.code.edit.setText(code)
    click(page.join_button)
    settle(qtbot, window)
    assert "Deux ateliers" in problem(page)
    assert in_lane(leads, workshop) == before


def twin(nb: Notebook, workshop: str) -> None:
    """Another workshop of the same code."""
    from dataclasses import replace

    from angrilien.domain.entities import Workshop

    with nb.store.act(nb.stamp()) as act:
        one = log.read(act.connection, Workshop, workshop)
        assert one is not None
        act.put(replace(one, id=new_id()))


def problem(page: Any) -> str:
    """What stands at the field."""
    texts = [text for text in page.code.findChildren(Text) if text.isVisible()]
    return " ".join(text.text() for text in texts)


def test_today_leads_there(qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]) -> None:
    assert in_lane(workshops.today).todos == ()
    page = open_page(qtbot, window)
    click(page.back_button)
    assert window.page is not None
    assert window.page.name == "today"
