"""`angrilien-server`: its commands, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from angrilien import provision
from angrilien.domain.clock import SystemClock
from angrilien.domain.codes import read_code
from angrilien.domain.ids import venue_id
from angrilien.paths import resource
from angrilien.server.cli import main
from angrilien.server.database import FILE_NAME
from angrilien.server.tables import VenueRow
from angrilien.vault.profile import ProfileForeign, check
from angrilien.vault.programme import load_programme
from helpers.laptops import Laptop, write_workshop
from helpers.servers import ANGRIE, LiveServer, LocalServer

pytestmark = pytest.mark.postgres

VENUES = str(resource("data/venues.csv"))


def run(*args: object) -> int:
    return main([str(arg) for arg in args])


def new(folder: Path, *more: object) -> int:
    return run("programme", "new", "--data", folder, "--aud", "essai", *more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "server"
    assert new(folder, "--server", "https://a.example/", "--out", tmp_path / "p.json") == 0
    return folder


def test_a_new_programme(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programme = load_programme(tmp_path / "p.json")
    assert (programme.aud, programme.server) == ("essai", "https://a.example")
    if sys.platform != "win32":
        for name in ("keyring.json", "root.key"):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    capsys.readouterr()
    assert run("programme", "show", "--data", folder) == 0
    assert capsys.readouterr().out.strip() == programme.to_json()


def test_the_root_key_is_not_needed_each_day(folder: Path) -> None:
    (folder / "root.key").unlink()
    assert run("venue", "import", VENUES, "--data", folder) == 0


def test_a_programme_is_never_overwritten(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "keyring.json").read_bytes()
    assert new(folder) == 1
    assert capsys.readouterr().err == "Un programme existe déjà ici. Rien n’a été modifié.\n"
    assert (folder / "keyring.json").read_bytes() == before
    assert new(tmp_path / "other", "--out", tmp_path / "p.json") == 1
    assert not (tmp_path / "other").exists()


def test_venues_and_codes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("venue", "import", VENUES, "--data", folder) == 0
    assert run("venue", "import", VENUES, "--data", folder) == 0  # again: renewed
    capsys.readouterr()
    codes = set()
    for _ in range(3):
        assert run("venue", "code", ANGRIE, "--data", folder) == 0
        shown = capsys.readouterr().out.strip()
        assert read_code(shown) == shown.replace("-", "")
        codes.add(shown)
    assert len(codes) == 3
    assert run("venue", "list", "--data", folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 83
    assert any(line.startswith(f"{ANGRIE}\tL’Angri’lien") for line in lines)
    assert all(line.endswith("\t0\tjamais") for line in lines)


def test_a_venue_s_level_stays_unless_a_list_names_one(server: LocalServer, tmp_path: Path) -> None:
    def level() -> str:
        with server.database.reading() as session:
            found = session.exec(select(VenueRow).where(VenueRow.code == ANGRIE)).one()
            return found.level

    head = "code,kind,name,commune,insee,postal_code,address,siret,zone"
    path = tmp_path / "venues.csv"
    found = [level()]
    for more, value in (
        (",level", ",pseudonyme"),
        ("", ""),
        (",level", ","),
        (",level", ",complet"),
    ):
        line = f"{ANGRIE},cafe,L’Angri’lien,Angrie,,,,,Europe/Paris{value}"
        path.write_text(f"{head}{more}\n{line}\n", encoding="utf-8")
        assert run("venue", "import", path, "--data", server.folder) == 0
        found.append(level())
    assert found == ["complet", "pseudonyme", "pseudonyme", "pseudonyme", "complet"]


def test_codes_that_nobody_used_are_withdrawn(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.clock = server.service.clock = SystemClock()
    used, waiting, other = server.code(), server.code(), server.code("CAF-03019")
    laptop = Laptop(aud=server.keyring.aud)
    assert server.register(laptop, code=used).refused == ""
    capsys.readouterr()
    assert run("venue", "code", "--revoke", ANGRIE, "--data", server.folder) == 0
    assert capsys.readouterr().out == "Codes du lieu retirés : 1.\n"
    assert server.register(Laptop(aud=server.keyring.aud), code=waiting).refused
    assert server.register(Laptop(aud=server.keyring.aud), code=other).refused == ""
    assert server.contact(laptop).refused == "", "who used one stays"
    assert run("venue", "code", "--revoke", ANGRIE, "--data", server.folder) == 0
    assert capsys.readouterr().out == "Codes du lieu retirés : 0.\n"
    assert run("venue", "code", "--revoke", "CAF-0", "--data", server.folder) == 1


def test_registered_laptops_are_listed(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.laptop()
    server.laptop()
    assert run("venue", "list", "--data", server.folder) == 0
    line = next(one for one in capsys.readouterr().out.splitlines() if one.startswith(ANGRIE))
    assert line.split("\t")[2:] == ["2", "25/11/2026 11:46"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("venue", "code", "CAF-00000"), "Aucun lieu n’a ce code."),
        (("venue", "code", ANGRIE, "--days", "0"), "Le nombre de jours va de 1 à 366."),
        (("venue", "code", ANGRIE, "--days", "400"), "Le nombre de jours va de 1 à 366."),
        (("figures", "--workshop", "x"), "Aucun atelier n’a ce numéro ici."),
        (("venue", "import", "nowhere.csv"), "Ce fichier ne peut pas être lu."),
    ],
)
def test_refusals_are_sentences(
    folder: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], said: str
) -> None:
    capsys.readouterr()
    assert run(*args, "--data", folder) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(said)
    assert captured.out == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code,name\nA,B\n", 1),
        ("", 1),
        ("{head}\nA,cafe,Un,C,,,,,Europe/Paris\nA,cafe,Deux,C,,,,,Europe/Paris\n", 3),
        ("{head}\nA,cafe,,C,,,,,Europe/Paris\n", 2),
        ("{head}\nA,cafe,Un,C,,,,,Lune/Mer\n", 2),
        ("{head}\nA,cafe\n", 2),
        *(
            (f"{{head}}\n{code},cafe,Un,C,,,,,Europe/Paris\n", 2)
            for code in ("../A", "a", "-A", "É1", "A" * 33)
        ),
        ("{head},level\nA,cafe,Un,C,,,,,Europe/Paris,ouvert\n", 2),
    ],
)
def test_a_bad_list_of_venues_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, line: int
) -> None:
    head = "code,kind,name,commune,insee,postal_code,address,siret,zone"
    path = tmp_path / "venues.csv"
    path.write_text(text.format(head=head), encoding="utf-8")
    assert run("venue", "import", path, "--data", folder) == 1
    assert f"ligne {line}." in capsys.readouterr().err
    assert run("venue", "list", "--data", folder) == 0
    assert capsys.readouterr().out == ""


def test_a_folder_without_a_programme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args in (("serve",), ("venue", "list"), ("programme", "show"), ("figures",)):
        assert run(*args, "--data", tmp_path / "none") == 1
        assert "Ce dossier ne contient pas de programme." in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_damaged_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in ("{", '{"sign":"x"}', "[]", '{"sign":1,"box":2,"pepper":3}'):
        (folder / "keyring.json").write_text(content, encoding="utf-8")
        assert run("venue", "list", "--data", folder) == 1
        assert "Le fichier des clés est abîmé." in capsys.readouterr().err


def test_keys_of_another_programme(folder: Path, tmp_path: Path) -> None:
    assert new(tmp_path / "other") == 0
    (folder / "programme.json").write_bytes((tmp_path / "other" / "programme.json").read_bytes())
    assert run("venue", "list", "--data", folder) == 1


def test_a_foreign_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / FILE_NAME).write_bytes(b"something else" * 1_000)
    assert run("venue", "list", "--data", folder) == 1
    assert "Cette base n’est pas celle de ce programme." in capsys.readouterr().err


def test_a_database_that_does_not_answer(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANGRILIEN_DATABASE_URL", "mysterious://host/base")
    assert run("venue", "list", "--data", folder) == 1
    assert "La base ne répond pas." in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [(), ("fly",), ("serve", "--port", "70000", "--data", "x"), ("serve", "--port", "x"),
     ("programme", "new", "--data", "x", "--aud", " a "), ("programme", "new", "--data", "x"),
     ("programme", "new", "--data", "x", "--aud", "a" * 41)],
)  # fmt: skip
def test_bad_usage(args: tuple[str, ...]) -> None:
    assert main(list(args)) == 2


def test_figures(server: LocalServer, capsys: pytest.CaptureFixture[str]) -> None:
    laptop = server.laptop()
    story = write_workshop(laptop, venue_id(ANGRIE))
    write_workshop(laptop, venue_id(ANGRIE), people=2)
    server.push(laptop.push())
    capsys.readouterr()
    assert run("figures", "--data", server.folder, "--json", "--workshop", story.workshop.id) == 0
    assert json.loads(capsys.readouterr().out) == {
        "workshops": 1, "participations": 9, "people": 8, "anonymous": 1, "first_timers": 4,
        "on_screen": 6, "on_paper": 1, "unable": 1, "notes": 1, "sheets": 1, "receipts": 1,
        "changes": 38, "held": 0, "received": 1,
    }  # fmt: skip
    assert run("figures", "--data", server.folder) == 0
    text = capsys.readouterr().out
    assert "12\tparticipations\n" in text
    assert "2\tateliers\n" in text


def test_a_port_in_use(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run("serve", "--data", folder, "--port", port) == 1
    said = capsys.readouterr().err
    assert said == f"Le port {port} est déjà utilisé. Choisissez-en un autre avec --port.\n"


def test_an_address_that_is_not_ours_is_not_called_a_port_in_use(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 192.0.2.0/24 is kept for examples (RFC 5737): no machine has it.
    assert run("serve", "--data", folder, "--host", "192.0.2.1", "--port", 0) == 1
    said = capsys.readouterr().err
    assert said == "Impossible de répondre sur 192.0.2.1, port 0. Vérifiez --host et --port.\n"


def test_serving_ends_in_good_order(live_server: LiveServer) -> None:
    response = httpx.get(f"{live_server.url}/")
    assert (response.status_code, response.json()) == (404, {"error": "no_such_page"})
    assert "server" not in response.headers
    assert live_server.stop() == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", live_server.port)) != 0


def test_the_installed_command_is_there() -> None:
    name = "angrilien-server" + (".exe" if sys.platform == "win32" else "")
    command = Path(sys.executable).with_name(name)
    done = subprocess.run(
        [command, "--help"], check=False, capture_output=True, encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0
    assert "serve" in done.stdout


def test_a_root_key_left_on_the_server_is_warned_about(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with LiveServer(tmp_path) as live:
        assert "root.key est encore dans le dossier" in capfd.readouterr().err
        (live.data / "root.key").unlink()
        live.restart()
        assert capfd.readouterr().err == ""


def test_a_venue_s_profile(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("venue", "import", VENUES, "--data", folder) == 0
    out = tmp_path / "angrie.angrilien-venue"
    assert run("venue", "profile", ANGRIE, "--out", out, "--data", folder) == 0
    profile = check(load_programme(tmp_path / "p.json"), provision.read_file(out))
    assert (profile.venue_code, profile.server) == (ANGRIE, "https://a.example")
    if sys.platform != "win32":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600, "it holds a code"
    capsys.readouterr()
    assert run("venue", "profile", ANGRIE, "--out", out, "--data", folder) == 1
    assert capsys.readouterr().err == "Ce fichier existe déjà. Choisissez un autre nom.\n"
    assert run("venue", "profile", "CAF-0", "--out", tmp_path / "x", "--data", folder) == 1
    assert (
        run("venue", "profile", ANGRIE, "--out", tmp_path / "absent" / "x", "--data", folder) == 1
    )
    assert run("venue", "profile", ANGRIE, "--days", 0, "--out", tmp_path / "x", "--data", folder)


def test_a_new_key_of_profiles(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The former profiles stay good; a server without the key says what to do."""
    assert run("venue", "import", VENUES, "--data", folder) == 0
    before = tmp_path / "a.angrilien-venue"
    assert run("venue", "profile", ANGRIE, "--out", before, "--data", folder) == 0
    (folder / "profile.key").unlink()
    capsys.readouterr()
    assert run("venue", "profile", ANGRIE, "--out", tmp_path / "b", "--data", folder) == 1
    assert "programme profile-key" in capsys.readouterr().err
    root = folder / "root.key"
    assert run("programme", "profile-key", "--root", before, "--data", folder) == 1
    assert run("programme", "profile-key", "--root", root, "--data", folder) == 0
    after = tmp_path / "c.angrilien-venue"
    assert run("venue", "profile", ANGRIE, "--out", after, "--data", folder) == 0
    newer = load_programme(folder / "programme.json")
    for file in (before, after):
        assert check(newer, provision.read_file(file)).venue_code == ANGRIE
    with pytest.raises(ProfileForeign):
        check(load_programme(tmp_path / "p.json"), provision.read_file(after))
