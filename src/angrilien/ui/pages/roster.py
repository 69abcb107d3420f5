"""D4, émargement: who is there. One click is one durable presence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.rows import Roster, SheetView, WorkshopRow
from angrilien.errors import KnownError, WorkshopGone
from angrilien.services import attendance, closing, paper, paper_numbers
from angrilien.settings import TILE_NAMES
from angrilien.ui import a11y
from angrilien.ui import attendance_words as words
from angrilien.ui.card_words import already_here_words
from angrilien.ui.chimes import Chime
from angrilien.ui.models.tiles import Kind, Look, Tile, TileModel
from angrilien.ui.pages.base import Page
from angrilien.ui.printing.dialog import print_sheet
from angrilien.ui.roster_cards import RosterCards
from angrilien.ui.roster_panels import ALL, RosterPanels
from angrilien.ui.roster_search import RosterSearch
from angrilien.ui.tile_names import TileNames
from angrilien.ui.widgets.reading import Reading
from angrilien.ui.widgets.roster_body import RosterBody

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_EDITABLE: Final = ("planned", "open")


class RosterPage(Page):
    """The heart. A tile changes only once its change is durable; until then it shows the press."""

    name = "roster"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._workshop_id = ""
        self._roster: Roster | None = None
        self._pending: set[str] = set()
        self.names = TileNames()
        self.model = TileModel(self)
        self._build()
        self.finder = RosterSearch(self.head, self.model, self.view, desk, parent=self)
        self.cards = RosterCards(self)
        self._connect()

    # --- what the window asks ---------------------------------------------------------------------

    def title(self) -> str:
        """Return the screen's name."""
        title = self._roster.workshop.title if self._roster is not None else ""
        return (
            self.tr("Émargement\u00a0: {title}").format(title=title)
            if title
            else (self.tr("Émargement"))
        )

    def show_for(self, **args: Any) -> None:
        """Read the list of a workshop."""
        workshop_id = str(args["workshop_id"])
        if workshop_id != self._workshop_id:
            self._workshop_id = workshop_id
            self._roster = None
            self._show_pending(set())
            self.body.setEnabled(False)
        self.finder.begin(workshop_id)
        self._read()
        self.body.paper.hide()
        self.desk.ask(paper.waiting, then=self._on_papers)

    def keep(self) -> None:
        """Keep what is being searched."""
        self.finder.keep()

    def closing(self) -> None:
        """Keep what is being searched; the next opening has it again."""
        self.keep()
        self.finder.stop()

    def leave(self) -> None:
        """Close what is over the list, and forget what was searched."""
        self.finder.stop()
        self.finder.forget()
        self.panels.shut()

    def focus_first(self) -> None:
        """Put the focus in the search field: it is the card reader's target too."""
        target = self.head.search if self.editable else self.view
        target.setFocus()

    def search(self) -> None:
        """F2: the search field."""
        if self.editable and not self.panels.opened():
            self.body.area.ensureWidgetVisible(self.head.search)
            self.head.search.setFocus()
            self.head.search.selectAll()

    def print_page(self) -> None:
        """Ctrl+P: the sheet."""
        if not self.panels.opened():
            self._on_print()

    def undo(self) -> None:
        """Ctrl+Z: the last act."""
        if self.bar.undo.isEnabled() and self.editable and not self.panels.opened():
            self.act(ALL, attendance.undo)

    def redo(self) -> None:
        """Ctrl+Y: what was undone."""
        can = self._roster is not None and self._roster.can_redo
        if can and self.editable and not self.panels.opened():
            self.act(ALL, attendance.redo)

    def go_back(self) -> None:
        """Esc: the panel, then the search, then the screen before."""
        panel = self.panels.opened()
        if panel is not None:
            panel.dismiss()
        elif self.head.search.text():
            self.head.search.clear()
        else:
            super().go_back()

    # --- what a card reader asks ------------------------------------------------------------------

    @property
    def reads_into(self) -> QWidget:
        """The search field is the card reader's target too."""
        return self.head.search

    def on_read(self, text: str) -> None:
        """Note present whoever has the card."""
        if self._workshop_id:
            self.cards.read(text)

    @property
    def workshop_id(self) -> str:
        """The workshop whose list is in sight."""
        return self._workshop_id

    @property
    def roster(self) -> Roster | None:
        """The list in sight, None until it is read."""
        return self._roster

    def take(self, roster: Roster) -> None:
        """Show a list that an act of another road has given, and announce the act."""
        self._on_acted(roster.workshop.id, "", roster)

    def read_again(self) -> None:
        """Read the list: what is shown may be behind what is written."""
        self.desk.ask(attendance.roster, self._workshop_id, then=self._on_roster)

    def name_of(self, attendance_id: str) -> str:
        """Return the name on a tile, empty where there is no such line."""
        rows = self._roster.rows if self._roster is not None else ()
        row = next((row for row in rows if row.attendance_id == attendance_id), None)
        return self.names.of(row) if row is not None else ""

    @property
    def editable(self) -> bool:
        """Tell whether the sheet can still change."""
        return self._roster is not None and self._roster.workshop.state in _EDITABLE

    # --- construction -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.body = RosterBody(self.model)
        self.head, self.view, self.bar = self.body.head, self.body.view, self.body.bar
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.reading = Reading()
        self.reading.again_asked.connect(self._read)
        self.reading.spoke.connect(self._on_reading_spoke)
        self.reading.setContentsMargins(28, 20, 28, 20)
        whole.addWidget(self.reading, 0, Qt.AlignmentFlag.AlignTop)
        whole.addWidget(self.body)
        self.panels = RosterPanels(self)
        self.person_panel = self.panels.person
        self.anonymous_panel = self.panels.anonymous
        self.reason_panel = self.panels.reason

    def _connect(self) -> None:
        head, bar = self.head, self.bar
        self.finder.chosen.connect(self._on_tile)
        self.finder.number_typed.connect(self.cards.typed)
        self.finder.already_here.connect(self._on_already_here)
        self.finder.shown_changed.connect(self._on_shown)
        self.desk.changed.others_wrote.connect(self._on_others)
        head.everyone.clicked.connect(self._on_everyone)
        head.new_person.clicked.connect(self._on_new_person)
        head.anonymous.clicked.connect(self._on_anonymous)
        bar.sign.clicked.connect(self._on_sign)
        bar.print.clicked.connect(self._on_print)
        bar.undo.clicked.connect(self._on_undo)
        bar.note.clicked.connect(self._on_note)
        bar.finish.clicked.connect(self._on_finish)
        self.body.type_paper.clicked.connect(self._on_type_paper)
        self.view.acted.connect(self._on_tile)
        self.view.more_asked.connect(self._on_more)
        self.view.left_upwards.connect(self.head.search.setFocus)
        self.view.typed.connect(self._on_letter)

    # --- reading ----------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        if self._roster is None:
            self.reading.wait()
        self.desk.ask(
            attendance.roster, self._workshop_id, then=self._on_roster, failed=self._on_unread
        )

    @Slot()
    def _on_others(self) -> None:
        """The other laptop of the café noted somebody."""
        if self.isVisible() and not self._pending:
            self._read()

    def _on_roster(self, roster: Roster) -> None:
        if roster.workshop.id != self._workshop_id:
            return
        first = self._roster is None
        self._roster = roster
        self.reading.done()
        self.body.show()
        self.body.setEnabled(True)
        short = self.main.settings.get(TILE_NAMES) == "short"
        self.names = TileNames(roster.rows, short=short)
        self.model.set_roster(roster, editable=self.editable, names=self.names)
        self.head.show_roster(roster, editable=self.editable)
        self.bar.show_roster(roster, self.desk.clock, editable=self.editable)
        self._say_state(roster)
        self.finder.mark()
        self.view.fit()
        self.body.arrange()
        if first and self.main.page is self:
            self.main.retitle()
            self.focus_first()

    def _on_papers(self, found: tuple[WorkshopRow, ...]) -> None:
        """Offer to type the paper sheet once its hour has passed."""
        self.body.paper.setVisible(any(row.id == self._workshop_id for row in found))
        self.body.arrange()

    @Slot()
    def _on_reading_spoke(self) -> None:
        self.body.hide()

    def _on_unread(self, error: KnownError) -> None:
        if isinstance(error, WorkshopGone):
            self.main.navigate("today")
            self.main.say_problem(error)
        elif self._roster is None:
            self.say_unread(self.reading, error)
        else:
            self.main.say_problem(error)

    def _say_state(self, roster: Roster) -> None:
        self.body.say_state(roster, editable=self.editable)

    # --- acts -------------------------------------------------------------------------------------

    def act(self, key: str, verb: Callable[..., Roster], *args: object) -> None:
        """Do something durable; until it is, the tile takes no other press."""
        if key in self._pending or not self.editable:
            return
        self._show_pending(self._pending | {key})
        self.desk.ask(
            verb,
            self._workshop_id,
            *args,
            then=functools.partial(self._on_acted, self._workshop_id, key),
            failed=functools.partial(self._on_refused, self._workshop_id, key),
        )

    def _on_acted(self, workshop_id: str, key: str, roster: Roster) -> None:
        self.desk.changed.attendance_changed.emit(workshop_id)
        if workshop_id != self._workshop_id:
            return
        before = self._roster
        self._show_pending(self._pending - {key})
        self._on_roster(roster)
        if self._pending or before is None:
            return
        self._announce(before, roster)

    def _announce(self, before: Roster, after: Roster) -> None:
        was = {row.attendance_id: row for row in before.rows}
        now = {row.attendance_id: row for row in after.rows}
        apart = [i for i in (was | now) if was.get(i) is not now.get(i)]
        changed = [i for i in apart if was.get(i) != now.get(i)]
        if len(changed) == 1:
            said = words.act_words(was.get(changed[0]), now.get(changed[0]), after, self.names.of)
        else:
            said = words.count_words(after)
        a11y.announce(self, said)
        if changed:
            self.main.chimes.play(Chime.NOTED)

    def _on_refused(self, workshop_id: str, key: str, error: KnownError) -> None:
        if workshop_id == self._workshop_id:
            self._show_pending(self._pending - {key})
            self.read_again()
        self.main.say_problem(error)

    def _show_pending(self, keys: set[str]) -> None:
        self._pending = keys
        self.model.set_pending(keys)

    @Slot(object)
    def _on_tile(self, tile: Tile) -> None:
        if tile.kind is Kind.NEW:
            self._on_new_person()
        elif tile.kind is Kind.KNOWN and tile.person is not None:
            self.act(tile.key, attendance.add_present, tile.person.participant_id)
            self.finder.next_name()
        elif tile.row is None:
            return
        elif not self.editable:
            a11y.announce(self, tile.spoken)
        elif tile.look in (Look.SIGNED, Look.UNABLE) or tile.row.participant_id is None:
            # A signature, or a présence sans nom, does not go by one stray press.
            self._on_more(tile)
        else:
            self.act(tile.key, attendance.toggle, tile.row.attendance_id)
            self.finder.next_name()

    @Slot(object)
    def _on_more(self, tile: Tile) -> None:
        row, roster = tile.row, self._roster
        attestable = row is not None and row.state == words.PRESENT and row.participant_id
        if row is not None and roster is not None and (self.editable or attestable):
            tz = roster.workshop.tz
            self.panels.person.ask(row, tz, tile.name, editable=self.editable)

    @Slot()
    def _on_everyone(self) -> None:
        self.act(ALL, attendance.everyone_present)

    @Slot()
    def _on_undo(self) -> None:
        self.undo()

    # --- searching --------------------------------------------------------------------------------

    @Slot()
    def _on_shown(self) -> None:
        """Follow the tiles in sight: the search has other results."""
        if self._roster is not None:
            self._say_state(self._roster)
        self.view.fit()

    @Slot(object)
    def _on_already_here(self, tile: Tile) -> None:
        self.main.say(already_here_words(tile.name))

    @Slot(str)
    def _on_letter(self, letter: str) -> None:
        if self.editable:
            self.head.search.setFocus()
            self.head.search.insert(letter)

    # --- going elsewhere --------------------------------------------------------------------------

    @Slot()
    def _on_new_person(self) -> None:
        typed = self.head.search.text().strip()
        self.main.navigate("person_form", workshop_id=self._workshop_id, typed=typed)

    @Slot()
    def _on_anonymous(self) -> None:
        self.panels.anonymous.ask()

    @Slot()
    def _on_sign(self) -> None:
        rows = self._roster.rows if self._roster is not None else ()
        self.have_sign(tuple(row.attendance_id for row in rows if words.can_sign(row)))

    def have_sign(self, attendance_ids: tuple[str, ...]) -> None:
        """Hand the screen to those who sign, one after the other."""
        if attendance_ids:
            self.main.navigate(
                "signing", workshop_id=self._workshop_id, attendance_ids=attendance_ids
            )

    @Slot()
    def _on_print(self) -> None:
        self.desk.ask(closing.sheet, self._workshop_id, then=self._on_sheet)

    def _on_sheet(self, view: SheetView) -> None:
        said = print_sheet(view, self.main)
        if said:
            self.main.say(said)
            if self.editable:
                # From now on each line keeps its number: it is typed back by it.
                self.desk.ask(paper_numbers.printed, view.workshop.id, view.lines)

    @Slot()
    def _on_type_paper(self) -> None:
        self.main.navigate("paper", workshop_id=self._workshop_id)

    @Slot()
    def _on_note(self) -> None:
        self.main.navigate("note", workshop_id=self._workshop_id)

    @Slot()
    def _on_finish(self) -> None:
        self.main.navigate("closing", workshop_id=self._workshop_id)
