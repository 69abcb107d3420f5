"""The installers of many venues in one folder, with their sums; begun again, it goes on."""

from __future__ import annotations

import errno
import hashlib
import mmap
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
from angrilien.server.installers import DEB, EXE, Bases, check_base, installer
from angrilien.server.keyring import Keyring
from angrilien.server.profiles import Made, make_profile
from angrilien.vault.profile import check
from angrilien.wire.profile import find_text

SUMS: Final = "SHA256SUMS"
PROFILES: Final = "lieux"
"""Folder of the profiles, which hold codes: whoever has one may register one computer."""
_BASES: Final = ".bases"
"""Sums of the bases that the files were made over."""
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
    """
    out, bases = making.out, making.bases
    started, kinds = time.monotonic(), tuple(kinds)
    for kind in kinds:
        check_base(kind, bases)
    sums: dict[str, str] = {}
    kept = size = 0
    try:
        (out / PROFILES).mkdir(parents=True, exist_ok=True)
        same = _of_these_bases(out, bases)
        exe = _mapped(bases.exe) if EXE in kinds else None
        for number, venue in enumerate(venues, start=1):
            made = _profile(making, venue)
            for kind in kinds:
                file = installer(kind, bases, made, exe)
                path = out / file.name
                if same and _is_made(kind, path, file.size, made):
                    kept += 1
                    sums[file.name] = _sum_of(path)
                else:
                    sums[file.name] = _write(path, file.pieces)
                size += file.size
            progress(number, len(venues), venue)
        lines = [f"{sums[name]}  {name}\n" for name in sorted(sums)]
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


def _profile(making: Making, venue: str) -> Made:
    """Return the profile that was made the last time if it is still good, else a new one."""
    path = making.out / PROFILES / f"{venue}.angrilien-venue"
    if path.is_file():
        try:
            text = find_text(path.read_bytes())
            profile = check(making.keyring.programme, text)
        except KnownError:
            pass
        else:
            if profile.venue_code == venue and profile.until > making.now + _AGAIN_DAYS * _DAY:
                return Made(profile=profile, text=text)
        path.unlink()
    made = make_profile(making.database, making.keyring, venue, days=making.days, now=making.now)
    write_profile(path, made.text)
    return made


def _of_these_bases(out: Path, bases: Bases) -> bool:
    """Tell whether what is in a folder was made over these bases, and take note of them."""
    note = out / _BASES
    now = "".join(f"{_sum_of(base)}\n" for base in (bases.exe, bases.deb) if base is not None)
    if note.is_file() and note.read_text(encoding="ascii") == now:
        return True
    note.unlink(missing_ok=True)
    note.write_text(now, encoding="ascii")
    return False


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
