"""The repository keeps its shape, and says nothing of the machine it was written on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))

TOP_LEVEL = {
    "pyproject.toml", "src", "resources", "tests", "packaging", "README.md",
    "docs", "Makefile", "requirements.lock", "requirements-server.lock", "requirements-dev.lock",
    "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
}  # fmt: skip

# Written in two halves, so that this file passes its own test.
FOREIGN = re.compile(
    "|".join(
        (
            r"pypi\." + r"org",
            r"python" + r"hosted",
            r"registry\." + r"npmjs",
            r"deb\." + r"debian\.org",
            r"--(extra-)?index" + r"-url\s",
            r"(?<![\w.~$}\])-])/(" + r"home|root|Users)/\w",
            r"[A-Za-z]:\\" + r"Users\\",
        )
    )
)


def committed_files() -> list[Path]:
    """Files that git follows or would follow; all but the ignored ones outside a clone."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode("utf-8")
    except (OSError, subprocess.CalledProcessError):
        folders = [ROOT / name for name in sorted(TOP_LEVEL)]
        paths = [p for f in folders for p in ([f] if f.is_file() else f.rglob("*"))]
        return [p for p in paths if p.is_file() and "__pycache__" not in p.parts]
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_top_level_has_only_what_the_layout_names() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in committed_files()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_no_file_names_a_registry_or_a_folder_of_a_machine() -> None:
    found = []
    for path in committed_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture, a font
        found += [
            f"{path.relative_to(ROOT)}: {match.group()!r}" for match in FOREIGN.finditer(text)
        ]
    assert found == []


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-server.lock",
        "requirements-dev.lock",
        "packaging/linux/build.lock",
    ],
)
def test_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"find-links|index-url|@ file|^-[ef]", text, re.MULTILINE)
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==[^\s]+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_locks_agree() -> None:
    everything = pins("requirements-dev.lock")
    for name in ("requirements.lock", "requirements-server.lock"):
        assert pins(name).items() <= everything.items()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    build = project["build-system"]["requires"]
    project = project["project"]
    extras = project["optional-dependencies"]
    for lock, asked in {
        "requirements.lock": project["dependencies"],
        "requirements-server.lock": project["dependencies"] + extras["server"],
        "requirements-dev.lock": sum(extras.values(), project["dependencies"] + build),
    }.items():
        names = {normal(re.split(r"[\s\[<>=!~;]", line)[0]) for line in asked}
        assert names <= pins(lock).keys(), f"{lock}: make lock"


def test_modules_stay_small() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in SOURCES
    }
    assert {name: length for name, length in lengths.items() if length > 450} == {}


def imported(path: Path) -> set[str]:
    """First names of what a module imports, and full names of what is ours."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else node.module or "")
    return names


def test_domain_needs_the_standard_library_only() -> None:
    for path in sorted((ROOT / "src" / "angrilien" / "domain").glob("*.py")):
        foreign = {
            name
            for name in imported(path)
            if name != "."
            and name.partition(".")[0] not in sys.stdlib_module_names
            and not name.startswith(("angrilien.domain", "angrilien.errors"))
            and name != "angrilien"
        }
        assert foreign == set(), path.name
