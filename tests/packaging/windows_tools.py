"""The scripts of packaging/windows, and a small Windows program made by hand to try them on."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "packaging" / "windows"
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

_RAW, _ADDRESS = 0x400, 0x1000


def program(imports: tuple[str, ...] = (), *, extra: bytes = b"", checksum: bool = False) -> bytes:
    """Return the bytes of a 64-bit program with one section that imports these libraries."""
    table = 20 * (len(imports) + 1)
    names, entries = b"", b""
    for name in imports:
        entries += struct.pack("<IIIII", 0, 0, 0, _ADDRESS + table + len(names), _ADDRESS)
        names += name.encode("ascii") + b"\0"
    body = (entries + bytes(20) + names).ljust(0x200, b"\0")
    optional = bytearray(240)
    struct.pack_into("<H", optional, 0, 0x20B)
    if imports:
        struct.pack_into("<II", optional, 120, _ADDRESS, table)
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
    head = head.ljust(0x80, b"\0") + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x22) + bytes(optional)
    head += b".rdata\0\0" + struct.pack("<IIII", len(body), _ADDRESS, len(body), _RAW) + bytes(16)
    whole = head.ljust(_RAW, b"\0") + body + extra
    if checksum:
        place = 0x80 + 24 + 64
        whole = whole[:place] + struct.pack("<I", checksum_of(whole, place)) + whole[place + 4 :]
    return whole


def checksum_of(whole: bytes, place: int) -> int:
    """Return the checksum of a program, added up over all of it; `place` is where it stands."""
    words = whole[:place] + bytes(4) + whole[place + 4 :]
    total = sum(struct.unpack(f"<{(len(words) + 1) // 2}H", words + bytes(len(words) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total + len(whole)
