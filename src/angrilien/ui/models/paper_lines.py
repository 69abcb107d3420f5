"""The lines of a paper sheet that is typed back, in words, and the free line after them."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from angrilien.domain.paper import PaperLine, PaperSheet
from angrilien.ui import attendance_words as words

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Gives the `PaperItem` itself."""


class Mark(enum.Enum):
    """What is typed of a line, by its sign."""

    TO_TYPE = "circle"
    SIGNED = "sign"
    UNABLE = "unable"
    ABSENT = "minus"
    FREE = "plus"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItem:
    """One line, in words."""

    number: int
    mark: Mark
    name: str
    words: str
    pending: bool = False

    @property
    def spoken(self) -> str:
        """Return what a screen reader says of it."""
        said = _tr("Ligne {number}").format(number=self.number)
        return ", ".join(part for part in (said, self.name, self.words) if part)


class PaperLinesModel(QAbstractListModel):
    """One row for each number, and one for the next free line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[PaperItem] = []

    def show_sheet(
        self, sheet: PaperSheet, absent: Collection[int], pending: Collection[int]
    ) -> None:
        """Show the lines of a sheet.

        Args:
            sheet: as it is in the notebook.
            absent: numbers of the lines typed as not signed.
            pending: numbers of those that are being written down.
        """
        items = [_item(line, sheet, absent, pending) for line in sheet.lines]
        items.append(
            PaperItem(
                number=sheet.next_free,
                mark=Mark.FREE,
                name=_tr("Ligne libre"),
                words=_tr("à remplir s’il y a un nom"),
                pending=sheet.next_free in pending,
            )
        )
        if len(items) != len(self._items):
            self.beginResetModel()
            self._items = items
            self.endResetModel()
            return
        for row, item in enumerate(items):
            if item != self._items[row]:
                self._items[row] = item
                self.dataChanged.emit(self.index(row), self.index(row))

    def item(self, row: int) -> PaperItem | None:
        """Return a line, None where there is none."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many lines there are, the free one counted."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a line says."""
        item = self.item(index.row())
        if item is None:
            return None
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.name
        return item.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None


def _item(
    line: PaperLine, sheet: PaperSheet, absent: Collection[int], pending: Collection[int]
) -> PaperItem:
    signer = line.signer
    shown = signer or line.row
    name = words.name_of(shown) if shown is not None else ""
    mark = Mark.TO_TYPE
    said = _tr("à saisir")
    if signer is not None and signer.mode:
        mark = Mark.UNABLE if signer.mode == words.UNABLE else Mark.SIGNED
        said = words.state_word(signer.state, signer.mode)
        if signer is line.other and line.row is not None:
            owner = _tr("à la place de {name}").format(name=words.name_of(line.row))
            said = f"{said}, {owner}"
    elif line.number in absent:
        mark, said = Mark.ABSENT, _tr("n’était pas là")
    elif signer is not None and signer.participant_id is None:
        mark, said = Mark.SIGNED, words.state_word(signer.state, None)
    elif signer is not None:
        said = _tr("est là, à saisir")
    elif shown is None:
        mark, said = Mark.ABSENT, _tr("ligne vide")
    elif line.number > sheet.listed:
        mark, said = Mark.ABSENT, _tr("n’était pas là")
    return PaperItem(
        number=line.number, mark=mark, name=name, words=said, pending=line.number in pending
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("PaperLines", text)
