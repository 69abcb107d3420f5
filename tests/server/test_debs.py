"""Packages written without Debian's tools: what is in them, and that two writings are the same."""

from __future__ import annotations

import io
import lzma
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from angrilien import provision
from angrilien.provision import check, find_text
from angrilien.server import debs
from angrilien.server.errors import NoBase
from angrilien.server.keyring import Keyring
from angrilien.server.profiles import Made
from helpers.installers import DATE, SCRIPT, make_deb
from helpers.profiles import make_keys, profile_of, signed


@pytest.fixture(scope="module")
def keys() -> Keyring:
    return make_keys()


@pytest.fixture(scope="module")
def made(keys: Keyring) -> Made:
    return Made(profile=profile_of(keys), text=signed(keys))


def members(data: bytes) -> dict[str, bytes]:
    """Read an `ar` file as deb(5) says it is, apart from what wrote it."""
    assert data.startswith(b"!<arch>\n")
    found, place = {}, 8
    while place < len(data):
        name, size = data[place : place + 16].decode().strip(), int(data[place + 48 : place + 58])
        assert data[place + 58 : place + 60] == b"`\n"
        found[name] = data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return found


def files(archive: bytes) -> dict[str, tuple[bytes, int, str]]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            info.name: (
                (tar.extractfile(info) or io.BytesIO()).read() if info.isfile() else b"",
                info.mode,
                info.uname,
            )
            for info in tar.getmembers()
        }


def test_the_small_package_lays_the_profile(keys: Keyring, made: Made) -> None:
    package = members(debs.venue_package(made.profile, made.text))
    assert list(package) == ["debian-binary", "control.tar.gz", "data.tar.gz"]
    assert package["debian-binary"] == b"2.0\n"
    laid = files(package["data.tar.gz"])
    data, mode, owner = laid["./" + debs.VENUE_FILE]
    assert (mode, owner) == (0o644, "root")
    assert check(keys.programme, find_text(data)) == made.profile
    assert laid["./usr/share/angrilien/venue"][1] == 0o755
    control = files(package["control.tar.gz"])["./control"][0].decode()
    assert "Package: angrilien-venue-caf-49008\n" in control
    for field in ("Provides", "Conflicts", "Replaces"):
        assert f"\n{field}: angrilien-venue\n" in control
    assert len(debs.venue_package(made.profile, made.text)) < 3_000


def test_two_writings_are_the_same_bytes(made: Made) -> None:
    assert debs.venue_package(made.profile, made.text) == debs.venue_package(
        made.profile, made.text
    )


def test_a_package_of_one_venue_keeps_the_program_s_data_byte_for_byte(
    keys: Keyring, made: Made, tmp_path: Path
) -> None:
    base = make_deb(tmp_path / "base.deb")
    size, pieces = debs.with_profile(debs.read_base(base), made.profile, made.text)
    whole = b"".join(pieces)
    assert len(whole) == size
    before, after = members(base.read_bytes()), members(whole)
    assert after["data.tar.xz"] == before["data.tar.xz"]
    control = files(after["control.tar.gz"])
    assert f"Version: 0.1.0+lieu{made.profile.made // 1000}\n" in control["./control"][0].decode()
    script, mode, _owner = control["./postinst"]
    assert mode == 0o755
    assert check(keys.programme, find_text(script)) == made.profile
    # The profile first: what the program's own script does may end it.
    assert script.index(b"ANGRILIEN-VENUE") < script.index(b"touch /var")
    assert script.startswith(b"#!/bin/sh\nset -e\n")
    assert script.count(b"#!/bin/sh") == 1


def set_up(made: Made, folder: Path) -> str:
    """Run the script of a venue's whole package, for which `folder` is /; return what it says."""
    base = make_deb(folder / "base.deb")
    _, pieces = debs.with_profile(debs.read_base(base), made.profile, made.text)
    script = files(members(b"".join(pieces))["control.tar.gz"])["./postinst"][0].decode()
    here = script.replace("/var/lib/", f"{folder}/var/lib/")
    (folder / "var" / "lib").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["/bin/sh", "-s", "configure"], input=here, text=True, check=True, stderr=subprocess.PIPE
    )
    return done.stderr


