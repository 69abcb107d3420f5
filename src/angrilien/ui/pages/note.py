"""D6, bilan: three boxes kept at each pause, what it was about, what there is to do next."""

from __future__ import annotations

import datetime as dt
import functools
import json
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout

from angrilien.domain.clock import DEFAULT_ZONE, local
from angrilien.domain.forms import TEXT_LIMIT
from angrilien.domain.rows import EarlierNote, FollowUpRow, NoteText, Roster, ThemeRow
from angrilien.domain.sensitive import Kind, sensitive
from angrilien.errors import KnownError, TooLong, WorkshopGone
from angrilien.services import attendance, drafts, follow_ups, notes, workshops
from angrilien.services.forms import FormProblems
from angrilien.ui import vocab_words
from angrilien.ui.draft_pause import DraftPause
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import Button, PageFoot, PageHead, ScrollPage, Text, TextField
from angrilien.ui.widgets.chips import Chips
from angrilien.ui.widgets.earlier_notes import EarlierNotes
from angrilien.ui.widgets.field import Labelled
from angrilien.ui.widgets.follow_ups import FollowUps
from angrilien.ui.widgets.reading import Reading
from angrilien.ui.widgets.roster_head import when_words
from angrilien.ui.widgets.themes_field import ThemesField
from angrilien.ui.words import hour_at, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_SAY_MILLISECONDS: Final = 1_000
"""Without a key, before it is said that all is kept."""
_RETRY_MILLISECONDS: Final = 5_000
"""Before what the disk refused is tried again, without a key."""
_KEEP_MILLISECONDS: Final = 60_000
_WIDTH: Final = 960
_NEXT: Final = "follow_up"
"""Of the draft of what there is to do next."""


