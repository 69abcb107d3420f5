"""What two laptops of the café left to a person: choices to make, people noted twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.clock import local
from angrilien.services import doubts
from angrilien.services.doubts import Double, Doubt, Doubts, Option
from angrilien.ui.doubt_words import field_words, value_words
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import AdaptiveRow, Button, Card, Divider, PageHead, ScrollPage, Text
from angrilien.ui.words import day_words

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class DoubtsPage(Page):
    """A card for each choice, one for each pair of people; what was merged can be undone."""

    name = "doubts"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.buttons: list[Button] = []
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        head = PageHead(
            self.tr("À vérifier ensemble"),
            self.tr("Deux ordinateurs ont noté la même chose. Rien n’est perdu."),
        )
        head.add(self.back_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(16)
        scroll = ScrollPage(width=960)
        scroll.body.addWidget(head)
        scroll.body.addLayout(self._list)
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.back_button.clicked.connect(self.go_back)
        desk.changed.others_wrote.connect(self._on_changed)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("À vérifier ensemble")

    def show_for(self, **_args: Any) -> None:
        """Read what there is."""
        self._read()

    def focus_first(self) -> None:
        """Put the focus on the first button there is."""
        (self.buttons[0] if self.buttons else self.back_button).setFocus()

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        self.desk.ask(doubts.read, then=self._on_read)

    def _on_read(self, found: Doubts) -> None:
        self._clear()
        for doubt in found.choices:
            self._list.addWidget(self._choice(doubt))
        for double in found.doubles:
            self._list.addWidget(self._double(double))
        if not found.choices and not found.doubles:
            self._list.addWidget(Text(self.tr("Tout est clair. Il n’y a rien à choisir.")))
        if found.merged:
            self._list.addWidget(Text(self.tr("Personnes réunies"), "heading"))
            self._list.addWidget(self._merged(found.merged))
        if self.main.page is self:
            self.focus_first()

    def _clear(self) -> None:
        self.buttons = []
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _choice(self, doubt: Doubt) -> Card:
        card = Card()
        card.body.setContentsMargins(24, 16, 24, 16)
        what = field_words(doubt)
        card.body.addWidget(Text(doubt.about or what, "heading"))
        if doubt.about:
            card.body.addWidget(Text(what, "subtitle"))
        for number, option in enumerate(doubt.options):
            if number:
                card.body.addWidget(Divider())
            words = value_words(doubt, option)
            row = AdaptiveRow()
            row.add(_column(Text(words), Text(self._who(option), "hint")))
            row.add(
                self._button(
                    self.tr("Garder ceci"),
                    f"{what}\u00a0: {words}",
                    partial(self._on_choice, doubt, option),
                )
            )
            card.body.addWidget(row)
        return card

    def _who(self, option: Option) -> str:
        zone = self.main.watch.tz if self.main.watch is not None else self.desk.zone
        today = local(self.desk.clock.now(), zone).date()
        when = day_words(local(option.at, zone).date().isoformat(), today)
        if not option.author:
            return self.tr("Noté {when}").format(when=when)
        return self.tr("Noté par {name}, {when}").format(name=option.author, when=when)

    def _double(self, double: Double) -> Card:
        card = Card()
        card.body.setContentsMargins(24, 16, 24, 16)
        names = self.tr("{one} et {other}").format(
            one=_name(double.keep), other=_name(double.other)
        )
        card.body.addWidget(Text(self.tr("Est-ce la même personne\u202f?"), "heading"))
        row = AdaptiveRow()
        row.add(Text(names))
        row.add(self._button(self.tr("Oui, la même"), names, partial(self._on_merge, double)))
        row.add(
            self._button(self.tr("Non, deux personnes"), names, partial(self._on_apart, double))
        )
        card.body.addWidget(row)
        return card

    def _merged(self, pairs: tuple[Double, ...]) -> Card:
        card = Card()
        card.body.setContentsMargins(24, 16, 24, 16)
        for number, double in enumerate(pairs):
            if number:
                card.body.addWidget(Divider())
            names = self.tr("{one} et {other}").format(
                one=_name(double.keep), other=_name(double.other)
            )
            row = AdaptiveRow()
            row.add(Text(names))
            row.add(self._button(self.tr("Séparer"), names, partial(self._on_apart, double)))
            card.body.addWidget(row)
        return card

    def _button(self, word: str, told: str, do: Callable[[], None]) -> Button:
        button = Button(word, "secondary")
        button.setAccessibleDescription(told)
        button.clicked.connect(do)
        self.buttons.append(button)
        return button

    def _on_choice(self, doubt: Doubt, option: Option) -> None:
        self.desk.ask(doubts.choose, doubt, option, then=self._on_done)

    def _on_merge(self, double: Double) -> None:
        self.desk.ask(doubts.merge, double, then=self._on_done)

    def _on_apart(self, double: Double) -> None:
        self.desk.ask(doubts.keep_apart, double, then=self._on_done)

    def _on_done(self, _result: None) -> None:
        self.desk.changed.people_changed.emit()
        self.desk.changed.workshops_changed.emit()
        self._read()


def _name(person: Any) -> str:
    name = f"{person.first_name} {person.last_name}".strip()
    return f"{name} ({person.birth_year})" if person.birth_year else name


def _column(*parts: QWidget) -> QWidget:
    told = QWidget()
    column = QVBoxLayout(told)
    column.setContentsMargins(0, 4, 0, 4)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part)
    return told
