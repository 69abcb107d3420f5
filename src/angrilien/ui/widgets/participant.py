"""What a participant touches: letters of 20 points, buttons of 14 mm on the real screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from angrilien.ui import a11y, theme
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text

_LEAST_POINTS: Final = 20
_SPACING: Final = 16


def set_points(widget: QWidget, points: int) -> None:
    """Give the letters of a widget a size of its own, whatever the style sheet says."""
    wanted = f"font-size: {points}pt;"
    if widget.styleSheet() != wanted:
        widget.setStyleSheet(wanted)


class ParticipantButtons(QWidget):
    """C’est bon, Recommencer, Je préfère le papier: always in one line, always in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.points = _LEAST_POINTS
        self.good = Button(self.tr("C’est bon"), "participant_primary", "check")
        self.again = Button(self.tr("Recommencer"), "participant", "refresh")
        self.paper = Button(self.tr("Je préfère le papier"), "participant", "paper")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        for button, stretch in ((self.good, 4), (self.again, 3), (self.paper, 3)):
            row.addWidget(button, stretch)

    def all(self) -> tuple[Button, ...]:
        """Return the buttons from left to right."""
        return (self.good, self.again, self.paper)

    def fit(self, width: int, target: int) -> None:
        """Choose the largest letters with which the line fits.

        Args:
            width: of the line, in pixels.
            target: least height of a button, in pixels.
        """
        for points in range(max(_LEAST_POINTS, theme.points(_LEAST_POINTS)), _LEAST_POINTS - 1, -1):
            self.points = points
            if self._width_at(points, with_icons=True) <= width:
                break
        with_icons = self._width_at(self.points, with_icons=True) <= width
        for button, icon in zip(self.all(), ("check", "refresh", "paper"), strict=True):
            button.set_icon(icon if with_icons else "")
            set_points(button, self.points)
            button.setMinimumHeight(max(target, theme.SMALLEST_TARGET))

    def _width_at(self, points: int, *, with_icons: bool) -> int:
        needed = _SPACING * 2
        for button in self.all():
            font = button.font()
            font.setPointSize(points)
            font.setWeight(font.Weight.DemiBold)
            metrics = QFontMetrics(font)
            icon = button.iconSize().width() + 12 if with_icons else 0
            needed += metrics.horizontalAdvance(button.text()) + icon + 44
        return needed


class HandOver(QWidget):
    """Between two people, and at the end: thanks, and whose turn it is. Nobody's line in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.thanks = Text(self.tr("Merci."), "participant_name")
        self.turn = Text("", "participant")
        self.button = Button("", "participant_primary", "forward")
        for label in (self.thanks, self.turn):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 24, 40, 24)
        column.setSpacing(20)
        column.addStretch(2)
        column.addWidget(self.thanks)
        column.addWidget(self.turn)
        column.addSpacing(12)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_next(self, short_name: str) -> None:
        """Say whose turn it is, or that everybody has signed."""
        if short_name:
            turn = self.tr("Passez l’ordinateur à {name}").format(name=short_name)
            word, icon = self.tr("C’est moi, {name}").format(name=short_name), "sign"
        else:
            turn = self.tr("Rendez l’ordinateur à la personne qui anime.")
            word, icon = self.tr("Revenir à la liste"), "back"
        self.turn.setText(turn)
        self.button.set_text(word)
        self.button.set_icon(icon)
        a11y.announce(self, f"{self.thanks.text()} {turn}")

    def fit(self, target: int) -> None:
        """Give the button a height that a finger hits, in pixels."""
        self.button.setMinimumHeight(max(round(target * 1.3), theme.SMALLEST_TARGET))
        self.button.setMinimumWidth(target * 5)
        set_points(self.thanks, max(round(_LEAST_POINTS * 1.7), theme.points(_LEAST_POINTS)))
