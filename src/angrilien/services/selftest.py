"""`angrilien --selftest`: is all in its place on this computer? Nothing is opened or changed.

Each check is one line, and none stops the others: the computer that needs this is the one where
something is broken. No line holds a folder's path or a name.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien import __version__, paths
from angrilien.domain import french
from angrilien.domain.clock import DEFAULT_ZONE, Clock, SystemClock, local
from angrilien.domain.notices import KnownTimes, is_clock_doubtful
from angrilien.errors import DiskFull, FolderReadOnly, KnownError
from angrilien.services import programme as programmes
from angrilien.services.cloud_folder import drive_around
from angrilien.services.opening import DATABASE, SLOTS, is_plain
from angrilien.settings import FILE as SETTINGS
from angrilien.store import copies, trial
from angrilien.sync.outbox_files import OutboxFiles
from angrilien.vault.slots import SlotFile

LOCK: Final = "angrilien.lock"
LITTLE_ROOM: Final = 200 << 20
"""Bytes of free room below which a disk is nearly full."""
LATE_COPY: Final = 8 * 24 * 3_600_000
"""Milliseconds by which the notebook may have been written after its last safety copy."""
LATE_OUTBOX: Final = 30 * 24 * 3_600_000
"""Milliseconds after which what waits without anybody opening is to be looked at."""
_RESOURCES: Final = (
    "programme.json",
    "fonts/AtkinsonHyperlegibleNext-Regular.ttf",
    "fonts/AtkinsonHyperlegibleNext-SemiBold.ttf",
    "fonts/AtkinsonHyperlegibleNext-Bold.ttf",
    "icons/angrilien.svg",
    "help/today.html",
    "data/venues.csv",
    "data/communes.csv",
    "data/themes.json",
    "data/sheet_notice.json",
)
PAGE: Final = 4096
"""Bytes of a page of the notebook, SQLCipher 4's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the self-test.

    Attributes:
        name: what was looked at.
        found: what was found.
        good: whether it is as it should be.
    """

    name: str
    found: str
    good: bool = True

    def line(self) -> str:
        """Return the line: "✔" where all is well, "▲" where something is to be looked at."""
        return f"{'✔' if self.good else '▲'} {self.name}\u00a0: {self.found}"


def run(
    folder: Path,
    *,
    programme: Path | programmes.Programme | None = None,
    clock: Clock | None = None,
) -> tuple[Check, ...]:
    """Look at everything.

    Args:
        folder: the data folder; it may be absent, full, read-only, in use.
        programme: the programme, or its file; the one shipped without it.
        clock: whose time is judged; the computer's without it.
    """
    now = (clock or SystemClock()).now()
    machine = (
        *_versions(),
        *_safely("Ressources", _resources),
        *_safely("Programme", lambda: _programme(programme, now)),
        *_safely("Dossier", lambda: _folder(folder)),
    )
    if _is_blocked(folder):
        return machine  # there is nothing in it to look at, and nothing could be written
    return (
        *machine,
        *_safely("Place libre", lambda: _room(folder)),
        *_safely("Écriture", lambda: _trial(folder)),
        *_safely("Verrou", lambda: _lock(folder)),
        *_safely("Clés", lambda: _slots(folder)),
        *_safely("Cahier", lambda: _notebook(folder)),
        *_safely("Copies de sécurité", lambda: _copies(folder, now)),
        *_safely("Envoi sans fenêtre", lambda: _outbox(folder, now)),
        *_safely("Réglages", lambda: _settings(folder)),
    )


def _safely(name: str, look: Callable[[], Iterator[Check]]) -> list[Check]:
    """Return a check's lines; what it cannot look at is one more line."""
    found: list[Check] = []
    try:
        found.extend(look())
    except KnownError as error:
        found.append(Check(name=name, found=error.text(), good=False))
    except Exception as error:  # noqa: BLE001 - whatever is broken, the next check is looked at
        # The type alone: the text of a system error names the folder.
        kind = type(error).__name__
        found.append(Check(name=name, found=f"cela n’a pas marché ({kind})", good=False))
    return found