def test_the_script_writes_the_profile(keys: Keyring, made: Made, tmp_path: Path) -> None:
    assert set_up(made, tmp_path) == ""
    kept = tmp_path / "var/lib/angrilien/venue"
    (path,) = kept.iterdir()
    assert path.read_text(encoding="ascii") == made.text + "\n"
    found = provision.find(keys.programme, DATE * 1000, folders=[kept])
    assert (found.profile, found.problem) == (made.profile, None)


def test_an_older_package_leaves_the_profile_that_was_made_later(
    keys: Keyring, made: Made, tmp_path: Path
) -> None:
    later = {"made": made.profile.made + 1000, "venue_code": "CAF-03019"}
    newer = Made(profile=profile_of(keys, **later), text=signed(keys, **later))
    assert set_up(newer, tmp_path) == ""
    assert set_up(made, tmp_path) == "Un fichier de lieu plus récent est déjà là : il reste.\n"
    (path,) = (tmp_path / "var/lib/angrilien/venue").iterdir()
    assert path.read_text(encoding="ascii") == newer.text + "\n"
    assert set_up(newer, tmp_path) == "", "again"
    path.unlink()
    assert set_up(made, tmp_path) == ""
    assert set_up(newer, tmp_path) == ""
    (path,) = path.parent.iterdir()
    assert path.read_text(encoding="ascii") == newer.text + "\n"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not a Debian system")
def test_debian_s_own_tool_reads_what_is_written(made: Made, tmp_path: Path) -> None:
    small = tmp_path / "small.deb"
    small.write_bytes(debs.venue_package(made.profile, made.text))
    base = debs.read_base(make_deb(tmp_path / "base.deb"))
    whole = tmp_path / "whole.deb"
    whole.write_bytes(b"".join(debs.with_profile(base, made.profile, made.text)[1]))
    for package in (small, whole):
        out = tmp_path / f"out-{package.stem}"
        subprocess.run(["dpkg-deb", "-x", package, out], check=True)
        told = subprocess.run(
            ["dpkg-deb", "-f", package, "Version"], check=True, capture_output=True, text=True
        )
        assert str(made.profile.made // 1000) in told.stdout
    laid = tmp_path / "out-small" / debs.VENUE_FILE
    assert laid.read_text(encoding="ascii") == made.text + "\n"
    assert (tmp_path / "out-whole/opt/angrilien/angrilien").stat().st_mode & 0o111


@pytest.mark.parametrize("spoilt", ["absent", "empty", "text", "cut", "no data"])
def test_what_is_no_base_is_said(tmp_path: Path, spoilt: str) -> None:
    base = make_deb(tmp_path / "base.deb")
    whole = base.read_bytes()
    if spoilt == "absent":
        base.unlink()
    else:
        base.write_bytes(
            {
                "empty": b"",
                "text": b"bonjour" * 100,
                "cut": whole[:-100],
                "no data": whole[: whole.index(b"data.tar.xz")],
            }[spoilt]
        )
    with pytest.raises(NoBase) as said:
        debs.read_base(base)
    assert said.value.text().endswith("base.deb.")


def test_the_archive_has_root_s_names_and_one_date() -> None:
    archive = debs.tar([debs.Entry(name="a/b", data=b"x", mode=0o755)], DATE)
    assert list(files(archive)) == [".", "./a", "./a/b"]
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert {(info.uid, info.gid, info.mtime) for info in tar.getmembers()} == {(0, 0, DATE)}
    assert SCRIPT.startswith(b"#!/bin/sh")
    assert lzma.decompress(lzma.compress(archive)) == archive
