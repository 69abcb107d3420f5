"""« Réglages » on the screen: what is offered, what holds, what is said where it cannot be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from angrilien.domain.rows import VenueRow
from angrilien.services import workshops
from angrilien.services.notebook import Notebook
from angrilien.settings import TEXT_PERCENT, Settings
from angrilien.store import marks
from angrilien.ui.main_window import MainWindow
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.ids import new_id
from angrilien.wire.keys import Certificate
from helpers.notebooks import NOON
from helpers.windows import settle


def certify(nb: Notebook) -> tuple[VenueRow, ...]:
    """Give the laptop two venues of the programme, as a registration does."""
    identity = nb.store.identity
    text = Certificate(
        aud="essai", dev=identity.dev, key=identity.public, inc=identity.inc, since=0, issued=NOON,
        venues=tuple((new_id(), code, NOON) for code in ("CAF-1", "CAF-2")), level="complet",
    ).canonical()  # fmt: skip
    with nb.store.write() as connection:
        marks.put(
            connection, cert=text.decode(), cert_sig=Signer.generate().header(dsse.DEVICE, text)
        )
    nb.venues_changed()
    return nb.own_venues()


def open_settings(qtbot: QtBot, window: MainWindow) -> Any:
    window.navigate("settings")
    settle(qtbot, window)
    return window.page


def test_with_one_venue_there_is_nothing_to_choose(qtbot: QtBot, window: MainWindow) -> None:
    assert not open_settings(qtbot, window).venue_card.isVisible()


def test_the_venue_chosen_is_named_at_the_head_and_proposed_by_the_form(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    first, second = in_lane(certify)
    page = open_settings(qtbot, window)
    assert page.venue_card.isVisible()
    assert page.venue.value() == first.id
    page.venue.choose(second.id)
    settle(qtbot, window)
    assert page.venue.value() == second.id
    assert in_lane(workshops.venues) == (second, first)
    assert window.nav.venue == second.name
    window.navigate("workshop_form")
    settle(qtbot, window)
    form: Any = window.page
    assert form.fields.venue_field.value() == second.id


@pytest.mark.usefixtures("looks")
def test_a_choice_that_the_disk_refuses_holds_and_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "in_the_way").write_text("a file where a folder should be", encoding="utf-8")
    window.settings = Settings(tmp_path / "in_the_way")
    page = open_settings(qtbot, window)
    page.text_size.choose("130")
    assert window.messages.sentence == "Ce choix tient jusqu’à la fermeture d’Angrilien."
    assert window.settings.get(TEXT_PERCENT) == 130
