"""Debian packages written without Debian's tools: small ones, and one laid over another.

A .deb is an `ar` file of three members: `debian-binary`, `control.tar.*`, `data.tar.*` (deb(5)).
What is written here is the same, byte for byte, wherever and whenever it is written.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from angrilien.server.errors import NoBase
from angrilien.wire.profile import Profile

MAINTAINER: Final = "Angrilien <contact@angrilien.example>"
VENUE_FILE: Final = "usr/share/angrilien/venue/profile.angrilien-venue"
"""Where the small package lays the profile."""
KEPT: Final = "/var/lib/angrilien/venue"
"""Folder where the package of one venue writes it, under a name that begins with its date."""
_AR: Final = b"!<arch>\n"
_HEADER: Final = 60
_CHUNK: Final = 1 << 20
_MOST_CONTROL: Final = 1 << 20

_POSTINST: Final = """\
if [ "$1" = configure ]; then
  install -d -m 755 {folder}
  cat > {folder}/{name}.new <<'ANGRILIEN_VENUE'
{text}
ANGRILIEN_VENUE
  mv {folder}/{name}.new {folder}/{name}
  # Of those that packages laid the last one made stays, whichever came last.
  ls {folder} | grep '^profile-[0-9]*[.]angrilien-venue$' | sort | head -n -1 |
    while read -r old; do rm -f {folder}/"$old"; done
  if [ ! -e {folder}/{name} ]; then
    echo "Un fichier de lieu plus récent est déjà là : il reste." >&2
  fi
fi
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of a package: path without a slash before it, bytes, permissions.

    `link` is where a symbolic link leads, empty for a file.
    """

    name: str
    data: bytes = b""
    mode: int = 0o644
    link: str = ""


def tar(entries: Sequence[Entry], date: int) -> bytes:
    """Return an archive of files and of the folders above them, of root, all of one date.

    `date` is in seconds. Files stand in the order given: what is unpacked last comes last.
    """
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        made: set[str] = set()
        for entry in entries:
            parts = entry.name.split("/")[:-1]
            for depth in range(len(parts) + 1):
                folder = "/".join([".", *parts[:depth]])
                if folder not in made:
                    made.add(folder)
                    archive.addfile(_info(f"{folder}/", 0o755, date, kind=tarfile.DIRTYPE))
            if entry.link:
                info = _info(f"./{entry.name}", 0o777, date, kind=tarfile.SYMTYPE)
                info.linkname = entry.link
                archive.addfile(info)
                continue
            info = _info(f"./{entry.name}", entry.mode, date)
            info.size = len(entry.data)
            archive.addfile(info, io.BytesIO(entry.data))
    return out.getvalue()


def _info(name: str, mode: int, date: int, *, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.mtime = kind, mode, date
    info.uname = info.gname = "root"
    return info


def packed(data: bytes, date: int) -> bytes:
    """Return bytes in gzip's form, of this date."""
    return gzip.compress(data, 9, mtime=date)


def member(name: str, size: int, date: int) -> bytes:
    """Return the header of a member of an `ar` file."""
    return f"{name:<16}{date:<12}{0:<6}{0:<6}{'100644':<8}{size:<10}`\n".encode("ascii")


def write(control: Sequence[Entry], data: bytes, data_name: str, date: int) -> bytes:
    """Return a package.

    Args:
        control: files of its control archive.
        data: its data archive, packed.
        data_name: `data.tar.gz` or `data.tar.xz`.
        date: in seconds.
    """
    out = io.BytesIO()
    out.write(_AR)
    for name, content in (
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", packed(tar(control, date), date)),
        (data_name, data),
    ):
        out.write(member(name, len(content), date) + content + b"\n" * (len(content) % 2))
    return out.getvalue()


def sums(entries: Sequence[Entry]) -> Entry:
    """Return the list of sums that a package carries for its files."""
    lines = [
        f"{hashlib.md5(entry.data, usedforsecurity=False).hexdigest()}  {entry.name}\n"
        for entry in entries
        if not entry.link
    ]
    return Entry(name="md5sums", data="".join(lines).encode("utf-8"))


def package_name(profile: Profile) -> str:
    """Return the name of a venue's small package."""
    return "angrilien-venue-" + re.sub(r"[^a-z0-9-]", "-", profile.venue_code.lower())


