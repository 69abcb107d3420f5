"""Does a cloud drive keep the data folder? It would copy an open notebook, or put an old one back.

Three witnesses, since none is always there: the variables that a drive sets, the names of folders
on the way, and the files that a drive leaves at the top of what it keeps.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

_VARIABLES = {
    "OneDrive": "OneDrive",
    "OneDriveConsumer": "OneDrive",
    "OneDriveCommercial": "OneDrive",
    "DROPBOX_PATH": "Dropbox",
}
"""Environment variables that hold the top folder of a drive."""
_FOLDERS = (
    (re.compile(r"onedrive( - .+)?|onedrive-.+"), "OneDrive"),
    (re.compile(r"dropbox( \(.+\))?|dropbox-.+"), "Dropbox"),
    (re.compile(r"google ?drive( \(.+\))?|googledrive-.+|m(y|on) drive"), "Google Drive"),
    (re.compile(r"nextcloud\d*|nextcloud-.+"), "Nextcloud"),
    (re.compile(r"owncloud\d*|owncloud-.+"), "ownCloud"),
    (re.compile(r"kdrive\d*|kdrive-.+"), "kDrive"),
    (re.compile(r"icloud ?drive|mobile documents|com~apple~clouddocs|icloud-.+"), "iCloud"),
    (re.compile(r"pcloud ?drive|pclouddrive"), "pCloud"),
    (re.compile(r"proton ?drive|protondrive-.+"), "Proton Drive"),
)  # fmt: skip
"""Names of folders, in lower case; the ones with a hyphen are those of macOS's CloudStorage."""
_MARKS = (
    (re.compile(r"\.849c9593-d756-4e56-8d6e-42412f2a707b"), "OneDrive"),
    (re.compile(r"\.dropbox(\.cache)?"), "Dropbox"),
    (re.compile(r"\.tmp\.drive(up|down)load"), "Google Drive"),
    (re.compile(r"\._?sync_[0-9a-f]+\.db"), "Nextcloud"),
    (re.compile(r"\.owncloudsync\.log"), "ownCloud"),
    (re.compile(r"\.stfolder"), "Syncthing"),
)  # fmt: skip
"""Names of files that a drive leaves at the top of what it keeps, in lower case."""


def cloud_of(
    folder: PurePath,
    environ: Mapping[str, str],
    names_in: Callable[[PurePath], tuple[str, ...]],
) -> str:
    """Return the name of the cloud drive that keeps a folder, empty where none is seen.

    Args:
        folder: an absolute path, its links followed.
        environ: the variables of the process.
        names_in: gives the names of what a folder holds, none for one that cannot be read.
    """
    around = (folder, *folder.parents)
    for variable, drive in _VARIABLES.items():
        top = environ.get(variable, "")
        if top and type(folder)(top) in around:
            return drive
    for part in reversed(folder.parts):
        for wanted, drive in _FOLDERS:
            if wanted.fullmatch(part.casefold()):
                return drive
    for place in around:
        for name in names_in(place):
            for wanted, drive in _MARKS:
                if wanted.fullmatch(name.casefold()):
                    return drive
    return ""


@functools.lru_cache(maxsize=8)
def drive_around(folder: Path) -> str:
    """Return the name of the cloud drive that keeps a folder of this computer, as it is now.

    It is looked at once: a folder does not move while somebody works in it.
    """
    try:
        there = folder.resolve()
    except (OSError, RuntimeError):
        there = folder.absolute()
    return cloud_of(there, os.environ, names_in)


def names_in(folder: PurePath) -> tuple[str, ...]:
    """Return the names of the hidden files and folders of a folder."""
    try:
        return tuple(entry.name for entry in Path(folder).iterdir() if entry.name[:1] in "._")
    except OSError:
        return ()
