"""Bases of installers as small as they can be: a signed-looking program, a package."""

from __future__ import annotations

import lzma
import struct
from pathlib import Path

from angrilien.server import debs
from angrilien.server.debs import Entry

ROOM = 993
DATE = 1_767_225_600
SCRIPT = b"#!/bin/sh\nset -e\ntouch /var/lib/angrilien-was-set-up\n"


def make_exe(path: Path, size: int = 400_000) -> Path:
    """A program of Windows' form with an empty place for a profile near its end."""
    head = bytearray(4096)
    head[:2] = b"MZ"
    struct.pack_into("<I", head, 0x3C, 0x80)
    head[0x80:0x84] = b"PE\0\0"
    body = bytes(number % 251 for number in range(997)) * (size // 997)
    place = b"---BEGIN_BLOB---" + bytes(ROOM) + b"---END_BLOB---"
    path.write_bytes(bytes(head) + body + place + b"0\x82" * 1000)
    return path


def make_deb(path: Path, version: str = "0.1.0") -> Path:
    """The program's package, with two files and a script, its data packed by xz."""
    files = [
        Entry(name="opt/angrilien/angrilien", data=b"#!/bin/sh\necho program\n", mode=0o755),
        Entry(name="usr/share/doc/angrilien/copyright", data=b"GPL-3+\n"),
    ]
    control = (
        f"Package: angrilien\nVersion: {version}\nArchitecture: all\n"
        f"Maintainer: {debs.MAINTAINER}\nDescription: program\n"
    )
    data = lzma.compress(debs.tar(files, DATE))
    path.write_bytes(
        debs.write(
            [
                Entry(name="control", data=control.encode()),
                debs.sums(files),
                Entry(name="postinst", data=SCRIPT, mode=0o755),
            ],
            data,
            "data.tar.xz",
            DATE,
        )
    )
    return path
