"""Lay out the program as it stands on a laptop: Python, libraries, Angrilien; on Linux, by lists.

    stage_windows.py --runtime FOLDER --site FOLDER --out FOLDER EXE...

`--runtime` is what fetch_runtime.py laid, `--site` the wheels resolved for Windows, the programs
are what build_installer.py compiled. `--out` gets:

    Angrilien.exe, AngrilienEnvoi.exe   what is started
    program/                            the rest; an update changes this folder as a whole

In `program`, modules are compiled (nothing is written beside them later), libraries of Python alone
lie in one archive (an antivirus opens fewer files), and every date is the same: two stagings of the
same sources are the same bytes. It runs under the minor Python that it lays.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import allow_list
import authenticode
import pe
import runtime_lock

ROOT: Final = Path(__file__).resolve().parents[2]
ZIP_DATE: Final = (2026, 1, 1, 0, 0, 0)
LGPL: Final = Path("/usr/share/common-licenses/LGPL-3")
"""Licence under which we have Qt and PySide6; their wheels do not carry its text."""

# Alembic looks for sources in the folder of the steps, and for nothing else.
_KEPT_AS_SOURCE: Final = "angrilien/store/migrations/versions"
# What looks for files beside its modules cannot lie in an archive.
_UNPACKED: Final = {"angrilien", "certifi", "PySide6", "shiboken6"}


class CannotStage(Exception):
    """Something that must be laid is absent, or something laid needs what is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What was laid out.

    Attributes:
        files: how many.
        size: in bytes.
    """

    files: int
    size: int


def stage(
    runtime: Path,
    site: Path,
    launchers: Sequence[Path],
    out: Path,
    *,
    version: str = "",
    programme: Path | None = None,
) -> Staged:
    """Lay out the program in a new folder.

    Args:
        runtime: folder that fetch_runtime.py laid.
        site: wheels resolved for Windows.
        launchers: what build_installer.py compiled.
        out: the new folder.
        version: number that the program tells, its own without it: tests build several.
        programme: file of the programme that the laptops belong to; the one of `resources` leads
            to no server.

    Raises:
        CannotStage: it would not be complete.
    """
    tag = "{}{}".format(*sys.version_info[:2])
    if runtime_lock.read().tag != tag:
        raise CannotStage(f"staged by Python {tag}, but modules are compiled for the one it lays")
    shutil.rmtree(out, ignore_errors=True)
    program = out / "program"
    lib = program / "lib"
    lib.mkdir(parents=True)
    _lay_runtime(runtime, program, tag)
    _copy(site, lib, allow_list.keeps)
    _copy(ROOT / "src" / "angrilien", lib / "angrilien", allow_list.keeps_of_ours)
    _copy(ROOT / "resources", lib / "angrilien" / "_resources", lambda _path: True)
    if programme is not None:
        shutil.copyfile(programme, lib / "angrilien" / "_resources" / "programme.json")
    if version:
        _write_version(lib / "angrilien" / "__init__.py", version)
    _compile(lib)
    _pack(lib, program / "lib.zip")
    (program / "LICENCES.txt").write_text(licences(site, runtime), encoding="utf-8", newline="")
    for launcher in launchers:
        shutil.copyfile(launcher, out / launcher.name)
    if missing := unmet(out):
        raise CannotStage("\n".join(missing))
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    for path in (*sorted(out.rglob("*"), reverse=True), out):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (authenticode.EPOCH, authenticode.EPOCH))
    return Staged(files=len(files), size=sum(path.stat().st_size for path in files))


def _lay_runtime(runtime: Path, program: Path, tag: str) -> None:
    for path in sorted(runtime.iterdir()):
        if allow_list.keeps_of_runtime(path.name):
            shutil.copyfile(path, program / path.name)
    # With this file Python looks nowhere else: neither variables nor the registry are asked.
    (program / f"python{tag}._pth").write_text(
        f"python{tag}.zip\r\nlib.zip\r\n.\r\nlib\r\n", encoding="utf-8", newline=""
    )


def _copy(source: Path, target: Path, keeps: Callable[[str], bool]) -> None:
    """Copy the files that a rule keeps."""
    if not source.is_dir():
        raise CannotStage(f"{source} is absent")
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and "__pycache__" not in path.parts and keeps(name):
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _write_version(module: Path, version: str) -> None:
    text = module.read_text(encoding="utf-8")
    text, found = re.subn(
        r'^__version__ = ".*"$', f'__version__ = "{version}"', text, flags=re.MULTILINE
    )
    if found != 1:
        raise CannotStage("the application has no version")
    module.write_text(text, encoding="utf-8")


def _compile(lib: Path) -> None:
    """Put each module's code in its place, without a date: it is never looked at again.

    One process with a fixed seed: the order of constants in a set depends on the seed.
    """
    done = subprocess.run(  # noqa: S603 - our own command line
        [
            *(sys.executable, "-S", "-m", "compileall", "-q", "-b", "-f"),
            *("--invalidation-mode", "unchecked-hash", "-s", lib.name, "-p", ""),
            lib.name,
        ],
        cwd=lib.parent,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=False,
    )
    if done.returncode:
        raise CannotStage("a module does not compile")
    for source in lib.rglob("*.py"):
        kept = source.relative_to(lib).as_posix().startswith(_KEPT_AS_SOURCE)
        (source.with_suffix(".pyc") if kept else source).unlink()


def _pack(lib: Path, archive: Path) -> None:
    """Put what is of Python alone into one archive, not compressed: the installer does that."""
    native = {
        path.relative_to(lib).parts[0] for path in lib.rglob("*") if path.suffix in (".pyd", ".dll")
    }
    packed = [path for path in sorted(lib.iterdir()) if path.name not in native | _UNPACKED]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as written:
        for top in packed:
            # A folder without a module of its own needs an entry of its own.
            for path in (top, *sorted(top.rglob("*"))):
                name = path.relative_to(lib).as_posix() + ("/" if path.is_dir() else "")
                entry = zipfile.ZipInfo(name, ZIP_DATE)
                entry.create_system = 0
                written.writestr(entry, b"" if path.is_dir() else path.read_bytes())
    for top in packed:
        if top.is_dir():
            shutil.rmtree(top)
        else:
            top.unlink()


def licences(site: Path, runtime: Path) -> str:
    """Return the licences of everything that is laid, each under its name."""
    if not LGPL.is_file():
        raise CannotStage(f"the text of the LGPL is not at {LGPL}")
    parts = [("Angrilien", (ROOT / "LICENSE").read_text(encoding="utf-8"))]
    parts.append(("Python", (runtime / "LICENSE.txt").read_text(encoding="utf-8")))
    parts.append(("Qt, PySide6, shiboken6 (LGPL-3.0)", LGPL.read_text(encoding="utf-8")))
    font = ROOT / "resources" / "fonts" / "OFL.txt"
    parts.append(("Atkinson Hyperlegible Next", font.read_text(encoding="utf-8")))
    for path in sorted(site.glob("*.dist-info/**/*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and allow_list.is_licence(name):
            package = name.partition(".dist-info")[0]
            parts.append((f"{package} ({path.name})", path.read_text("utf-8", errors="replace")))
    rule = "=" * 78
    text = "".join(f"{rule}\n{name}\n{rule}\n\n{body.strip()}\n\n" for name, body in parts)
    return re.sub(r"\r\n?|\n", "\r\n", text)


def unmet(out: Path) -> list[str]:
    """Return a line for each library that a laid file asks for and will not find.

    Windows looks beside the file, in the folder of Python, in those that PySide6 adds, and in the
    system's own.
    """
    program = out / "program"
    added = [program, program / "lib" / "PySide6", program / "lib" / "shiboken6"]
    known = {folder: _names(folder) for folder in added}
    lines = []
    for path in sorted(out.rglob("*")):
        if path.suffix.lower() not in (".exe", ".dll", ".pyd"):
            continue
        beside = known.setdefault(path.parent, _names(path.parent))
        seen = beside.union(*(known[folder] for folder in added))
        lines += [
            f"{path.relative_to(out).as_posix()} needs {name}"
            for name in pe.imports(path.read_bytes())
            if name.lower() not in seen and not pe.SYSTEM.fullmatch(name)
        ]
    return lines


def _names(folder: Path) -> set[str]:
    return {path.name.lower() for path in folder.iterdir()} if folder.is_dir() else set()


def main(argv: list[str] | None = None) -> int:
    """Stage; return the exit code."""
    parser = argparse.ArgumentParser(description="The program as it stands on a laptop.")
    for name in ("runtime", "site", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("launchers", type=Path, nargs="+", metavar="EXE")
    asked = parser.parse_args(argv)
    made = stage(asked.runtime, asked.site, asked.launchers, asked.out)
    print(f"staged {made.files} files, {made.size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotStage, runtime_lock.NotOurRuntime) as error:
        sys.exit(f"stage_windows: {error}")
