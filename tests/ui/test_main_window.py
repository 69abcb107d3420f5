"""The window: where one goes, how one comes back, the keys, and that nothing is out of reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from angrilien.errors import DiskFull
from angrilien.settings import SCHEME, TEXT_PERCENT, TILE_NAMES, Settings
from angrilien.ui import contrast, theme
from angrilien.ui.main_window import MINIMUM, MainWindow
from helpers.notebooks import make_workshop
from helpers.windows import click, press, settle

PAGES = ("today", "workshop_form", "paper_code", "sending", "help", "technical")
BARE = ("first_start", "unlock")


def show(qtbot: QtBot, window: MainWindow, name: str) -> QWidget:
    window.navigate(name)
    settle(qtbot, window)
    assert window.page is not None
    return window.page


def in_sight(root: QWidget, kind: type[Any]) -> list[Any]:
    return [w for w in root.findChildren(kind) if w.isVisible()]


def test_before_the_notebook_is_open_there_is_only_the_page(
    qtbot: QtBot, closed_window: MainWindow
) -> None:
    show(qtbot, closed_window, "unlock")
    assert not closed_window.nav.isVisible()
    assert not closed_window.line.isVisible()
    press(closed_window, Qt.Key.Key_N, control=True)
    press(closed_window, Qt.Key.Key_F5)
    press(closed_window, Qt.Key.Key_Escape)
    assert closed_window.page is not None
    assert closed_window.page.name == "unlock"
    press(closed_window, Qt.Key.Key_F1)
    assert closed_window.page.name == "help"
    assert not closed_window.nav.isVisible()
    press(closed_window, Qt.Key.Key_Escape)
    assert closed_window.page.name == "unlock"


def test_an_open_notebook_shows_today_the_column_and_the_line(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.page is not None
    assert window.page.name == "today"
    assert window.nav.isVisible()
    qtbot.waitUntil(window.line.isVisible)
    assert window.line.words.text.endswith("Il manque le code du lieu.")
    assert window.line.width() == window.width()
    assert window.windowTitle() == "Aujourd’hui – Angrilien"


def test_the_whole_width_of_the_line_opens_the_state_of_sending(
    qtbot: QtBot, window: MainWindow
) -> None:
    qtbot.waitUntil(window.line.isVisible)
    click(window.line)
    assert window.page is not None
    assert window.page.name == "sending"
    press(window, Qt.Key.Key_Escape)
    assert window.page.name == "today"


def test_the_keys_of_every_screen(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_N, control=True)
    settle(qtbot, window)
    assert window.page is not None
    assert window.page.name == "workshop_form"
    press(window, Qt.Key.Key_F1)
    assert window.page.name == "help"
    press(window, Qt.Key.Key_Escape)
    # The help of a form leads back to where the form was asked for, its content kept.
    settle(qtbot, window)
    assert window.page.name == "workshop_form"


def test_coming_back_to_a_screen_forgets_the_way_from_it(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any]
) -> None:
    workshop_id = in_lane(make_workshop)
    window.navigate("roster", workshop_id=workshop_id)
    window.navigate("person_form", workshop_id=workshop_id)
    window.navigate("roster", workshop_id=workshop_id)
    settle(qtbot, window)
    window.back()
    assert window.page is not None
    assert window.page.name == "today"


def test_a_problem_is_said_over_the_page_and_leaves_with_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    def full(_notebook: object) -> None:
        raise DiskFull

    window.desk.ask(full)
    qtbot.waitUntil(window.messages.isVisible)
    assert window.messages.sentence == "Le disque est plein. Libérez de la place, puis recommencez."
    window.navigate("workshop_form")
    assert not window.messages.isVisible()
    settle(qtbot, window)


def _mark(text: str) -> str:
    plain = text.replace("&&", "")
    return plain[plain.index("&") + 1].lower() if "&" in plain else ""


def test_alt_letters_are_unique_on_every_screen(qtbot: QtBot, window: MainWindow) -> None:
    for name in (*PAGES, *BARE):
        page: Any = show(qtbot, window, name)
        if name == "workshop_form":
            page.fields.show_more(shown=True)
        texts = [button.text() for button in in_sight(window, QAbstractButton)]
        texts += [label.text() for label in in_sight(window, QLabel) if label.buddy() is not None]
        letters = Counter(filter(None, map(_mark, texts)))
        assert [letter for letter, count in letters.items() if count > 1] == [], name


@pytest.mark.parametrize("percent", theme.TEXT_PERCENTS)
def test_at_the_smallest_window_nothing_is_cut_or_out_of_reach(
    qtbot: QtBot, window: MainWindow, in_lane: Callable[..., Any], percent: int
) -> None:
    in_lane(make_workshop, title="Protéger ses données personnelles sur le téléphone")
    window.settings.set(TEXT_PERCENT, percent)
    window.looks.apply()
    window.resize(*MINIMUM)
    for name in (*PAGES, *BARE):
        page: Any = show(qtbot, window, name)
        if name == "workshop_form":
            page.fields.show_more(shown=True)
            page.fields.themes_field.show_more(shown=True)
        QApplication.processEvents()
        assert (window.width(), window.height()) == MINIMUM
        for area in in_sight(page, QScrollArea):
            assert area.widget().width() <= area.viewport().width(), name
        for button in in_sight(window, QAbstractButton):
            assert button.height() >= 48, button.text()
            right = button.mapTo(window, button.rect().topRight()).x()
            assert right <= window.width(), button.text()
            if button is not window.line:
                assert button.width() >= min(48, button.sizeHint().width())
                assert button.width() >= button.sizeHint().width() - 1, button.text()


def test_every_button_has_a_word_for_the_eyes_and_for_the_ears(
    qtbot: QtBot, window: MainWindow
) -> None:
    for name in PAGES:
        show(qtbot, window, name)
        for button in in_sight(window, QAbstractButton):
            assert button.accessibleName(), name
            assert button.text() or button is window.line


def test_looks_change_at_once_and_are_kept(
    qtbot: QtBot, window: MainWindow, looks: QApplication
) -> None:
    page: Any = show(qtbot, window, "settings")
    page.text_size.choose("160")
    page.colors.choose("dark")
    assert theme.current() == theme.DARK
    assert looks.font().pointSize() == 21
    assert (window.settings.get(TEXT_PERCENT), window.settings.get(SCHEME)) == (160, "dark")
    assert "Retour" in page.back_button.text()


def test_the_computers_own_colours_are_followed_unless_others_were_chosen(
    qtbot: QtBot, window: MainWindow, looks: QApplication
) -> None:
    page: Any = show(qtbot, window, "settings")
    page.colors.choose("system")
    hints = looks.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() == theme.DARK
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current() == theme.LIGHT
    wish = hints.accessibility().contrastPreferenceChanged
    wish.emit(Qt.ContrastPreference.HighContrast)
    high = theme.current()
    assert high not in (theme.LIGHT, theme.DARK)
    assert contrast.ratio(high.text, high.page) >= contrast.TEXT
    wish.emit(Qt.ContrastPreference.NoPreference)
    assert theme.current() == theme.LIGHT
    page.colors.choose("contrast")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() == theme.CONTRAST


@pytest.mark.parametrize("percent", theme.TEXT_PERCENTS)
@pytest.mark.usefixtures("looks")
def test_no_word_of_a_choice_is_cut_at_the_smallest_window(
    qtbot: QtBot, window: MainWindow, percent: int
) -> None:
    window.resize(*MINIMUM)
    page: Any = show(qtbot, window, "settings")
    page.text_size.choose(str(percent))
    settle(qtbot, window)
    for choice in (page.text_size, page.colors, page.tile_names, page.sounds):
        assert choice.combo.width() >= choice.combo.sizeHint().width()


def test_initials_for_the_list_are_chosen_and_kept(qtbot: QtBot, window: MainWindow) -> None:
    page: Any = show(qtbot, window, "settings")
    assert page.tile_names.value() == "full"
    page.tile_names.choose("short")
    assert Settings(window.settings._file.parent).get(TILE_NAMES) == "short"
    press(window, Qt.Key.Key_Escape)
    assert window.page is not None
    assert window.page.name != "settings"


def test_no_screen_opens_a_window_of_its_own(qtbot: QtBot, window: MainWindow) -> None:
    seen: list[object] = []
    window.windowHandle().activeChanged.connect(lambda: seen.append(window.isActiveWindow()))
    for name in (*PAGES, *BARE):
        show(qtbot, window, name)
        assert QApplication.activeWindow() is window, name
    assert seen == []
