"""What is shipped, of whom, under which licence: the parts list (CycloneDX 1.5) and the texts.

Read from the environment that the program was built in, and from the program itself: a part is
listed because it is there, not because somebody remembered it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
import re
import subprocess
import uuid
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
COMMON: Final = Path("/usr/share/common-licenses")
PYTHON_LICENCE: Final = Path("/usr/share/doc/python3.11/copyright")
# Where a wheel does not say it in the form of SPDX.
_SPDX: Final = {
    "certifi": "MPL-2.0",
    "charset-normalizer": "MIT",
    "mnemonic": "MIT",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pynacl": "Apache-2.0",
    "pyside6-essentials": "LGPL-3.0-only",
    "requests": "Apache-2.0",
    "segno": "BSD-3-Clause",
    "shiboken6": "LGPL-3.0-only",
    "sqlcipher3": "Zlib",
    "tzdata": "Apache-2.0",
}
# Parts of which only compiled code is taken: it leaves no METADATA in the program.
_ALSO: Final = ("cffi", "pyinstaller")
_ASK: Final = """
import json
import sqlcipher3.dbapi2 as sqlite
from PySide6.QtCore import qVersion
connection = sqlite.connect(":memory:")
cipher = connection.execute("PRAGMA cipher_version").fetchone()[0].split()[0]
print(json.dumps({"qt": qVersion(), "sqlcipher": cipher, "sqlite": sqlite.sqlite_version}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the program: `kind` is CycloneDX's ("library", "application", "data")."""

    name: str
    version: str
    licence: str
    kind: str = "library"
    purl: str = ""
    within: str = ""
    """The part that brings it compiled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What is laid beside the program."""

    copyright: bytes
    licences: bytes
    sbom: bytes
    parts: tuple[Part, ...]


def gather(site: Path, program: Path, version: str, date: int) -> Papers:
    """Read what a built program holds.

    Args:
        site: `site-packages` of the environment that it was built in.
        program: its folder.
        version: of the program.
        date: of the build, in seconds.
    """
    wheels = _wheels(site, program)
    parts = tuple(
        sorted(
            [*(part_of(name, told) for name, (_, told) in wheels.items() if name != "angrilien"),
             *_native(site, program)],
            key=lambda part: (part.name.lower(), part.version),
        )
    )  # fmt: skip
    return Papers(
        copyright=_copyright(parts),
        licences=_licences(wheels),
        sbom=sbom(parts, version, date),
        parts=parts,
    )


def sbom(parts: tuple[Part, ...], version: str, date: int) -> bytes:
    """Return the parts list in CycloneDX's JSON; the same parts make the same bytes."""
    listed = [_component(part) for part in parts]
    main = {
        "type": "application",
        "bom-ref": f"pkg:generic/angrilien@{version}",
        "name": "angrilien",
        "version": version,
        "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
    }
    named = json.dumps([main, listed], sort_keys=True)
    value = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, named)}",
        "version": 1,
        "metadata": {
            "timestamp": dt.datetime.fromtimestamp(date, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": main,
        },
        "components": listed,
        "dependencies": [
            {"ref": main["bom-ref"], "dependsOn": [part["bom-ref"] for part in listed]},
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _wheels(site: Path, program: Path) -> dict[str, tuple[Path, Message]]:
    """Return (folder of its papers, what it tells) of each wheel of which something is shipped."""
    shipped = {path.name for path in (program / "_internal").glob("*.dist-info")}
    found = {}
    for folder in sorted(site.glob("*.dist-info")):
        told = BytesHeaderParser().parsebytes((folder / "METADATA").read_bytes())
        name = re.sub(r"[-_.]+", "-", str(told["Name"])).lower()
        if folder.name in shipped or name in _ALSO:
            found[name] = (folder, told)
    return found


def part_of(name: str, told: Message) -> Part:
    """Return a wheel as a part; `told` is what its METADATA says.

    Raises:
        ValueError: nobody says under which licence it is.
    """
    licence = _SPDX.get(name) or told["License-Expression"] or told["License"]
    if not licence or "\n" in licence:
        raise ValueError(f"the licence of {name} is to be named in {Path(__file__).name}")
    version = str(told["Version"])
    return Part(name=name, version=version, licence=licence, purl=f"pkg:pypi/{name}@{version}")


def _native(site: Path, program: Path) -> list[Part]:
    """Return what the wheels bring compiled in, and the language itself."""
    python = site.parents[2] / "bin" / "python"
    done = subprocess.run(  # noqa: S603 - the environment that was just made
        [str(python), "-c", _ASK], check=True, capture_output=True, text=True,
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    icu = next((program / "_internal").rglob("libicudata.so.*")).name.rpartition(".")[2]
    library = next((site / "sqlcipher3").glob("*.so")).read_bytes()
    tls = re.search(rb"OpenSSL (\d+\.\d+\.\d+)", library)
    fonts = ROOT / "resources" / "fonts"
    release = re.search(r"next` (\d+\.\d+\.\d+)", (fonts / "README.md").read_text(encoding="utf-8"))
    return [
        Part(name="cpython", version=platform_python(python), licence="Python-2.0"),
        Part(name="qt", version=told["qt"], licence="LGPL-3.0-only", within="pyside6-essentials"),
        Part(name="icu", version=icu, licence="Unicode-3.0", within="pyside6-essentials"),
        Part(
            name="sqlcipher",
            version=told["sqlcipher"],
            licence="BSD-3-Clause",
            within="sqlcipher3",
        ),
        Part(name="sqlite", version=told["sqlite"], licence="blessing", within="sqlcipher3"),
        Part(
            name="openssl",
            version=tls.group(1).decode() if tls else "as in the wheel",
            licence="Apache-2.0",
            within="sqlcipher3",
        ),
        Part(name="libsodium", version="as in the wheel", licence="ISC", within="pynacl"),
        Part(name="libffi", version="as in the wheel", licence="MIT", within="cffi"),
        Part(
            name="atkinson-hyperlegible-next",
            version=release.group(1) if release else "as in resources",
            licence="OFL-1.1",
            kind="data",
        ),
        Part(name="communes-de-france", version="resources/data", licence="etalab-2.0",
             kind="data"),
    ]  # fmt: skip


def platform_python(python: Path) -> str:
    """Return the version of an interpreter."""
    code = "import platform; print(platform.python_version())"
    if not python.exists():
        return platform.python_version()
    return subprocess.run(  # noqa: S603 - as above
        [str(python), "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def _component(part: Part) -> dict[str, Any]:
    licence: dict[str, Any] = {"license": {"id": part.licence}}
    if " " in part.licence:
        licence = {"expression": part.licence}
    made: dict[str, Any] = {
        "type": part.kind,
        "bom-ref": part.purl or f"pkg:generic/{part.name}@{part.version}".replace(" ", "-"),
        "name": part.name,
        "version": part.version,
        "licenses": [licence],
    }
    if part.purl:
        made["purl"] = part.purl
    if part.within:
        made["properties"] = [{"name": "angrilien:within", "value": part.within}]
    return made


def _copyright(parts: tuple[Part, ...]) -> bytes:
    """Return the package's copyright file, in Debian's machine-readable form (DEP-5)."""
    lines = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
        "Upstream-Name: Angrilien",
        "Source: https://angrilien.example/",
        "Comment: the parts below come as they were published; all their texts stand in",
        " licences.txt.gz beside this file, the list with versions in sbom.cdx.json.gz.",
        "",
        "Files: *",
        "Copyright: 2026 the authors of Angrilien",
        "License: GPL-3+",
        "",
    ]
    for part in parts:
        within = f" (within {part.within})" if part.within else ""
        lines += [
            f"Files: opt/angrilien/*/{part.name}*",
            f"Comment: {part.name} {part.version}{within}",
            f"Copyright: the authors of {part.name}",
            f"License: {part.licence}",
            " See licences.txt.gz.",
            "",
        ]
    lines += [
        "License: GPL-3+",
        " On Debian systems the text is in /usr/share/common-licenses/GPL-3.",
        "",
    ]
    return "\n".join(lines).encode("utf-8")


def _licences(wheels: dict[str, tuple[Path, Message]]) -> bytes:
    """Return all the licence texts one after another, each under the name of its part."""
    texts: list[tuple[str, str]] = []
    for name, (folder, _told) in sorted(wheels.items()):
        found = [
            path
            for path in sorted(folder.rglob("*"))
            if re.match(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", path.name.upper())
            and path.is_file()
        ]
        texts += [(name, path.read_text(encoding="utf-8", errors="replace")) for path in found]
    for part in ("PySide6, shiboken6 and Qt (LGPL-3)", "LGPL-3"), ("what LGPL-3 adds to", "GPL-3"):
        texts.append((part[0], (COMMON / part[1]).read_text(encoding="utf-8")))
    texts.append(("Python", PYTHON_LICENCE.read_text(encoding="utf-8", errors="replace")))
    font = ROOT / "resources" / "fonts" / "OFL.txt"
    texts.append(("Atkinson Hyperlegible Next", font.read_text(encoding="utf-8")))
    rule = "=" * 78
    parts = (f"{rule}\n{name}\n{rule}\n\n{text.rstrip()}\n" for name, text in texts)
    return "\n".join(parts).encode("utf-8")
