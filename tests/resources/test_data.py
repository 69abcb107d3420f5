"""The reference data is whole, and what the rules rest on."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from angrilien import paths
from angrilien.domain import ids, vocab

ROOT = Path(__file__).resolve().parents[2]


def rows(name: str) -> list[dict[str, str]]:
    with paths.resource(f"data/{name}").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def communes() -> list[dict[str, str]]:
    return rows("communes.csv")


@pytest.fixture(scope="module")
def venues() -> list[dict[str, str]]:
    return rows("venues.csv")


def test_communes_are_all_there(communes: list[dict[str, str]]) -> None:
    assert len(communes) == 37_590
    by_code = {row["insee"]: row for row in communes if not row["today"]}
    assert by_code["49008"]["name"] == "Angrie"
    assert by_code["49008"]["postal_codes"] == "49440"
    assert len(by_code["75056"]["postal_codes"].split("|")) > 15
    assert {row["departement"] for row in communes} <= {d["code"] for d in rows("departements.csv")}


def test_former_communes_have_a_postal_code_and_a_commune_of_today(
    communes: list[dict[str, str]],
) -> None:
    today = {row["insee"] for row in communes if not row["today"]}
    former = [row for row in communes if row["today"]]
    assert len(former) == 2_621
    assert all(row["today"] in today for row in former)
    assert all(re.fullmatch(r"\d{5}(\|\d{5})*", row["postal_codes"]) for row in former)


def test_only_uninhabited_lands_have_no_postal_code(communes: list[dict[str, str]]) -> None:
    without = {row["insee"] for row in communes if not row["postal_codes"]}
    assert without == {"98411", "98412", "98413", "98414", "98415"}


def test_venues(venues: list[dict[str, str]], communes: list[dict[str, str]]) -> None:
    assert len(venues) == 83
    assert len({row["code"] for row in venues}) == 83
    assert len({ids.venue_id(row["code"]) for row in venues}) == 83
    sirets = [row["siret"] for row in venues if row["siret"]]
    assert len(set(sirets)) == len(sirets)
    assert {row["insee"] for row in venues} <= {row["insee"] for row in communes}
    for row in venues:
        ZoneInfo(row["zone"])
    zones = {row["code"]: row["zone"] for row in venues}
    assert zones["ETB-97611"] == "Indian/Mayotte"
    assert next(row for row in venues if row["insee"] == "49008")["name"] == "L’Angri’lien"


def test_themes_become_themes_of_la_coop() -> None:
    catalogue = json.loads(paths.resource("data/themes.json").read_text("utf-8"))["themes"]
    codes = [theme["code"] for theme in catalogue]
    assert len(set(codes)) == len(codes)
    assert len({theme["title"] for theme in catalogue}) == len(catalogue)
    la_coop = [theme for theme in catalogue if not theme["programme"]]
    assert {theme["code"] for theme in la_coop} == set(vocab.COOP_THEMES)
    assert all(theme["coop"] == [theme["code"]] for theme in la_coop)
    own = {theme["code"]: theme["coop"] for theme in catalogue[:4]}
    assert own == {
        "programme_donnees_personnelles": ["securite_numerique"],
        "programme_reseaux_sociaux": ["reseaux_sociaux"],
        "programme_messagerie": ["reseaux_sociaux"],
        "programme_controle_parental": ["parentalite"],
    }
    assert [theme["programme"] for theme in catalogue] == [True] * 4 + [False] * 19


def test_shown_texts_have_typographic_apostrophes(
    venues: list[dict[str, str]], communes: list[dict[str, str]]
) -> None:
    for name in ("themes.json", "venues.csv", "communes.csv", "departements.csv"):
        assert "'" not in paths.resource(f"data/{name}").read_text("utf-8"), name


class TestTheScript:
    """It stops at what it was not written for, and leaves what is there."""

    @pytest.fixture
    def script(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        import importlib.util

        spec = importlib.util.spec_from_file_location(
            "make_resources", ROOT / "packaging" / "make_resources.py"
        )
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        spec.loader.exec_module(module)
        monkeypatch.setattr(module, "RESOURCES", tmp_path / "resources")
        return module

    @pytest.mark.parametrize(
        "siret", ["00000000000000", "1234", "77556026100016", "7755602610001a"]
    )
    def test_wrong_siret(self, script, siret: str) -> None:
        assert not script.sound_siret(siret)

    def test_right_siret(self, script) -> None:
        assert script.sound_siret("77556026100015")

    HEAD = "code,kind,nom,commune,code_insee,code_postal,adresse,latitude,longitude,siret,fuseau\n"

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (["A,cafe,a,b,01001,01400,,,,,Z", "A,cafe,a,b,01001,01400,,,,,Z"], "share the code A"),
            (
                [f"{c},cafe,a,b,01001,01400,,,,77556026100015,Z" for c in "AB"],
                "share the siret",
            ),
            (["A,cafe,a,b,01001,01400,,,,00000000000000,Z"], "no SIRET"),
            (["A,cafe,a,b,99999,01400,,,,,Z"], "no commune 99999"),
        ],
    )
    def test_wrong_venues(self, script, tmp_path: Path, lines: list[str], said: str) -> None:
        source = tmp_path / "venues.csv"
        source.write_text(self.HEAD + "\n".join(lines), "utf-8")
        with pytest.raises(script.SourceError, match=said):
            script.make_venues(source, {"01001"})
        assert not (tmp_path / "resources").exists()

    def test_missing_column(self, script, tmp_path: Path) -> None:
        source = tmp_path / "venues.csv"
        source.write_text("code,nom\n", "utf-8")
        with pytest.raises(script.SourceError, match="no column"):
            script.make_venues(source, set())
