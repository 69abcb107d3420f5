"""A commune of the official list, found by its name or its postal code."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from angrilien.domain.french import fold
from angrilien.domain.rows import CommuneRow
from angrilien.services import people
from angrilien.ui.widgets.field import Field
from angrilien.ui.widgets.row_button import RowButton

if TYPE_CHECKING:
    from angrilien.ui.desk import Desk

_PAUSE_MILLISECONDS: Final = 200
_MOST: Final = 5
_LEAST_LETTERS: Final = 2


class CommuneField(QWidget):
    """The field, and underneath a button for each commune that fits.

    Args:
        desk: to look into the list.
    """

    edited = Signal()
    submitted = Signal()
    """Enter in the field."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._chosen: CommuneRow | None = None
        self._postcode = ""
        self.field = Field(self.tr("&Commune"), self.tr("Son nom, ou son code postal. Facultatif."))
        self.choices: list[RowButton] = []
        self._rows: tuple[CommuneRow, ...] = ()
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addLayout(self._list)
        for _ in range(_MOST):
            button = RowButton("place")
            button.hide()
            button.clicked.connect(self._on_choice)
            self.choices.append(button)
            self._list.addWidget(button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._on_pause)
        self.field.edit.textEdited.connect(self._on_typed)
        self.field.edit.returnPressed.connect(self._on_enter)

    # --- what the form asks -----------------------------------------------------------------------

    def text(self) -> str:
        """Return what stands in the field."""
        return self.field.text().strip()

    def insee(self) -> str:
        """Return the INSEE code of the chosen commune, empty where none is chosen."""
        return self._chosen.insee if self._chosen is not None else ""

    def postcode(self) -> str:
        """Return the postal code typed or the commune's only one, empty where it is not known."""
        if self._postcode or self._chosen is None:
            return self._postcode
        return self._chosen.postcodes[0] if len(self._chosen.postcodes) == 1 else ""

    def fill(self, text: str, insee: str, postcode: str) -> None:
        """Put back what was typed and chosen."""
        self.stop()
        self.field.set_text(text)
        self._postcode = postcode
        codes = (postcode,) if postcode else ()
        self._chosen = (
            CommuneRow(insee=insee, name=text, postcodes=codes, department="") if insee else None
        )
        self._offer(())

    def stop(self) -> None:
        """Look for nothing more."""
        self._pause.stop()

    # --- looking ----------------------------------------------------------------------------------

    @Slot()
    def _on_typed(self) -> None:
        self._chosen, self._postcode = None, ""
        if len(self.text()) >= _LEAST_LETTERS:
            self._pause.start()
        else:
            self.stop()
            self._offer(())
        self.edited.emit()

    @Slot()
    def _on_pause(self) -> None:
        typed = self.text()
        find = functools.partial(people.communes, limit=_MOST)
        self._desk.run(find, typed, then=functools.partial(self._on_found, typed))

    def _on_found(self, typed: str, rows: tuple[CommuneRow, ...]) -> None:
        if typed != self.text() or self._chosen is not None:
            return
        if len(rows) == 1 and fold(rows[0].name) == fold(typed):
            self._choose(rows[0])
        else:
            self._offer(rows)

    def _offer(self, rows: tuple[CommuneRow, ...]) -> None:
        self._rows = rows
        for place, button in enumerate(self.choices):
            if place < len(rows):
                button.say(self._facts(rows[place]))
            button.setVisible(place < len(rows))

    def _facts(self, row: CommuneRow) -> tuple[str, ...]:
        codes = ", ".join(row.postcodes[:3]) + ("…" if len(row.postcodes) > 3 else "")
        name = f"{row.name} ({row.department})" if row.department else row.name
        today = self.tr("aujourd’hui {commune}").format(commune=row.today) if row.today else ""
        return name, today, codes

    def _choose(self, row: CommuneRow) -> None:
        typed = self.text()
        self._postcode = typed if typed in row.postcodes else ""
        self._chosen = row
        self.field.set_text(row.name)
        self.field.show_echo(" · ".join(part for part in self._facts(row) if part))
        self._offer(())
        self.edited.emit()

    @Slot()
    def _on_choice(self) -> None:
        button = self.sender()
        if isinstance(button, RowButton):
            self._choose(self._rows[self.choices.index(button)])
            self.field.edit.setFocus()

    @Slot()
    def _on_enter(self) -> None:
        # Enter takes the only commune that fits, else it submits the form.
        if self._chosen is None and len(self._rows) == 1:
            self._choose(self._rows[0])
        else:
            self.submitted.emit()