def _versions() -> Iterator[Check]:
    yield Check(name="Angrilien", found=f"version {__version__}")
    yield Check(
        name="Système", found=f"{platform.system()} {platform.release()}, {platform.machine()}"
    )
    yield Check(
        name="Python",
        found=platform.python_version(),
        good=sys.version_info >= (3, 11),
    )
    try:
        qt = importlib.metadata.version("PySide6_Essentials")
    except importlib.metadata.PackageNotFoundError:
        # A bundle may leave out what describes its parts.
        there = importlib.util.find_spec("PySide6") is not None
        yield Check(name="Qt", found="présent" if there else "il manque", good=there)
    else:
        yield Check(name="Qt", found=qt)


def _resources() -> Iterator[Check]:
    missing = []
    for name in _RESOURCES:
        try:
            paths.resource(name)
        except FileNotFoundError:
            missing.append(name)
    if missing:
        yield Check(name="Ressources", found=f"il manque {', '.join(missing)}", good=False)
    else:
        yield Check(name="Ressources", found=f"{len(_RESOURCES)} vues, aucune ne manque")


def _programme(given: Path | programmes.Programme | None, now: int) -> Iterator[Check]:
    read = given if isinstance(given, programmes.Programme) else programmes.load(given)
    address = "adresse connue" if read.server else "pas encore d’adresse"
    yield Check(
        name="Programme", found=f"{read.aud}, liste de clés n°\u00a0{read.keys.number}, {address}"
    )
    moment = local(now, DEFAULT_ZONE)
    doubtful = is_clock_doubtful(now, KnownTimes(certain=read.keys.issued))
    said = f"{french.long_date(moment.date())}, {french.hour(moment)} (heure de Paris)"
    yield Check(
        name="Horloge",
        found=f"{said}, peut-être fausse" if doubtful else said,
        good=not doubtful,
    )


def _folder(folder: Path) -> Iterator[Check]:
    drive = drive_around(folder)
    if drive:
        yield Check(name="Dossier", found=f"gardé par {drive}", good=False)
    if _is_blocked(folder):
        yield Check(name="Dossier", found="ce n’est pas un dossier", good=False)
        return
    if not folder.exists():
        yield Check(name="Dossier", found="pas encore créé")
        return
    if sys.platform == "win32":
        yield Check(name="Dossier", found="présent")
        return
    opened = stat.S_IMODE(folder.stat().st_mode) & 0o077
    yield Check(
        name="Dossier",
        found="d’autres comptes peuvent le lire" if opened else "lu par vous seulement",
        good=not opened,
    )


def _room(folder: Path) -> Iterator[Check]:
    free = shutil.disk_usage(_nearest(folder)).free
    yield Check(
        name="Place libre", found=f"{french.number(free >> 20)} Mio", good=free >= LITTLE_ROOM
    )


def _trial(folder: Path) -> Iterator[Check]:
    """Write beside the notebook, or where its folder will be."""
    try:
        place = Path(tempfile.mkdtemp(prefix=".essai-", dir=_nearest(folder)))
    except OSError as error:
        raise FolderReadOnly from error
    try:
        yield _written(place)
        found = trial.try_out(place)
        yield Check(
            name="SQLCipher",
            found=f"{found.cipher}, avec SQLite {found.sqlite}",
            good=found.is_sound,
        )
        yield Check(name="Schéma du cahier", found=found.schema)
        pragmas = ", ".join(f"{name} {value}" for name, value in found.pragmas)
        yield Check(name="Réglages d’écriture relus", found=pragmas)
        told = "un texte écrit se lit" if found.readable else "un texte écrit ne se lit pas"
        yield Check(name="Chiffrement", found=f"{told} sur le disque", good=not found.readable)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _written(place: Path) -> Check:
    file, content = place / "essai.bin", os.urandom(64 << 10)
    try:
        with file.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        same = file.read_bytes() == content
    except OSError as error:
        raise DiskFull from error
    found = "écrit, gardé sur le disque et relu" if same else "relu autre chose que l’écrit"
    return Check(name="Écriture", found=found, good=same)


