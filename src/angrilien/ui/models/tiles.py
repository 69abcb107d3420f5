"""The tiles of D4: the list of the workshop, filtered, then who else was found."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from angrilien.domain.french import fold, short_date
from angrilien.domain.places import waiting
from angrilien.domain.rows import PersonRow, Roster, RosterRow
from angrilien.ui import attendance_words as words
from angrilien.ui.tile_names import TileNames

Index = QModelIndex | QPersistentModelIndex
TILE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Gives the `Tile` itself."""


class Kind(enum.Enum):
    """What a tile stands for."""

    PERSON = "person"
    """A line of the list."""
    KNOWN = "known"
    """Somebody known who is not on the list: a click adds them."""
    NEW = "new"
    """Nobody: a click opens the form of a new person."""


class Look(enum.Enum):
    """How a tile is coloured, and its sign."""

    WAITING = "circle"
    HERE = "check"
    SIGNED = "sign"
    UNABLE = "unable"
    AWAY = "minus"
    ADD = "plus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile, in words. `key` is the same as long as it stands for the same thing."""

    key: str
    kind: Kind
    look: Look
    name: str
    words: str
    short: str = ""
    """The words without the hour, for where there is no room."""
    tag: str = ""
    spoken: str = ""
    pending: bool = False
    """An act on it is on its way."""
    has_more: bool = False
    """It offers more than one act."""
    row: RosterRow | None = None
    person: PersonRow | None = None


def look_of(row: RosterRow) -> Look:
    """Return the look of a line of the list."""
    if row.state == words.PRESENT:
        signed = {
            words.SCREEN: Look.SIGNED,
            words.PAPER: Look.SIGNED,
            words.UNABLE: Look.UNABLE,
        }
        return signed.get(row.mode or "", Look.HERE)
    return Look.AWAY if row.state == words.EXCUSED else Look.WAITING


