"""Whose name stands on a line of the paper: the search of D4, for one line at a time."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.rows import PersonRow, RosterRow
from angrilien.services import paper
from angrilien.ui import a11y
from angrilien.ui.desk import Desk
from angrilien.ui.widgets.adaptive import FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Card, Text
from angrilien.ui.widgets.field import SearchEdit

_PAUSE_MILLISECONDS: Final = 150
_LIMIT: Final = 6
_LONGEST: Final = 30
"""Letters on a button."""


class LineSearch(Card):
    """A search field, and a button for each person found; Enter takes the first.

    Enter before the answer holds only where there is nothing to choose.
    """

    chosen = Signal(str)
    """The id of a person."""
    new_asked = Signal(str)
    """Nobody known: carries what was typed."""
    left = Signal()
    """Enter, with nothing typed."""
    skipped = Signal()
    """Suppr, with nothing typed: the line is blank."""
    edited = Signal()
    """Something was typed."""
    found_shown = Signal()
    """Other people are offered: there may be more to see."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._workshop_id = ""
        self._answered = ""
        self._enter_for = ""
        self._found: tuple[str, ...] = ()
        self._aside: tuple[tuple[str, str], ...] = ()
        self.label = Text("", "label")
        self.edit = SearchEdit(self.tr("Le nom sur cette ligne"), self.tr("Un prénom ou un nom"))
        a11y.set_buddy(self.label, self.edit)
        self.hint = Text("", "hint")
        self._results = QWidget()
        self._flow = FlowLayout(self._results, spacing=8)
        box = QVBoxLayout()
        box.setSpacing(6)
        for part in (self.label, self.edit, self.hint, self._results):
            box.addWidget(part)
        self.body.addLayout(box)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._on_pause)
        self.edit.textChanged.connect(self._on_typed)
        self.edit.moved.connect(self._on_moved)
        self.edit.installEventFilter(self)

    def ask(
        self,
        workshop_id: str,
        label: str,
        hint: str,
        aside: Sequence[RosterRow] = (),
    ) -> None:
        """Ask for the name of a line.

        Args:
            workshop_id: of the sheet.
            label: which line it is.
            hint: what Enter does while nothing is typed.
            aside: those who are offered before anything is typed.
        """
        self._workshop_id = workshop_id
        self.label.setText(label)
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleDescription(hint)
        self.hint.setText(hint)
        self._aside = tuple((row.participant_id or "", row.name) for row in aside)
        if not self.typed:
            self._show(self._aside)

    @property
    def typed(self) -> str:
        """Return what is typed."""
        return self.edit.text().strip()

    def restore(self, text: str) -> None:
        """Put back what was typed before a cut."""
        if not self.typed:
            self.edit.setText(text)

    def read(self, text: str) -> None:
        """Look for whose card was read, and take them where there is nothing to choose."""
        self.edit.setText(text)
        self._on_enter()

    def clear(self) -> None:
        """Make room for the next name."""
        self.stop()
        self.edit.clear()
        self._show(self._aside)

    def stop(self) -> None:
        """Ask nothing more."""
        self._pause.stop()
        self._enter_for = ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter and Suppr from the field."""
        if (
            watched is not self.edit
            or event.type() != QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
        ):
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._on_enter()
            return True
        if event.key() == Qt.Key.Key_Delete and not self.edit.text():
            if not event.isAutoRepeat():
                self.skipped.emit()
            return True
        return False

    # --- inside -----------------------------------------------------------------------------------

    @Slot()
    def _on_typed(self) -> None:
        self.stop()
        self._answered = ""
        self.hint.setText(self.edit.accessibleDescription())
        if self.typed:
            self._show(())
            self._pause.start()
        else:
            self._show(self._aside)
        self.edited.emit()

    @Slot()
    def _on_pause(self) -> None:
        typed = self.typed
        if typed and self._workshop_id:
            search = functools.partial(paper.search, workshop_id=self._workshop_id, limit=_LIMIT)
            self._desk.ask(search, typed, then=functools.partial(self._on_found, typed))

    def _on_found(self, typed: str, found: tuple[PersonRow, ...]) -> None:
        if typed != self.typed:
            return
        self._answered = typed
        # What holds a digit is a card or a number, not a name to write down.
        nameable = not any(sign.isdigit() for sign in typed)
        self._show(tuple((row.participant_id, _words(row)) for row in found), new=nameable)
        many = self.tr("{count} personnes trouvées").format(count=len(found))
        one = self.tr("1 personne trouvée")
        nobody = self.tr("Rien de tel ici.")
        a11y.announce(self.edit, (many if len(found) > 1 else one) if found else nobody)
        if not found and not nameable:
            self.hint.setText(nobody)
        if self._enter_for == typed:
            self._enter_for = ""
            if len(found) <= 1:
                self._on_enter()

    def _show(self, found: Sequence[tuple[str, str]], *, new: bool = False) -> None:
        self._found = tuple(person for person, _ in found)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, (person, said) in enumerate(found):
            first = place == 0 and bool(self.typed)
            button = Button(_short(said), "primary" if first else "secondary", "person")
            a11y.named(button, said.replace("&", "&&"))
            button.setProperty("person", person)
            button.setAccessibleDescription(self.label.text())
            button.clicked.connect(self._on_chosen)
            self._flow.addWidget(button)
        if new:
            button = Button(
                self.tr("Nouvelle personne"), "secondary" if found else "primary", "plus"
            )
            button.setAccessibleDescription(self.typed)
            button.clicked.connect(self._on_new)
            self._flow.addWidget(button)
        self._results.setVisible(bool(found) or new)
        self._flow.invalidate()
        self._results.updateGeometry()
        self.found_shown.emit()

    def buttons(self) -> list[Button]:
        """Return the buttons in sight, the first one first."""
        found = (self._flow.itemAt(i) for i in range(self._flow.count()))
        widgets = (item.widget() for item in found if item is not None)
        return [widget for widget in widgets if isinstance(widget, Button)]

    @Slot()
    def _on_enter(self) -> None:
        if not self.typed:
            self.left.emit()
        elif self._answered != self.typed:
            self._enter_for = self.typed
        elif self._found:
            self.chosen.emit(self._found[0])
        elif not any(sign.isdigit() for sign in self.typed):
            self.new_asked.emit(self.typed)

    @Slot()
    def _on_chosen(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.chosen.emit(str(button.property("person")))

    @Slot()
    def _on_new(self) -> None:
        self.new_asked.emit(self.typed)

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        buttons = self.buttons()
        if step > 0 and buttons:
            buttons[0].setFocus(Qt.FocusReason.TabFocusReason)


def _words(row: PersonRow) -> str:
    return " · ".join(part for part in (row.name, str(row.birth_year or ""), row.commune) if part)


def _short(said: str) -> str:
    """Return words that do not widen the screen; the screen reader has them whole."""
    shown = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    return shown.replace("&", "&&")
