"""The acts of D4 that are not on one person, at the foot of the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from angrilien.ui.widgets import Button, FlowLayout


class RosterBar(QWidget):
    """One line: the primary button at the left, the end of the workshop at the right.

    What finds no room in the line goes into `extra`, which the page puts elsewhere then.
    """

    def __init__(self) -> None:
        super().__init__()
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

    def show_state(self, *, to_sign: int, over: bool, can_undo: bool, editable: bool) -> None:
        """Follow the list.

        Args:
            to_sign: how many are here and have not signed.
            over: whether what comes next is the end of the workshop.
            can_undo: whether there is an act to undo.
            editable: whether the sheet can still change.
        """
        words = self.tr("&Faire signer ({count})") if to_sign else self.tr("&Faire signer")
        self.sign.set_text(words.format(count=to_sign))
        self.sign.setEnabled(to_sign > 0)
        self.sign.set_kind("primary" if to_sign else "secondary")
        self.finish.set_kind("primary" if over else "secondary")
        self.undo.setEnabled(can_undo)
        for button in (self.sign, self.undo, self.finish):
            button.setVisible(editable)
        self.print.set_kind("secondary" if editable else "primary")

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
