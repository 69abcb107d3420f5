"""D2: the calendar, as a list, a week or a month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.rows import CalendarView
from angrilien.domain.spans import days, moved, span
from angrilien.errors import CannotSaveFile, KnownError
from angrilien.reports.ics import SUFFIX
from angrilien.services import calendar, workshops
from angrilien.settings import CALENDAR_VIEW
from angrilien.ui.pages.base import Page
from angrilien.ui.printing.document import print_document
from angrilien.ui.printing.month import of_month
from angrilien.ui.printing.saving import ask_where
from angrilien.ui.widgets import Button, Card, FlowLayout, PageHead, ScrollPage, Text
from angrilien.ui.widgets.calendar_list import CalendarList
from angrilien.ui.widgets.month_grid import MonthGrid
from angrilien.ui.widgets.reading import Reading
from angrilien.ui.words import capital

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow


class CalendarPage(Page):
    """What is planned and what was held; one acts on a workshop where it stands."""

    name = "calendar"
    entry = "calendar"

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._view: CalendarView | None = None
        self._day: dt.date | None = None
        self._cancelled = ""
        self._build()
        self._choose(window.settings.get(CALENDAR_VIEW))
        desk.changed.workshops_changed.connect(self._on_changed)
        desk.changed.attendance_changed.connect(self._on_changed)
        desk.changed.others_wrote.connect(self._on_changed)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Calendrier")

    def show_for(self, **_args: Any) -> None:
        """Read the days that were looked at last, today's the first time."""
        self._read()

    def focus_first(self) -> None:
        """Put the focus on the first workshop, or on what makes one."""
        lines = self.list.lines()
        cell = self.grid.current() if self._mode == "month" else None
        if cell is not None:
            cell.setFocus()
        elif lines and not lines[0].open_button.isHidden():
            lines[0].open_button.setFocus()
        else:
            self.new.setFocus()

    def print_page(self) -> None:
        """Ctrl+P: the month."""
        self._on_print()

    # --- construction -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.head = PageHead(self.tr("Calendrier"))
        self.new = Button(self.tr("&Nouvel atelier"), "primary", "plus")
        self.print_button = Button(self.tr("Imprimer le &mois"), "secondary", "print")
        acts = QWidget()
        flow = FlowLayout(acts, spacing=12)
        for button in (self.new, self.print_button):
            flow.addWidget(button)
        self.head.add(acts)
        self.views = {
            "list": Button(self.tr("Lis&te"), "chip"),
            "week": Button(self.tr("&Semaine"), "chip"),
            "month": Button(self.tr("Mois"), "chip"),
        }
        self._group = QButtonGroup(self)
        self.before = Button(self.tr("A&vant"), "secondary", "back")
        self.now = Button(self.tr("Revenir à au&jourd’hui"), "secondary", "today")
        self.now.hide()
        self.after = Button(self.tr("A&près"), "secondary", "forward")
        bar = QWidget()
        row = FlowLayout(bar, spacing=8)
        for name, button in self.views.items():
            button.setProperty("view", name)
            button.clicked.connect(self._on_view_clicked)
            self._group.addButton(button)
            row.addWidget(button)
        for button in (self.before, self.after, self.now):
            row.addWidget(button)
        self.when = Text("", "heading")
        self.reading = Reading()
        self.reading.again_asked.connect(self._read)
        self.grid = MonthGrid()
        self.list = CalendarList()
        self.empty = self._empty_card()
        self.ics_button = Button(self.tr("Pour un autre a&genda"), "quiet", "calendar")
        scroll = ScrollPage()
        body = scroll.body
        for part in (self.head, bar, self.when, self.reading, self.grid, self.list, self.empty):
            body.addWidget(part)
        foot = QWidget()
        FlowLayout(foot).addWidget(self.ics_button)
        body.addWidget(foot)
        body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._connect()

    def _empty_card(self) -> Card:
        card = Card()
        card.body.setContentsMargins(28, 24, 28, 24)
        self.empty_words = Text("", "heading")
        card.body.addWidget(self.empty_words)
        card.body.addWidget(
            Text(
                self.tr("Pour en prévoir un\u00a0: «\u00a0Nouvel atelier\u00a0»."),
                "subtitle",
            )
        )
        card.hide()
        return card

    def _connect(self) -> None:
        self.new.clicked.connect(self._on_new)
        self.print_button.clicked.connect(self._on_print)
        self.before.clicked.connect(self._on_before)
        self.now.clicked.connect(self._on_now)
        self.after.clicked.connect(self._on_after)
        self.ics_button.clicked.connect(self._on_ics)
        self.grid.chosen.connect(self._on_day)
        self.grid.beyond.connect(self._on_beyond)
        self.list.open_asked.connect(self._on_open)
        self.list.again_asked.connect(self._on_again)
        self.list.cancel_asked.connect(self._on_cancel)
        self.list.restore_asked.connect(self._on_restore)

    def _choose(self, view: str) -> None:
        self._mode = view
        self.views[view].setChecked(True)
        for name, button in self.views.items():
            button.set_icon("check" if name == view else "")

    # --- reading ----------------------------------------------------------------------------------

    def _today(self) -> dt.date:
        zone = self._view.venue.tz if self._view is not None else self.desk.zone
        return local(self.desk.clock.now(), zone).date()

    @Slot()
    def _read(self) -> None:
        if self._view is None:
            self.reading.wait()
        first, last = span(self._mode, self._day or self._today())
        self.desk.ask(
            calendar.between,
            first.isoformat(),
            last.isoformat(),
            then=self._on_view,
            failed=self._on_unread,
        )

    def _on_unread(self, error: KnownError) -> None:
        if self._view is None:
            self.say_unread(self.reading, error)
        else:
            self.main.say_problem(error)

    def _on_view(self, view: CalendarView) -> None:
        self.reading.done()
        first, last = span(self._mode, self._day or self._today())
        if (view.first, view.last) != (first.isoformat(), last.isoformat()):
            return  # of a span that was left since
        held = (*(line.open_button for line in self.list.lines()), *self.grid.cells)
        had_focus = self.main.page is self and (
            self._view is None or any(widget.hasFocus() for widget in held)
        )
        self._view = view
        self.main.show_venue(view.venue)
        self._show(view)
        if had_focus:
            self.focus_first()

    def _show(self, view: CalendarView) -> None:
        today, day = dt.date.fromisoformat(view.today), self._day or self._today()
        first, last = dt.date.fromisoformat(view.first), dt.date.fromisoformat(view.last)
        shown = days(first, last)
        is_month = self._mode == "month"
        self.when.setText(self._span_words(first, last, day))
        self.grid.setVisible(is_month)
        if is_month:
            self.grid.show_month(shown, day, view.workshops, view.holidays, today, day)
        listed = [day] if is_month else shown
        rows = [row for row in view.workshops if not is_month or row.date == day.isoformat()]
        every = self._mode != "list"
        self.list.show_days(listed, rows, view.holidays, today, every_day=every)
        self.empty_words.setText(
            self.tr("Aucun atelier ce jour-là.")
            if is_month
            else self.tr("Aucun atelier dans ces jours.")
        )
        self.empty.setVisible(not rows)
        self.ics_button.setVisible(bool(view.workshops))
        self.now.setVisible(day != today)

    def _span_words(self, first: dt.date, last: dt.date, day: dt.date) -> str:
        if self._mode == "month":
            return capital(f"{french.MONTHS[day.month - 1]} {day.year}")
        said = self.tr("Du {first} au {last}")
        same_year = first.year == last.year
        words = french.long_date(first)
        return said.format(
            first=words.rsplit(" ", 1)[0] if same_year else words, last=french.long_date(last)
        )

    def _go(self, day: dt.date | None) -> None:
        self._day = day
        self._read()

    # --- slots ------------------------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self._read()

    @Slot()
    def _on_view_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            view = str(button.property("view"))
            self._choose(view)
            self.main.settings.set(CALENDAR_VIEW, view)
            self._read()

    @Slot()
    def _on_before(self) -> None:
        self._go(moved(self._mode, self._day or self._today(), -1))

    @Slot()
    def _on_after(self) -> None:
        self._go(moved(self._mode, self._day or self._today(), 1))

    @Slot()
    def _on_now(self) -> None:
        self._go(None)

    @Slot(object)
    def _on_day(self, day: dt.date) -> None:
        other = (self._day or self._today()).month != day.month
        self._day = day
        if other:
            self._read()
        elif self._view is not None:
            self._show(self._view)

    @Slot(object)
    def _on_beyond(self, day: dt.date) -> None:
        self._go(day)

    @Slot()
    def _on_new(self) -> None:
        self.main.navigate("workshop_form", **({"day": self._day} if self._day else {}))

    @Slot(str)
    def _on_open(self, workshop_id: str) -> None:
        self.main.navigate("roster", workshop_id=workshop_id)

    @Slot(str)
    def _on_again(self, workshop_id: str) -> None:
        self.main.navigate("workshop_form", like=workshop_id)

    @Slot(str)
    def _on_cancel(self, workshop_id: str) -> None:
        self._cancelled = workshop_id
        self.desk.ask(workshops.cancel, workshop_id, then=self._on_cancelled)

    def _on_cancelled(self, _result: None) -> None:
        self.desk.changed.workshops_changed.emit()
        self.main.say(
            self.tr("L’atelier est annulé. Il reste dans le calendrier."),
            action=self.tr("Rétablir"),
            do=self._on_restore_last,
        )

    def _on_restore_last(self) -> None:
        self._on_restore(self._cancelled)

    @Slot(str)
    def _on_restore(self, workshop_id: str) -> None:
        self.desk.ask(workshops.restore, workshop_id, then=self._on_restored)

    def _on_restored(self, _result: None) -> None:
        self.desk.changed.workshops_changed.emit()
        self.main.say(self.tr("L’atelier est de nouveau prévu."))

    # --- paper and file ---------------------------------------------------------------------------

    @Slot()
    def _on_print(self) -> None:
        day = self._day or self._today()
        first = day.replace(day=1)
        last = moved("month", day, 1) - dt.timedelta(days=1)
        self.desk.ask(calendar.between, first.isoformat(), last.isoformat(), then=self._print)

    def _print(self, view: CalendarView) -> None:
        try:
            said = print_document(of_month(view), self)
        except CannotSaveFile as error:
            self.main.say_problem(error)
            return
        if said:
            self.main.say(said)

    @Slot()
    def _on_ics(self) -> None:
        view = self._view
        if view is None:
            return
        name = f"ateliers-{view.first}{SUFFIX}"
        title = self.tr("Enregistrer pour un autre agenda")
        path = ask_where(self, title, name, self.tr("Agendas"), SUFFIX)
        if path is not None:
            self.desk.ask(calendar.save_ics, view, path, then=self._on_saved)

    def _on_saved(self, _result: None) -> None:
        self.main.say(self.tr("Le fichier est enregistré. Ouvrez-le avec votre agenda."))
