"""The code secret of an animateur who has none yet: asked once, before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.errors import FieldProblem, KnownError
from angrilien.services import code_secret
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Card, PageHead, ScrollPage, Text
from angrilien.ui.widgets.code_fields import CodeSecretFields
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class CodeSecretPage(Page):
    """A notebook of before the code, or one put back from an old copy: without a code, no lock."""

    name = "code_secret"
    frame = Frame.BARE
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.fields = CodeSecretFields()
        self.keep_button = Button(self.tr("&Garder ce code"), "primary", "check")
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        card.body.setSpacing(14)
        card.body.addWidget(
            Text(self.tr("L’écran se verrouille après cinq minutes sans vous."), "subtitle")
        )
        card.body.addWidget(self.fields)
        card.body.addWidget(self.keep_button, 0, Qt.AlignmentFlag.AlignRight)
        scroll = ScrollPage(width=760, centred=True)
        scroll.body.addStretch(1)
        scroll.body.addWidget(
            PageHead(
                self.tr("Votre code secret"),
                self.tr("Choisissez les six chiffres qui rouvrent l’écran."),
            )
        )
        scroll.body.addWidget(card)
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.keep_button.clicked.connect(self._on_keep)
        self.fields.entered.connect(self._on_keep)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Votre code secret")

    def show_for(self, **_args: Any) -> None:
        """Begin."""
        self.fields.clear()

    def focus_first(self) -> None:
        """Put the focus in the first field."""
        self.fields.code.edit.setFocus()

    def go_back(self) -> None:
        """Esc: there is no other way than to choose one."""

    @Slot()
    def _on_keep(self) -> None:
        code = self.fields.chosen()
        if code is not None:
            self.keep_button.setEnabled(False)
            self.desk.ask(code_secret.choose, code, then=self._on_kept, failed=self._on_refused)

    def _on_kept(self, _result: None) -> None:
        self.keep_button.setEnabled(True)
        self.fields.clear()
        if self.main.guard is not None:
            self.main.guard.refresh()
        self.main.navigate("today")

    def _on_refused(self, error: KnownError) -> None:
        self.keep_button.setEnabled(True)
        if isinstance(error, FieldProblem):
            self.fields.code.show_problem(problem_text(error))
        else:
            self.main.say_problem(error, again=self._on_keep)
