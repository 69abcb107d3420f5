"""A month as a grid of days: the hours of each day's workshops, and which day is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from angrilien.domain import french
from angrilien.domain.rows import WorkshopRow
from angrilien.ui import a11y, theme
from angrilien.ui.widgets.card import Text
from angrilien.ui.words import capital, hour_at

_WEEKS: Final = 6
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}
_PAD: Final = 7


class DayCell(QAbstractButton):
    """One day: its number, and the hours of its workshops."""

    moved = Signal(int)
    """By so many days, with the arrow keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.day = dt.date(2000, 1, 1)
        self._rows: Sequence[WorkshopRow] = ()
        self._outside = self._is_today = False
        self._holiday = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_day(
        self,
        day: dt.date,
        rows: Sequence[WorkshopRow],
        holiday: str,
        *,
        outside: bool,
        is_today: bool,
    ) -> None:
        """Show a day; `outside` is one of the month before or after."""
        self.day, self._rows, self._holiday = day, rows, holiday
        self._outside, self._is_today = outside, is_today
        count = len(rows)
        said = [
            french.long_date(day),
            self.tr("aujourd’hui") if is_today else "",
            self.tr("férié, {name}").format(name=holiday) if holiday else "",
            self.tr("aucun atelier") if not count else "",
            self.tr("1 atelier") if count == 1 else "",
            self.tr("{count} ateliers").format(count=count) if count > 1 else "",
        ]
        a11y.named(self, ", ".join(part for part in said if part))
        self.setText(str(day.day))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the number and two hours."""
        line = self.fontMetrics().lineSpacing()
        return QSize(theme.target(), max(theme.target(), line * 3 + 2 * _PAD))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Take another room with another text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another day with the arrows; Enter chooses as the space bar does."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step:
            self.moved.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the day: what is chosen, today and the holiday are told by more than a colour."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(2, 2, -2, -2)
        ground = tokens.page if self._outside else tokens.surface
        if self._rows and not self._outside:
            ground = tokens.info_ground
        width, edge = (3, tokens.primary) if self.isChecked() else (1, tokens.edge)
        if self.hasFocus():
            width, edge = 3, tokens.focus
        painter.setPen(QPen(QColor(edge), width))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, 8, 8)
        inside = box.adjusted(_PAD, _PAD - 2, -_PAD, -_PAD + 2)
        self._paint_number(painter, inside)
        self._paint_hours(painter, inside)
        painter.end()

    def _paint_number(self, painter: QPainter, inside: QRect) -> None:
        tokens = theme.current()
        font = QFont(self.font())
        bold = self._is_today or bool(self._rows)
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        painter.setFont(font)
        line = painter.fontMetrics().lineSpacing()
        number = str(self.day.day)
        place = QRect(inside.left(), inside.top(), inside.width(), line)
        if self._is_today:
            across = painter.fontMetrics().horizontalAdvance(number) + 12
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary))
            painter.drawRoundedRect(QRect(inside.left() - 3, inside.top(), across, line), 6, 6)
            painter.setPen(QColor(tokens.on_primary))
            place.setLeft(inside.left() + 3)
        else:
            painter.setPen(QColor(tokens.hint if self._outside else tokens.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, number)
        if self._holiday:
            painter.setPen(QColor(tokens.secondary))
            small = QFont(self.font())
            small.setPointSizeF(font.pointSizeF() * 0.8)
            painter.setFont(small)
            word = self.tr("férié")
            room = inside.width() - painter.fontMetrics().horizontalAdvance(number) - 16
            if painter.fontMetrics().horizontalAdvance(word) <= room:
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(
                    QRect(inside.left(), inside.top(), inside.width(), line), right, word
                )

    def _paint_hours(self, painter: QPainter, inside: QRect) -> None:
        tokens = theme.current()
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(QColor(tokens.hint if self._outside else tokens.text))
        metrics = painter.fontMetrics()
        line, top = metrics.lineSpacing(), inside.top() + self.fontMetrics().lineSpacing()
        room = max(1, (inside.bottom() + 1 - top) // line)
        shown = list(self._rows) if len(self._rows) <= room else list(self._rows)[: room - 1]
        words = [self._words(row, metrics, inside.width()) for row in shown]
        if len(shown) < len(self._rows):
            words.append(self.tr("+ {count}").format(count=len(self._rows) - len(shown)))
        if any(metrics.horizontalAdvance(word) > inside.width() for word in words):
            # No hour fits: how many there are, and the list under the month has the rest.
            words = [self.tr("× {count}").format(count=len(self._rows))]
        for number, word in enumerate(words):
            place = QRect(inside.left(), top + number * line, inside.width(), line)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, word)

    def _words(self, row: WorkshopRow, metrics: QFontMetrics, width: int) -> str:
        """Return hour and title where both fit, else the hour: nothing is cut."""
        hour = hour_at(row.starts_at, row.tz)
        if row.state in ("cancelled", "nobody"):
            hour = f"✕ {hour}"
        whole = f"{hour} {row.title}"
        return whole if metrics.horizontalAdvance(whole) <= width else hour


class MonthGrid(QWidget):
    """Six weeks of days, Monday first. One stop of the Tab key; the arrows go from day to day."""

    chosen = Signal(object)
    """Carries the `date` that is looked at."""
    beyond = Signal(object)
    """Carries a `date` outside the grid that the arrows went to."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3)
        for column, name in enumerate(french.DAYS):
            word = Text(capital(name[:3]) + ".", "hint", wrap=False)
            a11y.named(word, name)
            word.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._grid.addWidget(word, 0, column)
            self._grid.setColumnStretch(column, 1)
        self.cells = [DayCell(self) for _ in range(7 * _WEEKS)]
        for number, cell in enumerate(self.cells):
            self._grid.addWidget(cell, 1 + number // 7, number % 7)
            cell.clicked.connect(self._on_clicked)
            cell.moved.connect(self._on_moved)
        a11y.named(self, self.tr("Les jours du mois"))

    def show_month(
        self,
        days: Sequence[dt.date],
        month: dt.date,
        rows: Sequence[WorkshopRow],
        holidays: Mapping[str, str],
        today: dt.date,
        day: dt.date,
    ) -> None:
        """Show whole weeks.

        Args:
            days: at most six weeks, from a Monday on.
            month: any day of the month.
            rows: the workshops, in the order of their start.
            holidays: names by ISO date.
            today: marked.
            day: the one looked at.
        """
        by_day: dict[str, list[WorkshopRow]] = {}
        for row in rows:
            by_day.setdefault(row.date, []).append(row)
        for number, cell in enumerate(self.cells):
            cell.setVisible(number < len(days))
            if number < len(days):
                this = days[number]
                cell.show_day(
                    this,
                    by_day.get(this.isoformat(), ()),
                    holidays.get(this.isoformat(), ""),
                    outside=this.month != month.month,
                    is_today=this == today,
                )
        self.choose(day)

    def choose(self, day: dt.date) -> None:
        """Mark the day that is looked at."""
        for cell in self.cells:
            at = cell.day == day and not cell.isHidden()
            cell.setChecked(at)
            cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at else Qt.FocusPolicy.ClickFocus)

    def current(self) -> DayCell | None:
        """Return the cell that is looked at."""
        return next((cell for cell in self._shown() if cell.isChecked()), None)

    def _shown(self) -> list[DayCell]:
        return [cell for cell in self.cells if not cell.isHidden()]

    def _on_clicked(self) -> None:
        cell = self.sender()
        if isinstance(cell, DayCell):
            self.choose(cell.day)
            self.chosen.emit(cell.day)

    def _on_moved(self, step: int) -> None:
        cell = self.sender()
        if not isinstance(cell, DayCell):
            return
        wanted = cell.day + dt.timedelta(days=step)
        there = next((other for other in self._shown() if other.day == wanted), None)
        if there is None:
            self.beyond.emit(wanted)
            return
        self.choose(wanted)
        there.setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(wanted)