def venue_package(profile: Profile, text: str) -> bytes:
    """Return the small package that lays a venue's profile beside the program.

    One at a time: that of another venue takes its place.
    """
    date = profile.made // 1000
    name, version = package_name(profile), str(date)
    documents = f"usr/share/doc/{name}"
    changes = (
        f"{name} ({version}) stable; urgency=medium\n\n  * Profile of the venue.\n\n"
        f" -- {MAINTAINER}  {day(date)}\n"
    )
    copying = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        "Files: *\nCopyright: the programme that signed the profile\nLicense: public-domain\n"
        " A venue's name and address, and a code: nothing that copyright protects.\n"
    )
    files = [
        Entry(name=VENUE_FILE, data=text.encode("ascii") + b"\n"),
        Entry(name=f"{documents}/changelog.gz", data=packed(changes.encode("utf-8"), date)),
        Entry(name=f"{documents}/copyright", data=copying.encode("utf-8")),
    ]
    control = (
        f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: {MAINTAINER}\n"
        f"Installed-Size: {sum(len(file.data) // 1024 + 1 for file in files)}\n"
        "Depends: angrilien\nProvides: angrilien-venue\nConflicts: angrilien-venue\n"
        "Replaces: angrilien-venue\nSection: misc\nPriority: optional\n"
        f"Description: venue of this computer in Angrilien: {_line(profile.venue_name)}\n"
        " Signed profile of one venue: its name, the programme's server, and a code that\n"
        " registers one computer once.\n"
    )
    return write(
        [Entry(name="control", data=control.encode("utf-8")), sums(files)],
        packed(tar(files, date), date),
        "data.tar.gz",
        date,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A package on the disk: its control files, and where its data archive stands in it."""

    path: Path
    control: tuple[Entry, ...]
    data_name: str
    offset: int
    size: int


def read_base(path: Path) -> Base:
    """Read the control files of a package, and find its data.

    Raises:
        NoBase: it is not there, or is no package.
    """
    try:
        with path.open("rb") as file:
            return _read_base(path, file)
    except (OSError, ValueError, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise NoBase(file=path.name) from error


def _read_base(path: Path, file: io.BufferedReader) -> Base:
    if file.read(len(_AR)) != _AR:
        raise ValueError("not a package")
    control: tuple[Entry, ...] | None = None
    while len(header := file.read(_HEADER)) == _HEADER:
        name, size = header[:16].decode("ascii").strip().rstrip("/"), int(header[48:58])
        if name.startswith("control.tar") and size < _MOST_CONTROL:
            with tarfile.open(fileobj=io.BytesIO(file.read(size))) as archive:
                control = tuple(_files(archive))
            file.seek(size % 2, io.SEEK_CUR)
        elif name.startswith("data.tar") and control is not None:
            if file.tell() + size > path.stat().st_size:
                raise ValueError("a package that is cut")
            return Base(path=path, control=control, data_name=name, offset=file.tell(), size=size)
        else:
            file.seek(size + size % 2, io.SEEK_CUR)
    raise ValueError("a package without data")


def _files(archive: tarfile.TarFile) -> Iterator[Entry]:
    for info in archive.getmembers():
        content = archive.extractfile(info) if info.isfile() else None
        if content is not None:
            yield Entry(name=info.name.removeprefix("./"), data=content.read(), mode=info.mode)


def with_profile(base: Base, profile: Profile, text: str) -> tuple[int, Iterator[bytes]]:
    """Lay a profile over the program's package: its data archive stays, byte for byte.

    Its version is a little above the program's own, below that of the program's next one.

    Returns:
        The number of bytes, and the bytes in pieces.
    """
    date = profile.made // 1000
    control = []
    for entry in base.control:
        if entry.name == "control":
            versioned = re.sub(rb"(?m)^(Version: .+)$", rb"\1+lieu%d" % date, entry.data, count=1)
            control.append(Entry(name="control", data=versioned))
        elif entry.name != "postinst":
            control.append(entry)
    control.append(_postinst(base, profile, text))
    start = io.BytesIO()
    start.write(_AR)
    for name, content in (
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", packed(tar(control, date), date)),
    ):
        start.write(member(name, len(content), date) + content + b"\n" * (len(content) % 2))
    start.write(member(base.data_name, base.size, date))
    before, after = start.getvalue(), b"\n" * (base.size % 2)

    def pieces() -> Iterator[bytes]:
        yield before
        with base.path.open("rb") as file:
            file.seek(base.offset)
            left = base.size
            while left and (piece := file.read(min(_CHUNK, left))):
                left -= len(piece)
                yield piece
        yield after

    return len(before) + base.size + len(after), pieces()


def kept_name(profile: Profile) -> str:
    """Return the name under which the package of one venue keeps its profile: by dates in order."""
    return f"profile-{profile.made:015d}.angrilien-venue"


def _postinst(base: Base, profile: Profile, text: str) -> Entry:
    """Return the script that writes the profile first, then does what the program's own does."""
    script = next((entry.data for entry in base.control if entry.name == "postinst"), b"")
    head, body = b"#!/bin/sh\nset -e\n", script
    if script:
        first, _, rest = script.partition(b"set -e\n")
        head, body = first + b"set -e\n", rest
    own = _POSTINST.format(folder=KEPT, name=kept_name(profile), text=text).encode("utf-8")
    return Entry(name="postinst", data=head + own + body, mode=0o755)


def _line(text: str) -> str:
    return " ".join(text.split())


def day(date: int) -> str:
    """Return a date in seconds as a changelog writes it, whatever the language of the system."""
    when = dt.datetime.fromtimestamp(date, dt.UTC)
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = (
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    )  # fmt: skip
    return (
        f"{names[when.weekday()]}, {when.day:02d} {months[when.month - 1]} {when:%Y %H:%M:%S} +0000"
    )
