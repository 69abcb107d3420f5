"""Installers: all of the venues in one command, one on demand by an access key, none stored."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from angrilien import provision
from angrilien.domain.clock import SystemClock
from angrilien.paths import resource
from angrilien.server import access, installers
from angrilien.server.cli import main
from angrilien.server.errors import AccessKeyExists, UnknownAccessKey
from angrilien.server.profiles import list_profile_key
from angrilien.server.service import CODE_DAYS
from angrilien.server.tables import AccessKey, RegistrationCode, VenueRow
from angrilien.vault.profile import check
from angrilien.wire.profile import Profile
from helpers.disks import disk
from helpers.installers import make_deb, make_exe
from helpers.laptops import Laptop
from helpers.servers import ANGRIE, LocalServer

DAY = 24 * 3_600_000
VENUES = str(resource("data/venues.csv"))


def run(*words: object) -> int:
    return main([str(word) for word in words])


def with_bases(server: LocalServer) -> LocalServer:
    folder = server.folder / installers.FOLDER
    folder.mkdir()
    make_exe(folder / installers.BASE_EXE)
    make_deb(folder / installers.BASE_DEB)
    return server


# --- access keys ----------------------------------------------------------------------------------


def test_an_access_key_is_shown_once_and_kept_as_a_digest(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("access-key", "create", "atelier", "--data", server.folder) == 0
    shown = capsys.readouterr().out.strip()
    assert shown.startswith("angk_")
    with server.database.reading() as session:
        (row,) = session.exec(select(AccessKey))
        assert shown.encode() not in repr(row).encode()
        assert row.hash == server.keyring.code_hash(shown)
    assert run("access-key", "create", "atelier", "--data", server.folder) == 1
    assert run("access-key", "list", "--data", server.folder) == 0
    said = capsys.readouterr()
    assert "porte déjà ce nom" in said.err
    assert "atelier\tvalable" in said.out
    assert shown not in said.out
    assert run("access-key", "revoke", "atelier", "--data", server.folder) == 0
    assert run("access-key", "revoke", "autre", "--data", server.folder) == 1
    assert run("access-key", "create", "x", "--days", 0, "--data", server.folder) == 1


@pytest.mark.postgres
def test_a_key_is_good_until_it_ends_or_is_withdrawn(server: LocalServer) -> None:
    database, keyring, now = server.database, server.keyring, server.clock.now()
    key = access.new_key(database, keyring, "a", days=1, now=now)
    other = access.new_key(database, keyring, "b", days=1, now=now)
    with pytest.raises(AccessKeyExists):
        access.new_key(database, keyring, "a", days=1, now=now)
    assert access.use_key(database, keyring, key, now + DAY)
    assert access.use_key(database, keyring, key, now + DAY + 1) == ""
    access.revoke_key(database, "b", now)
    assert access.use_key(database, keyring, other, now) == ""
    with pytest.raises(UnknownAccessKey):
        access.revoke_key(database, "c", now)
    for wrong in ("", "angk_", key[:-1], key.upper(), "angk_" + "é" * 40, "angk_" + "0" * 4000):
        assert access.use_key(database, keyring, wrong, now) == ""
    states = {one.name: one.state(now + DAY + 1) for one in access.list_keys(database)}
    assert states == {"a": "finie", "b": "retirée"}


# --- one on demand --------------------------------------------------------------------------------


def fetch(server: LocalServer, kind: str, key: str, venue: str = ANGRIE) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return server.raw("GET", f"/v1/installers/{venue}/{kind}", headers=headers)


@pytest.mark.parametrize("kind", installers.KINDS)
def test_an_installer_on_demand_registers_one_laptop(server: LocalServer, kind: str) -> None:
    with_bases(server)
    now = server.clock.now()
    key = access.new_key(server.database, server.keyring, "a", days=1, now=now)
    before = sorted(path.name for path in server.folder.rglob("*"))
    answer = fetch(server, kind, key)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["cache-control"] == "no-store"
    text = provision.find_text(answer.content)
    if kind in (installers.DEB, installers.VENUE_DEB):
        text = provision.find_text(unpacked(answer.content))
    profile = check(server.programme, text)
    assert (profile.venue_code, profile.until) == (ANGRIE, now + CODE_DAYS * DAY)
    assert sorted(path.name for path in server.folder.rglob("*")) == before, "nothing is stored"
    assert server.register(Laptop(), code=profile.code).refused == ""
    assert server.register(Laptop(), code=profile.code).refused == "code_used"
    again = fetch(server, kind, key)
    assert again.content != answer.content, "another code each time"


@pytest.mark.postgres
def test_what_a_withdrawn_key_fetched_registers_nobody(server: LocalServer) -> None:
    now = server.clock.now()
    database, keyring = server.database, server.keyring
    keys = [access.new_key(database, keyring, name, days=1, now=now) for name in "ab"]

    def fetched(key: str) -> str:
        text = provision.find_text(fetch(server, "profile", key).content)
        return check(server.programme, text).code

    used, waiting, other = fetched(keys[0]), fetched(keys[0]), fetched(keys[1])
    laptop = Laptop()
    assert server.register(laptop, code=used).refused == ""
    access.revoke_key(database, "a", now)
    assert server.register(Laptop(), code=waiting).refused
    assert server.register(Laptop(), code=other).refused == ""
    assert server.register(Laptop(), code=server.code()).refused == ""
    assert server.contact(laptop).refused == "", "a laptop that is registered stays so"


def unpacked(package: bytes) -> bytes:
    """Return all that the gzipped parts of a package hold."""
    import zlib

    out = b""
    for place in range(len(package)):
        if package[place : place + 3] == b"\x1f\x8b\x08":
            out += zlib.decompressobj(31).decompress(package[place:])
    return out


def test_who_has_no_key_is_given_nothing(server: LocalServer) -> None:
    with_bases(server)
    codes = count_of_codes(server)
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Basic angk_x"}):
        answer = server.raw("GET", f"/v1/installers/{ANGRIE}/exe", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "unknown_access_key"})
    for _ in range(40):
        last = fetch(server, "exe", "angk_" + "0" * 40)
    assert last.status_code == 429
    assert count_of_codes(server) == codes


def test_what_cannot_be_made_spends_no_code(server: LocalServer) -> None:
    now = server.clock.now()
    key = access.new_key(server.database, server.keyring, "a", days=1, now=now)
    codes = count_of_codes(server)
    assert fetch(server, "exe", key).status_code == 409, "no base"
    with_bases(server)
    assert fetch(server, "zip", key).status_code == 400
    unknown = fetch(server, "exe", key, "CAF-0")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "unknown_venue"})
    (server.folder / installers.FOLDER / installers.BASE_EXE).write_bytes(b"MZ" + bytes(9000))
    assert fetch(server, "exe", key).status_code == 409, "no place in it"
    (server.folder / "profile.key").rename(server.folder / "elsewhere.key")
    server.close()
    server.open()
    assert fetch(server, "profile", key).status_code == 409, "the key of profiles is elsewhere"
    assert count_of_codes(server) == codes


def count_of_codes(server: LocalServer) -> int:
    with server.database.reading() as session:
        return len(session.exec(select(RegistrationCode)).all())


# --- all of them ----------------------------------------------------------------------------------


@pytest.fixture
def folder(server_template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(server_template, tmp_path / "programme")


def sums(out: Path) -> dict[str, str]:
    lines = (out / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def test_all_venues_with_their_sums_and_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, exe, deb = (
        tmp_path / "out",
        make_exe(tmp_path / "b.exe", 60_000),
        make_deb(tmp_path / "b.deb"),
    )
    words = ["venue", "installers", "--venues", VENUES, "--out", out, "--exe", exe, "--deb", deb]
    assert run(*words, "--whole-deb", "--data", folder) == 0
    said = capsys.readouterr().out
    assert said.startswith("83 lieux, 332 fichiers, ")
    made = sums(out)
    assert len(made) == 332
    for name, digest in made.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    programme = LocalServer(folder).programme
    texts = [provision.of_installer(path) for path in sorted(out.glob("*.exe"))]
    profiles = [check(programme, text) for text in texts]
    assert len({profile.venue_code for profile in profiles}) == 83
    assert len({profile.code for profile in profiles}) == 83
    assert len({profile.made // 1000 for profile in profiles}) == 83, "no two of one second"
    # Begun again after a cut: what is whole stays, what is missing or cut is made.
    cut, gone = out / "Angrilien-CAF-49008.exe", out / "Angrilien-CAF-03019.deb"
    whole = cut.read_bytes()
    cut.write_bytes(whole[:1000])
    gone.unlink()
    (out / "SHA256SUMS").unlink()
    assert run(*words, "--whole-deb", "--data", folder) == 0
    assert "dont 164 déjà là" in capsys.readouterr().out
    assert sums(out) == made, "the same files, the same codes"
    # Over another base, all that stands over it is made anew, with the same codes.
    make_exe(exe, 70_000)
    assert run(*words, "--whole-deb", "--data", folder) == 0
    assert "dont 83 déjà là" in capsys.readouterr().out, "the packages, whose base is the same"
    again = sums(out)
    assert all((again[name] != made[name]) == name.endswith(".exe") for name in made)


def given(out: Path, folder: Path) -> Profile:
    return check(LocalServer(folder).programme, provision.of_installer(out / f"{CAFE}.exe"))


CAFE = f"Angrilien-{ANGRIE}"


def test_what_is_given_again_is_a_code_that_nobody_used_and_what_is_true_today(
    folder: Path, tmp_path: Path
) -> None:
    out, exe = tmp_path / "out", make_exe(tmp_path / "b.exe", 60_000)
    words = ["venue", "installers", ANGRIE, "--out", out, "--exe", exe, "--data", folder]
    assert run(*words) == 0
    first = given(out, folder)
    assert run(*words) == 0
    assert given(out, folder) == first, "the same while nobody has used it"
    server = LocalServer(folder)
    server.clock = server.service.clock = SystemClock()
    assert server.register(Laptop(aud=server.keyring.aud), code=first.code).refused == ""
    assert run(*words) == 0
    second = given(out, folder)
    assert (second.code != first.code, second.made > first.made) == (True, True)
    assert len(list(out.glob("angrilien-venue-*.deb"))) == 1, "no package with a stale code"
    for column, value in (("level", "pseudonyme"), ("name", "Le café d’Angrie")):
        with server.database.writing() as session:
            statement = update(VenueRow).where(col(VenueRow.code) == ANGRIE)
            session.connection().execute(statement.values({column: value}))
        assert run(*words) == 0
    third = given(out, folder)
    assert (third.level, third.venue_name) == ("pseudonyme", "Le café d’Angrie")
    assert third.made > second.made
    list_profile_key(folder, folder / "root.key", SystemClock().now())
    assert run(*words) == 0
    assert given(out, folder).code != third.code, "signed by the key of today"


def test_a_base_as_long_as_the_former_one_is_no_excuse_after_a_cut(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, exe = tmp_path / "out", make_exe(tmp_path / "b.exe", 60_000)
    words = ["venue", "installers", ANGRIE, "CAF-03019", "--exe", exe, "--data", folder, "--out"]
    assert run(*words, out) == 0
    exe.write_bytes(exe.read_bytes().replace(b"\1\2\3\4", b"\4\3\2\1"))
    # Cut after the first venue: the second one's cannot be written.
    (out / "Angrilien-CAF-03019.exe.new").mkdir()
    assert run(*words, out) == 1
    assert not (out / "SHA256SUMS").exists(), "no list rather than one that is not true"
    (out / "Angrilien-CAF-03019.exe.new").rmdir()
    capsys.readouterr()
    assert run(*words, out) == 0
    assert "dont 1 déjà là" in capsys.readouterr().out
    for path in out.glob("*.exe"):
        assert b"\4\3\2\1" in path.read_bytes()


def test_the_sums_are_those_of_the_whole_folder(folder: Path, tmp_path: Path) -> None:
    out, exe = tmp_path / "out", make_exe(tmp_path / "b.exe", 60_000)
    words = ["venue", "installers", "--exe", exe, "--out", out, "--data", folder]
    assert run(*words, ANGRIE) == 0
    assert run(*words, "CAF-03019") == 0
    listed = sums(out)
    assert sorted(listed) == sorted(
        path.name
        for path in out.iterdir()
        if path.is_file() and path.name[0] != "."
        if path.name != "SHA256SUMS"
    )
    assert len(listed) == 6
    for name, digest in listed.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    if sys.platform != "win32":
        assert {one.stat().st_mode & 0o777 for one in (out, out / "lieux")} == {0o700}


def test_a_few_venues_and_what_is_wrong_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["venue", "installers", ANGRIE, "--out", out, "--data", folder]
    assert run(*words) == 0
    assert len(sums(out)) == 2, "the small package and the file"
    assert run(*words, "--exe", tmp_path / "absent.exe") == 1
    assert "absent.exe" in capsys.readouterr().err
    (tmp_path / "signed.exe").write_bytes(b"MZ" + bytes(9000))
    assert run(*words, "--exe", tmp_path / "signed.exe") == 1
    assert run(*words, "--whole-deb") == 1
    assert run("venue", "installers", "CAF-0", "--out", out, "--data", folder) == 1
    assert len(sums(out)) == 2, "what was made before stays"


def test_a_full_disk_is_said_and_what_was_made_goes_on_later(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exe = make_exe(tmp_path / "b.exe", 700_000)
    words = ["venue", "installers", "--exe", exe, "--data", folder, "--out"]
    with disk(tmp_path / "small", size="16m") as small:
        assert run(*words, small / "out") == 1
        assert "plus de place" in capsys.readouterr().err
        made = sorted((small / "out").glob("*.exe"))
        assert 5 < len(made) < 30
        assert not list((small / "out").glob("*.new"))
        shutil.copytree(small / "out", tmp_path / "larger")
    assert run(*words, tmp_path / "larger") == 0
    assert f"dont {len(made)} déjà là" in capsys.readouterr().out
