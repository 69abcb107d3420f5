"""The venue's profile that came with the installer: found, verified, laid where it is looked for.

`python -m angrilien.provision --installer PROGRAM --out FOLDER` is what an installer runs at its
end; it ends with 0 (taken, there already, or no profile at all) or 6 (a profile that was refused:
why stands on the standard output, in French, and the one that was kept stays).

A profile that was refused keeps nobody from working: the code du lieu can always be typed.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien import paths
from angrilien.arguments import FrenchParser
from angrilien.domain.clock import SystemClock
from angrilien.errors import KnownError
from angrilien.vault.files import save_atomically
from angrilien.vault.profile import (
    ProfileDamaged,
    ProfileExpired,
    ProfileNotKept,
    ProfileOlder,
    ProfilesSeveral,
    ProfileUnreadable,
    check,
)
from angrilien.vault.programme import Programme, load_programme
from angrilien.wire.profile import Profile, find_text, is_begun

SUFFIX: Final = ".angrilien-venue"
NAME: Final = f"profile{SUFFIX}"
"""The file's name where it is kept."""
REFUSED: Final = 6
"""Exit code of an installation whose profile was refused."""
_TAIL: Final = 256 * 1024
"""Bytes at the end of a Windows installer among which its profile stands."""
_LONGEST: Final = 64 * 1024
"""Bytes of a profile's file, whatever stands around the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of a venue's profile at the start: the profile, or why it was not taken."""

    profile: Profile | None = None
    problem: KnownError | None = None

    def usable(self, now: int) -> Profile | None:
        """Return the profile if its code has not ended by `now`, in milliseconds UTC."""
        return self.profile if self.profile is not None and now <= self.profile.until else None


def check_date(profile: Profile, now: int) -> None:
    """Check that the code of a profile has not ended.

    Raises:
        ProfileExpired: it has.
    """
    if now > profile.until:
        raise ProfileExpired


def read_file(path: Path) -> str:
    """Return the text of a profile's file.

    Raises:
        ProfileUnreadable: it cannot be read.
        ProfileDamaged: there is no profile in it.
    """
    try:
        with path.open("rb") as file:
            text = find_text(file.read(_LONGEST))
    except OSError as error:
        raise ProfileUnreadable from error
    if not text:
        raise ProfileDamaged
    return text


def of_installer(program: Path) -> str:
    """Return the text of the profile that came with an installer, empty where none did.

    It stands inside the program, else in a file beside it: the one of the same name, or the only
    one.

    Raises:
        ProfileDamaged: there is one, cut.
        ProfilesSeveral: several files stand beside it, none of which has its name.
        ProfileUnreadable: the program or the file cannot be read.
    """
    try:
        with program.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read()
        beside = sorted(program.parent.glob(f"*{SUFFIX}"))
    except OSError as error:
        raise ProfileUnreadable from error
    text = find_text(tail)
    if text:
        return text
    if is_begun(tail):
        raise ProfileDamaged
    same = [path for path in beside if path.name == program.stem + SUFFIX]
    if len(beside) > 1 and not same:
        raise ProfilesSeveral
    return read_file((same or beside)[0]) if beside else ""


def lay(programme: Programme, text: str, folder: Path, now: int) -> Profile:
    """Keep a profile in a folder, in the place of the one that is there.

    Raises:
        ProfileDamaged, ProfileForeign, ProfileOtherServer: as `check`.
        ProfileExpired: its code has ended.
        ProfileOlder: a profile that was made later is there.
        ProfileNotKept: the folder cannot be written. In all cases the one that is there stays.
    """
    profile = check(programme, text)
    kept = kept_text(folder)
    if kept == text:
        return profile
    check_date(profile, now)
    try:
        before = check(programme, kept) if kept else None
    except KnownError:
        before = None  # what cannot be believed protects nothing
    if before is not None and before.made > profile.made:
        raise ProfileOlder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_atomically(folder / NAME, text.encode("ascii") + b"\n")
        if sys.platform != "win32":
            # Whoever uses this computer reads it, whoever installed it.
            (folder / NAME).chmod(0o644)
    except (OSError, KnownError) as error:
        raise ProfileNotKept from error
    return profile


def kept_text(folder: Path) -> str:
    """Return the text of the profile kept in a folder, empty where there is none to be read."""
    try:
        return read_file(folder / NAME)
    except KnownError:
        return ""


def find(
    programme: Programme,
    now: int,
    *,
    chosen: Path | None = None,
    folders: Iterable[Path] | None = None,
) -> Found:
    """Look for the profile of this computer: the one made last of those that can be taken.

    Args:
        programme: that must have signed it.
        now: milliseconds UTC. A profile whose code has ended is given all the same: whoever has
            used it in time still needs its address.
        chosen: a file named on the command line, in the place of those laid by an installer.
        folders: in which an installer may have laid one; `paths.venue_dirs()` without them.

    Returns:
        The profile; beside it, or in its place, why one was refused.
    """
    files = [chosen] if chosen is not None else list(_laid(folders))
    problem: KnownError | None = None
    newest: Profile | None = None
    for file in files:
        try:
            profile = check(programme, read_file(file))
        except KnownError as error:
            problem = problem or error
            continue
        if newest is None or profile.made > newest.made:
            newest = profile
    if newest is not None and problem is None and now > newest.until:
        problem = ProfileExpired()
    return Found(profile=newest, problem=problem)


def _laid(folders: Iterable[Path] | None) -> Iterable[Path]:
    for folder in paths.venue_dirs() if folders is None else folders:
        try:
            yield from sorted(folder.glob(f"*{SUFFIX}"))
        except OSError:
            continue


def main(argv: Sequence[str] | None = None) -> int:
    """Lay the profile that came with an installer; return 0, or 6 where it was refused."""
    try:
        asked = _parser().parse_args(argv)
    except SystemExit as ended:
        return int(ended.code or 0)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        programme = load_programme(asked.programme)
        text = read_file(asked.profile) if asked.profile else of_installer(asked.installer)
        if not text:
            _say("Sans lieu : le code du lieu sera demandé au premier lancement.")
            return 0
        profile = lay(programme, text, asked.out, SystemClock().now())
    except KnownError as error:
        _say(error.text())
        return REFUSED
    _say(f"Lieu : {profile.venue_name}")
    return 0


def _parser() -> FrenchParser:
    made = FrenchParser(
        prog="angrilien.provision", description="Garde le fichier de lieu venu avec l’installation."
    )
    source = made.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--installer", type=Path, metavar="PROGRAMME", help="programme d’installation qui l’apporte"
    )
    source.add_argument("--profile", type=Path, metavar="FICHIER", help="fichier de lieu")
    made.add_argument(
        "--out", required=True, type=Path, metavar="DOSSIER", help="dossier où le garder"
    )
    # For tests and for whoever has several programmes: the one shipped without it.
    made.add_argument("--programme", type=Path, help=argparse.SUPPRESS)
    return made


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
