"""D4a: one person signs, alone with their own first name on the screen."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from angrilien.domain.rows import Roster, RosterRow
from angrilien.errors import EmptySignature, KnownError
from angrilien.services import attendance, drafts, signing
from angrilien.ui import a11y, theme
from angrilien.ui.chimes import Chime
from angrilien.ui.dialogs.notice_panel import NoticePanel
from angrilien.ui.dialogs.reason_panel import ReasonPanel
from angrilien.ui.dialogs.return_panel import ReturnPanel
from angrilien.ui.pages.base import Frame, Page
from angrilien.ui.widgets import Button, Text
from angrilien.ui.widgets.participant import HandOver, ParticipantButtons, set_points
from angrilien.ui.widgets.signature_pad import SignaturePad
from angrilien.ui.words import problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_THANKS_MILLISECONDS: Final = 600
"""A second press on "C’est bon" must not be one on what comes next."""


class SigningPage(Page):
    """Full screen, nobody else's data. The list comes back only when the animateur says so."""

    name = "signing"
    frame = Frame.PARTICIPANT
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._workshop_id = ""
        self._waiting: tuple[str, ...] = ()
        self._rows: dict[str, RosterRow] = {}
        self._current: RosterRow | None = None
        self._busy = False
        self._marked = False
        self._build()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_THANKS_MILLISECONDS)
        self._rest.timeout.connect(self._on_rested)
        self.buttons.good.clicked.connect(self._on_good)
        self.buttons.again.clicked.connect(self._on_again)
        self.buttons.paper.clicked.connect(self._on_paper)
        self.why.clicked.connect(self._on_why)
        self.unable.clicked.connect(self._on_unable)
        self.hand_over.button.clicked.connect(self._on_hand_over)
        self.return_panel.confirmed.connect(self._back_to_list)
        self.reason_panel.reason_given.connect(self._on_reason)

    def title(self) -> str:
        """Return the screen's name: the person's, and no other."""
        if self._current is None:
            return self.tr("Signer")
        return self.tr("Signer\u00a0: {name}").format(name=self._current.short_name)

    def show_for(self, **args: Any) -> None:
        """Have these people sign, one after another."""
        self._workshop_id = str(args["workshop_id"])
        self._waiting = tuple(args["attendance_ids"])
        self._current = None
        self._rows = {}
        self._lock(busy=True)
        self._show_person()
        self.stack.setCurrentWidget(self.sheet)
        self.desk.ask(
            attendance.roster, self._workshop_id, then=self._on_roster, failed=self._on_gone
        )

    def leave(self) -> None:
        """Leave nothing of the person on the screen."""
        self._rest.stop()
        for panel in self._panels:
            panel.shut()
        self.pad.clear()
        self._mark(under_way=False)

    def closing(self) -> None:
        """Throw away what was drawn, and have the next opening say that it was not finished.

        Half a signature is nobody's word: only the person may finish it, and they are gone by then.
        """
        self.pad.clear()

    def holds_window(self) -> bool:
        """Ask the animateur before the window closes; asking once more closes it."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and app.isSavingSession():
            return False
        if self.return_panel.is_open:
            return False
        self.go_back()
        return self.return_panel.is_open

    def focus_first(self) -> None:
        """Leave the focus on the page: no key may sign by mistake."""
        self.setFocus()

    def go_back(self) -> None:
        """Esc: ask the animateur before the list comes back."""
        panel = next((panel for panel in self._panels if panel.is_open), None)
        if panel is not None:
            panel.dismiss()
        else:
            self.return_panel.ask(drawn=not self.pad.is_empty)

    # --- construction -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.person = Text("", "participant_name")
        self.sentence = Text(
            self.tr("Signez avec le doigt ou la souris, dans le cadre."), "participant"
        )
        self.why = Button(self.tr("Pourquoi signer\u202f?"), "quiet", "info")
        self.unable = Button(self.tr("N’a pas pu signer"), "quiet", "unable")
        self.pad = SignaturePad(self.tr("Votre signature. Une croix suffit."))
        self.pad.drawn_changed.connect(self._on_drawn)
        self.buttons = ParticipantButtons()
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.person)
        names.addWidget(self.sentence)
        asides = QVBoxLayout()
        asides.setSpacing(4)
        asides.addWidget(self.why)
        asides.addWidget(self.unable)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addLayout(names, 1)
        head.addLayout(asides)
        self.sheet = QWidget()
        self._column = QVBoxLayout(self.sheet)
        self._column.addLayout(head)
        self._column.addWidget(self.pad, 1)
        self._column.addWidget(self.buttons)
        self.hand_over = HandOver()
        self.body = QWidget()
        self.stack = QStackedLayout(self.body)
        self.stack.addWidget(self.sheet)
        self.stack.addWidget(self.hand_over)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.body)
        self.return_panel = ReturnPanel(self, self.body)
        self.reason_panel = ReasonPanel(self, self.body)
        self.notice_panel = NoticePanel(self, self.body)
        self._panels = (self.return_panel, self.reason_panel, self.notice_panel)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give all the room there is to the frame, the letters 20 points at least."""
        super().resizeEvent(event)
        side = max(16, min(56, self.width() // 24))
        self._column.setContentsMargins(side, side // 2, side, side // 2)
        self._column.setSpacing(max(8, side // 3))
        target = theme.mm(self, theme.PARTICIPANT_TARGET_MM)
        self.buttons.fit(self.width() - 2 * side, target)
        self.hand_over.fit(target)
        points = self.buttons.points
        set_points(self.sentence, points)
        set_points(self.person, round(points * 1.5))
        set_points(self.why, points)
        self.pad.set_points(points)
        for button in (self.why, self.unable):
            button.setMinimumHeight(max(theme.target(), target // 2))
        for button in (self.why, self.notice_panel.close_button):
            button.setMinimumHeight(target)

    def minimumSizeHint(self) -> QSize:
        """Ask for little: `resizeEvent` makes everything fit."""
        return QSize(480, 320)

    # --- one person after another -----------------------------------------------------------------

    def _on_roster(self, roster: Roster) -> None:
        if roster.workshop.id != self._workshop_id or self.main.page is not self:
            return
        self._rows = {row.attendance_id: row for row in roster.rows}
        self._next_person()
        if self._current is None:
            self._back_to_list()
            return
        self._show_person()
        self._lock(busy=False)

    def _mark(self, *, under_way: bool) -> None:
        """Keep that somebody was signing, and nothing of what was drawn."""
        if under_way == self._marked:
            return
        self._marked = under_way
        if under_way:
            self.desk.ask(drafts.save, self._draft_key(), "1")
        elif self.desk.is_open:
            self.desk.ask(drafts.clear, self._draft_key())

    def _draft_key(self) -> str:
        return drafts.key_of("signing", self._workshop_id)

    def _on_gone(self, error: KnownError) -> None:
        self.main.navigate("today")
        self.main.say_problem(error)

    def _next_person(self) -> None:
        """Take the next person who is still on the list."""
        self._current = None
        while self._waiting and self._current is None:
            first, *others = self._waiting
            self._waiting = tuple(others)
            self._current = self._rows.get(first)

    def _show_person(self) -> None:
        row = self._current
        self.pad.clear()
        self.person.setText(row.short_name if row is not None else "")
        self.main.retitle()
        self.stack.setCurrentWidget(self.sheet)
        if row is not None:
            a11y.announce(self, f"{row.short_name}. {self.sentence.text()}")

    def _lock(self, *, busy: bool) -> None:
        self._busy = busy
        for button in (*self.buttons.all(), self.unable, self.pad):
            button.setEnabled(not busy)

    def _keep(self, verb: Callable[..., Roster], *args: object) -> None:
        """Do something durable for the person in front of the screen."""
        if self._busy or self._current is None:
            return
        self._lock(busy=True)
        self.desk.ask(
            verb,
            self._workshop_id,
            self._current.attendance_id,
            *args,
            then=functools.partial(self._on_kept, self._workshop_id),
            failed=self._on_refused,
        )

    def _on_kept(self, workshop_id: str, roster: Roster) -> None:
        self.desk.changed.attendance_changed.emit(workshop_id)
        if workshop_id != self._workshop_id or self.main.page is not self:
            return
        self._rows = {row.attendance_id: row for row in roster.rows}
        self.main.chimes.play(Chime.NOTED)
        self.pad.clear()
        self._next_person()
        self._mark(under_way=False)
        self.hand_over.show_next(self._current.short_name if self._current is not None else "")
        self.stack.setCurrentWidget(self.hand_over)
        self._rest.start()

    @Slot()
    def _on_rested(self) -> None:
        self._lock(busy=False)

    def _on_refused(self, error: KnownError) -> None:
        self._lock(busy=False)
        if isinstance(error, EmptySignature):
            self.pad.show_problem(problem_text(error))
        else:
            # What was drawn stays: nothing was lost.
            self.main.say_problem(error)

    # --- buttons ----------------------------------------------------------------------------------

    @Slot()
    def _on_good(self) -> None:
        if self.pad.is_empty:
            self.pad.show_problem(problem_text(EmptySignature()))
        else:
            size = self.pad.size()
            self._keep(signing.sign, self.pad.strokes(), float(size.width()), float(size.height()))

    @Slot()
    def _on_drawn(self) -> None:
        """A first stroke begins a signature that a cut would leave unfinished."""
        if not self.pad.is_empty:
            self._mark(under_way=True)

    @Slot()
    def _on_again(self) -> None:
        self.pad.clear()

    @Slot()
    def _on_paper(self) -> None:
        self._keep(signing.sign_on_paper)

    @Slot()
    def _on_unable(self) -> None:
        if self._current is not None:
            self.reason_panel.ask(self._current.short_name)

    @Slot(str)
    def _on_reason(self, reason: str) -> None:
        self._keep(signing.could_not_sign, reason)

    @Slot()
    def _on_why(self) -> None:
        self.notice_panel.show_notice(self.buttons.points)

    @Slot()
    def _on_hand_over(self) -> None:
        if self._rest.isActive():
            return
        if self._current is None:
            self._back_to_list()
        else:
            self._show_person()

    @Slot()
    def _back_to_list(self) -> None:
        self.main.navigate("roster", workshop_id=self._workshop_id)
