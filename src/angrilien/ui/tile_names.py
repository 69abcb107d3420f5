"""How people are named on the tiles: in full, or by the first name and an initial."""

from __future__ import annotations

from collections.abc import Sequence

from angrilien.domain.french import fold
from angrilien.domain.rows import PersonRow, RosterRow
from angrilien.ui import attendance_words as words


class TileNames:
    """The names of one list.

    Args:
        rows: the list.
        short: "Odette L." in the place of "Odette Lefèvre". Two people whom an initial does not
            tell apart get a letter more, and so on: "Odette Lec.", "Odette Lef.".
    """

    def __init__(self, rows: Sequence[RosterRow] = (), *, short: bool = False) -> None:
        self.short = short
        self._others: dict[str, list[str]] = {}
        if short:
            for row in rows:
                if row.participant_id is not None:
                    self._others.setdefault(fold(row.first_name), []).append(fold(row.last_name))

    def of(self, row: RosterRow) -> str:
        """Return the name on a tile; a présence sans nom has that for a name."""
        if not self.short or row.participant_id is None:
            return words.name_of(row)
        return self._shortened(row.first_name, row.last_name)

    def of_person(self, person: PersonRow) -> str:
        """Return the name of somebody who was searched and is not on the list."""
        return self._shortened(person.first_name, person.last_name) if self.short else person.name

    def _shortened(self, first_name: str, last_name: str) -> str:
        mine = fold(last_name)
        others = [name for name in self._others.get(fold(first_name), ()) if name != mine]
        length = 1
        while length < len(last_name) and any(
            name.startswith(fold(last_name[:length])) for name in others
        ):
            length += 1
        cut = last_name[:length] + ("." if length < len(last_name) else "")
        return " ".join(part for part in (first_name, cut) if part)
