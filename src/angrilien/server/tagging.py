"""A venue's profile laid over a built Windows installer: a thousand bytes differ, nothing else.

The installer was built with a place for it, among what its signature does not cover (or, unsigned,
after its end), so that its signature stays valid for every venue. The profile has a signature of
its own. What differs is told as patches: a server sends the one file that it keeps, with them.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

BEGIN: Final = b"---BEGIN_BLOB---"
END: Final = b"---END_BLOB---"
TAIL: Final = 256 * 1024
"""Bytes at the end of an installer among which the place stands."""
CHUNK: Final = 1 << 20
"""Bytes sent at a time."""


class NoPlace(Exception):
    """The file is no installer with an empty place, or the profile is longer than the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Bytes that stand in the place of as many others.

    Attributes:
        offset: of the first one, from the beginning of the file.
        data: what stands there.
    """

    offset: int
    data: bytes


def patches(base: bytes | Path, profile: bytes) -> list[Patch]:
    """Return what differs between a built installer and that of a venue.

    Args:
        base: the installer, or its file, of which the beginning and the end are read.
        profile: text of the signed profile.

    Raises:
        NoPlace: it has no empty place, or the profile is too long for it.
        OSError: the file cannot be read.
    """
    with io.BytesIO(base) if isinstance(base, bytes) else base.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        begin = max(0, size - TAIL)
        file.seek(begin)
        tail = file.read()
        start = tail.rfind(BEGIN) + len(BEGIN)
        end = tail.find(END, start)
        if start < len(BEGIN) or end < 0 or any(tail[start:end]):
            raise NoPlace
        if len(profile) > end - start or END in profile:
            raise NoPlace
        laid = Patch(offset=begin + start, data=profile)
        sum_ = _checksum(file, size, laid)
    return [laid] if sum_ is None else [sum_, laid]


def tag(base: bytes | Path, profile: bytes, out: Path) -> None:
    """Write the installer of a venue.

    Raises:
        NoPlace, OSError: as `patches`; nothing is left at `out` then.
    """
    differing = patches(base, profile)
    new = out.with_name(f"{out.name}.new")
    try:
        if isinstance(base, bytes):
            new.write_bytes(base)
        else:
            shutil.copyfile(base, new)
        with new.open("r+b") as file:
            for patch in differing:
                file.seek(patch.offset)
                file.write(patch.data)
        new.replace(out)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def stream(base: Path, profile: bytes) -> Iterator[bytes]:
    """Give the installer of a venue piece by piece; it is as long as its base.

    Raises:
        NoPlace, OSError: as `patches`, before the first piece.
    """
    return _pieces(base, patches(base, profile))


def _pieces(base: Path, differing: list[Patch]) -> Iterator[bytes]:
    with base.open("rb") as file:
        place = 0
        for patch in differing:
            yield from _until(file, patch.offset - place)
            yield patch.data
            place = file.seek(patch.offset + len(patch.data))
        while piece := file.read(CHUNK):
            yield piece


def _until(file: BinaryIO, count: int) -> Iterator[bytes]:
    while count > 0 and (piece := file.read(min(CHUNK, count))):
        count -= len(piece)
        yield piece


def _checksum(file: BinaryIO, size: int, laid: Patch) -> Patch | None:
    """Return the header's checksum as it must be once zeros have given way to a profile.

    It is the sum of the file's 16-bit words, each overflow added back, and the file's length
    (Microsoft's "PE Format"). It can be told from the former one, without reading the file. None
    where the program has none.
    """
    file.seek(0)
    head = file.read(4096)
    try:
        (begin,) = struct.unpack_from("<I", head, 0x3C)
        place = begin + 24 + 64
        (former,) = struct.unpack_from("<I", head, place)
    except struct.error as error:
        raise NoPlace from error
    if head[:2] != b"MZ" or head[begin : begin + 4] != b"PE\0\0":
        raise NoPlace
    if not former:
        return None
    words = bytes(laid.offset % 2) + laid.data
    words += bytes(len(words) % 2)
    total = (former - size) % (1 << 32) + sum(struct.unpack(f"<{len(words) // 2}H", words))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return Patch(offset=place, data=struct.pack("<I", total + size))
