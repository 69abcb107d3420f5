"""D5: a paper sheet is typed back, with the numbers of the paper and one key for each line."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.domain.paper import PaperSheet
from angrilien.errors import KnownError, SheetAlreadyClosed
from angrilien.services import drafts, paper
from angrilien.ui import a11y, paper_words
from angrilien.ui.chimes import Chime
from angrilien.ui.draft_pause import DraftPause
from angrilien.ui.models.paper_lines import PaperLinesModel
from angrilien.ui.pages.base import Page
from angrilien.ui.paper_typing import PaperTyping
from angrilien.ui.paper_words import Draft
from angrilien.ui.photo_join import PhotoJoin
from angrilien.ui.widgets.paper_body import PaperBody
from angrilien.ui.widgets.roster_head import when_words

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class PaperPage(Page):
    """A line changes only once its change is durable; the hand is on the next one by then."""

    name = "paper"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._for_line = 0
        """The printed line whose other name is searched, 0 for the next free line."""
        self._new_for = 0
        """The line for which a new person is being written, on a screen of their own."""
        self._warned = ""
        self._kept = ""
        self.model = PaperLinesModel(self)
        self.typing = PaperTyping(desk, self)
        self.body = PaperBody(desk, self.model, self.title())
        self.photos = PhotoJoin(desk, window, self.body.photo_button, self.body.photo_words)
        self.list, self.names, self.total = self.body.list, self.body.names, self.body.total
        self._draft_pause = DraftPause(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.body)
        self._connect()

    # --- what the window asks ---------------------------------------------------------------------

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Saisir une feuille papier")

    def show_for(self, **args: Any) -> None:
        """Read the sheet of a workshop; `written` is a line for which a new person was written."""
        workshop_id, written = str(args["workshop_id"]), int(args.get("written", 0))
        if workshop_id != self.typing.workshop_id or self.typing.sheet is None:
            self._begin(workshop_id)
        elif written and written == self._new_for:
            self.typing.seated_new(written)
            self._for_line = 0
            self.names.clear()
        else:
            self.typing.forget_gestures()
            written = 0
        self._new_for = 0
        self._read(written)

    def leave(self) -> None:
        """Keep what is typed."""
        self.names.stop()
        self.keep()

    @Slot()
    def keep(self) -> None:
        """Keep what is no act: the lines that nobody signed, the total, half a name."""
        self._draft_pause.stop()
        if not self.typing.workshop_id or self.typing.sheet is None:
            return
        text = Draft(self.typing.absent, self.total.text().strip(), self.names.typed).to_text()
        if text != self._kept:
            self._kept = text
            if text:
                self.desk.ask(drafts.save, self._draft_key(), text)
            else:
                self.desk.ask(drafts.clear, self._draft_key())

    def focus_first(self) -> None:
        """Put the focus on the line to type."""
        if self._for_line or self.names.typed or self.typing.next_line() is None:
            self._focus_name()
        else:
            self.list.setFocus()

    def search(self) -> None:
        """F2: the name of a free line."""
        self._focus_name()

    def on_read(self, text: str) -> None:
        """Take a card: its holder stands on the line whose name is asked for."""
        if self.typing.sheet is not None:
            self._focus_name()
            self.names.read(text)

    def undo(self) -> None:
        """Ctrl+Z: the last line."""
        self.typing.undo()

    def redo(self) -> None:
        """Ctrl+Y: what was taken back."""
        self.typing.redo()

    def go_back(self) -> None:
        """Esc: the name that is searched, then the screen before."""
        if not (self.names.typed or self._for_line):
            super().go_back()
            return
        number, self._for_line = self._for_line, 0
        self.names.clear()
        self._ask_name()
        if number:
            self.list.go_to(number)
            self.list.setFocus()

    # --- construction -----------------------------------------------------------------------------

    def _connect(self) -> None:
        self._draft_pause.timeout.connect(self.keep)
        self.typing.shown_changed.connect(self._on_shown)
        self.typing.noted.connect(self._on_noted)
        self.typing.refused.connect(self._on_refused)
        self.typing.undone.connect(self._on_undone)
        self.list.signed.connect(self._on_signed)
        self.list.absent.connect(self._on_absent)
        self.list.other_asked.connect(self._on_other)
        self.list.line_changed.connect(self._on_line)
        self.names.chosen.connect(self._on_chosen)
        self.names.new_asked.connect(self._on_new)
        self.names.left.connect(self._on_names_over)
        self.names.skipped.connect(self._on_skipped)
        self.names.edited.connect(self._on_edited)
        self.names.found_shown.connect(self._reveal_soon)
        body = self.body
        body.reading.again_asked.connect(self._on_again)
        body.total.edit.textEdited.connect(self._on_edited)
        body.total.edit.returnPressed.connect(self._on_finish)
        body.back_button.clicked.connect(self._on_back)
        body.undo_button.clicked.connect(self.typing.undo)
        body.finish.clicked.connect(self._on_finish)

    # --- reading ----------------------------------------------------------------------------------

    def _begin(self, workshop_id: str) -> None:
        self.typing.begin(workshop_id)
        self._for_line, self._warned, self._kept = 0, "", ""
        self.names.clear()
        self.total.set_text("")
        self.body.restored.hide()
        self.body.set_typing(shown=False)
        self.body.reading.wait()

    def _read(self, written: int = 0) -> None:
        workshop_id = self.typing.workshop_id
        self.desk.ask(
            paper.read,
            workshop_id,
            then=functools.partial(self._on_sheet, workshop_id, written),
            failed=self._on_unread,
        )

    @Slot()
    def _on_again(self) -> None:
        self.body.reading.wait()
        self._read()

    def _on_sheet(self, workshop_id: str, written: int, sheet: PaperSheet) -> None:
        if workshop_id != self.typing.workshop_id:
            return
        first = self.typing.sheet is None
        self.typing.show(sheet)
        if not first:
            if written:
                self._go_on(written)
            return
        self.body.reading.done()
        self.body.set_typing(shown=True)
        self.body.head.set_words(
            self.title(), f"{sheet.workshop.title} · {when_words(sheet.workshop)}"
        )
        self.photos.show(workshop_id, sheet.photos)
        self.list.go_to(self.typing.next_line() or sheet.next_free)
        load = functools.partial(self._on_draft, workshop_id)
        self.desk.ask(drafts.load, self._draft_key(), then=load)
        if self.main.page is self:
            self.focus_first()

    def _on_unread(self, error: KnownError) -> None:
        if isinstance(error, SheetAlreadyClosed):
            self._say_closed()
        elif self.typing.sheet is None:
            self.say_unread(self.body.reading, error)
        else:
            self.main.say_problem(error)

    def _say_closed(self) -> None:
        """Say that a sheet is ended, and lead to where it is corrected."""
        workshop_id = self.typing.workshop_id
        self.typing.begin("")
        if self.main.page is self:
            self.main.navigate("closing", workshop_id=workshop_id)
            self.main.say(paper_words.closed())

    def _draft_key(self) -> str:
        return drafts.key_of("paper", self.typing.workshop_id)

    def _on_draft(self, workshop_id: str, text: str) -> None:
        held = paper_words.read_draft(text)
        if held is None or workshop_id != self.typing.workshop_id or self.typing.can_undo:
            return
        self._kept = text
        self.typing.absent |= held.absent
        self.total.set_text(held.total)
        self.names.restore(held.typed)
        self.body.restored.show()
        self._on_shown()
        self.list.go_to(self.typing.next_line() or self._line_to_name())
        if self.main.page is self:
            self.focus_first()

    # --- showing ----------------------------------------------------------------------------------

    @Slot()
    def _on_shown(self) -> None:
        sheet = self.typing.sheet
        if sheet is None:
            return
        number = self.list.number
        self.model.show_sheet(sheet, self.typing.absent, self.typing.pending)
        if number and not self.list.number:
            self.list.go_to(number)
        self.body.count.setText(paper_words.count(sheet))
        self.body.undo_button.setEnabled(self.typing.can_undo)
        self.body.weigh_end()
        self._ask_name()

    def _ask_name(self) -> None:
        """Say in the search which line it is about."""
        sheet = self.typing.sheet
        if sheet is None:
            return
        workshop_id = self.typing.workshop_id
        if self._for_line:
            label, hint = paper_words.other_label(self._for_line), paper_words.other_hint()
            self.names.ask(workshop_id, label, hint)
        else:
            label = paper_words.free_label(sheet.next_free)
            self.names.ask(workshop_id, label, paper_words.free_hint(), sheet.aside)

    def _focus_name(self) -> None:
        self.names.edit.setFocus()
        self._reveal_soon()

    def _focus_total(self) -> None:
        self.total.edit.setFocus()
        self._reveal_soon()

    @Slot()
    def _reveal_soon(self) -> None:
        """Bring what is typed in into sight, once the layouts have made its room."""
        QTimer.singleShot(0, self, self._reveal)

    def _reveal(self) -> None:
        for part, edit in ((self.names, self.names.edit), (self.body.end, self.total.edit)):
            if edit.hasFocus():
                self.body.area.show_field(part)
                self.body.area.show_field(edit)

    def _go_on(self, number: int) -> None:
        """Go to the line after this one; after the last one, to the name of a free line."""
        sheet = self.typing.sheet
        if sheet is None:
            return
        if number < sheet.listed:
            self.list.go_to(number + 1)
            self.list.setFocus()
        else:
            self.list.go_to(sheet.next_free)
            self._focus_name()

    # --- lines ------------------------------------------------------------------------------------

    @Slot(int)
    def _on_signed(self, number: int) -> None:
        line = self.typing.line(number)
        if line is None or line.row is None:
            self._on_other(number)
            return
        self.main.messages.clear()
        self.typing.sign(number)
        self._go_on(number)

    @Slot(int)
    def _on_absent(self, number: int) -> None:
        asked = f"absent {number}"
        if self.typing.is_signed(number) and self._warned != asked:
            # One stray key does not take a signature away.
            self._warned = asked
            self.main.say(paper_words.signed_before(number))
            return
        self._warned = ""
        self.main.messages.clear()
        self.typing.no_one(number)
        self._go_on(number)

    @Slot(int)
    def _on_other(self, number: int) -> None:
        if self.typing.sheet is not None:
            self._for_line = number if self.typing.line(number) is not None else 0
            self.names.clear()
            self._ask_name()
            self._focus_name()

    @Slot(int)
    def _on_line(self, _number: int) -> None:
        self._warned = ""

    @Slot(int)
    def _on_noted(self, number: int) -> None:
        self._draft_pause.touch()
        self.main.chimes.play(Chime.NOTED)
        for row in range(self.model.rowCount()):
            item = self.model.item(row)
            if item is not None and item.number == number:
                a11y.announce(self.list, item.spoken)

    @Slot(int, object)
    def _on_refused(self, number: int, error: KnownError) -> None:
        if isinstance(error, SheetAlreadyClosed):
            self._say_closed()
            return
        if number:
            self.list.go_to(number)
            self.list.setFocus()
        self.main.say_problem(error)

    @Slot(int)
    def _on_undone(self, number: int) -> None:
        self._draft_pause.touch()
        self.list.go_to(number or self.typing.next_line() or self._line_to_name())
        self.list.setFocus()
        a11y.announce(self.list, paper_words.undone())

    # --- names ------------------------------------------------------------------------------------

    def _line_to_name(self) -> int:
        sheet = self.typing.sheet
        return self._for_line or (sheet.next_free if sheet is not None else 0)

    @Slot(str)
    def _on_chosen(self, participant_id: str) -> None:
        number = self._line_to_name()
        if number not in self.typing.pending:
            self.main.messages.clear()
            self._for_line = 0
            self.names.clear()
            self.typing.seat(number, participant_id)
            self._go_on(number)

    @Slot(str)
    def _on_new(self, typed: str) -> None:
        number, workshop_id = self._line_to_name(), self.typing.workshop_id
        self._new_for = number
        self.main.navigate("person_form", workshop_id=workshop_id, typed=typed, line=number)

    @Slot()
    def _on_skipped(self) -> None:
        if not self._for_line:
            self.typing.no_one(self._line_to_name())

    @Slot()
    def _on_names_over(self) -> None:
        if self._for_line:
            self.go_back()
        else:
            self._focus_total()

    @Slot()
    def _on_edited(self) -> None:
        self._warned = ""
        self.body.weigh_end()
        self._draft_pause.touch()

    # --- the end ----------------------------------------------------------------------------------

    @Slot()
    def _on_finish(self) -> None:
        workshop_id = self.typing.workshop_id
        if self.typing.sheet is not None:
            # After the lines that are being written down.
            counted = functools.partial(self._on_counted, workshop_id)
            self.desk.ask(paper.read, workshop_id, then=counted, failed=self._on_unread)

    def _on_counted(self, workshop_id: str, sheet: PaperSheet) -> None:
        if workshop_id != self.typing.workshop_id:
            return
        typed = self.total.text().strip()
        problem = paper_words.total_problem(sheet, typed)
        if problem and self._warned != f"total {typed}":
            self._warned = f"total {typed}"
            self.total.show_problem(problem)
            self._focus_total()
            return
        then = functools.partial(self._on_finished, workshop_id)
        self.desk.ask(paper.finish, workshop_id, then=then)

    def _on_finished(self, workshop_id: str, _result: None) -> None:
        sheet = self.typing.sheet
        if workshop_id != self.typing.workshop_id or sheet is None:
            return
        self._draft_pause.stop()
        self.desk.ask(drafts.clear, self._draft_key())
        self.typing.begin("")
        self.desk.changed.workshops_changed.emit()
        self.main.navigate("roster", workshop_id=workshop_id)
        self.main.say(paper_words.finished(sheet.present))

    # --- buttons ----------------------------------------------------------------------------------

    @Slot()
    def _on_back(self) -> None:
        super().go_back()
