"""« S’entraîner »: what the training is, and the way into it; within it, how to begin again."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import Button, Card, PageHead, ScrollPage, Text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


def begin_training(window: MainWindow) -> None:
    """Make the training's notebook behind a window, and show its today."""
    from angrilien.services import training  # noqa: PLC0415 - SQL comes with it

    desk = window.desk
    window.say(window.tr("L’entraînement se prépare…"))
    desk.run(
        functools.partial(training.begin, clock=desk.clock, zone=desk.zone),
        desk.folder,
        desk.programme,
        then=window.open_notebook,
    )


class TrainingPage(Page):
    """Reached from the first start, from the opening and from the help."""

    name = "training"
    entry = "help"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        self.back_button.clicked.connect(self.go_back)
        if desk.training:
            self.begin = Button(self.tr("&Tout recommencer"), "primary", "refresh")
            self.begin.clicked.connect(window.begin_again)
            sentences: tuple[str, ...] = (
                self.tr("Vos essais s’effacent. Les personnes inventées reviennent."),
                self.tr("Pour arrêter, fermez cette fenêtre."),
            )
        else:
            self.begin = Button(self.tr("&Ouvrir l’entraînement"), "primary", "people")
            self.begin.clicked.connect(self._on_begin)
            sentences = (
                self.tr("Un autre cahier s’ouvre, avec des personnes inventées."),
                self.tr("Essayez tout\u00a0: rien n’est envoyé."),
                self.tr("Vos vrais ateliers ne bougent pas."),
                self.tr("Tout s’efface quand vous fermez sa fenêtre."),
            )
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        card.body.setSpacing(12)
        for sentence in sentences:
            card.body.addWidget(Text(sentence))
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.begin)
        card.body.addLayout(row)
        self._scroll = scroll = ScrollPage(width=760)
        scroll.body.addStretch(0)
        scroll.body.addWidget(PageHead(self.tr("S’entraîner")))
        scroll.body.addWidget(card)
        scroll.body.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("S’entraîner")

    def show_for(self, **_args: Any) -> None:
        """Stand in the middle of the window while no notebook is open beside it."""
        alone = not self.desk.is_open
        self._scroll.set_centred(centred=alone)
        self._scroll.body.setStretch(0, 1 if alone else 0)

    def focus_first(self) -> None:
        """Put the focus on the way in."""
        self.begin.setFocus()

    def go_back(self) -> None:
        """Esc: the screen one came from, also while the notebook is closed."""
        self.main.back()

    def _on_begin(self) -> None:
        self.main.back()
        self.main.training_asked.emit()
