"""The venue's profile: found where installers leave it, believed only if it is signed."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from angrilien import provision
from angrilien.domain.clock import SystemClock
from angrilien.domain.ids import venue_id
from angrilien.errors import KnownError
from angrilien.paths import resource
from angrilien.server.keyring import Keyring
from angrilien.vault.profile import (
    ProfileDamaged,
    ProfileExpired,
    ProfileForeign,
    ProfileNotKept,
    ProfileOlder,
    ProfileOtherServer,
    ProfilesSeveral,
    ProfileUnreadable,
    check,
)
from angrilien.vault.signing import Signer
from angrilien.wire.canonical import BadMessage
from angrilien.wire.profile import MOST_CHARACTERS, find_text, open_text, read_profile
from helpers.notebooks import NOON
from helpers.profiles import DAY, make_keys, profile_of, signed, write_programme

PLACEHOLDER = b"---BEGIN_BLOB---" + bytes(993) + b"---END_BLOB---"


@pytest.fixture(scope="module")
def keys() -> Keyring:
    return make_keys()


@pytest.fixture(scope="module")
def text(keys: Keyring) -> str:
    return signed(keys)


@pytest.fixture
def programme_file(keys: Keyring, tmp_path: Path) -> Path:
    return write_programme(keys, tmp_path / "programme.json")


def installer(path: Path, tail: bytes) -> Path:
    """A program that carries something near its end, as a signature's table does."""
    path.write_bytes(b"MZ" + bytes(300_000) + tail + b"0\x82\x05" * 2_000)
    return path


# --- what is believed ---------------------------------------------------------------------------


def test_a_profile_says_what_was_signed(keys: Keyring, text: str) -> None:
    assert check(keys.programme, text) == profile_of(keys)


def test_no_altered_profile_is_believed(keys: Keyring, text: str) -> None:
    """Each character of it in turn: none is without effect."""
    believed = []
    for place, before in enumerate(text):
        altered = text[:place] + ("A" if before != "A" else "B") + text[place + 1 :]
        try:
            check(keys.programme, altered)
        except (ProfileDamaged, ProfileForeign):
            continue
        believed.append(place)
    assert believed == []


@pytest.mark.parametrize("cut", [1, 40, 300])
def test_a_cut_profile_is_damaged(keys: Keyring, text: str, cut: int) -> None:
    with pytest.raises(ProfileDamaged):
        check(keys.programme, text[:-cut])


def test_another_programme_s_profile_is_foreign(keys: Keyring) -> None:
    with pytest.raises(ProfileForeign):
        check(keys.programme, signed(make_keys("autre")))


def test_a_name_that_another_programme_took_does_not_help_it(keys: Keyring) -> None:
    with pytest.raises(ProfileForeign):
        check(keys.programme, signed(make_keys(keys.aud)))


def test_a_key_of_another_use_signs_no_profile(keys: Keyring) -> None:
    from angrilien.server.profiles import sign_profile

    made = sign_profile(keys.signer, profile_of(keys), code="7Q2KM4XR9T")
    with pytest.raises(ProfileForeign):
        check(keys.programme, made.text)


def test_a_signed_profile_for_an_unknown_server_is_refused(keys: Keyring) -> None:
    with pytest.raises(ProfileOtherServer):
        check(keys.programme, signed(keys, key=Signer.generate().id))


def test_a_signed_profile_that_names_another_programme_is_foreign(keys: Keyring) -> None:
    with pytest.raises(ProfileForeign):
        check(keys.programme, signed(keys, aud="autre"))


def test_what_a_key_signed_after_its_end_is_not_taken(keys: Keyring) -> None:
    end = next(key.until for key in keys.programme.keys.keys if key.use == "profile")
    with pytest.raises(ProfileExpired):
        check(keys.programme, signed(keys, made=end + 1, until=end + DAY))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server", "ftp://a.example"),
        ("server", "file:///etc/passwd"),
        ("level", "ouvert"),
        ("key", "../../x"),
        ("venue_id", "pas un numéro"),
    ],
)
def test_a_signed_nonsense_is_damaged(keys: Keyring, name: str, value: str) -> None:
    with pytest.raises(ProfileDamaged):
        check(keys.programme, signed(keys, **{name: value}))


def test_a_message_that_is_no_profile_is_refused() -> None:
    for payload in (b"{}", b'{"v":1}', b"[]", b"", b'{"v":2}'):
        with pytest.raises(BadMessage):
            read_profile(payload)
    for text in ("", "ANGRILIEN-VENUE-1::ANGRILIEN-END", "bonjour"):
        with pytest.raises(BadMessage):
            open_text(text)


