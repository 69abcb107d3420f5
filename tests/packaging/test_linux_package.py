"""What of the program for Linux can be tried without building it: scripts, papers, install.sh."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
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
    "debian/prerm",
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


# --- the package's scripts ------------------------------------------------------------------------


@pytest.fixture
def opt() -> Iterator[Path]:
    """A folder in the place of /opt/angrilien, which the user nobody may read."""
    folder = Path(tempfile.mkdtemp(prefix="angrilien-opt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def script(build: build_program.Build, name: str, opt: Path) -> str:
    return build.filled(LINUX / "debian" / name).decode().replace("/opt/angrilien", str(opt))


def run_script(text: str, word: str) -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/sh", "-s", word], input=text, text=True, capture_output=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def program_of(opt: Path, text: str) -> None:
    program = opt / "1.2.3" / "angrilien"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    program.chmod(0o755)


AS_ROOT = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("runuser") is None,
    reason="root's own script",
)


@AS_ROOT
def test_what_a_trial_start_says_comes_from_no_other_file(
    build: build_program.Build, opt: Path
) -> None:
    """The program that is tried is nobody's: it makes its folder lead to a file of root's."""
    secret = opt / "secret"
    secret.write_text("root's own\n", encoding="utf-8")
    secret.chmod(0o600)
    program_of(opt, f'rm -f "$HOME/said"; ln -s {secret} "$HOME/said"; echo no window >&2; exit 1')
    code, said = run_script(script(build, "postinst", opt), "configure")
    assert code == 0
    assert "no window" in said
    assert "root's own" not in said
    assert "ne démarre pas ici" in said
    assert secret.read_text(encoding="utf-8") == "root's own\n"


@AS_ROOT
def test_a_program_that_never_ends_does_not_hold_the_package(
    build: build_program.Build, opt: Path
) -> None:
    program_of(opt, "exec sleep 100")
    text = script(build, "postinst", opt)
    assert "timeout -k 10 120 " in text
    code, said = run_script(text.replace("-k 10 120 ", "-k 1 0.2 "), "configure")
    assert (code, "ne démarre pas ici" in said) == (0, True)


def test_a_program_that_runs_is_not_removed(build: build_program.Build, opt: Path) -> None:
    running = opt / "1.2.3" / "angrilien"
    running.parent.mkdir()
    shutil.copy("/bin/sleep", running)
    text = script(build, "prerm", opt)
    with subprocess.Popen([running, "60"]) as process:
        assert run_script(text, "remove") == (
            1,
            "Angrilien est ouvert. Fermez-le, puis recommencez : rien n’a changé.\n",
        )
        assert run_script(text, "upgrade") == (0, ""), "preinst says it of the new version"
        process.kill()
    assert run_script(text, "remove") == (0, "")


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
    assert [path.read_text(encoding="utf-8") for path in (place / "venue").iterdir()] == ["profile"]
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


def test_an_older_archive_is_refused_unless_it_is_asked_for(tmp_path: Path) -> None:
    unpacked = Unpacked(tmp_path)
    older, newer = unpacked.archive("1.9"), unpacked.archive("1.10")
    assert unpacked.run(newer)[0] == 0
    code, said = unpacked.run(older)
    assert (code, unpacked.started()) == (8, "program 1.10")
    assert said.startswith(
        "Une version plus récente d’Angrilien est déjà là (1.10). Rien n’a changé."
    )
    assert unpacked.run(older, "--older")[0] == 0
    assert unpacked.started() == "program 1.9"
    assert unpacked.run(newer)[0] == 0
    assert unpacked.started() == "program 1.10"


def test_the_same_version_again_is_whole_at_each_moment(tmp_path: Path) -> None:
    """Laid beside the one that is in use, whose files stay until nothing leads to them."""
    unpacked = Unpacked(tmp_path)
    archive = unpacked.archive("1.0")
    place = unpacked.home / ".local/opt/angrilien"
    folders = []
    for _ in range(3):
        assert unpacked.run(archive)[0] == 0
        assert unpacked.started() == "program 1.0"
        folders.append(sorted(path.name for path in place.iterdir()))
    assert folders == [["1.0"], ["1.0_2"], ["1.0"]]
    # What comes in between fails: the one in use is untouched.
    (unpacked.home / ".local/bin/angrilien.new").mkdir()
    assert unpacked.run(archive)[0] != 0
    assert unpacked.started() == "program 1.0"
    assert unpacked.run(unpacked.archive("0.9"))[0] == 8, "the second folder is no other version"


def test_several_venues_files_are_refused_and_none_takes_another_s_place(tmp_path: Path) -> None:
    unpacked = Unpacked(tmp_path)
    archive = unpacked.archive("1.0")
    here, beside = archive.parent / "a.angrilien-venue", tmp_path / "b.angrilien-venue"
    for path in (here, beside, tmp_path / "c.angrilien-venue"):
        path.write_text(path.name, encoding="utf-8")
    venue = unpacked.home / ".local/opt/angrilien/venue"

    def kept() -> set[str]:
        return {path.read_text(encoding="utf-8") for path in venue.iterdir()}

    assert unpacked.run(archive)[0] == 0
    assert kept() == {here.name}, "the archive's own goes before what else was downloaded"
    here.unlink()
    code, said = unpacked.run(archive)
    assert (code, said.strip()) == (
        6,
        "Plusieurs fichiers de lieu sont là. N’en gardez qu’un. Rien n’a changé.",
    )
    (tmp_path / "c.angrilien-venue").unlink()
    assert unpacked.run(archive)[0] == 0
    assert kept() == {here.name, beside.name}
