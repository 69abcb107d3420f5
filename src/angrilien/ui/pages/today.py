"""D1: today's workshops, what there is to do, what comes next."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.notices import Notice
from angrilien.domain.rows import Roster, ThemeRow, TodayView, TodoRow, WorkshopRow
from angrilien.errors import KnownError
from angrilien.services import follow_ups, notices, workshops
from angrilien.ui import a11y
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import (
    AdaptiveRow,
    Button,
    Card,
    Divider,
    FlowLayout,
    PageHead,
    ScrollPage,
    Text,
)
from angrilien.ui.widgets.empty_state import EmptyState
from angrilien.ui.widgets.notice_list import NoticeList
from angrilien.ui.widgets.reading import Reading
from angrilien.ui.widgets.workshop_card import WorkshopCard
from angrilien.ui.words import capital, date_words, day_words, hours_between

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_MINUTE: Final = 60_000
_TODO_PAGES: Final = {"note": "note", "sheet": "roster", "paper": "paper", "doubt": "doubts"}
"""Where each kind of "À faire" is done."""


class TodayPage(Page):
    """One card per workshop; the one to open now has the primary button."""

    name = "today"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._view: TodayView | None = None
        self._shown_at: tuple[str, str] = ("", "")
        self._themes: dict[str, str] = {}
        self._closing = self._finished = ""
        self.unplanned = Button(self.tr("Atelier &imprévu"), "secondary", "today")
        self.new = Button(self.tr("&Nouvel atelier"), "secondary", "plus")
        self.paper = Button(self.tr("&Feuille papier"), "secondary", "paper")
        a11y.named(self.paper, self.tr("Saisir une feuille papier"))
        self.join = Button(self.tr("&Rejoindre un atelier"), "secondary", "people")
        if desk.training:
            self.join.hide()  # nothing comes from anywhere
        self.head = PageHead(self.tr("Bonjour"))
        buttons = QWidget()
        side_by_side = FlowLayout(buttons, spacing=12)
        for button in (self.join, self.paper, self.unplanned, self.new):
            side_by_side.addWidget(button)
        self.head.add(buttons)
        self._list = QVBoxLayout()
        self._list.setSpacing(16)
        scroll = ScrollPage()
        self.notices = NoticeList()
        self.notices.changed.connect(self.focus_first)
        self.notices.page_asked.connect(self._on_page)
        scroll.body.addWidget(self.head)
        self.reading = Reading()
        self.reading.again_asked.connect(self._read)
        scroll.body.addWidget(self.notices)
        scroll.body.addWidget(self.reading)
        scroll.body.addLayout(self._list)
        scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE)
        self._minute.timeout.connect(self._on_minute)
        self.unplanned.clicked.connect(self._on_unplanned)
        self.new.clicked.connect(self._on_new)
        self.paper.clicked.connect(self._on_paper)
        self.join.clicked.connect(self._on_join)
        desk.changed.others_wrote.connect(self._on_changed)
        desk.changed.workshops_changed.connect(self._on_changed)
        desk.changed.attendance_changed.connect(self._on_changed)
        desk.changed.notes_changed.connect(self._on_changed)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Aujourd’hui")

    def show_for(self, **_args: Any) -> None:
        """Read today's workshops."""
        if not self._themes:
            self.desk.run(workshops.themes, then=self._on_themes)
        self._read()

    def focus_first(self) -> None:
        """Put the focus on the workshop to open now."""
        for card in self.cards():
            if card.open_button.kind == "primary":
                card.open_button.setFocus()
                return
        self.new.setFocus()

    def go_back(self) -> None:
        """Esc: there is nothing before this screen."""

    def cards(self) -> list[WorkshopCard]:
        """Return the cards of today's workshops, from top to bottom."""
        return [
            card for card in self.findChildren(WorkshopCard) if card.property("gone") is not True
        ]

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the clock while in sight."""
        self._minute.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the clock alone while out of sight."""
        self._minute.stop()
        super().hideEvent(event)

    # --- reading ----------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        if self._view is None:
            self.reading.wait()
        self.desk.ask(workshops.today, then=self._on_view, failed=self._on_unread)
        self.desk.ask(notices.current, then=self._on_notices)

    def _on_notices(self, found: tuple[Notice, ...]) -> None:
        zone = self._view.venue.tz if self._view is not None else self.desk.zone
        self.notices.show_notices(found, zone)

    def _on_themes(self, themes: tuple[ThemeRow, ...]) -> None:
        self._themes = {theme.code: theme.title for theme in themes}

    def _on_unread(self, error: KnownError) -> None:
        if self._view is None:
            self.say_unread(self.reading, error)
        else:
            # What is shown was true a moment ago: it stays in sight.
            self.main.say_problem(error)

    def _on_view(self, view: TodayView) -> None:
        self.reading.done()
        now = self.desk.clock.now()
        today = local(now, view.venue.tz).date()
        current = _current(view.workshops, now)
        moment = (today.isoformat(), current)
        if view == self._view and moment == self._shown_at:
            return
        had_focus = self._view is None or any(
            child.hasFocus() for child in self.findChildren(QWidget)
        )
        self._view, self._shown_at = view, moment
        self.main.show_venue(view.venue)
        first_name = view.facilitator.split(" ", 1)[0]
        self.head.set_words(
            self.tr("Bonjour {name}").format(name=first_name), capital(french.long_date(today))
        )
        # A day with a workshop to open has that for its beginning; any other has a new one.
        self.new.set_kind("secondary" if current else "primary")
        self._clear()
        for row in view.workshops:
            self._list.addWidget(self._card(row, current=row.id == current))
        if not view.workshops:
            self._list.addWidget(self._empty())
        if view.todos:
            self._list.addWidget(Text(self.tr("À faire"), "heading"))
            self._list.addWidget(self._todos(view.todos, today))
        if view.next:
            self._list.addWidget(Text(self.tr("Les jours suivants"), "heading"))
            self._list.addWidget(self._coming(view.next))
        if had_focus and self.main.page is self:
            self.focus_first()

    def _clear(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setProperty("gone", True)  # noqa: FBT003 - Qt's own signature
                widget.hide()
                widget.deleteLater()

    # --- the parts --------------------------------------------------------------------------------

    def _card(self, row: WorkshopRow, *, current: bool) -> WorkshopCard:
        card = WorkshopCard(row, self._themes, current=current)
        card.open_asked.connect(self._on_open)
        card.cancel_asked.connect(self._on_cancel)
        card.nobody_asked.connect(self._on_nobody)
        return card

    def _empty(self) -> Card:
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        empty = EmptyState("today")
        sentences = (
            self.tr("Des personnes sont là\u202f? Choisissez «\u00a0Atelier imprévu\u00a0»."),
            self.tr("Pour préparer un autre jour\u00a0: «\u00a0Nouvel atelier\u00a0»."),
        )
        empty.say(self.tr("Pas d’atelier prévu aujourd’hui."), "\n".join(sentences))
        card.body.addWidget(empty)
        return card

    def _todos(self, todos: tuple[TodoRow, ...], today: dt.date) -> Card:
        card = Card()
        card.body.setContentsMargins(20, 6, 20, 6)
        for number, todo in enumerate(todos):
            if number:
                card.body.addWidget(Divider())
            day = day_words(todo.date, today) if todo.date else ""
            sentence = {
                "note": self.tr("Un bilan à écrire\u00a0: «\u00a0{text}\u00a0», {day}"),
                "paper": self.tr("Une feuille papier à saisir\u00a0: «\u00a0{text}\u00a0», {day}"),
                "sheet": self.tr("Une feuille à terminer\u00a0: «\u00a0{text}\u00a0», {day}"),
                "doubt": self.tr("À vérifier avec l’autre ordinateur\u00a0: {text}"),
            }.get(todo.kind, self.tr("{text}, {day}") if day else "{text}")
            words = sentence.replace("{text}", todo.text).replace("{day}", day)
            row = AdaptiveRow()
            row.add(Text(words))
            if todo.kind in _TODO_PAGES:
                row.add(self._todo_button(todo, words))
            elif todo.kind == "follow_up":
                row.add(self._done_button(todo))
            card.body.addWidget(row)
        return card

    def _todo_button(self, todo: TodoRow, words: str) -> Button:
        word = {
            "note": self.tr("Écrire"),
            "paper": self.tr("Saisir"),
            "doubt": self.tr("Vérifier"),
        }.get(todo.kind, self.tr("Ouvrir"))
        icon = {"note": "note", "doubt": "people"}.get(todo.kind, "paper")
        button = Button(word, "secondary", icon)
        button.setAccessibleDescription(words)
        button.setProperty("page", _TODO_PAGES[todo.kind])
        button.setProperty("workshop", todo.id)
        button.clicked.connect(self._on_go)
        return button

    def _done_button(self, todo: TodoRow) -> Button:
        button = Button(self.tr("C’est fait"), "secondary", "check")
        a11y.named(button, self.tr("C’est fait, {text}").format(text=todo.text))
        button.setProperty("follow_up", todo.id)
        button.clicked.connect(self._on_follow_up)
        return button

    def _coming(self, rows: tuple[WorkshopRow, ...]) -> Card:
        card = Card()
        card.body.setContentsMargins(20, 6, 20, 6)
        for number, row in enumerate(rows):
            if number:
                card.body.addWidget(Divider())
            when = hours_between(row.starts_at, row.ends_at, row.tz)
            line = AdaptiveRow()
            words = QWidget()
            column = QVBoxLayout(words)
            column.setContentsMargins(0, 4, 0, 4)
            column.setSpacing(0)
            column.addWidget(Text(row.title, "label"))
            column.addWidget(Text(f"{capital(date_words(row.date))}, {when}", "subtitle"))
            button = Button(self.tr("Voir"))
            button.setAccessibleDescription(row.title)
            button.setProperty("page", "roster")
            button.setProperty("workshop", row.id)
            button.clicked.connect(self._on_go)
            line.add(words)
            line.add(button)
            card.body.addWidget(line)
        return card

    # --- slots ------------------------------------------------------------------------------------

    @Slot()
    def _on_minute(self) -> None:
        self._read()

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self._read()

    @Slot(str)
    def _on_page(self, page_name: str) -> None:
        self.main.navigate(page_name)

    @Slot()
    def _on_new(self) -> None:
        self.main.navigate("workshop_form")

    @Slot()
    def _on_paper(self) -> None:
        self.main.navigate("paper_code")

    @Slot()
    def _on_join(self) -> None:
        self.main.navigate("join")

    @Slot()
    def _on_unplanned(self) -> None:
        self.unplanned.setEnabled(False)
        self.desk.ask(workshops.start_unplanned, then=self._on_started, failed=self._on_not_started)

    def _on_started(self, workshop_id: str) -> None:
        self.unplanned.setEnabled(True)
        self.desk.changed.workshops_changed.emit()
        self.main.navigate("roster", workshop_id=workshop_id)

    def _on_not_started(self, error: KnownError) -> None:
        self.unplanned.setEnabled(True)
        self.main.say_problem(error)

    @Slot(str)
    def _on_open(self, workshop_id: str) -> None:
        row = self._row(workshop_id)
        if row is not None and row.state in ("planned", "cancelled"):
            self.desk.ask(workshops.open_workshop, workshop_id, then=self._on_opened)
        else:
            self.main.navigate("roster", workshop_id=workshop_id)

    def _on_opened(self, roster: Roster) -> None:
        self.desk.changed.workshops_changed.emit()
        self.main.navigate("roster", workshop_id=roster.workshop.id)

    @Slot()
    def _on_go(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.main.navigate(
                str(button.property("page")), workshop_id=str(button.property("workshop"))
            )

    @Slot()
    def _on_follow_up(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._finished = str(button.property("follow_up"))
            self.desk.ask(follow_ups.finish, self._finished, then=self._on_finished)

    def _on_finished(self, _workshop_id: str) -> None:
        self.desk.changed.notes_changed.emit()
        self.main.say(
            self.tr("C’est noté."), action=self.tr("Remettre à faire"), do=self._on_unfinish
        )

    def _on_unfinish(self) -> None:
        again = functools.partial(follow_ups.finish, done=False)
        self.desk.ask(again, self._finished, then=self._on_unfinished)

    def _on_unfinished(self, _workshop_id: str) -> None:
        self.desk.changed.notes_changed.emit()

    @Slot(str)
    def _on_cancel(self, workshop_id: str) -> None:
        self.desk.ask(workshops.cancel, workshop_id, then=self._on_done)

    @Slot(str)
    def _on_nobody(self, workshop_id: str) -> None:
        row = self._row(workshop_id)
        if row is not None:
            self._closing = workshop_id
            question = self.tr("Personne n’est venu à «\u00a0{title}\u00a0»\u202f?")
            self.main.problem(
                question.format(title=row.title), action=self.tr("Oui, terminer"), do=self._nobody
            )

    def _nobody(self) -> None:
        self.desk.ask(workshops.nobody_came, self._closing, then=self._on_done)

    def _on_done(self, _result: None) -> None:
        self.desk.changed.workshops_changed.emit()

    def _row(self, workshop_id: str) -> WorkshopRow | None:
        rows = self._view.workshops if self._view is not None else ()
        return next((row for row in rows if row.id == workshop_id), None)


def _current(rows: tuple[WorkshopRow, ...], now: int) -> str:
    """Return the id of the workshop to open now: the first that is not over, else the last."""
    running = [row for row in rows if row.state in ("planned", "open")]
    coming = [row for row in running if row.ends_at > now]
    chosen = coming[:1] or running[-1:]
    return chosen[0].id if chosen else ""
