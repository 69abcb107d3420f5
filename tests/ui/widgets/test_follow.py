"""What follows the size of the text, the colours and the room there is, without being made anew."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from angrilien.ui import tab_way, theme
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Choice,
    Field,
    PageFoot,
    ScrollPage,
    SearchEdit,
    Text,
)
from angrilien.ui.widgets.row_button import RowButton
from angrilien.ui.widgets.sign import Sign
from helpers.windows import until


@pytest.fixture
def place(qtbot: QtBot, looks: QApplication) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    made.resize(700, 400)
    return made


def put(place: QWidget, *widgets: QWidget) -> None:
    layout = place.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
    place.show()
    place.activateWindow()
    assert QTest.qWaitForWindowActive(place)
    QApplication.processEvents()


def test_fields_made_before_another_text_size_grow_with_it(
    place: QWidget, looks: QApplication
) -> None:
    field, choice = Field("Titre"), Choice("Lieu", [("a", "Angrie")])
    search = SearchEdit("Chercher", "Un nom")
    put(place, field, choice, search)
    before = search.textMargins().left()
    theme.apply(looks, text_percent=160)
    until(lambda: field.edit.minimumHeight() == theme.target() > 48)
    assert choice.combo.minimumHeight() == search.minimumHeight() == theme.target()
    assert search.textMargins().left() > before
    theme.apply(looks)
    until(lambda: field.edit.minimumHeight() == 48)


def test_a_sign_takes_the_colours_of_the_moment(place: QWidget, looks: QApplication) -> None:
    sign = Sign(36)
    sign.show_icon("lock", "primary")
    put(place, sign)

    def colours() -> set[str]:
        image = sign.pixmap().toImage()
        pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
        found = (image.pixelColor(*pixel) for pixel in pixels)
        return {color.name().upper() for color in found if color.alpha() == 255}

    assert colours() == {theme.SCHEMES["light"].primary}
    theme.apply(looks, scheme="dark")
    until(lambda: colours() == {theme.SCHEMES["dark"].primary})


def test_facts_go_on_the_next_line_where_there_is_no_room(place: QWidget) -> None:
    button = RowButton("person")
    button.say(("Odette Lefèvre", "", "1942", "dernier atelier le 25/11/2026"))
    put(place, button)
    assert (
        button.text() == button.words() == "Odette Lefèvre · 1942 · dernier atelier le 25/11/2026"
    )
    low = button.height()
    place.resize(320, 400)
    until(lambda: "\n" in button.text())
    until(lambda: button.height() > low)
    assert button.accessibleName() == button.words(), "heard on one line"
    place.resize(700, 400)
    until(lambda: button.text() == button.words())


def test_buttons_with_a_gap_go_down_where_there_is_no_room(place: QWidget) -> None:
    row = AdaptiveRow(stretch=None)
    back, forward = Button("Retour"), Button("Enregistrer la demande", "primary")
    row.add(back)
    row.add_gap()
    row.add(forward)
    put(place, row)
    assert forward.geometry().right() == row.width() - 1
    assert back.x() == 0
    assert row.height() >= 48
    place.resize(300, 400)
    until(lambda: forward.y() > back.y())
    assert row.height() >= 2 * 48


@pytest.mark.parametrize("width", [500, 1400])
def test_the_foot_ends_where_the_column_above_does(place: QWidget, width: int) -> None:
    area = ScrollPage(width=900)
    field = Field("Titre")
    area.body.addWidget(field)
    for _ in range(40):
        area.body.addWidget(Text("Une ligne"))
    foot = PageFoot(area)
    button = Button("Continuer", "primary")
    foot.row.addStretch(1)
    foot.row.addWidget(button)
    place.resize(width, 400)
    put(place, area, foot)

    def right(widget: QWidget) -> int:
        return widget.mapTo(place, widget.rect().topRight()).x()

    until(lambda: area.verticalScrollBar().isVisible())
    until(lambda: right(button) == right(field.edit))


def test_a_column_moves_to_the_middle_and_back(place: QWidget) -> None:
    area = ScrollPage(width=300)
    text = Text("Au milieu")
    area.body.addWidget(text)
    put(place, area)
    left = text.mapTo(place, text.rect().topLeft()).x()
    area.set_centred(centred=True)
    until(lambda: text.mapTo(place, text.rect().topLeft()).x() > left + 100)
    area.set_centred(centred=False)
    until(lambda: text.mapTo(place, text.rect().topLeft()).x() == left)


class Reading(QWidget):
    """A window that Tab goes through as it is read."""

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, N802
        return tab_way.step(self, forward=next)


def test_tab_follows_the_layouts_whatever_came_when(qtbot: QtBot, looks: QApplication) -> None:
    window = Reading()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    last = Button("Dernier")
    column.addWidget(last)
    area = ScrollPage()
    first, gone = Button("Premier"), Button("Caché")
    column.insertWidget(0, area)
    area.body.addWidget(first)
    area.body.addWidget(gone)
    for _ in range(30):
        area.body.addWidget(Text("Une ligne"))
    low = Button("Tout en bas")
    area.body.addWidget(low)
    gone.hide()
    window.resize(400, 300)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    assert tab_way.ring(window) == [first, low, last]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert low.hasFocus()
    assert not low.visibleRegion().isEmpty(), "it came into sight"
    QTest.keyClick(low, Qt.Key.Key_Tab)
    QTest.keyClick(last, Qt.Key.Key_Tab)
    assert first.hasFocus()
    assert not first.visibleRegion().isEmpty()
    QTest.keyClick(first, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert last.hasFocus()
