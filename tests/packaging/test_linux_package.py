"""What of the program for Linux can be tried without building it: scripts, papers, install.sh."""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
sys.path.insert(0, str(LINUX))

import build_program  # noqa: E402
import shipped  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of the program for Linux")
SCRIPTS = (
    "debian/preinst",
    "debian/postinst",
    "debian/postrm",
    "debian/angrilien.sh",
    "install.sh",
)


@pytest.fixture
def build(tmp_path: Path) -> build_program.Build:
    return build_program.Build(
        work=tmp_path,
        out=tmp_path,
        version="1.2.3",
        date=1_795_000_000,
        programme=None,
        is_fast=True,
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_one_of_the_shell_s(build: build_program.Build, name: str) -> None:
    subprocess.run(["/bin/sh", "-n"], input=build.filled(LINUX / name), check=True)


def test_a_template_with_something_left_in_it_is_refused(
    build: build_program.Build, tmp_path: Path
) -> None:
    (tmp_path / "x").write_text("@VERSION@ @OTHER@", encoding="utf-8")
    with pytest.raises(build_program.CannotBuild):
        build.filled(tmp_path / "x")


def test_the_menu_and_the_shop_name_the_same_program(build: build_program.Build) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(LINUX / "angrilien.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["Exec"] == entry["Desktop Entry"]["Icon"] == "angrilien"
    shop = ET.fromstring(build.filled(LINUX / "metainfo.xml.in"))
    assert shop.findtext("launchable") == "angrilien.desktop"
    release = shop.find("releases/release")
    assert release is not None
    assert (release.get("version"), release.get("date")) == ("1.2.3", "2026-11-18")


def test_each_override_stands_below_its_reason() -> None:
    lines = (LINUX / "debian" / "lintian-overrides").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    assert all(line.startswith("#") or " " not in line for line in lines)


PARTS = (
    shipped.Part(name="qt", version="6.11.3", licence="LGPL-3.0-only", within="pyside6"),
    shipped.Part(name="requests", version="2.34.2", licence="Apache-2.0", purl="pkg:pypi/r@2"),
    shipped.Part(name="x", version="1", licence="GPL-2.0-or-later WITH Bootloader-exception"),
)


def test_the_parts_list_is_cyclonedx_and_the_same_each_time() -> None:
    made = shipped.sbom(PARTS, "1.2.3", 1_795_000_000)
    assert made == shipped.sbom(PARTS, "1.2.3", 1_795_000_000)
    told = json.loads(made)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    assert told["metadata"]["timestamp"] == "2026-11-18T11:06:40Z"
    refs = [part["bom-ref"] for part in told["components"]]
    assert len(set(refs)) == len(PARTS)
    assert all(part["licenses"] and part["version"] for part in told["components"])
    assert {"expression": PARTS[2].licence} in told["components"][2]["licenses"]
    assert set(refs) == {ref for one in told["dependencies"] for ref in one["dependsOn"]}
    other = json.loads(shipped.sbom(PARTS[:2], "1.2.3", 1_795_000_000))
    assert other["serialNumber"] != told["serialNumber"]


# --- install.sh, with a program that is a script --------------------------------------------------


class Unpacked:
    """An archive unpacked by somebody, whose home this is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "claire"
        self.home.mkdir()

    def archive(self, version: str, *, starts: bool = True) -> Path:
        made = build_program.Build(
            work=self.folder, out=self.folder, version=version, date=1, programme=None, is_fast=True
        )
        place = self.folder / f"angrilien-{version}"
        (place / "angrilien").mkdir(parents=True)
        program = place / "angrilien" / "angrilien"
        code = 0 if starts else 1
        program.write_text(
            f'#!/bin/sh\n[ "$1" = --trial-start ] && exit {code}\necho program {version}\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
        for name in ("angrilien.desktop",):
            (place / name).write_bytes((LINUX / name).read_bytes())
        (place / "angrilien.svg").write_text("<svg/>", encoding="utf-8")
        script = place / "install.sh"
        script.write_bytes(made.filled(LINUX / "install.sh"))
        script.chmod(0o755)
        return script

    def run(self, *words: object) -> tuple[int, str]:
        done = subprocess.run(
            [str(word) for word in words],
            env={"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def started(self) -> str:
        return self.run(self.home / ".local/bin/angrilien")[1].strip()


def test_install_upgrade_and_remove_without_any_right(tmp_path: Path) -> None:
    unpacked = Unpacked(tmp_path)
    notebook = unpacked.home / ".local/share/angrilien/cahier.db"
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes(b"a notebook")
    first = unpacked.archive("1.0")
    (first.parent / "angrie.angrilien-venue").write_text("profile", encoding="utf-8")
    assert unpacked.run(first)[0] == 0
    assert unpacked.started() == "program 1.0"
    place = unpacked.home / ".local/opt/angrilien"
    assert (place / "venue/angrie.angrilien-venue").read_text(encoding="utf-8") == "profile"
    entry = unpacked.home / ".local/share/applications/angrilien.desktop"
    assert f'Exec="{unpacked.home}/.local/bin/angrilien"' in entry.read_text(encoding="utf-8")
    assert unpacked.run(unpacked.archive("1.1"))[0] == 0
    assert unpacked.started() == "program 1.1"
    assert sorted(path.name for path in place.iterdir()) == ["1.1", "venue"]
    code, said = unpacked.run(unpacked.archive("1.2", starts=False))
    assert (code, said.strip()) == (1, "Cette version ne démarre pas ici. Rien n’a changé.")
    assert unpacked.started() == "program 1.1"
    assert sorted(path.name for path in place.iterdir()) == ["1.1", "venue"]
    assert unpacked.run(first.parent.parent / "angrilien-1.1" / "install.sh", "--remove")[0] == 0
    assert not place.exists()
    assert not entry.exists()
    assert notebook.read_bytes() == b"a notebook"
