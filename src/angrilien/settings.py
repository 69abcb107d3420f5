"""The settings of this computer, each declared once. Never personal data.

They stand in a small JSON file beside the notebook. A file that cannot be read, or a value that is
not one of those offered, counts for nothing: the default holds. Names that this version does not
know are kept as they are.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

__all__ = [
    "ALL",
    "CALENDAR_VIEW",
    "FILE",
    "PDF_FOLDER",
    "SCHEME",
    "SHEET_PRINT",
    "SOUNDS",
    "TEXT_PERCENT",
    "TILE_NAMES",
    "Setting",
    "Settings",
]

FILE: Final = "settings.json"
_LONGEST: Final = 64 * 1024
_LONGEST_VALUE: Final = 4096
_log = logging.getLogger(__name__)
_T = TypeVar("_T", int, str)


@dataclass(frozen=True, slots=True)
class Setting(Generic[_T]):
    """One setting: its name in the file, its French title, its default, what is offered.

    One that offers nothing takes any value of its default's kind, up to 4,096 characters.
    """

    name: str
    title: str
    default: _T
    choices: tuple[tuple[_T, str], ...]

    def accepts(self, value: object) -> bool:
        """Tell whether a value is one of those offered."""
        if not self.choices:
            return type(value) is type(self.default) and len(str(value)) <= _LONGEST_VALUE
        return any(type(value) is type(offered) and value == offered for offered, _ in self.choices)


TEXT_PERCENT: Final = Setting(
    "text_percent",
    "Taille du texte",
    100,
    ((100, "Normale"), (130, "Grande"), (160, "Très grande")),
)
SCHEME: Final = Setting(
    "scheme",
    "Couleurs",
    "system",
    (
        ("system", "Comme l’ordinateur"),
        ("light", "Claires"),
        ("dark", "Sombres"),
        ("contrast", "Contraste fort"),
    ),
)
SHEET_PRINT: Final = Setting(
    "sheet_print",
    "Feuilles imprimées",
    "normal",
    (("normal", "Taille normale"), ("large", "Gros caractères, huit lignes")),
)
TILE_NAMES: Final = Setting(
    "tile_names",
    "Noms sur la liste",
    "full",
    (("full", "Prénom et nom"), ("short", "Prénom et initiale")),
)
"""With initials, whoever looks over the animateur's shoulder reads no full name."""
SOUNDS: Final = Setting(
    "sounds",
    "Sons",
    "off",
    (("off", "Aucun son"), ("on", "Un son à chaque geste")),
)
CALENDAR_VIEW: Final = Setting(
    "calendar_view",
    "Calendrier",
    "list",
    (("list", "Liste"), ("week", "Semaine"), ("month", "Mois")),
)
PDF_FOLDER: Final = Setting("pdf_folder", "Dossier des feuilles en PDF", "", ())
"""Where the last sheet was saved; empty before the first."""
ALL: Final[tuple[Setting[Any], ...]] = (
    TEXT_PERCENT,
    SCHEME,
    TILE_NAMES,
    SOUNDS,
    CALENDAR_VIEW,
    SHEET_PRINT,
    PDF_FOLDER,
)


class Settings:
    """The settings of one data folder.

    Args:
        folder: where the file is, or will be.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._values = _read(self._file)
        self._chosen: dict[str, Any] = {}

    def get(self, setting: Setting[_T]) -> _T:
        """Return a setting's value, its default where the file says nothing usable."""
        value: Any = self._values.get(setting.name)
        found: _T = value if setting.accepts(value) else setting.default
        return found

    def set(self, setting: Setting[_T], value: _T) -> bool:
        """Choose a value and write the file; tell whether it is there at the next start.

        A disk that refuses the file changes nothing else: the value holds until the end.

        Raises:
            ValueError: the value is not one of those offered.
        """
        if not setting.accepts(value):
            message = f"not a value of {setting.name}"
            raise ValueError(message)
        # The training's window has the same file: what was chosen there meanwhile stays chosen.
        self._chosen[setting.name] = value
        self._values = {**self._values, **_read(self._file), **self._chosen}
        try:
            self._write()
        except OSError:
            _log.info("the settings could not be written", exc_info=True)
            return False
        return True

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as stream:
            json.dump(self._values, stream, ensure_ascii=False, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self._file)


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LONGEST:
            return {}
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
