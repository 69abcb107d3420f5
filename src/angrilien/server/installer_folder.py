"""The installers of many venues in one folder, with their sums; begun again, it goes on."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien.errors import KnownError
from angrilien.server import debs, tagging
from angrilien.server.cli_profiles import write_profile
from angrilien.server.database import Database
from angrilien.server.errors import CannotWrite, DiskFull
from angrilien.server.installers import DEB, EXE, VENUE_DEB, Bases, check_base, installer
from angrilien.server.keyring import Keyring
from angrilien.server.profiles import Made, is_good, make_profile
from angrilien.vault.profile import check
from angrilien.wire.profile import find_text

SUMS: Final = "SHA256SUMS"
SUFFIX: Final = ".angrilien-venue"
PROFILES: Final = "lieux"
"""Folder of the profiles, which hold codes: whoever has one may register one computer."""
_BASES: Final = ".bases"
"""Sums of the bases that the files were made over, each with the kind of its files."""
_BETWEEN: Final = 1000
"""Milliseconds between the dates of two profiles: the version of a package is in seconds."""
_AGAIN_DAYS: Final = 7
"""A profile that ends sooner is made anew."""
_DAY: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was made: numbers of venues and files, bytes, seconds."""

    venues: int
    files: int
    kept: int
    size: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """With what, where and for how long.

    Attributes:
        database: the programme's.
        keyring: the programme's.
        bases: what the profiles are laid over.
        out: folder of the files.
        days: how long the codes are good.
        now: milliseconds UTC.
    """

    database: Database
    keyring: Keyring
    bases: Bases
    out: Path
    days: int
    now: int


def make_all(
    making: Making,
    venues: Sequence[str],
    kinds: Iterable[str],
    progress: Callable[[int, int, str], None],
) -> Done:
    """Make the installers of venues, those of a kind that are there already excepted.

    Args:
        making: with what, where and for how long.
        venues: codes of the venues.
        kinds: of `installers.KINDS`.
        progress: told (venues done, of how many, code of the venue).

    Raises:
        NoBase, NoRoomInBase, NoProfileKey, UnknownVenue…: nothing was made for this venue.
        DiskFull, CannotWrite: what was made stays, and what was begun is gone.

    The sums are those of all installers in the folder, of this command and of others before it.
    """
    out, bases = making.out, making.bases
    started, kinds = time.monotonic(), tuple(kinds)
    for kind in kinds:
        check_base(kind, bases)
    sums: dict[str, str] = {}
    kept = size = 0
    try:
        # Each file in it registers a computer: whoever runs the command alone reads it.
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        (out / PROFILES).mkdir(mode=0o700, exist_ok=True)
        _forget_other_bases(out, bases)
        exe = _mapped(bases.exe) if EXE in kinds else None
        for number, venue in enumerate(venues, start=1):
            made = _profile(making, venue, number)
            for kind in kinds:
                file = installer(kind, bases, made, exe)
                path = out / file.name
                if _is_made(kind, path, file.size, made):
                    kept += 1
                    sums[file.name] = _sum_of(path)
                else:
                    # No list at all rather than one that is not true, if this is cut.
                    (out / SUMS).unlink(missing_ok=True)
                    sums[file.name] = _write(path, file.pieces)
                if kind == VENUE_DEB:
                    _drop_former(out, file.name)
                size += file.size
            progress(number, len(venues), venue)
        names = sorted(sums.keys() | _given(out))
        lines = [f"{sums.get(name) or _sum_of(out / name)}  {name}\n" for name in names]
        _write(out / SUMS, ["".join(lines).encode("ascii")])
    except OSError as error:
        raise _refusal(error) from error
    return Done(
        venues=len(venues),
        files=len(sums),
        kept=kept,
        size=size,
        seconds=time.monotonic() - started,
    )


