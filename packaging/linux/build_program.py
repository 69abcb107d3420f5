"""Build the program for Linux: one folder, a Debian package of it, an archive for other systems.

    build_program.py --out dist [--programme FILE] [--version NUMBER] [--fast]

It is run by the project's own environment. The program itself is built in another one, made here
and clean, with Debian's own Python (its libraries leave no foreign path in what is shipped, and are
those that Debian mends) from the locks alone: what else is installed must not be swept in.

Two builds of the same sources are the same bytes: dates come from SOURCE_DATE_EPOCH, without it
from the last commit.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import lzma
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shipped

from angrilien.server import debs
from angrilien.server.debs import Entry

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
PYTHON: Final = "/usr/bin/python3"
MOST_DEB: Final = 50_000_000
ROOM_KB: Final = 400_000
"""What an installation needs for a moment: the program before it still stands there."""
DEPENDS: Final = "depends"
"""File in the folder of the work: the packages that the program needs, as they were found."""
ICON_SIZES: Final = (48, 128, 256)
_LIBRARIES: Final = (
    "libcups2", "libegl1", "libgl1", "libpython3.11", "libwayland-cursor0", "libxcb-cursor0",
    "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0", "libxcb-xkb1",
    "libxkbcommon-x11-0",
)  # fmt: skip
"""Debian 12's packages of what the program uses and does not bring: asked what they are called."""
_TOOLS: Final = ("dpkg-shlibdeps", "strip", "objdump", PYTHON)


class CannotBuild(Exception):
    """Something that the build needs is absent, or what it made is not right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build.

    Attributes:
        work: folder for what is made on the way.
        out: folder of what is built.
        version: number that the program tells.
        date: of every file, in seconds.
        programme: file of the programme, the one of `resources` without it.
        is_fast: packed quickly, for tests: larger.
    """

    work: Path
    out: Path
    version: str
    date: int
    programme: Path | None
    is_fast: bool

    @property
    def day(self) -> str:
        """Return the date as YYYY-MM-DD."""
        return dt.datetime.fromtimestamp(self.date, dt.UTC).date().isoformat()

    def filled(self, template: Path, **more: object) -> bytes:
        """Return a template's text with what stands between @ signs filled in."""
        text = template.read_text(encoding="utf-8")
        words = {
            "VERSION": self.version,
            "DAY": self.day,
            "MAINTAINER": debs.MAINTAINER,
            "ROOM": ROOM_KB,
            "ROOM_MB": ROOM_KB // 1000,
            **more,
        }
        for name, value in words.items():
            text = text.replace(f"@{name}@", str(value))
        if left := re.search(r"@[A-Z_]+@", text):
            raise CannotBuild(f"{template.name}: {left.group()} is not filled in")
        return text.encode("utf-8")


