"""Reading and writing `runtime.lock`: the files of the Windows Python, by hash and by signer."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).with_name("runtime.lock")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")
SIGNED: Final = (".exe", ".dll", ".pyd", ".cat")
"""How the names end of the files that can carry a signature of their own."""


class NotOurRuntime(Exception):
    """What was given is not the Python that the lock names; the text says in what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A source archive of the package index, with its hash.

    Attributes:
        name: of the project.
        version: the one that is pinned.
        sha256: of the archive, 64 hexadecimal digits.
    """

    name: str
    version: str
    sha256: str

    def requirement(self) -> str:
        """Return the line of a requirements file that takes this archive and no other."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What `runtime.lock` says.

    Attributes:
        python: full version, as "3.11.9".
        package: where the runtime comes from when no file is given.
        library: where the sources of the standard library come from, to compare.
        signer: name of who signed the files.
        certificate: sha256 of the signer's certificate.
        unsigned_by_them: files that somebody else signed, or nobody: their hash alone counts.
        files: sha256 of each file, by name.
    """

    python: str
    package: Package
    library: Package
    signer: str
    certificate: str
    unsigned_by_them: frozenset[str]
    files: dict[str, str]

    @property
    def minor(self) -> tuple[int, int]:
        """Version without its last number: what compiled modules depend on."""
        major, minor, _patch = self.python.split(".")
        return int(major), int(minor)

    @property
    def tag(self) -> str:
        """Part of the file names that says the version: "311"."""
        return "{}{}".format(*self.minor)

    def signed(self) -> list[str]:
        """Names of the files whose signature is checked."""
        return [
            name
            for name in self.files
            if name.endswith(SIGNED) and name not in self.unsigned_by_them
        ]

    def check(self, files: dict[str, bytes]) -> None:
        """Compare each file with its hash.

        Raises:
            NotOurRuntime: one is missing, foreign or different.
        """
        if missing := self.files.keys() - files.keys():
            raise NotOurRuntime(f"missing: {', '.join(sorted(missing))}")
        if foreign := files.keys() - self.files.keys():
            raise NotOurRuntime(f"not in runtime.lock: {', '.join(sorted(foreign))}")
        for name, data in files.items():
            if hashlib.sha256(data).hexdigest() != self.files[name]:
                raise NotOurRuntime(f"{name} is not the file that runtime.lock names")


def read(path: Path = LOCK) -> Lock:
    """Read the lock.

    Raises:
        NotOurRuntime: it is no such lock.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        made = Lock(
            python=found["python"],
            package=_package(found["package"]),
            library=_package(found["library"]),
            signer=found["signer"]["name"],
            certificate=_hash(found["signer"]["certificate"]),
            unsigned_by_them=frozenset(found["signer"]["not_theirs"]),
            files={_name(name): _hash(value) for name, value in found["files"].items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotOurRuntime(f"runtime.lock cannot be read: {error}") from error
    if not re.fullmatch(r"3\.\d+\.\d+", made.python):
        raise NotOurRuntime(f"no version of Python: {made.python}")
    # A lock that is not pinned yet has no files.
    if made.files and (unknown := made.unsigned_by_them - made.files.keys()):
        raise NotOurRuntime(f"not among the files: {', '.join(sorted(unknown))}")
    return made


def with_files(text: str, files: dict[str, bytes]) -> str:
    """Return the text of a lock with these files in the place of its own."""
    head, found, _old = text.partition("[files]\n")
    if not found:
        raise NotOurRuntime("runtime.lock has no list of files")
    lines = (
        f'"{_name(name)}" = "{hashlib.sha256(files[name]).hexdigest()}"\n'
        for name in sorted(files, key=str.lower)
    )
    return head + found + "".join(lines)


def _package(found: dict[str, Any]) -> Package:
    return Package(name=found["name"], version=found["version"], sha256=_hash(found["sha256"]))


def _hash(value: str) -> str:
    if not _SHA256.fullmatch(value):
        message = f"no sha256: {value!r}"
        raise ValueError(message)
    return value


def _name(value: str) -> str:
    """Return a plain file name: what is unpacked goes beside the others and nowhere else."""
    if not _NAME.fullmatch(value) or value in {".", ".."}:
        message = f"no name of a file: {value!r}"
        raise ValueError(message)
    return value