def _profile(making: Making, venue: str, number: int) -> Made:
    """Return the profile that was made the last time if it is still good, else a new one.

    `number` is the venue's among those of this command: each profile has a date of its own.
    """
    path = making.out / PROFILES / f"{venue}{SUFFIX}"
    date = making.now + number * _BETWEEN
    if path.is_file():
        before = _read_profile(making, path)
        if before is not None and before.profile.venue_code == venue:
            until = making.now + _AGAIN_DAYS * _DAY
            if is_good(making.database, making.keyring, before, until=until):
                return before
            # What is given now holds over what was given before, however soon it is made again.
            date = max(date, before.profile.made + _BETWEEN)
        path.unlink()
    made = make_profile(
        making.database, making.keyring, venue, days=making.days, now=making.now, made=date
    )
    write_profile(path, made.text)
    return made


def _read_profile(making: Making, path: Path) -> Made | None:
    try:
        text = find_text(path.read_bytes())
        return Made(profile=check(making.keyring.programme, text), text=text)
    except KnownError:
        return None


def _venues(out: Path) -> list[str]:
    """Return the codes of the venues that a folder has installers of."""
    return sorted(path.name.removesuffix(SUFFIX) for path in (out / PROFILES).glob(f"*{SUFFIX}"))


def _given(out: Path) -> set[str]:
    """Return the names of all installers in a folder, whichever command made them."""
    names = [f"Angrilien-{venue}.{kind}" for venue in _venues(out) for kind in (EXE, DEB)]
    names += [f"{venue}{SUFFIX}" for venue in _venues(out)]
    packages = {path.name for path in out.glob("angrilien-venue-*_all.deb")}
    return packages | {name for name in names if (out / name).is_file()}


def _drop_former(out: Path, name: str) -> None:
    """Drop the small packages of a venue that were made before this one: their codes are stale."""
    package = name.split("_", 1)[0]
    for path in out.glob(f"{package}_*_all.deb"):
        if path.name != name:
            path.unlink()


def _forget_other_bases(out: Path, bases: Bases) -> None:
    """Drop what was made over other bases than these, then take note of these.

    In this order: cut in between, nothing is left that passes for a file of these bases.
    """
    note = out / _BASES
    lines = note.read_text(encoding="ascii").splitlines() if note.is_file() else []
    noted = {kind: sum_ for kind, _, sum_ in (line.partition(" ") for line in lines) if sum_}
    now = {
        kind: _sum_of(base)
        for kind, base in ((EXE, bases.exe), (DEB, bases.deb))
        if base is not None
    }
    stale = [kind for kind, sum_ in now.items() if noted.get(kind) != sum_]
    if not stale:
        return
    for venue in _venues(out):
        for kind in stale:
            (out / SUMS).unlink(missing_ok=True)
            (out / f"Angrilien-{venue}.{kind}").unlink(missing_ok=True)
    _sync(out)
    text = "".join(f"{kind} {sum_}\n" for kind, sum_ in sorted((noted | now).items()))
    _write(note, [text.encode("ascii")])


def _sync(folder: Path) -> None:
    """Have what was done to the names in a folder reach the disk."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_made(kind: str, path: Path, size: int, made: Made) -> bool:
    """Tell whether a file is whole and carries this very profile."""
    if not path.is_file() or path.stat().st_size != size:
        return False
    if kind == DEB:
        scripts = debs.read_base(path).control
        return any(made.text.encode("ascii") in script.data for script in scripts)
    if kind == EXE:
        with path.open("rb") as file:
            file.seek(max(0, size - tagging.TAIL))
            return find_text(file.read()) == made.text
    return False


def _mapped(path: Path | None) -> memoryview[int] | None:
    """Return the bytes of a file, read once however many times they are written."""
    if path is None:
        return None
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _write(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file under its name once it is whole; return its sum.

    The sum is reckoned in another thread meanwhile: it takes as long as the writing.
    """
    sum_ = hashlib.sha256()
    new = path.with_name(f"{path.name}.new")
    try:
        with ThreadPoolExecutor(max_workers=1) as reckoning, new.open("wb") as file:
            for piece in pieces:
                reckoning.submit(sum_.update, piece)
                file.write(piece)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return sum_.hexdigest()


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refusal(error: OSError) -> KnownError:
    return DiskFull() if error.errno in (errno.ENOSPC, errno.EDQUOT) else CannotWrite()
