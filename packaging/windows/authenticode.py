"""Sign what Windows runs (Authenticode), and leave a place in it for a venue's profile.

The place lies where the signature does not look: in a signed program among the attributes that it
leaves unauthenticated (documented by osslsigncode), in an unsigned one after its end. So one signed
installer serves every venue; the profile has a signature of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pe

from angrilien.server.tagging import BEGIN, END

ROOM: Final = 993
"""Bytes of the place; osslsigncode's own number, kept where we make the place ourselves."""
NAME: Final = "Angrilien"


def _date() -> int:
    """Return SOURCE_DATE_EPOCH, else the last commit's date, else 2026-01-01."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal():
        return int(given)
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"],  # noqa: S607
        cwd=Path(__file__).parent,
        check=False,
        capture_output=True,
        text=True,
    )
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else 1_767_225_600


EPOCH: Final = _date()
"""Date of everything that is built, in seconds since 1970."""


class NotSigned(Exception):
    """osslsigncode did not do what it was asked; the text is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """With what is signed.

    Attributes:
        certificates: PEM file of the signer's certificate and those between it and the root.
        key: PEM file of the private key, or a PKCS#11 address.
        timestamp: address of a timestamp server; without one a signature ends with its certificate.
    """

    certificates: Path
    key: str
    timestamp: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a command line say with what is signed."""
    parser.add_argument("--certificate", type=Path, metavar="PEM")
    parser.add_argument("--key", metavar="PEM|pkcs11:...")
    parser.add_argument("--timestamp", default="", metavar="ADDRESS")


def certificate_of(asked: argparse.Namespace) -> Certificate | None:
    """Return what a command line said, None where nothing is to be signed."""
    if not asked.certificate or not asked.key:
        return None
    return Certificate(certificates=asked.certificate, key=asked.key, timestamp=asked.timestamp)


def sign(program: Path, certificate: Certificate, *, epoch: int) -> None:
    """Sign a program in its place.

    Args:
        program: a Windows program; a signature that it has is replaced.
        certificate: with what.
        epoch: time of signing where no timestamp server says it: the same bytes each time.
    """
    words = ["-certs", str(certificate.certificates), "-key", certificate.key]
    if certificate.timestamp:
        words += ["-ts", certificate.timestamp]
    else:
        words += ["-time", str(epoch)]
    _change(program, "sign", *words, "-h", "sha256", "-n", NAME)


def command(certificate: Certificate) -> str:
    """Return the command line that signs a program named after it: makensis runs it itself."""
    words = [sys.executable, __file__, "--certificate", str(certificate.certificates)]
    words += ["--key", certificate.key]
    if certificate.timestamp:
        words += ["--timestamp", certificate.timestamp]
    return " ".join(f'"{word}"' for word in words)


def add_place(program: Path) -> None:
    """Give a program the place for a profile, once it is signed or is to stay unsigned."""
    if pe.certificates(program.read_bytes())[1]:
        _change(program, "add", "-addUnauthenticatedBlob", "-h", "sha256")
    else:
        with program.open("ab") as stream:
            stream.write(BEGIN + bytes(ROOM) + END)


def main(argv: list[str] | None = None) -> int:
    """Sign programs in their place; return the exit code."""
    parser = argparse.ArgumentParser(description="Sign Windows programs.")
    add_arguments(parser)
    parser.add_argument("programs", type=Path, nargs="+")
    asked = parser.parse_args(argv)
    certificate = certificate_of(asked)
    if certificate is None:
        parser.error("--certificate and --key say with what")
    for program in asked.programs:
        sign(program, certificate, epoch=EPOCH)
    return 0


def _change(program: Path, *words: str) -> None:
    made = program.with_name(f"{program.name}.new")
    made.unlink(missing_ok=True)
    done = subprocess.run(  # noqa: S603 - our own command line
        ["osslsigncode", *words, "-in", str(program), "-out", str(made)],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        made.unlink(missing_ok=True)
        raise NotSigned(done.stderr or done.stdout)
    made.replace(program)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotSigned as error:
        sys.exit(f"authenticode: {error}")
