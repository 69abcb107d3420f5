"""What a Windows program asks for: the names of the libraries it imports, read from its headers.

The form is Microsoft's "PE Format" specification: little endian, offsets in bytes.
"""

from __future__ import annotations

import re
import struct
from typing import Final

# Where things stand in the optional header of a 64-bit image.
_MAGIC_64: Final = 0x20B
_CHECKSUM_64: Final = 64
_IMPORTS_64: Final = 120
_CERTIFICATES_64: Final = 144
_SECTION: Final = 40
_IMPORT: Final = 20

SYSTEM: Final = re.compile(
    r"api-ms-win-[a-z0-9-]+\.dll"
    r"|(advapi32|authz|bcrypt|bcryptprimitives|comctl32|comdlg32|crypt32|d3d9|d3d11|d3d12|dnsapi"
    r"|dwmapi|dwrite|dxgi|gdi32|icuuc|imm32|iphlpapi|kernel32|mpr|msvcrt|netapi32|ntdll|ole32"
    r"|oleaut32|pathcch|propsys|rpcrt4|secur32|setupapi|shcore|shell32|shlwapi|uiautomationcore"
    r"|user32|userenv|uxtheme|version|winhttp|winmm|ws2_32|wtsapi32)\.dll|winspool\.drv",
    re.IGNORECASE,
)
"""Names of the libraries that Windows 10 1809 and later have of their own."""


class NoProgram(Exception):
    """The bytes are no 64-bit Windows program or library."""


def _optional_header(data: bytes) -> tuple[int, int]:
    """Return where the optional header begins, and where the section table does."""
    try:
        if data[:2] != b"MZ":
            raise NoProgram
        (start,) = struct.unpack_from("<I", data, 0x3C)
        if data[start : start + 4] != b"PE\0\0":
            raise NoProgram
        (size,) = struct.unpack_from("<H", data, start + 20)
        optional = start + 24
        (magic,) = struct.unpack_from("<H", data, optional)
    except struct.error as error:
        raise NoProgram from error
    if magic != _MAGIC_64:
        raise NoProgram
    return optional, optional + size


def imports(data: bytes) -> list[str]:
    """Return the names of the libraries that must be there for this one to load.

    Raises:
        NoProgram: these are not the bytes of a 64-bit program or library.
    """
    optional, table = _optional_header(data)
    try:
        (count,) = struct.unpack_from("<H", data, optional - 18)
        (address,) = struct.unpack_from("<I", data, optional + _IMPORTS_64)
        sections = [
            struct.unpack_from("<IIII", data, table + n * _SECTION + 8) for n in range(count)
        ]
        if not address:
            return []
        found = []
        place = _offset(sections, address)
        while True:
            name, thunk = struct.unpack_from("<II", data, place + 12)
            if not name and not thunk:
                return found
            begin = _offset(sections, name)
            found.append(data[begin : data.index(b"\0", begin)].decode("ascii"))
            place += _IMPORT
    except (struct.error, ValueError) as error:
        raise NoProgram from error


def checksum_place(data: bytes) -> int:
    """Return where the four bytes of the header's checksum stand."""
    return _optional_header(data)[0] + _CHECKSUM_64


def certificates(data: bytes) -> tuple[int, int]:
    """Return where the signature begins and how many bytes it takes; (0, 0) without one."""
    place, size = struct.unpack_from("<II", data, _optional_header(data)[0] + _CERTIFICATES_64)
    return int(place), int(size)


def _offset(sections: list[tuple[int, ...]], address: int) -> int:
    """Return where in the file the bytes of an address in memory stand."""
    for size, begin, raw_size, raw in sections:
        if begin <= address < begin + max(size, raw_size):
            return raw + address - begin
    message = "an address outside every section"
    raise ValueError(message)