class NotePage(Page):
    """A pause saves a draft; leaving, closing, or a minute without typing makes it a change."""

    name = "note"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._workshop_id = ""
        self._tz = DEFAULT_ZONE
        self._read = False
        self._choosing = False
        self._themes: tuple[str, ...] = ()
        self._build()
        self._draft_pause = DraftPause(self)
        self._draft_pause.timeout.connect(self._on_draft_pause)
        self._say_pause = self._pause(_SAY_MILLISECONDS)
        self._say_pause.timeout.connect(self._say_saved)
        self._kept_note: NoteText | None = None
        self._unkept = False
        self._retry_pause = self._pause(_RETRY_MILLISECONDS)
        self._retry_pause.timeout.connect(self._on_draft_pause)
        self._keep_pause = self._pause(_KEEP_MILLISECONDS)
        self._keep_pause.timeout.connect(self._on_keep_pause)
        for box in self.boxes.values():
            box.edit.textChanged.connect(self._on_typed)
        self.equipment.chosen_changed.connect(self._on_typed)
        self.themes.chosen_changed.connect(self._on_themes_chosen)
        self._next_pause = DraftPause(self)
        self._next_pause.timeout.connect(self._keep_next)
        self.follow_ups.edited.connect(self._next_pause.touch)
        self.follow_ups.add_asked.connect(self._on_add)
        self.follow_ups.done_asked.connect(self._on_done)
        self.finish.clicked.connect(self.go_back)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Bilan")

    def show_for(self, **args: Any) -> None:
        """Read the bilan of a workshop."""
        self._workshop_id = str(args["workshop_id"])
        self._read = False
        self._kept_note = None
        self.restored.hide()
        self.follow_ups.fill("", "")
        self._choose_themes(())
        self.themes.setEnabled(False)
        self._fill(NoteText(workshop_id=self._workshop_id))
        key = drafts.key_of(_NEXT, self._workshop_id)
        self.desk.ask(drafts.load, key, then=functools.partial(self._on_next, self._workshop_id))
        for box in self.boxes.values():
            box.edit.setReadOnly(True)
        self._read_note()

    def keep(self) -> None:
        """Make what was typed a change."""
        self._draft_pause.stop()
        self._keep_pause.stop()
        self._say_pause.stop()
        self._retry_pause.stop()
        if self._next_pause.isActive():
            self._keep_next()
        self._keep()

    def focus_first(self) -> None:
        """Put the focus in the first box."""
        self.boxes["done"].edit.setFocus()

    def note(self) -> NoteText:
        """Return the bilan as typed."""
        done, hard, next_time = (box.text() for box in self.boxes.values())
        return NoteText(
            workshop_id=self._workshop_id,
            done=done,
            hard=hard,
            next_time=next_time,
            equipment=self.equipment.chosen(),
        )

    # --- construction -----------------------------------------------------------------------------

    def _pause(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _build(self) -> None:
        self.head = PageHead(self.tr("Bilan"))
        self.boxes = {
            "done": TextField(self.tr("Ce qui a été &fait"), lines=4, fixed=True),
            "hard": TextField(self.tr("Ce qui était d&ifficile"), lines=4, fixed=True),
            "next_time": TextField(self.tr("La &prochaine fois"), lines=4, fixed=True),
        }
        self.reminder = Text(self.tr("N’écrivez ni information de santé, ni mot de passe."), "hint")
        self.warning = Text("", "warning")
        self.warning.hide()
        self.earlier = EarlierNotes()
        self.equipment = Chips(self.tr("Matériel utilisé"), vocab_words.equipment())
        self.themes = ThemesField(self.tr("Thèmes de l’atelier"))
        self.follow_ups = FollowUps()
        self.restored = Text(self.tr("Ce que vous aviez écrit est revenu."), "subtitle")
        self.restored.hide()
        area = ScrollPage(width=_WIDTH)
        self.reading = Reading()
        self.reading.again_asked.connect(self._read_note)
        for part in (
            self.head,
            self.reading,
            self.restored,
            self.earlier,
            self.reminder,
            self.warning,
        ):
            area.body.addWidget(part)
        for box in self.boxes.values():
            area.body.addWidget(box)
        area.body.addWidget(Labelled(self.tr("Matériel utilisé"), self.equipment, ""))
        area.body.addWidget(self.themes)
        area.body.addWidget(self.follow_ups)
        area.body.addStretch(1)
        self.saved = Text("", "subtitle", wrap=False)
        self.finish = Button(self.tr("&C’est fini"), "primary", "check")
        foot = PageFoot(area)
        foot.row.addWidget(self.saved)
        foot.row.addStretch(1)
        foot.row.addWidget(self.finish)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(foot)

    # --- reading ----------------------------------------------------------------------------------

    @Slot()
    def _read_note(self) -> None:
        self.reading.wait()
        self.desk.ask(
            attendance.roster, self._workshop_id, then=self._on_roster, failed=self._on_unread
        )
        self.desk.ask(notes.read, self._workshop_id, then=self._on_note, failed=self._on_unread)
        self.desk.ask(notes.earlier, self._workshop_id, then=self._on_earlier)
        self.desk.ask(follow_ups.of_workshop, self._workshop_id, then=self._on_follow_ups)
        if not self.themes.is_offered:
            self.desk.run(workshops.themes, then=self._on_themes)

    def _on_unread(self, error: KnownError) -> None:
        if isinstance(error, WorkshopGone):
            self.main.navigate("today")
            self.main.say_problem(error)
        else:
            self.say_unread(self.reading, error)

    def _on_roster(self, roster: Roster) -> None:
        if roster.workshop.id != self._workshop_id:
            return
        self._tz = roster.workshop.tz
        self._choose_themes(roster.workshop.themes)
        self.themes.setEnabled(True)
        self.head.set_words(
            self.tr("Bilan\u00a0: {title}").format(title=roster.workshop.title),
            when_words(roster.workshop),
        )

    def _on_note(self, note: NoteText) -> None:
        if note.workshop_id != self._workshop_id or self._read:
            return
        self.reading.done()
        self._fill(note)
        self._read = True
        for box in self.boxes.values():
            box.edit.setReadOnly(False)
        self.restored.setVisible(note.is_draft)
        self._kept_note = note
        self._say_saved()

    def _today(self) -> dt.date:
        return local(self.desk.clock.now(), self._tz).date()

    def _on_earlier(self, found: tuple[EarlierNote, ...]) -> None:
        self.earlier.show_notes(found, self._today())

    def _on_follow_ups(self, rows: tuple[FollowUpRow, ...]) -> None:
        self.follow_ups.show_rows(rows, self._today())

    def _on_themes(self, themes: tuple[ThemeRow, ...]) -> None:
        self._choosing = True
        self.themes.offer(themes)
        self._choosing = False
        self._choose_themes(self._themes)

    def _choose_themes(self, codes: tuple[str, ...]) -> None:
        self._themes, self._choosing = codes, True
        self.themes.choose(codes)
        self._choosing = False

    def _fill(self, note: NoteText) -> None:
        self._choosing = True
        self.equipment.choose(note.equipment)
        self._choosing = False
        for name, box in self.boxes.items():
            box.edit.blockSignals(True)  # noqa: FBT003 - Qt's own signature
            box.set_text(getattr(note, name))
            # One goes on where one was.
            box.edit.moveCursor(QTextCursor.MoveOperation.End)
            box.edit.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self._look()
        self.saved.setText("")

    @Slot()
    def _say_saved(self) -> None:
        """Say when all was kept, once nobody types: it would come and go meanwhile."""
        note = self._kept_note
        if note is not None and note.saved_at is not None and not self._say_pause.isActive():
            said = self.tr("Enregistré à {hour}")
            self.saved.setText(said.format(hour=hour_at(note.saved_at, self._tz)))

    # --- typing -----------------------------------------------------------------------------------

    @Slot()
    def _on_typed(self) -> None:
        if self._read and not self._choosing:
            self.saved.setText("")
            self._look()
            self._kept_note = None
            self._draft_pause.touch()
            self._say_pause.start()
            self._keep_pause.start()

    def _look(self) -> None:
        """Say what is too long, and what looks like a number that has no place here."""
        for box in self.boxes.values():
            if len(box.text()) > TEXT_LIMIT:
                box.show_problem(problem_text(TooLong("note", limit=TEXT_LIMIT)))
            else:
                box.clear_problem()
        sentences = {
            Kind.ACCESS: self.tr("Un mot de passe\u202f? Mieux vaut l’effacer."),
            Kind.NUMBER: self.tr("Un long numéro\u202f? Mieux vaut l’effacer."),
            Kind.HEALTH: self.tr("Une information de santé\u202f? Mieux vaut l’effacer."),
        }
        found = sensitive("\n".join(box.text() for box in self.boxes.values()))
        self.warning.setText(sentences[found[0]] if found else "")
        self.warning.setVisible(bool(found))

    @Slot()
    def _on_draft_pause(self) -> None:
        self.desk.ask(
            notes.save_draft,
            self.note(),
            then=functools.partial(self._on_saved, self._workshop_id),
            failed=self._on_not_saved,
        )

    def _on_not_saved(self, error: KnownError) -> None:
        """Say that it is not kept yet, and try again with the next key, or soon."""
        self._unkept = True
        self.saved.setText(self.tr("Pas encore enregistré"))
        self.main.say_problem(error)
        self._retry_pause.start()

    @Slot()
    def _on_keep_pause(self) -> None:
        self._keep()

    def _keep(self) -> None:
        if self._read:
            self.desk.ask(
                notes.keep,
                self.note(),
                then=functools.partial(self._on_kept, self._workshop_id),
                failed=self._on_refused,
            )

    def _on_saved(self, workshop_id: str, note: NoteText) -> None:
        # What was typed since then is not saved yet.
        if workshop_id == self._workshop_id and not self._draft_pause.isActive():
            self._kept_note = note
            self._say_saved()
        if self._unkept:
            self._unkept = False
            self.main.messages.clear()

    def _on_kept(self, workshop_id: str, note: NoteText) -> None:
        self.desk.changed.notes_changed.emit()
        self._on_saved(workshop_id, note)

    def _on_refused(self, error: KnownError) -> None:
        if isinstance(error, FormProblems):
            for problem in error.problems:
                self.boxes[problem.field].show_problem(problem_text(problem))
        self.main.say_problem(error)

    # --- themes and follow-ups --------------------------------------------------------------------

    @Slot()
    def _on_themes_chosen(self) -> None:
        if not self._choosing:
            self.themes.clear_problem()
            self.desk.ask(
                workshops.set_themes,
                self._workshop_id,
                self.themes.chosen(),
                then=functools.partial(
                    self._on_themes_kept, self._workshop_id, self.themes.chosen()
                ),
                failed=self._on_themes_refused,
            )

    def _on_themes_kept(self, workshop_id: str, themes: tuple[str, ...], _result: None) -> None:
        if workshop_id == self._workshop_id:
            self._themes = themes
        self.desk.changed.workshops_changed.emit()

    def _on_themes_refused(self, error: KnownError) -> None:
        if isinstance(error, FormProblems):
            # The last one stays chosen: a workshop is about something.
            self._choose_themes(self._themes)
            self.themes.show_problem(problem_text(error.problems[0]))
        else:
            self.main.say_problem(error)

    @Slot()
    def _keep_next(self) -> None:
        """Keep what is typed and not added yet, for after a cut."""
        self._next_pause.stop()
        key = drafts.key_of(_NEXT, self._workshop_id)
        typed = self.follow_ups.typed()
        if any(typed):
            self.desk.ask(drafts.save, key, json.dumps(typed, ensure_ascii=False))
        else:
            self.desk.ask(drafts.clear, key)

    def _on_next(self, workshop_id: str, text: str) -> None:
        if text and workshop_id == self._workshop_id and not any(self.follow_ups.typed()):
            typed, due = json.loads(text)
            self.follow_ups.fill(str(typed), str(due))

    @Slot(str, str)
    def _on_add(self, text: str, due: str) -> None:
        self.desk.ask(
            follow_ups.add,
            self._workshop_id,
            text,
            due,
            then=self._on_added,
            failed=self._on_not_added,
        )

    def _on_added(self, rows: tuple[FollowUpRow, ...]) -> None:
        self._on_follow_ups(rows)
        self.follow_ups.written()
        self._keep_next()
        self.desk.changed.notes_changed.emit()

    def _on_not_added(self, error: KnownError) -> None:
        if isinstance(error, FormProblems):
            for problem in reversed(error.problems):
                self.follow_ups.show_problem(problem)
        else:
            self.main.say_problem(error)

    @Slot(str, bool)
    def _on_done(self, follow_up_id: str, done: bool) -> None:  # noqa: FBT001 - the signal's
        finish = functools.partial(follow_ups.finish, done=done)
        self.desk.ask(finish, follow_up_id, then=self._on_finished)

    def _on_finished(self, _workshop_id: str) -> None:
        self.desk.changed.notes_changed.emit()
        self.desk.ask(follow_ups.of_workshop, self._workshop_id, then=self._on_follow_ups)
