"""What there is to do after a workshop: what was noted, and one line to note more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.rows import FollowUpRow
from angrilien.errors import FieldProblem
from angrilien.ui import a11y
from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.field import Field
from angrilien.ui.words import day_words, problem_text


class FollowUps(QWidget):
    """The list, and the fields of the next one."""

    add_asked = Signal(str, str)
    """Carries what to do and by when, as typed."""
    edited = Signal()
    """A field was changed by a person."""
    done_asked = Signal(str, bool)
    """Carries the id, and whether it is done."""

    def __init__(self) -> None:
        super().__init__()
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.text_field = Field(
            self.tr("À faire &ensuite"), self.tr("Par exemple rappeler Odette.")
        )
        self.due_field = Field(self.tr("A&vant le"), self.tr("Si c’est utile."))
        self.add_button = Button(self.tr("A&jouter"), "secondary", "plus")
        row = AdaptiveRow(stretch=0, spacing=12)
        row.add(self.text_field)
        row.add(self.due_field)
        row.add(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(row)
        column.addLayout(self._list)
        for field in (self.text_field, self.due_field):
            field.edit.returnPressed.connect(self._on_add)
            field.edit.textEdited.connect(self.edited)
        self.add_button.clicked.connect(self._on_add)

    def show_rows(self, rows: Sequence[FollowUpRow], today: dt.date) -> None:
        """Show what there is to do."""
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._list.addWidget(self._line(row, today))

    def written(self) -> None:
        """Empty the fields: what they said is written."""
        self.fill("", "")
        self.text_field.edit.setFocus()

    def typed(self) -> tuple[str, str]:
        """Return what is typed and not added: what to do, and by when."""
        return self.text_field.text(), self.due_field.text()

    def fill(self, text: str, due: str) -> None:
        """Put texts in the fields."""
        self.text_field.set_text(text)
        self.due_field.set_text(due)

    def show_problem(self, problem: FieldProblem) -> None:
        """Say why it cannot be written; what was typed stays."""
        field = self.due_field if problem.field == "due" else self.text_field
        field.show_problem(problem_text(problem))
        field.edit.setFocus()

    def _line(self, row: FollowUpRow, today: dt.date) -> QWidget:
        line = AdaptiveRow(spacing=12)
        words = row.text
        if row.due:
            is_near = abs((dt.date.fromisoformat(row.due) - today).days) <= 1
            said = "{text}, {day}" if is_near else self.tr("{text}, avant le {day}")
            words = said.format(text=row.text, day=day_words(row.due, today))
        if row.finished:
            words = self.tr("{text}\u00a0: c’est fait").format(text=words)
        line.add(Text(words, "subtitle" if row.finished else ""))
        button = Button(
            self.tr("À refaire") if row.finished else self.tr("C’est fait"),
            "quiet",
            "undo" if row.finished else "check",
        )
        a11y.named(button, f"{a11y.plain(button.text())}, {row.text}")
        button.setProperty("follow_up", row.id)
        button.setProperty("done", not row.finished)
        button.clicked.connect(self._on_done)
        line.add(button)
        return line

    @Slot()
    def _on_add(self) -> None:
        self.add_asked.emit(self.text_field.text(), self.due_field.text())

    @Slot()
    def _on_done(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.done_asked.emit(str(button.property("follow_up")), bool(button.property("done")))
