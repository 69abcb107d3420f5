"""D4, émargement: who is there. One click is one durable presence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.domain.forms import AnonymousForm
from angrilien.domain.rows import Roster, RosterRow, SheetView
from angrilien.errors import KnownError, WorkshopGone
from angrilien.services import attendance, closing, signing
from angrilien.settings import TILE_NAMES
from angrilien.ui import a11y
from angrilien.ui import attendance_words as words
from angrilien.ui.chimes import Chime
from angrilien.ui.dialogs.anonymous_panel import AnonymousPanel
from angrilien.ui.dialogs.person_panel import Act, PersonPanel
from angrilien.ui.dialogs.reason_panel import ReasonPanel
from angrilien.ui.models.tiles import Kind, Look, Tile, TileModel
from angrilien.ui.pages.base import Page
from angrilien.ui.printing.dialog import print_sheet
from angrilien.ui.roster_search import RosterSearch
from angrilien.ui.tile_names import TileNames
from angrilien.ui.widgets.reading import Reading
from angrilien.ui.widgets.roster_body import RosterBody

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_EDITABLE: Final = ("planned", "open")
_ALL: Final = "all"
"""Key of an act that is on no tile."""


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
        for panel in self._panels:
            panel.shut()

    def focus_first(self) -> None:
        """Put the focus in the search field: it is the card reader's target too."""
        target = self.head.search if self.editable else self.view
        target.setFocus()

    def search(self) -> None:
        """F2: the search field."""
        if self.editable and not self._open_panel():
            self.body.area.ensureWidgetVisible(self.head.search)
            self.head.search.setFocus()
            self.head.search.selectAll()

    def print_page(self) -> None:
        """Ctrl+P: the sheet."""
        if not self._open_panel():
            self._on_print()

    def undo(self) -> None:
        """Ctrl+Z: the last act."""
        if self.bar.undo.isEnabled() and self.editable and not self._open_panel():
            self._act(_ALL, attendance.undo)

    def redo(self) -> None:
        """Ctrl+Y: what was undone."""
        can = self._roster is not None and self._roster.can_redo
        if can and self.editable and not self._open_panel():
            self._act(_ALL, attendance.redo)

    def go_back(self) -> None:
        """Esc: the panel, then the search, then the screen before."""
        panel = self._open_panel()
        if panel is not None:
            panel.dismiss()
        elif self.head.search.text():
            self.head.search.clear()
        else:
            super().go_back()

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
        self.person_panel = PersonPanel(self, self.body)
        self.anonymous_panel = AnonymousPanel(self, self.body)
        self.reason_panel = ReasonPanel(self, self.body)
        self._panels = (self.person_panel, self.anonymous_panel, self.reason_panel)

    def _connect(self) -> None:
        head, bar = self.head, self.bar
        self.finder.chosen.connect(self._on_tile)
        self.finder.already_here.connect(self._on_already_here)
        self.finder.shown_changed.connect(self._on_shown)
        head.everyone.clicked.connect(self._on_everyone)
        head.new_person.clicked.connect(self._on_new_person)
        head.anonymous.clicked.connect(self._on_anonymous)
        bar.sign.clicked.connect(self._on_sign)
        bar.print.clicked.connect(self._on_print)
        bar.undo.clicked.connect(self._on_undo)
        bar.note.clicked.connect(self._on_note)
        bar.finish.clicked.connect(self._on_finish)
        self.view.acted.connect(self._on_tile)
        self.view.more_asked.connect(self._on_more)
        self.view.left_upwards.connect(self.head.search.setFocus)
        self.view.typed.connect(self._on_letter)
        self.person_panel.act_asked.connect(self._on_person_act)
        self.person_panel.departure_asked.connect(self._on_departure)
        self.anonymous_panel.submitted.connect(self._on_anonymous_told)
        self.reason_panel.reason_given.connect(self._on_reason)

    # --- reading ----------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        if self._roster is None:
            self.reading.wait()
        self.desk.ask(
            attendance.roster, self._workshop_id, then=self._on_roster, failed=self._on_unread
        )

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

    def _act(self, key: str, verb: Callable[..., Roster], *args: object) -> None:
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
            # What is shown may be behind what is written: read it again.
            self.desk.ask(attendance.roster, workshop_id, then=self._on_roster)
        self.main.say_problem(error)

    def _show_pending(self, keys: set[str]) -> None:
        self._pending = keys
        self.model.set_pending(keys)

    @Slot(object)
    def _on_tile(self, tile: Tile) -> None:
        if tile.kind is Kind.NEW:
            self._on_new_person()
        elif tile.kind is Kind.KNOWN and tile.person is not None:
            self._act(tile.key, attendance.add_present, tile.person.participant_id)
            self.finder.next_name()
        elif tile.row is None:
            return
        elif not self.editable:
            a11y.announce(self, tile.spoken)
        elif tile.look in (Look.SIGNED, Look.UNABLE) or tile.row.participant_id is None:
            # A signature, or a présence sans nom, does not go by one stray press.
            self._on_more(tile)
        else:
            self._act(tile.key, attendance.toggle, tile.row.attendance_id)
            self.finder.next_name()

    @Slot(object)
    def _on_more(self, tile: Tile) -> None:
        if self.editable and tile.row is not None and self._roster is not None:
            self.person_panel.ask(tile.row, self._roster.workshop.tz, tile.name)

    @Slot(object, object)
    def _on_person_act(self, act: Act, row: RosterRow) -> None:
        verbs = {
            Act.TOGGLE: attendance.toggle,
            Act.PAPER: signing.sign_on_paper,
            Act.EXCUSE: attendance.excuse,
            Act.REMOVE: attendance.remove,
        }
        if act is Act.SIGN:
            self._have_sign((row.attendance_id,))
        elif act is Act.UNABLE:
            self.reason_panel.ask(self.names.of(row))
        else:
            self._act(row.attendance_id, verbs[act], row.attendance_id)

    @Slot(str)
    def _on_reason(self, reason: str) -> None:
        row = self.person_panel.row
        if row is not None:
            key = row.attendance_id
            self._act(key, signing.could_not_sign, key, reason)

    @Slot(object, str)
    def _on_departure(self, row: RosterRow, typed: str) -> None:
        self.desk.ask(
            attendance.set_departure,
            self._workshop_id,
            row.attendance_id,
            typed,
            then=self._on_departed,
            failed=self.person_panel.show_problem,
        )

    def _on_departed(self, roster: Roster) -> None:
        self.person_panel.shut()
        self._on_acted(self._workshop_id, "", roster)

    @Slot(object)
    def _on_anonymous_told(self, form: AnonymousForm) -> None:
        self._act(_ALL, attendance.add_anonymous, form)

    @Slot()
    def _on_everyone(self) -> None:
        self._act(_ALL, attendance.everyone_present)

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
        self.main.say(self.tr("{name} est déjà là.").format(name=tile.name))

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
        self.anonymous_panel.ask()

    @Slot()
    def _on_sign(self) -> None:
        rows = self._roster.rows if self._roster is not None else ()
        self._have_sign(tuple(row.attendance_id for row in rows if words.can_sign(row)))

    def _have_sign(self, attendance_ids: tuple[str, ...]) -> None:
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

    @Slot()
    def _on_note(self) -> None:
        self.main.navigate("note", workshop_id=self._workshop_id)

    @Slot()
    def _on_finish(self) -> None:
        self.main.navigate("closing", workshop_id=self._workshop_id)

    def _open_panel(self) -> PersonPanel | AnonymousPanel | ReasonPanel | None:
        return next((panel for panel in self._panels if panel.is_open), None)
