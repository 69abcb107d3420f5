"""For smoke_wine.py: hold a file as an antivirus does, until the standard input ends."""

from __future__ import annotations

import ctypes
import sys

GENERIC_READ = 0x80000000
OPEN_EXISTING = 3

if __name__ == "__main__":
    handle = ctypes.windll.kernel32.CreateFileW(
        sys.argv[1], GENERIC_READ, 0, None, OPEN_EXISTING, 0, None
    )
    print("held" if handle not in (-1, 0xFFFFFFFF) else "not held", flush=True)
    sys.stdin.read()