def _lock(folder: Path) -> Iterator[Check]:
    file = folder / LOCK
    if not file.exists():
        yield Check(name="Verrou", found="libre")
    elif is_held(file):
        yield Check(name="Verrou", found="Angrilien est ouvert en ce moment")
    else:
        yield Check(name="Verrou", found="laissé par un arrêt brusque, il sera repris")


def is_held(lock: Path) -> bool:
    """Tell whether a living process holds the lock file; it is not disturbed."""
    try:
        with lock.open("rb") as stream:
            if sys.platform == "win32":
                return False  # the holder lets nobody open it
            import fcntl  # noqa: PLC0415 - POSIX only

            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def _slots(folder: Path) -> Iterator[Check]:
    file = folder / SLOTS
    if not file.exists():
        missing = (folder / DATABASE).exists()
        said = "elles manquent" if missing else "pas encore de cahier"
        yield Check(name="Clés", found=said, good=not missing)
        return
    count = len(SlotFile.parse(file.read_bytes()).slots)
    yield Check(name="Clés", found=f"fichier lisible, {count} phrase{'s' * (count > 1)} de passe")


def _notebook(folder: Path) -> Iterator[Check]:
    file = folder / DATABASE
    if not file.exists():
        missing = (folder / SLOTS).exists()
        said = "il manque" if missing else "pas encore de cahier"
        yield Check(name="Cahier", found=said, good=not missing)
        return
    size = file.stat().st_size
    shown = f"{french.number(size >> 10)} Kio"
    if not size:
        yield Check(name="Cahier", found="il est vide", good=False)
    elif is_plain(file):
        yield Check(name="Cahier", found=f"{shown}, non chiffré", good=False)
    elif size % PAGE:
        # Encrypted, each page is as long as the other: this is cut, or something else.
        yield Check(name="Cahier", found=f"{shown}, ce n’est pas un cahier entier", good=False)
    elif not (folder / SLOTS).exists():
        yield Check(name="Cahier", found=f"{shown}, sans ses clés", good=False)
    else:
        yield Check(name="Cahier", found=f"{shown}, chiffré")


def _copies(folder: Path, now: int) -> Iterator[Check]:
    found = copies.paths(folder)
    last = copies.instant_of(found[0]) if found else None
    if last is None:
        yield Check(name="Copies de sécurité", found="aucune pour l’instant")
        return
    day = french.long_date(local(last, DEFAULT_ZONE).date())
    # The notebook was written long after the last one: copies are no longer made.
    written = int((folder / DATABASE).stat().st_mtime * 1000)
    late = min(written, now) - last > LATE_COPY
    yield Check(
        name="Copies de sécurité",
        found=f"{len(found)}, la dernière du {day}",
        good=not late,
    )


def _outbox(folder: Path, now: int) -> Iterator[Check]:
    """Tell what waits for the sender without a window, and whether it brings it."""
    name, files = "Envoi sans fenêtre", OutboxFiles(folder)
    mark = files.mark()
    if files.revoked.exists():
        yield Check(name=name, found="ordinateur retiré du programme")
    elif mark is None:
        yield Check(name=name, found="rien n’attend")
    else:
        left = mark[2] // 1_000_000
        day = french.long_date(local(left, DEFAULT_ZONE).date())
        found = f"un fichier attend depuis le {day}, {len(files.answered())} réponses"
        yield Check(name=name, found=found, good=now - left <= LATE_OUTBOX)


def _settings(folder: Path) -> Iterator[Check]:
    file = folder / SETTINGS
    if not file.exists():
        yield Check(name="Réglages", found="ceux du début")
        return
    try:
        good = isinstance(json.loads(file.read_text(encoding="utf-8")), dict)
    except (ValueError, RecursionError):
        good = False
    said = "lisibles" if good else "illisibles, ceux du début valent"
    yield Check(name="Réglages", found=said, good=good)


def _is_blocked(folder: Path) -> bool:
    """Tell whether a file stands where the folder, or one above it, must be."""
    return any(place.exists() and not place.is_dir() for place in (folder, *folder.parents))


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
