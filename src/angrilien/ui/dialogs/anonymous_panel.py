"""A présence sans nom: one press is enough, what is known may be told."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from angrilien.domain.forms import AnonymousForm
from angrilien.ui import vocab_words
from angrilien.ui.widgets import Button
from angrilien.ui.widgets.one_of import OneOf
from angrilien.ui.widgets.panel import Panel


class AnonymousPanel(Panel):
    """Everything is optional."""

    submitted = Signal(object)
    """Carries the `AnonymousForm`."""

    def __init__(self, over: QWidget, behind: QWidget) -> None:
        super().__init__(over, behind, width=760)
        self.gender = OneOf(self.tr("Genre"), vocab_words.genders())
        self.band = OneOf(self.tr("Âge"), vocab_words.bands())
        self.status = OneOf(self.tr("Situation"), vocab_words.statuses())
        self.before = OneOf(
            self.tr("Déjà venu à un atelier\u202f?"), (("yes", self.tr("Oui, déjà")),)
        )
        for choice in (self.gender, self.band, self.status, self.before):
            self.body.addWidget(choice)
        self.add_button = Button(self.tr("Ajouter cette présence"), "primary", "plus")
        self.buttons.add_gap()
        self.buttons.add(self.add_button)
        self.add_button.clicked.connect(self._on_add)

    def ask(self) -> None:
        """Open it, with nothing chosen; Enter adds a presence at once."""
        for choice in (self.gender, self.band, self.status, self.before):
            choice.choose("")
        self.open_with(
            self.tr("Présence sans nom"),
            self.tr("Tout est facultatif. Un seul bouton suffit."),
            focus=self.add_button,
        )

    @Slot()
    def _on_add(self) -> None:
        form = AnonymousForm(
            gender=self.gender.value(),
            band=self.band.value(),
            status=self.status.value(),
            been_before=bool(self.before.value()),
        )
        self.shut()
        self.submitted.emit(form)
