"""Fetch the Windows Python that the installer carries, and prove that it is the genuine one.

    python fetch_runtime.py --out FOLDER                the archive that runtime.lock names
    python fetch_runtime.py --out FOLDER --runtime ZIP  an embeddable Python given as a file
    python fetch_runtime.py --runtime ZIP --pin         write a new list into runtime.lock
    ... --library                                       also compare the standard library

Each file must have the hash that the lock names and the signature of the Python Software
Foundation. A release gives the newest embeddable Python by `--runtime`; it is pinned first.
Needs osslsigncode (1 s), and pip where no file is given.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

import runtime_lock
import verify_stdlib
from runtime_lock import Lock, NotOurRuntime, Package

ROOTS: Final = Path("/etc/ssl/certs/ca-certificates.crt")
"""Certificates that the system trusts, in PEM."""
LARGEST: Final = 200 << 20
"""Bytes that one file of an archive may take: what is larger is no Python."""


def from_index(package: Package) -> Path:
    """Download a source archive by the configured package index; return the file.

    pip runs the set-up script of what it downloads to learn its name: here that of the one archive
    whose hash is pinned.

    Raises:
        NotOurRuntime: the index has no such archive, or another one under its name.
    """
    folder = Path(tempfile.mkdtemp(prefix="angrilien-runtime-"))
    wanted = folder / "requirements.txt"
    wanted.write_text(package.requirement(), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own command line
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-binary", ":all:", "--require-hashes"),
            *("--requirement", str(wanted), "--dest", str(folder)),
        ],
        check=False,
    )
    found = list(folder.glob("*.tar.gz"))
    if done.returncode or len(found) != 1:
        shutil.rmtree(folder)
        raise NotOurRuntime(f"{package.name} {package.version} could not be fetched")
    return found[0]


def data_of(archive: Path) -> bytes:
    """Return the zip that a source archive carries."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and PurePosixPath(member.name).name == "data.zip":
                stream = tar.extractfile(member)
                if stream is not None and member.size <= LARGEST:
                    return stream.read()
    raise NotOurRuntime(f"{archive.name} carries no Python")


def files_of(data: bytes) -> dict[str, bytes]:
    """Return the files of an embeddable Python's zip, by name; a folder around them is dropped."""
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for entry in packed.infolist():
            if entry.is_dir():
                continue
            if entry.file_size > LARGEST:
                raise NotOurRuntime(f"{entry.filename} is too large")
            files[PurePosixPath(entry.filename).name] = packed.read(entry)
    return files


def verify_signatures(folder: Path, lock: Lock, names: list[str]) -> None:
    """Check the signature of each file, and that the lock's own signer made it.

    Raises:
        NotOurRuntime: one is not signed, not theirs or altered.
    """
    if shutil.which("osslsigncode") is None:
        raise NotOurRuntime("osslsigncode is missing: apt-get install osslsigncode")
    for name in names:
        done = subprocess.run(  # noqa: S603 - our own command line
            [
                *("osslsigncode", "verify", "-ignore-cdp", "-ignore-crl"),
                *("-CAfile", str(ROOTS), "-TSA-CAfile", str(ROOTS)),
                *("-require-leaf-hash", f"sha256:{lock.certificate}"),
                *("-in", str(folder / name)),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode or "Signature verification: ok" not in done.stdout:
            raise NotOurRuntime(f"{name} is not signed by {lock.signer}")


def lay(files: dict[str, bytes], folder: Path) -> None:
    """Write the files into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def main(argv: list[str] | None = None) -> int:
    """Fetch, verify and lay out; return the exit code."""
    parser = argparse.ArgumentParser(description="The Windows Python of the installer.")
    parser.add_argument("--runtime", type=Path, metavar="ZIP", help="an embeddable Python")
    parser.add_argument("--out", type=Path, help="folder for its files")
    parser.add_argument("--pin", action="store_true", help="write its hashes into runtime.lock")
    parser.add_argument("--library", action="store_true", help="compare the standard library")
    asked = parser.parse_args(argv)
    lock = runtime_lock.read()
    data = asked.runtime.read_bytes() if asked.runtime else data_of(from_index(lock.package))
    files = files_of(data)
    if not asked.pin:
        lock.check(files)
    with tempfile.TemporaryDirectory(prefix="angrilien-runtime-") as temporary:
        folder = Path(temporary) / "runtime"
        lay(files, folder)
        names = [n for n in files if n.endswith(runtime_lock.SIGNED)]
        theirs = [name for name in names if name not in lock.unsigned_by_them]
        verify_signatures(folder, lock, theirs)
        print(f"{len(files)} files, {len(theirs)} signed by {lock.signer}")
        if asked.library:
            full = files_of_library(data_of(from_index(lock.library)))
            print(verify_stdlib.compare(folder, full, lock.tag).line())
    if asked.pin:
        text = runtime_lock.LOCK.read_text(encoding="utf-8")
        runtime_lock.LOCK.write_text(runtime_lock.with_files(text, files), encoding="utf-8")
    if asked.out:
        lay(files, asked.out)
    return 0


def files_of_library(data: bytes) -> dict[str, bytes]:
    """Return the modules of a full Python's zip by their path below `Lib`."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for entry in packed.infolist():
            parts = PurePosixPath(entry.filename).parts
            if "Lib" in parts and entry.filename.endswith(".py"):
                found["/".join(parts[parts.index("Lib") + 1 :])] = packed.read(entry)
    return found


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotOurRuntime as error:
        sys.exit(f"fetch_runtime: {error}")