def test_the_profile_of_every_venue_fits_into_a_signed_program(keys: Keyring) -> None:
    long = "https://ateliers-numeriques.une-collectivite-au-nom-long.example.org/angrilien"
    with resource("data/venues.csv").open(encoding="utf-8") as file:
        venues = list(csv.DictReader(file))
    assert len(venues) == 83
    lengths = [
        len(
            signed(
                keys,
                server=long,
                venue_id=venue_id(venue["code"]),
                venue_code=venue["code"],
                venue_name=venue["name"],
                commune=venue["commune"],
                tz=venue["zone"],
            )
        )
        for venue in venues
    ]
    assert max(lengths) < MOST_CHARACTERS < 993


# --- where it is found --------------------------------------------------------------------------


def test_it_is_found_inside_a_program(text: str, tmp_path: Path) -> None:
    blob = b"---BEGIN_BLOB---" + text.encode() + bytes(100) + b"---END_BLOB---"
    assert provision.of_installer(installer(tmp_path / "a.exe", blob)) == text


@pytest.mark.parametrize("tail", [b"", PLACEHOLDER])
def test_a_program_of_no_venue_carries_none(tail: bytes, tmp_path: Path) -> None:
    assert provision.of_installer(installer(tmp_path / "a.exe", tail)) == ""


def test_a_cut_profile_inside_a_program_is_said(text: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileDamaged):
        provision.of_installer(installer(tmp_path / "a.exe", text[:-20].encode()))


def test_the_file_beside_a_program_is_taken(keys: Keyring, text: str, tmp_path: Path) -> None:
    program = installer(tmp_path / "Angrilien.exe", PLACEHOLDER)
    (tmp_path / "angrie.angrilien-venue").write_text(text + "\n", encoding="utf-8")
    assert provision.of_installer(program) == text
    other = signed(keys, venue_code="CAF-03019")
    (tmp_path / "Angrilien.angrilien-venue").write_text(other, encoding="utf-8")
    assert provision.of_installer(program) == other, "the one of the same name"
    (tmp_path / "Angrilien.angrilien-venue").rename(tmp_path / "beaulon.angrilien-venue")
    with pytest.raises(ProfilesSeveral):
        provision.of_installer(program)
    # What the program itself carries is not a matter of what else was downloaded.
    installer(program, text.encode())
    assert provision.of_installer(program) == text


def test_a_file_without_a_profile_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.angrilien-venue").write_bytes(bytes(range(256)) * 400)
    with pytest.raises(ProfileDamaged):
        provision.read_file(tmp_path / "x.angrilien-venue")
    with pytest.raises(ProfileUnreadable):
        provision.read_file(tmp_path / "absent")
    with pytest.raises(ProfileUnreadable):
        provision.of_installer(tmp_path / "absent.exe")


def test_of_all_that_are_laid_the_last_one_made_holds(keys: Keyring, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "absent")]
    for folder, made in zip(folders, (NOON, NOON + DAY), strict=False):
        folder.mkdir()
        (folder / provision.NAME).write_text(signed(keys, made=made), encoding="utf-8")
    found = provision.find(keys.programme, NOON, folders=folders)
    assert found.problem is None
    assert found.profile == profile_of(keys, made=NOON + DAY)
    (tmp_path / "b" / provision.NAME).write_text(signed(make_keys("autre")), encoding="utf-8")
    found = provision.find(keys.programme, NOON, folders=folders)
    assert found.profile == profile_of(keys)
    assert isinstance(found.problem, ProfileForeign)
    assert provision.find(keys.programme, NOON, folders=[tmp_path / "absent"]) == provision.Found()


def test_a_profile_that_has_ended_is_no_code_any_more(keys: Keyring, tmp_path: Path) -> None:
    (tmp_path / provision.NAME).write_text(signed(keys), encoding="utf-8")
    late = NOON + 91 * DAY
    found = provision.find(keys.programme, late, folders=[tmp_path])
    assert isinstance(found.problem, ProfileExpired)
    assert found.usable(late) is None
    assert found.usable(NOON) == profile_of(keys)


# --- where it is laid ---------------------------------------------------------------------------


def test_a_later_one_takes_the_place_an_older_one_does_not(keys: Keyring, tmp_path: Path) -> None:
    first, second = signed(keys), signed(keys, made=NOON + 1, venue_code="CAF-03019")
    assert provision.lay(keys.programme, first, tmp_path / "d", NOON) == profile_of(keys)
    assert provision.lay(keys.programme, second, tmp_path / "d", NOON).venue_code == "CAF-03019"
    with pytest.raises(ProfileOlder):
        provision.lay(keys.programme, first, tmp_path / "d", NOON)
    assert provision.kept_text(tmp_path / "d") == second
    if sys.platform != "win32":
        assert (tmp_path / "d" / provision.NAME).stat().st_mode & 0o777 == 0o644


