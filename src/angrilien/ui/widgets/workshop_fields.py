"""The fields of D3: what is always seen, and under "Plus" what is seldom needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.domain import vocab
from angrilien.domain.forms import WorkshopForm
from angrilien.domain.rows import ThemeRow, VenueRow
from angrilien.ui.desk import Desk
from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.field import Choice, Field, Labelled, TextField
from angrilien.ui.widgets.people_picker import PeoplePicker
from angrilien.ui.widgets.proposed_edit import ProposedEdit
from angrilien.ui.widgets.repeat_fields import RepeatFields
from angrilien.ui.widgets.themes_field import ThemesField


class WorkshopFields(QWidget):
    """All the fields, without any rule of their own."""

    edited = Signal()
    """Anything was changed by a person."""
    times_edited = Signal()
    """Among them the day, an hour or the venue."""
    more_opened = Signal()
    """What is seldom needed was asked for."""
    submitted = Signal()
    """Enter was pressed in a field of one line."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._filling = False
        self.title_field = Field(self.tr("T&itre"), self.tr("Tel qu’il sera sur la feuille."))
        self.themes_field = ThemesField(self.tr("Thèmes"))
        self.date_field = Field(self.tr("&Jour"), edit=ProposedEdit())
        self.start_field = Field(self.tr("Dé&but"), edit=ProposedEdit())
        self.end_field = Field(self.tr("&Fin"), edit=ProposedEdit())
        self.venue_field = Choice(self.tr("&Lieu"))
        self.more = Button(self.tr("&Plus"), "quiet", "down")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self.title_field, self.themes_field, self._times(), self.venue_field):
            column.addWidget(part)
        self.overlap = Text("", "warning")
        self.overlap.hide()
        column.addWidget(self.overlap)
        column.addLayout(_left(self.more))
        self.more_box = self._more_box()
        column.addWidget(self.more_box)
        self.more_box.hide()
        self._connect()

    # --- construction -----------------------------------------------------------------------------

    def _times(self) -> QWidget:
        hours = QWidget()
        both = QHBoxLayout(hours)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(16)
        both.addWidget(self.start_field, 1)
        both.addWidget(self.end_field, 1)
        times = AdaptiveRow(stretch=0, spacing=16)
        times.add(self.date_field)
        times.add(hours)
        return times

    def _more_box(self) -> QWidget:
        levels = {
            "debutant": self.tr("Débutant"),
            "intermediaire": self.tr("Intermédiaire"),
            "avance": self.tr("Avancé"),
        }
        options = [("", self.tr("Sans précision"))]
        options += [(code, levels[code]) for code in vocab.LEVELS]
        self.level_field = Choice(self.tr("&Niveau"), options)
        self.repeat = RepeatFields()
        self.places_field = Field(self.tr("Place&s"), self.tr("Combien de personnes au plus."))
        self.expected = PeoplePicker(self._desk)
        self.expected_field = Labelled(self.tr("Personnes attendues"), self.expected, "")
        self.notes_field = TextField(
            self.tr("Not&es"), self.tr("Pour vous. Elles ne sont pas sur la feuille.")
        )
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        pair = AdaptiveRow(spacing=16)
        pair.add(self.level_field)
        pair.add(self.places_field)
        column.addWidget(self.repeat)
        column.addWidget(pair)
        column.addWidget(self.expected_field)
        column.addWidget(self.notes_field)
        return box

    def _connect(self) -> None:
        self.more.clicked.connect(self._on_more)
        for field in (self.title_field, self.places_field):
            field.text_changed.connect(self._on_edited)
        for field in (self.date_field, self.start_field, self.end_field):
            field.text_changed.connect(self._on_times_edited)
        self.notes_field.text_changed.connect(self._on_edited)
        self.themes_field.chosen_changed.connect(self._on_themes_edited)
        self.venue_field.chosen_changed.connect(self._on_times_edited)
        self.level_field.chosen_changed.connect(self._on_edited)
        self.expected.chosen_changed.connect(self._on_edited)
        self.repeat.edited.connect(self._on_times_edited)
        self.repeat.dates_edited.connect(self._on_edited)
        until = self.repeat.until_field
        for field in (self.title_field, self.date_field, self.start_field, self.end_field, until):
            field.edit.returnPressed.connect(self.submitted)

    # --- what the page reads and fills ------------------------------------------------------------

    def form(self) -> WorkshopForm:
        """Return the form as it is typed."""
        return WorkshopForm(
            title=self.title_field.text(),
            themes=self.themes_field.chosen(),
            date=self.date_field.text(),
            start=self.start_field.text(),
            end=self.end_field.text(),
            venue_id=self.venue_field.value(),
            level=self.level_field.value(),
            places=self.places_field.text(),
            notes=self.notes_field.text(),
            expected=tuple(self.expected.chosen()),
            also=self.repeat.also(),
        )

    def by_name(self) -> dict[str, Labelled[Any]]:
        """Return the fields by their names in `WorkshopForm`."""
        return {
            "title": self.title_field,
            "themes": self.themes_field,
            "date": self.date_field,
            "start": self.start_field,
            "end": self.end_field,
            "venue_id": self.venue_field,
            "level": self.level_field,
            "places": self.places_field,
            "expected": self.expected_field,
            "notes": self.notes_field,
            "until": self.repeat.until_field,
        }

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values in the fields that they name; the others are emptied.

        Args:
            values: texts by the names of `WorkshopForm`; `themes` is a list of codes, and
                `expected` has the names by id.
        """
        self._filling = True
        for name, field in self.by_name().items():
            field.clear_problem()
            if isinstance(field, Field | TextField):
                field.set_text(str(values.get(name, "")))
            elif isinstance(field, Choice):
                field.choose(str(values.get(name, "")))
        self.themes_field.choose(str(code) for code in values.get("themes", ()))
        self.expected.clear()
        self.expected.choose({str(k): str(v) for k, v in values.get("expected", {}).items()})
        self.repeat.fill(str(values.get("every", "")), str(values.get("until", "")))
        form = self.form()
        seldom = form.level or form.places or form.notes or form.expected or self.repeat.every
        self.show_more(shown=bool(seldom))
        self._filling = False

    def values(self) -> dict[str, Any]:
        """Return what `fill` takes."""
        form = self.form()
        return {
            "title": form.title,
            "themes": list(form.themes),
            "date": form.date,
            "start": form.start,
            "end": form.end,
            "venue_id": form.venue_id,
            "level": form.level,
            "places": form.places,
            "notes": form.notes,
            "expected": self.expected.chosen(),
            "every": self.repeat.every,
            "until": self.repeat.until_field.text(),
        }

    def offer_themes(self, themes: Iterable[ThemeRow]) -> None:
        """Offer the catalogue's themes, those of the programme first."""
        if not self.themes_field.is_offered:
            self.themes_field.offer(themes)
            QWidget.setTabOrder(self.title_field.edit, self.themes_field.buttons()[0])

    def offer_venues(self, venues: Iterable[VenueRow]) -> None:
        """Offer the venues; the first is chosen where none was."""
        self._filling = True
        self.venue_field.set_options((venue.id, _venue_words(venue)) for venue in venues)
        self._filling = False

    def show_more(self, *, shown: bool) -> None:
        """Show or hide what is seldom needed."""
        self.more_box.setVisible(shown)
        self.more.set_text(self.tr("&Plus") if not shown else self.tr("Moins d’o&ptions"))
        self.more.set_icon("up" if shown else "down")

    # --- slots ------------------------------------------------------------------------------------

    @Slot()
    def _on_edited(self) -> None:
        if not self._filling:
            self.edited.emit()

    @Slot()
    def _on_times_edited(self) -> None:
        if not self._filling:
            for field in (
                self.date_field,
                self.start_field,
                self.end_field,
                self.repeat.until_field,
            ):
                field.clear_problem()
            self.edited.emit()
            self.times_edited.emit()

    @Slot()
    def _on_themes_edited(self) -> None:
        self.themes_field.clear_problem()
        self._on_edited()

    @Slot()
    def _on_more(self) -> None:
        self.show_more(shown=self.more_box.isHidden())
        if not self.more_box.isHidden():
            self.more_opened.emit()


def _left(button: Button) -> QHBoxLayout:
    """Return a line with a button at its left."""
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    return row


def _venue_words(venue: VenueRow) -> str:
    return ", ".join(part for part in (venue.name, venue.commune) if part)
