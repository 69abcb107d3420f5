"""What the screens that go step by step are made of."""

from __future__ import annotations

import unicodedata
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from angrilien.errors import Missing
from angrilien.ui import a11y
from angrilien.ui.widgets.adaptive import AdaptiveRow, FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text
from angrilien.ui.widgets.field import Field
from angrilien.ui.words import problem_text

WORDS: Final = 6


def step_of(parts: tuple[QWidget, ...], back: Button | None, *forward: Button) -> QWidget:
    """Return a step: its parts from top to bottom, then the way back and the way forward."""
    step = QWidget()
    column = QVBoxLayout(step)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(14)
    for part in parts:
        column.addWidget(part)
    row = AdaptiveRow(stretch=None)
    if back is not None:
        row.add(back)
    row.add_gap()
    for button in forward:
        row.add(button)
    column.addSpacing(10)
    column.addWidget(row)
    return step


class PhraseWords(QWidget):
    """The six words of a phrase, large, with the wish for another one and for a print.

    Args:
        fixed: they are what they are, and no phrase: nothing is wished for.
    """

    another_asked = Signal()
    told = Signal(str)
    """What there is to say of the print."""

    def __init__(self, *, fixed: bool = False) -> None:
        super().__init__()
        self._phrase = ""
        self._labels: list[QLabel] = []
        self.card = Card()
        self._columns = 3
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(14)
        for place in range(WORDS):
            word = Text("", "big", wrap=False)
            self._labels.append(word)
            self._grid.addWidget(word, place // self._columns, place % self._columns)
        self.card.body.addLayout(self._grid)
        self.another = Button(self.tr("Une &autre phrase"), "quiet", "refresh")
        self.print_button = Button(self.tr("&Imprimer"), "quiet", "print")
        buttons = QWidget()
        asides = FlowLayout(buttons, spacing=8)
        for button in (self.another, self.print_button):
            asides.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        column.addWidget(buttons)
        buttons.setVisible(not fixed)
        self.another.clicked.connect(self.another_asked)
        self.print_button.clicked.connect(self._on_print)

    @property
    def phrase(self) -> str:
        """The phrase shown, empty where there is none."""
        return self._phrase

    def show_phrase(self, phrase: str) -> None:
        """Show a phrase; an empty one leaves nothing on the screen."""
        self._phrase = unicodedata.normalize("NFC", phrase)
        words = self._phrase.split()
        for place, label in enumerate(self._labels):
            label.setText(words[place] if place < len(words) else "")
        self._arrange()
        a11y.named(self.card, self._phrase)
        if phrase and self.isVisible():
            a11y.announce(self, self._phrase)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put three words on a line, two where there is less room."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Return the width of two words: a third one goes down."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 2 * self._word_width() + 60), hint.height())

    def _word_width(self) -> int:
        return max(label.sizeHint().width() for label in self._labels)

    def _arrange(self) -> None:
        margins = self.card.body.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        columns = 3 if room >= 3 * self._word_width() + 2 * 14 else 2
        if columns != self._columns:
            self._columns = columns
            for place, label in enumerate(self._labels):
                self._grid.addWidget(label, place // columns, place % columns)
            self.updateGeometry()

    @Slot()
    def _on_print(self) -> None:
        from angrilien.ui.printing.phrase import (  # noqa: PLC0415 - not before the first window
            print_phrase,
        )

        said = print_phrase(self._phrase, self) if self._phrase else ""
        if said:
            self.told.emit(said)


class PhraseField(Field):
    """A field for a phrase de passe; its words can be shown."""

    def __init__(self, label: str, hint: str = "", *, hidden: bool = True) -> None:
        super().__init__(label, hint)
        if hidden:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhNoAutoUppercase | Qt.InputMethodHint.ImhNoPredictiveText
        )

    def typed(self) -> str | None:
        """Return the phrase typed, None with the reason underneath where nothing is."""
        if self.text().strip():
            return self.text()
        self.show_problem(problem_text(Missing("passphrase")))
        self.edit.setFocus()
        return None
