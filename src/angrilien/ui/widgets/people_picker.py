"""Choose the people expected at a workshop: search, add, take away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.rows import PersonRow
from angrilien.services import people
from angrilien.ui.desk import Desk
from angrilien.ui.widgets.adaptive import FlowLayout
from angrilien.ui.widgets.button import Button
from angrilien.ui.widgets.card import Text
from angrilien.ui.widgets.field import SearchEdit

_PAUSE_MILLISECONDS: Final = 120


class PeoplePicker(QWidget):
    """A search field, what it found, and the people chosen."""

    chosen_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._chosen: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self.search = SearchEdit(self.tr("Chercher une personne"), self.tr("Un prénom ou un nom"))
        self.nothing = Text(self.tr("Cette personne n’est pas encore dans le cahier."), "hint")
        self.nothing.hide()
        found, chosen = QWidget(), QWidget()
        self._found_flow = FlowLayout(found)
        self._chosen_flow = FlowLayout(chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.search, self.nothing, found, chosen):
            column.addWidget(part)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._on_pause)
        self.search.textEdited.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_enter)

    def chosen(self) -> dict[str, str]:
        """Return the names of the people chosen, by id, in the order of choosing."""
        return dict(self._chosen)

    def choose(self, names: dict[str, str]) -> None:
        """Choose these people and no other."""
        self._chosen = dict(names)
        self._fill_chosen()

    def clear(self) -> None:
        """Forget the search and the people chosen."""
        self._pause.stop()
        self.search.clear()
        self._show_found(())
        self.choose({})

    @Slot()
    def _on_typed(self) -> None:
        self._pause.start()

    @Slot()
    def _on_pause(self) -> None:
        text = self.search.text().strip()
        if text:
            self._desk.ask(people.search, text, then=self._on_found)
        else:
            self._show_found(())

    def _on_found(self, rows: tuple[PersonRow, ...]) -> None:
        typed = bool(self.search.text().strip())
        self._show_found(rows if typed else ())
        self.nothing.setVisible(typed and not rows)

    @Slot()
    def _on_enter(self) -> None:
        first = next(iter(self._found), None)
        if first is not None:
            self._add(first)

    @Slot()
    def _on_add(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._add(str(button.property("person")))

    @Slot()
    def _on_remove(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._chosen.pop(str(button.property("person")), None)
            self._fill_chosen()
            self.search.setFocus()
            self.chosen_changed.emit()

    def _add(self, person: str) -> None:
        self._chosen[person] = self._found[person]
        self.search.clear()
        self._show_found(())
        self._fill_chosen()
        self.search.setFocus()
        self.chosen_changed.emit()

    def _show_found(self, rows: tuple[PersonRow, ...]) -> None:
        self.nothing.hide()
        fresh = [row for row in rows if row.participant_id not in self._chosen]
        self._found = {row.participant_id: row.name for row in fresh}
        _empty(self._found_flow)
        for row in fresh:
            said = ", ".join(part for part in (row.name, row.commune) if part)
            button = Button(said, "secondary", "plus")
            button.setAccessibleDescription(self.tr("Ajouter aux personnes attendues"))
            button.setProperty("person", row.participant_id)
            button.clicked.connect(self._on_add)
            self._found_flow.addWidget(button)

    def _fill_chosen(self) -> None:
        _empty(self._chosen_flow)
        for person, name in self._chosen.items():
            button = Button(name, "chip", "close")
            button.setCheckable(False)
            button.setAccessibleDescription(self.tr("Enlever des personnes attendues"))
            button.setProperty("person", person)
            button.clicked.connect(self._on_remove)
            self._chosen_flow.addWidget(button)


def _empty(flow: FlowLayout) -> None:
    while (item := flow.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    flow.invalidate()
