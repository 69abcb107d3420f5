"""The lines of a sheet as a table to read."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from angrilien.domain.rows import SheetLineRow, SheetView
from angrilien.ui.attendance_words import state_word
from angrilien.ui.words import hour_at

Index = QModelIndex | QPersistentModelIndex


class SheetLinesModel(QAbstractTableModel):
    """One row per line, in the order of the sheet; in columns of their own, or in three."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[SheetLineRow, ...] = ()
        self._tz = ""
        self._heads = (
            self.tr("N°"),
            self.tr("Nom"),
            self.tr("Prénom"),
            self.tr("1re fois"),
            self.tr("Arrivée"),
            self.tr("Départ"),
            self.tr("Émargement"),
        )
        self._few_heads = (self._heads[0], self.tr("Nom et prénom"), self._heads[-1])
        self._few = False

    @property
    def is_narrow(self) -> bool:
        """Tell whether all is said in three columns."""
        return self._few

    def set_narrow(self, *, narrow: bool) -> None:
        """Say all in three columns, or each thing in its own."""
        if narrow != self._few:
            self.beginResetModel()
            self._few = narrow
            self.endResetModel()

    def set_view(self, view: SheetView) -> None:
        """Show the lines of a sheet."""
        self.beginResetModel()
        self._lines, self._tz = view.lines, view.workshop.tz
        self.endResetModel()

    @property
    def lines(self) -> tuple[SheetLineRow, ...]:
        """The lines shown."""
        return self._lines

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many lines there are."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self._shown_heads())

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return the head of a column."""
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        heads = self._shown_heads()
        return heads[section] if wanted and 0 <= section < len(heads) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says; the screen reader hears its head too."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        text = self._cells(self._lines[index.row()])[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            head = self._shown_heads()[index.column()]
            return f"{head}, {text}" if text else head
        return None

    def _shown_heads(self) -> tuple[str, ...]:
        return self._few_heads if self._few else self._heads

    def _cells(self, line: SheetLineRow) -> tuple[str, ...]:
        cells = self._all_cells(line)
        if not self._few:
            return cells
        number, last, first, _, arrival, departure, signed = cells
        leaves = self.tr("part à {hour}").format(hour=departure) if departure else ""
        first_time = self._heads[3] if line.first_time else ""
        told = (signed, arrival, leaves, first_time)
        return number, f"{last} {first}".strip(), " · ".join(part for part in told if part)

    def _all_cells(self, line: SheetLineRow) -> tuple[str, ...]:
        last = self.tr("Présence sans nom") if line.anonymous else line.last_name
        if line.erased:
            last = self.tr("Ligne effacée à la demande de la personne")
        signed = state_word(line.state, line.mode) if line.mode else self.tr("sans émargement")
        seen = self.tr("vu par {name}").format(name=line.witness) if line.witness else ""
        aside = " · ".join(part for part in (line.note, seen) if part)
        if aside:
            signed = f"{signed} ({aside})"
        return (
            str(line.number),
            last,
            line.first_name,
            self.tr("oui") if line.first_time else "",
            hour_at(line.arrival, self._tz) if line.arrival is not None else "",
            hour_at(line.departure, self._tz) if line.departure is not None else "",
            "" if line.anonymous and not line.mode else signed,
        )
