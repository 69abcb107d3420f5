"""What the Windows installer ships, of whom, under which licence: its parts list (CycloneDX 1.5).

The form is that of the Linux package (`packaging/linux/shipped.py`); read here are the wheels that
were resolved for Windows and the Python of `runtime.lock`.
"""

from __future__ import annotations

import re
import sys
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

import allow_list
import authenticode
import runtime_lock

ROOT: Final = Path(__file__).resolve().parents[2]
if str(ROOT / "packaging" / "linux") not in sys.path:
    sys.path.insert(0, str(ROOT / "packaging" / "linux"))

import shipped  # noqa: E402 - its folder was added above
from shipped import Part  # noqa: E402


def parts(site: Path, runtime: Path) -> tuple[Part, ...]:
    """Return what is shipped.

    Args:
        site: wheels resolved for Windows.
        runtime: folder that fetch_runtime.py laid.
    """
    found = []
    for folder in sorted(site.glob("*.dist-info")):
        if allow_list.keeps(f"{folder.name}/METADATA"):
            told = BytesHeaderParser().parsebytes((folder / "METADATA").read_bytes())
            found.append(shipped.part_of(re.sub(r"[-_.]+", "-", str(told["Name"])).lower(), told))
    qt = next(part.version for part in found if part.name == "pyside6-essentials")
    openssl = re.search(rb"OpenSSL (\d+\.\d+\.\d+)", (runtime / "libcrypto-3.dll").read_bytes())
    found += [
        Part(name="cpython", version=runtime_lock.read().python, licence="Python-2.0"),
        Part(
            name="openssl",
            version=openssl.group(1).decode() if openssl else "as in CPython",
            licence="Apache-2.0",
            within="cpython",
        ),
        Part(name="libffi", version="as in CPython", licence="MIT", within="cpython"),
        Part(name="qt", version=qt, licence="LGPL-3.0-only", within="pyside6-essentials"),
        Part(name="sqlcipher", version="as in the wheel", licence="BSD-3-Clause",
             within="sqlcipher3"),
        Part(name="libsodium", version="as in the wheel", licence="ISC", within="pynacl"),
        Part(name="atkinson-hyperlegible-next", version="as in resources", licence="OFL-1.1",
             kind="data"),
        Part(name="communes-de-france", version="resources/data", licence="etalab-2.0",
             kind="data"),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda part: (part.name.lower(), part.version)))


def write(site: Path, runtime: Path, version: str, out: Path) -> None:
    """Write the parts list beside an installer."""
    out.write_bytes(shipped.sbom(parts(site, runtime), version, authenticode.EPOCH))
