"""Why somebody could not sign: asked of the animateur, who is the witness."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.domain.forms import clean
from angrilien.ui.widgets import Button, Field
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.one_of import OneOf
from angrilien.ui.widgets.panel import Panel
from angrilien.ui.words import in_mention

_LIMIT: Final = 120


class ReasonPanel(Panel):
    """A few large words and a free one. The reason stands on the sheet: nothing on health."""

    reason_given = Signal(str)

    def __init__(self, over: QWidget, behind: QWidget) -> None:
        super().__init__(over, behind, width=680)
        self.reasons = OneOf(
            self.tr("Pourquoi\u202f?"),
            (
                (in_mention(word), word)  # it stands within a mention: "n’a pas pu signer (…)"
                for word in (
                    self.tr("N’y arrive pas"),
                    self.tr("Ne souhaite pas signer"),
                    self.tr("A dû partir"),
                    self.tr("L’écran ne répond pas"),
                )
            ),
        )
        self.other = Field(self.tr("Autre raison"), self.tr("Rien sur la santé, s’il vous plaît."))
        self.other.edit.setMaxLength(_LIMIT)
        self.note_button = Button(self.tr("Noter"), "primary", "check")
        self.body.addWidget(Text(self.tr("Cette raison est écrite sur la feuille."), "subtitle"))
        self.body.addWidget(self.reasons)
        self.body.addWidget(self.other)
        self.buttons.add_gap()
        self.buttons.add(self.note_button)
        self.note_button.clicked.connect(self._on_note)
        self.other.edit.returnPressed.connect(self._on_note)
        self.reasons.chosen_changed.connect(self._on_chosen)
        self.other.edit.textEdited.connect(self._on_typed)

    def ask(self, name: str) -> None:
        """Ask for the reason of somebody."""
        self.reasons.choose("")
        self.other.set_text("")
        title = self.tr("{name} n’a pas pu signer").format(name=name)
        self.open_with(title, self.tr("Vous en êtes témoin."), focus=self.reasons.first())

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        if value:
            self.other.set_text("")

    @Slot(str)
    def _on_typed(self, typed: str) -> None:
        if typed:
            self.reasons.choose("")

    @Slot()
    def _on_note(self) -> None:
        reason = clean(self.other.text()) or self.reasons.value()
        if reason:
            self.shut()
            self.reason_given.emit(reason)
        else:
            self.other.show_problem(self.tr("Choisissez une raison, ou écrivez-la."))