class TileModel(QAbstractListModel):
    """The tiles in sight, in alphabetical order.

    What has not changed is not drawn again, and the current tile stays the current one when others
    come or go.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roster: Roster | None = None
        self._editable = True
        self._turn: frozenset[str] = frozenset()
        """Lines of those who wait for a place."""
        self._names = TileNames()
        self._keys: dict[str, str] = {}
        self._text = ""
        self._found: tuple[PersonRow, ...] = ()
        self._offers_new = False
        self._pending: frozenset[str] = frozenset()
        self._made: dict[str, tuple[RosterRow, bool, Tile]] = {}
        self._tiles: list[Tile] = []

    # --- what the page says -----------------------------------------------------------------------

    def set_roster(
        self, roster: Roster, *, editable: bool = True, names: TileNames | None = None
    ) -> None:
        """Show a list, whose tiles offer acts if it is editable, people named as `names` says."""
        names = names or TileNames()
        if names.short != self._names.short:
            self._made.clear()
        self._names = names
        before = self._roster.workshop if self._roster is not None else None
        if before is None or before.tz != roster.workshop.tz or editable != self._editable:
            self._made.clear()
        turn = frozenset(waiting(roster.rows, roster.workshop.places)) if editable else frozenset()
        for key in turn ^ self._turn:
            self._made.pop(key, None)
        self._roster, self._editable, self._turn = roster, editable, turn
        self._refresh()

    def set_search(
        self, text: str, found: Sequence[PersonRow] = (), *, offers_new: bool = False
    ) -> None:
        """Show who fits what is typed.

        Args:
            text: as typed; empty for everybody.
            found: what the search in the whole notebook gave for it.
            offers_new: add the tile of a new person.
        """
        self._text, self._found, self._offers_new = text, tuple(found), offers_new
        self._refresh()

    def set_pending(self, keys: Iterable[str]) -> None:
        """Show which tiles have an act on its way."""
        before, self._pending = self._pending, frozenset(keys)
        for key in before ^ self._pending:
            row = self.row_of(key)
            if row >= 0:
                self._tiles[row] = replace(self._tiles[row], pending=key in self._pending)
                self.dataChanged.emit(self.index(row), self.index(row))

    # --- what the view asks -----------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many tiles are in sight."""
        return 0 if parent is not None and parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the tile, its name, or what the screen reader says."""
        if not index.isValid() or index.row() >= len(self._tiles):
            return None
        tile = self._tiles[index.row()]
        if role == TILE_ROLE:
            return tile
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tile.spoken
        return None

    def tile(self, row: int) -> Tile | None:
        """Return the tile at a place, None where there is none."""
        return self._tiles[row] if 0 <= row < len(self._tiles) else None

    def row_of(self, key: str) -> int:
        """Return the place of a tile, -1 where it is not in sight."""
        return next((i for i, tile in enumerate(self._tiles) if tile.key == key), -1)

    def target_row(self) -> int:
        """Return the tile that Enter in the search field means, -1 for none.

        The first who is still expected; else the first of the list; else the first to add.
        """
        if not self._text or not self._tiles:
            return -1
        for i, tile in enumerate(self._tiles):
            if tile.kind is Kind.PERSON and tile.look is Look.WAITING:
                return i
        return 0

    # --- making the tiles -------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._roster is None:
            return
        wanted = [self._person_tile(row) for row in self._roster.rows if self._fits(row)]
        if self._text:
            listed = {row.participant_id for row in self._roster.rows}
            wanted += [
                self._known_tile(person)
                for person in self._found
                if person.participant_id not in listed
            ]
            if self._offers_new:
                wanted.append(self._new_tile())
        self._replace(wanted)

    def _fits(self, row: RosterRow) -> bool:
        if not self._text:
            return True
        if row.participant_id is None:
            return False
        if any(person.participant_id == row.participant_id for person in self._found):
            return True
        typed = fold(self._text).split()
        if not typed:
            return False
        name = self._keys.get(row.name)
        if name is None:
            name = self._keys[row.name] = fold(row.name)
        parts = name.split()
        return all(any(part.startswith(word) for part in parts) for word in typed)

    def _person_tile(self, row: RosterRow) -> Tile:
        pending = row.attendance_id in self._pending
        made = self._made.get(row.attendance_id)
        # Mostly the very same row: comparing 2,000 of them field by field takes long.
        same = made is not None and (made[0] is row or made[0] == row)
        # Initials may grow when somebody comes; a full name is that of its row.
        name = self._names.of(row) if made is None or self._names.short or not same else ""
        if made is not None and same and made[1] == pending and name in ("", made[2].name):
            return made[2]
        name = name or self._names.of(row)
        tz = self._roster.workshop.tz if self._roster is not None else ""
        waits = row.attendance_id in self._turn
        tile = Tile(
            key=row.attendance_id,
            kind=Kind.PERSON,
            look=look_of(row),
            name=name,
            words=words.tile_words(row, tz, waits=waits),
            short=words.waiting_word() if waits else words.state_word(row.state, row.mode),
            tag=self.tr("1re fois") if words.is_first_time(row) else "",
            spoken=words.spoken(row, tz, name, waits=waits),
            pending=pending,
            has_more=self._editable,
            row=row,
        )
        self._made[row.attendance_id] = (row, pending, tile)
        return tile

    def _known_tile(self, person: PersonRow) -> Tile:
        parts = [self.tr("ajouter"), str(person.birth_year or ""), person.commune]
        if person.last_visit and not (person.birth_year or person.commune):
            day = short_date(dt.date.fromisoformat(person.last_visit))
            parts.append(self.tr("dernier atelier le {day}").format(day=day))
        name = self._names.of_person(person)
        said = [name, self.tr("pas sur la liste"), *parts]
        return Tile(
            key=f"known:{person.participant_id}",
            kind=Kind.KNOWN,
            look=Look.ADD,
            name=name,
            words=" · ".join(part for part in parts if part),
            spoken=", ".join(part for part in said if part),
            pending=f"known:{person.participant_id}" in self._pending,
            person=person,
        )

    def _new_tile(self) -> Tile:
        name = self.tr("Nouvelle personne")
        typed = " ".join(self._text.split())
        return Tile(
            key="new",
            kind=Kind.NEW,
            look=Look.ADD,
            name=name,
            words=self.tr("«\u00a0{name}\u00a0»").format(name=typed),
            spoken=f"{name}, {typed}",
        )

    # --- telling the view only what changed -------------------------------------------------------

    def _replace(self, wanted: list[Tile]) -> None:
        keys = {tile.key for tile in wanted}
        kept = [tile.key for tile in self._tiles if tile.key in keys]
        present = set(kept)
        if kept != [tile.key for tile in wanted if tile.key in present]:
            self.beginResetModel()
            self._tiles = wanted
            self.endResetModel()
            return
        self._remove_all_but(keys)
        self._insert_from(wanted)
        changed = [i for i, tile in enumerate(wanted) if tile is not self._tiles[i]]
        changed = [i for i in changed if wanted[i] != self._tiles[i]]
        self._tiles = wanted
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _remove_all_but(self, keys: set[str]) -> None:
        gone = [i for i, tile in enumerate(self._tiles) if tile.key not in keys]
        for first, last in reversed(_runs(gone)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._tiles[first : last + 1]
            self.endRemoveRows()

    def _insert_from(self, wanted: list[Tile]) -> None:
        here = {tile.key for tile in self._tiles}
        come = [i for i, tile in enumerate(wanted) if tile.key not in here]
        for first, last in _runs(come):
            self.beginInsertRows(QModelIndex(), first, last)
            self._tiles[first:first] = wanted[first : last + 1]
            self.endInsertRows()


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the runs of following numbers as (first, last)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
