"""A venue's installers: one base, a profile laid over it, made when they are asked for.

Nothing is stored: what is sent is the base, read in pieces, and some hundred bytes of the venue's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien.server import debs, tagging
from angrilien.server.errors import NoBase, NoRoomInBase
from angrilien.server.profiles import Made

FOLDER: Final = "installers"
"""Folder of the bases in the server's own."""
BASE_EXE: Final = "angrilien.exe"
BASE_DEB: Final = "angrilien.deb"

EXE: Final = "exe"
DEB: Final = "deb"
"""The program and the venue in one package."""
VENUE_DEB: Final = "venue-deb"
"""The venue alone, for a computer that has the program's package."""
_PIECE: Final = 4 << 20
PROFILE: Final = "profile"
"""The venue alone, in a file to put beside any installer."""
KINDS: Final = (EXE, DEB, VENUE_DEB, PROFILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Files of the program's installers, built for all venues; None where there is none."""

    exe: Path | None = None
    deb: Path | None = None

    @classmethod
    def of(cls, folder: Path) -> Bases:
        """Return the bases that stand in the server's folder."""
        exe, deb = (folder / FOLDER / name for name in (BASE_EXE, BASE_DEB))
        return cls(exe=exe if exe.is_file() else None, deb=deb if deb.is_file() else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    """What is given to a venue.

    Attributes:
        name: of the file.
        size: in bytes.
        pieces: the bytes; to be read once.
    """

    name: str
    size: int
    pieces: Iterator[bytes]


def installer(kind: str, bases: Bases, made: Made, exe: memoryview[int] | None = None) -> Installer:
    """Lay a profile over the base of a kind.

    `exe` is the whole Windows base where it is in memory already: many are made of it.

    Raises:
        NoBase: the base is not there, or is no such file.
        NoRoomInBase: the Windows program has no place for a profile.
    """
    venue = made.profile.venue_code
    if kind == PROFILE:
        return _whole(f"{venue}.angrilien-venue", made.text.encode("ascii") + b"\n")
    if kind == VENUE_DEB:
        name = f"{debs.package_name(made.profile)}_{made.profile.made // 1000}_all.deb"
        return _whole(name, debs.venue_package(made.profile, made.text))
    if kind == DEB:
        size, pieces = debs.with_profile(
            debs.read_base(_there(bases.deb, BASE_DEB)), made.profile, made.text
        )
        return Installer(name=f"Angrilien-{venue}.deb", size=size, pieces=pieces)
    base = _there(bases.exe, BASE_EXE)
    try:
        text = made.text.encode("ascii")
        return Installer(
            name=f"Angrilien-{venue}.exe",
            size=base.stat().st_size,
            pieces=tagging.stream(base, text)
            if exe is None
            else _of_memory(exe, tagging.patches(base, text)),
        )
    except tagging.NoPlace as error:
        raise NoRoomInBase(file=base.name) from error
    except OSError as error:
        raise NoBase(file=base.name) from error


def _of_memory(base: memoryview[int], patches: list[tagging.Patch]) -> Iterator[bytes]:
    """Give a venue's program out of its base's bytes, none of which is copied."""
    place = 0
    for patch in [*patches, tagging.Patch(offset=len(base), data=b"")]:
        for start in range(place, patch.offset, _PIECE):
            yield base[start : min(start + _PIECE, patch.offset)]  # type: ignore[misc]
        yield patch.data
        place = patch.offset + len(patch.data)


def check_base(kind: str, bases: Bases) -> None:
    """Check that an installer of a kind can be made, before a code is spent on it.

    Raises:
        NoBase, NoRoomInBase: as `installer`.
    """
    if kind == DEB:
        debs.read_base(_there(bases.deb, BASE_DEB))
    elif kind == EXE:
        base = _there(bases.exe, BASE_EXE)
        try:
            tagging.patches(base, b"X")
        except tagging.NoPlace as error:
            raise NoRoomInBase(file=base.name) from error
        except OSError as error:
            raise NoBase(file=base.name) from error


def _there(base: Path | None, name: str) -> Path:
    if base is None:
        raise NoBase(file=name)
    return base


def _whole(name: str, data: bytes) -> Installer:
    return Installer(name=name, size=len(data), pieces=iter((data,)))
