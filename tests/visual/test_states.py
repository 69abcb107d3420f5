"""What tells one state from another is seen without any colour, and so is the focus."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from angrilien.ui import theme
from angrilien.ui.models.tiles import Kind, Look, Tile
from angrilien.ui.widgets import Button, Choice, Field, TextField
from angrilien.ui.widgets.tile_delegate import TileDelegate
from visual import pixels

SIGN = 40
APART = 48
"""Steps of grey, out of 255, that an eye without colours tells apart on a worn screen."""
SEEN = 24
"""Pixels of a sign that must differ so much."""


def signs(scheme: str, app: QApplication) -> dict[Look, QImage]:
    """The sign of each state of a tile, in greys."""
    theme.apply(app, scheme=scheme)
    made = {}
    view = QListView()
    delegate = TileDelegate(view)
    for look in Look:
        image = QImage(SIGN, SIGN, QImage.Format.Format_RGB32)
        image.fill(theme.current().surface)
        painter = QPainter(image)
        kind = Kind.NEW if look is Look.ADD else Kind.PERSON
        tile = Tile(key="k", kind=kind, look=look, name="", words="")
        delegate._paint_sign(painter, QRect(2, 2, SIGN - 4, SIGN - 4), tile)
        painter.end()
        made[look] = image.convertToFormat(QImage.Format.Format_Grayscale8)
    view.deleteLater()
    return made


def differing(one: QImage, other: QImage) -> int:
    grey = [bytes(image.constBits()) for image in (one, other)]
    return sum(abs(a - b) >= APART for a, b in zip(*grey, strict=True))


@pytest.mark.parametrize("scheme", theme.SCHEMES)
def test_the_states_of_a_tile_differ_in_grey(scheme: str, app: QApplication, qtbot: QtBot) -> None:
    made = signs(scheme, app)
    for one, other in combinations(made, 2):
        assert differing(made[one], made[other]) >= SEEN, (one, other)
    assert differing(made[Look.HERE], made[Look.HERE]) == 0, "and the measure knows the same"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.setObjectName("page")
    return made


def put(window: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(window)
    for widget in widgets:
        column.addWidget(widget)
    window.resize(420, 100 * len(widgets))
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    QApplication.processEvents()


@pytest.mark.parametrize("scheme", theme.SCHEMES)
def test_what_is_chosen_or_wrong_differs_in_grey(
    scheme: str, app: QApplication, window: QWidget
) -> None:
    theme.apply(app, scheme=scheme)
    chip, field, other = Button("Femme", "chip"), Field("Titre", "Une aide."), Button("Ailleurs")
    put(window, chip, field, other)
    other.setFocus()
    before = pixels.picture(window).convertToFormat(QImage.Format.Format_Grayscale8)
    for change in (chip.click, lambda: field.show_problem("Cette case est vide.")):
        change()
        QApplication.processEvents()
        after = pixels.picture(window).convertToFormat(QImage.Format.Format_Grayscale8)
        assert differing(before, after) >= SEEN
        before = after


@pytest.mark.parametrize("scheme", theme.SCHEMES)
def test_the_focus_is_seen_on_everything(scheme: str, app: QApplication, window: QWidget) -> None:
    """What changes with the focus contrasts 3:1 with what was there, along the whole border."""
    theme.apply(app, scheme=scheme)
    kinds = ("primary", "secondary", "quiet", "danger", "chip", "row")
    buttons = [Button(kind, kind) for kind in kinds]  # type: ignore[arg-type]
    chosen = Button("choisi", "chip")
    chosen.setChecked(True)
    field, text, choice = Field("Titre"), TextField("Bilan"), Choice("Lieu", [("a", "Angrie")])
    aside = Button("Ailleurs")
    put(window, *buttons, chosen, field, text, choice, aside)
    for widget in (*buttons, chosen, field.edit, text.edit, choice.combo):
        aside.setFocus()
        QApplication.processEvents()
        rect = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
        without = pixels.picture(window).copy(rect)
        widget.setFocus()
        QApplication.processEvents()
        within = pixels.picture(window).copy(rect)
        said = widget.text() if isinstance(widget, Button) else type(widget).__name__
        assert changed(without, within) >= widget.width(), said


def changed(one: QImage, other: QImage) -> int:
    pairs = zip(
        memoryview(one.constBits()).cast("I"), memoryview(other.constBits()).cast("I"), strict=True
    )
    return sum(
        a != b and pixels.ratio(a & 0xFFFFFF, b & 0xFFFFFF) >= pixels.PARTS for a, b in pairs
    )
