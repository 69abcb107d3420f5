"""D3: a new workshop. Four fields, and under "Plus" what is seldom needed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout

from angrilien.domain import french
from angrilien.domain.clock import local
from angrilien.domain.forms import PlannedTimes, planned_times
from angrilien.domain.holidays import holiday
from angrilien.domain.repeating import dates
from angrilien.domain.rows import Planned, ThemeRow, VenueRow
from angrilien.domain.typed import other_weekday, read_date
from angrilien.errors import FieldProblem, KnownError, Missing
from angrilien.services import calendar, drafts, workshops
from angrilien.services.forms import FormProblems
from angrilien.ui.draft_pause import DraftPause
from angrilien.ui.pages.base import Page
from angrilien.ui.widgets import AdaptiveRow, Button, PageFoot, PageHead, ScrollPage, Text
from angrilien.ui.widgets.workshop_fields import WorkshopFields
from angrilien.ui.words import capital, problem_text

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk
    from angrilien.ui.main_window import MainWindow

_DRAFT: Final = "workshop_form"
_LOOK_MILLISECONDS: Final = 400
_WIDTH: Final = 960


class WorkshopFormPage(Page):
    """What is typed is read back in words, kept across a crash, and never refused silently."""

    name = "workshop_form"
    remembered = False

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(desk, window)
        self._venues: tuple[VenueRow, ...] = ()
        self._dirty = False
        self._then = "roster"
        self._draft = _DRAFT
        self._begin: dt.date | None = None
        self._left_out: set[str] = set()
        self._taken_in: set[str] = set()
        self.fields = WorkshopFields(desk)
        self._build()
        self._save_pause = DraftPause(self)
        self._save_pause.timeout.connect(self._on_save_pause)
        self._look_pause = self._pause(_LOOK_MILLISECONDS)
        self._look_pause.timeout.connect(self._on_look_pause)
        self.fields.edited.connect(self._on_edited)
        self.fields.times_edited.connect(self._on_times_edited)
        self.fields.submitted.connect(self._on_create)
        self.fields.more_opened.connect(self._on_more_opened)
        self.fields.repeat.dates_edited.connect(self._on_dates_edited)
        self.start_again.clicked.connect(self._on_start_again)
        self.cancel.clicked.connect(self.go_back)
        self.create_button.clicked.connect(self._on_create)

    def title(self) -> str:
        """Return the screen's name."""
        return self.tr("Nouvel atelier")

    def show_for(self, **args: Any) -> None:
        """Begin with the next full hour, or with what was typed before.

        Args:
            args: `like`, the id of a workshop to plan once more; or `day`, the date to begin with;
                `then`, the screen that a workshop of the past leads to: "roster", or "paper".
        """
        self._then = str(args.get("then", "roster"))
        self._draft = f"{_DRAFT}:like" if "like" in args else _DRAFT
        self._begin = args.get("day")
        self._reset()
        self.desk.run(workshops.themes, then=self._on_themes)
        self.desk.ask(workshops.venues, then=self._on_venues)
        if "like" in args:
            self.desk.ask(calendar.like, str(args["like"]), then=self._on_like)
        else:
            self.desk.ask(drafts.load, self._draft, then=self._on_draft)

    def leave(self) -> None:
        """Keep what was typed, and look no longer."""
        self._look_pause.stop()
        self.keep()

    def keep(self) -> None:
        """Keep what was typed as a draft."""
        if self._save_pause.isActive():
            self._save_pause.stop()
            self._on_save_pause()

    def focus_first(self) -> None:
        """Put the focus on the title."""
        self.fields.title_field.edit.setFocus()

    def search(self) -> None:
        """F2: the search of the people expected."""
        self.fields.show_more(shown=True)
        self.fields.expected.search.setFocus()

    # --- construction -----------------------------------------------------------------------------

    def _pause(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _build(self) -> None:
        restored = Text(self.tr("Ce que vous aviez écrit est revenu."), "subtitle")
        self.start_again = Button(self.tr("T&out effacer"), "quiet", "remove")
        self.restored = AdaptiveRow()
        self.restored.add(restored)
        self.restored.add(self.start_again)
        self.restored.hide()
        self.area = ScrollPage(width=_WIDTH)
        self.area.body.addWidget(PageHead(self.tr("Nouvel atelier")))
        self.area.body.addWidget(self.restored)
        self.area.body.addWidget(self.fields)
        self.area.body.addStretch(1)

        self.cancel = Button(self.tr("&Retour"), "secondary", "back")
        self.create_button = Button(self.tr("&Créer l’atelier"), "primary", "check")
        foot = PageFoot(self.area)
        foot.row.addWidget(self.cancel)
        foot.row.addStretch(1)
        foot.row.addWidget(self.create_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(foot)

    # --- filling ----------------------------------------------------------------------------------

    def _zone(self) -> str:
        chosen = self.fields.venue_field.value()
        # Before the venues are read, the computer's own hour is the likeliest.
        return next((venue.tz for venue in self._venues if venue.id == chosen), self.desk.zone)

    def _today(self) -> dt.date:
        return local(self.desk.clock.now(), self._zone()).date()

    def _reset(self) -> None:
        """Empty the form and propose the next full hour, for two hours."""
        now, day = local(self.desk.clock.now(), self._zone()), self._begin
        self._left_out, self._taken_in = set(), set()
        start = (now + dt.timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
        self.fields.fill(
            {
                "date": french.short_date(day or start.date()),
                "start": french.hour(start),
                "end": french.hour(start + dt.timedelta(hours=2)),
                "venue_id": self._venues[0].id if self._venues else "",
            }
        )
        self.create_button.setEnabled(True)
        self.fields.overlap.hide()
        self.restored.hide()
        self._dirty = False
        self._echo()

    def _on_themes(self, themes: tuple[ThemeRow, ...]) -> None:
        self.fields.offer_themes(themes)

    def _on_venues(self, venues: tuple[VenueRow, ...]) -> None:
        is_new = not self._venues
        self._venues = venues
        self.fields.offer_venues(venues)
        if is_new and not self._dirty and not self.fields.title_field.text():
            # What was proposed was in this computer's zone, not in the venue's.
            self._reset()
        self._echo()

    def _on_draft(self, text: str) -> None:
        values = _read_draft(text)
        if values and not self._dirty:
            self.fields.fill(values)
            self._left_out = _texts(values.get("left_out"))
            self._taken_in = _texts(values.get("taken_in"))
            self.restored.show()
            self._dirty = True
            self._echo()
            self._look_pause.start()

    def _on_like(self, values: dict[str, Any]) -> None:
        self.fields.fill(values)
        self._echo()
        self._look_pause.start()
        self.fields.date_field.edit.setFocus()

    # --- what is said back while typing -----------------------------------------------------------

    def _echo(self) -> None:
        """Say the date and the duration as they are read."""
        today = self._today()
        try:
            day = read_date(self.fields.date_field.text(), today)
        except FieldProblem:
            self.fields.date_field.show_echo("")
        else:
            words = self._weekday_words(day) or capital(french.long_date(day))
            place = next((v for v in self._venues if v.id == self.fields.venue_field.value()), None)
            name = holiday(day, place.departement if place else "")
            if name:
                words = self.tr("{date}, férié ({name})").format(date=words, name=name)
            if day < today:
                words = self.tr("{date}, saisi après coup").format(date=words)
            self.fields.date_field.show_echo(words)
        self.fields.end_field.show_echo(self._duration_words())
        self._offer_dates()

    def _repeated(self) -> tuple[dt.date, ...]:
        """Return the dates on which it is repeated, the first one left aside.

        Raises:
            FieldProblem: the day, or the last date, cannot be read.
        """
        repeat = self.fields.repeat
        if not repeat.every:
            return ()
        if not repeat.until_field.text().strip():
            raise Missing("until")
        first = read_date(self.fields.date_field.text(), self._today())
        last = read_date(repeat.until_field.text(), first, field="until", after=first)
        return dates(first, repeat.every, last)[1:]

    def _offer_dates(self) -> None:
        """Show the dates on which it is repeated; a holiday is left out until it is chosen."""
        repeat = self.fields.repeat
        try:
            found, said = self._repeated(), ""
        except FieldProblem as problem:
            is_ours = problem.field == "until" and not isinstance(problem, Missing)
            found, said = (), problem_text(problem) if is_ours else ""
        repeat.until_field.set_hint(said or self.tr("Par exemple 30 juin."))
        place = next((v for v in self._venues if v.id == self.fields.venue_field.value()), None)
        offered = []
        for day in found:
            name = holiday(day, place.departement if place else "")
            word = french.long_date(day)
            word = self.tr("{day} (férié)").format(day=word) if name else word
            iso = day.isoformat()
            stays = iso not in self._left_out and (not name or iso in self._taken_in)
            offered.append((iso, word, stays))
        repeat.offer(offered, self.tr("Le même atelier aura lieu aussi\u00a0:") if found else "")

    def _weekday_words(self, day: dt.date) -> str:
        """Return a warning where the weekday that is typed is not that of the date."""
        typed = other_weekday(self.fields.date_field.text(), day)
        said = self.tr("Attention\u00a0: {date}, et pas {weekday}")
        return said.format(date=french.long_date(day), weekday=typed) if typed else ""

    def _times(self) -> PlannedTimes | None:
        try:
            return planned_times(self.fields.form(), self._today(), self._zone())
        except FieldProblem:
            return None

    def _duration_words(self) -> str:
        times = self._times()
        if times is None:
            return ""
        said = french.duration(times.minutes)
        if local(times.ends_at, self._zone()).date() != times.date:
            return self.tr("{duration}, jusqu’au lendemain").format(duration=said)
        return said

    @Slot()
    def _on_edited(self) -> None:
        self._dirty = True
        self._save_pause.touch()

    @Slot()
    def _on_dates_edited(self) -> None:
        """Remember what a person left out or took in, whatever is typed afterwards."""
        kept = set(self.fields.repeat.chips.chosen())
        for iso in self.fields.repeat.chips.values():
            taken, left = (self._taken_in, self._left_out)[:: 1 if iso in kept else -1]
            taken.add(iso)
            left.discard(iso)

    @Slot()
    def _on_times_edited(self) -> None:
        self._echo()
        self._look_pause.start()

    @Slot()
    def _on_more_opened(self) -> None:
        # Once the layouts, one inside the other, have made the room for it.
        QTimer.singleShot(0, self, self._on_more_laid_out)

    def _on_more_laid_out(self) -> None:
        self.area.show_field(self.fields.repeat)

    @Slot()
    def _on_look_pause(self) -> None:
        if self._times() is None:
            self._on_overlaps(())
        else:
            self.desk.ask(workshops.overlaps, self.fields.form(), then=self._on_overlaps)

    def _on_overlaps(self, titles: Sequence[str]) -> None:
        self.fields.overlap.setText(self._overlap_words(titles))
        self.fields.overlap.setVisible(bool(titles))

    def _overlap_words(self, titles: Sequence[str]) -> str:
        said = self.tr("Un autre atelier a lieu en même temps\u00a0: {titles}.")
        quoted = ", ".join(f"«\u00a0{title}\u00a0»" for title in titles)
        return said.format(titles=quoted)

    # --- the draft --------------------------------------------------------------------------------

    @Slot()
    def _on_save_pause(self) -> None:
        if self._dirty:
            days = {"left_out": sorted(self._left_out), "taken_in": sorted(self._taken_in)}
            text = json.dumps({**self.fields.values(), **days}, ensure_ascii=False)
            self.desk.ask(drafts.save, self._draft, text)

    def _forget_draft(self) -> None:
        self._save_pause.stop()
        self._look_pause.stop()
        self._dirty = False
        self.desk.ask(drafts.clear, self._draft)

    @Slot()
    def _on_start_again(self) -> None:
        self._forget_draft()
        self._reset()
        self.focus_first()

    # --- creating ---------------------------------------------------------------------------------

    @Slot()
    def _on_create(self) -> None:
        if self.create_button.isEnabled():
            try:
                self._repeated()
            except FieldProblem as problem:
                if problem.field == "until":
                    self._on_refused(FormProblems((problem,)))
                    return
            self.create_button.setEnabled(False)
            self.desk.ask(
                workshops.plan,
                self.fields.form(),
                then=self._on_planned,
                failed=self._on_refused,
            )

    def _on_planned(self, planned: Planned) -> None:
        times, title = self._times(), self.fields.title_field.text().strip()
        warning = self._weekday_words(times.date) if times else ""
        today = self._today()
        self._forget_draft()
        self.desk.changed.workshops_changed.emit()
        if times is not None and times.date < today:
            # Entered afterwards: the people who came are what remains to be said.
            self.main.navigate(self._then, workshop_id=planned.workshop_id)
        else:
            self.main.navigate("today")
        if planned.overlaps:
            self.main.say(self._overlap_words(planned.overlaps))
        elif warning:
            self.main.say(f"{warning}.")
        elif planned.times > 1:
            said = self.tr("{count} ateliers enregistrés\u00a0: «\u00a0{title}\u00a0».")
            self.main.say(said.format(count=planned.times, title=title))
        else:
            said = self.tr("Atelier enregistré\u00a0: «\u00a0{title}\u00a0».")
            self.main.say(said.format(title=title))

    def _on_refused(self, error: KnownError) -> None:
        self.create_button.setEnabled(True)
        if not isinstance(error, FormProblems):
            self.main.say_problem(error)
            return
        fields = self.fields.by_name()
        for problem in error.problems:
            fields[problem.field].show_problem(problem_text(problem))
        names = [problem.field for problem in error.problems]
        if {"level", "places", "expected", "notes", "until"} & set(names):
            self.fields.show_more(shown=True)
        if names[0] == "themes":
            self.fields.themes_field.focus_first()
        else:
            fields[names[0]].widget.setFocus()
        self.area.show_field(fields[names[0]])


def _texts(listed: object) -> set[str]:
    return set(map(str, listed)) if isinstance(listed, list) else set()


def _read_draft(text: str) -> dict[str, Any]:
    """Return a draft; one that cannot be read is none."""
    try:
        draft = json.loads(text) if text else {}
    except ValueError:
        return {}
    return draft if isinstance(draft, dict) else {}