def main(argv: list[str] | None = None) -> int:
    """Build; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the program for Linux.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "linux")
    parser.add_argument("--programme", type=Path, help="programme.json of the laptops")
    parser.add_argument("--version", default="", help="another number, for tests of upgrades")
    parser.add_argument("--fast", action="store_true", help="packed quickly, for tests")
    asked = parser.parse_args(argv)
    build = Build(
        work=asked.work.resolve(),
        out=asked.out.resolve(),
        version=asked.version or _own_version(),
        date=_date(),
        programme=asked.programme,
        is_fast=asked.fast,
    )
    started = time.monotonic()
    for tool in _TOOLS:
        if shutil.which(tool) is None:
            raise CannotBuild(f"{tool} is missing: apt-get install dpkg-dev binutils python3-venv")
    build.out.mkdir(parents=True, exist_ok=True)
    environment = _environment(build)
    program = _program(build, environment)
    site = next((environment / "lib").glob("python3.*/site-packages"))
    papers = shipped.gather(site, program, build.version, build.date)
    entries = _tree(build, program, papers)
    libraries = depends(build, program)
    (build.work / DEPENDS).write_text(libraries, encoding="utf-8")
    package = _package(build, entries, libraries)
    archive = _archive(build, program, papers)
    for path in (package, archive):
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {shipped.sum_of(path)}")
    print(f"{len(entries)} files, {time.monotonic() - started:.0f} s")
    if package.stat().st_size > MOST_DEB and not build.is_fast:
        raise CannotBuild(f"the package is over {MOST_DEB // 10**6} MB")
    return 0


# --- the program ----------------------------------------------------------------------------------


def _environment(build: Build) -> Path:
    """Make the clean environment, or take the one that was made from the same locks."""
    made = build.work / "environment"
    locks = [ROOT / "requirements.lock", HERE / "build.lock"]
    stamp = made / "made-from"
    now = "".join(shipped.sum_of(lock) for lock in locks)
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != now:
        shutil.rmtree(made, ignore_errors=True)
        _run(PYTHON, "-m", "venv", made)
        words = [word for lock in locks for word in ("--requirement", lock)]
        _run(
            made / "bin" / "python", "-m", "pip", "install", "--quiet",
            "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", *words,
        )  # fmt: skip
        stamp.write_text(now, encoding="ascii")
    return made


def _program(build: Build, environment: Path) -> Path:
    """Build the wheel of a copy of the sources, then the one-folder program; return its folder."""
    python = environment / "bin" / "python"
    sources = build.work / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("src", "resources"):
        shutil.copytree(ROOT / name, sources / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources / name)
    if build.programme is not None:
        shutil.copyfile(build.programme, sources / "resources" / "programme.json")
    init = sources / "src" / "angrilien" / "__init__.py"
    text = init.read_text(encoding="utf-8")
    init.write_text(text.replace(f'"{_own_version()}"', f'"{build.version}"'), encoding="utf-8")
    wheels = build.work / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    _run(python, "-m", "hatchling", "build", "--target", "wheel", "-d", wheels, cwd=sources,
         date=build.date)  # fmt: skip
    (wheel,) = wheels.glob("*.whl")
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--no-index", "--force-reinstall", wheel)  # fmt: skip
    _run(
        python, "-m", "PyInstaller", "--clean", "--noconfirm", "--log-level", "ERROR",
        "--distpath", build.work / "program", "--workpath", build.work / "pyinstaller",
        HERE / "angrilien.spec", date=build.date,
    )  # fmt: skip
    program = build.work / "program" / "angrilien"
    # What is imported by name only, or read as a file, is missed by nothing but a start.
    _run(program / "angrilien", "--trial-start")
    for path in program.rglob("*"):
        if path.is_file() and not path.is_symlink():
            # Libraries are read, never started: only the program itself is.
            path.chmod(0o755 if path == program / "angrilien" else 0o644)
    return program


def _tree(build: Build, program: Path, papers: shipped.Papers) -> list[Entry]:
    """Return the package's files, the program's first and what starts it last."""
    place = f"opt/angrilien/{build.version}"
    files = _entries(program, place)
    documents = "usr/share/doc/angrilien"
    icon = (ROOT / "resources" / "icons" / "angrilien.svg").read_bytes()
    share = [
        Entry(name="usr/share/applications/angrilien.desktop",
              data=(HERE / "angrilien.desktop").read_bytes()),
        *(
            Entry(name=f"usr/share/icons/hicolor/{size}x{size}/apps/angrilien.png", data=png)
            for size, png in _icons(build).items()
        ),
        Entry(name="usr/share/icons/hicolor/scalable/apps/angrilien.svg", data=icon),
        Entry(name="usr/share/lintian/overrides/angrilien",
              data=_overrides()),
        Entry(name="usr/share/man/man1/angrilien.1.gz",
              data=_packed(build.filled(HERE / "angrilien.1"))),
        Entry(name="usr/share/metainfo/fr.angrilien.Angrilien.metainfo.xml",
              data=build.filled(HERE / "metainfo.xml.in")),
        Entry(name=f"{documents}/changelog.gz", data=_packed(_changelog(build))),
        Entry(name=f"{documents}/copyright", data=papers.copyright),
        Entry(name=f"{documents}/licences.txt.gz", data=_packed(papers.licences)),
        Entry(name=f"{documents}/sbom.cdx.json.gz", data=_packed(papers.sbom)),
    ]  # fmt: skip
    start = Entry(
        name="usr/bin/angrilien", data=build.filled(HERE / "debian" / "angrilien.sh"), mode=0o755
    )
    return [*files, *sorted(share, key=lambda entry: entry.name), start]


def _entries(folder: Path, place: str) -> list[Entry]:
    """Return the files and links of a folder, in the order of their names."""
    found = []
    for path in sorted(folder.rglob("*"), key=lambda path: path.as_posix().encode()):
        name = f"{place}/{path.relative_to(folder).as_posix()}"
        if path.is_symlink():
            found.append(Entry(name=name, link=str(path.readlink())))
        elif path.is_file():
            found.append(Entry(name=name, data=path.read_bytes(), mode=path.stat().st_mode & 0o777))
    return found


def _icons(build: Build) -> dict[int, bytes]:
    """Draw the icon in the sizes that desktops ask for."""
    code = (
        "import sys\n"
        "from PySide6.QtCore import QSize, Qt\n"
        "from PySide6.QtGui import QImage, QPainter\n"
        "from PySide6.QtSvg import QSvgRenderer\n"
        "svg, out, *sizes = sys.argv[1:]\n"
        "for size in map(int, sizes):\n"
        "    image = QImage(QSize(size, size), QImage.Format.Format_ARGB32)\n"
        "    image.fill(Qt.GlobalColor.transparent)\n"
        "    painter = QPainter(image)\n"
        "    QSvgRenderer(svg).render(painter)\n"
        "    painter.end()\n"
        "    assert image.save(f'{out}/{size}.png')\n"
    )
    folder = build.work / "icons"
    folder.mkdir(exist_ok=True)
    svg = ROOT / "resources" / "icons" / "angrilien.svg"
    _run(build.work / "environment" / "bin" / "python", "-c", code, svg, folder, *ICON_SIZES)
    return {size: (folder / f"{size}.png").read_bytes() for size in ICON_SIZES}


# --- the package ----------------------------------------------------------------------------------


def pack(build: Build, program: Path, *, depends: str) -> Path:
    """Pack a built program without its papers, for trials of installing and upgrading."""
    place = f"opt/angrilien/{build.version}"
    start = build.filled(HERE / "debian" / "angrilien.sh")
    entries = [
        *_entries(program, place), Entry(name="usr/bin/angrilien", data=start, mode=0o755)
    ]  # fmt: skip
    return _package(build, entries, depends)


def _package(build: Build, entries: list[Entry], depends: str) -> Path:
    scripts = [
        Entry(name=name, data=build.filled(HERE / "debian" / name), mode=0o755)
        for name in ("preinst", "postinst", "prerm", "postrm")
    ]
    size = sum(len(entry.data) // 1024 + 1 for entry in entries)
    control = build.filled(HERE / "debian" / "control.in", SIZE=size, DEPENDS=depends)
    data, name = debs.tar(entries, build.date), "data.tar.xz"
    if build.is_fast:
        data, name = gzip.compress(data, 1, mtime=0), "data.tar.gz"
    else:
        data = lzma.compress(data, preset=9)
    path = build.out / f"angrilien_{build.version}_amd64.deb"
    control_files = [Entry(name="control", data=control), debs.sums(entries), *scripts]
    path.write_bytes(debs.write(control_files, data, name, build.date))
    return path


def depends(build: Build, program: Path) -> str:
    """Ask Debian's own tool which packages the program's libraries need.

    It is a gate too: a library that is neither in the program nor in a package ends the build.
    """
    stub = build.work / "shlibdeps"
    shutil.rmtree(stub, ignore_errors=True)
    # It knows the libraries of the program itself by the tree of a package that it finds them in.
    tree = stub / "debian" / "angrilien"
    (tree / "DEBIAN").mkdir(parents=True)
    (stub / "debian" / "control").write_text(
        "Source: angrilien\n\nPackage: angrilien\nArchitecture: any\n", encoding="utf-8"
    )
    inside = tree / "opt" / "angrilien" / build.version
    shutil.copytree(program, inside, symlinks=True, copy_function=os.link)
    binaries = [
        path
        for path in sorted(inside.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF"
    ]
    folders = sorted({path.parent for path in binaries} | {inside / "_internal"})
    done = subprocess.run(  # noqa: S603 - Debian's own tool, on our own files
        [
            "/usr/bin/dpkg-shlibdeps", "-O", "--warnings=0", f"-S{tree}",
            *(f"-l{folder}" for folder in folders),
            *(f"-e{path}" for path in binaries),
        ],
        cwd=stub,
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        missing = "\n".join(done.stderr.splitlines()[:8])
        raise CannotBuild(
            f"a library of the program is in no installed package:\n{missing}\n"
            f"If one is only missing here: apt-get install {' '.join(_LIBRARIES)}"
        )
    found = done.stdout.strip().removeprefix("shlibs:Depends=").split(", ")
    # The zones are the system's.
    return ", ".join(sorted({*found, "tzdata"}))


def _overrides() -> bytes:
    lines = (HERE / "debian" / "lintian-overrides").read_text(encoding="utf-8").splitlines()
    named = [line if line.startswith("#") else f"angrilien: {line}" for line in lines if line]
    return ("\n".join(named) + "\n").encode("utf-8")


def _changelog(build: Build) -> bytes:
    day = dt.datetime.fromtimestamp(build.date, dt.UTC)
    return (
        f"angrilien ({build.version}) stable; urgency=medium\n\n"
        "  * What changes for those who use it: CHANGELOG.md of the sources.\n\n"
        f" -- {debs.MAINTAINER}  {debs.day(int(day.timestamp()))}\n"
    ).encode()


# --- the archive ----------------------------------------------------------------------------------


def _archive(build: Build, program: Path, papers: shipped.Papers) -> Path:
    name = f"angrilien-{build.version}-linux-x86_64"
    entries = [
        *_entries(program, f"{name}/angrilien"),
        Entry(name=f"{name}/LICENCES.txt", data=papers.licences),
        Entry(name=f"{name}/angrilien.desktop", data=(HERE / "angrilien.desktop").read_bytes()),
        Entry(name=f"{name}/angrilien.svg",
              data=(ROOT / "resources" / "icons" / "angrilien.svg").read_bytes()),
        Entry(name=f"{name}/install.sh", data=build.filled(HERE / "install.sh"), mode=0o755),
        Entry(name=f"{name}/sbom.cdx.json", data=papers.sbom),
    ]  # fmt: skip
    path = build.out / f"{name}.tar.xz"
    packed = lzma.compress(debs.tar(entries, build.date), preset=1 if build.is_fast else 6)
    path.write_bytes(packed)
    (build.out / f"angrilien-{build.version}-linux.cdx.json").write_bytes(papers.sbom)
    return path


# --- what they share ------------------------------------------------------------------------------


def _own_version() -> str:
    text = (ROOT / "src" / "angrilien" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "([^"]+)"', text)
    if found is None:
        raise CannotBuild("the program has no version")
    return found.group(1)


def _date() -> int:
    """Return the date of every file: SOURCE_DATE_EPOCH, else the last commit's, else 2026-01-01."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal():
        return int(given)
    done = subprocess.run(
        ["/usr/bin/git", "log", "-1", "--format=%ct"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else 1_767_225_600


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _run(*words: object, cwd: Path | None = None, date: int = 0) -> None:
    """Run a command of the build, with nothing of the caller's Python in sight."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = kept | {
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    if date:
        environment["SOURCE_DATE_EPOCH"] = str(date)
    done = subprocess.run(  # noqa: S603 - our own command lines
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(str(word) for word in words[:4])}…\n{done.stdout}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotBuild as error:
        sys.exit(f"build: {error}")