def test_of_two_of_one_moment_the_one_laid_last_stays(keys: Keyring, tmp_path: Path) -> None:
    first, second = signed(keys), signed(keys, venue_code="CAF-03019", code="A7Q2KM4XR9")
    for text, venue in ((first, "CAF-49008"), (second, "CAF-03019"), (first, "CAF-49008")):
        provision.lay(keys.programme, text, tmp_path, NOON)
        found = provision.find(keys.programme, NOON, folders=[tmp_path])
        assert found.profile is not None
        assert found.profile.venue_code == venue


def test_a_digest_is_of_all_that_a_profile_says(keys: Keyring) -> None:
    profile = profile_of(keys)
    others = [
        replace(profile, **{name: value + 1 if isinstance(value, int) else f"{value}x"})
        for name, value in asdict(profile).items()
    ]
    digests = {one.digest for one in (profile, *others)}
    assert len(digests) == len(others) + 1
    assert profile.digest == profile_of(keys).digest


@pytest.mark.parametrize("spoilt", ["damaged", "foreign", "expired"])
def test_a_refused_profile_leaves_the_one_that_was_kept(
    keys: Keyring, tmp_path: Path, spoilt: str
) -> None:
    kept = signed(keys)
    provision.lay(keys.programme, kept, tmp_path, NOON)
    other = {
        "damaged": kept[:-30] + "A" * 16 + kept[-14:],
        "foreign": signed(make_keys("autre")),
        "expired": signed(keys, made=NOON + 1, until=NOON + 2),
    }[spoilt]
    with pytest.raises(KnownError) as refused:
        provision.lay(keys.programme, other, tmp_path, NOON + DAY)
    assert type(refused.value).__name__ == f"Profile{spoilt.capitalize()}"
    assert provision.kept_text(tmp_path) == kept


def test_the_same_one_again_is_no_problem_even_late(keys: Keyring, tmp_path: Path) -> None:
    kept = signed(keys)
    provision.lay(keys.programme, kept, tmp_path, NOON)
    provision.lay(keys.programme, kept, tmp_path, NOON + 400 * DAY)


def test_what_is_no_profile_protects_nothing(keys: Keyring, tmp_path: Path) -> None:
    (tmp_path / provision.NAME).write_text(signed(make_keys(), made=NOON * 2), encoding="utf-8")
    provision.lay(keys.programme, signed(keys), tmp_path, NOON)
    assert provision.kept_text(tmp_path) == signed(keys)


def test_a_folder_that_cannot_be_written_is_said(keys: Keyring, text: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ProfileNotKept):
        provision.lay(keys.programme, text, tmp_path / "file", NOON)


# --- what an installer runs ---------------------------------------------------------------------


def run(programme: Path, *words: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "angrilien.provision", *map(str, words), "--programme", programme],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=None,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_what_an_installer_runs_says_it_in_french(
    keys: Keyring, programme_file: Path, tmp_path: Path
) -> None:
    now = SystemClock().now()
    until = now + DAY
    program, out = installer(tmp_path / "a.exe", signed(keys, until=until).encode()), tmp_path / "o"
    code, said = run(programme_file, "--installer", program, "--out", out)
    assert (code, said) == (0, "Lieu : L’Angri’lien\n")
    assert (out / provision.NAME).is_file()


@pytest.mark.parametrize(
    ("tail", "code", "said"),
    [
        (b"", 0, "Sans lieu : le code du lieu sera demandé au premier lancement.\n"),
        (b"ANGRILIEN-VENUE-1:AAAA", 6, ProfileDamaged.sentence + "\n"),
    ],
)
def test_the_exit_codes(
    programme_file: Path,
    tmp_path: Path,
    tail: bytes,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = installer(tmp_path / "a.exe", tail)
    words = ["--installer", program, "--out", tmp_path / "o", "--programme", programme_file]
    assert provision.main([str(word) for word in words]) == code
    assert capsys.readouterr().out == said
    assert not (tmp_path / "o").exists()


def test_a_file_named_and_not_there_is_refused(
    programme_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--profile", tmp_path / "x", "--out", tmp_path / "o", "--programme", programme_file]
    assert provision.main([str(word) for word in words]) == provision.REFUSED
    assert capsys.readouterr().out == ProfileUnreadable.sentence + "\n"


def test_bad_usage_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert provision.main(["--out", "x"]) == 2
    capsys.readouterr()


def test_the_text_is_found_among_any_bytes(text: str) -> None:
    assert find_text(b"\0\xff" * 50 + text.encode() + b"\0" * 9 + text.encode() + b"\xfe") == text
    assert find_text(b"ANGRILIEN-VENUE-1:" * 100) == ""
