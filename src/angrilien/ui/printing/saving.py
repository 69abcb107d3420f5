"""Where a file is saved: the folder of the last one, and the suffix that its kind has."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from angrilien.settings import PDF_FOLDER, Settings


def ask_where(parent: QWidget, title: str, name: str, kind: str, suffix: str) -> Path | None:
    """Ask where a file is to be saved.

    Args:
        parent: the screen that asks.
        title: of the dialog.
        name: proposed; it names nobody.
        kind: the words for this kind of file, "Fichiers PDF".
        suffix: with its dot. A name typed without it gets it, and a file of that name is not
            replaced unasked.

    Returns:
        The file, None where the person gave up.
    """
    start = last_folder(parent) / name
    typed, _ = QFileDialog.getSaveFileName(parent, title, str(start), f"{kind} (*{suffix})")
    if not typed:
        return None
    path = Path(typed)
    if path.suffix.lower() != suffix:
        path = path.with_name(path.name + suffix)
        if path.is_file() and not _replaces(parent, title, path.name):
            return None
    return path


def last_folder(parent: QWidget) -> Path:
    """Return the folder of the last file saved, the documents' before the first."""
    settings = getattr(parent.window(), "settings", None)
    remembered = settings.get(PDF_FOLDER) if isinstance(settings, Settings) else ""
    if remembered and Path(remembered).is_dir():
        return Path(remembered)
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())


def remember_folder(parent: QWidget, path: Path) -> None:
    """Begin with the folder of this file the next time."""
    settings = getattr(parent.window(), "settings", None)
    if isinstance(settings, Settings):
        settings.set(PDF_FOLDER, str(path.parent))


def _replaces(parent: QWidget, title: str, name: str) -> bool:
    said = parent.tr("«\u00a0{name}\u00a0» existe déjà. Le remplacer\u202f?").format(name=name)
    return QMessageBox.question(parent, title, said) == QMessageBox.StandardButton.Yes
