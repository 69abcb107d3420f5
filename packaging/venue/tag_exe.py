"""Lay venues' profiles over a built Windows installer: one program for each, in some milliseconds.

    tag_exe.py BASE.exe FOLDER PROFILE.angrilien-venue...

`tag` and `patches` are what a script or a server uses (`angrilien.server.tagging`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from angrilien.server.tagging import NoPlace, patches, tag

__all__ = ["patches", "tag"]


def main(argv: list[str] | None = None) -> int:
    """Write an installer for each profile; return the exit code."""
    parser = argparse.ArgumentParser(description="One Windows installer for each venue.")
    parser.add_argument("base", type=Path, help="the built installer")
    parser.add_argument("folder", type=Path, help="where the venues' own go")
    parser.add_argument("profiles", type=Path, nargs="+", metavar="PROFILE")
    asked = parser.parse_args(argv)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for profile in asked.profiles:
        made = asked.folder / f"{asked.base.stem}-{profile.stem}.exe"
        tag(asked.base, profile.read_bytes().strip(), made)
        print(made.name)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NoPlace:
        sys.exit("tag_exe: no empty place for this profile in the installer")
