"""The head of D4: what workshop it is, how many are there, the search and its neighbours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from angrilien.domain.rows import Roster, WorkshopRow
from angrilien.ui import a11y
from angrilien.ui import attendance_words as words
from angrilien.ui.widgets import Button, FlowLayout, SearchEdit, Text
from angrilien.ui.words import capital, date_words, hours_between

_SEARCH_LEAST = 300
"""Pixels: the search field stands beside the buttons only if it keeps that much."""


class RosterHead(QWidget):
    """Title, date and hours in words, "Animation : …", the numbers; then the search."""

    entered = Signal()
    """Enter in the search field."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Text("", "title")
        self.when = Text("", "subtitle")
        self.number = Text("0", "count", wrap=False)
        self.people = Text("", "label", wrap=False)
        self.details = Text("", "subtitle", wrap=False)
        self.search = SearchEdit(
            self.tr("Chercher une personne"), self.tr("Un prénom, un nom, ou une carte")
        )
        self.search.installEventFilter(self)
        self.everyone = Button(self.tr("&Tout le monde est là"), "secondary", "people")
        self.new_person = Button(self.tr("Nouvelle &personne"), "secondary", "plus")
        self.anonymous = Button(self.tr("&Sans nom"), "secondary", "anonymous")
        self.anonymous.setAccessibleDescription(self.tr("Ajouter une présence sans nom"))
        self._build()

    def show_roster(self, roster: Roster, *, editable: bool) -> None:
        """Say what workshop it is and how many are there."""
        workshop = roster.workshop
        self.title.setText(workshop.title)
        self.when.setText(when_words(workshop))
        self.number.setText(str(workshop.present))
        self.people.setText(words.present_words(workshop.present))
        self.details.setText(words.detail_words(roster))
        a11y.named(
            self._count,
            f"{workshop.present} {self.people.text()}, {self.details.text()}".replace(
                " · ", ", "
            ).removesuffix(", "),
        )
        waiting = any(row.state == words.EXPECTED for row in roster.rows)
        self.everyone.setEnabled(waiting)
        # A list without anybody begins with somebody; otherwise its tiles are what is pressed.
        self.new_person.set_kind("secondary" if roster.rows else "primary")
        self._tools.setVisible(editable)
        self._turn(self.width())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take Enter from the search field: a card reader ends with it."""
        if (
            watched is self.search
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            if not event.isAutoRepeat():
                self.entered.emit()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the search above the buttons where there is no room beside them."""
        super().resizeEvent(event)
        self._turn(event.size().width())

    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than one button."""
        return QSize(200, super().minimumSizeHint().height())

    def _build(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.title)
        names.addWidget(self.when)
        self._count = QWidget()
        self._count_box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._count)
        self._count_box.setContentsMargins(0, 0, 0, 0)
        self._count_box.setSpacing(0)
        self._number_line = QWidget()
        line = QHBoxLayout(self._number_line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.number, 0, Qt.AlignmentFlag.AlignBaseline)
        line.addWidget(self.people, 0, Qt.AlignmentFlag.AlignBaseline)
        self._count_box.addWidget(self._number_line)
        self._count_box.addWidget(self.details)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(20)
        self._head.addLayout(names, 1)
        self._head.addWidget(self._count)

        self._tools = QWidget()
        self._tool_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._tools)
        self._tool_row.setContentsMargins(0, 0, 0, 0)
        self._tool_row.setSpacing(8)
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons, spacing=8)
        for button in (self.everyone, self.new_person, self.anonymous):
            flow.addWidget(button)
        self._buttons.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._tool_row.addWidget(self.search, 1)
        self._tool_row.addWidget(self._buttons)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(14)
        whole.addLayout(self._head)
        whole.addWidget(self._tools)

    def _turn(self, width: int) -> None:
        tools = self._buttons.sizeHint().width() + self._tool_row.spacing() + _SEARCH_LEAST
        _point(self._tool_row, across=tools <= width)
        names = max(
            label.fontMetrics().horizontalAdvance(label.text()) for label in (self.title, self.when)
        )
        number, details = self._number_line.sizeHint().width(), self.details.sizeHint().width()
        count = max(number, details)
        beside = names + self._head.spacing() + count <= width
        _point(self._head, across=beside)
        self._head.setSpacing(20 if beside else 4)
        # Two lines at the right of the title, or one line under it where it has the room.
        _point(self._count_box, across=not beside and number + details + 16 <= width)
        self._count_box.setSpacing(0 if beside else 16)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        self._head.setAlignment(self._count, side | Qt.AlignmentFlag.AlignTop)
        self._count_box.setAlignment(self._number_line, side)
        self.details.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)


def _point(box: QBoxLayout, *, across: bool) -> None:
    """Lay a box out across or down."""
    kinds = QBoxLayout.Direction
    wanted = kinds.LeftToRight if across else kinds.TopToBottom
    if box.direction() != wanted:
        box.setDirection(wanted)


def when_words(workshop: WorkshopRow) -> str:
    """Return "Mercredi 25 novembre 2026, de 14 h 00 à 16 h 00 · Animation : Claire M.".

    A workshop that was entered afterwards says so.
    """
    hours = hours_between(workshop.starts_at, workshop.ends_at, workshop.tz)
    said = f"{capital(date_words(workshop.date))}, {hours}"
    if workshop.after_the_fact:
        said = f"{said}, {words.translate('RosterHead', 'saisi après coup')}"
    if workshop.facilitators:
        label = words.translate("RosterHead", "Animation\u00a0: {names}")
        said = f"{said} · {label.format(names=', '.join(workshop.facilitators))}"
    return said
