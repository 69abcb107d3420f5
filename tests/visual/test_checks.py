"""Each check finds what it is for: a screen with one thing wrong, and the same one put right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from angrilien.ui import theme
from angrilien.ui.widgets import Button, Chips, Field, Text
from visual import approved, pixels, reach, room, wording

Make = Callable[..., QWidget]


@pytest.fixture
def make(qtbot: QtBot, app: QApplication) -> Make:
    """A small window of these widgets, one below the other."""
    theme.apply(app)

    def put(*widgets: QWidget, width: int = 500) -> QWidget:
        window = QWidget()
        qtbot.addWidget(window)
        window.setObjectName("page")
        window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        window.resize(width, 300)
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        QApplication.processEvents()
        return window

    return put


def nameless_field() -> QWidget:
    edit = QLineEdit()
    edit.setMinimumHeight(60)
    return edit


def test_a_name_that_is_missing(make: Make) -> None:
    assert reach.nameless(make(Field("Titre"))) == []
    assert reach.nameless(make(nameless_field())) == ["no name: QLineEdit ''"]


def test_a_role_that_is_missing(make: Make) -> None:
    bare = QWidget()
    bare.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    bare.setMinimumSize(60, 60)
    bare.setAccessibleName("Quelque chose")
    assert reach.nameless(make(bare)) == ["no role: QWidget 'Quelque chose'"]


def test_two_buttons_of_one_name(make: Make) -> None:
    first, second = Button("Ouvrir"), Button("Ouvrir")
    window = make(first, second)
    assert reach.twins(window) == ["2 × 'Ouvrir'"]
    second.setAccessibleDescription("Réglages")
    assert reach.twins(window) == []


def test_a_target_that_is_too_small(make: Make) -> None:
    plain = QPushButton("Petit")
    plain.setAccessibleName("Petit")
    plain.setStyleSheet("padding: 0; border: none; min-height: 20px; max-height: 20px")
    assert len(reach.small(make(plain))) == 1
    assert reach.small(make(Button("Grand bouton"))) == []


def test_what_tab_does_not_reach(make: Make) -> None:
    left_out = Button("Oublié")
    window = make(Button("Premier"), left_out, Button("Dernier"))
    assert reach.lost_by_tab(window) == []
    left_out.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    assert reach.lost_by_tab(window) == ["never reached: Button 'Oublié'"]


class Trap(Button):
    """Keeps the focus to itself."""

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, N802
        return True


def test_a_trap(make: Make) -> None:
    window = make(Button("Premier"), Trap("Piège"), Button("Dernier"))
    found = reach.lost_by_tab(window)
    assert "a trap: Trap 'Piège'" in found
    assert "never reached: Button 'Dernier'" in found


def test_an_order_against_the_reading(make: Make) -> None:
    one, two, three, four = (Button(word) for word in ("Un", "Deux", "Trois", "Quatre"))
    window = make(one, two, three, four)
    QWidget.setTabOrder(one, four)
    QWidget.setTabOrder(four, two)
    QWidget.setTabOrder(two, three)
    one.setFocus()
    found = reach.lost_by_tab(window)
    assert any(step.startswith("goes back: Button 'Quatre'") for step in found)


def test_a_text_that_is_cut(make: Make) -> None:
    text = Text("Un texte qui a besoin de plus de place que cela.", wrap=False)
    window = make(text)
    assert room.cut(window) == []
    text.setFixedWidth(120)
    QApplication.processEvents()
    assert room.cut(window) == ["cut: Text 'Un texte qui a besoin de plus de place que cela.'"]


def test_a_text_of_several_lines_that_is_cut(make: Make) -> None:
    text = Text("Un texte qui va à la ligne, et encore, et encore, et encore.")
    text.setFixedSize(160, 30)
    assert len(room.cut(make(text))) == 1


def test_a_word_of_a_button_that_is_cut(make: Make) -> None:
    chips = Chips("Thèmes", [("a", "Protéger ses données personnelles")])
    window = make(chips)
    assert room.cut(window) == []
    chips.button("a").setFixedWidth(180)
    assert any(one.startswith("cut: Button") for one in room.cut(window))


def test_a_placeholder_and_a_cell_that_are_cut(make: Make) -> None:
    edit = QLineEdit()
    edit.setPlaceholderText("Un prénom, un nom, ou le numéro d’une carte")
    edit.setFixedWidth(160)
    table = QTableWidget(1, 1)
    table.setItem(0, 0, QTableWidgetItem("Marie-Antoinette"))
    table.setColumnWidth(0, 60)
    found = room.cut(make(edit, table))
    assert any("QLineEdit" in one for one in found)
    assert "cut: the cell 'Marie-Antoinette'" in found


def test_what_leaves_its_place_and_what_overlaps(make: Make) -> None:
    box = QWidget()
    box.setFixedSize(200, 60)
    inside, over = Button("Trop à droite", parent=box), Button("Dessus", parent=box)
    inside.setGeometry(120, 0, 160, 48)
    over.setGeometry(100, 6, 90, 48)
    found = room.cut(make(box))
    assert any(one.startswith("cut off: Button 'Trop à droite'") for one in found)
    assert any(one.startswith("one on the other") for one in found)


def test_what_would_scroll_sideways(make: Make) -> None:
    area = QScrollArea()
    wide = QLabel("large")
    wide.setMinimumSize(900, 40)
    area.setWidget(wide)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    assert any("wider" in one for one in room.sideways(make(area)))


def test_a_text_that_is_shortened(make: Make) -> None:
    label = QLabel()
    with room.elisions() as shortened:
        metrics = label.fontMetrics()
        metrics.elidedText("court", Qt.TextElideMode.ElideRight, 500)
        metrics.elidedText("Marie-Antoinette", Qt.TextElideMode.ElideRight, 40)
    assert shortened == ["shortened: 'Marie-Antoinette'"]
    assert type(label.fontMetrics()).elidedText is not room.elisions


@pytest.mark.parametrize(("color", "pale"), [("#545454", False), ("#777777", True)])
def test_a_text_that_is_pale(make: Make, color: str, pale: bool) -> None:
    label = QLabel("Un texte à lire")
    label.setStyleSheet(f"color: {color}")
    window = make(label)
    found = pixels.pale_texts(window, pixels.picture(window))
    assert bool(found) is pale, found


@pytest.mark.parametrize(("color", "faint"), [("#5C5C5C", False), ("#BBBBBB", True)])
def test_a_border_that_is_faint(make: Make, color: str, faint: bool) -> None:
    field = Field("Titre")
    field.edit.setStyleSheet(f"border: 2px solid {color}")
    button = Button("Ailleurs")
    window = make(field, button)
    button.setFocus()
    found = pixels.faint_parts(window, pixels.picture(window))
    assert bool(found) is faint, found


def test_a_sign_that_is_faint(make: Make) -> None:
    sign = QLabel()
    drawn = QImage(24, 24, QImage.Format.Format_ARGB32)
    drawn.fill("#DDDDDD")
    for x in range(24):
        drawn.setPixelColor(x, 12, "#FFFFFF")
    sign.setPixmap(pixmap(drawn))
    sign.setFixedSize(24, 24)
    window = make(sign)
    assert len(pixels.faint_parts(window, pixels.picture(window))) == 1


def pixmap(image: QImage):
    from PySide6.QtGui import QPixmap

    return QPixmap.fromImage(image)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Le serveur ne répond pas.", "banned"),
        (" ".join(["mot"] * 16) + ".", "long"),
        ("Qui êtes-vous?", "sign"),
        ("L'atelier", "sign"),
    ],
)
def test_words_that_are_wrong(make: Make, text: str, wrong: str) -> None:
    found = wording.ill_worded(make(Text(text)))
    assert found
    assert all(one.startswith(wrong) for one in found)


def test_a_button_that_says_too_much(make: Make) -> None:
    window = make(Button("Un bouton qui en dit beaucoup trop"))
    assert wording.ill_worded(window) == ["long button: 'Un bouton qui en dit beaucoup trop'"]
    assert wording.ill_worded(make(Button("Retour"))) == []


# --- pictures -------------------------------------------------------------------------------------


def painted(text: str, make: Make) -> QImage:
    return pixels.picture(make(Text(text, "title"), Button("Continuer", "primary", "check")))


def test_a_picture_kept_with_few_colours_is_the_same(make: Make, tmp_path: object) -> None:
    image = painted("Bonjour", make)
    kept = approved.few_colours(image)
    assert kept.colorCount() <= 256
    assert approved.compare(image, kept).pixels == 0


def test_another_picture_is_another(make: Make) -> None:
    one, other = painted("Bonjour", make), painted("Bonsoir", make)
    difference = approved.compare(one, approved.few_colours(other))
    assert difference.pixels > approved.FEW
    assert difference.picture is not None
    assert approved.digest(one) != approved.digest(other)
    small = one.copy(0, 0, one.width() - 1, one.height())
    assert approved.compare(small, one).pixels, "another size"


def test_a_few_pixels_do_not_matter(make: Make) -> None:
    image = painted("Bonjour", make)
    touched = image.copy()
    for x in range(approved.FEW):
        touched.setPixel(x, 0, 0xFF00FF)
    assert approved.compare(touched, image).pixels == 0
    touched.setPixel(approved.FEW, 0, 0xFF00FF)
    assert approved.compare(touched, image).pixels == approved.FEW + 1
