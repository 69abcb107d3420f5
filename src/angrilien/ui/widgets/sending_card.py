"""The card of a workshop on D9: what of it is to be mended, here, and sent."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from angrilien.domain.sending import ItemState, SendingGroup, SendingItem
from angrilien.ui import a11y, icons, theme
from angrilien.ui import sending_words as words
from angrilien.ui.widgets.adaptive import AdaptiveRow
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text

_ICONS: Final[dict[ItemState, str]] = {"fix": "alert", "here": "circle", "sent": "check-circle"}


class StateSign(QLabel):
    """The sign of a state, in its colour; always beside its word."""

    def __init__(self, state: ItemState) -> None:
        super().__init__()
        self._state = state
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Draw it again in the colour of the moment."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        tokens = theme.current()
        colors: dict[ItemState, str] = {
            "fix": tokens.waiting,
            "here": tokens.info,
            "sent": tokens.here,
        }
        side = round(theme.points(theme.TEXT_POINTS) * 1.5)
        self.setPixmap(icons.pixmap(_ICONS[self._state], colors[self._state], side))


class SendingCard(Card):
    """Title, date and place; then a line for each state, and for each reason to mend something.

    It takes the focus by Tab, so that a long page can be read with the keyboard.

    Args:
        group: what it shows.
        today: the date where the workshop is, for "hier".
    """

    mend_asked = Signal(object, str)
    """Carries the `Mend` and the workshop's id."""

    def __init__(self, group: SendingGroup, today: dt.date) -> None:
        super().__init__()
        self.group = group
        self.buttons: list[Button] = []
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.body.setContentsMargins(24, 16, 24, 16)
        self.body.setSpacing(8)
        self.body.addWidget(self._head())
        for state, items in groupby(group.items, key=lambda item: item.state):
            if state == "fix":
                for code, some in groupby(items, key=lambda item: item.code):
                    self.body.addWidget(self._to_mend(code, list(some)))
            else:
                self.body.addWidget(self._line(state, list(items), today))
        said = [text.text() for text in self.findChildren(Text)]
        a11y.named(self, said[0], ". ".join(said[1:]))

    def _head(self) -> QWidget:
        group = self.group
        told = QWidget()
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        title = group.title or self.tr("Personnes et équipe")
        column.addWidget(Text(title, "heading"))
        if group.date:
            column.addWidget(Text(words.when_words(group), "subtitle"))
        row = AdaptiveRow(least=18)
        row.add(told)
        if group.to_fix or group.waiting:
            row.add(Text(words.state_words(group), "label", wrap=False))
        return row

    def _line(self, state: ItemState, items: list[SendingItem], today: dt.date) -> QWidget:
        said = (
            self.tr("Ici\u00a0: {items}") if state == "here" else self.tr("Envoyé\u00a0: {items}")
        )
        line = said.format(items=words.items_words(items))
        sheet = any(item.kind == "sheet" for item in items)
        if state == "sent" and sheet and self.group.received_at is not None:
            kept = words.kept_words(self.group.received_at, self.group.tz, today)
            return _signed_line(state, Text(line), Text(kept, "hint"))
        return _signed_line(state, Text(line))

    def _to_mend(self, code: str, items: list[SendingItem]) -> QWidget:
        group = self.group
        why = words.reason(code, ended=group.ended, in_a_workshop=bool(group.workshop_id))
        what = self.tr("À corriger\u00a0: {items}").format(items=words.items_words(items))
        button = Button(why.button, "secondary")
        button.setAccessibleDescription(f"{what}. {why.why}")
        button.setProperty("mend", why.mend.value)
        button.clicked.connect(self._on_mend)
        self.buttons.append(button)
        told = _signed_line("fix", Text(what, "label"), Text(f"{why.why} {why.who}"))
        row = AdaptiveRow()
        row.add(told)
        row.add(button)
        return row

    @Slot()
    def _on_mend(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            mend = words.Mend(button.property("mend"))
            self.mend_asked.emit(mend, self.group.workshop_id)


def _signed_line(state: ItemState, *texts: Text) -> QWidget:
    """Return texts one below the other, behind the sign of a state."""
    box = QWidget()
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    box.setSizePolicy(policy)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 2, 0, 2)
    row.setSpacing(10)
    row.addWidget(StateSign(state))
    column = QVBoxLayout()
    column.setSpacing(0)
    for text in texts:
        column.addWidget(text)
    row.addLayout(column, 1)
    return box
