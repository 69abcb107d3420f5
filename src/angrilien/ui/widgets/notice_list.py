"""Notices over the cards of a screen: calm, each put away by its button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from angrilien.domain.notices import Notice, NoticeKind
from angrilien.ui import a11y, theme
from angrilien.ui.notice_words import NoticeWords, words_of
from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text


class NoticeBox(QFrame):
    """One notice: two lines and a button."""

    def __init__(self, words: NoticeWords) -> None:
        super().__init__()
        self.setProperty("bar", "notice")
        self.lead = Text(words.lead, "label")
        self.rest = Text(words.rest)
        self.button = Button(words.button, "secondary")
        self.button.setAccessibleDescription(words.lead)
        told = QWidget()
        told.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.lead)
        column.addWidget(self.rest)
        row = AdaptiveRow(least=22)
        row.add(told)
        row.add(self.button)
        around = QVBoxLayout(self)
        around.setContentsMargins(20, 14, 20, 14)
        around.addWidget(row)
        theme.restyle(self)

    def say(self, words: NoticeWords) -> None:
        """Change its words: the hour of a clock goes on."""
        self.lead.setText(words.lead)
        self.rest.setText(words.rest)


class NoticeList(QWidget):
    """The notices in sight; one that was put away stays so until the application ends."""

    changed = Signal()
    """One was put away."""
    page_asked = Signal(str)
    """The name of the screen that a notice leads to."""

    def __init__(self) -> None:
        super().__init__()
        self._put_away: set[NoticeKind] = set()
        self._boxes: dict[NoticeKind, NoticeBox] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.hide()

    def boxes(self) -> dict[NoticeKind, NoticeBox]:
        """Return the notices in sight."""
        return dict(self._boxes)

    def show_notices(self, notices: Sequence[Notice], tz: str) -> None:
        """Show these, but those put away.

        Args:
            notices: what there is to say now.
            tz: the zone in which days and hours are said.
        """
        wanted = {n.kind: words_of(n, tz) for n in notices if n.kind not in self._put_away}
        for kind in [kind for kind in self._boxes if kind not in wanted]:
            self._take(kind)
        for kind, words in wanted.items():
            if kind in self._boxes:
                self._boxes[kind].say(words)
                continue
            box = self._boxes[kind] = NoticeBox(words)
            box.button.setProperty("kind_of_notice", kind.value)
            box.button.setProperty("page", words.page)
            box.button.clicked.connect(self._on_put_away)
            self._column.addWidget(box)
            a11y.announce(self, words.lead)
        self.setVisible(bool(self._boxes))

    def _take(self, kind: NoticeKind) -> None:
        box = self._boxes.pop(kind)
        self._column.removeWidget(box)
        box.hide()
        box.deleteLater()

    @Slot()
    def _on_put_away(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            kind = NoticeKind(button.property("kind_of_notice"))
            self._put_away.add(kind)
            self._take(kind)
            self.setVisible(bool(self._boxes))
            self.changed.emit()
            if page := button.property("page"):
                self.page_asked.emit(str(page))
