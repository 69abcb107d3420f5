"""The way into D5: the code of a paper sheet, typed or read; the sheets that wait; a blank one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.rows import VenueRow, WorkshopRow
from angrilien.errors import FieldProblem, KnownError
from angrilien.services import paper, workshops
from angrilien.ui import paper_words
from angrilien.ui.pages.base import Page
from angrilien.ui.printing.dialog import print_sheet
from angrilien.ui.printing.words import Blank
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Field,
    FlowLayout,
    PageHead,
    ScrollPage,
    Text,
)
from angrilien.ui.words import capital, date_words, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_WIDTH: Final = 820
_MOST: Final = 12


class PaperCodePage(Page):
    """A USB reader types the whole code and Enter; a person reads it beside the black square."""

    name = "paper_code"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self.head = PageHead(self.title())
        self.back_button = Button(self.tr("&Retour"), "secondary", "back")
        self.head.add(self.back_button)
        self.code = Field(
            self.tr("&Code de la feuille"),
            self.tr("En haut à droite, sous le carré noir. Un lecteur le lit aussi."),
        )
        self.open_button = Button(self.tr("&Ouvrir la feuille"), "primary", "paper")
        by_code = Card()
        by_code.body.setContentsMargins(24, 18, 24, 20)
        by_code.body.addWidget(self.code)
        by_code.body.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.waiting = Card()
        self.waiting.body.setContentsMargins(24, 18, 24, 20)
        self.waiting.body.addWidget(Text(self.tr("Les feuilles à saisir"), "heading"))
        self._rows = QWidget()
        self._list = QVBoxLayout(self._rows)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        self.waiting.body.addWidget(self._rows)
        self.waiting.hide()
        without = Card()
        without.body.setContentsMargins(24, 18, 24, 20)
        without.body.addWidget(Text(self.tr("Une feuille vierge a servi"), "heading"))
        without.body.addWidget(
            Text(
                self.tr("Créez l’atelier avec sa date passée. Ses lignes se saisissent ensuite."),
                "subtitle",
            )
        )
        self.afterwards = Button(self.tr("Atelier saisi a&près coup"), "secondary", "plus")
        self.blank = Button(self.tr("&Imprimer une feuille vierge"), "secondary", "print")
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=12)
        flow.addWidget(self.afterwards)
        flow.addWidget(self.blank)
        without.body.addWidget(buttons)
        area = ScrollPage(width=_WIDTH)
        for part in (self.head, by_code, self.waiting, without):
            area.body.addWidget(part)
        area.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.back_button.clicked.connect(self.go_back)
        self.open_button.clicked.connect(self._on_open)
        self.code.edit.returnPressed.connect(self._on_open)
        self.afterwards.clicked.connect(self._on_afterwards)
        self.blank.clicked.connect(self.print_page)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Saisir une feuille papier")

    def show_for(self, **args: Any) -> None:
        """Ask for a code, and say which sheets wait; `code` is one that was just read."""
        self.code.set_text(str(args.get("code", "")))
        self.desk.ask(paper.waiting, then=self._on_waiting)
        if self.code.text():
            self._on_open()

    def focus_first(self) -> None:
        """Put the focus where the code is typed: it is the reader's target."""
        self.code.edit.setFocus()

    @Slot()
    def print_page(self) -> None:
        """Ctrl+P: a blank sheet, for the day when the computer is not there."""
        self.desk.ask(workshops.venues, then=self._on_venues)

    def _on_venues(self, venues: tuple[VenueRow, ...]) -> None:
        said = print_sheet(Blank(venues[0]), self.main)
        if said:
            self.main.say(said)

    def _on_waiting(self, found: tuple[WorkshopRow, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in found[:_MOST]:
            words = f"{row.title} · {capital(date_words(row.date))}"
            button = Button(self.tr("Saisir"), "secondary", "paper")
            button.setAccessibleDescription(words)
            button.setProperty("workshop", row.id)
            button.clicked.connect(self._on_chosen)
            line = AdaptiveRow()
            line.add(Text(words))
            line.add(button)
            self._list.addWidget(line)
        self.waiting.setVisible(bool(found))

    @Slot()
    def _on_open(self) -> None:
        self.desk.ask(paper.find, self.code.text(), then=self._on_found, failed=self._on_refused)

    def _on_found(self, row: WorkshopRow) -> None:
        if self.main.page is not self:
            return
        self.code.set_text("")
        if row.state == "closed":
            self.main.navigate("closing", workshop_id=row.id)
            self.main.say(paper_words.closed())
        else:
            self.main.navigate("paper", workshop_id=row.id)

    def _on_refused(self, error: KnownError) -> None:
        if isinstance(error, FieldProblem):
            self.code.show_problem(problem_text(error))
            self.code.edit.setFocus()
            self.code.edit.selectAll()
        else:
            self.main.say_problem(error)

    @Slot()
    def _on_chosen(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.main.navigate("paper", workshop_id=str(button.property("workshop")))

    @Slot()
    def _on_afterwards(self) -> None:
        self.main.navigate("workshop_form", then="paper")
