"""The workshops of some days, day by day, each with its buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from angrilien.domain import french
from angrilien.domain.rows import WorkshopRow
from angrilien.ui import a11y
from angrilien.ui.widgets.adaptive import AdaptiveRow, FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Divider, Tag, Text
from angrilien.ui.widgets.workshop_card import people_words
from angrilien.ui.words import capital, day_words, hours_between

STATES = ("planned", "open")


class CalendarLine(QWidget):
    """One workshop: hours and title, place and people, "Ouvrir" and what is seldom needed.

    Args:
        row: the workshop.
        with_place: whether the venue is named: there are several.
    """

    open_asked = Signal(str)
    again_asked = Signal(str)
    cancel_asked = Signal(str)
    restore_asked = Signal(str)

    def __init__(self, row: WorkshopRow, *, with_place: bool) -> None:
        super().__init__()
        self.row = row
        line = AdaptiveRow(least=16)
        line.add(self._words(with_place=with_place))
        line.add(self._buttons())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 4)
        whole.addWidget(line)

    def _words(self, *, with_place: bool) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        when = hours_between(self.row.starts_at, self.row.ends_at, self.row.tz)
        column.addWidget(Text(self.row.title, "label"))
        parts = [capital(when), self.row.venue.name if with_place else "", people_words(self.row)]
        column.addWidget(Text(" · ".join(part for part in parts if part), "subtitle"))
        state = self._state()
        if state:
            holder = QWidget()
            flow = FlowLayout(holder)
            flow.addWidget(Tag(state, "tag_here" if self.row.state == "closed" else "tag"))
            column.addWidget(holder)
        return box

    def _state(self) -> str:
        return {
            "open": self.tr("liste ouverte"),
            "closed": self.tr("feuille terminée"),
            "cancelled": self.tr("annulé"),
            "nobody": self.tr("personne n’est venu"),
        }.get(self.row.state, "")

    def _buttons(self) -> QWidget:
        box = QWidget()
        flow = FlowLayout(box, spacing=8)
        more = Button(self.tr("Plus"), "quiet", "more")
        a11y.named(more, self.tr("Plus, {title}").format(title=self.row.title))
        menu = QMenu(more)
        for action in self._actions(menu):
            menu.addAction(action)
        more.setMenu(menu)
        flow.addWidget(more)
        self.open_button = Button(self.tr("Ouvrir"))
        a11y.named(self.open_button, self.tr("Ouvrir, {title}").format(title=self.row.title))
        self.open_button.clicked.connect(self._on_open)
        # Shown before it has a parent, it would be a window of its own for a moment.
        if self.row.state in ("cancelled", "nobody"):
            self.open_button.hide()
        flow.addWidget(self.open_button)
        return box

    def _actions(self, menu: QMenu) -> list[QAction]:
        again = QAction(self.tr("Prévoir le même"), menu)
        again.triggered.connect(self._on_again)
        found = [again]
        if self.row.state in STATES and self.row.present == 0:
            cancel = QAction(self.tr("Annuler cet atelier"), menu)
            cancel.triggered.connect(self._on_cancel)
            found.append(cancel)
        if self.row.state == "cancelled":
            restore = QAction(self.tr("Rétablir cet atelier"), menu)
            restore.triggered.connect(self._on_restore)
            found.append(restore)
        return found

    @Slot()
    def _on_open(self) -> None:
        self.open_asked.emit(self.row.id)

    @Slot()
    def _on_again(self) -> None:
        self.again_asked.emit(self.row.id)

    @Slot()
    def _on_cancel(self) -> None:
        self.cancel_asked.emit(self.row.id)

    @Slot()
    def _on_restore(self) -> None:
        self.restore_asked.emit(self.row.id)


class CalendarList(QWidget):
    """Days one below the other."""

    open_asked = Signal(str)
    again_asked = Signal(str)
    cancel_asked = Signal(str)
    restore_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(12)

    def show_days(
        self,
        days: Iterable[dt.date],
        rows: Sequence[WorkshopRow],
        holidays: Mapping[str, str],
        today: dt.date,
        *,
        every_day: bool,
    ) -> None:
        """Show the workshops of some days.

        Args:
            days: in order.
            rows: the workshops, in the order of their start.
            holidays: names by ISO date.
            today: said as "aujourd’hui".
            every_day: whether a day without a workshop is shown too.
        """
        self._clear()
        several = len({row.venue.id for row in rows}) > 1
        for day in days:
            iso = day.isoformat()
            held = [row for row in rows if row.date == iso]
            if held or every_day:
                self._body.addWidget(
                    self._day(day, held, holidays.get(iso, ""), today, several=several)
                )

    def lines(self) -> list[CalendarLine]:
        """Return the lines from top to bottom."""
        return [line for line in self.findChildren(CalendarLine) if not line.property("gone")]

    def _day(
        self,
        day: dt.date,
        held: Sequence[WorkshopRow],
        holiday: str,
        today: dt.date,
        *,
        several: bool,
    ) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        words = capital(day_words(day.isoformat(), today))
        if abs((day - today).days) <= 1:
            words = f"{words}, {french.long_date(day).rsplit(' ', 1)[0]}"
        if holiday:
            words = self.tr("{day}, férié ({name})").format(day=words, name=holiday)
        column.addWidget(Text(words, "heading" if held else "subtitle"))
        if held:
            card = Card()
            card.body.setContentsMargins(20, 6, 20, 6)
            for number, row in enumerate(held):
                if number:
                    card.body.addWidget(Divider())
                line = CalendarLine(row, with_place=several)
                line.open_asked.connect(self.open_asked)
                line.again_asked.connect(self.again_asked)
                line.cancel_asked.connect(self.cancel_asked)
                line.restore_asked.connect(self.restore_asked)
                card.body.addWidget(line)
            column.addWidget(card)
        return box

    def _clear(self) -> None:
        for line in self.lines():
            line.setProperty("gone", True)  # noqa: FBT003 - Qt's own signature
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
