"""Build the Windows installer, on Linux, from the locks alone.

    build_installer.py                   dist/angrilien-VERSION-windows.exe, small (minutes)
    build_installer.py --quick           not compressed, for tests
    build_installer.py --programme FILE  for the laptops of a programme: its programme.json
    build_installer.py --runtime ZIP     with a newer Python, which runtime.lock names by now
    build_installer.py --certificate PEM --key PEM      signed

Needs nsis, gcc-mingw-w64-x86-64-win32 and osslsigncode of Debian, and the environment of the lock.
Everything between goes to build/windows.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import authenticode
import fetch_runtime
import ico
import runtime_lock
import stage_windows
import windows_parts

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
WORK: Final = ROOT / "build" / "windows"
TOOLS: Final = {
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
    "x86_64-w64-mingw32-windres": "binutils-mingw-w64-x86-64",
    "osslsigncode": "osslsigncode",
}
"""Programs that a build needs, and Debian's packages that bring them."""


class CannotBuild(Exception):
    """A step failed; the text says which."""


def version() -> str:
    """Return the version of the application, as "1.2.3"."""
    text = (ROOT / "src" / "angrilien" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', text, re.MULTILINE)
    if found is None:
        raise CannotBuild("the application has no version of three numbers")
    return found.group(1)


def run(*words: str | Path, folder: Path | None = None) -> None:
    """Run a step; what it prints is shown only if it fails.

    Raises:
        CannotBuild: it failed.
    """
    done = subprocess.run(  # noqa: S603 - our own command line
        [str(word) for word in words],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(authenticode.EPOCH)},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise CannotBuild(f"{words[0]} failed:\n{done.stdout}")


def wheels(site: Path) -> None:
    """Put what the lock names for Windows into a folder: chosen for Windows, whatever runs here."""
    shutil.rmtree(site, ignore_errors=True)
    uv = Path(sys.executable).with_name("uv")
    lock = runtime_lock.read()
    run(
        *(uv if uv.is_file() else "uv", "pip", "install", "--quiet", "--no-config", "--no-deps"),
        *("--only-binary", ":all:", "--require-hashes", "--link-mode", "copy"),
        *("--python-platform", "x86_64-pc-windows-msvc"),
        *("--python-version", "{}.{}".format(*lock.minor), "--target", site),
        *("--requirement", ROOT / "requirements.lock"),
    )


def launchers(folder: Path, number: str) -> list[Path]:
    """Compile Angrilien.exe and the sender's own, AngrilienEnvoi.exe; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    drawing = ROOT / "resources" / "icons" / "angrilien.svg"
    (folder / "angrilien.ico").write_bytes(ico.ico(drawing))
    ico.side_picture(drawing, folder / "side.bmp")
    shutil.copyfile(HERE / "launcher.manifest", folder / "launcher.manifest")
    return [
        _launcher(folder, number, "Angrilien", "Angrilien", ()),
        _launcher(folder, number, "AngrilienEnvoi", "Angrilien, envoi", ("-DSENDER",)),
    ]


def _launcher(folder: Path, number: str, name: str, about: str, more: tuple[str, ...]) -> Path:
    text = (HERE / "launcher.rc.in").read_text(encoding="utf-8")
    for mark, value in {
        "@NUMBERS@": number.replace(".", ",") + ",0",
        "@VERSION@": number,
        "@NAME@": name,
        "@ABOUT@": about,
    }.items():
        text = text.replace(mark, value)
    (folder / "launcher.rc").write_text(text, encoding="utf-8")
    run("x86_64-w64-mingw32-windres", "launcher.rc", "launcher.o", folder=folder)
    made = folder / f"{name}.exe"
    run(
        *("x86_64-w64-mingw32-gcc", "-Os", "-Wall", "-Wextra", "-Werror", "-ffreestanding"),
        *("-fno-asynchronous-unwind-tables", "-fno-ident", "-fno-stack-protector", *more),
        *("-nostdlib", "-municode", "-mwindows", "-s", "-Wl,-e,start,--no-insert-timestamp"),
        "-Wl,--dynamicbase,--nxcompat,--high-entropy-va",
        *(HERE / "launcher.c", "launcher.o", "-lkernel32", "-luser32", "-lshell32", "-o", made),
        folder=folder,
    )
    return made


def installer(
    staged: Path, made: Path, number: str, *, size: int, quick: bool, signing: str = ""
) -> None:
    """Pack the staged program into an installer.

    Args:
        staged: folder that stage_windows.py made.
        made: the installer's file.
        number: its version.
        size: of the staged program, in bytes.
        quick: packed without compression.
        signing: command that signs a file named after it: the uninstaller is signed by it.
    """
    made.parent.mkdir(parents=True, exist_ok=True)
    pictures = WORK / "launcher"
    run(
        *("makensis", "-V2", "-NOCD", f"-DVERSION={number}", f"-DSTAGE={staged}", f"-DOUT={made}"),
        *(f"-DPICTURES={pictures}", f"-DNEEDED_KB={size // 1024}", f"-DHERE={HERE}"),
        *(("-DQUICK",) if quick else ()),
        *((f"-DSIGN={signing}",) if signing else ()),
        HERE / "angrilien.nsi",
    )


def main(argv: list[str] | None = None) -> int:
    """Build; return the exit code."""
    parser = argparse.ArgumentParser(description="The Windows installer.")
    parser.add_argument("--runtime", type=Path, metavar="ZIP", help="an embeddable Python")
    parser.add_argument("--quick", action="store_true", help="not compressed, for tests")
    parser.add_argument("--out", type=Path, help="the installer's file")
    parser.add_argument("--programme", type=Path, help="programme.json of the laptops")
    parser.add_argument("--version", default=version(), help="another number, for tests")
    parser.add_argument("--reuse", action="store_true", help="keep the runtime and the wheels")
    authenticode.add_arguments(parser)
    asked = parser.parse_args(argv)
    if missing := {package for tool, package in TOOLS.items() if shutil.which(tool) is None}:
        raise CannotBuild(f"apt-get install {' '.join(sorted(missing))}")
    runtime, site, staged = WORK / "runtime", WORK / "site", WORK / "stage"
    if not (asked.reuse and runtime.is_dir() and site.is_dir()):
        given = ["--runtime", str(asked.runtime)] if asked.runtime else []
        fetch_runtime.main([*given, "--out", str(runtime)])
        wheels(site)
    programs = launchers(WORK / "launcher", asked.version)
    certificate = authenticode.certificate_of(asked)
    if certificate is not None:
        for program in programs:
            authenticode.sign(program, certificate, epoch=authenticode.EPOCH)
    laid = stage_windows.stage(
        *(runtime, site, programs, staged), version=asked.version, programme=asked.programme
    )
    print(f"{laid.files} files, {laid.size / 1e6:.1f} MB")
    made = asked.out or ROOT / "dist" / f"angrilien-{asked.version}-windows.exe"
    signing = authenticode.command(certificate) if certificate is not None else ""
    installer(staged, made, asked.version, size=laid.size, quick=asked.quick, signing=signing)
    if certificate is not None:
        authenticode.sign(made, certificate, epoch=authenticode.EPOCH)
    authenticode.add_place(made)
    windows_parts.write(site, runtime, asked.version, made.with_suffix(".cdx.json"))
    print(f"{made.name}: {made.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotBuild, stage_windows.CannotStage, runtime_lock.NotOurRuntime) as error:
        sys.exit(f"build_installer: {error}")
