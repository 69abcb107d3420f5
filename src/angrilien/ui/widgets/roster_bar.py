"""The acts of D4 that are not on one person, at the foot of the screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from angrilien.domain.clock import Clock
from angrilien.domain.rows import Roster
from angrilien.ui import attendance_words as words
from angrilien.ui.widgets import Button, FlowLayout

_MINUTE: Final = 60_000


class RosterBar(QWidget):
    """One line: the primary button at the left, the end of the workshop at the right.

    What finds no room in the line goes into `extra`, which the page puts elsewhere then.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Roster, Clock] | None = None
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE)
        self._minute.timeout.connect(self._weigh_end)
        self.sign = Button(self.tr("&Faire signer"), "primary", "sign")
        self.print = Button(self.tr("&Imprimer la feuille"), "secondary", "print")
        self.undo = Button(self.tr("A&nnuler le dernier geste"), "quiet", "undo")
        self.note = Button(self.tr("&Bilan"), "secondary", "note")
        self.finish = Button(self.tr("Terminer l’ate&lier"), "secondary", "check-circle")
        self.extra = QWidget()
        self._between = FlowLayout(self.extra, spacing=12)
        for button in (self.print, self.note, self.undo):
            self._between.addWidget(button)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self.sign)
        self._row.addWidget(self.extra)
        self._row.addStretch(1)
        self._row.addWidget(self.finish)

    def show_roster(self, roster: Roster, clock: Clock, *, editable: bool) -> None:
        """Follow the list, and the clock: at its hour, the end of the workshop is what comes next.

        Args:
            roster: the list.
            clock: what tells whether the workshop's hour has passed.
            editable: whether the sheet can still change.
        """
        self._shown = roster, clock
        to_sign = sum(words.can_sign(row) for row in roster.rows)
        text = self.tr("&Faire signer ({count})") if to_sign else self.tr("&Faire signer")
        self.sign.set_text(text.format(count=to_sign))
        self.sign.setEnabled(to_sign > 0)
        self.sign.set_kind("primary" if to_sign else "secondary")
        self.undo.setEnabled(roster.can_undo)
        for button in (self.sign, self.undo, self.finish):
            button.setVisible(editable)
        self.print.set_kind("secondary" if editable else "primary")
        self._weigh_end()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the clock while in sight."""
        self._weigh_end()
        self._minute.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the clock alone while out of sight."""
        self._minute.stop()
        super().hideEvent(event)

    @Slot()
    def _weigh_end(self) -> None:
        """Give the end of the workshop its weight."""
        if self._shown is not None:
            over = words.may_end(self._shown[0], self._shown[1].now())
            self.finish.set_kind("primary" if over else "secondary")

    def width_of_all(self) -> int:
        """Return the width that one line with everything needs."""
        spacing = self._row.spacing()
        parts = [b.sizeHint().width() for b in (self.sign, self.finish) if not b.isHidden()]
        return sum(parts) + self.extra.sizeHint().width() + spacing * (len(parts) + 1)

    def give_extra(self, width: int) -> None:
        """Keep in the line what has room in `width`; the page takes `extra`."""
        both = self.sign.sizeHint().width() + self.finish.sizeHint().width()
        if both + self._row.spacing() > width:
            self._between.addWidget(self.finish)
        else:
            self._row.addWidget(self.finish)

    def take_back(self) -> None:
        """Have everything in one line again."""
        self._row.insertWidget(1, self.extra, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.finish)
