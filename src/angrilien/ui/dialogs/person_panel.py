"""What can be done for one line of D4."""

from __future__ import annotations

import enum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.domain.rows import RosterRow
from angrilien.errors import KnownError
from angrilien.ui import attendance_words as words
from angrilien.ui.widgets import AdaptiveRow, Button, Field
from angrilien.ui.widgets.panel import Panel
from angrilien.ui.words import capital, hour_at, problem_text


class Act(enum.Enum):
    """An act on one line."""

    TOGGLE = "toggle"
    SIGN = "sign"
    PAPER = "paper"
    UNABLE = "unable"
    EXCUSE = "excuse"
    ATTEST = "attest"
    REMOVE = "remove"


class PersonPanel(Panel):
    """The name in full, its state, and a large button for each act that makes sense for it."""

    act_asked = Signal(object, object)
    """Carries the `Act` and the `RosterRow`."""
    departure_asked = Signal(object, str)
    """Carries the `RosterRow` and the hour as typed; empty takes it away."""

    def __init__(self, over: QWidget, behind: QWidget) -> None:
        super().__init__(over, behind)
        self._row: RosterRow | None = None
        self.acts: dict[Act, Button] = {}
        for act, word, sign in (
            (Act.SIGN, self.tr("Faire signer"), "sign"),
            (Act.TOGGLE, self.tr("Est là"), "check"),
            (Act.PAPER, self.tr("A signé sur papier"), "paper"),
            (Act.UNABLE, self.tr("N’a pas pu signer"), "unable"),
            (Act.EXCUSE, self.tr("Ne viendra pas"), "minus"),
            (Act.ATTEST, self.tr("Imprimer une attestation"), "print"),
            (Act.REMOVE, self.tr("Retirer de la liste"), "remove"),
        ):
            button = Button(word, "row", sign)
            button.setProperty("act", act.value)
            button.setStyleSheet("text-align: left;")
            button.clicked.connect(self._on_act)
            self.acts[act] = button
            self.body.addWidget(button)
        self.departure = Field(
            self.tr("Heure de départ"), self.tr("Seulement si la personne part avant la fin.")
        )
        self.keep_departure = Button(self.tr("Noter le départ"), "secondary", "leave")
        self.keep_departure.clicked.connect(self._on_departure)
        self.departure.edit.returnPressed.connect(self._on_departure)
        self._leaving = AdaptiveRow()
        self._leaving.add(self.departure)
        self._leaving.add(self.keep_departure)
        self.body.addWidget(self._leaving)

    @property
    def row(self) -> RosterRow | None:
        """The line that it is about."""
        return self._row

    def ask(self, row: RosterRow, tz: str, name: str, *, editable: bool = True) -> None:
        """Offer what can be done for a line.

        Args:
            row: the line.
            tz: the venue's zone.
            name: as its tile has it.
            editable: whether the list can still change; an attestation is given all the same.
        """
        self._row = row
        here = row.state == words.PRESENT
        named = row.participant_id is not None
        unsigned = here and named and not row.mode
        shown = {
            Act.SIGN: here and named and row.mode != words.SCREEN,
            Act.TOGGLE: named,
            Act.PAPER: unsigned,
            Act.UNABLE: unsigned,
            Act.EXCUSE: row.state == words.EXPECTED,
            Act.ATTEST: here and named,
            Act.REMOVE: True,
        }
        if not editable:
            shown = dict.fromkeys(shown, False) | {Act.ATTEST: shown[Act.ATTEST]}
        for act, button in self.acts.items():
            button.setVisible(shown[act])
        toggle = self.acts[Act.TOGGLE]
        toggle.set_text(self.tr("N’est pas là") if here else self.tr("Est là"))
        toggle.set_icon("circle" if here else "check")
        self._leaving.setVisible(here and editable)
        departure = hour_at(row.departure, tz) if row.departure is not None else ""
        self.departure.set_text(departure)
        first = next((act for act in self.acts if shown[act]), Act.REMOVE)
        # What takes something away is never the one that stands out.
        main = Act.SIGN if shown[Act.SIGN] else Act.TOGGLE if not here else None
        main = main if editable else Act.ATTEST
        for act, button in self.acts.items():
            button.set_kind("primary" if act is main else "row")
        state = capital(words.tile_words(row, tz))
        if row.unable_reason:
            state = f"{state} ({row.unable_reason})"
        self.open_with(name, state, focus=self.acts[first])

    def show_problem(self, error: KnownError) -> None:
        """Say why the hour cannot be taken; it stays as typed."""
        self.departure.show_problem(problem_text(error))
        self.departure.edit.setFocus()

    @Slot()
    def _on_act(self) -> None:
        button = self.sender()
        if isinstance(button, Button) and self._row is not None:
            act = Act(str(button.property("act")))
            self.shut()
            self.act_asked.emit(act, self._row)

    @Slot()
    def _on_departure(self) -> None:
        if self._row is not None:
            self.departure_asked.emit(self._row, self.departure.text())
