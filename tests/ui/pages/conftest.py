"""Screens on a copy of a notebook made once: it opens in a fraction of the time of a new one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from angrilien.services.notebook import Notebook
from angrilien.ui import a11y
from angrilien.ui.desk import Desk
from helpers.copies import Original, make_original, open_again
from helpers.notebooks import NOON, SetClock, add_people, make_workshop

TWO = NOON + 2 * 3_600_000 + 120_000
"""A little after the beginning of the workshop, at 14 h."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A notebook to copy, with a workshop of today and ten people expected."""

    original: Original
    workshop_id: str


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A notebook to copy, with nothing in it."""
    return make_original(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    """A notebook to copy, with "Protéger ses données" from 14 h to 16 h."""
    original = make_original(tmp_path_factory.mktemp("crowd"))
    notebook = open_again(original.folder, original.programme)
    workshop_id = make_workshop(notebook)
    add_people(notebook, workshop_id, 10)
    notebook.close()
    return Crowd(original, workshop_id)


@pytest.fixture
def notebook(
    request: pytest.FixtureRequest, desk: Desk, tmp_path: Path, clock: SetClock
) -> Notebook:
    """A notebook of Claire Martin, with people in it for a test that asks for `workshop_id`."""
    crowded = "workshop_id" in request.fixturenames
    original: Original = (
        request.getfixturevalue("crowd").original if crowded else request.getfixturevalue("empty")
    )
    desk.programme = original.programme
    folder = original.copy(tmp_path)
    made: Notebook = desk.lanes.store.submit(open_again, folder, original.programme, clock).result(
        30
    )
    return made


@pytest.fixture
def workshop_id(crowd: Crowd, clock: SetClock, notebook: Notebook) -> str:
    """The workshop of today, with ten people expected; it is 14 h 02."""
    clock.at = TWO
    return crowd.workshop_id


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was told."""
    told: list[str] = []
    monkeypatch.setattr(a11y, "announce", lambda _widget, text: told.append(text))
    return told
