"""Who opens this computer: a line for each, with what can be done for them."""

from __future__ import annotations

import functools

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.rows import AnimateurRow
from angrilien.ui.widgets.adaptive import AdaptiveRow, FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Divider, Text


class AnimateurList(Card):
    """Each signal carries the `AnimateurRow` of the line."""

    phrase_asked = Signal(object)
    code_asked = Signal(object)
    remove_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.body.setSpacing(10)
        self.buttons: dict[tuple[str, str], Button] = {}
        """By slot id and what they ask: "phrase", "code", "remove"."""

    def show_rows(self, rows: tuple[AnimateurRow, ...], zone: str) -> None:
        """Show these people; days are said in a zone."""
        self.buttons.clear()
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, row in enumerate(rows):
            if number:
                self.body.addWidget(Divider())
            self.body.addWidget(self._line(row, zone))

    def _line(self, row: AnimateurRow, zone: str) -> QWidget:
        day = french.long_date(local(row.since, zone).date())
        words = QWidget()
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        you = self.tr("{name} (vous)").format(name=row.name)
        column.addWidget(Text(you if row.mine else row.name, "heading"))
        column.addWidget(Text(self.tr("Phrase choisie le {day}").format(day=day), "subtitle"))
        buttons = QWidget()
        side_by_side = FlowLayout(buttons, spacing=8)
        for button in self._acts(row):
            button.setAccessibleDescription(row.name)
            side_by_side.addWidget(button)
        line = AdaptiveRow()
        line.add(words)
        line.add(buttons)
        return line

    def _acts(self, row: AnimateurRow) -> list[Button]:
        phrase = Button(self.tr("Nouvelle phrase"), "secondary", "key")
        self._bind(phrase, row, "phrase", self.phrase_asked)
        if row.mine:
            code = Button(self.tr("Changer le code secret"), "secondary", "lock")
            self._bind(code, row, "code", self.code_asked)
            return [phrase, code]
        remove = Button(self.tr("Retirer"), "secondary", "remove")
        self._bind(remove, row, "remove", self.remove_asked)
        return [phrase, remove]

    def _bind(self, button: Button, row: AnimateurRow, what: str, asked: SignalInstance) -> None:
        self.buttons[row.slot_id, what] = button
        button.clicked.connect(functools.partial(self._ask, asked, row))

    def _ask(self, asked: SignalInstance, row: AnimateurRow) -> None:
        asked.emit(row)
